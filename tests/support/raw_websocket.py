"""A WebSocket client by hand: any handshake, any header bits, frames cut anywhere."""

import base64
import hashlib
import json
import os
import struct
import time
from dataclasses import dataclass

from deadlines import PATIENCE
from raw_http import RawConnection

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


@dataclass
class Frame:
    fin: bool
    reserved: int
    opcode: int
    payload: bytes

    @property
    def close_code(self):
        return struct.unpack("!H", self.payload[:2])[0] if self.payload else None

    @property
    def close_reason(self):
        return self.payload[2:].decode()


def frame(opcode, payload=b"", fin=True, reserved=0, mask=True, length_form=None):
    """`length_form` 16 or 64 writes the length longer than it needs to be."""
    payload = payload.encode() if isinstance(payload, str) else payload
    size = len(payload)
    if length_form is None:
        length_form = 7 if size < 126 else 16 if size < 1 << 16 else 64
    masked = 0x80 if mask else 0
    header = bytes([(0x80 if fin else 0) | reserved << 4 | opcode])
    if length_form == 7:
        header += bytes([masked | size])
    elif length_form == 16:
        header += bytes([masked | 126]) + struct.pack("!H", size)
    else:
        header += bytes([masked | 127]) + struct.pack("!Q", size)
    if not mask:
        return header + payload
    key = os.urandom(4)
    repeated = (key * (size // 4 + 1))[:size]
    number = int.from_bytes(payload, "big") ^ int.from_bytes(repeated, "big")
    return header + key + number.to_bytes(size, "big")


def close_frame(code, reason=b""):
    return frame(CLOSE, struct.pack("!H", code) + reason)


def new_key():
    return base64.b64encode(os.urandom(16)).decode()


def accept_of(key):
    return base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()).decode()


def handshake_fields(daemon, key):
    """The good handshake, in which a test changes or leaves out fields."""
    return {
        "Host": daemon.authority,
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": key,
        "Origin": daemon.url,
    }


def handshake(daemon, path="/ws/echo/", changes=None, extra=(), method="GET", version="HTTP/1.1"):
    """The bytes of a handshake; a change to None leaves the field out, `extra` lines come behind it."""
    fields = handshake_fields(daemon, new_key())
    fields.update(changes or {})
    lines = [f"{method} {path} {version}"]
    lines += [f"{name}: {value}" for name, value in fields.items() if value is not None]
    return "\r\n".join([*lines, *extra]) + "\r\n\r\n"


def answer_to(daemon, path="/ws/echo/", changes=None, **options):
    """The response to that handshake; the connection is left then."""
    with RawConnection(daemon) as connection:
        connection.send(handshake(daemon, path, changes, **options))
        return connection.read_response()


class RawWebSocket(RawConnection):
    """Connected and accepted; `response` is the 101."""

    def __init__(self, daemon, path="/ws/echo/", changes=None, extra=()):
        super().__init__(daemon)
        key = new_key()
        self.send(handshake(daemon, path, {"Sec-WebSocket-Key": key, **(changes or {})}, extra))
        self.response = self.read_response()
        if self.response.status != 101:
            self.close()
            raise AssertionError(f"the handshake for {path} was answered with {self.response.status}")
        assert self.response.header("sec-websocket-accept") == accept_of(key)

    def send_frame(self, opcode, payload=b"", **options):
        self.send(frame(opcode, payload, **options))

    def read_frame(self):
        first, second = self.read(2)
        assert not second & 0x80, "a server's frame must not be masked"
        size = second & 0x7F
        if size == 126:
            size = struct.unpack("!H", self.read(2))[0]
            assert size >= 126
        elif size == 127:
            size = struct.unpack("!Q", self.read(8))[0]
            assert size >= 1 << 16
        return Frame(bool(first & 0x80), first >> 4 & 7, first & 15, self.read(size))

    def read_text(self):
        received = self.read_frame()
        assert (received.opcode, received.fin) == (TEXT, True), received
        return received.payload.decode()

    def read_event(self):
        """The next message, which is JSON; pings are answered on the way."""
        deadline = time.monotonic() + 2 * PATIENCE
        while True:
            received = self.read_frame()
            if received.opcode != PING:
                assert (received.opcode, received.fin) == (TEXT, True), received
                return json.loads(received.payload)
            assert time.monotonic() < deadline, "nothing but pings comes"
            self.send_frame(PONG, received.payload)

    def read_close(self):
        """The next frame is the close frame, and the server finishes behind it without a reset."""
        received = self.read_frame()
        assert received.opcode == CLOSE, received
        self.expect_end()
        return received

    def answer_close(self):
        """The same for a server that waits for our own close frame before it finishes."""
        received = self.read_frame()
        assert received.opcode == CLOSE, received
        self.send(close_frame(received.close_code))
        self.expect_end()
        return received

    def close_normally(self):
        self.send(close_frame(1000))
        assert self.read_close().close_code == 1000
        self.close()

    def echo(self, text="are you there?"):
        self.send_frame(TEXT, text)
        assert self.read_text() == text
