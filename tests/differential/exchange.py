"""One exchange with a server, and what a client could see of it, in a form in which two servers can be compared."""

import json
from dataclasses import dataclass

from deadlines import PATIENCE
from raw_http import RawConnection
from raw_websocket import CLOSE, PING, PONG, TEXT, accept_of, frame, handshake, new_key

# The last message: every consumer here gives it back as it is, also one that reads it as JSON.
LAST = '"the last text"'
LASTS = {"text": frame(TEXT, LAST), "layer": frame(TEXT, f"group {LAST}"), "ping": frame(PING, LAST)}
OPCODES = {0: "continuation", 1: "text", 2: "binary", 8: "close", 9: "ping", 10: "pong"}


@dataclass(frozen=True)
class Exchange:
    """A handshake for `path`, `sends` behind its 101, and then frames until the answer to a last message or the end of
    the connection, whichever comes first. That message goes through the consumer (`text`), through the consumer and
    the channel layer (`layer`), or to the protocol server alone (`ping`)."""

    name: str
    path: str = "/ws/echo/"
    changes: tuple = ()  # (field, value) over the good handshake; None leaves it out
    extra: tuple = ()  # further lines
    method: str = "GET"
    version: str = "HTTP/1.1"
    sends: tuple = ()
    last: str = "text"
    as_json: bool = False  # texts are compared as what they mean


def observe(server, exchange):
    """What this server does, as a value made of JSON's types."""
    with RawConnection(server) as connection:
        connection.socket.settimeout(3 * PATIENCE)
        key = new_key()
        changes = {"Sec-WebSocket-Key": key, **{k: substituted(v, server) for k, v in exchange.changes}}
        connection.send(
            handshake(server, exchange.path, changes, exchange.extra, exchange.method, exchange.version)
        )
        try:
            response = connection.read_response(head_only=True)
        except (EOFError, ConnectionResetError):
            return {"status": "dropped"}
        seen = {"status": response.status}
        for name in ("sec-websocket-protocol", "sec-websocket-extensions", "sec-websocket-version"):
            if response.header(name) is not None:
                seen[name] = response.header(name)
        if response.status == 101:
            assert response.header("sec-websocket-accept") == accept_of(key)
            seen.update(frames_of(connection, exchange))
        return seen


def substituted(value, server):
    """The server's own address, where a field names it."""
    return value if value is None else value.replace("{authority}", server.authority).replace("{host}", server.host)


def frames_of(connection, exchange):
    frames = []
    closing = any(sent[:1] == b"\x88" for sent in exchange.sends)
    try:
        connection.send(b"".join([*exchange.sends, b"" if closing else LASTS[exchange.last]]))
    except (ConnectionResetError, BrokenPipeError):
        pass  # what the server said before can still be read
    try:
        while True:
            opcode, payload = read_frame(connection)
            if opcode == CLOSE:
                answer_close(connection, payload, closing)
                return {"frames": frames, "end": ["close", int.from_bytes(payload[:2], "big") if payload else None]}
            if opcode in (TEXT, PONG) and payload == LAST.encode():
                return {"frames": frames, "end": "open"}
            if opcode != PING:  # a server's own
                frames.append(described(opcode, payload, exchange.as_json))
    except (EOFError, ConnectionResetError):
        return {"frames": frames, "end": "dropped"}


def answer_close(connection, payload, closing):
    """As a client has to, so that the server ends in its orderly way."""
    try:
        if not closing:
            connection.send(frame(CLOSE, payload[:2]))
        connection.read_to_end()
    except (ConnectionResetError, BrokenPipeError):
        pass


def read_frame(connection):
    first, second = connection.read(2)
    size = second & 0x7F
    if size == 126:
        size = int.from_bytes(connection.read(2), "big")
    elif size == 127:
        size = int.from_bytes(connection.read(8), "big")
    assert first & 0x80 and not second & 0x80
    return first & 15, connection.read(size)


def described(opcode, payload, as_json):
    if opcode == 1 and as_json:
        return ["json", json.loads(payload)]
    if len(payload) > 200:
        return [OPCODES[opcode], f"{len(payload)} bytes"]
    return [OPCODES[opcode], payload.decode("utf-8" if opcode == 1 else "latin-1")]
