"""Every place in which a Django site keeps its sessions: made by Django, read by zanhu, changed by nobody."""

import json
import os
import pickle
import sqlite3
import zlib

import pytest

from deadlines import wait_until
from django_site import BACKEND, DjangoSite, sqlite
from person import Person
from raw_http import raw_request
from raw_websocket import RawWebSocket, answer_to
from recheck import check_that_only_the_second_is_closed
from zanhu_daemon import SECRET_KEY

BACKENDS = "django.contrib.sessions.backends."


def cache_of(redis_server, **options):
    """Django's CACHES with django-redis."""
    timeout = {"TIMEOUT": options.pop("TIMEOUT")} if "TIMEOUT" in options else {}
    prefix = {name: options.pop(name) for name in ("KEY_PREFIX", "VERSION") if name in options}
    return {
        "default": {
            "BACKEND": "django_redis.cache.RedisCache", "LOCATION": redis_server.url(1),
            "OPTIONS": {"CLIENT_CLASS": "django_redis.client.DefaultClient", **options}, **prefix, **timeout,
        }
    }


class Beside:
    """A site with an engine of its own, and a daemon on the same database."""

    def __init__(self, make_daemon, tmp_path, engine, settings=None, **django_settings):
        self.database_path = tmp_path / "site.sqlite3"
        self.site = DjangoSite(
            None, SECRET_KEY, sqlite(self.database_path), SESSION_ENGINE=BACKENDS + engine, **django_settings
        )
        self.site.migrate()
        self.site.create_user("alice", "a good password")
        settings = {section: dict(keys) for section, keys in (settings or {}).items()}
        settings["site"] = {"session_engine": engine, **settings.get("site", {})}
        settings["database"] = {"url": f"sqlite:///{self.database_path}", "migrate": "never"}
        self.daemon = make_daemon(settings)

    def status(self, key):
        return answer_to(self.daemon, "/ws/somebody/", {"Cookie": f"sessionid={key}"}).status

    def rows(self):
        with sqlite3.connect(self.database_path) as database:
            return database.execute("SELECT * FROM django_session ORDER BY session_key").fetchall()


# signed_cookies


def test_a_session_in_a_signed_cookie_is_read(make_daemon, tmp_path):
    beside = Beside(make_daemon, tmp_path, "signed_cookies")
    key = beside.site.log_in("alice")
    assert len(key) > 100 and beside.status(key) == 101
    long = beside.site.log_in("alice", basket=[f"item {i}" for i in range(100)])
    assert beside.status(long) == 101
    assert beside.rows() == []


def test_a_signed_cookie_that_was_tampered_with_is_nobodys(make_daemon, tmp_path):
    beside = Beside(make_daemon, tmp_path, "signed_cookies")
    key = beside.site.log_in("alice")
    changed = key[:10] + ("A" if key[10] != "A" else "B") + key[11:]
    for wrong in (changed, key[:-1], key + "x", key.rsplit(":", 1)[0], "x" * 5000, ":" * 100, "a" * 32):
        assert beside.status(wrong) == 403, wrong
    another = DjangoSite(
        None, "another secret key of another site", sqlite(beside.database_path),
        SESSION_ENGINE=BACKENDS + "signed_cookies",
    )
    assert beside.status(another.log_in("alice")) == 403


def test_a_signed_cookie_has_the_age_of_the_setting(make_daemon, tmp_path):
    beside = Beside(make_daemon, tmp_path, "signed_cookies")
    key = beside.site.log_in("alice")
    beside.daemon.stop()
    beside.daemon.configure("site", "session_cookie_age", "1")
    beside.daemon.start()
    wait_until(lambda: beside.status(key) == 403, "the second is over")


def test_a_password_change_ends_what_a_signed_cookie_says(make_daemon, tmp_path):
    beside = Beside(make_daemon, tmp_path, "signed_cookies", {"recheck": {"interval": "200ms"}})
    key = beside.site.log_in("alice")
    with RawWebSocket(beside.daemon, "/ws/somebody/", {"Cookie": f"sessionid={key}"}) as socket:
        beside.site.set_password("alice", "another password")
        assert socket.read_close().close_code == 4401
    assert beside.status(key) == 403


