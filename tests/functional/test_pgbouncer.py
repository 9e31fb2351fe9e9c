"""Behind PgBouncer in transaction mode, where no two statements need run on the same connection to PostgreSQL."""

import collections
import concurrent.futures
import contextlib
import subprocess

import pytest

from database_servers import PostgreSql
from deadlines import PATIENCE, wait_until
from django_site import DjangoSite
from doctor import OK, Doctor
from handshake_burst import burst, check_owners
from pgbouncer import PgBouncer
from zanhu_daemon import SECRET_KEY

PEOPLE = ("alice", "bob", "carol")


@pytest.fixture(scope="module")
def server():
    with PostgreSql() as server:
        site = DjangoSite(None, SECRET_KEY, server.django_settings())
        site.migrate()
        for name in PEOPLE:
            site.create_user(name, "a good password")
        yield server


@pytest.fixture
def site(server):
    return DjangoSite(None, SECRET_KEY, server.django_settings())


# It refuses a setting at the start of a connection, unless it is told to pass it over; then nothing tells of it.
@pytest.fixture(params=[{}, {"ignore_startup_parameters": "options"}], ids=["strict", "silent"])
def pgbouncer(request, server):
    pgbouncer = PgBouncer(server, **request.param)
    yield pgbouncer
    pgbouncer.stop()


@pytest.fixture(params=["yes", "no"])
def daemon(request, pgbouncer, make_daemon):
    return make_daemon({
        "database": {"url": pgbouncer.url, "keep_statements": request.param, "max_connections": 8, "busy_timeout": "60s"},
        "pools": {"db_threads": 8, "db_queue": 5000},
        "websocket": {"handshake_timeout": "60s"},
        "recheck": {"interval": "100ms"},
    })


def test_everybody_is_let_in_as_who_they_are(daemon, site):
    sessions = {name: site.log_in(name) for name in PEOPLE}
    for count in (1, 2, 5, 50, 500, 1000):
        with burst(daemon, sessions, count) as sockets:
            assert collections.Counter(socket.status() for socket in sockets) == {101: count}
            check_owners(daemon, sockets)


def test_the_log_says_once_that_it_is_there(make_daemon, pgbouncer, site):
    daemon = make_daemon({"database": {"url": pgbouncer.url}, "pools": {"db_queue": 5000}})
    sessions = {name: site.log_in(name) for name in PEOPLE}
    with burst(daemon, sessions, 500) as sockets:
        assert {socket.status() for socket in sockets} == {101}
    assert daemon.log().count("a pooler stands before PostgreSQL") <= 1
    assert daemon.log().count(" E ") == 0


def test_accounts_are_written(daemon, site):
    names = [f"made{number}" for number in range(6)]
    with concurrent.futures.ThreadPoolExecutor(3) as clients:
        list(clients.map(daemon.add_user, names))
    for name in names:
        assert site.check_password(name, "a good password")
        assert daemon.admin("user", "delete", name, "--yes").returncode == 0


@pytest.mark.parametrize("pgbouncer", [{"ignore_startup_parameters": "options"}], indirect=True, ids=["silent"])
def test_a_write_whose_statements_are_gone_is_made_again(make_daemon, pgbouncer, server, site):
    daemon = make_daemon({"database": {"url": pgbouncer.url}})
    command = [daemon.bin_dir / "zanhu-admin", "--config", daemon.config_path, "user", "add", "late", "--password-stdin"]
    looked_up = "SELECT 1 FROM pg_stat_activity WHERE state = 'idle' AND query LIKE 'SELECT%%auth_user%%username%%'"
    with contextlib.closing(pgbouncer.connection()) as one, contextlib.closing(pgbouncer.connection()) as other:
        one.cursor().execute("BEGIN")
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=daemon.environment, cwd=daemon.directory
        ) as adding:
            wait_until(lambda: server.query(looked_up), "the name is looked up")
            other.cursor().execute("BEGIN")  # on the connection that has the statement; the other one has it not
            one.cursor().execute("COMMIT")
            _, said = adding.communicate("a good password\n", PATIENCE)
    assert adding.returncode == 0, said
    assert site.check_password("late", "a good password")
    assert daemon.admin("user", "delete", "late", "--yes").returncode == 0


def test_doctor_says_whose_a_session_is(daemon, site):
    assert "alice" in Doctor(daemon)(OK, "--session", site.log_in("alice"))["conclusion"]


def test_others_behind_it_find_their_connections_as_they_were(daemon, pgbouncer, site):
    sessions = {name: site.log_in(name) for name in PEOPLE}
    with burst(daemon, sessions, 100) as sockets:
        assert {socket.status() for socket in sockets} == {101}
    one, other = pgbouncer.connection(), pgbouncer.connection()
    for connection in (one, other):
        connection.cursor().execute("BEGIN")  # so that each has one of the two connections
    for connection in (one, other):
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == ("0",)
        connection.close()


def test_it_is_started_anew(daemon, pgbouncer, site):
    sessions = {name: site.log_in(name) for name in PEOPLE}
    for _ in range(2):
        with burst(daemon, sessions, 50) as sockets:
            assert {socket.status() for socket in sockets} == {101}
        pgbouncer.stop()
        pgbouncer.start()
    with burst(daemon, sessions, 50) as sockets:
        assert {socket.status() for socket in sockets} == {101}
