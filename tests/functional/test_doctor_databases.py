"""zanhu-admin doctor beside a Django site on PostgreSQL or MariaDB: whose a session is, or which step fails and why."""

import json

import pytest

from database_servers import DATABASE as SITE
from database_servers import PASSWORD, PASSWORD_IN_URL, USER, MariaDb, PostgreSql
from django_site import BACKEND, DjangoSite
from doctor import CONFIGURATION, DATABASE, FAILED, OK, Doctor
from ports import free_port
from zanhu_daemon import SECRET_KEY

STRANGER = "stranger"  # may connect, and has no rights


@pytest.fixture(scope="module", params=[PostgreSql, MariaDb], ids=["postgresql", "mariadb"])
def server(request):
    with request.param() as server:
        DjangoSite(None, SECRET_KEY, server.django_settings()).migrate()
        yield server


@pytest.fixture
def site(server):
    """Django's, with one person, who is new for each test."""
    site = DjangoSite(None, SECRET_KEY, server.django_settings())
    server.query("DELETE FROM django_session")
    server.query("DELETE FROM auth_user")
    site.create_user("alice", "a good password")
    return site


@pytest.fixture
def daemon(server, make_daemon):
    """Configured for the site; it does not run."""
    return make_daemon.prepare({"database": {"url": server.url, "connect_timeout": "5s", "statement_timeout": "5s"}})


class DiscreetDoctor(Doctor):
    def __call__(self, code, *arguments):
        told = super().__call__(code, *arguments)
        assert PASSWORD not in json.dumps(told) and PASSWORD_IN_URL not in json.dumps(told)
        return told


@pytest.fixture
def doctor(daemon):
    return DiscreetDoctor(daemon)


def database_fails(doctor, text, remedy, code=DATABASE):
    """The step of the database, and a session cannot be looked up."""
    told = doctor.finds(code, "database", text, remedy, "--session", "a" * 32)
    assert "503" in told["conclusion"]


def create_database(server, name):
    statement = f"CREATE DATABASE {name}"
    if server.kind == "postgresql":
        server.query(statement, database="postgres")
    else:
        server.query(statement)


# The session and its user.


def test_it_says_to_whom_a_session_belongs(doctor, site, server):
    key = site.log_in("alice")
    for arguments in (("--session", key), ("--cookie", f"a=b; sessionid={key}")):
        told = doctor(OK, *arguments)
        assert told["conclusion"] == "Sockets with it are alice's." and told["user"]["username"] == "alice"
    assert SITE in doctor.step("database", OK)["found"]
    assert server.query("SELECT count(*) FROM django_session")[0][0] == 1


def test_no_session_of_that_key(doctor, site):
    key = site.log_in("alice")
    site.log_out(key)
    doctor.finds(FAILED, "session", "no session of that key", "[database] url", "--session", key, reason="no_session")


def test_an_expired_session(doctor, site, server):
    key = site.log_in("alice")
    server.query("UPDATE django_session SET expire_date = '2001-01-01 00:00:00'")
    doctor.finds(FAILED, "session", "time is over", "log in again", "--session", key, reason="expired")
    assert server.query("SELECT count(*) FROM django_session")[0][0] == 1


def test_a_session_of_another_secret_key(doctor, site, daemon):
    key = site.log_in("alice")
    daemon.configure("site", "secret_key", "another-secret-key-0123456789-0123456789")
    doctor.finds(FAILED, "session", "not signed with our key", "SECRET_KEY", "--session", key, reason="not_ours")
    daemon.configure("site", "secret_key_fallbacks", SECRET_KEY)
    assert "alice" in doctor(OK, "--session", key)["conclusion"]


def test_a_changed_password(doctor, site):
    key = site.log_in("alice")
    site.set_password("alice", "another good password")
    told = doctor.finds(FAILED, "user", "password was changed", "secret_key_fallbacks", "--session", key, reason="other_password")
    assert "alice" in json.dumps(told)


def test_an_account_that_is_not_active(doctor, site):
    key = site.log_in("alice")
    site.set_active("alice", False)
    doctor.finds(FAILED, "user", "not active", "user enable", "--session", key, reason="inactive")


@pytest.mark.parametrize("number", ["99999999", "no number", "9" * 30])
def test_a_user_that_does_not_exist(doctor, site, number):
    key = site.write_session({"_auth_user_id": number, "_auth_user_backend": BACKEND, "_auth_user_hash": "x"})
    doctor.finds(FAILED, "user", "does not exist", "[users]", "--session", key, reason="no_such_user")


# The database.


def test_a_wrong_password_of_the_database(doctor, daemon, server):
    daemon.configure("database", "url", server.url.replace(PASSWORD_IN_URL, "wrong-password"))
    database_fails(doctor, "refuses the user", "[database] url")
    assert "wrong-password" not in daemon.admin("doctor").stdout


