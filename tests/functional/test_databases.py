"""A Django site's PostgreSQL and MariaDB: its sessions and users are read, and nothing of it is zanhu's to change."""

import collections
import concurrent.futures
import contextlib
import http.client
import time

import pytest

from database_servers import PASSWORD, MariaDb, PostgreSql
from deadlines import PATIENCE, wait_until
from django_site import DjangoSite
from handshake_burst import Highest, burst, check_owners
from person import Person
from raw_websocket import RawWebSocket, answer_to
from recheck import check_that_only_the_second_is_closed
from zanhu_daemon import SECRET_KEY

CONFIG_ERROR = 78
STORAGE_ERROR = 69


@pytest.fixture(scope="module", params=[PostgreSql, MariaDb], ids=["postgresql", "mariadb"])
def server(request):
    """With Django's tables, made by Django's own migrations, and one user."""
    with request.param() as server:
        site = DjangoSite(None, SECRET_KEY, server.django_settings())
        site.migrate()
        site.create_user("alice", "a good password")
        yield server


@pytest.fixture
def site(server):
    return DjangoSite(None, SECRET_KEY, server.django_settings())


@pytest.fixture
def make_beside(server, make_daemon):
    """A daemon beside the site."""

    def make(settings=None, url=None):
        settings = {**(settings or {})}
        settings["database"] = {"url": url or server.url, **settings.get("database", {})}
        return make_daemon(settings)

    return make


def status(daemon, key, path="/ws/somebody/"):
    return answer_to(daemon, path, {"Cookie": f"sessionid={key}"}).status


def test_a_session_that_django_made_opens_a_socket(site, make_beside):
    daemon = make_beside()
    key = site.log_in("alice")
    assert status(daemon, key) == 101
    assert status(daemon, "a" * 32) == 403


def test_the_server_is_reached_by_its_unix_socket(server, site, make_beside):
    assert status(make_beside(url=server.unix_url), site.log_in("alice")) == 101


def test_settings_of_a_connection_come_from_the_url(server, site, make_beside, make_daemon):
    if isinstance(server, MariaDb):
        url = server.url + "?options=-c%20search_path%3Dpublic"
        check_start_is_refused(make_daemon.prepare({"database": {"url": url}}), CONFIG_ERROR, "the option `options` is not known")
        return
    daemon = make_beside(url=server.url + "?options=-c%20search_path%3Dnowhere,public")
    assert status(daemon, site.log_in("alice")) == 101
    nowhere = {"url": server.url + "?options=-c%20search_path%3Dnowhere"}
    check_start_is_refused(make_daemon.prepare({"database": nowhere}), STORAGE_ERROR, "manage.py migrate")


def test_what_django_changes_counts_at_the_next_handshake(site, make_beside):
    daemon = make_beside()
    site.create_user("carol", "a good password")
    key = site.log_in("carol")
    assert status(daemon, key) == 101
    site.set_active("carol", False)
    assert status(daemon, key) == 403
    site.set_active("carol", True)
    assert status(daemon, key) == 101
    site.set_password("carol", "another password")
    assert status(daemon, key) == 403
    key = site.log_in("carol")
    assert status(daemon, key) == 101
    site.log_out(key)
    assert status(daemon, key) == 403


def test_an_expired_session_is_refused_whatever_the_servers_time_zone(server, site, make_beside):
    daemon = make_beside()
    key = site.log_in("alice")
    moment = "now() - interval '1 minute'" if server.kind == "postgresql" else "utc_timestamp() - interval 1 minute"
    server.query(f"UPDATE django_session SET expire_date = {moment} WHERE session_key = %s", key)
    assert status(daemon, key) == 403
    server.query(f"UPDATE django_session SET expire_date = {moment.replace('-', '+')} WHERE session_key = %s", key)
    assert status(daemon, key) == 101


def test_a_long_session_is_read_between_short_ones(site, make_beside):
    daemon = make_beside({"pools": {"db_threads": 1}})
    long, short = site.log_in("alice", basket=["赞乎 " * 200] * 50), site.log_in("alice")
    for key in (short, long, short, long):
        assert status(daemon, key) == 101


def test_without_kept_statements_all_is_the_same(server, site, make_beside):
    daemon = make_beside({"database": {"keep_statements": "no"}})
    keys = [site.log_in("alice") for _ in range(3)]
    with concurrent.futures.ThreadPoolExecutor(20) as clients:
        assert list(clients.map(lambda i: status(daemon, keys[i % 3]), range(60))) == [101] * 60
    if server.kind == "postgresql":
        kept = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'zanhu' AND query LIKE %s"
        assert server.query(kept, "%auth_user%") != [(0,)], "its statements are seen there"
    server.restart()
    assert status(daemon, keys[0]) == 101


