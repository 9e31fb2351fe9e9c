"""A channel layer whose Redis is the master that Sentinel names, and changes."""

import pytest
from channels_redis.core import RedisChannelLayer
from channels_redis.pubsub import RedisPubSubChannelLayer

from deadlines import wait_until
from person import Person
from ports import free_port
from sentinel import MASTER, Sentinel

GROUP = "notifications"


@pytest.mark.parametrize("backend, password", [("redis", None), ("redis", "s3cret"), ("redis_pubsub", None)])
async def test_the_layer_goes_on_at_the_new_master(make_daemon, backend, password):
    sentinel = Sentinel(password)
    try:
        # One that does not answer stands first.
        places = f"127.0.0.1:{free_port()};127.0.0.1:{sentinel.port}/{MASTER}"
        url = f"sentinel://:{password}@{places}?sentinel_password=sentinel-{password}" if password else f"sentinel://{places}"
        daemon = make_daemon({
            "channel_layer": {"backend": backend, "hosts": url}, "redis": {"max_reconnect_delay": "200ms"},
        })
        kinds = {"redis": RedisChannelLayer, "redis_pubsub": RedisPubSubChannelLayer}

        async def send_from_python(text):
            # The Sentinel of Python's layer has no word for passwords, so it is given the master.
            server = sentinel.replica if sentinel.master.process.poll() is not None else sentinel.master
            host = f"redis://:{password}@127.0.0.1:{server.port}/0" if password else {
                "sentinels": [("127.0.0.1", sentinel.port)], "master_name": MASTER,
            }
            layer = kinds[backend](hosts=[host])
            await layer.group_send(GROUP, {"type": "broadcast.message", "text": text})

        with Person(daemon, daemon.add_user("alice")).log_in().open_socket("/ws/notifications/") as page:
            await send_from_python("at the old one")
            assert page.read_event()["text"] == "at the old one"
            sentinel.fail_over()
            wait_until(lambda: "Redis is back" in daemon.log(), "the daemon has found the new master")
            await send_from_python("at the new one")
            assert daemon.admin("broadcast", "--group", GROUP, "from zanhu").returncode == 0
            assert [page.read_event()["text"] for _ in range(2)] == ["at the new one", "from zanhu"]
    finally:
        sentinel.end()
