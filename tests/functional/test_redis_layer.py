"""zanhu beside the real channels_redis on one real Redis: who sends to whom, and what is in Redis."""

import asyncio
import http.client
import json
import signal

import pytest
from channels_redis.core import RedisChannelLayer
from channels_redis.pubsub import RedisPubSubChannelLayer

from deadlines import PATIENCE, wait_until
from person import Person, events_until
from raw_websocket import RawWebSocket
from redis_server import RedisServer

GROUP = "notifications"
LAYERS = {"redis": RedisChannelLayer, "redis_pubsub": RedisPubSubChannelLayer}
BACKENDS = pytest.mark.parametrize("backend", LAYERS)


@pytest.fixture
def python_layer(redis_server):
    return RedisChannelLayer(hosts=[redis_server.url()])


def event(text, **more):
    return {"type": "broadcast.message", "text": text, **more}


def texts(page, count):
    return [page.read_event()["text"] for _ in range(count)]


def until(page, text):
    heard = []
    while not heard or heard[-1] != text:
        heard += texts(page, 1)
    return heard


def members(server, group=GROUP, prefix="asgi"):
    with server.client() as client:
        return [name.decode() for name in client.zrange(f"{prefix}:group:{group}", 0, -1)]


def log_in(daemon, name="alice"):
    return Person(daemon, daemon.add_user(name)).log_in()


def open_page(person):
    return person.open_socket("/ws/notifications/")


def test_a_group_has_one_name_for_all_members_of_the_daemon(make_node, redis_server):
    daemon = make_node(redis_server)
    alice = log_in(daemon)
    with open_page(alice) as first, open_page(alice) as second:
        events = members(redis_server)
        assert len(events) == 1 and events[0].startswith("specific.") and len(events[0]) < 100
        assert len(events[0].split("!")[0]) == len("specific.") + 32
        first.close_normally()
        assert members(redis_server) == events
        second.close_normally()
    wait_until(lambda: not members(redis_server), "the last one that leaves takes the name away")


@pytest.mark.parametrize("backend", [*LAYERS, "channels_redis.core.RedisChannelLayer", "channels_redis.pubsub.RedisPubSubChannelLayer"])
async def test_what_python_sends_to_a_group_reaches_all_members_once(make_node, redis_server, backend):
    python_layer = LAYERS["redis_pubsub" if "pubsub" in backend else "redis"](hosts=[redis_server.url()])
    alice = log_in(make_node(redis_server, backend=backend))
    with open_page(alice) as first, open_page(alice) as second:
        sent = event("from Python", number=7, ratio=0.5, nothing=None, yes=True, list=[1, "two", {"three": 3}], 张三="é")
        await python_layer.group_send(GROUP, sent)
        await python_layer.group_send(GROUP, event("second"))
        for page in (first, second):
            one, two = events_until(page, 2)
            assert one == sent and two["text"] == "second"


async def test_a_group_of_zanhu_and_python_members_hears_zanhu(make_node, redis_server, python_layer):
    daemon = make_node(redis_server)
    channel = await python_layer.new_channel()
    await python_layer.group_add(GROUP, channel)
    alice = log_in(daemon)
    with open_page(alice) as page:
        done = daemon.admin("broadcast", "--json", "--group", GROUP, "from zanhu")
        assert done.returncode == 0, done.stderr
        received = await asyncio.wait_for(python_layer.receive(channel), PATIENCE)
        assert received["type"] == "broadcast.message" and received["text"] == "from zanhu"
        assert texts(page, 1) == ["from zanhu"]


async def test_members_that_come_and_go_between_messages_hear_what_is_theirs(make_node, redis_server, python_layer):
    daemon = make_node(redis_server)
    alice = log_in(daemon)
    log_in(daemon, "bob")
    first, second = [await python_layer.new_channel() for _ in range(2)]

    async def heard(channel, text):
        received = await asyncio.wait_for(python_layer.receive(channel), PATIENCE)
        return received["message"] == text

    await python_layer.group_add("bob", first)
    for round in range(3):
        assert alice.send("bob", f"to one {round}").status == 201
        assert await heard(first, f"to one {round}")
        await python_layer.group_add("bob", second)
        for text in (f"to two {round}", f"and again {round}"):
            assert alice.send("bob", text).status == 201
            assert await heard(first, text) and await heard(second, text)
        await python_layer.group_discard("bob", second)
    await python_layer.group_discard("bob", first)
    assert alice.send("bob", "to none").status == 201
    await python_layer.group_add("bob", first)
    assert alice.send("bob", "to one").status == 201
    assert await heard(first, "to one")


