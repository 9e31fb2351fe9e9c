"""RelayConsumer: consumers without code. Two browsers of Channels' tutorial, played by python3-websockets."""

import asyncio
import configparser
import json
from pathlib import Path

import pytest
import websockets

from deadlines import PATIENCE
from person import Person

CHAT = Path(__file__).resolve().parent.parent.parent / "etc" / "chat.ini"


def shipped_chat():
    """The sections of etc/chat.ini."""
    parser = configparser.ConfigParser(delimiters=["="], comment_prefixes=[";"], interpolation=None)
    parser.read(CHAT, encoding="utf-8")
    return {section: dict(parser[section]) for section in parser.sections()}


def routes(settings):
    """These routes ahead of those that the tests' daemons have."""
    settings["routes"]["list"] += ", echo, echo_async, notifications, messages"
    return settings


def connect(daemon, path, person=None):
    headers = {"Cookie": person.cookie_header} if person else {}
    return websockets.connect(
        daemon.ws_url + path, origin=daemon.url, extra_headers=headers, open_timeout=PATIENCE, close_timeout=PATIENCE
    )


async def receive(socket):
    return json.loads(await asyncio.wait_for(socket.recv(), PATIENCE))


async def code_of_close(socket):
    with pytest.raises(websockets.ConnectionClosed) as closed:
        await asyncio.wait_for(socket.recv(), PATIENCE)
    return closed.value.rcvd.code


async def test_the_shipped_chat_room_is_that_of_the_tutorial(make_daemon):
    daemon = make_daemon(routes(shipped_chat()))
    async with connect(daemon, "/ws/chat/lobby/") as first, connect(daemon, "/ws/chat/lobby/") as second:
        async with connect(daemon, "/ws/chat/other/") as elsewhere:
            await first.send(json.dumps({"message": "你好"}))
            for socket in (first, second):
                event = await receive(socket)
                assert event["type"] == "chat.message"
                assert event["message"] == "你好"
            await second.send(json.dumps({"message": "bye", "type": "websocket.close"}))
            assert (await receive(first))["message"] == "bye"
            await elsewhere.send(json.dumps({"message": "alone"}))
            assert (await receive(elsewhere))["message"] == "alone"


async def test_who_is_logged_in_is_named_as_the_sender(make_daemon):
    daemon = make_daemon(routes(shipped_chat()))
    alice = Person(daemon, daemon.add_user("alice")).log_in()
    async with connect(daemon, "/ws/chat/lobby/", alice) as socket:
        await socket.send(json.dumps({"message": "hi", "sender": "somebody else"}))
        assert (await receive(socket))["sender"] == "alice"


async def test_a_broadcast_to_a_group_reaches_who_joined_by_configuration(make_daemon):
    daemon = make_daemon(routes({
        "routes": {"list": "room"},
        "route.room": {
            "path": "ws/room/<slug:room>/",
            "consumer": "RelayConsumer",
            "groups": "room_{room}, {user_group}",
            "forward": "broadcast.message: text",
        },
    }))
    alice = Person(daemon, daemon.add_user("alice")).log_in()
    async with connect(daemon, "/ws/room/blue/", alice) as socket:
        for target in (["--group", "room_blue"], ["--user", "alice"]):
            assert "reached 1 connection" in daemon.admin("broadcast", *target, "hello").stdout
            assert await asyncio.wait_for(socket.recv(), PATIENCE) == "hello"
        assert "reached 0" in daemon.admin("broadcast", "--group", "room_red", "hello").stdout
    with pytest.raises(websockets.InvalidStatusCode) as refused:
        await connect(daemon, "/ws/room/blue/")
    assert refused.value.status_code == 403


async def test_who_may_not_send_is_closed_with_1008_and_nonsense_with_1007(make_daemon):
    settings = shipped_chat()
    settings["route.chat"]["who"] = "staff"
    daemon = make_daemon(routes(settings))
    async with connect(daemon, "/ws/chat/lobby/") as socket:
        await socket.send("{}")
        assert await code_of_close(socket) == 1008
    daemon = make_daemon(routes(shipped_chat()))
    async with connect(daemon, "/ws/chat/lobby/") as socket:
        await socket.send("not json")
        assert await code_of_close(socket) == 1007
    async with connect(daemon, "/ws/chat/lobby/") as socket:
        await socket.send(b"{}")
        assert await code_of_close(socket) == 1003


async def test_a_channel_without_workers_fills_up_and_closes_with_1013(make_daemon):
    daemon = make_daemon(routes({
        "channel_layer.jobs": {"capacity": 3},
        "routes": {"list": "work"},
        "route.work": {
            "path": "ws/work/",
            "consumer": "RelayConsumer",
            "on_message": "channel: work",
            "who": "anybody",
            "layer": "jobs",
        },
    }))
    async with connect(daemon, "/ws/work/") as socket:
        for number in range(4):
            await socket.send(f"job {number}")
        assert await code_of_close(socket) == 1013


@pytest.mark.parametrize("strict", [True, False])
async def test_an_event_that_a_route_does_not_forward_is_ignored_or_with_strict_1011(make_daemon, strict):
    daemon = make_daemon(routes({
        "routes": {"list": "listener, speaker"},
        "route.listener": {
            "path": "ws/listener/",
            "consumer": "RelayConsumer",
            "groups": "all",
            "forward": "known: json",
            "strict": "yes" if strict else "no",
        },
        "route.speaker": {
            "path": "ws/speaker/<slug:event>/",
            "consumer": "RelayConsumer",
            "on_message": "group: all",
            "event": "unknown",
            "who": "anybody",
        },
    }))
    async with connect(daemon, "/ws/listener/") as listener, connect(daemon, "/ws/speaker/x/") as speaker:
        await speaker.send("{}")
        if strict:
            assert await code_of_close(listener) == 1011
        else:
            daemon.wait_for_log("/ws/listener/ has no handler for 'unknown'")
            await (await listener.ping())


@pytest.mark.parametrize("backend", ["redis", "redis_pubsub"])
@pytest.mark.parametrize("policy", ["close", "drop"])
async def test_while_redis_is_away_a_message_closes_with_1013_or_is_dropped(make_node, redis_server, backend, policy):
    settings = routes(shipped_chat())
    settings["route.chat"]["channel_full"] = policy
    daemon = make_node(redis_server, settings=settings, backend=backend)
    message = json.dumps({"message": "hello"})
    async with connect(daemon, "/ws/chat/lobby/") as speaker, connect(daemon, "/ws/chat/lobby/") as listener:
        redis_server.kill()
        daemon.wait_for_log("no connection to Redis")
        await speaker.send(message)
        if policy == "close":
            assert await code_of_close(speaker) == 1013
        else:
            daemon.wait_for_log("/ws/chat/lobby/ is dropped: Redis at")
        redis_server.restart()
        daemon.wait_for_log("Redis is back")
        await (listener if policy == "close" else speaker).send(message)
        assert (await receive(listener))["message"] == "hello"
