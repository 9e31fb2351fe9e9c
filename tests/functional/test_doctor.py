"""zanhu-admin doctor: for every reason for which a socket is refused or anonymous, what it finds and what it advises."""

import base64
import hashlib
import hmac
import json
import pickle
import sqlite3
import time
import zlib

import pytest

from django_site import BACKEND, DjangoSite
from doctor import CONFIGURATION, DATABASE, FAILED, OK, USAGE, Doctor
from ports import free_port
from redis_server import RedisServer
from zanhu_daemon import SECRET_KEY

BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@pytest.fixture
def prepared(make_daemon):
    """A daemon with a database in which there is alice; it does not run."""
    daemon = make_daemon.prepare()
    daemon.state_directory.mkdir()
    made = daemon.admin("user", "add", "alice", "--password-stdin", "--create-database", input="a good password\n")
    assert made.returncode == OK, made
    return daemon


@pytest.fixture
def doctor(prepared):
    return Doctor(prepared)


@pytest.fixture
def django(prepared):
    return DjangoSite(prepared, SECRET_KEY)


@pytest.fixture
def redis():
    server = RedisServer("--requirepass", "right")
    yield server
    server.end()


def signed(payload, secret=SECRET_KEY, salt="django.contrib.sessions.SessionStore"):
    """What Django's signing makes of any bytes."""
    seconds, stamp = int(time.time()), ""
    while seconds:
        seconds, digit = divmod(seconds, 62)
        stamp = BASE62[digit] + stamp
    value = base64.urlsafe_b64encode(payload).rstrip(b"=").decode() + ":" + stamp
    key = hashlib.sha256((salt + "signer" + secret).encode()).digest()
    mac = hmac.new(key, value.encode(), hashlib.sha256).digest()
    return value + ":" + base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def store_row(daemon, payload):
    key = "k" * 32
    daemon.sql("INSERT INTO django_session VALUES (?, ?, '2999-01-01 00:00:00')", key, signed(payload))
    return key


# All is well.


def test_it_says_to_whom_a_session_belongs(doctor, django):
    key = django.log_in("alice")
    for arguments in (("--session", key), ("--cookie", f"csrftoken=x; sessionid={key}; a=b")):
        told = doctor(OK, *arguments)
        assert told["conclusion"] == "Sockets with it are alice's."
        assert told["user"]["username"] == "alice" and told["anonymous_because"] is None
        assert {step["step"] for step in told["steps"] if step["verdict"] == "failed"} == set()
        assert key not in json.dumps(told), "a session's key is as good as a password"


def test_without_a_session_it_looks_at_the_rest(doctor):
    steps = {step["step"]: step["verdict"] for step in doctor(OK)["steps"]}
    assert steps == {
        "configuration": "ok", "secret key": "ok", "daemon": "note", "channel layer": "note", "origin": "ok",
        "database": "ok",
    }


def test_it_sees_the_daemon_that_runs(doctor, prepared):
    assert doctor.step("daemon", OK)["found"].startswith("none runs")
    prepared.start()
    assert f"pid {prepared.pid}" in doctor.step("daemon", OK)["found"]


def test_it_changes_nothing(doctor, prepared, django):
    key = django.log_in("alice")
    prepared.sql("UPDATE django_session SET expire_date = '2001-01-01 00:00:00'")
    before = prepared.sql("SELECT * FROM django_session"), prepared.sql("SELECT * FROM auth_user")
    doctor(FAILED, "--session", key)
    assert (prepared.sql("SELECT * FROM django_session"), prepared.sql("SELECT * FROM auth_user")) == before


# The cookie.


@pytest.mark.parametrize("cookie", ["", "csrftoken=abc; theme=dark", "Sessionid=" + "a" * 32])
def test_no_session_cookie(doctor, cookie):
    told = doctor.finds(FAILED, "cookie", "`sessionid` is not among the cookies", "SESSION_COOKIE_NAME", "--cookie", cookie, reason="no_key")
    assert "anonymous" in told["conclusion"]
    if "theme" in cookie:
        assert "there are: csrftoken, theme" in json.dumps(told)


def test_a_cookie_of_another_name(doctor, prepared, django):
    key = django.log_in("alice")
    prepared.configure("site", "session_cookie_name", "shop_session")
    doctor.finds(FAILED, "cookie", "there are: sessionid", "SESSION_COOKIE_NAME", "--cookie", f"sessionid={key}", reason="no_key")
    assert "alice" in doctor(OK, "--cookie", f"shop_session={key}")["conclusion"]