@pytest.mark.parametrize("backend, backlog", [("redis", 10_000), ("redis_pubsub", 5)])
async def test_a_burst_of_python_arrives_whole_and_in_order(make_node, redis_server, backend, backlog):
    count, sockets = 2000, 50
    python_layer = LAYERS[backend](hosts=[redis_server.url()])
    # Pages that have to be read one after the other answer no ping meanwhile.
    daemon = make_node(redis_server, settings={"websocket": {"ping_interval": "0"}}, backend=backend, backlog=backlog)
    alice = log_in(daemon)
    pages = [open_page(alice) for _ in range(sockets)]
    try:
        for number in range(count):
            await python_layer.group_send(GROUP, event(str(number)))
        wanted = [str(number) for number in range(count)]
        for page in pages:
            assert await asyncio.to_thread(texts, page, count) == wanted
    finally:
        for page in pages:
            page.close()


@pytest.mark.parametrize("end", ["close", "vanish", "stop"])
def test_whatever_ends_a_socket_its_membership_goes(make_node, redis_server, end):
    daemon = make_node(redis_server)
    page = open_page(log_in(daemon))
    assert len(members(redis_server)) == 1
    if end == "close":
        page.close_normally()
    elif end == "vanish":
        page.socket.close()
    else:
        assert daemon.stop() == 0
        with redis_server.client() as client:
            assert client.keys("*") == []
    wait_until(lambda: not members(redis_server), "no member is left")


async def test_redis_killed_and_empty_again_gets_every_membership_back(make_node, redis_server):
    daemon = make_node(redis_server)
    alice = log_in(daemon)
    with open_page(alice) as page:
        for _ in range(2):
            redis_server.kill()
            wait_until(lambda: "no connection to Redis" in daemon.log(), "the loss is noticed")
            redis_server.restart()
            wait_until(lambda: members(redis_server), "the membership is back")
            layer = RedisChannelLayer(hosts=[redis_server.url()])
            await layer.group_send(GROUP, event("after"))
            assert texts(page, 1) == ["after"]


@BACKENDS
def test_sockets_are_closed_after_a_gap_where_that_is_wanted(make_node, redis_server, backend):
    daemon = make_node(redis_server, backend=backend, on_gap="close")
    with open_page(log_in(daemon)) as page:
        redis_server.kill()
        daemon.wait_for_log("no connection to Redis")
        redis_server.restart()
        assert page.answer_close().close_code == 1012


async def test_a_channel_that_django_adds_to_a_group_hears_it_once(make_node, redis_server, python_layer):
    daemon = make_node(redis_server)
    with open_page(log_in(daemon)) as page:
        (aggregate,) = members(redis_server)
        channel = aggregate.split("!")[0] + "!0.1"
        for group in (GROUP, "added-by-django"):
            for loop in (0, 1):
                await python_layer.group_add(group, channel.replace("!0", f"!{loop}"))
        for group in (GROUP, "added-by-django", GROUP):
            await python_layer.group_send(group, event(group))
        assert texts(page, 3) == [GROUP, "added-by-django", GROUP]


async def test_a_direct_message_reaches_one_socket(make_node, redis_server, python_layer):
    daemon = make_node(redis_server)
    alice = log_in(daemon)
    with open_page(alice) as first, open_page(alice) as second:
        prefix = members(redis_server)[0].split("!")[0]
        for channel in ("!0.1", "!1.1", "!0.2", "!1.2", "!9.9", "!g.99", "!nonsense"):
            await python_layer.send(prefix + channel, event("direct"))
        await python_layer.group_send(GROUP, event("last"))
        heard = [message for page in (first, second) for message in until(page, "last")]
        assert heard.count("direct") == 2