def test_a_log_in_on_zanhus_page_makes_a_cookie_that_django_reads(make_daemon, tmp_path):
    beside = Beside(make_daemon, tmp_path, "signed_cookies")
    person = Person(beside.daemon, "alice").log_in()
    assert beside.site.user_of_session(person.cookies["sessionid"]) == "alice"
    with person.open_socket("/ws/somebody/"):
        pass
    person.log_out()
    assert "sessionid" not in person.cookies


# file


@pytest.fixture
def files(tmp_path):
    directory = tmp_path / "sessions"
    directory.mkdir()
    return directory


def with_files(make_daemon, tmp_path, files, **settings):
    return Beside(
        make_daemon, tmp_path, "file", {"site": {"session_file_path": files}, **settings},
        SESSION_FILE_PATH=str(files),
    )


def test_a_session_in_a_file_is_read_and_left_as_it_is(make_daemon, tmp_path, files):
    beside = with_files(make_daemon, tmp_path, files)
    key = beside.site.log_in("alice")
    file = files / f"sessionid{key}"
    before = (file.read_bytes(), file.stat())
    assert beside.status(key) == 101
    assert (file.read_bytes(), file.stat()) == (before[0], before[1])
    assert [entry.name for entry in files.iterdir()] == [file.name]
    beside.site.log_out(key)
    assert beside.status(key) == 403


def test_keys_that_would_leave_the_directory_are_none(make_daemon, tmp_path, files):
    beside = with_files(make_daemon, tmp_path, files)
    key = beside.site.log_in("alice")
    (tmp_path / f"sessionid{key}").write_bytes((files / f"sessionid{key}").read_bytes())
    for wrong in (f"../sessionid{key}", f"/../../sessionid{key}", key.upper(), key + "/", "." * 20, key + "."):
        assert beside.status(wrong) == 403, wrong


def test_what_is_no_file_of_a_session_is_not_read(make_daemon, tmp_path, files):
    beside = with_files(make_daemon, tmp_path, files)
    key = beside.site.log_in("alice")
    os.symlink(files / f"sessionid{key}", files / f"sessionid{'l' * 32}")
    os.mkfifo(files / f"sessionid{'p' * 32}")
    (files / f"sessionid{'d' * 32}").mkdir()
    (files / f"sessionid{'e' * 32}").write_bytes(b"")
    (files / f"sessionid{'j' * 32}").write_bytes(b"junk" * 1000)
    (files / f"sessionid{'h' * 32}").write_bytes(b"x" * (4 << 20))
    for letter in "lpd":
        assert beside.status(letter * 32) == 503
        assert f"sessionid{letter * 4}... " in beside.daemon.log() and letter * 32 not in beside.daemon.log()
    for letter in "ejh":
        assert beside.status(letter * 32) == 403
    assert beside.status(key) == 101


def test_a_file_ends_with_its_age_or_as_it_says_itself(make_daemon, tmp_path, files):
    beside = with_files(make_daemon, tmp_path, files)
    key = beside.site.log_in("alice")
    file = files / f"sessionid{key}"
    os.utime(file, (1, 1))
    assert beside.status(key) == 403
    assert file.exists(), "Django removes it, zanhu does not"
    until_the_browser_closes = beside.site.log_in("alice", _session_expiry=0)
    assert beside.status(until_the_browser_closes) == 101
    os.utime(files / f"sessionid{until_the_browser_closes}", (1, 1))
    assert beside.status(until_the_browser_closes) == 403
    os.utime(file, None)
    assert beside.status(key) == 101
    for expiry, expected in (("2020-01-01T00:00:00+00:00", 403), ("2100-01-01T00:00:00.123456+08:00", 101), (60, 101), (-1, 403)):
        assert beside.status(beside.site.log_in("alice", _session_expiry=expiry)) == expected, expiry


def test_a_log_in_where_sessions_are_files_is_the_sites(make_daemon, tmp_path, files):
    beside = with_files(make_daemon, tmp_path, files)
    assert Person(beside.daemon, "alice").try_log_in().status == 503
    beside.daemon.wait_for_log("log in there")
    assert list(files.iterdir()) == []


# cache and cached_db


PICKLES = [{"PICKLE_VERSION": version} for version in (2, 3, 4, 5, -1)]
COMPRESSED = {"COMPRESSOR": "django_redis.compressors.zlib.ZlibCompressor"}
IN_JSON = {"SERIALIZER": "django_redis.serializers.json.JSONSerializer"}


