"""RFC 6455 rule by rule against the real daemon: every opcode with every reserved bit, every close code, text of every kind."""

import contextlib
import random
import struct

import pytest

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
)

SENDABLE = {*range(1000, 1004), *range(1007, 1015), *range(3000, 5000)}


def in_batches(values, size=100):
    for at in range(0, len(values), size):
        yield values[at : at + size]


@contextlib.contextmanager
def open_sockets(daemon, count):
    """Of the consumer that answers at once, so that a message's answer is ahead of a later ping's."""
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(RawWebSocket(daemon, "/ws/echo-async/")) for _ in range(count)]


def test_every_close_code_is_echoed_or_refused(daemon):
    for codes in in_batches([0, *range(999, 5001), 65535]):
        with open_sockets(daemon, len(codes)) as sockets:
            for code, socket in zip(codes, sockets):
                socket.send(close_frame(code))
            for code, socket in zip(codes, sockets):
                assert socket.read_close().close_code == (code if code in SENDABLE else 1002), code


@pytest.mark.parametrize("reserved", range(8))
def test_every_opcode_with_every_reserved_bit(daemon, reserved):
    with open_sockets(daemon, 32) as sockets:
        cases = [(opcode, fin) for opcode in range(16) for fin in (True, False)]
        for (opcode, fin), socket in zip(cases, sockets):
            payload = b"\x03\xe8" if opcode == CLOSE else b"payload"
            socket.send(frame(opcode, payload, fin=fin, reserved=reserved))
            socket.send_frame(PING, b"behind it")
        for (opcode, fin), socket in zip(cases, sockets):
            received = socket.read_frame()
            if reserved == 0 and opcode in (TEXT, BINARY, PING) and fin:
                assert received.opcode == (PONG if opcode == PING else opcode), (opcode, fin)
                assert received.payload == b"payload"
                received = socket.read_frame()
            if reserved == 0 and (opcode in (TEXT, BINARY) or opcode in (PING, PONG) and fin):
                assert (received.opcode, received.payload) == (PONG, b"behind it"), (opcode, fin)
            else:
                code = 1000 if reserved == 0 and opcode == CLOSE and fin else 1002
                assert (received.opcode, received.close_code) == (CLOSE, code), (opcode, fin)
                socket.expect_end()


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 128, 255, 256, 65535, 65536, 65537])
@pytest.mark.parametrize("opcode", [CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG])
def test_an_unmasked_frame_of_any_kind_and_size_is_1002(daemon, opcode, size):
    with RawWebSocket(daemon) as socket:
        socket.send(frame(opcode, b"\x03\xe8" * (size // 2) + b"x" * (size % 2), mask=False))
        assert socket.read_close().close_code == 1002


@pytest.mark.parametrize("opcode", [PING, PONG, CLOSE])
@pytest.mark.parametrize("size", [0, 1, 2, 3, 124, 125, 126, 127, 128, 200, 65535, 65536])
def test_control_frames_have_at_most_125_bytes(daemon, opcode, size):
    payload = (b"\x03\xe8" + b"r" * 65536)[:size]
    with RawWebSocket(daemon) as socket:
        socket.send_frame(opcode, payload)
        if size > 125 or opcode == CLOSE:
            code = 1002 if size > 125 or size == 1 else 1000 if size else None
            assert socket.read_close().close_code == code
            return
        if opcode == PING:
            pong = socket.read_frame()
            assert (pong.opcode, pong.payload) == (PONG, payload)
        socket.echo()


VALID_TEXTS = {
    "ASCII": b"hello", "Greek": "κόσμε".encode(), "mixed": "Hello-µ@ßöäüàá-UTF-8!!".encode(), "Chinese": "赞乎你好".encode(),
    "the first of 2 bytes": b"\xc2\x80", "the last of 2 bytes": b"\xdf\xbf",
    "the first of 3 bytes": b"\xe0\xa0\x80", "the last of 3 bytes": b"\xef\xbf\xbf",
    "the first of 4 bytes": b"\xf0\x90\x80\x80", "the last of all": b"\xf4\x8f\xbf\xbf",
    "before the surrogates": b"\xed\x9f\xbf", "behind the surrogates": b"\xee\x80\x80",
    "the replacement character": b"\xef\xbf\xbd", "noncharacters": "\ufffe\uffff\U0001fffe\U0010ffff\ufdd0".encode(),
    "zero": b"\0", "private use": b"\xf3\xb0\x80\x80", "a byte order mark": b"\xef\xbb\xbf",
}
# Each with the number of bytes after which it can be known to be wrong.
INVALID_TEXTS = {
    "a continuation byte alone": (b"\x80", 1), "the last continuation byte": (b"\xbf", 1), "fe": (b"\xfe", 1), "ff": (b"\xff", 1),
    "c0": (b"\xc0\x80", 1), "c1": (b"\xc1\xbf", 1), "f5": (b"\xf5\x80\x80\x80", 1), "5 bytes": (b"\xf8\x88\x80\x80\x80", 1),
    "6 bytes": (b"\xfc\x84\x80\x80\x80\x80", 1), "overlong in 3": (b"\xe0\x80\xaf", 2), "overlong in 4": (b"\xf0\x80\x80\xaf", 2),
    "the highest overlong in 3": (b"\xe0\x9f\xbf", 2), "the highest overlong in 4": (b"\xf0\x8f\xbf\xbf", 2),
    "above the last": (b"\xf4\x90\x80\x80", 2), "the first surrogate": (b"\xed\xa0\x80", 2),
    "the last surrogate": (b"\xed\xbf\xbf", 2), "a pair of surrogates": (b"\xed\xa0\xbd\xed\xb8\x80", 2),
    "a start within a character": (b"\xe4\xb8\xe4", 3), "ASCII within a character": (b"\xf0\x9f\x98a", 4),
    "behind good text": (b"good text, and long enough for blocks of 32 bytes\xc0", 50),
}
UNFINISHED = [b"\xc2", b"\xe4", b"\xe4\xb8", b"\xf0", b"\xf0\x9f", b"\xf0\x9f\x98"]


@pytest.mark.parametrize("name", VALID_TEXTS)
def test_valid_text_comes_back_whole_in_fragments_and_in_single_bytes(daemon, name):
    text = VALID_TEXTS[name]
    with RawWebSocket(daemon) as socket:
        socket.send_frame(TEXT, text)
        assert socket.read_frame().payload == text
        for at in range(len(text) + 1):
            socket.send(frame(TEXT, text[:at], fin=False) + frame(CONTINUATION, text[at:]))
            assert socket.read_frame().payload == text
        for byte in frame(TEXT, text):
            socket.send(bytes([byte]))
        assert socket.read_frame().payload == text


@pytest.mark.parametrize("name", INVALID_TEXTS)
def test_invalid_text_is_1007_at_its_first_wrong_byte(daemon, name):
    text, enough = INVALID_TEXTS[name]
    with RawWebSocket(daemon) as whole:
        whole.send_frame(TEXT, text)
        assert whole.read_close().close_code == 1007
    with RawWebSocket(daemon) as fragments:
        fragments.send(frame(TEXT, text[: enough - 1], fin=False))
        fragments.send_frame(PING, b"still fine?")
        assert fragments.read_frame().opcode == PONG
        fragments.send_frame(CONTINUATION, text[enough - 1 : enough], fin=False)  # and the message goes on
        assert fragments.read_close().close_code == 1007
    with RawWebSocket(daemon) as cut:
        announced = frame(TEXT, text + b"the rest of this frame never comes")
        cut.send(announced[: 6 + enough])
        assert cut.read_close().close_code == 1007
    with RawWebSocket(daemon) as reason:
        reason.send(close_frame(1000, text))
        assert reason.read_close().close_code == 1007


@pytest.mark.parametrize("text", UNFINISHED)
def test_an_unfinished_character_is_1007_when_the_message_ends_and_not_before(daemon, text):
    with RawWebSocket(daemon) as socket:
        socket.send(frame(TEXT, b"abc" + text, fin=False) + frame(PING, b""))
        assert socket.read_frame().opcode == PONG
        socket.send_frame(CONTINUATION)
        assert socket.read_close().close_code == 1007


def test_binary_messages_and_control_frames_may_hold_any_bytes(daemon):
    everything = bytes(range(256))
    with RawWebSocket(daemon) as socket:
        socket.send_frame(BINARY, everything)
        assert socket.read_frame().payload == everything
        for at in range(0, 256, 125):
            socket.send_frame(PING, everything[at : at + 125])
            assert socket.read_frame().payload == everything[at : at + 125]


@pytest.mark.parametrize("size", [0, 1, 122, 123])
def test_a_close_reason_of_every_length_is_taken(daemon, size):
    with RawWebSocket(daemon) as socket:
        socket.send(close_frame(4000, b"r" * size))
        assert socket.read_close().close_code == 4000


def test_a_message_that_was_begun_before_the_close_is_given_up(daemon):
    with RawWebSocket(daemon) as socket:
        socket.send(frame(TEXT, "a", fin=False) + close_frame(1000) + frame(CONTINUATION, "b") + frame(PING, b""))
        assert socket.read_close().close_code == 1000


def test_a_large_message_right_before_the_close_is_still_answered(daemon):
    text = "a" * (256 << 10)
    with RawWebSocket(daemon, "/ws/echo-async/") as socket:
        socket.send(frame(TEXT, text) + close_frame(1000) + frame(PING, b"too late"))
        assert socket.read_text() == text
        assert socket.read_close().close_code == 1000


def test_pings_are_answered_each_and_in_order(daemon):
    payloads = [str(number).encode() for number in range(200)]
    with RawWebSocket(daemon) as socket:
        socket.send(b"".join(frame(PING, payload) for payload in payloads))
        for payload in payloads:
            pong = socket.read_frame()
            assert (pong.opcode, pong.payload) == (PONG, payload)


def test_the_same_traffic_cut_at_random_places_gives_the_same_answers(daemon):
    chosen = random.Random(6455)
    messages = [("一二三" * chosen.randrange(400)).encode() for _ in range(30)]
    data = b""
    for message in messages:
        at = chosen.randrange(len(message) + 1)
        data += frame(TEXT, message[:at], fin=False) + frame(PONG, b"unasked") + frame(CONTINUATION, message[at:])
    for scale in (1, 20, 3000):
        with RawWebSocket(daemon) as socket:
            at = 0
            while at < len(data):
                size = chosen.randrange(1, scale + 1) if at < 3000 or scale > 1 else len(data)
                socket.send(data[at : at + size])
                at += size
            assert [socket.read_frame().payload for _ in messages] == messages
            socket.close_normally()


def test_lengths_that_announce_too_much_are_refused_before_the_payload(daemon):
    for length, code in ((1 << 20, None), ((1 << 20) + 1, 1009), (1 << 40, 1009), ((1 << 63) - 1, 1009), (1 << 63, 1002)):
        with RawWebSocket(daemon) as socket:
            socket.send(b"\x82\xff" + struct.pack("!Q", length) + b"\1\2\3\4")
            if code is not None:
                assert socket.read_close().close_code == code