def test_an_empty_cookie(doctor):
    doctor.finds(FAILED, "cookie", "`sessionid` is empty", "SESSION_COOKIE_NAME", "--cookie", "sessionid=; a=b", reason="no_key")


@pytest.mark.parametrize(("key", "said"), [("short", "8"), ("x" * 41, "40"), ("a key that holds blanks in it", "characters")])
def test_what_cannot_be_a_key(doctor, key, said):
    for arguments in (("--session", key), ("--cookie", f"sessionid={key}")):
        told = doctor.finds(FAILED, "session", said, "sessionid", *arguments, reason="no_key")
        assert "anonymous" in told["conclusion"]


def test_session_and_cookie_are_not_given_together(prepared):
    result = prepared.admin("doctor", "--session", "a" * 32, "--cookie", "a=b")
    assert result.returncode == USAGE and "one of them" in result.stderr


# The session.


def test_no_session_of_that_key(doctor):
    doctor.finds(FAILED, "session", "no session of that key", "[database] url", "--session", "a" * 32, reason="no_session")


def test_an_expired_session(doctor, prepared, django):
    key = django.log_in("alice")
    prepared.sql("UPDATE django_session SET expire_date = '2001-01-01 00:00:00'")
    doctor.finds(FAILED, "session", "time is over", "log in again", "--session", key, reason="expired")


def test_a_session_that_another_secret_key_signed(doctor, prepared, django):
    key = django.log_in("alice")
    prepared.configure("site", "secret_key", "another-secret-key-0123456789-0123456789")
    doctor.finds(FAILED, "session", "not signed with our key", "SECRET_KEY", "--session", key, reason="not_ours")
    prepared.configure("site", "secret_key_fallbacks", SECRET_KEY)
    assert "alice" in doctor(OK, "--session", key)["conclusion"]


def test_a_forged_session(doctor, prepared, django):
    key = django.log_in("alice")
    (text,) = prepared.sql("SELECT session_data FROM django_session")[0]
    prepared.sql("UPDATE django_session SET session_data = ?", ("B" if text[0] == "A" else "A") + text[1:])
    doctor.finds(FAILED, "session", "not signed with our key", "SECRET_KEY", "--session", key, reason="not_ours")


@pytest.mark.parametrize("payload", [b"no JSON", b"[1, 2]", b"\xff\xfe", b""])
def test_a_session_that_cannot_be_read(doctor, prepared, payload):
    doctor.finds(FAILED, "session", "no session", "session_engine", "--session", store_row(prepared, payload), reason="damaged")


def test_a_pickled_session(doctor, prepared):
    key = store_row(prepared, pickle.dumps({"_auth_user_id": "1"}))
    doctor.finds(FAILED, "session", "PickleSerializer", "JSONSerializer", "--session", key, reason="pickled")


# The cache of sessions.


@pytest.fixture
def cache(prepared, redis):
    prepared.configure("site", "session_engine", "cache")
    prepared.configure("site", "session_cache_url", f"redis://:right@127.0.0.1:{redis.port}/1")
    with redis.client(database=1, password="right") as client:
        yield client


def test_a_session_in_a_cache(doctor, prepared, django, cache):
    key = django.log_in("alice")
    (text,) = prepared.sql("SELECT session_data FROM django_session")[0]
    compressed = text.split(":")[0].lstrip(".")
    data = json.loads(zlib.decompress(base64.urlsafe_b64decode(compressed + "=" * (-len(compressed) % 4))))
    prepared.sql("DELETE FROM django_session")
    doctor.finds(FAILED, "session", "session_engine", "session_cache_url", "--session", key, reason="no_session")
    cache.set(f":1:django.contrib.sessions.cache{key}", pickle.dumps(data))
    told = doctor(OK, "--session", key)
    assert told["user"]["username"] == "alice" and "right" not in json.dumps(told)


def test_a_cache_that_cannot_be_asked(doctor, prepared, cache):
    prepared.configure("site", "session_cache_url", f"redis://127.0.0.1:{free_port()}/1")
    told = doctor.finds(FAILED, "session cache", "refused", "session_cache_url", "--session", "a" * 32)
    assert "503" in told["conclusion"]


# The user.


