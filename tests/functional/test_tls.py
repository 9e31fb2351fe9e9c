"""https:// and wss:// with clients that are not ours."""

import re
import signal
import socket
import ssl
import subprocess
import time

import pytest
import websockets

from deadlines import PATIENCE, wait_until
from raw_http import RawConnection
from raw_websocket import TEXT, frame
from tls import Certificate, Door, TlsConnection, TlsWebSocket, serial_of


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return Certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def door(certificate, make_module_daemon):
    websocket = {"max_message_size": "8MiB", "inbox_bytes": "8MiB"}
    return Door(make_module_daemon({"tls": certificate.settings(), "websocket": websocket}))


@pytest.fixture
def make_door(certificate, make_daemon):
    """A daemon of its own, with keys of [tls] over the usual ones; and settings of other sections."""
    return lambda sections=None, **keys: Door(make_daemon({"tls": certificate.settings(**keys), **(sections or {})}))


def openssl(door, *arguments, input="Q\n"):
    return subprocess.run(
        ["openssl", "s_client", "-connect", door.authority, *arguments], input=input, text=True,
        capture_output=True, timeout=PATIENCE, check=False,
    )


# The ordinary way.


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_a_wss_client_gets_its_messages_back(door, certificate, version):
    context = certificate.client(minimum_version=version, maximum_version=version)
    origin = door.url
    async with websockets.connect(
        door.ws_url + "/ws/echo/", ssl=context, origin=origin, compression=None, max_size=None,
        open_timeout=PATIENCE, close_timeout=PATIENCE,
    ) as client:
        for message in ["", "hello", "张三", b"\x00\xff", "x" * 16384, "y" * 100_000]:
            await client.send(message)
            assert await client.recv() == message
        large = bytes(range(256)) * (4 << 12)  # 4 MiB
        await client.send(large)
        assert await client.recv() == large
        for i in range(100):
            await client.send(str(i))
        assert [await client.recv() for _ in range(100)] == [str(i) for i in range(100)]


def test_a_request_over_https_knows_that_it_is_secure(door, certificate):
    with TlsConnection(door, certificate.client()) as connection:
        response = connection.request("GET", "/login/")
        assert response.status == 200
        cookie = response.header("set-cookie")
        assert cookie.startswith("csrftoken=") and "; Secure" in cookie
        token = re.match(r"csrftoken=([^;]+)", cookie).group(1)
        form = f"username=nobody&password=x&csrfmiddlewaretoken={token}".encode()
        fields = [("Cookie", f"csrftoken={token}"), ("Content-Type", "application/x-www-form-urlencoded")]
        # Over https a form needs an Origin or a Referer of the site, and http:// is not the site.
        assert connection.request("POST", "/login/", fields, form).status == 403
        foreign = [*fields, ("Origin", door.url.replace("https", "http"))]
        assert connection.request("POST", "/login/", foreign, form).status == 403
        ours = [*fields, ("Origin", door.url)]
        assert connection.request("POST", "/login/", ours, form).status == 200


def test_the_plain_listener_is_as_before(door):
    with RawConnection(door.daemon) as connection:
        cookie = connection.request("GET", "/login/").header("set-cookie")
        assert "Secure" not in cookie


def test_many_requests_share_a_connection(door, certificate):
    with TlsConnection(door, certificate.client()) as connection:
        one = f"GET /login/ HTTP/1.1\r\nHost: {door.authority}\r\n\r\n"
        connection.send(one * 20)
        assert [connection.read_response().status for _ in range(20)] == [200] * 20


def test_bytes_that_come_one_at_a_time_are_put_together(door, certificate):
    with TlsWebSocket(door, certificate.client()) as client:
        for byte in frame(TEXT, "slowly"):
            client.send(bytes([byte]))  # a record each
        assert client.read_text() == "slowly"