def test_no_password_for_the_database(doctor, daemon, server):
    daemon.configure("database", "url", server.url.replace(":" + PASSWORD_IN_URL, ""))
    database_fails(doctor, "refuses the user", "[database] url")


def test_a_user_whom_the_database_does_not_know(doctor, daemon, server):
    daemon.configure("database", "url", server.url.replace(f"//{USER}:", "//nobody-known:"))
    database_fails(doctor, "refuses the user", "[database] url")


def test_a_user_without_rights_there(doctor, daemon, server):
    if server.kind == "postgresql":
        server.query(f"DROP ROLE IF EXISTS {STRANGER}")
        server.query(f"CREATE ROLE {STRANGER} LOGIN PASSWORD 'open'")
    else:
        server._as_root(f"CREATE OR REPLACE USER {STRANGER}@'127.0.0.1' IDENTIFIED BY 'open'")
        server._as_root(f"GRANT SELECT ON {SITE}.django_content_type TO {STRANGER}@'127.0.0.1'")
    daemon.configure("database", "url", server.url.replace(f"{USER}:{PASSWORD_IN_URL}", f"{STRANGER}:open"))
    database_fails(doctor, "refuses the user", "rights")


def test_a_database_of_another_name(doctor, daemon, server):
    daemon.configure("database", "url", server.url.replace(f"/{SITE}", "/elsewhere"))
    database_fails(doctor, "does not exist", "[database] url")


def test_nobody_listens_there(doctor, daemon, server):
    daemon.configure("database", "url", server.url.replace(f":{server.port}/", f":{free_port()}/"))
    database_fails(doctor, "cannot be reached", "[database] url")


def test_a_name_of_a_host_that_nobody_knows(doctor, daemon, server):
    daemon.configure("database", "url", server.url.replace("127.0.0.1", "database.invalid"))
    database_fails(doctor, "cannot be reached", "[database] url")


def test_a_server_that_hangs(doctor, daemon, server):
    daemon.configure("database", "connect_timeout", "2s")
    daemon.configure("database", "statement_timeout", "2s")
    server.pause()
    try:
        database_fails(doctor, server.url.split("@")[1], "[database]")
    finally:
        server.resume()


def test_a_database_without_tables(doctor, daemon, server):
    create_database(server, "bare")
    daemon.configure("database", "url", server.url.replace(f"/{SITE}", "/bare"))
    database_fails(doctor, "has not the tables", "manage.py migrate")


@pytest.mark.parametrize("table", ["django_session", "auth_user"])
def test_a_missing_table_is_named(doctor, server, table):
    server.query(f"ALTER TABLE {table} RENAME TO gone")
    try:
        database_fails(doctor, table, "manage.py migrate")
    finally:
        server.query(f"ALTER TABLE gone RENAME TO {table}")


@pytest.mark.parametrize(("key", "value"), [("table", "shop_customer"), ("username_column", "nickname")])
def test_a_user_model_that_is_not_the_sites(doctor, daemon, key, value):
    daemon.configure("users", key, value)
    database_fails(doctor, value, "[users]")


def test_a_kind_of_key_that_is_not_the_user_models(doctor, site, daemon, server):
    key = site.log_in("alice")
    daemon.configure("users", "key", "uuid")
    if server.kind == "postgresql":
        database_fails(doctor, "another type", "[users] key")
    else:
        doctor.finds(FAILED, "user", "is no uuid", "[users] key", "--session", key, reason="no_such_user")


def test_a_look_up_that_fails(doctor, site, daemon, server):
    """The steps before it are told all the same."""
    key = site.log_in("alice")
    daemon.configure("database", "statement_timeout", "500ms")
    connection = server.connection()
    cursor = connection.cursor()
    try:
        cursor.execute("BEGIN" if server.kind == "postgresql" else "SET autocommit = 0")
        lock = "LOCK TABLE {}" if server.kind == "postgresql" else "LOCK TABLES {} WRITE"
        cursor.execute(lock.format("django_session"))
        told = doctor(DATABASE, "--session", key)
    finally:
        connection.close()
    failed = [step["step"] for step in told["steps"] if step["verdict"] == "failed"]
    assert len(told["steps"]) >= 5 and failed in (["database"], ["session"]) and "503" in told["conclusion"]
    assert "statement_timeout" in json.dumps(told["steps"][-1])


def test_tables_on_a_server_are_djangos_to_make(doctor, daemon):
    daemon.configure("database", "migrate", "auto")
    told = doctor.finds(CONFIGURATION, "configuration", "[database] migrate", "manage.py migrate")
    assert len(told["steps"]) == 1


def test_a_url_of_a_database_that_zanhu_does_not_know(doctor, daemon, server):
    daemon.configure("database", "url", "oracle" + server.url[server.url.index("://"):])
    told = doctor.finds(CONFIGURATION, "configuration", "[database] url", "postgres://", "--session", "a" * 32)
    assert len(told["steps"]) == 1
