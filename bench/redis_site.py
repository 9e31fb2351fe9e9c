#!/usr/bin/python3
"""The Django side of the rows over Redis: a consumer in the group `forward` and one that speaks to it, for Daphne; and a
program that is a Django process which sends.

bench/redis_site.py REDIS_URL          for each line "N SIZE" sends N messages to the group; prints when it began and ended,
                                       in nanoseconds of the monotonic clock
daphne redis_site:application          the environment has BENCH_REDIS
"""

import asyncio
import json
import os
import sys
import time

from django.conf import settings

URL = os.environ.get("BENCH_REDIS") or sys.argv[1]
GROUP = "forward"

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    INSTALLED_APPS=["channels"],
    CHANNEL_LAYERS={"default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [URL]}}},
    LOGGING_CONFIG=None,
)


def make_application():
    import django

    django.setup()
    from channels.generic.websocket import AsyncJsonWebsocketConsumer, AsyncWebsocketConsumer
    from channels.routing import ProtocolTypeRouter, URLRouter
    from django.urls import path

    class ForwardConsumer(AsyncWebsocketConsumer):
        groups = [GROUP]

        async def bench_message(self, event):
            await self.send(text_data=json.dumps(event))

    class TriggerConsumer(AsyncJsonWebsocketConsumer):
        async def receive_json(self, content):
            await self.channel_layer.group_send(GROUP, content)

    return ProtocolTypeRouter({
        "websocket": URLRouter([path("ws/forward/", ForwardConsumer.as_asgi()), path("trigger/forward/", TriggerConsumer.as_asgi())])
    })


async def send_on_demand():
    from channels_redis.core import RedisChannelLayer

    layer = RedisChannelLayer(hosts=[URL])
    print("ready", flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        count, size = map(int, line.split())
        message = {"type": "bench.message", "text": "x" * size}
        began = time.monotonic_ns()
        for _ in range(count):
            await layer.group_send(GROUP, message)
        print(json.dumps({"began": began, "ended": time.monotonic_ns()}), flush=True)
    await layer.close_pools()


if __name__ == "__main__":
    asyncio.run(send_on_demand())
else:
    application = make_application()
