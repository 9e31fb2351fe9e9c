"""The PROXY protocol ahead of HTTP and of TLS, as HAProxy and load balancers speak it."""

import socket
import ssl
import struct

import pytest

from person import FORM
from raw_http import RawConnection
from raw_websocket import RawWebSocket
from tls import Certificate, Door, TlsConnection, TlsWebSocket

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"


def version_1(client="203.0.113.9", port=54321):
    return f"PROXY TCP4 {client} 198.51.100.2 {port} 443\r\n".encode()


def version_2(client="203.0.113.9", port=54321, command=0x21, family=0x11, extra=b""):
    addresses = b""
    if family == 0x11:
        addresses = socket.inet_aton(client) + socket.inet_aton("198.51.100.2") + struct.pack("!HH", port, 443)
    elif family == 0x21:
        addresses = socket.inet_pton(socket.AF_INET6, client) * 2 + struct.pack("!HH", port, 443)
    elif family == 0x31:
        addresses = b"/run/client.sock".ljust(216, b"\0")
    rest = addresses + extra
    return SIGNATURE + bytes([command, family]) + struct.pack("!H", len(rest)) + rest


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return Certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def doors(certificate, make_daemon):
    """A daemon whose plain and TLS listeners expect the header from this machine. One for each test, since the
    log, in which the client is seen, leaves out what comes too often."""
    daemon = make_daemon({
        "server": {"proxy_protocol": "127.0.0.0/30, ::1"},
        "tls": certificate.settings(proxy_protocol="127.0.0.1"),
    })
    return daemon, Door(daemon)


class Announced(RawConnection):
    """A connection that begins with these bytes."""

    def __init__(self, daemon, ahead):
        super().__init__(daemon)
        self.send(ahead)


def client_seen(connection, name):
    """The address that the log has for a failed log-in over that connection."""
    token = connection.request("GET", "/login/").header("set-cookie").split("=", 1)[1].split(";")[0]
    daemon = connection.daemon
    fields = [("Cookie", f"csrftoken={token}"), ("Content-Type", FORM), ("Origin", daemon.url)]
    form = f"username={name}&password=wrong&csrfmiddlewaretoken={token}".encode()
    assert connection.request("POST", "/login/", fields, form).status == 200
    log = getattr(daemon, "daemon", daemon).log()
    line = next(line for line in log.splitlines() if f'"{name}" from ' in line)
    return line.split(" from ", 1)[1].split(" failed")[0]


HEADERS = {
    "v1": (version_1(), "203.0.113.9"),
    "v1-unknown": (b"PROXY UNKNOWN whatever\r\n", "127.0.0.1"),
    "v1-ipv6": (b"PROXY TCP6 2001:db8::9 2001:db8::1 1 2\r\n", "2001:db8::9"),
    "v2": (version_2(), "203.0.113.9"),
    "v2-ipv6": (version_2("2001:db8::9", family=0x21), "2001:db8::9"),
    "v2-more": (version_2(extra=b"\x02\x00\x0bexample.com" + b"\x04\x00\x64" + bytes(100)), "203.0.113.9"),
    "v2-local": (version_2(command=0x20, family=0), "127.0.0.1"),
    "v2-unspecified": (version_2(family=0), "127.0.0.1"),
    "v2-unix": (version_2(family=0x31), ""),
}


@pytest.mark.parametrize("name", HEADERS)
def test_the_client_is_the_announced_one(doors, name):
    header, expected = HEADERS[name]
    with Announced(doors[0], header) as connection:
        assert client_seen(connection, f"plain-{name}") == expected
        # It holds for the whole connection.
        assert client_seen(connection, f"again-{name}") == expected


@pytest.mark.parametrize("name", HEADERS)
def test_the_header_comes_before_tls(doors, certificate, name):
    header, expected = HEADERS[name]
    with TlsConnection(doors[1], certificate.client(), ahead=header) as connection:
        assert client_seen(connection, f"tls-{name}") == expected


@pytest.mark.parametrize("header", [version_1(), version_2()], ids=["v1", "v2"])
@pytest.mark.parametrize("size", [1, 7, 20])
def test_header_and_request_may_come_cut_anywhere(doors, header, size):
    daemon = doors[0]
    request = f"GET /login/ HTTP/1.1\r\nHost: {daemon.authority}\r\n\r\n".encode()
    data = header + request
    with RawConnection(daemon) as connection:
        for at in range(0, len(data), size):
            connection.send(data[at : at + size])  # without Nagle's delay, so mostly a packet each
        assert connection.read_response().status == 200