def test_a_session_in_which_nobody_has_logged_in(doctor, django):
    key = django.write_session({"cart": [1, 2]})
    told = doctor.finds(FAILED, "user", "nobody has logged in", "logged in", "--session", key, reason="no_user")
    assert {step["step"]: step["verdict"] for step in told["steps"]}["session"] == "ok"


@pytest.mark.parametrize("name", ["shop.backends.TicketBackend", "django.contrib.auth.backends.RemoteUserBackend"])
def test_a_backend_that_is_not_in_the_list(doctor, django, name):
    key = django.write_session({"_auth_user_id": "1", "_auth_user_backend": name, "_auth_user_hash": "x"})
    told = doctor.finds(FAILED, "user", "backend", "AUTHENTICATION_BACKENDS", "--session", key, reason="unknown_backend")
    assert name in json.dumps(told)


@pytest.mark.parametrize("number", ["999", "no number", ""])
def test_a_user_that_does_not_exist(doctor, django, number):
    key = django.write_session({"_auth_user_id": number, "_auth_user_backend": BACKEND, "_auth_user_hash": "x"})
    doctor.finds(FAILED, "user", "does not exist", "[database] url", "--session", key, reason="no_such_user")


def test_an_account_that_is_not_active(doctor, django):
    key = django.log_in("alice")
    django.set_active("alice", False)
    told = doctor.finds(FAILED, "user", "not active", "user enable", "--session", key, reason="inactive")
    assert "alice" in json.dumps(told)


def test_a_password_that_was_changed_since(doctor, django):
    key = django.log_in("alice")
    django.set_password("alice", "another good password")
    told = doctor.finds(FAILED, "user", "password was changed", "secret_key_fallbacks", "--session", key, reason="other_password")
    assert "alice" in json.dumps(told)


def test_a_session_without_a_hash(doctor, django):
    key = django.write_session({"_auth_user_id": "1", "_auth_user_backend": BACKEND})
    doctor.finds(FAILED, "user", "no hash", "login()", "--session", key, reason="no_hash")


def test_what_is_in_a_session_cannot_play_tricks_with_the_terminal(prepared, django):
    key = django.write_session({"_auth_user_id": "1", "_auth_user_backend": "\x1b[2Jevil", "_auth_user_hash": "x"})
    said = prepared.admin("doctor", "--session", key)
    assert said.returncode == FAILED and "\x1b" not in said.stdout and "evil" in said.stdout


# What it needs.


def test_a_database_that_is_not_there(doctor, prepared):
    prepared.configure("database", "url", "sqlite:////nowhere/at/all.sqlite3")
    told = doctor.finds(DATABASE, "database", "does not exist", "[database] url", "--session", "a" * 32)
    assert "503" in told["conclusion"]


def test_a_database_that_is_something_else(doctor, prepared):
    path = prepared.directory / "notes.txt"
    path.write_text("no database at all, but a text of more than a hundred bytes. " * 20)
    prepared.configure("database", "url", f"sqlite:///{path}")
    doctor.finds(DATABASE, "database", "is not a SQLite database", "[database] url")


def test_a_database_without_the_tables(doctor, prepared):
    path = prepared.directory / "shop.sqlite3"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE shop (id integer)")
    prepared.configure("database", "url", f"sqlite:///{path}")
    doctor.finds(DATABASE, "database", "tables that zanhu did not make", "migrate = never")
    prepared.configure("database", "migrate", "never")
    doctor.finds(DATABASE, "database", "has not the tables", "manage.py migrate", "--session", "a" * 32)


def test_no_secret_key(doctor, prepared):
    del prepared.settings["site"]["secret_key"]
    prepared.write_config()
    told = doctor.finds(CONFIGURATION, "secret key", "there is none", "DJANGO_SECRET_KEY", "--session", "a" * 32)
    assert "secret key" in told["conclusion"]


def test_a_configuration_that_cannot_be_read(doctor, prepared):
    prepared.configure("site", "alowed_hosts", "example.com")
    told = doctor.finds(CONFIGURATION, "configuration", "alowed_hosts", "allowed_hosts")
    assert len(told["steps"]) == 1
    prepared.configure("site", "session_cookie_age", "soon")
    assert len(doctor(CONFIGURATION)["steps"]) == 2


def test_the_secret_key_of_the_environment(doctor, prepared):
    prepared.environment["DJANGO_SECRET_KEY"] = SECRET_KEY
    assert "environment" in doctor.step("secret key", OK)["found"]


