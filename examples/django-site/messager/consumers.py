import json

from channels.generic.websocket import AsyncWebsocketConsumer

from messager.groups import user_group


class MessagesConsumer(AsyncWebsocketConsumer):
    """处理私信应用中WebSocket请求. Under Daphne; zanhu has its own of this name."""

    async def connect(self):
        if self.scope["user"].is_anonymous:
            # 未登录的用户拒绝连接
            await self.close()
        else:
            await self.channel_layer.group_add(user_group(self.scope["user"].username), self.channel_name)
            await self.accept()

    async def receive(self, text_data=None, bytes_data=None):
        """接收私信. The view's event has the type `receive`, so it comes here too, as text_data."""
        await self.send(text_data=json.dumps(text_data))

    async def disconnect(self, code):
        """离开聊天组"""
        if self.scope["user"].is_authenticated:
            await self.channel_layer.group_discard(user_group(self.scope["user"].username), self.channel_name)