async def test_two_hosts_share_the_groups_and_nothing_is_lost(make_node, redis_server):
    other = RedisServer()
    try:
        daemon = make_node(redis_server, other)
        python_layer = RedisChannelLayer(hosts=[redis_server.url(), other.url()])
        channel = await python_layer.new_channel()
        with open_page(log_in(daemon)) as page:
            (name,) = members(redis_server) + members(other)
            for number in range(40):
                await python_layer.send(name, event(str(number)))
            heard = sorted(texts(page, 40), key=int)
            assert heard == [str(number) for number in range(40)]
            await python_layer.group_add(GROUP, channel)
            assert daemon.admin("broadcast", "--group", GROUP, "to all").returncode == 0
            assert (await asyncio.wait_for(python_layer.receive(channel), PATIENCE))["text"] == "to all"
        wait_until(lambda: not [name for server in (redis_server, other) for name in members(server) if "!g" in name], "left")
    finally:
        other.end()


def test_a_broadcast_on_one_node_reaches_all_and_is_summed(make_node, redis_server):
    nodes = [make_node(redis_server) for _ in range(3)]
    pages = [open_page(log_in(node)) for node in nodes]
    try:
        for arguments in ([], ["--group", GROUP]):
            done = nodes[0].admin("broadcast", "--json", "to all", *arguments)
            assert done.returncode == 0, done.stderr
            assert json.loads(done.stdout)["connections"] == 3
            for page in pages:
                (message,) = events_until(page, 1)
                assert message["text"] == "to all"
                assert sorted(message) == ["created_at", "text", "type"]
    finally:
        for page in pages:
            page.close()


def test_a_killed_node_is_removed_by_another(make_node, redis_server):
    first, second = make_node(redis_server), make_node(redis_server)
    one, two = open_page(log_in(first)), open_page(log_in(second))
    with one, two:
        assert len(members(redis_server)) == 2
        first.kill()
        wait_until(lambda: len(members(redis_server)) == 1, "the dead one's name is removed")
        with redis_server.client() as client:
            assert client.scard("asgizanhu:nodes") == 1
        assert second.admin("broadcast", "--group", GROUP, "still here").returncode == 0
        assert texts(two, 1) == ["still here"]


async def test_keys_that_somebody_deleted_come_back(make_node, redis_server, python_layer):
    daemon = make_node(redis_server)
    with open_page(log_in(daemon)) as page:
        await python_layer.flush()
        wait_until(lambda: members(redis_server), "the membership is written again")
        await python_layer.group_send(GROUP, event("again"))
        assert texts(page, 1) == ["again"]


@pytest.mark.parametrize("how", ["password", "user", "unix", "database"])
async def test_every_way_to_a_redis(make_daemon, how):
    server = RedisServer(*(["--requirepass", "p@ss"] if how == "password" else []))
    try:
        if how == "user":
            with server.client() as client:
                client.acl_setuser("zanhu", enabled=True, passwords=["+s3cret"], keys=["*"], channels=["*"], categories=["+@all"])
                client.acl_setuser("default", enabled=False)
        url = {
            "password": f"redis://:p%40ss@127.0.0.1:{server.port}/0",
            "user": f"redis://zanhu:s3cret@localhost:{server.port}/0",
            "unix": f"unix://{server.socket_path}?db=0",
            "database": f"redis://127.0.0.1:{server.port}/0",
        }[how]
        settings = {} if how == "database" else {"channel_layer": {"hosts": url}}
        environment = {"REDIS_URL": f"redis://127.0.0.1:{server.port}"} if how == "database" else {}
        daemon = make_daemon(settings, environment=environment)
        daemon.wait_for_log("connected to Redis")
        layer = RedisChannelLayer(hosts=[url.replace("/0", "/3") if how == "database" else url])
        with open_page(log_in(daemon)) as page:
            await layer.group_send(GROUP, event(how))
            assert texts(page, 1) == [how]
        await layer.close_pools()
    finally:
        server.end()


def readiness(daemon):
    monitor = http.client.HTTPConnection(*daemon.monitor, timeout=PATIENCE)
    monitor.request("GET", "/readyz")
    response = monitor.getresponse()
    return response.status, response.read().decode()


