"""zanhu beside the real channels_redis.pubsub on one real Redis: who hears whom, and what Redis knows."""

import asyncio
import base64
import hashlib
import json
import signal

import msgpack
import pytest
import websockets
from channels_redis.pubsub import RedisPubSubChannelLayer
from cryptography.fernet import Fernet

from channels_site import Daphne, RunWorker
from deadlines import PATIENCE, wait_until
from raw_websocket import BINARY, CLOSE, TEXT, RawWebSocket
from redis_server import RedisServer

GROUP = "chat_lobby"
CHANNEL = "asgi__group__chat_lobby"
PAGE = "/ws/chat/lobby/"
ROUTES = {
    "routes": {"list": "chat, work, twice, echo, echo_async, notifications, messages"},
    "route.chat": {
        "path": "ws/chat/<slug:room_name>/",
        "consumer": "RelayConsumer",
        "groups": "chat_{room_name}",
        "forward": "chat.message: json, broadcast.message: json, layer.reconnected: json",
        "on_message": "group: chat_{room_name}",
        "who": "anybody",
    },
    **{
        f"route.{name}": {
            "path": f"ws/{name}/",
            "consumer": "RelayConsumer",
            "on_message": "channel: work",
            "event": f"work.{event}",
            "who": "anybody",
        }
        for name, event in (("work", "do"), ("twice", "twice"))
    },
}


@pytest.fixture
def make_pubsub_node(make_node):
    def make(*servers, settings=None, **options):
        return make_node(*servers, settings={**ROUTES, **(settings or {})}, **{"backend": "redis_pubsub", **options})

    return make


@pytest.fixture
def python_layer(redis_server):
    return RedisPubSubChannelLayer(hosts=[redis_server.url()])


def site_layer(server):
    return {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [server.url()]}}


def event(text, **more):
    return {"type": "chat.message", "message": text, **more}


def say(page, text):
    page.send_frame(TEXT, json.dumps({"message": text}))


def heard(page, count):
    return [page.read_event()["message"] for _ in range(count)]


def listeners(server, channel=CHANNEL):
    with server.client() as client:
        return client.pubsub_numsub(channel)[0][1]


async def join(layer, group, channel, *servers):
    """group_add of Python, which does not wait until Redis has taken its subscription."""

    def subscribed():
        return sum(listeners(server, f"{layer.prefix}__group__{group}") for server in servers)

    before = subscribed()
    await layer.group_add(group, channel)
    wait_until(lambda: subscribed() == before + 1, "Python is subscribed")


def channels(server):
    with server.client() as client:
        return sorted(name.decode() for name in client.pubsub_channels())


def connections(server):
    with server.client() as client:
        return sorted(entry["name"] for entry in client.client_list() if entry["name"].startswith("zanhu-"))