@pytest.mark.parametrize("header", [version_1(), version_2()], ids=["v1", "v2"])
def test_header_and_client_hello_may_come_together(doors, certificate, header):
    door = doors[1]
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = certificate.client().wrap_bio(incoming, outgoing, server_hostname="localhost")
    with RawConnection(door) as connection:
        with pytest.raises(ssl.SSLWantReadError):
            client.do_handshake()
        connection.send(header + outgoing.read())
        while True:
            assert connection.receive()
            incoming.write(connection.buffer)
            connection.buffer = b""
            try:
                client.do_handshake()
                break
            except ssl.SSLWantReadError:
                continue
        assert client.version() == "TLSv1.3"


@pytest.mark.parametrize("header", [version_1(), version_2()], ids=["v1", "v2"])
def test_sockets_open_behind_the_header(doors, certificate, header):
    daemon, door = doors
    with TlsWebSocket(door, certificate.client(), ahead=header) as client:
        client.echo()
        client.close_normally()

    class AnnouncedWebSocket(RawWebSocket):
        def _open(self, daemon):
            opened = super()._open(daemon)
            opened.sendall(header)
            return opened

    with AnnouncedWebSocket(daemon) as client:
        client.echo()
        client.close_normally()


NO_HEADERS = {
    "request": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "v1-short": b"PROXY TCP4 1.2.3.4 5.6.7.8 80\r\n",
    "v1-port": b"PROXY TCP4 1.2.3.4 5.6.7.8 80 99999\r\n",
    "v1-long": b"PROXY " + b"x" * 200,
    "v2-version": version_2(command=0x11),
    "v2-command": version_2(command=0x2F),
    "v2-family": version_2(family=0x99),
    "v2-long": version_2(extra=bytes(5000)),
    "v2-signature": SIGNATURE[:-1] + b"X",
    "tls": b"\x16\x03\x01\x00\x05",
}


@pytest.mark.parametrize("sent", NO_HEADERS.values(), ids=NO_HEADERS.keys())
def test_what_is_no_header_is_closed_without_an_answer(doors, sent):
    for door in doors:
        with RawConnection(door) as connection:
            connection.send(sent)
            try:
                assert connection.read_to_end() == b""
            except ConnectionResetError:
                pass
    assert "PROXY header" in doors[0].log()


def test_plain_http_behind_the_header_of_the_tls_port_is_told_so(doors):
    with Announced(doors[1], version_1() + b"GET / HTTP/1.1\r\n\r\n") as connection:
        response = connection.read_response()
        assert response.status == 400 and "https://" in response.text


def test_an_address_that_is_not_in_the_list_speaks_for_itself(make_daemon):
    daemon = make_daemon({"server": {"proxy_protocol": "192.0.2.0/24"}})
    with RawConnection(daemon) as connection:
        assert client_seen(connection, "direct") == "127.0.0.1"
    with Announced(daemon, version_1() + b"\r\n") as connection:
        assert connection.read_response().status == 400  # no request begins like that


def test_it_is_off_by_default(make_daemon):
    daemon = make_daemon()
    for header in (version_1(), version_2()):
        with Announced(daemon, header) as connection:
            connection.send("\r\n\r\n")
            assert connection.read_response().status == 400


def test_a_header_that_does_not_come_is_not_waited_for_for_ever(make_daemon):
    daemon = make_daemon({"server": {"proxy_protocol": "127.0.0.1"}, "http": {"head_timeout": "200ms"}})
    for part in (b"", b"PROXY TCP4 1.2.3.4", version_2()[:20]):
        with Announced(daemon, part) as connection:
            assert connection.read_to_end() == b""


def test_a_bad_entry_in_the_list_is_named(make_daemon):
    daemon = make_daemon.prepare({"server": {"proxy_protocol": "10.0.0.0/33"}})
    daemon.expected_exit = (78,)
    daemon.spawn()
    assert daemon.wait() == 78
    assert "[server] proxy_protocol: `10.0.0.0/33` has no length" in daemon.log()


def test_above_the_limit_a_client_that_waits_for_tls_gets_no_answer_in_clear(make_daemon, certificate):
    daemon = make_daemon({
        "server": {"max_connections": 1},
        "tls": certificate.settings(proxy_protocol="127.0.0.1"),
    })
    door = Door(daemon)
    with TlsConnection(door, certificate.client(), ahead=version_1()) as first, RawConnection(door) as second:
        assert second.read_to_end() == b""
        assert first.request("GET", "/login/").status == 200