def with_cache(make_daemon, tmp_path, redis_server, engine="cache", settings=None, **options):
    settings = {section: dict(keys) for section, keys in (settings or {}).items()}
    settings["site"] = {"session_cache_url": redis_server.url(1), **settings.get("site", {})}
    return Beside(make_daemon, tmp_path, engine, settings, CACHES=cache_of(redis_server, **options))


@pytest.mark.parametrize("options", [*PICKLES, COMPRESSED, IN_JSON, {**IN_JSON, **COMPRESSED}], ids=str)
def test_a_session_in_django_redis_is_read(make_daemon, tmp_path, redis_server, redis, options):
    beside = with_cache(make_daemon, tmp_path, redis_server, **options)
    key = beside.site.log_in("alice", basket=["赞乎"] * 50, price=1.5, nothing=None, deep={"a": [1, True]})
    names = redis.keys("*")
    assert names == [f":1:django.contrib.sessions.cache{key}".encode()]
    before = (redis.dump(names[0]), redis.ttl(names[0]))
    assert beside.status(key) == 101
    assert beside.status("a" * 32) == 403
    assert redis.keys("*") == names and redis.dump(names[0]) == before[0]
    assert 0 < redis.ttl(names[0]) <= before[1]
    beside.site.log_out(key)
    assert beside.status(key) == 403


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_a_session_of_djangos_own_redis_cache_is_read(make_daemon, tmp_path, redis_server, redis, protocol):
    """RedisCache came with Django 4.0: the same names, and pickles of the highest protocol."""
    beside = with_cache(make_daemon, tmp_path, redis_server)
    key = beside.site.log_in("alice")
    session = pickle.loads(redis.get(f":1:django.contrib.sessions.cache{key}"))
    redis.set(f":1:django.contrib.sessions.cache{'n' * 32}", pickle.dumps(session, protocol), ex=60)
    assert beside.status("n" * 32) == 101


def test_prefix_and_version_of_the_cache_are_settings(make_daemon, tmp_path, redis_server, redis):
    given = {"site": {"session_cache_prefix": "shop", "session_cache_version": 7}}
    beside = with_cache(make_daemon, tmp_path, redis_server, settings=given, KEY_PREFIX="shop", VERSION=7)
    key = beside.site.log_in("alice")
    assert redis.keys("*") == [f"shop:7:django.contrib.sessions.cache{key}".encode()]
    assert beside.status(key) == 101


class Bomb:
    def __reduce__(self):
        return (os.system, ("touch /tmp/zanhu-pickle-was-run",))


def test_what_is_no_session_in_the_cache_is_nobodys_and_nothing_is_run(make_daemon, tmp_path, redis_server, redis):
    beside = with_cache(make_daemon, tmp_path, redis_server)
    key = beside.site.log_in("alice")
    session = pickle.loads(redis.get(f":1:django.contrib.sessions.cache{key}"))
    values = {
        "a": pickle.dumps(Bomb()), "b": pickle.dumps([1, 2]), "c": b"", "d": b"\x80", "e": b"7", "f": b"x" * 5000,
        "g": zlib.compress(pickle.dumps({"x": "y" * (8 << 20)})), "h": zlib.compress(b"z" * 100)[:-5],
        "i": json.dumps(["_auth_user_id"]).encode(), "j": pickle.dumps({**session, "_auth_user_hash": "0" * 64}),
        "k": pickle.dumps({**session, "_auth_user_id": Bomb()}),
    }
    for letter, value in values.items():
        redis.set(f":1:django.contrib.sessions.cache{letter * 32}", value)
        assert beside.status(letter * 32) == 403, value[:40]
    redis.set(f":1:django.contrib.sessions.cache{'o' * 32}", pickle.dumps({**session, "basket": Bomb()}))
    assert beside.status("o" * 32) == 101, "what only Python could make is nothing, and the rest is read"
    assert not os.path.exists("/tmp/zanhu-pickle-was-run")