def broadcast(node, text, *arguments):
    """The sum that the command reports."""
    done = node.admin("broadcast", "--json", text, *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["connections"]


def counter(node, name):
    return json.loads(node.admin("status", "--json").stdout)["counters"][name]


async def test_python_hears_what_zanhu_sends_and_nothing_more(make_pubsub_node, redis_server, python_layer):
    daemon = make_pubsub_node(redis_server)
    channel = await python_layer.new_channel()
    await join(python_layer, GROUP, channel, redis_server)
    with RawWebSocket(daemon, PAGE) as page:
        assert broadcast(daemon, "to the group", "--group", GROUP) == 1
        say(page, "from a page")
        first = await asyncio.wait_for(python_layer.receive(channel), PATIENCE)
        second = await asyncio.wait_for(python_layer.receive(channel), PATIENCE)
        assert sorted(first) == ["created_at", "text", "type"] and first["text"] == "to the group"
        assert second == {"type": "chat.message", "message": "from a page", "sender": None}
        assert page.read_event() == first and page.read_event() == second


async def heard_by_python(layer, channel, total):
    """Perhaps not all: its client loses a message when its time-out for reading cuts one in two, on a busy machine."""
    texts = []
    while len(texts) < total:
        try:
            texts.append((await asyncio.wait_for(layer.receive(channel), PATIENCE))["message"])
        except asyncio.TimeoutError:
            break
    return texts


async def test_all_members_everywhere_hear_one_order(make_pubsub_node, redis_server, python_layer):
    count = 60
    nodes = [make_pubsub_node(redis_server, capacity=10 * count) for _ in range(2)]
    pages = [RawWebSocket(node, PAGE) for node in nodes for _ in range(2)]
    channel = await python_layer.new_channel()
    await join(python_layer, GROUP, channel, redis_server)
    try:
        for number in range(count):
            for index, page in enumerate(pages):
                say(page, f"{index} {number}")
            await python_layer.group_send(GROUP, event(f"python {number}"))
        total = count * (len(pages) + 1)
        orders = [await asyncio.to_thread(heard, page, total) for page in pages]
        assert all(order == orders[0] for order in orders)
        in_python = await heard_by_python(python_layer, channel, total)
        following = iter(orders[0])
        assert in_python and all(text in following for text in in_python)
        for index in range(len(pages)):
            assert [text for text in orders[0] if text.startswith(f"{index} ")] == [f"{index} {n}" for n in range(count)]
    finally:
        for page in pages:
            page.close()


def test_redis_knows_a_group_by_one_subscription_while_it_has_members(make_pubsub_node, redis_server):
    daemon = make_pubsub_node(redis_server)
    wait_until(lambda: len(connections(redis_server)) == 2, "there are two connections")
    with RawWebSocket(daemon, PAGE) as first, RawWebSocket(daemon, PAGE) as second:
        assert listeners(redis_server) == 1
        first.close_normally()
        say(second, "still here")
        assert heard(second, 1) == ["still here"] and listeners(redis_server) == 1
        second.close_normally()
    wait_until(lambda: channels(redis_server) == ["asgizanhu:nodes"], "the last one that leaves ends the subscription")
    with RawWebSocket(daemon, PAGE) as page:
        say(page, "again")
        assert heard(page, 1) == ["again"]
    with redis_server.client() as client:
        assert client.keys("*") == []
    assert connections(redis_server) == [f"zanhu-{daemon.pid}-commands", f"zanhu-{daemon.pid}-pubsub"]


def test_an_unchanged_runworker_serves_sockets_and_answers_them(make_pubsub_node, redis_server, tmp_path):
    daemon = make_pubsub_node(redis_server)
    worker = RunWorker(tmp_path, site_layer(redis_server), "work")
    try:
        wait_until(lambda: worker.log() is not None and listeners(redis_server, "work") == 1, "the worker listens", 3 * PATIENCE)
        with RawWebSocket(daemon, "/ws/work/") as page:
            page.send_frame(TEXT, "hello")
            answer = page.read_event()
            assert answer["text"] == "hello" and answer["reply_channel"].startswith("asgispecific.")
        with RawWebSocket(daemon, "/ws/twice/") as page:
            page.send_frame(BINARY, b"\x80abc")
            frames = [page.read_frame() for _ in range(3)]
            assert [frame.opcode for frame in frames] == [BINARY, TEXT, CLOSE]
            assert frames[0].payload == b"\x00\xff\x80abc" and frames[2].close_code == 4321
    finally:
        worker.end()


def test_a_worker_of_zanhu_serves_sockets_of_another_daemon_and_goes_on_after_a_restart(make_pubsub_node, make_worker, redis_server):
    daemon, worker = make_pubsub_node(redis_server), make_worker(redis_server, backend="redis_pubsub")
    with RawWebSocket(daemon, "/ws/work/") as page:
        for times in range(2):
            wait_until(lambda: listeners(redis_server, "work") == 1, "the worker listens")
            for number in range(5):
                page.send_frame(TEXT, str(number))
            answers = [page.read_event() for _ in range(5)]
            assert [answer["text"] for answer in answers] == ["0", "1", "2", "3", "4"]
            assert {answer["process"] for answer in answers} == {worker.pid}
            if times == 0:
                redis_server.kill()
                for process in (daemon, worker):
                    process.wait_for_log("no connection to Redis")
                redis_server.restart()
                for process in (daemon, worker):
                    process.wait_for_log("Redis is back")
    assert worker.stop() == 0
    wait_until(lambda: listeners(redis_server, "work") == 0, "the worker listens no more")


async def test_every_process_that_receives_from_a_general_channel_gets_a_copy(
    make_pubsub_node, redis_server, python_layer, bin_dir
):
    nodes = [
        make_pubsub_node(redis_server, settings={
            "plugins": {"load": bin_dir.parent / "lib" / "test_workers.so"},
            "workers": {"list": "work"},
            "worker.work": {"consumer": "WorkConsumer", "in_process": "yes", "concurrency": 2},
        })
        for _ in range(2)
    ]
    wait_until(lambda: listeners(redis_server, "work") == 2, "both listen")
    channel = await python_layer.new_channel()
    for number in range(20):
        await python_layer.send("work", {"type": "work.do", "reply_channel": channel, "number": number})
    answers = [json.loads((await asyncio.wait_for(python_layer.receive(channel), PATIENCE))["text"]) for _ in range(40)]
    for node in nodes:
        assert sorted(answer["number"] for answer in answers if answer["process"] == node.pid) == list(range(20))


async def test_two_hosts_share_the_groups_and_channels(make_pubsub_node, redis_server):
    other = RedisServer()
    try:
        nodes = [make_pubsub_node(redis_server, other) for _ in range(2)]
        python_layer = RedisPubSubChannelLayer(hosts=[redis_server.url(), other.url()])
        rooms = ["lobby", "kitchen", "garden", "cellar", "attic", "hall", "stairs", "roof"]
        channel = await python_layer.new_channel()
        pages = {room: [RawWebSocket(node, f"/ws/chat/{room}/") for node in nodes] for room in rooms}
        subscribed = [[name for name in channels(server) if "__group__" in name] for server in (redis_server, other)]
        assert sum(map(len, subscribed)) == len(rooms) and all(subscribed)
        for room in rooms:
            await join(python_layer, f"chat_{room}", channel, redis_server, other)
            say(pages[room][0], f"zanhu in {room}")
            for page in pages[room]:
                assert heard(page, 1) == [f"zanhu in {room}"]
            assert (await asyncio.wait_for(python_layer.receive(channel), PATIENCE))["message"] == f"zanhu in {room}"
            await python_layer.group_send(f"chat_{room}", event(f"Python in {room}"))
            assert (await asyncio.wait_for(python_layer.receive(channel), PATIENCE))["message"] == f"Python in {room}"
            for page in pages[room]:
                assert heard(page, 1) == [f"Python in {room}"]
            assert broadcast(nodes[1], room, "--group", f"chat_{room}") == 2
            assert (await asyncio.wait_for(python_layer.receive(channel), PATIENCE))["text"] == room
            assert [page.read_event()["text"] for page in pages[room]] == [room, room]
        for page in [page for both in pages.values() for page in both]:
            page.close()
    finally:
        other.end()


def test_a_broadcast_reaches_all_nodes_and_is_summed(make_pubsub_node, redis_server):
    nodes = [make_pubsub_node(redis_server) for _ in range(3)]
    pages = [RawWebSocket(node, PAGE) for node in nodes[:2] for _ in range(2)]
    try:
        # From a node with members, and from one without.
        for node in (nodes[0], nodes[2]):
            for arguments in ([], ["--group", GROUP]):
                assert broadcast(node, "to all", *arguments) == 4
                for page in pages:
                    assert sorted(page.read_event()) == ["created_at", "text", "type"]
        assert broadcast(nodes[0], "nobody", "--group", "chat_empty") == 0
        nodes[1].kill()
        wait_until(lambda: listeners(redis_server, "asgizanhu:nodes") == 2, "Redis has noticed")
        assert broadcast(nodes[2], "to the rest", "--group", GROUP) == 2
        assert broadcast(nodes[2], "to the rest") == 2
        nodes[2].process.send_signal(signal.SIGSTOP)
        try:
            assert broadcast(nodes[0], "with a silent one") == 2
            nodes[0].wait_for_log("1 nodes did not say in time")
        finally:
            nodes[2].process.send_signal(signal.SIGCONT)
    finally:
        for page in pages:
            page.close()


def test_everybody_hears_everybody_beside_daphne_and_after_each_restart_of_redis(make_pubsub_node, redis_server, tmp_path):
    nodes = [make_pubsub_node(redis_server) for _ in range(2)]
    daphne = Daphne(tmp_path, site_layer(redis_server))
    pages = [RawWebSocket(node, PAGE) for node in nodes] + [RawWebSocket(daphne, PAGE)]

    def check(word):
        for index, page in enumerate(pages):
            say(page, f"{word} {index}")
        for page in pages:
            assert sorted(heard(page, len(pages))) == [f"{word} {index}" for index in range(len(pages))]
        assert broadcast(nodes[0], word, "--group", GROUP) == 2
        assert [page.read_event()["text"] for page in pages] == [word] * 3

    try:
        wait_until(lambda: listeners(redis_server) == 3, "all three are subscribed")
        check("at first")
        for times in (1, 2):
            redis_server.kill()
            for node in nodes:
                wait_until(lambda: node.log().count("no connection to Redis") >= times, "the loss is noticed")
            redis_server.restart()
            wait_until(lambda: listeners(redis_server) == 3, "all three are subscribed again")
            for page in pages[:2]:
                assert page.read_event()["type"] == "layer.reconnected"
            check(f"after restart {times}")
        assert counter(nodes[0], "layer_gaps_total") == 2
    finally:
        for page in pages:
            page.close()
        daphne.end()


def test_what_redis_would_not_keep_for_a_slow_daemon_is_a_gap(make_pubsub_node):
    server = RedisServer("--client-output-buffer-limit", "pubsub 1mb 1mb 1")
    try:
        daemon = make_pubsub_node(server)
        with RawWebSocket(daemon, PAGE) as page:
            daemon.process.send_signal(signal.SIGSTOP)
            with server.client() as client:
                payload = msgpack.packb(event("x" * 500_000))
                for _ in range(40):
                    client.publish(CHANNEL, payload)
                wait_until(lambda: client.pubsub_numsub(CHANNEL)[0][1] == 0, "Redis has closed the connection")
            daemon.process.send_signal(signal.SIGCONT)
            messages = [page.read_event()]
            while messages[-1]["type"] != "layer.reconnected":
                messages.append(page.read_event())
            assert len(messages) <= 40
            say(page, "after")
            assert heard(page, 1) == ["after"]
        assert counter(daemon, "layer_gaps_total") == 1
    finally:
        server.end()


def test_only_the_loss_of_what_is_subscribed_to_is_a_gap(make_pubsub_node, redis_server):
    daemon = make_pubsub_node(redis_server)
    with redis_server.client() as client, RawWebSocket(daemon, PAGE) as page:

        def kill(which):
            (entry,) = [entry for entry in client.client_list() if entry["name"] == f"zanhu-{daemon.pid}-{which}"]
            client.client_kill_filter(_id=entry["id"])

            def another():
                return [e for e in client.client_list() if e["name"] == entry["name"] and e["id"] != entry["id"]]

            wait_until(another, "it is connected again")

        kill("commands")
        wait_until(lambda: daemon.admin("broadcast", "--group", GROUP, "first").returncode == 0, "it can be sent")
        assert page.read_event()["text"] == "first"
        kill("pubsub")
        assert page.read_event()["type"] == "layer.reconnected"
        say(page, "second")
        assert heard(page, 1) == ["second"]


async def test_who_comes_and_goes_hears_itself(make_pubsub_node, redis_server):
    daemon = make_pubsub_node(redis_server)

    async def come_and_go(name):
        for number in range(25):
            path = f"{daemon.ws_url}/ws/chat/room{number % 3}/"
            async with websockets.connect(path, origin=daemon.url, open_timeout=PATIENCE, close_timeout=PATIENCE) as page:
                wanted = f"{name} {number}"
                await page.send(json.dumps({"message": wanted}))
                text = None
                while text != wanted:
                    text = json.loads(await asyncio.wait_for(page.recv(), PATIENCE))["message"]

    await asyncio.gather(*(come_and_go(name) for name in range(12)))
    await asyncio.to_thread(wait_until, lambda: channels(redis_server) == ["asgizanhu:nodes"], "nothing is left")


def test_several_layers_by_their_aliases(make_pubsub_node, redis_server):
    settings = {"channel_layer": {"backend": "memory"}}
    for alias, backend in (("far", "redis_pubsub"), ("farther", "redis")):
        settings[f"channel_layer.{alias}"] = {"backend": backend, "hosts": redis_server.url(), "prefix": alias}
        settings[f"route.{alias}"] = {**ROUTES["route.chat"], "path": f"ws/{alias}/<slug:room_name>/", "layer": alias}
    settings["routes"] = {"list": ROUTES["routes"]["list"] + ", far, farther"}
    nodes = [make_pubsub_node(redis_server, settings=settings) for _ in range(2)]
    for alias, hears in (("chat", 1), ("far", 2), ("farther", 2)):
        pages = [RawWebSocket(node, f"/ws/{alias}/lobby/") for node in nodes]
        say(pages[0], alias)
        for page in pages[:hears]:
            assert heard(page, 1) == [alias]
        say(pages[1], "next")
        assert heard(pages[1], 1) == ["next"]
        for page in pages:
            page.close()
    assert [node.stop() for node in nodes] == [0, 0]


def key_of(text):
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()))


