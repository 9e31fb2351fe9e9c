"""The admin socket by hand: who may use it, what it refuses, and that a client in its way holds nothing up."""

import contextlib
import json
import os
import socket
import subprocess

import pytest

from deadlines import PATIENCE, wait_until


class AdminSocket:
    """A client by hand."""

    def __init__(self, daemon):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(str(daemon.socket_path))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        # The daemon may have closed already; what it said can be read all the same.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.socket.sendall(data)

    def receive(self):
        """One line, or None at the end."""
        data = b""
        while not data.endswith(b"\n"):
            try:
                more = self.socket.recv(65536)
            except ConnectionResetError:
                more = b""
            if not more:
                assert data == b""
                return None
            data += more
        assert data.count(b"\n") == 1
        return json.loads(data)

    def ask(self, **fields):
        self.send(json.dumps({"version": 1, **fields}).encode() + b"\n")
        return self.receive()


PING = b'{"version": 1, "request": "ping"}\n'


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_another_user_is_turned_away(daemon):
    os.chmod(daemon.socket_path, 0o777)
    os.chmod(daemon.socket_path.parent, 0o755)
    code = "import socket, sys; s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); print(s.recv(9999).decode())"
    result = subprocess.run(
        ["/usr/bin/python3", "-c", code, daemon.socket_path], user="nobody", capture_output=True, text=True, check=False
    )
    refusal = json.loads(result.stdout)
    assert (refusal["reply"], refusal["why"]) == ("refused", "not_allowed")
    os.chmod(daemon.socket_path.parent, 0o700)


def test_requests_follow_each_other_on_one_connection(daemon):
    with AdminSocket(daemon) as admin:
        assert admin.ask(request="ping") == {"version": 1, "reply": "pong"}
        assert admin.ask(request="broadcast", text="anybody?")["reply"] == "reached"
        assert admin.ask(request="status")["pid"] == daemon.pid
        assert admin.ask(request="user_changed", user_id="999999", username="x", what="deleted")["sockets"] == 0


def test_a_request_may_come_in_pieces(daemon):
    with AdminSocket(daemon) as admin:
        for byte in PING:
            admin.send(bytes([byte]))
        assert admin.receive()["reply"] == "pong"


def test_a_client_that_has_finished_sending_gets_its_answer(daemon):
    with AdminSocket(daemon) as admin:
        admin.send(PING)
        admin.socket.shutdown(socket.SHUT_WR)
        assert admin.receive()["reply"] == "pong"
        assert admin.receive() is None


@pytest.mark.parametrize(
    "data, why",
    [
        (b"hello\n", "bad_request"), (b"\n", "bad_request"), (b"GET / HTTP/1.1\r\n", "bad_request"), (b"[]\n", "bad_request"),
        (b"\xff\xfe\n", "bad_request"), (b'{"version": 2, "request": "ping"}\n', "unsupported_version"),
        (b'{"version": 1, "request": "stop"}\n', "bad_request"),
        (b'{"version": 1, "request": "broadcast", "text": "x", "group": "a b"}\n', "bad_request"),
        (b'{"version": 1, "request": "broadcast", "text": "x", "to": "y"}\n', "bad_request"),
        (PING + PING, "bad_request"), (b"x" * (1024 * 1024 + 1), "bad_request"), (b"[" * 100_000 + b"\n", "bad_request"),
    ],
)
def test_a_bad_request_is_answered_with_what_is_wrong(daemon, data, why):
    with AdminSocket(daemon) as admin:
        admin.send(data)
        refusal = admin.receive()
        assert (refusal["reply"], refusal["why"]) == ("refused", why) and refusal["message"]


def test_more_clients_than_allowed_are_told_so(daemon):
    with contextlib.ExitStack() as clients:
        for _ in range(16):
            assert clients.enter_context(AdminSocket(daemon)).ask(request="ping")["reply"] == "pong"
        with AdminSocket(daemon) as one_more:
            assert one_more.receive()["why"] == "too_many_clients"
        result = daemon.admin("status")
        assert result.returncode == 1 and "try again" in result.stderr
    wait_until(lambda: daemon.admin("status").returncode == 0, "there is room again")


def test_clients_that_only_wait_do_not_hold_up_the_end(make_daemon):
    daemon = make_daemon()
    with AdminSocket(daemon) as idle, AdminSocket(daemon) as half:
        assert idle.ask(request="ping")["reply"] == "pong"
        half.send(PING[:10])
        assert daemon.stop() == 0
        assert idle.receive() is None and half.receive() is None
    assert not daemon.socket_path.exists()
    assert daemon.admin("status").returncode == 3


def test_the_longest_broadcast_arrives_and_a_longer_one_is_refused(daemon):
    with AdminSocket(daemon) as admin:
        assert admin.ask(request="broadcast", text="张" * (65536 // 3))["reply"] == "reached"
        assert "65537 bytes" in admin.ask(request="broadcast", text="x" * 65537)["message"]
