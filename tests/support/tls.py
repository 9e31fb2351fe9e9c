"""Certificates that openssl makes, and clients that speak TLS to the daemon's listener for it."""

import re
import socket
import ssl
import subprocess

import door
from deadlines import PATIENCE, wait_until
from raw_http import RawConnection
from raw_websocket import RawWebSocket


class Certificate:
    """A key and a certificate that it signed itself, as files. `serial` tells one from another."""

    def __init__(self, directory, name="server", serial=1, names="DNS:localhost,IP:127.0.0.1"):
        self.path = directory / f"{name}.pem"
        self.key = directory / f"{name}-key.pem"
        self.serial = serial
        subprocess.run(
            [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", self.key, "-out", self.path, "-days", "30", "-subj", "/CN=localhost",
                "-addext", f"subjectAltName={names}", "-set_serial", str(serial),
            ],
            check=True, capture_output=True, timeout=PATIENCE,
        )

    def copy_to(self, other):
        """Takes the place of another, as a renewal does."""
        other.path.write_bytes(self.path.read_bytes())
        other.key.write_bytes(self.key.read_bytes())

    def settings(self, **keys):
        """For a daemon that listens with TLS besides."""
        return {"listen": "127.0.0.1:0", "certificate": self.path, "private_key": self.key, **keys}

    def client(self, **options):
        """A context that trusts this certificate and no other."""
        context = ssl.create_default_context(cafile=str(self.path))
        for name, value in options.items():
            setattr(context, name, value)
        return context


class Door(door.Door):
    """The TLS listener of a daemon, in the form in which clients want a daemon."""

    with_tls = True

    def __init__(self, daemon):
        self.daemon = daemon
        found = wait_until(
            lambda: re.search(r"listens on (\S+):(\d+) with TLS", daemon.log()), "the daemon listens with TLS"
        )
        super().__init__(found.group(1), int(found.group(2)))

    def connect(self, context, session=None, ahead=b""):
        """A TLS socket; `ahead` goes out before the handshake, in clear."""
        plain = socket.create_connection((self.host, self.port), PATIENCE)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            plain.sendall(ahead)
            return context.wrap_socket(plain, server_hostname="localhost", session=session)
        except OSError:
            plain.close()
            raise


class TlsConnection(RawConnection):
    """RawConnection under TLS."""

    def __init__(self, door, context, **options):
        self._options = (context, options)
        super().__init__(door)

    def _open(self, door):
        context, options = self._options
        return door.connect(context, **options)


class TlsWebSocket(RawWebSocket):
    """RawWebSocket under TLS."""

    def __init__(self, door, context, path="/ws/echo/", changes=None, **options):
        self._options = (context, options)
        super().__init__(door, path, changes)

    def _open(self, door):
        context, options = self._options
        return door.connect(context, **options)


def serial_of(connection):
    """Of the certificate that the server showed."""
    return int(connection.socket.getpeercert()["serialNumber"], 16)
