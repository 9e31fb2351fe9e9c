"""Whole conversations, as the field's conformance suites hold them: what is sent, and the only answers that are right.

Each is sent in one piece, frame by frame, and byte by byte, and ends with a clean close."""

import pytest

from raw_websocket import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, RawWebSocket, close_frame, frame

# What ends a conversation, as an answer.
FAILED = (CLOSE, 1002)
BAD_TEXT = (CLOSE, 1007)
CLOSED = (CLOSE, 1000)

RANDOM = bytes(range(0x80, 0x100)) + b"\0\xff"
PING_FRAMES = [frame(PING, b"ping %d" % number) for number in range(10)]
PONGS = [(PONG, b"ping %d" % number) for number in range(10)]
HALF, REST = "κόσμε".encode()[:3], "κόσμε".encode()[3:]


def begins(payload, opcode=TEXT, reserved=0):
    return frame(opcode, payload, fin=False, reserved=reserved)


def goes_on(payload):
    return frame(CONTINUATION, payload, fin=False)


def ends(payload):
    return frame(CONTINUATION, payload)


CASES = {
    # Pings and pongs.
    "an empty ping": ([frame(PING)], [(PONG, b"")]),
    "a ping with a payload": ([frame(PING, b"hello")], [(PONG, b"hello")]),
    "a ping of bytes that are no text": ([frame(PING, RANDOM[:125])], [(PONG, RANDOM[:125])]),
    "a ping of 125 bytes": ([frame(PING, b"\xfe" * 125)], [(PONG, b"\xfe" * 125)]),
    "a ping of 126 bytes": ([frame(PING, b"\xfe" * 126)], [FAILED]),
    "an empty pong that nobody asked for": ([frame(PONG)], []),
    "a pong that nobody asked for": ([frame(PONG, b"unasked")], []),
    "a pong that nobody asked for, and a ping": ([frame(PONG, b"unasked"), frame(PING, b"a")], [(PONG, b"a")]),
    "ten pings": (PING_FRAMES, PONGS),
    # Reserved bits: what was said before is answered, and nothing behind them.
    "reserved bit 3": ([frame(TEXT, b"a", reserved=1)], [FAILED]),
    "a text, then reserved bit 2, then a ping": (
        [frame(TEXT, b"a"), frame(TEXT, b"b", reserved=2), frame(PING)], [(TEXT, b"a"), FAILED]),
    "a text, then reserved bits 2 and 3, then a ping": (
        [frame(TEXT, b"a"), frame(TEXT, b"b", reserved=3), frame(PING)], [(TEXT, b"a"), FAILED]),
    "a text, then reserved bit 1, then a ping": (
        [frame(TEXT, b"a"), frame(TEXT, b"b", reserved=4), frame(PING)], [(TEXT, b"a"), FAILED]),
    "reserved bits 1 and 3 in a binary": ([frame(BINARY, RANDOM, reserved=5)], [FAILED]),
    "reserved bits 1 and 2 in a ping": ([frame(PING, b"a", reserved=6)], [FAILED]),
    "all reserved bits in a close": ([frame(CLOSE, b"\x03\xe8", reserved=7)], [FAILED]),
    "a reserved bit in a continuation": ([begins(b"a"), frame(CONTINUATION, b"b", reserved=4)], [FAILED]),
    # Opcodes.
    **{f"the reserved opcode {opcode}, empty": ([frame(opcode)], [FAILED]) for opcode in (*range(3, 8), *range(11, 16))},
    **{f"a text, then the reserved opcode {opcode}, then a ping": (
        [frame(TEXT, b"a"), frame(opcode, b"reserved"), frame(PING)], [(TEXT, b"a"), FAILED])
       for opcode in (*range(3, 8), *range(11, 16))},
    # Fragments.
    "a ping in two fragments": ([begins(b"a", PING), ends(b"b")], [FAILED]),
    "a pong in two fragments": ([begins(b"a", PONG), ends(b"b")], [FAILED]),
    "a close in two fragments": ([begins(b"\x03\xe8", CLOSE), ends(b"")], [FAILED]),
    "a text in two fragments": ([begins(b"one "), ends(b"two")], [(TEXT, b"one two")]),
    "a binary in three fragments": (
        [begins(RANDOM, BINARY), goes_on(RANDOM), ends(RANDOM)], [(BINARY, RANDOM * 3)]),
    "a ping between fragments": ([begins(b"one "), frame(PING, b"a"), ends(b"two")], [(PONG, b"a"), (TEXT, b"one two")]),
    "ten pings between fragments": (
        [begins(b"one "), *PING_FRAMES, ends(b"two")], [*PONGS, (TEXT, b"one two")]),
    "pings at every place between fragments": (
        [begins(b"1"), goes_on(b"2"), frame(PING, b"a"), goes_on(b"3"), goes_on(b"4"), frame(PING, b"b"), ends(b"5")],
        [(PONG, b"a"), (PONG, b"b"), (TEXT, b"12345")]),
    "a last continuation of nothing, then a text": ([ends(b"a"), frame(TEXT, b"b")], [FAILED]),
    "a continuation of nothing, then a text": ([goes_on(b"a"), frame(TEXT, b"b")], [FAILED]),
    "an empty continuation of nothing": ([goes_on(b"")], [FAILED]),
    "a message, then a continuation of nothing, then a text": (
        [begins(b"one "), ends(b"two"), goes_on(b"a"), frame(TEXT, b"b")], [(TEXT, b"one two"), FAILED]),
    "a continuation of nothing ahead of fragments": ([goes_on(b"a"), begins(b"b"), ends(b"c")], [FAILED]),
    "a text within a text": ([begins(b"a"), frame(TEXT, b"b")], [FAILED]),
    "a first fragment within a text": ([begins(b"a"), begins(b"b"), ends(b"c")], [FAILED]),
    "a binary within a text, behind a ping": ([begins(b"a"), frame(PING, b"x"), frame(BINARY, b"b")], [(PONG, b"x"), FAILED]),
    # UTF-8.
    "an empty text": ([frame(TEXT)], [(TEXT, b"")]),
    "an empty text in three fragments": ([begins(b""), goes_on(b""), ends(b"")], [(TEXT, b"")]),
    "a text between empty fragments": ([begins(b""), goes_on("µ".encode()), ends(b"")], [(TEXT, "µ".encode())]),
    "a text in fragments of single bytes": (
        [begins(HALF[:1]), *[goes_on(bytes([byte])) for byte in HALF[1:] + REST], ends(b"")], [(TEXT, HALF + REST)]),
    "a character in two fragments, and a ping": (
        [begins(HALF), frame(PING, b"\xff"), ends(REST)], [(PONG, b"\xff"), (TEXT, HALF + REST)]),
    "a bad byte in the second of three fragments": (
        [begins(HALF + REST), goes_on(b"\xf4\x90\x80\x80"), ends(b"edited")], [BAD_TEXT]),
    "a bad byte behind a message": ([frame(TEXT, HALF + REST), frame(TEXT, b"\xed\xa0\x80")], [(TEXT, HALF + REST), BAD_TEXT]),
    "half a character, and the next text": ([frame(TEXT, b"\xce"), frame(TEXT, b"\xba")], [BAD_TEXT]),
    "bytes that are no text in a binary": ([frame(BINARY, b"\xce\xff\xed\xa0\x80")], [(BINARY, b"\xce\xff\xed\xa0\x80")]),
    # Closing.
    "a message, then a close": ([frame(TEXT, b"a"), close_frame(1000)], [(TEXT, b"a"), CLOSED]),
    "two closes": ([close_frame(1000), close_frame(1001)], [CLOSED]),
    "a ping behind a close": ([close_frame(1000), frame(PING)], [CLOSED]),
    "a text behind a close": ([close_frame(1000), frame(TEXT, b"a")], [CLOSED]),
    "a violation behind a close": ([close_frame(1000), frame(3, b"a", reserved=7)], [CLOSED]),
    "a close within a message": ([begins(b"a"), close_frame(1000), ends(b"b")], [CLOSED]),
    "an empty close": ([frame(CLOSE)], [(CLOSE, None)]),
    "a close of one byte": ([frame(CLOSE, b"\x03")], [FAILED]),
    "a close with a reason": ([close_frame(1000, "Tschüß".encode())], [CLOSED]),
    "a close with a reason of 123 bytes": ([close_frame(1000, b"r" * 123)], [CLOSED]),
    "a close with a reason of 124 bytes": ([close_frame(1000, b"r" * 124)], [FAILED]),
    "a close whose reason is no text": ([close_frame(1000, b"\xce\xba\xe1\xbd\xb9\xed\xa0\x80")], [BAD_TEXT]),
    "a close whose reason is cut off": ([close_frame(1000, b"\xce")], [BAD_TEXT]),
    "a bad code with a bad reason": ([close_frame(1005, b"\xff")], [FAILED]),
    "a code of 32 bits": ([frame(CLOSE, b"\0\1\0\0")], [FAILED]),
    **{f"the close code {code}": ([close_frame(code)], [(CLOSE, code)])
       for code in (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999)},
    **{f"the close code {code}, which nobody may send": ([close_frame(code)], [FAILED])
       for code in (0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535)},
}