@pytest.mark.parametrize("form", ["msgpack", "json"])
def test_later_versions_of_channels_redis_encrypt_and_write_json(make_pubsub_node, redis_server, form):
    dumps = msgpack.packb if form == "msgpack" else lambda message: json.dumps(message).encode()
    loads = msgpack.unpackb if form == "msgpack" else json.loads
    daemon = make_pubsub_node(redis_server, symmetric_encryption_keys="new key, old key", serializer_format=form)
    with redis_server.client() as client, RawWebSocket(daemon, PAGE) as page:
        listening = client.pubsub(ignore_subscribe_messages=True)
        listening.subscribe(CHANNEL)
        assert listening.get_message(timeout=PATIENCE) is None
        # No maximum age: nothing is stored, so a token of long ago is one of a clock that is wrong.
        old = key_of("old key").encrypt_at_time(dumps(event("old key")), current_time=1_500_000_000)
        for payload in (key_of("another").encrypt(dumps(event("lost"))), dumps(event("in clear")), old):
            client.publish(CHANNEL, payload)
        assert heard(page, 1) == ["old key"]
        say(page, "new key")
        assert heard(page, 1) == ["new key"]
        received = [wait_until(lambda: listening.get_message(timeout=1), "the message comes")["data"] for _ in range(4)]
        assert loads(key_of("new key").decrypt(received[3])) == {"type": "chat.message", "message": "new key", "sender": None}
        assert counter(daemon, "layer_unreadable_total") == 2
        listening.close()


