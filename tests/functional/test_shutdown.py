"""Signals: what ends the daemon, how it takes its leave, and what it survives."""

import contextlib
import shutil
import signal
import sqlite3
import uuid

import pytest

from deadlines import wait_until
from person import Person
from raw_http import RawConnection, raw_request
from raw_websocket import RawWebSocket, answer_to, close_frame

CUT_OFF = 75  # EX_TEMPFAIL: connections were cut off


def has_blocked(daemon, number):
    """Signals are blocked first of all, and waited for when the daemon is ready."""
    with open(f"/proc/{daemon.pid}/status") as status:
        mask = next(int(line.split()[1], 16) for line in status if line.startswith("SigBlk"))
    return bool(mask & 1 << number - 1)


@contextlib.contextmanager
def starting(daemon, number):
    """A daemon that was stopped, in the middle of its next start: that waits for the lock of the database."""
    daemon.configure("database", "busy_timeout", "30s")
    with contextlib.closing(sqlite3.connect(daemon.database_path, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        daemon.spawn()
        wait_until(lambda: has_blocked(daemon, number), "the start is under way")
        yield
        holder.execute("ROLLBACK")


def test_sigterm_closes_every_socket_with_1001_and_a_reason(make_daemon):
    daemon = make_daemon()
    alice = Person(daemon, daemon.add_user("alice")).log_in()
    paths = ["/ws/echo/", "/ws/echo-async/", "/ws/alice/", "/ws/notifications/"]
    sockets = [alice.open_socket(path) for path in paths * 5]
    daemon.signal(signal.SIGTERM)
    for socket in sockets:
        frame = socket.read_frame()
        assert (frame.opcode, frame.close_code) == (8, 1001)
        assert frame.close_reason
        socket.send(close_frame(1001))
        socket.expect_end()
        socket.close()
    assert daemon.wait() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT])
def test_each_of_these_signals_ends_the_daemon_well(make_daemon, number):
    daemon = make_daemon()
    daemon.signal(number)
    assert daemon.wait() == 0


def test_idle_http_connections_do_not_hold_the_end_up(make_daemon):
    daemon = make_daemon({"server": {"shutdown_timeout": "10m"}, "http": {"keep_alive_timeout": "10m"}})
    with RawConnection(daemon) as used, RawConnection(daemon) as fresh:
        assert used.request("GET", "/login/").status == 200
        daemon.signal(signal.SIGTERM)
        used.expect_end()
        fresh.expect_end()
    assert daemon.wait() == 0


def test_a_client_that_does_not_answer_the_close_is_not_waited_for_for_ever(make_daemon):
    daemon = make_daemon({"websocket": {"close_timeout": "300ms"}})
    with RawWebSocket(daemon) as silent:
        daemon.signal(signal.SIGTERM)
        assert silent.read_frame().close_code == 1001
        assert daemon.wait() == 0


def test_the_deadline_of_the_shutdown_holds(make_daemon):
    daemon = make_daemon({"server": {"shutdown_timeout": "300ms"}, "websocket": {"close_timeout": "60s"}})
    daemon.expected_exit = (CUT_OFF,)
    with RawWebSocket(daemon):
        daemon.signal(signal.SIGTERM)
        assert daemon.wait() == CUT_OFF
    assert "shutdown_timeout" in daemon.log()


def test_a_second_sigterm_ends_at_once(make_daemon):
    daemon = make_daemon({"server": {"shutdown_timeout": "10m"}, "websocket": {"close_timeout": "10m"}})
    daemon.expected_exit = (CUT_OFF,)
    with RawWebSocket(daemon) as silent:
        daemon.signal(signal.SIGTERM)
        assert silent.read_frame().close_code == 1001
        daemon.signal(signal.SIGTERM)
        assert daemon.wait() == CUT_OFF
    assert "second time" in daemon.log()


