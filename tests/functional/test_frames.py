"""Frames: what is kept, and how each way to break the protocol ends (RFC 6455 5 and 7)."""

import os
import struct

import pytest

from raw_http import RawConnection
from raw_websocket import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    PONG,
    TEXT,
    RawWebSocket,
    close_frame,
    frame,
    handshake,
)

MIB = 1 << 20

VIOLATIONS = {
    "an unmasked text": (frame(TEXT, "hello", mask=False), 1002),
    "an unmasked close": (frame(CLOSE, b"\x03\xe8", mask=False), 1002),
    "reserved bit 1": (frame(TEXT, "hello", reserved=4), 1002),
    "reserved bit 2": (frame(TEXT, "hello", reserved=2), 1002),
    "reserved bit 3": (frame(PING, "hello", reserved=1), 1002),
    "the reserved opcode 3": (frame(3, "hello"), 1002),
    "the reserved opcode 7": (frame(7, "hello"), 1002),
    "the reserved opcode 11": (frame(11, "hello"), 1002),
    "the reserved opcode 15": (frame(15, "hello"), 1002),
    "a continuation of nothing": (frame(CONTINUATION, "hello"), 1002),
    "a text within a text": (frame(TEXT, "a", fin=False) + frame(TEXT, "b"), 1002),
    "a binary within a text": (frame(TEXT, "a", fin=False) + frame(BINARY, "b"), 1002),
    "a ping in fragments": (frame(PING, "hello", fin=False), 1002),
    "a ping of 126 bytes": (frame(PING, b"x" * 126), 1002),
    "a close of 126 bytes": (close_frame(1000, b"x" * 124), 1002),
    "a length longer than needed, 16 bits": (frame(TEXT, "hello", length_form=16), 1002),
    "a length longer than needed, 64 bits": (frame(TEXT, "hello", length_form=64), 1002),
    "a length with the highest bit": (b"\x81\xff" + struct.pack("!Q", 1 << 63) + b"\0\0\0\0", 1002),
    "a length of 2^63 - 1": (b"\x81\xff" + struct.pack("!Q", (1 << 63) - 1) + b"\0\0\0\0", 1009),
    "a length of 4 GiB": (b"\x82\xff" + struct.pack("!Q", 1 << 32) + b"\0\0\0\0", 1009),
    "half a character at the end of a text": (frame(TEXT, b"ab\xe5\xbc"), 1007),
    "half a character at the end of the last fragment": (
        frame(TEXT, b"ab", fin=False) + frame(CONTINUATION, b"\xe5\xbc"), 1007),
    "a surrogate": (frame(TEXT, b"\xed\xa0\x80"), 1007),
    "an overlong form": (frame(TEXT, b"\xc0\xaf"), 1007),
    "a character above the last": (frame(TEXT, b"\xf4\x90\x80\x80"), 1007),
    "bad bytes in a first fragment, before the message has ended": (frame(TEXT, b"\xff", fin=False), 1007),
    "a close of one byte": (frame(CLOSE, b"\x03"), 1002),
    "a close reason that is not UTF-8": (close_frame(1000, b"\xff\xfe"), 1007),
    **{f"the close code {code}": (close_frame(code), 1002)
       for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 2000, 2999, 5000, 65535)},
}


@pytest.mark.parametrize("path", ["/ws/echo/", "/ws/echo-async/"])
@pytest.mark.parametrize("name", VIOLATIONS)
def test_a_close_frame_and_no_reset_answers(daemon, path, name):
    data, code = VIOLATIONS[name]
    with RawWebSocket(daemon, path) as socket:
        socket.send(data)
        closed = socket.read_close()
        assert closed.close_code == code
        assert closed.close_reason, "the reason helps whoever wrote the client"


@pytest.mark.parametrize("name", VIOLATIONS)
def test_a_violation_cut_at_every_byte_is_seen_all_the_same(daemon, name):
    data, code = VIOLATIONS[name]
    with RawWebSocket(daemon) as socket:
        for index in range(len(data)):
            socket.send(data[index : index + 1])
        assert socket.read_close().close_code == code


def test_a_violation_with_much_more_behind_it_is_answered_without_a_reset(daemon):
    with RawWebSocket(daemon) as socket:
        socket.send(frame(TEXT, "hello", mask=False) + b"x" * MIB)
        assert socket.read_close().close_code == 1002


def test_a_continuation_behind_the_end_of_a_message_is_a_violation(daemon):
    with RawWebSocket(daemon) as socket:
        socket.send(frame(TEXT, "a", fin=False) + frame(CONTINUATION, "b"))
        assert socket.read_text() == "ab"
        socket.send_frame(CONTINUATION, "c")
        assert socket.read_close().close_code == 1002


def test_messages_before_a_violation_are_still_answered(daemon):
    with RawWebSocket(daemon, "/ws/echo-async/") as socket:
        socket.send(frame(TEXT, "first") + frame(TEXT, "second") + frame(TEXT, "bad", reserved=4))
        assert [socket.read_text(), socket.read_text()] == ["first", "second"]
        assert socket.read_close().close_code == 1002


