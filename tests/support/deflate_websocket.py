"""The client's side of permessage-deflate by hand (RFC 7692), over the raw WebSocket."""

import functools
import random
import zlib

from raw_websocket import BINARY, CONTINUATION, TEXT, RawWebSocket, frame

TAIL = b"\x00\x00\xff\xff"
RSV1 = 4
NO_TAKEOVER = {"server_no_context_takeover": True, "client_no_context_takeover": True}
WITH_TAKEOVER = {
    "enabled": "yes", "threshold": "1B", "server_no_context_takeover": "no", "client_no_context_takeover": "no",
}
WORDS = ["hello ", "你好", '{"type": "message", ', "zanhu ", '"from": "alice", ', "see you at ", "\n"]


@functools.cache
def chat_text(size, seed=0):
    """Compressible UTF-8 of so many bytes, the same for the same seed."""
    chosen = random.Random(seed)
    words = [chosen.choice(WORDS) + str(chosen.randrange(10**6)) * (chosen.random() < 0.3) for _ in range(size // 5 + 9)]
    cut = "".join(words).encode()[:size].decode(errors="ignore")
    return cut + "." * (size - len(cut.encode()))


class Compressor:
    """Payloads of compressed messages; with `takeover` each may refer to those before it."""

    def __init__(self, bits=15, takeover=False):
        # zlib cannot compress with a window of 8 bits; with 9 its matches stay within the smaller one.
        self._bits = max(bits, 9)
        self._takeover = takeover
        self._object = None

    def __call__(self, message):
        if self._object is None or not self._takeover:
            self._object = zlib.compressobj(6, zlib.DEFLATED, -self._bits)
        data = self._object.compress(message) + self._object.flush(zlib.Z_SYNC_FLUSH)
        assert data.endswith(TAIL)
        return data[: -len(TAIL)]


class Decompressor:
    """In small steps, so that zlib sees a match that reaches back further than the window."""

    def __init__(self, bits=15, takeover=False):
        self._bits = bits
        self._takeover = takeover
        self._object = None

    def __call__(self, payload):
        if self._object is None or not self._takeover:
            self._object = zlib.decompressobj(-self._bits)
        data = payload + TAIL
        pieces = []
        for at in range(0, len(data), 32):
            rest = data[at : at + 32]
            while rest:
                pieces.append(self._object.decompress(rest, 64))
                rest = self._object.unconsumed_tail
        while piece := self._object.decompress(b"", 64):
            pieces.append(piece)
        assert not self._object.unused_data
        return b"".join(pieces)


def parameters_of(extensions):
    """The answer's parameters; {} when nothing was agreed on beside the extension itself, None for no answer."""
    if extensions is None:
        return None
    name, *parameters = [part.strip() for part in extensions.split(";")]
    assert name == "permessage-deflate", extensions
    pairs = [parameter.partition("=")[::2] for parameter in parameters]
    assert len(dict(pairs)) == len(pairs), extensions
    return {name: int(value) if value else True for name, value in pairs}


class DeflateWebSocket(RawWebSocket):
    """Connected, with permessage-deflate agreed on; compresses and inflates as the answer says."""

    def __init__(self, daemon, path="/ws/echo/", offer="permessage-deflate; client_max_window_bits", changes=None):
        super().__init__(daemon, path, {"Sec-WebSocket-Extensions": offer, **(changes or {})})
        self.parameters = parameters_of(self.response.header("sec-websocket-extensions"))
        assert self.parameters is not None, "compression was not agreed on"
        get = self.parameters.get
        self.compress = Compressor(get("client_max_window_bits", 15), not get("client_no_context_takeover"))
        self.inflate = Decompressor(get("server_max_window_bits", 15), not get("server_no_context_takeover"))

    def send_compressed(self, message, opcode=None, sizes=None):
        """In one frame, or in fragments of the given sizes and a last one with the rest."""
        opcode = opcode or (TEXT if isinstance(message, str) else BINARY)
        payload = self.compress(message.encode() if isinstance(message, str) else message)
        frames = b""
        for size in sizes or []:
            frames += frame(opcode, payload[:size], fin=False, reserved=0 if opcode == CONTINUATION else RSV1)
            payload = payload[size:]
            opcode = CONTINUATION
        self.send(frames + frame(opcode, payload, reserved=0 if opcode == CONTINUATION else RSV1))

    def read_message(self):
        """(whether it was compressed, the message as bytes)"""
        received = self.read_frame()
        assert received.fin and received.opcode in (TEXT, BINARY), received
        assert received.reserved in (0, RSV1), received
        compressed = received.reserved == RSV1
        return compressed, self.inflate(received.payload) if compressed else received.payload