def test_nobody_new_is_let_in_while_it_shuts_down(make_daemon):
    daemon = make_daemon({"server": {"shutdown_timeout": "10m"}, "websocket": {"close_timeout": "10m"}})
    daemon.expected_exit = (CUT_OFF,)
    with RawWebSocket(daemon) as silent:
        daemon.signal(signal.SIGTERM)
        assert silent.read_frame().close_code == 1001

        def refused():
            try:
                return raw_request(daemon, "GET", "/login/").status == 503
            except OSError:
                return True

        wait_until(refused, "a new connection is refused")
        daemon.signal(signal.SIGTERM)
        assert daemon.wait() == CUT_OFF


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGUSR1, signal.SIGPIPE])
def test_the_daemon_survives(make_daemon, number):
    daemon = make_daemon()
    with RawWebSocket(daemon) as socket:
        for _ in range(5):
            daemon.signal(number)
            socket.echo()
            assert raw_request(daemon, "GET", "/login/").status == 200
    assert daemon.stop() == 0


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGUSR1])
def test_the_daemon_survives_at_its_start(make_daemon, number):
    daemon = make_daemon()
    assert daemon.stop() == 0
    with starting(daemon, number):
        daemon.signal(number)
    daemon.wait_for_log("listens on")
    assert daemon.stop() == 0


def test_sighup_takes_a_new_log_level_over_and_keeps_the_sockets(make_daemon):
    daemon = make_daemon({"logging": {"level": "notice"}})
    with RawWebSocket(daemon) as socket:
        assert answer_to(daemon, "/nowhere/").status == 404
        assert "/nowhere/" not in daemon.log()
        daemon.configure("logging", "level", "debug")
        daemon.signal(signal.SIGHUP)
        daemon.wait_for_log("configuration")
        assert answer_to(daemon, "/nowhere/").status == 404
        daemon.wait_for_log("/nowhere/")
        socket.echo()


def test_sighup_with_a_bad_configuration_changes_nothing(make_daemon):
    daemon = make_daemon()
    with RawWebSocket(daemon) as socket:
        daemon.configure("server", "loops", "many")
        daemon.signal(signal.SIGHUP)
        daemon.wait_for_log("[server] loops")
        socket.echo()
    assert daemon.stop() == 0


def test_sigusr1_opens_the_log_file_again(make_daemon):
    daemon = make_daemon.prepare()
    log, rotated = daemon.directory / "own.log", daemon.directory / "own.log.1"
    daemon.configure("logging", "file", log)
    daemon.spawn()
    wait_until(lambda: log.exists() and "listens on" in log.read_text(), "the daemon listens")
    shutil.move(log, rotated)
    daemon.signal(signal.SIGUSR1)
    wait_until(log.exists, "the log file is made again")
    daemon.signal(signal.SIGHUP)
    wait_until(lambda: "configuration" in log.read_text(), "the new file is written to")
    assert "configuration" not in rotated.read_text()
    assert daemon.stop() == 0


def test_sigterm_during_the_start_ends_the_daemon_well(make_daemon):
    daemon = make_daemon()
    assert daemon.stop() == 0
    with starting(daemon, signal.SIGTERM):
        daemon.signal(signal.SIGTERM)
    assert daemon.wait() == 0


@pytest.mark.parametrize("attempt", range(10))
def test_sigterm_at_any_moment_of_the_start_ends_the_daemon(make_daemon, attempt):
    daemon = make_daemon.prepare()
    daemon.expected_exit = (0, -signal.SIGTERM)  # before its first line nobody handles the signal
    daemon.spawn()
    for _ in range(attempt * 20_000):
        pass
    daemon.signal(signal.SIGTERM)
    assert daemon.wait() in daemon.expected_exit


def test_messages_under_way_are_stored_before_the_end(make_daemon):
    """Whoever was told that a message is stored finds it after a restart."""
    daemon = make_daemon()
    alice = Person(daemon, daemon.add_user("alice")).log_in()
    daemon.add_user("bob")
    told = []
    for number in range(30):
        if number == 15:
            daemon.signal(signal.SIGTERM)
        message_id = str(uuid.uuid4())
        try:
            if alice.send("bob", f"message {number}", message_id).status == 201:
                told.append(message_id)
        except (OSError, EOFError):
            break
    assert daemon.wait() == 0
    assert len(told) >= 15
    stored = {row[0] for row in daemon.sql("SELECT uuid_id FROM messager_message")}
    assert {message_id.replace("-", "") for message_id in told} <= stored


def test_the_database_is_whole_after_a_kill(make_daemon):
    daemon = make_daemon()
    alice = Person(daemon, daemon.add_user("alice")).log_in()
    daemon.add_user("bob")
    for number in range(10):
        assert alice.send("bob", f"message {number}").status == 201
    daemon.kill()
    assert daemon.sql("PRAGMA integrity_check") == [("ok",)]
    daemon.restart()
    assert len(alice.messages_with("bob")) == 10