# Sessions.


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
@pytest.mark.parametrize("keys", [{}, {"session_tickets": "no"}])
def test_openssl_resumes_its_session(make_door, tmp_path, version, keys):
    door = make_door({"server": {"loops": 2}}, **keys)
    file = str(tmp_path / "session.pem")
    request = f"GET /login/ HTTP/1.1\r\nHost: {door.authority}\r\nConnection: close\r\n\r\n"
    first = openssl(door, version, "-ign_eof", "-sess_out", file, input=request)
    assert "New, TLS" in first.stdout and "200 OK" in first.stdout, first.stdout + first.stderr
    for _ in range(4):  # by whichever loop
        again = openssl(door, version, "-ign_eof", "-sess_in", file, input=request)
        assert "Reused, TLS" in again.stdout and "200 OK" in again.stdout, again.stdout + again.stderr


def test_python_resumes_its_session(door, certificate):
    context = certificate.client(maximum_version=ssl.TLSVersion.TLSv1_2)
    with TlsConnection(door, context) as first:
        assert not first.socket.session_reused
        session = first.socket.session
    for _ in range(4):
        with TlsConnection(door, context, session=session) as again:
            assert again.socket.session_reused
            assert again.request("GET", "/login/").status == 200


# What is negotiated.


def test_alpn_is_http_1_1(door, certificate):
    for offered in (["http/1.1"], ["h2", "http/1.1"]):
        context = certificate.client()
        context.set_alpn_protocols(offered)
        with TlsConnection(door, context) as connection:
            assert connection.socket.selected_alpn_protocol() == "http/1.1"
            assert connection.request("GET", "/login/").status == 200


def test_who_speaks_h2_only_is_told_so(door, certificate):
    context = certificate.client()
    context.set_alpn_protocols(["h2"])
    with pytest.raises(ssl.SSLError, match="(?i)no.application.protocol"):
        TlsConnection(door, context)


def test_the_minimum_version_holds(make_door, certificate):
    door = make_door(minimum_version="TLSv1.3")
    with pytest.raises(ssl.SSLError, match="(?i)protocol.version"):
        TlsConnection(door, certificate.client(maximum_version=ssl.TLSVersion.TLSv1_2))
    with TlsConnection(door, certificate.client()) as connection:
        assert connection.socket.version() == "TLSv1.3"


def test_the_ciphers_of_the_configuration_hold(make_door, certificate):
    door = make_door(ciphers="ECDHE-ECDSA-AES256-GCM-SHA384", ciphersuites="TLS_CHACHA20_POLY1305_SHA256", curves="P-256")
    with TlsConnection(door, certificate.client(maximum_version=ssl.TLSVersion.TLSv1_2)) as connection:
        assert connection.socket.cipher()[0] == "ECDHE-ECDSA-AES256-GCM-SHA384"
    with TlsConnection(door, certificate.client()) as connection:
        assert connection.socket.cipher()[0] == "TLS_CHACHA20_POLY1305_SHA256"
    assert "Server Temp Key: ECDH, prime256v1" in openssl(door).stdout


# Who comes to the wrong door, and who goes without a word.


