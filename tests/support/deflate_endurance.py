"""Thousands of compressed messages through one socket, there and back."""

import functools
import itertools
import zlib

from deflate_websocket import RSV1, TAIL, Compressor, DeflateWebSocket, chat_text
from raw_websocket import CONTINUATION, TEXT, frame
from sending import Sending

TEXTS = 10  # different ones of a size
SMALL = 64  # bytes, which may not be worth compressing


@functools.cache
def packed_alone(text, bits):
    """Where no message refers to another one, the same text is always the same payload."""
    return Compressor(bits)(text.encode())


class Endurance(DeflateWebSocket):
    """Without the checks that take long: a message is inflated in one call."""

    def __init__(self, daemon, bits):
        offer = f"permessage-deflate; server_max_window_bits={bits}; client_max_window_bits={bits}"
        super().__init__(daemon, "/ws/echo-async/", offer)
        assert self.parameters["server_max_window_bits"] == bits
        self._bits = bits
        self._keeps = not self.parameters.get("server_no_context_takeover")
        self._inflater = zlib.decompressobj(-bits)
        self._packs_alone = bool(self.parameters.get("client_no_context_takeover"))

    def packed(self, text):
        return packed_alone(text, self._bits) if self._packs_alone else self.compress(text.encode())

    def expect(self, text):
        received = self.read_frame()
        assert (received.opcode, received.fin) == (TEXT, True)
        message = received.payload
        assert received.reserved == RSV1 or len(message) <= SMALL
        if received.reserved == RSV1:
            message = self._inflater.decompress(message + TAIL)
            if not self._keeps:
                self._inflater = zlib.decompressobj(-self._bits)
        assert (message == text.encode()) is True  # without a report of so many bytes

    def frames(self, text, fragment=None):
        """The message in one frame, or in fragments of so many bytes."""
        payload = self.packed(text)
        step = fragment or len(payload)
        starts = range(0, len(payload), step)
        return b"".join(
            frame(
                CONTINUATION if at else TEXT, payload[at : at + step], fin=at == starts[-1], reserved=0 if at else RSV1
            )
            for at in starts
        )


def run_through(daemon, bits, sizes, count, fragment=None):
    """So many messages of each size; the next ones are on their way while one is checked."""
    with Endurance(daemon, bits) as socket:
        for size in sizes:
            texts = [chat_text(size, seed) for seed in range(TEXTS)]
            messages = (socket.frames(texts[number % TEXTS], fragment) for number in range(count))
            with Sending(socket, messages):
                for text in itertools.islice(itertools.cycle(texts), count):
                    socket.expect(text)
        socket.close_normally()