def test_a_table_that_is_changed_meanwhile_is_read_as_it_is_now(server, site, make_beside):
    daemon = make_beside()
    key = site.log_in("alice")
    assert status(daemon, key) == 101
    wider = "TYPE varchar(200)" if server.kind == "postgresql" else "varchar(200) NOT NULL"
    verb = "ALTER COLUMN" if server.kind == "postgresql" else "MODIFY COLUMN"
    server.query(f"ALTER TABLE auth_user {verb} username {wider}")
    assert status(daemon, key) == 101


def test_a_log_in_on_zanhus_page_is_one_on_the_site(site, make_beside):
    daemon = make_beside()
    person = Person(daemon, "alice").log_in()
    assert site.user_of_session(person.cookies["sessionid"]) == "alice"
    assert person.log_out().status == 303
    assert site.user_of_session(person.cookies.get("sessionid", "a" * 32)) == ""


def test_ids_that_no_column_can_hold_are_nobodys(site, make_beside):
    daemon = make_beside()
    for user_id in ("9" * 18, "-1", "1.5", "1e3", "", "1; DROP TABLE auth_user"):
        key = site.write_session({"_auth_user_id": user_id, "_auth_user_hash": "0" * 64,
                                  "_auth_user_backend": "django.contrib.auth.backends.ModelBackend"})
        assert status(daemon, key) == 403


def test_cookies_that_would_be_sql_are_none(make_beside):
    daemon = make_beside()
    for cookie in ("' OR 1=1 --", "a" * 31 + "'", '"' * 32, "%00" * 8, "\\" * 32):
        assert answer_to(daemon, "/ws/somebody/", {"Cookie": f"sessionid={cookie}"}).status == 403


def test_the_first_handshake_after_a_restart_of_the_server_succeeds(server, site, make_beside):
    daemon = make_beside()
    key = site.log_in("alice")
    for _ in range(2):
        assert status(daemon, key) == 101
        server.restart()
    assert status(daemon, key) == 101


def test_while_the_server_is_away_handshakes_fail_and_the_sockets_stay(server, site, make_beside):
    daemon = make_beside()
    key = site.log_in("alice")
    with RawWebSocket(daemon, "/ws/somebody/", {"Cookie": f"sessionid={key}"}) as socket:
        server.stop()
        try:
            assert status(daemon, key) == 503
            daemon.wait_for_log("cannot be reached")
            socket.send_frame(1, "still here")
            assert socket.read_text() == '"still here"'
            assert PASSWORD not in daemon.log()
        finally:
            server.start()
        assert status(daemon, key) == 101
        assert raw_ready(daemon) == 200


def raw_ready(daemon):
    connection = http.client.HTTPConnection(*daemon.monitor, timeout=PATIENCE)
    connection.request("GET", "/readyz")
    return connection.getresponse().status


@contextlib.contextmanager
def paused(server):
    server.pause()
    try:
        yield
    finally:
        server.resume()


def test_a_server_that_is_frozen_is_given_up(server, site, make_beside):
    daemon = make_beside({
        "database": {"statement_timeout": "500ms", "connect_timeout": "2s", "busy_timeout": "60s"},
        "websocket": {"handshake_timeout": "60s"},
    })
    key = site.log_in("alice")
    assert status(daemon, key) == 101
    with paused(server):
        assert status(daemon, key) == 503
        with RawWebSocket(daemon) as socket:
            socket.echo()
        daemon.wait_for_log("statement_timeout")
    wait_until(lambda: status(daemon, key) == 101, "the server is used again")
    assert daemon.stop() == 0


def test_a_statement_that_takes_too_long_is_ended_by_the_server(server, site, make_beside):
    daemon = make_beside({"database": {"statement_timeout": "500ms"}, "websocket": {"handshake_timeout": "60s"}})
    key = site.log_in("alice")
    assert status(daemon, key) == 101
    is_postgresql = server.kind == "postgresql"
    connection = server.connection()
    cursor = connection.cursor()
    try:
        if is_postgresql:
            cursor.execute("BEGIN")
        cursor.execute("LOCK TABLE django_session" if is_postgresql else "LOCK TABLES django_session WRITE")
        assert status(daemon, key) == 503
        daemon.wait_for_log("canceling statement due to statement timeout" if is_postgresql else "max_statement_time exceeded")
    finally:
        connection.close()
    wait_until(lambda: status(daemon, key) == 101, "the lock is gone")


def test_a_burst_of_handshakes_opens_no_more_connections_than_configured(server, site, make_beside):
    daemon = make_beside({
        "database": {"max_connections": 3, "busy_timeout": "60s"}, "pools": {"db_threads": 8, "db_queue": 5000},
        "websocket": {"handshake_timeout": "60s"}, "http": {"head_timeout": "60s"},
    })
    for name in ("bob", "dave"):
        site.create_user(name, "a good password")
    sessions = {name: site.log_in(name) for name in ("alice", "bob", "dave")}
    with Highest(server.clients) as highest, burst(daemon, sessions, 5000) as sockets:
        assert collections.Counter(socket.status() for socket in sockets) == {101: 5000}
        check_owners(daemon, sockets)
    assert 1 <= highest.seen <= 3