# Redis.


def test_a_layer_in_memory_is_mentioned(doctor):
    entry = doctor.step("channel layer", OK)
    assert entry["verdict"] == "note" and "group_send" in entry["found"]


def test_a_redis_that_answers(doctor, prepared, redis):
    prepared.configure("channel_layer", "hosts", f"redis://:right@127.0.0.1:{redis.port}/3")
    told = doctor(OK)
    assert "right" not in json.dumps(told)
    assert "answers" in doctor.step("channel layer", OK)["found"]


def test_no_redis_there(doctor, prepared):
    prepared.configure("channel_layer", "hosts", f"redis://127.0.0.1:{free_port()}/3")
    doctor.finds(FAILED, "channel layer", "refused", "start Redis")


def test_a_redis_that_hangs(doctor, prepared, redis):
    prepared.configure("channel_layer", "hosts", f"redis://:right@127.0.0.1:{redis.port}/3")
    prepared.configure("redis", "timeout", "300ms")
    redis.freeze()
    doctor.finds(FAILED, "channel layer", str(redis.port), "CHANNEL_LAYERS")


def test_a_wrong_password_of_redis(doctor, prepared, redis):
    prepared.configure("channel_layer", "hosts", f"redis://:wrong@127.0.0.1:{redis.port}/3")
    told = doctor.finds(FAILED, "channel layer", "refused the password", "redis://:PASSWORD@")
    assert "wrong@" not in json.dumps(told)


@pytest.mark.parametrize("database", [0, 3])
def test_a_redis_that_wants_a_password(doctor, prepared, redis, database):
    prepared.configure("channel_layer", "hosts", f"redis://127.0.0.1:{redis.port}/{database}")
    doctor.finds(FAILED, "channel layer", "wants a password", "redis://:PASSWORD@")


def test_a_database_that_redis_does_not_have(doctor, prepared, redis):
    prepared.configure("channel_layer", "hosts", f"redis://:right@127.0.0.1:{redis.port}/99")
    doctor.finds(FAILED, "channel layer", "no such database", "CHANNEL_LAYERS")


def test_every_host_of_every_layer_is_looked_at(doctor, prepared, redis):
    good, bad = f"redis://:right@127.0.0.1:{redis.port}/3", f"redis://127.0.0.1:{free_port()}/3"
    prepared.configure("channel_layer", "hosts", f"{good}, {bad}")
    prepared.configure("channel_layer.second", "hosts", bad)
    failed = [step["step"] for step in doctor(FAILED)["steps"] if step["verdict"] == "failed"]
    assert failed == ["channel layer", "channel layer second"]


def test_without_redis_it_still_says_whose_a_session_is(doctor, prepared, django):
    key = django.log_in("alice")
    prepared.configure("channel_layer", "hosts", f"redis://127.0.0.1:{free_port()}/3")
    told = doctor.finds(FAILED, "channel layer", "refused", "start Redis", "--session", key)
    assert "alice" in told["conclusion"]


# The origin.


def test_an_origin_that_is_allowed(doctor, prepared):
    prepared.configure("site", "allowed_hosts", ".example.com")
    assert doctor.step("origin", OK, "--origin", "https://shop.example.com")["verdict"] == "ok"


@pytest.mark.parametrize("origin", ["https://example.org", "null", "example.com"])
def test_an_origin_that_is_not_allowed(doctor, prepared, origin):
    prepared.configure("site", "allowed_hosts", ".example.com")
    doctor.finds(FAILED, "origin", "403", "[site] allowed_hosts", "--origin", origin)


def test_a_list_of_origins(doctor, prepared):
    prepared.configure("origin", "class", "OriginValidator")
    prepared.configure("origin", "allowed_origins", "https://example.com, shop.example.com:8000")
    assert doctor(OK, "--origin", "https://example.com")
    doctor.finds(FAILED, "origin", "403", "[origin] allowed_origins", "--origin", "http://example.com")
    notes = [step["found"] for step in doctor(OK)["steps"] if step["step"] == "origin" and step["verdict"] == "note"]
    assert len(notes) == 1 and "shop.example.com:8000" in notes[0]


def test_a_chain_without_a_check_of_the_origin(doctor, prepared):
    prepared.configure("routing", "websocket", "auth, routes")
    assert doctor.step("origin", OK, "--origin", "https://example.org")["verdict"] == "note"