CUTS = {
    "whole": lambda frames: [b"".join(frames)],
    "frame by frame": lambda frames: frames,
    "byte by byte": lambda frames: [bytes([byte]) for byte in b"".join(frames)],
}


def send_all(socket, pieces):
    """The server may have closed, and finished, before the last of them."""
    for piece in pieces:
        try:
            socket.send(piece)
        except (BrokenPipeError, ConnectionResetError):
            return


def expect(socket, answers):
    for opcode, said in answers:
        received = socket.read_frame()
        assert (received.opcode, received.fin, received.reserved) == (opcode, True, 0), (received, said)
        if opcode == CLOSE:
            assert received.close_code == said
            socket.expect_end()
        else:
            assert received.payload == said
    if not answers or answers[-1][0] != CLOSE:
        socket.close_normally()  # and nothing else was said


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("name", CASES)
def test_the_only_right_answers_come_to(daemon, name, cut):
    frames, answers = CASES[name]
    with RawWebSocket(daemon, "/ws/echo-async/") as socket:
        send_all(socket, CUTS[cut](frames))
        expect(socket, answers)


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 128, 65535, 65536])
@pytest.mark.parametrize("opcode", [TEXT, BINARY])
@pytest.mark.parametrize("chop", [None, 997])
def test_a_message_of_every_form_of_its_length_comes_back_in_one_frame(daemon, opcode, size, chop):
    payload = b"*" * size if opcode == TEXT else RANDOM * (size // len(RANDOM)) + b"\xfe" * (size % len(RANDOM))
    data = frame(opcode, payload)
    with RawWebSocket(daemon, "/ws/echo-async/") as socket:
        for at in range(0, len(data), chop or len(data)):
            socket.send(data[at : at + (chop or len(data))])
        expect(socket, [(opcode, payload)])


@pytest.mark.parametrize("fragment", [64, 256, 1024, 1300, 4096, 65535])
def test_a_message_that_a_client_fragments_by_itself_comes_back_whole(daemon, fragment):
    text = ("*" * 65536).encode()
    pieces = [text[at : at + fragment] for at in range(0, len(text), fragment)]
    with RawWebSocket(daemon, "/ws/echo-async/") as socket:
        socket.send(begins(pieces[0]) + b"".join(goes_on(piece) for piece in pieces[1:-1]) + ends(pieces[-1]))
        expect(socket, [(TEXT, text)])


@pytest.mark.parametrize("size", [0, 16, 64, 256, 1024, 4096, 16384])
@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_a_thousand_messages_come_back_one_after_the_other(daemon, opcode, size):
    data = frame(opcode, b"*" * size)
    with RawWebSocket(daemon, "/ws/echo-async/") as socket:
        for _ in range(1000):
            socket.send(data)
            received = socket.read_frame()
            assert (received.opcode, received.payload) == (opcode, b"*" * size)
        socket.close_normally()