@BACKENDS
@pytest.mark.parametrize("trouble", ["killed", "frozen"])
def test_readiness_goes_red_and_green_again_and_sockets_stay(make_node, redis_server, backend, trouble):
    daemon = make_node(redis_server, backend=backend)
    wait_until(lambda: readiness(daemon)[0] == 200, "it is ready")
    with open_page(log_in(daemon)) as page, RawWebSocket(daemon) as echo:
        with getattr(redis_server, trouble)():
            wait_until(lambda: readiness(daemon)[0] == 503, "it is not ready")
            assert "Redis at redis://127.0.0.1" in readiness(daemon)[1]
            echo.echo()
        wait_until(lambda: readiness(daemon)[0] == 200, "it is ready again")
        assert daemon.admin("broadcast", "--group", GROUP, "back").returncode == 0
        assert page.read_event()["text"] == "back"


@BACKENDS
def test_a_daemon_starts_without_redis_and_is_there_when_it_comes(make_node, redis_server, backend):
    redis_server.kill()
    daemon = make_node(redis_server, backend=backend)
    with open_page(log_in(daemon)) as page:
        assert readiness(daemon)[0] == 503
        assert daemon.admin("broadcast", "--group", GROUP, "too early").returncode != 0
        redis_server.restart()
        wait_until(lambda: readiness(daemon)[0] == 200, "it is ready")
        assert daemon.admin("broadcast", "--group", GROUP, "at last").returncode == 0
        assert page.read_event()["text"] == "at last"


@BACKENDS
@pytest.mark.parametrize("trouble", ["killed", "frozen"])
def test_a_daemon_ends_in_order_without_redis(make_node, redis_server, backend, trouble):
    daemon = make_node(redis_server, backend=backend)
    with open_page(log_in(daemon)) as page:
        with getattr(redis_server, trouble)():
            daemon.signal(signal.SIGTERM)
            assert page.answer_close().close_code == 1001
            assert daemon.wait() == 0


@BACKENDS
def test_a_wrong_password_is_said_and_not_shown(make_daemon, backend):
    server = RedisServer("--requirepass", "right")
    try:
        daemon = make_daemon({"channel_layer": {"backend": backend, "hosts": f"redis://:hunter2@127.0.0.1:{server.port}/0"}})
        wait_until(lambda: "refused the password" in readiness(daemon)[1], "readiness says why")
        assert "hunter2" not in daemon.log() + readiness(daemon)[1]
    finally:
        server.end()


@BACKENDS
def test_a_frozen_redis_blocks_nobody(make_node, redis_server, backend):
    daemon = make_node(redis_server, backend=backend)
    alice = log_in(daemon)
    with open_page(alice) as page, alice.open_socket("/ws/echo/") as echo:
        with redis_server.frozen():
            done = daemon.admin("broadcast", "--group", GROUP, "perhaps")
            assert done.returncode != 0 and "Redis" in done.stderr
            echo.echo()
        wait_until(lambda: daemon.admin("broadcast", "--group", GROUP, "back").returncode == 0, "it is back")
        until(page, "back")


async def test_encrypted_messages_are_read_with_any_key_and_written_with_the_first(make_node, redis_server):
    daemon = make_node(redis_server, symmetric_encryption_keys="new key, old key")
    alice = log_in(daemon)
    old, new, wrong = (
        RedisChannelLayer(hosts=[redis_server.url()], symmetric_encryption_keys=[key])
        for key in ("old key", "new key", "another")
    )
    with open_page(alice) as page:
        for layer, text in ((wrong, "lost"), (old, "one"), (new, "two")):
            await layer.group_send(GROUP, event(text))
        assert texts(page, 2) == ["one", "two"]
        daemon.wait_for_log("symmetric_encryption_keys")
        channel = await new.new_channel()
        await new.group_add(GROUP, channel)
        assert daemon.admin("broadcast", "--group", GROUP, "three").returncode == 0
        assert (await asyncio.wait_for(new.receive(channel), PATIENCE))["text"] == "three"


def test_a_wrong_url_is_refused_without_showing_the_password(make_node, make_daemon, bin_dir):
    daemon = make_daemon.prepare({"channel_layer": {"hosts": "redis://:hunter2@h:x/0"}})
    daemon.spawn()
    assert daemon.wait() == 78
    daemon.expected_exit += (78,)
    assert "[channel_layer] hosts" in daemon.log() and "hunter2" not in daemon.log()
