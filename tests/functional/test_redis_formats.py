"""What channels_redis of later versions, or with other options, writes to Redis: the bytes are made here by hand."""

import asyncio
import base64
import hashlib
import json
import os
import time

import msgpack
import pytest
from channels_redis.core import RedisChannelLayer
from cryptography.fernet import Fernet

from deadlines import PATIENCE, wait_until
from person import Person
from raw_websocket import TEXT, RawWebSocket
from redis_server import RedisServer

GROUP = "notifications"
GROUP_KEY = "asgi:group:notifications"
FOREIGN = "specific.0123456789abcdef0123456789abcdef!abc"
FOREIGN_QUEUE = "asgispecific.0123456789abcdef0123456789abcdef!"
FORMS = {
    "msgpack": (msgpack.packb, msgpack.unpackb),
    "json": (lambda message: json.dumps(message).encode(), json.loads),
}


def encryption(key):
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()))


@pytest.fixture
def open_page(make_node, redis_server):
    """A daemon with these options, a page that hears the group, and the daemon's name in it."""
    pages = []

    def make(**options):
        daemon = make_node(redis_server, **options)
        pages.append(Person(daemon, daemon.add_user("alice")).log_in().open_socket("/ws/notifications/"))
        with redis_server.client() as client:
            (name,) = client.zrange(GROUP_KEY, 0, -1)
        return daemon, pages[-1], name.decode()

    yield make
    for page in pages:
        page.close()


def put(server, queue, *messages):
    with server.client() as client:
        for message in messages:
            client.zadd(queue, {message: time.time()})
        client.expire(queue, 60)


def broadcast(daemon, text):
    done = daemon.admin("broadcast", "--group", GROUP, text)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("form, prefix_length, key", [
    ("msgpack", 12, None), ("msgpack", 5, None), ("msgpack", 0, None), ("json", 12, None), ("json", 0, None), ("json", 3, "a key"),
])
def test_serializer_and_random_prefix_in_both_directions(open_page, redis_server, form, prefix_length, key):
    dumps, loads = FORMS[form]
    options = {"symmetric_encryption_keys": key} if key else {}
    daemon, page, name = open_page(serializer_format=form, random_prefix_length=prefix_length, **options)

    def written(message):
        body = dumps(message)
        return os.urandom(prefix_length) + (encryption(key).encrypt(body) if key else body)

    sent = {"type": "broadcast.message", "text": "é 张三 🐍", "n": [-1, 2**40, 0.1, None, False, {"a": {}}]}
    put(
        redis_server, "asgi" + name.split("!")[0] + "!", written({**sent, "__asgi_channel__": [name]}),
        written({**sent, "text": "to one", "__asgi_channel__": name}),
    )
    assert page.read_event() == sent
    assert page.read_event() == {**sent, "text": "to one"}
    with redis_server.client() as client:
        client.zadd(GROUP_KEY, {FOREIGN: time.time()})
        broadcast(daemon, "from zanhu ✓")
        ((message, score),) = client.zpopmin(FOREIGN_QUEUE)
        assert abs(score - time.time()) < PATIENCE
    body = message[prefix_length:]
    received = loads(encryption(key).decrypt(body) if key else body)
    assert received.pop("__asgi_channel__") == [FOREIGN]
    assert received == page.read_event() and received["text"] == "from zanhu ✓"


def test_what_cannot_be_read_is_counted_and_harms_nobody(open_page, redis_server):
    daemon, page, name = open_page()
    queue = "asgi" + name.split("!")[0] + "!"
    good = {"type": "broadcast.message", "text": "good", "__asgi_channel__": [name, 7, "specific.other!x"]}
    bad = [
        b"", b"short", os.urandom(12), os.urandom(12) + b"\xc1", os.urandom(12) + msgpack.packb([1, 2]),
        os.urandom(12) + msgpack.packb({"type": "no.receiver"}), os.urandom(12) + msgpack.packb({"__asgi_channel__": [name]}),
        os.urandom(12) + msgpack.packb({"type": 7, "__asgi_channel__": [name]}), os.urandom(12) + msgpack.packb(good)[:-1],
    ]
    put(redis_server, queue, *bad, os.urandom(12) + msgpack.packb(good))
    assert page.read_event() == {"type": "broadcast.message", "text": "good"}
    counters = json.loads(daemon.admin("status", "--json").stdout)["counters"]
    assert counters["layer_unreadable_total"] == len(bad)
    assert counters["layer_unknown_receivers_total"] == 1


def test_members_that_nobody_refreshed_are_dropped(open_page, redis_server):
    daemon, page, _ = open_page(group_expiry="1h")
    stale = FOREIGN.replace("0123", "dead")
    with redis_server.client() as client:
        client.zadd(GROUP_KEY, {FOREIGN: time.time() - 3500, stale: time.time() - 3700})
        broadcast(daemon, "who is there")
        assert client.zcard(FOREIGN_QUEUE) == 1
        assert not client.exists(FOREIGN_QUEUE.replace("0123", "dead"))
        assert client.zscore(GROUP_KEY, stale) is None
        assert 0 < client.ttl(FOREIGN_QUEUE) <= 60
    assert page.read_event()["text"] == "who is there"


