"""Messages of sixteen mebibytes, where the limits allow them: in one frame, in tiny fragments, in tiny pieces of the network."""

import os

import pytest

from deflate_websocket import DeflateWebSocket
from raw_websocket import BINARY, CONTINUATION, TEXT, RawWebSocket, frame
from sending import Sending

MIB = 1 << 20
SIZE = 16 * MIB


@pytest.fixture(scope="module")
def daemon_settings():
    return {
        "websocket": {"max_message_size": "16MiB", "max_fragments": 1000000, "inbox_bytes": "32MiB"},
        "outbox": {"hard_limit": "64MiB"},
        "deflate": {"enabled": "yes"},
    }


def fragments(opcode, payload, size):
    """With the key 0, which leaves a payload as it is: masking so much in Python takes a minute."""
    for at in range(0, len(payload), size):
        piece = payload[at : at + size]
        first = (opcode if at == 0 else CONTINUATION) | (0x80 if at + size >= len(payload) else 0)
        length = bytes([0x80 | len(piece)]) if len(piece) < 126 else b"\xfe" + len(piece).to_bytes(2, "big")
        yield bytes([first]) + length + bytes(4) + piece


@pytest.mark.parametrize("path", ["/ws/echo/", "/ws/echo-async/"])
def test_sixteen_mebibytes_in_one_frame_come_back(daemon, path):
    payload = os.urandom(SIZE)
    with RawWebSocket(daemon, path) as socket, Sending(socket, [frame(BINARY, payload)]):
        assert (socket.read_frame().payload == payload) is True  # without a report of so many bytes


@pytest.mark.parametrize(("opcode", "size"), [(TEXT, 64), (BINARY, 64), (TEXT, 4096)])
def test_sixteen_mebibytes_in_fragments_come_back(daemon, opcode, size):
    payload = ("赞乎 zanhu " * (SIZE // 12)).encode()[: SIZE - 4]
    payload = payload.decode(errors="ignore").encode()
    blocks = b"".join(fragments(opcode, payload, size))
    with RawWebSocket(daemon) as socket, Sending(socket, [blocks]):
        received = socket.read_frame()
        assert (received.opcode, received.payload == payload) == (opcode, True)


def test_a_mebibyte_in_network_pieces_of_64_bytes_comes_back(daemon):
    data = frame(TEXT, "z" * MIB)
    pieces = [data[at : at + 64] for at in range(0, len(data), 64)]
    with RawWebSocket(daemon) as socket, Sending(socket, pieces):
        assert socket.read_text() == "z" * MIB


def test_many_network_pieces_of_one_byte_are_joined(daemon):
    data = frame(TEXT, "z" * 20000)
    pieces = [data[at : at + 1] for at in range(len(data))]
    with RawWebSocket(daemon) as socket, Sending(socket, pieces):
        assert socket.read_text() == "z" * 20000


def test_sixteen_mebibytes_compressed_come_back(daemon):
    text = b"a line that is there again and again, line by line\n" * (SIZE // 51)
    with DeflateWebSocket(daemon) as socket:
        socket.send_compressed(text)
        assert socket.read_message() == (True, text)


def test_one_byte_above_sixteen_mebibytes_is_1009(daemon):
    with RawWebSocket(daemon) as socket:
        socket.send(b"\x82\xff" + (SIZE + 1).to_bytes(8, "big") + bytes(4))
        assert socket.read_close().close_code == 1009
