"""HTTP by hand: what is sent is exactly what the test says, and an answer is read strictly."""

import socket
from dataclasses import dataclass, field

from deadlines import PATIENCE


@dataclass
class Response:
    status: int
    reason: str
    headers: list = field(default_factory=list)
    body: bytes = b""

    def header(self, name):
        values = self.all(name)
        return values[0] if values else None

    def all(self, name):
        return [value for given, value in self.headers if given.lower() == name.lower()]

    @property
    def text(self):
        return self.body.decode()


class RawConnection:
    """One TCP connection. A reset by the server is a ConnectionResetError, which fails a test."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.socket = self._open(daemon)
        self.buffer = b""

    def _open(self, daemon):
        opened = socket.create_connection((daemon.host, daemon.port), PATIENCE)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data if isinstance(data, bytes) else data.encode("latin-1"))

    def finish(self):
        self.socket.shutdown(socket.SHUT_WR)

    def receive(self):
        """More bytes into the buffer; false when the server has finished."""
        data = self.socket.recv(1 << 16)
        self.buffer += data
        return bool(data)

    def read(self, count):
        while len(self.buffer) < count:
            if not self.receive():
                raise EOFError(f"the server finished after {len(self.buffer)} of {count} bytes: {self.buffer!r}")
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def read_line(self):
        while b"\r\n" not in self.buffer:
            if not self.receive():
                raise EOFError(f"the server finished within a line: {self.buffer!r}")
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        assert b"\n" not in line and b"\r" not in line, line
        return line.decode("latin-1")

    def read_to_end(self):
        while self.receive():
            pass
        taken, self.buffer = self.buffer, b""
        return taken

    def expect_end(self):
        """The server finishes in an orderly way and has nothing more to say."""
        rest = self.read_to_end()
        assert rest == b"", f"more came before the end: {rest!r}"

    def read_response(self, head_only=False):
        version, status, reason = self.read_line().split(" ", 2)
        assert version == "HTTP/1.1"
        response = Response(int(status), reason)
        while line := self.read_line():
            name, value = line.split(":", 1)
            response.headers.append((name, value.strip()))
        if response.status == 101 or head_only or response.status in (204, 304):
            return response
        lengths = response.all("content-length")
        assert len(lengths) == 1, response.headers
        response.body = self.read(int(lengths[0]))
        return response

    def request(self, method, target, headers=(), body=b"", host=None):
        """Well-formed; for everything else there is send()."""
        lines = [f"{method} {target} HTTP/1.1", f"Host: {host or self.daemon.authority}"]
        lines += [f"{name}: {value}" for name, value in headers]
        if body or method == "POST":
            lines.append(f"Content-Length: {len(body)}")
        self.send(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body)
        return self.read_response(head_only=method == "HEAD")


def raw_request(daemon, method, target, headers=(), body=b"", host=None):
    with RawConnection(daemon) as connection:
        return connection.request(method, target, headers, body, host)


def raw_exchange(daemon, data):
    """Sends these bytes and reads one response."""
    with RawConnection(daemon) as connection:
        connection.send(data)
        return connection.read_response()
