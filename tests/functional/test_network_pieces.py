"""The largest messages in network pieces of one byte."""

import os

import pytest

from network_pieces import on_one_processor, send_single_bytes
from raw_websocket import BINARY, CONTINUATION, TEXT, RawWebSocket, frame

MIB = 1 << 20


@pytest.fixture(scope="module")
def daemon_settings():
    return {
        "server": {"loops": 1},
        "websocket": {
            "max_message_size": "16MiB", "max_fragments": 1000000, "inbox_bytes": "32MiB", "ping_interval": 0,
        },
        "outbox": {"hard_limit": "64MiB"},
    }


def check_comes_back(daemon, opcode, payload, data, path="/ws/echo/"):
    with RawWebSocket(daemon, path) as socket:
        with on_one_processor(daemon.pid):
            send_single_bytes(socket.socket, data)
        received = socket.read_frame()
        assert (received.opcode, received.fin) == (opcode, True)
        assert (received.payload == payload) is True  # without a report of so many bytes
        socket.close_normally()


def test_sixteen_mebibytes_in_network_pieces_of_one_byte_come_back(daemon):
    # The kernel takes half a minute for all of them, whatever the build; a sanitizer sees no more in the rest.
    payload = os.urandom(MIB if daemon.keeps_freed_memory else 16 * MIB)
    check_comes_back(daemon, BINARY, payload, frame(BINARY, payload))


@pytest.mark.parametrize("path", ["/ws/echo/", "/ws/echo-async/"])
def test_fragments_of_64_bytes_in_network_pieces_of_one_byte_come_back(daemon, path):
    text = ("赞乎 zanhu " * (MIB // 40)).encode()
    parts = [text[at : at + 64] for at in range(0, len(text), 64)]
    data = b"".join(
        frame(CONTINUATION if number else TEXT, part, fin=number == len(parts) - 1)
        for number, part in enumerate(parts)
    )
    check_comes_back(daemon, TEXT, text, data, path)
