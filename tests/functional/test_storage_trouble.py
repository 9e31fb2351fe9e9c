"""A database that is locked, full or broken: an error to whoever asked, and the sockets live."""

import contextlib
import os
import resource
import sqlite3
import subprocess
import threading

import pytest

from deadlines import wait_until
from person import Person, events_until
from raw_http import raw_request
from raw_websocket import RawWebSocket, answer_to

STORAGE_ERROR = 69
CONFIG_ERROR = 78


@contextlib.contextmanager
def locked(daemon):
    holder = sqlite3.connect(daemon.database_path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        holder.execute("ROLLBACK")
        holder.close()


def two_people(daemon):
    return [Person(daemon, daemon.add_user(name)).log_in() for name in ("alice", "bob")]


def check_error_to_the_sender(alice, page, trouble):
    """The message is refused with 503, everything that needs no storage goes on, and nothing is announced."""
    with trouble:
        answer = alice.send("bob", "cannot be stored")
        assert (answer.status, answer.header("content-type")) == (503, "application/json")
        assert b'"error"' in answer.body
        page.send_frame(1, "alive")
        assert page.read_text() == '"alive"'
    assert alice.send("bob", "stored again").status == 201
    assert events_until(page, 1)[0]["text"] == "stored again"
    assert [message["text"] for message in alice.messages_with("bob")] == ["stored again"]


def test_a_locked_database_is_an_error_to_the_sender_and_the_sockets_live(make_daemon):
    daemon = make_daemon({"database": {"busy_timeout": "200ms"}})
    alice, bob = two_people(daemon)
    with bob.open_socket() as page:
        check_error_to_the_sender(alice, page, locked(daemon))


def test_a_message_waits_for_a_lock_that_is_given_up_in_time(make_daemon):
    daemon = make_daemon({"database": {"busy_timeout": "60s"}})
    alice, bob = two_people(daemon)
    answers = []
    with locked(daemon):
        sending = threading.Thread(target=lambda: answers.append(alice.send("bob", "patience").status))
        sending.start()
        assert raw_request(daemon, "GET", "/login/").status == 200
    sending.join()
    assert answers == [201]


def test_nobody_can_log_in_to_a_locked_database_and_pages_say_so(make_daemon):
    daemon = make_daemon({"database": {"busy_timeout": "200ms"}})
    two_people(daemon)
    with locked(daemon):
        response = Person(daemon, "alice").try_log_in()
        assert response.status == 503 and "text/html" in response.header("content-type")
    Person(daemon, "alice").log_in()


def test_an_echo_needs_no_database(make_daemon):
    daemon = make_daemon({"pools": {"db_threads": 1}, "database": {"busy_timeout": "10s"}})
    with locked(daemon), RawWebSocket(daemon) as socket:
        socket.echo()


def test_more_waiting_statements_than_may_wait_are_refused_and_counted(make_daemon):
    daemon = make_daemon({"pools": {"db_threads": 1, "db_queue": 1}, "database": {"busy_timeout": "60s"}})
    alice, _ = two_people(daemon)
    statuses = []
    with locked(daemon):
        def send():
            statuses.append(alice.send("bob", "crowded").status)

        senders = [threading.Thread(target=send) for _ in range(8)]
        for sender in senders:
            sender.start()
        wait_until(lambda: len(statuses) >= 6, "those who find no place are answered at once")
        assert set(statuses) == {503}
    for sender in senders:
        sender.join()
    assert statuses.count(201) <= 2 and set(statuses) <= {201, 503}


@pytest.fixture
def small_disk(tmp_path):
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk]
    mounted = subprocess.run(mount, capture_output=True, check=False)
    if mounted.returncode != 0:
        pytest.skip("nothing can be mounted here")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


@contextlib.contextmanager
def filled(disk):
    filler = disk / "filler"
    with open(filler, "wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 512)
    try:
        yield
    finally:
        filler.unlink()


def test_a_full_disk_is_an_error_to_the_sender_and_the_sockets_live(small_disk, make_daemon):
    daemon = make_daemon({"server": {"state_directory": small_disk}})
    daemon.state_directory = small_disk
    alice, bob = two_people(daemon)
    with bob.open_socket() as page:
        check_error_to_the_sender(alice, page, filled(small_disk))
    assert daemon.stop() == 0


@contextlib.contextmanager
def no_file_may_grow(daemon):
    before = resource.prlimit(daemon.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(daemon.pid, resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.prlimit(daemon.pid, resource.RLIMIT_FSIZE, before)


def test_a_limit_on_the_size_of_files_is_an_error_to_the_sender_and_the_sockets_live(make_daemon):
    daemon = make_daemon()
    alice, bob = two_people(daemon)
    with bob.open_socket() as page:
        check_error_to_the_sender(alice, page, no_file_may_grow(daemon))


def test_a_handshake_that_cannot_read_the_session_is_refused_and_others_are_served(make_daemon):
    daemon = make_daemon()
    alice, _ = two_people(daemon)
    daemon.sql("ALTER TABLE django_session RENAME TO gone")
    response = answer_to(daemon, "/ws/alice/", {"Cookie": alice.cookie_header})
    assert response.status in (500, 503)
    with RawWebSocket(daemon) as socket:
        socket.echo()
    daemon.sql("ALTER TABLE gone RENAME TO django_session")
    with alice.open_socket():
        pass


def check_start_is_refused(daemon, code, said):
    daemon.expected_exit = (code,)
    daemon.spawn()
    assert daemon.wait() == code
    assert str(daemon.database_path) in daemon.log() and said in daemon.log()


def test_a_file_that_is_no_database_is_refused_at_the_start(make_daemon):
    daemon = make_daemon.prepare()
    daemon.state_directory.mkdir()
    daemon.database_path.write_bytes(b"this is no database, " * 1000)
    check_start_is_refused(daemon, STORAGE_ERROR, "database")
    assert daemon.database_path.read_bytes().startswith(b"this is no database")


def test_tables_of_somebody_else_are_not_changed(make_daemon):
    daemon = make_daemon.prepare()
    daemon.state_directory.mkdir()
    daemon.sql("CREATE TABLE blog_post (id integer)")
    check_start_is_refused(daemon, CONFIG_ERROR, "migrate = never")
    assert daemon.sql("SELECT name FROM sqlite_master") == [("blog_post",)]


def test_a_database_from_a_newer_zanhu_is_refused(make_daemon):
    daemon = make_daemon()
    daemon.stop()
    daemon.sql("UPDATE zanhu_schema SET version = 1000")
    check_start_is_refused(daemon, STORAGE_ERROR, "newer zanhu")