@pytest.mark.parametrize("head", ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", "g", "POST /x HTTP/1.0\r\n\r\n"])
def test_plain_http_to_the_tls_port_is_told_so(door, head):
    with RawConnection(door) as connection:
        connection.send(head)
        response = connection.read_response()
        assert response.status == 400 and "https://" in response.text
        assert response.header("connection") == "close"
        connection.expect_end()


def test_a_client_hello_to_the_plain_port_is_a_bad_request(door, certificate):
    context = ssl.create_default_context()
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(incoming, outgoing, server_hostname="localhost")
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    with RawConnection(door.daemon) as connection:
        connection.send(outgoing.read() + b"\r\n\r\n")
        assert connection.read_response().status == 400
        connection.expect_end()


def test_garbage_is_dropped(door):
    with RawConnection(door) as connection:
        connection.send(b"\x16\x03\x01\x00\x05hello")
        try:
            rest = connection.read_to_end()
        except ConnectionResetError:
            rest = b""
        assert not rest or rest[0] == 21  # an alert


def test_a_client_that_vanishes_without_close_notify_is_gone_for_its_consumer(make_door, certificate):
    door = make_door()
    sockets = [TlsWebSocket(door, certificate.client()) for _ in range(5)]
    wait_until(lambda: "5" in status_of(door.daemon, "websockets"), "five sockets are open")
    for client in sockets:
        vanish(client)
    wait_until(lambda: status_of(door.daemon, "websockets") == "0", "they are all gone")
    with TlsWebSocket(door, certificate.client()) as client:
        client.echo()
    assert "error" not in door.daemon.log().lower()


def vanish(client):
    """FIN without close-notify."""
    descriptor = client.socket.detach()
    socket.socket(fileno=descriptor).close()


def status_of(daemon, name):
    done = daemon.admin("status")
    assert done.returncode == 0, done.stderr
    found = re.search(rf"^\s*{name}\s*:?\s*(\S+)", done.stdout, re.MULTILINE | re.IGNORECASE)
    assert found, done.stdout
    return found.group(1)


def test_the_close_of_a_socket_ends_with_close_notify(door, certificate):
    with TlsWebSocket(door, certificate.client(), changes=None) as client:
        client.socket.suppress_ragged_eofs = False
        client.close_normally()


def test_unwrap_is_answered(door, certificate):
    with TlsConnection(door, certificate.client()) as connection:
        assert connection.request("GET", "/login/").status == 200
        plain = connection.socket.unwrap()  # close-notify both ways
        assert plain.recv(1) == b""
        plain.close()


# Deadlines and crowds.


def test_a_handshake_that_does_not_end_is_given_up(make_door):
    door = make_door(handshake_timeout="200ms")
    with RawConnection(door) as silent, RawConnection(door) as slow:
        slow.send(b"\x16\x03\x01\x02\x00\x01")
        for connection in (silent, slow):
            assert connection.read_to_end() == b""


def test_a_thousand_handshakes_under_way_leave_an_open_socket_alone(make_door, certificate):
    door = make_door({"server": {"loops": 1}}, handshake_timeout="60s")
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    hello = certificate.client().wrap_bio(incoming, outgoing, server_hostname="localhost")
    with pytest.raises(ssl.SSLWantReadError):
        hello.do_handshake()
    first = outgoing.read()
    with TlsWebSocket(door, certificate.client()) as client:
        crowd = []
        for i in range(1000):
            one = socket.create_connection((door.host, door.port), PATIENCE)
            crowd.append(one)
            # Some send a whole ClientHello, some a part, some nothing.
            one.sendall(first if i % 3 == 0 else first[: i % len(first)] if i % 3 == 1 else b"")
            if i % 100 == 0:
                client.echo(f"still there at {i}?")
        client.echo("and now?")
        for one in crowd[::3]:
            assert one.recv(3) == b"\x16\x03\x03"
        client.echo("and after them?")
        for one in crowd:
            one.close()


def test_a_slow_reader_is_closed_as_without_tls(make_door, certificate):
    limits = {
        "outbox": {"soft_limit": "64KiB", "hard_limit": "1MiB", "soft_timeout": "300ms"},
        "websocket": {"max_message_size": "1MiB"},
    }
    door = make_door(limits)
    client = TlsWebSocket(door, certificate.client())
    client.socket.settimeout(PATIENCE)
    payload = frame(TEXT, "z" * 500_000)
    closed = False
    deadline = time.monotonic() + PATIENCE
    while not closed and time.monotonic() < deadline:
        try:
            client.send(payload)
        except OSError:
            closed = True
        closed = closed or "reads too slowly" in door.daemon.log()
    assert closed
    client.close()


def test_a_sender_that_is_faster_than_its_consumer_is_not_lost(door, certificate):
    with TlsWebSocket(door, certificate.client()) as client:
        client.send(b"".join(frame(TEXT, f"{i}") for i in range(5000)))
        assert [client.read_text() for _ in range(5000)] == [str(i) for i in range(5000)]


# Signals.


def test_sigterm_says_1001_and_close_notify(make_door, certificate):
    door = make_door()
    clients = [TlsWebSocket(door, certificate.client()) for _ in range(10)]
    with RawConnection(door) as silent:
        door.daemon.signal(signal.SIGTERM)
        for client in clients:
            client.socket.suppress_ragged_eofs = False  # an end without close-notify is an error
            assert client.answer_close().close_code == 1001
            client.close()
        assert silent.read_to_end() == b""
    assert door.daemon.wait() == 0


@pytest.fixture
def renewable(tmp_path, make_daemon):
    """A daemon whose certificate is in files that a test may replace."""
    certificate = Certificate(tmp_path, "in-use", serial=10)
    return certificate, Door(make_daemon({"tls": certificate.settings()}))


def test_sighup_takes_a_new_certificate_for_new_connections(renewable, tmp_path):
    certificate, door = renewable
    old_context = certificate.client()
    with TlsWebSocket(door, old_context) as old:
        assert serial_of(old) == 10
        renewed = Certificate(tmp_path, "renewed", serial=11)
        renewed.copy_to(certificate)
        door.daemon.signal(signal.SIGHUP)
        door.daemon.wait_for_log("configuration read again")
        with TlsWebSocket(door, renewed.client()) as new:
            assert serial_of(new) == 11
            new.echo()
            old.echo("I am still here")
            with pytest.raises(ssl.SSLCertVerificationError):
                TlsConnection(door, old_context)
            old.close_normally()


def test_sighup_with_a_bad_certificate_keeps_the_old_one(renewable, tmp_path):
    certificate, door = renewable
    context = certificate.client()
    certificate.key.write_bytes(Certificate(tmp_path, "other", serial=12).key.read_bytes())
    door.daemon.signal(signal.SIGHUP)
    door.daemon.wait_for_log("does not belong to the certificate")
    assert "was not taken over" in door.daemon.log()
    with TlsWebSocket(door, context) as client:
        assert serial_of(client) == 10
        client.echo()


# The configuration.


def check(make_daemon, tls):
    daemon = make_daemon.prepare({"tls": tls})
    return subprocess.run(
        [*daemon.command, "--check-config"], text=True, capture_output=True, env=daemon.environment,
        timeout=PATIENCE, check=False,
    )


def test_check_config_reads_certificate_and_key(certificate, make_daemon, tmp_path):
    assert check(make_daemon, certificate.settings()).returncode == 0
    other = Certificate(tmp_path, "other")
    cases = [
        ({"private_key": other.key}, "[tls] private_key: ", "does not belong to the certificate"),
        ({"private_key": tmp_path / "none.pem"}, "[tls] private_key: ", "cannot be read (No such file"),
        ({"certificate": tmp_path / "none.pem"}, "[tls] certificate: ", "cannot be read (No such file"),
        ({"certificate": ""}, "[tls] certificate: ", "is missing"),
        ({"private_key": "relative.pem"}, "[tls] private_key: ", "is relative"),
        ({"ciphers": "NONSENSE"}, "[tls] ciphers: ", "names no cipher"),
        ({"curves": "NONSENSE"}, "[tls] curves: ", "is no list of curves"),
        ({"minimum_version": "TLSv1.0"}, "[tls] minimum_version: ", "TLSv1.2"),
    ]
    for change, place, text in cases:
        checked = check(make_daemon, certificate.settings(**change))
        assert checked.returncode == 78, (change, checked.stderr)
        assert re.search(r"zanhu\.ini:\d+: " + re.escape(place), checked.stderr), checked.stderr
        assert text in checked.stderr


def test_the_start_is_refused_with_a_key_of_another_certificate(certificate, make_daemon, tmp_path):
    other = Certificate(tmp_path, "other")
    daemon = make_daemon.prepare({"tls": certificate.settings(private_key=other.key)})
    daemon.expected_exit = (78,)
    daemon.spawn()
    assert daemon.wait() == 78
    assert "does not belong to the certificate" in daemon.log()


def test_a_daemon_may_listen_with_tls_alone(certificate, make_daemon):
    daemon = make_daemon({"server": {"listen": ""}, "tls": certificate.settings()})
    with TlsWebSocket(Door(daemon), certificate.client()) as client:
        client.echo()
