"""Several zanhu nodes and a real Daphne on one Redis: who hears whom, whatever dies."""

import json
import signal

import pytest

from channels_site import Daphne
from deadlines import wait_until
from raw_websocket import TEXT, RawWebSocket

GROUP = "chat_lobby"
PAGE = "/ws/chat/lobby/"
CHAT = {
    "routes": {"list": "chat, echo, echo_async, notifications, messages"},
    "route.chat": {
        "path": "ws/chat/<slug:room_name>/",
        "consumer": "RelayConsumer",
        "groups": "chat_{room_name}",
        "forward": "chat.message: json, broadcast.message: json",
        "on_message": "group: chat_{room_name}",
        "who": "anybody",
    },
}


@pytest.fixture
def make_chat_node(make_node):
    return lambda server, **options: make_node(server, settings=CHAT, **options)


@pytest.fixture
def daphne(redis_server, tmp_path):
    layer = {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [redis_server.url()]}}
    server = Daphne(tmp_path, layer)
    yield server
    server.end()


def everybody_hears_everybody(pages, word):
    for number, page in enumerate(pages):
        page.send_frame(TEXT, json.dumps({"message": f"{word} {number}"}))
    for page in pages:
        heard = [page.read_event() for _ in pages]
        assert {event["type"] for event in heard} == {"chat.message"}
        assert sorted(event["message"] for event in heard) == sorted(f"{word} {number}" for number in range(len(pages)))


def broadcast(node, text, *arguments):
    """The sum that the command reports."""
    done = node.admin("broadcast", "--json", text, *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["connections"]


def node_ids(server):
    with server.client() as client:
        return {name.decode() for name in client.smembers("asgizanhu:nodes")}


def members(server, group=GROUP):
    with server.client() as client:
        return [name.decode() for name in client.zrange(f"asgi:group:{group}", 0, -1)]


def zanhu_members(server):
    """By node; what is in the group besides is Daphne's."""
    ids = node_ids(server)
    nodes = [name.split("!")[0].removeprefix("specific.") for name in members(server)]
    return sorted(node for node in nodes if node in ids)


def groups_are_right(server, nodes):
    """Each node has its lease, and one name in the group."""
    ids = node_ids(server)
    if len(ids) != nodes or zanhu_members(server) != sorted(ids):
        return False
    with server.client() as client:
        leases = {key.decode().removeprefix("asgizanhu:node:") for key in client.keys("asgizanhu:node:*")}
        tables = {key.decode().removeprefix("asgizanhu:members:") for key in client.keys("asgizanhu:members:*")}
    return leases == tables == ids


def open_at_daphne(daphne):
    """Its connections to Redis may be stale, and the first who uses one is refused."""

    def attempt():
        try:
            return RawWebSocket(daphne, PAGE)
        except (AssertionError, OSError):
            return None

    return wait_until(attempt, "Daphne accepts")


def is_back(node, times):
    return node.log().count("Redis is back") == times


def test_everybody_hears_everybody_whatever_dies(make_chat_node, redis_server, daphne):
    nodes = [make_chat_node(redis_server) for _ in range(3)]
    pages = {node: [RawWebSocket(node, PAGE) for _ in range(2)] for node in nodes}
    foreign = RawWebSocket(daphne, PAGE)

    def everybody():
        return [page for node in nodes for page in pages[node]] + [foreign]

    def check(word):
        everybody_hears_everybody(everybody(), word)
        count = 2 * len(nodes)
        assert broadcast(nodes[-1], "to the group", "--group", GROUP) == count
        assert [page.read_event()["text"] for page in everybody()] == ["to the group"] * (count + 1)
        assert broadcast(nodes[0], "to all") == count
        assert [page.read_event()["text"] for page in everybody()[:-1]] == ["to all"] * count

    assert groups_are_right(redis_server, 3)
    check("at first")

    dead = nodes.pop()
    dead.kill()
    wait_until(lambda: groups_are_right(redis_server, 2), "what the dead node left is removed")
    check("without the third")

    for times, empty in ((1, False), (2, True)):
        if not empty:
            redis_server.save()
        redis_server.kill()
        for node in nodes:
            wait_until(lambda: node.log().count("no connection to Redis") >= times, "the loss is noticed")
        redis_server.restart(empty=empty)
        for node in nodes:
            wait_until(lambda: is_back(node, times), "the node has restored its groups")
        assert groups_are_right(redis_server, 2)
        foreign.close()
        foreign = open_at_daphne(daphne)
        check("after an empty Redis" if empty else "after a restart")

    nodes.append(dead.restart())
    pages[dead] = [RawWebSocket(dead, PAGE) for _ in range(2)]
    assert groups_are_right(redis_server, 3)
    check("with the third again")

    for page in everybody():
        page.close_normally()
    wait_until(lambda: not zanhu_members(redis_server), "no node is in the group any more")


def test_a_node_that_dies_while_redis_is_away_is_removed_all_the_same(make_chat_node, redis_server):
    first, second = make_chat_node(redis_server), make_chat_node(redis_server)
    with RawWebSocket(first, PAGE) as one, RawWebSocket(second, PAGE):
        assert groups_are_right(redis_server, 2)
        redis_server.save()
        redis_server.kill()
        second.kill()
        redis_server.restart(empty=False)
        wait_until(lambda: is_back(first, 1), "the living node is back")
        wait_until(lambda: groups_are_right(redis_server, 1), "what the dead node left is removed")
        assert broadcast(first, "alone", "--group", GROUP) == 1
        assert one.read_event()["text"] == "alone"


def test_a_node_that_was_stopped_beyond_its_lease_has_its_groups_again(make_chat_node, redis_server):
    first, second = make_chat_node(redis_server), make_chat_node(redis_server)
    with RawWebSocket(first, PAGE) as one, RawWebSocket(second, PAGE) as two:
        second.process.send_signal(signal.SIGSTOP)
        wait_until(lambda: groups_are_right(redis_server, 1), "it is taken for dead")
        second.process.send_signal(signal.SIGCONT)
        wait_until(lambda: groups_are_right(redis_server, 2), "it is there again")
        wait_until(lambda: is_back(second, 1), "its consumers were told")
        everybody_hears_everybody([one, two], "again")


def test_a_silent_node_is_left_out_of_the_sum(make_chat_node, redis_server):
    first, second = make_chat_node(redis_server, lease="1h"), make_chat_node(redis_server, lease="1h")
    with RawWebSocket(first, PAGE) as one, RawWebSocket(second, PAGE) as two:
        second.process.send_signal(signal.SIGSTOP)
        try:
            assert broadcast(first, "to the group", "--group", GROUP) == 1
            assert broadcast(first, "to all") == 1
            first.wait_for_log("1 nodes did not say in time")
        finally:
            second.process.send_signal(signal.SIGCONT)
        # It was only slow: nothing is lost.
        for page in (one, two):
            assert [page.read_event()["text"] for _ in range(2)] == ["to the group", "to all"]
