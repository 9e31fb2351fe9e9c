"""Slow and idle clients, by the thousand, keep nobody waiting."""

import threading

import pytest

from open_files import room_for_files
from person import Person
from raw_http import RawConnection, raw_request
from raw_websocket import RawWebSocket, handshake

CROWD = 1000


@pytest.fixture
def many_files():
    """Room for the crowd's sockets."""
    with room_for_files(4 * CROWD):
        yield


def slow_starts(daemon):
    """What the crowd has said: nothing, half a head, half a body, half a handshake."""
    return [
        b"",
        b"GET /login/ HTTP/1.1\r\nHost: local",
        b"POST /login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nusername=",
        handshake(daemon).encode()[:60],
    ]


class Drip(threading.Thread):
    """Gives every connection of the crowd one more byte, one connection after the other, until it is stopped."""

    def __init__(self, crowd):
        super().__init__()
        self._crowd = crowd
        self._stopped = threading.Event()
        self.rounds = 0

    def run(self):
        while not self._stopped.is_set():
            for connection in self._crowd:
                connection.send(b"a")
            self.rounds += 1
            self._stopped.wait(0.5)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self._stopped.set()
        self.join()


def test_a_thousand_slow_clients_keep_nobody_waiting(many_files, make_daemon):
    daemon = make_daemon({"http": {"head_timeout": "10m", "body_timeout": "10m", "keep_alive_timeout": "10m"}})
    starts = slow_starts(daemon)
    crowd = []
    try:
        for number in range(CROWD):
            crowd.append(RawConnection(daemon))
            crowd[-1].send(starts[number % len(starts)])
        dripping = [connection for number, connection in enumerate(crowd) if number % len(starts) != 0]
        with Drip(dripping):
            alice = Person(daemon, daemon.add_user("alice")).log_in()
            bob = Person(daemon, daemon.add_user("bob")).log_in()
            with bob.open_socket() as socket, RawWebSocket(daemon) as echo:
                for number in range(20):
                    assert raw_request(daemon, "GET", "/login/").status == 200
                    assert alice.send("bob", f"message {number}").status == 201
                    assert f'"message {number}"' in socket.read_text()
                    echo.echo()
    finally:
        for connection in crowd:
            connection.close()


def test_slow_clients_are_let_go_and_the_quick_ones_stay(many_files, make_daemon):
    daemon = make_daemon({"http": {"head_timeout": "500ms", "body_timeout": "500ms"}})
    with RawWebSocket(daemon) as quick:
        crowd = []
        for start in slow_starts(daemon)[1:]:
            for _ in range(50):
                crowd.append(RawConnection(daemon))
                crowd[-1].send(start)
        for connection in crowd:
            assert connection.read_response().status == 408
            connection.expect_end()
            connection.close()
        quick.echo()


def test_a_thousand_open_sockets_each_get_their_own_answer(many_files, make_daemon):
    daemon = make_daemon()
    sockets = [RawWebSocket(daemon, "/ws/echo-async/") for _ in range(CROWD)]
    for number, socket in enumerate(sockets):
        socket.send_frame(1, f"mine is {number}")
    for number, socket in enumerate(sockets):
        assert socket.read_text() == f"mine is {number}"
        socket.close()


def test_a_client_that_reads_nothing_is_closed_and_others_are_served(make_daemon):
    daemon = make_daemon({
        "outbox": {"soft_limit": "64KiB", "hard_limit": "1MiB", "soft_timeout": "500ms"},
        "websocket": {"close_timeout": "500ms"},
    })
    with RawWebSocket(daemon, "/ws/echo-async/") as greedy, RawWebSocket(daemon) as other:
        greedy.socket.settimeout(0.5)
        try:
            while True:
                greedy.send_frame(2, b"x" * 60_000)
        except (TimeoutError, OSError):
            pass  # the daemon stopped reading it, or has given it up already
        other.echo()
        daemon.wait_for_log("reads too slowly")
        other.echo()