@pytest.mark.parametrize("path", ["/ws/echo/", "/ws/echo-async/"])
@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65535, 65536, MIB])
def test_a_message_comes_back_whole_at_every_form_of_its_length(daemon, path, size):
    payload = os.urandom(size)
    with RawWebSocket(daemon, path) as socket:
        socket.send_frame(BINARY, payload)
        received = socket.read_frame()
        assert (received.fin, received.reserved, received.opcode) == (True, 0, BINARY)
        assert received.payload == payload


@pytest.mark.parametrize("path", ["/ws/echo/", "/ws/echo-async/"])
def test_one_byte_above_the_limit_is_1009(daemon, path):
    with RawWebSocket(daemon, path) as socket:
        socket.send_frame(BINARY, b"x" * (MIB + 1))
        assert socket.read_close().close_code == 1009


def test_fragments_that_are_too_large_together_are_1009(daemon):
    with RawWebSocket(daemon) as socket:
        socket.send(frame(BINARY, b"x" * (MIB // 2), fin=False) + frame(CONTINUATION, b"x" * (MIB // 2), fin=False))
        socket.send_frame(CONTINUATION, b"x")
        assert socket.read_close().close_code == 1009


def test_too_many_fragments_are_1009(daemon):
    with RawWebSocket(daemon) as socket:
        socket.send(frame(TEXT, "", fin=False) + frame(CONTINUATION, "", fin=False) * 1024)
        assert socket.read_close().close_code == 1009


@pytest.mark.parametrize("path", ["/ws/echo/", "/ws/echo-async/"])
def test_a_ping_between_fragments_is_answered_first(daemon, path):
    with RawWebSocket(daemon, path) as socket:
        socket.send_frame(TEXT, "张".encode()[:2], fin=False)
        socket.send_frame(PING, "in between")
        pong = socket.read_frame()
        assert (pong.opcode, pong.payload) == (PONG, b"in between")
        socket.send_frame(CONTINUATION, "张".encode()[2:] + "三".encode())
        assert socket.read_text() == "张三"


def test_a_ping_of_125_bytes_comes_back_as_a_pong(daemon):
    payload = os.urandom(125)
    with RawWebSocket(daemon) as socket:
        socket.send_frame(PING, payload)
        pong = socket.read_frame()
        assert (pong.opcode, pong.fin, pong.payload) == (PONG, True, payload)


def test_a_pong_that_nobody_asked_for_is_ignored(daemon):
    with RawWebSocket(daemon) as socket:
        socket.send_frame(PONG, "unasked")
        socket.echo()


def test_empty_fragments_make_an_empty_message(daemon):
    with RawWebSocket(daemon) as socket:
        socket.send(frame(TEXT, "", fin=False) + frame(CONTINUATION, "", fin=False) + frame(CONTINUATION, ""))
        assert socket.read_text() == ""


def test_a_message_cut_at_every_byte_comes_back(daemon):
    with RawWebSocket(daemon) as socket:
        for byte in frame(TEXT, "zanhu 赞乎"):
            socket.send(bytes([byte]))
        assert socket.read_text() == "zanhu 赞乎"


def test_many_messages_in_one_segment_come_back_in_order(daemon):
    texts = [f"message {number}" for number in range(2000)]
    for path in ("/ws/echo/", "/ws/echo-async/"):
        with RawWebSocket(daemon, path) as socket:
            socket.send(b"".join(frame(TEXT, text) for text in texts))
            assert [socket.read_text() for _ in texts] == texts
            socket.close_normally()


@pytest.mark.parametrize("code", [*range(1000, 1004), *range(1007, 1015), 3000, 4000, 4999])
def test_a_close_code_is_echoed(daemon, code):
    with RawWebSocket(daemon) as socket:
        socket.send(close_frame(code, "再见".encode()))
        assert socket.read_close().close_code == code


def test_a_close_without_a_code_is_echoed_without_one(daemon):
    with RawWebSocket(daemon) as socket:
        socket.send_frame(CLOSE)
        assert socket.read_close().payload == b""


def test_nothing_is_answered_behind_the_clients_close(daemon):
    with RawWebSocket(daemon) as socket:
        socket.send(close_frame(1000) + frame(TEXT, "too late") + frame(PING, "too late"))
        assert socket.read_close().close_code == 1000


def test_a_client_that_goes_away_without_a_word_harms_nobody(daemon):
    for cut in (b"", b"\x81", b"\x81\x85", frame(TEXT, "hello")[:8], frame(TEXT, "a", fin=False)):
        socket = RawWebSocket(daemon)
        socket.send(cut)
        socket.close()


def test_a_client_that_finishes_within_a_handshake_harms_nobody(daemon):
    for size in (1, 20, 100):
        with RawConnection(daemon) as connection:
            connection.send(handshake(daemon)[:size])
            connection.finish()
            connection.read_to_end()
