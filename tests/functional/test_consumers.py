"""The life of a consumer, seen by python3-websockets: a client that shares no code with zanhu."""

import asyncio
import os

import pytest
import websockets

from deadlines import PATIENCE
from person import Person
from raw_websocket import PING, TEXT, RawWebSocket

MIB = 1 << 20
ECHOES = ["/ws/echo/", "/ws/echo-async/"]


def connect(daemon, path, **options):
    options.setdefault("origin", daemon.url)
    return websockets.connect(
        daemon.ws_url + path, open_timeout=PATIENCE, close_timeout=PATIENCE, max_size=4 * MIB, **options
    )


@pytest.mark.parametrize("path", ECHOES)
async def test_text_and_bytes_come_back_as_what_they_were(daemon, path):
    async with connect(daemon, path) as socket:
        for message in ("hello", "", "张三 😀", "x" * MIB, b"", b"\xff\x00", os.urandom(MIB)):
            await socket.send(message)
            assert await socket.recv() == message


@pytest.mark.parametrize("path", ECHOES)
async def test_a_message_in_fragments_comes_back_whole(daemon, path):
    async with connect(daemon, path) as socket:
        await socket.send(["one ", "two ", "three"])
        assert await socket.recv() == "one two three"
        await socket.send([b"1", b"", b"2"])
        assert await socket.recv() == b"12"


@pytest.mark.parametrize("path", ECHOES)
async def test_a_message_above_the_limit_is_1009(daemon, path):
    async with connect(daemon, path) as socket:
        await socket.send(b"x" * (MIB + 1))
        with pytest.raises(websockets.ConnectionClosedError) as closed:
            await socket.recv()
        assert closed.value.rcvd.code == 1009


@pytest.mark.parametrize("path", ECHOES)
@pytest.mark.parametrize("code", [1000, 1001, 3000, 4000, 4999])
async def test_a_close_is_answered_with_its_code(daemon, path, code):
    async with connect(daemon, path) as socket:
        await socket.close(code, "bye")
        assert (socket.close_rcvd.code, socket.close_sent.code) == (code, code)


@pytest.mark.parametrize("path", ECHOES)
async def test_a_ping_is_answered_while_messages_flow(daemon, path):
    async with connect(daemon, path) as socket:
        for number in range(20):
            await socket.send(f"message {number}")
            await asyncio.wait_for(await socket.ping(os.urandom(16)), PATIENCE)
        assert [await socket.recv() for _ in range(20)] == [f"message {number}" for number in range(20)]


@pytest.mark.parametrize("path", ECHOES)
async def test_messages_come_back_in_order_however_many(daemon, path):
    async with connect(daemon, path) as socket:
        async def send_all():
            for number in range(3000):
                await socket.send(str(number))

        sending = asyncio.create_task(send_all())
        assert [await socket.recv() for _ in range(3000)] == [str(number) for number in range(3000)]
        await sending


async def test_sockets_do_not_mix_what_they_are_sent(daemon):
    async def talk(number):
        async with connect(daemon, ECHOES[number % 2]) as socket:
            for turn in range(50):
                await socket.send(f"{number}:{turn}")
                assert await socket.recv() == f"{number}:{turn}"

    await asyncio.gather(*(talk(number) for number in range(50)))


async def test_no_subprotocol_and_no_extension_is_chosen_though_offered(daemon):
    async with connect(daemon, "/ws/echo/", subprotocols=["chat", "superchat"], compression="deflate") as socket:
        assert socket.subprotocol is None
        assert socket.extensions == []
        await socket.send("hello")
        assert await socket.recv() == "hello"


@pytest.mark.parametrize("path", ["/ws/somebody/", "/ws/notifications/"])
async def test_the_anonymous_are_refused_before_the_101(daemon, path):
    with pytest.raises(websockets.InvalidStatusCode) as refused:
        await connect(daemon, path)
    assert refused.value.status_code == 403


async def test_a_path_without_a_route_is_not_found(daemon):
    with pytest.raises(websockets.InvalidStatusCode) as refused:
        await connect(daemon, "/nowhere/")
    assert refused.value.status_code == 404


def test_bytes_sent_to_a_text_consumer_come_back_as_bytes(daemon, new_person):
    with new_person().open_socket() as socket:
        socket.send_frame(2, b"\xff\x00")
        assert socket.read_frame().payload == b"\xff\x00"


def test_the_server_pings_a_quiet_client(make_daemon):
    daemon = make_daemon({"websocket": {"ping_interval": "200ms"}})
    with RawWebSocket(daemon) as socket:
        for _ in range(3):
            ping = socket.read_frame()
            assert ping.opcode == PING
            socket.send_frame(10, ping.payload)
        socket.send(b"\x88\x80\0\0\0\0")
        while socket.read_frame().opcode == PING:
            pass


def test_a_client_that_answers_no_ping_is_given_up(make_daemon):
    daemon = make_daemon({"websocket": {"ping_interval": "200ms", "ping_timeout": "300ms"}})
    with RawWebSocket(daemon) as socket:
        try:
            while socket.receive():
                pass
        except ConnectionResetError:
            pass  # who does not answer is not waited for


def test_a_client_that_says_nothing_is_closed_when_the_site_wants_that(make_daemon):
    daemon = make_daemon({"websocket": {"idle_timeout": "300ms"}})
    with RawWebSocket(daemon) as socket:
        closed = socket.answer_close()
        assert closed.close_code == 1001 and closed.close_reason


def test_a_client_that_does_not_answer_the_close_is_cut_off(make_daemon):
    daemon = make_daemon({"websocket": {"idle_timeout": "300ms", "close_timeout": "300ms"}})
    with RawWebSocket(daemon) as socket:
        assert socket.read_frame().close_code == 1001
        assert socket.read_to_end() == b""


def test_a_smaller_limit_is_kept(make_daemon):
    daemon = make_daemon({"websocket": {"max_message_size": "1000B", "max_fragments": 3}})
    with RawWebSocket(daemon) as socket:
        socket.echo("x" * 1000)
        socket.send_frame(TEXT, "x" * 1001)
        assert socket.read_close().close_code == 1009
    with RawWebSocket(daemon) as socket:
        for opcode in (1, 0, 0, 0):
            socket.send_frame(opcode, "x", fin=False)
        assert socket.read_close().close_code == 1009


def test_routes_are_tried_in_their_order_and_take_djangos_converters(make_daemon):
    daemon = make_daemon({
        "routes": {"list": "number, name, echo, echo_async, notifications, messages"},
        "route.number": {"path": "ws/<int:number>/", "consumer": "EchoConsumer"},
        "route.name": {"path": "ws/<slug:name>/", "consumer": "MessagesConsumer"},
    })
    with RawWebSocket(daemon, "/ws/007/") as socket:
        socket.echo()
    person = Person(daemon, daemon.add_user("alice")).log_in()
    with person.open_socket("/ws/echo/") as socket:
        socket.send_frame(TEXT, "the first route that matches")
        assert socket.read_text() == '"the first route that matches"'