def test_a_burst_in_which_the_server_is_started_anew_is_answered(server, site, make_beside):
    daemon = make_beside({
        "database": {"max_connections": 3, "busy_timeout": "60s", "statement_timeout": "60s"},
        "pools": {"db_threads": 8, "db_queue": 5000}, "websocket": {"handshake_timeout": "60s"},
    })
    sessions = {"alice": site.log_in("alice")}
    with paused(server), burst(daemon, sessions, 2000) as sockets:
        sockets[0].socket.settimeout(3 * PATIENCE)
        server.resume()
        server.restart()
        asked = collections.Counter(socket.status() for socket in sockets)
        assert set(asked) <= {101, 503} and asked.total() == 2000
        check_owners(daemon, [socket for socket in sockets if socket.response.status == 101])
    wait_until(lambda: status(daemon, sessions["alice"]) == 101, "the server is used again")


def test_a_job_that_finds_no_connection_waits_and_then_says_so(server, site, make_beside):
    daemon = make_beside({
        "database": {"max_connections": 1, "busy_timeout": "200ms", "statement_timeout": "60s"},
        "pools": {"db_threads": 4},
        "websocket": {"handshake_timeout": "60s"},
    })
    key = site.log_in("alice")
    assert status(daemon, key) == 101
    with paused(server), concurrent.futures.ThreadPoolExecutor(1) as clients:
        first = clients.submit(status, daemon, key)
        time.sleep(0.1)  # so that they are not one batch; either way the outcome below comes
        wait_until(lambda: status(daemon, key) == 503, "the second finds none")
        daemon.wait_for_log("all connections to it are in use")
        server.resume()
        assert first.result(PATIENCE) in (101, 503)
    wait_until(lambda: status(daemon, key) == 101, "there is one again")


def test_an_open_socket_is_closed_when_django_ends_its_session(site, make_beside):
    daemon = make_beside({"recheck": {"interval": "200ms"}})
    keys = [site.log_in("alice") for _ in range(3)]
    check_that_only_the_second_is_closed(daemon, keys, lambda: site.log_out(keys[1]))


def test_zanhu_admin_looks_after_the_sites_users(site, make_beside):
    daemon = make_beside()
    assert daemon.admin("user", "list").returncode == 0
    daemon.add_user("made-by-zanhu", "s3cret-é-密码")
    assert site.check_password("made-by-zanhu", "s3cret-é-密码")
    assert "made-by-zanhu" in daemon.admin("user", "list").stdout
    assert daemon.admin("user", "disable", "made-by-zanhu").returncode == 0
    assert daemon.admin("user", "disable", "made-by-zanhu").returncode == 0, "a second time is no error"
    assert Person(daemon, "made-by-zanhu", "s3cret-é-密码").try_log_in().status == 200
    changed = daemon.admin("user", "set-password", "made-by-zanhu", "--password-stdin", input="another password\n")
    assert changed.returncode == 0, changed.stderr
    assert site.check_password("made-by-zanhu", "another password")
    again = daemon.admin("user", "add", "made-by-zanhu", "--password-stdin", input="another password\n")
    assert again.returncode == 1 and "already" in again.stderr
    assert daemon.admin("user", "delete", "made-by-zanhu", "--yes").returncode == 0
    assert "made-by-zanhu" not in daemon.admin("user", "list").stdout


def check_start_is_refused(daemon, code, *said):
    daemon.expected_exit = (code,)
    daemon.spawn()
    assert daemon.wait() == code
    for part in said:
        assert part in daemon.log()
    assert PASSWORD not in daemon.log() and "wrong-password" not in daemon.log()


@pytest.mark.parametrize("change, said", [
    (lambda url: url.replace(url[url.index("zanhu:") + 6:url.index("@")], "wrong-password"), "refuses the user"),
    (lambda url: url.replace("/site", "/elsewhere"), "does not exist"),
    (lambda url: url.replace(url[url.index("127.0.0.1:"):url.rindex("/")], "127.0.0.1:1"), "cannot be reached"),
], ids=["password", "database", "port"])
def test_a_wrong_url_stops_the_start_and_says_why(server, make_daemon, change, said):
    daemon = make_daemon.prepare({"database": {"url": change(server.url)}})
    check_start_is_refused(daemon, STORAGE_ERROR, said, "[database] url")


def test_tables_on_a_server_are_djangos_to_make(server, make_daemon):
    daemon = make_daemon.prepare({"database": {"url": server.url, "migrate": "auto"}})
    check_start_is_refused(daemon, CONFIG_ERROR, "[database] migrate", "manage.py migrate")


def test_a_database_without_tables_is_left_without_them(server, make_daemon):
    statement = "CREATE DATABASE bare"
    if server.kind == "postgresql":
        server.query(statement, database="postgres")
    else:
        server.query(statement)
    daemon = make_daemon.prepare({"database": {"url": server.url.replace("/site", "/bare")}})
    check_start_is_refused(daemon, STORAGE_ERROR, "manage.py migrate")
