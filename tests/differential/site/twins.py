"""The Django Channels side of the comparison: the twins of the consumers in twins.cpp and of the built-in ones."""

import json

from channels.exceptions import AcceptConnection, DenyConnection, StopConsumer
from channels.generic.websocket import (
    AsyncJsonWebsocketConsumer,
    AsyncWebsocketConsumer,
    WebsocketConsumer,
)


class EchoConsumer(WebsocketConsumer):
    def receive(self, text_data=None, bytes_data=None):
        self.send(text_data=text_data, bytes_data=bytes_data)


class EchoAsyncConsumer(AsyncWebsocketConsumer):
    async def receive(self, text_data=None, bytes_data=None):
        await self.send(text_data=text_data, bytes_data=bytes_data)


class NotificationsConsumer(AsyncWebsocketConsumer):
    groups = ["notifications"]

    async def connect(self):
        if self.scope["user"].is_anonymous:
            await self.close()
        else:
            await self.accept()


class MessagesConsumer(AsyncWebsocketConsumer):
    """The owner's notes, 7."""

    async def connect(self):
        if self.scope["user"].is_anonymous:
            await self.close()
        else:
            await self.channel_layer.group_add(self.scope["user"].username, self.channel_name)
            await self.accept()

    async def receive(self, text_data=None, bytes_data=None):
        if text_data is None:
            await self.send(bytes_data=bytes_data)
        else:
            await self.send(text_data=json.dumps(text_data))

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.scope["user"].username, self.channel_name)


class ScopeConsumer(AsyncWebsocketConsumer):
    """Says what it was given: the whole scope that both sides have."""

    async def connect(self):
        await self.accept()
        scope = self.scope
        await self.send(
            json.dumps(
                {
                    "path": scope["path"],
                    "raw_path": scope["raw_path"].decode("latin-1"),
                    "query_string": scope["query_string"].decode("latin-1"),
                    "args": [str(value) for value in scope["url_route"]["args"]],
                    "kwargs": {
                        name: ["int" if isinstance(value, int) else "text", str(value)]
                        for name, value in scope["url_route"]["kwargs"].items()
                    },
                    "user": scope["user"].get_username(),
                    "cookies": {
                        name: value
                        for name, value in scope["cookies"].items()
                        if name in ("", "a", "b", "sessionid", "\xe9")
                    },
                    "subprotocols": scope["subprotocols"],
                    "headers": [
                        [name.decode("latin-1"), value.decode("latin-1")]
                        for name, value in scope["headers"]
                        if name.decode("latin-1").startswith("x-")
                    ],
                },
                sort_keys=True,
            )
        )

    async def receive(self, text_data=None, bytes_data=None):
        await self.send(text_data=text_data, bytes_data=bytes_data)


class ConnectConsumer(AsyncWebsocketConsumer):
    """Its `connect` does what the path says."""

    async def connect(self):
        how = self.scope["url_route"]["kwargs"]["how"]
        if how == "accept":
            await self.accept()
        elif how == "accept-by-exception":
            raise AcceptConnection()
        elif how == "deny":
            await self.close()
        elif how == "deny-with-a-code":
            await self.close(code=4003)
        elif how == "deny-by-exception":
            raise DenyConnection()
        elif how == "throw":
            raise ValueError("as the path asks")
        elif how == "first-subprotocol":
            offered = self.scope["subprotocols"]
            await self.accept(offered[0] if offered else None)
        elif how == "strange-subprotocol":
            await self.accept("never-offered")
        elif how == "send-first":
            await self.send("too early")
        elif how == "accept-and-close":
            await self.accept()
            await self.close(code=4001)
        elif how == "accept-and-throw":
            await self.accept()
            raise ValueError("as the path asks")
        elif how == "nothing":
            return

    async def receive(self, text_data=None, bytes_data=None):
        await self.send(text_data=text_data, bytes_data=bytes_data)


class ObeyConsumer(AsyncWebsocketConsumer):
    """Does what the client's text says."""

    async def receive(self, text_data=None, bytes_data=None):
        word, _, rest = (text_data or "").partition(" ")
        if word == "close":
            await self.close(code=int(rest) if rest else None)
        elif word == "throw":
            raise ValueError("as the client asks")
        elif word == "stop":
            raise StopConsumer()
        elif word == "empty-text":
            await self.send(text_data="")
        elif word == "empty-bytes":
            await self.send(bytes_data=b"")
        elif word == "many":
            for number in range(int(rest)):
                await self.send(text_data=str(number))
        elif word == "send-and-close":
            await self.send(text_data=rest, close=4002)
        elif word == "event":
            await self.channel_layer.send(self.channel_name, {"type": rest, "text": "an event"})
        elif word == "group":
            await self.channel_layer.group_add("obey", self.channel_name)
            await self.channel_layer.group_send("obey", {"type": "known.event", "text": rest})
        else:
            await self.send(text_data=text_data, bytes_data=bytes_data)

    async def known_event(self, event):
        await self.send(text_data=event["text"])


class JsonConsumer(AsyncJsonWebsocketConsumer):
    async def receive_json(self, content):
        await self.send_json(content)