def test_a_cached_session_is_read_from_the_cache_and_else_from_its_row(make_daemon, tmp_path, redis_server, redis):
    beside = with_cache(make_daemon, tmp_path, redis_server, "cached_db")
    key = beside.site.log_in("alice")
    name = f":1:django.contrib.sessions.cached_db{key}"
    assert redis.keys("*") == [name.encode()]
    rows = beside.rows()
    with sqlite3.connect(beside.database_path) as database:
        database.execute("DELETE FROM django_session")
    assert beside.status(key) == 101, "the cache has it"
    with sqlite3.connect(beside.database_path) as database:
        database.executemany("INSERT INTO django_session VALUES (?, ?, ?)", rows)
    redis.flushdb()
    assert beside.status(key) == 101, "the row has it"
    assert redis.keys("*") == [] and beside.rows() == rows
    beside.site.log_out(key)
    assert beside.status(key) == 403


def test_without_its_cache_a_site_with_rows_is_served_and_one_without_says_so(make_daemon, tmp_path, redis_server, redis):
    short = {"redis": {"timeout": "300ms"}, "websocket": {"handshake_timeout": "20s"}}
    for directory in "ab":
        (tmp_path / directory).mkdir()
    in_both = with_cache(make_daemon, tmp_path / "a", redis_server, "cached_db", short)
    in_cache = with_cache(make_daemon, tmp_path / "b", redis_server, "cache", short)
    keys = in_both.site.log_in("alice"), in_cache.site.log_in("alice")
    with redis_server.frozen():
        assert in_both.status(keys[0]) == 101
        assert in_cache.status(keys[1]) == 503
        with RawWebSocket(in_cache.daemon) as socket:
            socket.echo()
    wait_until(lambda: in_cache.status(keys[1]) == 101, "the cache is asked again")


def test_a_socket_is_closed_when_its_session_leaves_the_cache(make_daemon, tmp_path, redis_server, redis):
    beside = with_cache(make_daemon, tmp_path, redis_server, settings={"recheck": {"interval": "200ms"}})
    keys = [beside.site.log_in("alice") for _ in range(3)]
    check_that_only_the_second_is_closed(beside.daemon, keys, lambda: beside.site.log_out(keys[1]))


def test_logging_out_on_zanhus_page_empties_the_cache_too(make_daemon, tmp_path, redis_server, redis):
    beside = with_cache(make_daemon, tmp_path, redis_server, "cached_db")
    person = Person(beside.daemon, "alice")
    person.get("/login/")
    person.cookies["sessionid"] = beside.site.log_in("alice")
    assert beside.status(person.cookies["sessionid"]) == 101
    assert person.log_out().status == 303
    assert redis.keys("*") == [] and beside.rows() == []


def test_an_engine_with_a_cache_needs_to_know_where_it_is(make_daemon):
    daemon = make_daemon.prepare({"site": {"session_engine": "cache"}})
    daemon.expected_exit = (78,)
    daemon.spawn()
    assert daemon.wait() == 78
    assert "[site] session_cache_url" in daemon.log()


# db, with a store of the site's own


def test_the_salt_of_a_store_of_the_sites_own_is_a_setting(make_daemon, tmp_path):
    beside = Beside(make_daemon, tmp_path, "db", {"site": {"session_salt": "django.contrib.sessions.MyStore"}})
    assert beside.status(beside.site.log_in("alice")) == 403
    beside.daemon.stop()
    beside.daemon.configure("site", "session_salt", "django.contrib.sessions.SessionStore")
    beside.daemon.start()
    assert beside.status(beside.site.log_in("alice")) == 101


def test_opening_a_socket_changes_no_row_whatever_the_session_is(make_daemon, tmp_path):
    beside = Beside(make_daemon, tmp_path, "db")
    good = beside.site.log_in("alice")
    wrong = beside.site.write_session(
        {"_auth_user_id": "1", "_auth_user_backend": BACKEND, "_auth_user_hash": "0" * 64}
    )
    anonymous = beside.site.write_session({"basket": 1})
    with sqlite3.connect(beside.database_path) as database:
        database.execute("UPDATE django_session SET expire_date = '2020-01-01' WHERE session_key = ?", [anonymous])
    before = beside.rows()
    assert [beside.status(key) for key in (good, wrong, anonymous)] == [101, 403, 403]
    assert beside.rows() == before
    with sqlite3.connect(beside.database_path) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert raw_request(beside.daemon, "GET", "/login/").status == 200
