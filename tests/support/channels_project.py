"""A small Django project with Channels, as a site beside zanhu has it. ZANHU_SITE_LAYER is its channel layer, as JSON.

Run as a program this file is its manage.py.
"""

import json
import os
import sys

import django
from django.conf import settings

if not settings.configured:
    settings.configure(
        SECRET_KEY="the-site-of-the-functional-tests-0123456789",
        INSTALLED_APPS=["channels"],
        CHANNEL_LAYERS={"default": json.loads(os.environ["ZANHU_SITE_LAYER"])},
        ASGI_APPLICATION="channels_project.application",
        ROOT_URLCONF="channels_project",
        ALLOWED_HOSTS=["*"],
    )
    django.setup()

from asgiref.sync import async_to_sync  # noqa: E402
from channels.consumer import SyncConsumer  # noqa: E402
from channels.routing import ChannelNameRouter, ProtocolTypeRouter, URLRouter  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402
from django.urls import path  # noqa: E402

import chat_room  # noqa: E402

urlpatterns = []


class ChatConsumer(chat_room.ChatConsumer):
    """Its pages see the whole events, and broadcasts."""

    async def chat_message(self, event):
        await self.send(json.dumps(event))

    broadcast_message = chat_message


class WorkConsumer(SyncConsumer):
    """A worker that answers whoever asks it."""

    def work_do(self, event):
        self.answer(event, {"type": "websocket.send", "text": json.dumps(event)})

    def work_twice(self, event):
        self.answer(event, {"type": "websocket.send", "bytes": b"\x00\xff" + event["bytes"]})
        self.answer(event, {"type": "websocket.send", "text": "last", "close": 4321})

    def work_tell(self, event):
        async_to_sync(self.channel_layer.group_send)(event["text"], {"type": "chat.message", "message": "told"})

    def answer(self, event, message):
        async_to_sync(self.channel_layer.send)(event["reply_channel"], message)


application = ProtocolTypeRouter(
    {
        "http": get_asgi_application(),
        "websocket": URLRouter([path("ws/chat/<slug:room>/", ChatConsumer.as_asgi())]),
        "channel": ChannelNameRouter({"work": WorkConsumer.as_asgi()}),
    }
)

if __name__ == "__main__":
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
