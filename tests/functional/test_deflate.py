"""permessage-deflate (RFC 7692): what is agreed on, what is on the wire, and what a hostile client gets."""

import json
import os
import time
import zlib

import pytest
import websockets
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

from deadlines import PATIENCE, wait_until
from deflate_websocket import (
    NO_TAKEOVER,
    RSV1,
    WITH_TAKEOVER,
    Compressor,
    DeflateWebSocket,
    chat_text,
    parameters_of,
)
from person import Person
from raw_websocket import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, RawWebSocket, frame

MIB = 1 << 20


def bomb_of(inflated):
    """A message of zeros, a thousandth of what it inflates to."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    zeros = bytes(MIB)
    pieces = [packer.compress(zeros) for _ in range(inflated // MIB)]
    return b"".join(pieces) + packer.flush(zlib.Z_SYNC_FLUSH)[:-4]


def resident_bytes(daemon):
    with open(f"/proc/{daemon.pid}/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGESIZE")


@pytest.fixture(scope="module")
def daemon_settings():
    return {"deflate": {"enabled": "yes", "threshold": "64B"}}


@pytest.fixture(scope="module")
def plain_daemon(make_module_daemon):
    return make_module_daemon({})


def answer_to_offer(daemon, offer):
    with RawWebSocket(daemon, changes={"Sec-WebSocket-Extensions": offer}) as socket:
        socket.echo()
        extensions = socket.response.all("sec-websocket-extensions")
        assert len(extensions) <= 1
        return parameters_of(extensions[0] if extensions else None)


# What is agreed on.


def test_compression_is_off_unless_the_configuration_says_so(plain_daemon):
    assert answer_to_offer(plain_daemon, "permessage-deflate; client_max_window_bits") is None
    with RawWebSocket(plain_daemon, changes={"Sec-WebSocket-Extensions": "permessage-deflate"}) as socket:
        socket.send(frame(TEXT, Compressor()(b"Hello"), reserved=RSV1))
        assert socket.read_close().close_code == 1002


def test_a_client_that_does_not_offer_gets_no_answer_and_no_compression(daemon):
    text = chat_text(1000)
    with RawWebSocket(daemon) as socket:
        assert socket.response.header("sec-websocket-extensions") is None
        socket.send_frame(TEXT, text)
        received = socket.read_frame()
        assert (received.reserved, received.payload.decode()) == (0, text)
        socket.send(frame(TEXT, Compressor()(b"Hello"), reserved=RSV1))
        assert socket.read_close().close_code == 1002


@pytest.mark.parametrize(
    ("offer", "answer"),
    [
        ("permessage-deflate", {}),
        ("permessage-deflate; client_max_window_bits", {}),
        ("permessage-deflate; client_max_window_bits=15", {}),
        ("permessage-deflate; client_max_window_bits=9", {"client_max_window_bits": 9}),
        ("permessage-deflate; client_max_window_bits=8", {"client_max_window_bits": 8}),
        ("permessage-deflate; server_max_window_bits=15", {"server_max_window_bits": 15}),
        ('permessage-deflate; server_max_window_bits="10"', {"server_max_window_bits": 10}),
        ("permessage-deflate; server_max_window_bits=8", {"server_max_window_bits": 8}),
        ("permessage-deflate;server_no_context_takeover", {"server_no_context_takeover": True}),
        ("permessage-deflate ;  client_no_context_takeover", {"client_no_context_takeover": True}),
        ("x-other, permessage-deflate; server_max_window_bits=12, permessage-deflate", {"server_max_window_bits": 12}),
        ("permessage-deflate; server_max_window_bits=7, permessage-deflate; client_max_window_bits=11",
         {"client_max_window_bits": 11}),
    ],
)
def test_an_offer_is_answered_with_what_it_asks_and_what_the_server_wants(daemon, takeover_daemon, offer, answer):
    assert answer_to_offer(takeover_daemon, offer) == answer
    assert answer_to_offer(daemon, offer) == {**answer, **NO_TAKEOVER}


@pytest.mark.parametrize(
    "parameter",
    [
        "server_max_window_bits", "server_max_window_bits=7", "server_max_window_bits=16", "server_max_window_bits=08",
        "server_max_window_bits=1x", "server_max_window_bits=9; server_max_window_bits=9", "client_max_window_bits=7",
        "client_max_window_bits=16", "client_max_window_bits=010", "client_max_window_bits; client_max_window_bits",
        "server_no_context_takeover=1", "client_no_context_takeover=yes",
        "server_no_context_takeover; server_no_context_takeover", "unknown", "unknown=1",
    ],
)
def test_an_invalid_offer_is_declined_and_the_connection_goes_on_without(daemon, parameter):
    assert answer_to_offer(daemon, f"permessage-deflate; {parameter}") is None
    assert answer_to_offer(daemon, f"permessage-deflate; {parameter}, permessage-deflate") == NO_TAKEOVER


def test_offers_in_several_fields_are_read_in_their_order(daemon):
    lines = ["Sec-WebSocket-Extensions: permessage-deflate; bad", "Sec-WebSocket-Extensions: permessage-deflate"]
    with RawWebSocket(daemon, extra=lines) as socket:
        assert parameters_of(socket.response.header("sec-websocket-extensions")) == NO_TAKEOVER
        socket.echo()


def test_smaller_windows_of_the_configuration_are_asked_for(make_daemon):
    daemon = make_daemon(
        {"deflate": {**WITH_TAKEOVER, "server_max_window_bits": 10, "client_max_window_bits": 9}})
    assert answer_to_offer(daemon, "permessage-deflate") == {"server_max_window_bits": 10}
    assert answer_to_offer(daemon, "permessage-deflate; client_max_window_bits") == {
        "server_max_window_bits": 10, "client_max_window_bits": 9}
    assert answer_to_offer(daemon, "permessage-deflate; server_max_window_bits=9; client_max_window_bits=8") == {
        "server_max_window_bits": 9, "client_max_window_bits": 8}
    with DeflateWebSocket(daemon) as socket:
        for seed in range(5):
            socket.send_compressed(chat_text(5000, seed))
            assert socket.read_message() == (True, chat_text(5000, seed).encode())


def test_beyond_max_contexts_sockets_keep_nothing_between_messages(make_daemon):
    daemon = make_daemon({"server": {"loops": 1}, "deflate": {**WITH_TAKEOVER, "max_contexts": 1}})
    with DeflateWebSocket(daemon) as first:
        assert first.parameters == {}
        with DeflateWebSocket(daemon) as second:
            assert second.parameters == NO_TAKEOVER
            for socket in (first, second, first, second):
                socket.send_compressed("the same again and again " * 5)
                assert socket.read_message() == (True, b"the same again and again " * 5)
        first.close_normally()
    wait_until(lambda: answer_to_offer(daemon, "permessage-deflate") == {}, "the place is free again")


# What is on the wire.


@pytest.mark.parametrize("path", ["/ws/echo/", "/ws/echo-async/"])
@pytest.mark.parametrize("which", ["daemon", "takeover_daemon"])
@pytest.mark.parametrize("bits", range(8, 16))
def test_messages_of_all_sizes_come_back_with_every_window(request, which, path, bits):
    offer = f"permessage-deflate; server_max_window_bits={bits}; client_max_window_bits={bits}"
    with DeflateWebSocket(request.getfixturevalue(which), path, offer) as socket:
        for size in (16, 64, 256, 1024, 4096, 8192, 16384, 32768, 65536, 131072):
            for seed in (0, 1, 0):
                text = chat_text(size, seed)
                socket.send_compressed(text, sizes=[size // 10, 0, 5] if seed else None)
                compressed, message = socket.read_message()
                assert message.decode() == text
                assert compressed or size < 256
        socket.close_normally()


@pytest.mark.parametrize("which", ["daemon", "takeover_daemon"])
@pytest.mark.parametrize("size", [16, 64, 256, 1024, 4096])
def test_a_thousand_messages_come_back_in_order(request, which, size):
    texts = [chat_text(size, seed) for seed in range(50)]
    with DeflateWebSocket(request.getfixturevalue(which)) as socket:
        for number in range(1000):
            socket.send_compressed(texts[number % 50])
            assert socket.read_message()[1].decode() == texts[number % 50]
        socket.close_normally()


def test_history_is_used_where_it_was_agreed_on(daemon, takeover_daemon):
    text = chat_text(2000)
    for one, smaller in ((daemon, False), (takeover_daemon, True)):
        with DeflateWebSocket(one) as socket:
            sizes = []
            for _ in range(3):
                socket.send_compressed(text)
                received = socket.read_frame()
                assert received.reserved == RSV1
                assert socket.inflate(received.payload).decode() == text
                sizes.append(len(received.payload))
            assert (sizes[1] < sizes[0] / 3) == smaller
            assert sizes[1] == sizes[2] or smaller


def test_what_is_small_or_does_not_get_smaller_is_sent_as_it_is(daemon):
    noise = os.urandom(5000)
    with DeflateWebSocket(daemon) as socket:
        for message in (b"", b"a" * 63, noise):
            socket.send_compressed(message)
            assert socket.read_message() == (False, message)
        socket.send_compressed(b"a" * 64)
        assert socket.read_message() == (True, b"a" * 64)


def test_compressed_and_plain_messages_may_alternate(takeover_daemon):
    with DeflateWebSocket(takeover_daemon) as socket:
        for seed in range(20):
            socket.send_compressed(chat_text(500, seed // 3))
            assert socket.read_message()[1].decode() == chat_text(500, seed // 3)
            socket.send_frame(BINARY, os.urandom(300))  # comes back as it is: it does not get smaller
            socket.read_message()


def test_control_frames_are_never_compressed_and_may_stand_between_fragments(daemon):
    with DeflateWebSocket(daemon) as socket:
        payload = socket.compress("一二三".encode() * 100)
        socket.send(frame(TEXT, payload[:5], fin=False, reserved=RSV1) + frame(PING, b"a" * 125))
        pong = socket.read_frame()
        assert (pong.opcode, pong.reserved, pong.payload) == (PONG, 0, b"a" * 125)
        socket.send(frame(CONTINUATION, payload[5:]))
        assert socket.read_message() == (True, "一二三".encode() * 100)
        socket.close_normally()


@pytest.mark.parametrize("step", [1, 2, 7])
def test_a_compressed_message_cut_anywhere_in_the_network_comes_back(daemon, step):
    with DeflateWebSocket(daemon) as socket:
        data = frame(TEXT, socket.compress(chat_text(300).encode()), reserved=RSV1)
        for at in range(0, len(data), step):
            socket.send(data[at : at + step])
        assert socket.read_message()[1].decode() == chat_text(300)


HELLO = Compressor()(b"Hello")
VIOLATIONS = {
    "RSV1 in a ping": (frame(PING, b"a", reserved=RSV1), 1002),
    "RSV1 in a pong": (frame(PONG, b"a", reserved=RSV1), 1002),
    "RSV1 in a close": (frame(CLOSE, b"\x03\xe8", reserved=RSV1), 1002),
    "RSV1 in a continuation": (
        frame(TEXT, HELLO[:3], fin=False, reserved=RSV1) + frame(CONTINUATION, HELLO[3:], reserved=RSV1), 1002),
    "RSV1 in a continuation of a plain message": (
        frame(TEXT, b"a", fin=False) + frame(CONTINUATION, b"b", reserved=RSV1), 1002),
    "RSV2": (frame(TEXT, HELLO, reserved=2), 1002),
    "RSV3": (frame(TEXT, HELLO, reserved=1), 1002),
    "RSV1 and RSV2": (frame(TEXT, HELLO, reserved=6), 1002),
    "all reserved bits": (frame(TEXT, HELLO, reserved=7), 1002),
    "a reserved opcode": (frame(3, HELLO, reserved=RSV1), 1002),
    "an unmasked frame": (frame(TEXT, HELLO, reserved=RSV1, mask=False), 1002),
    "no deflate data": (frame(TEXT, b"\xff\xff\xff\xff", reserved=RSV1), 1007),
    "plain text": (frame(TEXT, b"this is plain text", reserved=RSV1), 1007),
    "deflate data cut off": (frame(TEXT, Compressor()(chat_text(500).encode())[:-9], reserved=RSV1), 1007),
    "a match before the beginning": (frame(TEXT, b"\xf2\x00\x11\x00\x00", reserved=RSV1), 1007),
    "text that is not UTF-8": (frame(TEXT, Compressor()(b"abc\xff"), reserved=RSV1), 1007),
    "half a character at the end": (frame(TEXT, Compressor()(b"abc\xe4\xb8"), reserved=RSV1), 1007),
    "text that is not UTF-8, in a message that goes on": (
        frame(TEXT, Compressor()(b"\xff" + chat_text(500).encode()), fin=False, reserved=RSV1), 1007),
    "a message one byte too large": (frame(BINARY, Compressor()(bytes(MIB + 1)), reserved=RSV1), 1009),
    "a bomb of 64 MiB": (frame(BINARY, bomb_of(64 * MIB), reserved=RSV1), 1009),
    "a bomb in fragments": (
        frame(BINARY, bomb_of(8 * MIB)[:4000], fin=False, reserved=RSV1), 1009),
}


@pytest.mark.parametrize("name", VIOLATIONS)
def test_a_violation_is_answered_with_a_close_frame(daemon, name):
    data, code = VIOLATIONS[name]
    with DeflateWebSocket(daemon) as socket:
        socket.send_compressed(chat_text(100))
        assert socket.read_message()[1].decode() == chat_text(100)
        socket.send(data)
        closed = socket.read_close()
        assert closed.close_code == code
        assert closed.close_reason


def test_a_message_as_large_as_the_limit_comes_back(daemon):
    with DeflateWebSocket(daemon) as socket:
        for message in (bytes(MIB), os.urandom(MIB)):  # the second gets larger by compression
            socket.send_compressed(message)
            assert socket.read_message()[1] == message


# Hostile clients.


def test_many_bombs_at_once_cost_no_memory(daemon):
    bomb = frame(BINARY, bomb_of(1024 * MIB), reserved=RSV1)
    assert MIB / 2 < len(bomb) < 2 * MIB
    before = resident_bytes(daemon)
    sockets = [DeflateWebSocket(daemon) for _ in range(50)]
    for socket in sockets:
        socket.send(bomb[:2000])
    for socket in sockets:
        assert socket.read_frame().close_code == 1009
        socket.close()
    with DeflateWebSocket(daemon) as socket:
        socket.send(bomb)
        assert socket.read_close().close_code == 1009
    assert daemon.keeps_freed_memory or resident_bytes(daemon) < before + 32 * MIB


def test_unfinished_compressed_messages_share_one_bound(make_daemon):
    daemon = make_daemon(
        {"server": {"loops": 1}, "deflate": {"enabled": "yes", "max_unfinished": "4MiB"}})
    almost = Compressor()(bytes(MIB - 100))
    sockets = [DeflateWebSocket(daemon) for _ in range(12)]
    for socket in sockets:
        socket.send(frame(BINARY, almost, fin=False, reserved=RSV1) + frame(PING, b"there?"))
    answers = [socket.read_frame() for socket in sockets]
    closed = [answer.close_code for answer in answers if answer.opcode == CLOSE]
    assert closed and set(closed) == {1013}
    served = [socket for socket, answer in zip(sockets, answers) if answer.opcode == PONG]
    assert len(served) >= 3
    for socket in served:
        socket.send_frame(CONTINUATION)
        assert len(socket.read_message()[1]) == MIB - 100
    for socket in sockets:
        socket.close()


# Broadcasts.


@pytest.mark.parametrize("which", ["daemon", "takeover_daemon"])
def test_a_broadcast_is_read_by_clients_of_every_kind_between_their_own_messages(request, which):
    daemon = request.getfixturevalue(which)
    person = Person(daemon, daemon.add_user(f"reader-{which}")).log_in()
    cookie = {"Cookie": person.cookie_header}
    path = person.socket_path
    offers = [f"permessage-deflate; server_max_window_bits={bits}{more}"
              for bits in range(8, 16) for more in ("", "; server_no_context_takeover")]
    sockets = [DeflateWebSocket(daemon, path, offer, cookie) for offer in offers]
    plain = RawWebSocket(daemon, path, cookie)
    for turn in range(6):
        text = chat_text(300 + 100 * turn, turn // 2)
        done = daemon.admin("broadcast", "--json", "--user", person.username, text)
        assert done.returncode == 0, done.stderr
        assert json.loads(plain.read_text())["text"] == text
        for socket in sockets:
            compressed, message = socket.read_message()
            assert compressed and json.loads(message)["text"] == text
            # An answer of the consumer's own, compressed by the socket's own compressor where it has one.
            socket.send_compressed(text)
            assert json.loads(socket.read_message()[1]) == text
    for socket in [*sockets, plain]:
        socket.close()


# Idle sockets.


def test_contexts_are_given_back_and_taken_up_again(make_daemon):
    daemon = make_daemon({"server": {"loops": 1}, "deflate": {**WITH_TAKEOVER, "context_timeout": "1s"}})
    sockets = [DeflateWebSocket(daemon) for _ in range(100)]
    empty = resident_bytes(daemon)
    for turn in range(2):
        for socket in sockets:
            socket.send_compressed(chat_text(3000, turn))
            assert socket.read_message()[1].decode() == chat_text(3000, turn)
        if daemon.keeps_freed_memory:
            time.sleep(3)  # for context_timeout: what is given back does not show
            continue
        assert turn or resident_bytes(daemon) > empty + 10 * MIB
        wait_until(lambda: resident_bytes(daemon) < empty + 8 * MIB, "the compressors are given back")
    for socket in sockets:
        socket.send_compressed(chat_text(3000, 0))  # refers to the first message, from before the pauses
        assert socket.read_message()[1].decode() == chat_text(3000, 0)
        socket.close()


# Clients of other makers.


@pytest.mark.parametrize("which", ["daemon", "takeover_daemon"])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"client_max_window_bits": True},
        {"server_no_context_takeover": True, "client_no_context_takeover": True},
        {"server_max_window_bits": 9, "client_max_window_bits": 9},
        {"server_max_window_bits": 12, "client_max_window_bits": 15, "server_no_context_takeover": True},
    ],
    ids=["bare", "usual", "no_takeover", "smallest", "mixed"],
)
async def test_the_websockets_package_is_understood(request, which, options):
    daemon = request.getfixturevalue(which)
    async with websockets.connect(
        daemon.ws_url + "/ws/echo-async/", origin=daemon.url, compression=None, max_size=2 * MIB,
        extensions=[ClientPerMessageDeflateFactory(**options)], open_timeout=PATIENCE, close_timeout=PATIENCE,
    ) as socket:
        assert [extension.name for extension in socket.extensions] == ["permessage-deflate"]
        for seed, size in enumerate([0, 1, 16, 1000, 1000, 65536, MIB, 1000]):
            text = chat_text(size, seed)
            await socket.send(text)
            assert await socket.recv() == text
            await socket.send(text.encode())
            assert await socket.recv() == text.encode()
        await socket.send([chat_text(100, seed) for seed in range(5)])
        assert await socket.recv() == "".join(chat_text(100, seed) for seed in range(5))