def test_a_membership_is_refreshed_before_it_expires(open_page, redis_server):
    _, _, name = open_page(group_expiry="10s")
    with redis_server.client() as client:
        first = client.zscore(GROUP_KEY, name)
        wait_until(lambda: client.zscore(GROUP_KEY, name) > first, "its score is renewed")
        assert 0 < client.ttl(GROUP_KEY) <= 10


async def test_django_can_take_a_socket_out_of_a_group_that_is_known_by_connections(open_page, make_node, redis_server):
    daemon, page, name = open_page(per_connection_groups="nothing*, notif*", group_expiry="10s")
    other = Person(daemon, "alice").log_in().open_socket("/ws/notifications/")
    layer = RedisChannelLayer(hosts=[redis_server.url()])
    with redis_server.client() as client, other:
        names = client.zrange(GROUP_KEY, 0, -1)
        assert len(names) == 2 and name.encode() in names and not any(b"!g." in each for each in names)
        broadcast(daemon, "to both")
        assert page.read_event()["text"] == other.read_event()["text"] == "to both"
        await layer.group_discard(GROUP, name)
        await layer.group_send(GROUP, {"type": "broadcast.message", "text": "to one"})
        broadcast(daemon, "to one again")
        assert [other.read_event()["text"] for _ in range(2)] == ["to one", "to one again"]
        (left,) = client.zrange(GROUP_KEY, 0, -1)
        first = client.zscore(GROUP_KEY, left)
        wait_until(lambda: client.zscore(GROUP_KEY, left) > first, "the memberships are refreshed")
        assert client.zrange(GROUP_KEY, 0, -1) == [left]
        await layer.send(name, {"type": "broadcast.message", "text": "by its name"})
        assert page.read_event()["text"] == "by its name"
        other.close_normally()
        wait_until(lambda: client.zcard(GROUP_KEY) == 0, "nobody is in it")


def test_a_receiver_at_its_capacity_is_left_out_and_counted(open_page, redis_server):
    daemon, page, _ = open_page(capacity=50, channel_capacity="nothing*=1, regex:specific[.]0123=2")
    other = FOREIGN.replace("0123", "4567")
    with redis_server.client() as client:
        client.zadd(GROUP_KEY, {FOREIGN: time.time(), other: time.time()})
        for number in range(5):
            broadcast(daemon, str(number))
        assert client.zcard(FOREIGN_QUEUE) == 2
        assert client.zcard(FOREIGN_QUEUE.replace("0123", "4567")) == 5
    assert [page.read_event()["text"] for _ in range(5)] == ["0", "1", "2", "3", "4"]
    assert json.loads(daemon.admin("status", "--json").stdout)["counters"]["layer_over_capacity_total"] == 3
    assert "hold their capacity" in daemon.log()


def test_what_waited_beyond_its_expiry_makes_room(open_page, redis_server):
    daemon, page, _ = open_page(capacity=2, expiry="30s")
    with redis_server.client() as client:
        client.zadd(GROUP_KEY, {FOREIGN: time.time()})
        client.zadd(FOREIGN_QUEUE, {"old": time.time() - 32, "older": time.time() - 100})
        broadcast(daemon, "new")
        (message,) = client.zrange(FOREIGN_QUEUE, 0, -1)
        assert msgpack.unpackb(message[12:])["text"] == "new"
    assert page.read_event()["text"] == "new"


async def test_python_receives_from_a_general_channel_on_several_hosts(make_node, redis_server):
    other = RedisServer()
    try:
        daemon = make_node(redis_server, other, settings={
            "routes": {"list": "work, echo, echo_async, notifications, messages"},
            "route.work": {"path": "ws/work/", "consumer": "RelayConsumer", "on_message": "channel: work", "who": "anybody"},
        })
        layer = RedisChannelLayer(hosts=[redis_server.url(), other.url()])
        with RawWebSocket(daemon, "/ws/work/") as page:
            for number in range(10):
                page.send_frame(TEXT, str(number))
            received = [await asyncio.wait_for(layer.receive("work"), PATIENCE) for _ in range(10)]
            assert sorted(int(message["text"]) for message in received) == list(range(10))
            assert all("__asgi_channel__" not in message for message in received)
            # The socket is answered by its full name, which hashes to any of the hosts.
            for message in received:
                await layer.send(message["reply_channel"], {"type": "websocket.send", "text": message["text"]})
            assert sorted(int(page.read_text()) for _ in range(10)) == list(range(10))
    finally:
        other.end()