async def test_any_prefix_that_python_has(make_pubsub_node, redis_server):
    prefix = r"my:site[1]*?\x!"
    daemon = make_pubsub_node(redis_server, prefix=prefix)
    stranger = make_pubsub_node(redis_server)
    layer = RedisPubSubChannelLayer(hosts=[redis_server.url()], prefix=prefix)
    channel = await layer.new_channel()
    await join(layer, GROUP, channel, redis_server)

    async def answer():
        asked = await layer.receive("work")
        await layer.send(asked["reply_channel"], {"type": "websocket.send", "text": json.dumps(asked)})

    with RawWebSocket(daemon, PAGE) as page, RawWebSocket(daemon, "/ws/work/") as work, RawWebSocket(stranger, PAGE) as other:
        say(page, "hello")
        assert (await asyncio.wait_for(layer.receive(channel), PATIENCE))["message"] == "hello"
        assert heard(page, 1) == ["hello"]
        worker = asyncio.create_task(answer())
        await asyncio.to_thread(wait_until, lambda: listeners(redis_server, "work") == 1, "Python listens")
        work.send_frame(TEXT, "do it")
        assert (await asyncio.to_thread(work.read_event))["reply_channel"].startswith(prefix + "specific.")
        await worker
        say(other, "of another site")
        assert heard(other, 1) == ["of another site"]
