"""zanhu-admin doctor where a Django site keeps its sessions in files, in cookies, or in a cache."""

import json
import os
import shutil
import sqlite3

import pytest

from deadlines import wait_until
from django_site import BACKEND, DjangoSite, sqlite
from doctor import FAILED, OK, Doctor
from zanhu_daemon import SECRET_KEY

BACKENDS = "django.contrib.sessions.backends."
ANOTHER_KEY = "another-secret-key-0123456789-0123456789"


@pytest.fixture(scope="module")
def made_database(tmp_path_factory):
    """Django's tables, and one person."""
    path = tmp_path_factory.mktemp("made") / "site.sqlite3"
    site = DjangoSite(None, SECRET_KEY, sqlite(path))
    site.migrate()
    site.create_user("alice", "a good password")
    return path


class Beside:
    """A site with an engine of its own, and the doctor of a daemon on the same database, which does not run."""

    def __init__(self, make_daemon, database, engine, settings=None, **django_settings):
        self._database = database
        self._django_settings = {"SESSION_ENGINE": BACKENDS + engine, **django_settings}
        self.site = self.site_with(SECRET_KEY)
        self.daemon = make_daemon.prepare({
            "site": {"session_engine": engine, **(settings or {})},
            "database": {"url": f"sqlite:///{self._database}", "migrate": "never"},
        })
        self.doctor = Doctor(self.daemon)

    def site_with(self, secret_key, **django_settings):
        return DjangoSite(None, secret_key, sqlite(self._database), **{**self._django_settings, **django_settings})

    def sql(self, statement):
        with sqlite3.connect(self._database) as database:
            return database.execute(statement).fetchall()

    def configure(self, **keys):
        for key, value in keys.items():
            self.daemon.configure("site", key, value)

    def finds(self, step, text, remedy, key, reason):
        """Exactly that step fails, for the key alone and for a Cookie header; the key is shown by neither."""
        for arguments in (("--session", key), ("--cookie", f"a=b; sessionid={key}")):
            told = self.doctor.finds(FAILED, step, text, remedy, *arguments, reason=reason)
            assert len(key) < 16 or key not in json.dumps(told), "a session's key is as good as a password"
        return told

    def says_alice(self, key, session="is there, is signed"):
        for arguments in (("--session", key), ("--cookie", f"a=b; sessionid={key}")):
            told = self.doctor(OK, *arguments)
            assert told["conclusion"] == "Sockets with it are alice's."
            assert key not in json.dumps(told), "a session's key is as good as a password"
            found = {step["step"]: step["found"] for step in told["steps"]}
            assert session in found["session"]


@pytest.fixture
def make_beside(make_daemon, made_database, tmp_path):
    def make(engine, settings=None, **django_settings):
        database = shutil.copy(made_database, tmp_path / "site.sqlite3")
        return Beside(make_daemon, database, engine, settings, **django_settings)

    return make


def check_users(beside):
    """What can be wrong with a session's user is told whatever the engine."""
    nobody = {"_auth_user_backend": BACKEND, "_auth_user_hash": "x"}
    beside.finds("user", "nobody has logged in", "logged in", beside.site.write_session({"cart": 1}), "no_user")
    beside.finds("user", "does not exist", "[users]", beside.site.write_session({"_auth_user_id": "9", **nobody}), "no_such_user")
    key = beside.site.log_in("alice")
    beside.site.set_active("alice", False)
    beside.finds("user", "not active", "user enable", key, "inactive")
    beside.site.set_active("alice", True)
    beside.says_alice(key, "")
    beside.site.set_password("alice", "another good password")
    beside.finds("user", "password was changed", "secret_key_fallbacks", key, "other_password")
    beside.sql("DELETE FROM auth_user")
    beside.finds("user", "does not exist", "[users]", key, "no_such_user")


# file


@pytest.fixture
def files(tmp_path):
    directory = tmp_path / "sessions"
    directory.mkdir()
    return directory


@pytest.fixture
def with_files(make_beside, files):
    return make_beside("file", {"session_file_path": files}, SESSION_FILE_PATH=str(files))


def test_a_session_in_a_file(with_files):
    with_files.says_alice(with_files.site.log_in("alice"))


def test_the_users_of_sessions_in_files(with_files):
    check_users(with_files)


def test_a_file_that_is_not_there(with_files, files):
    key = with_files.site.log_in("alice")
    (files / f"sessionid{key}").unlink()
    with_files.finds("session", "no session of that key", str(files), key, "no_session")


def test_a_directory_that_is_not_the_sites(with_files, tmp_path):
    key = with_files.site.log_in("alice")
    with_files.configure(session_file_path=tmp_path / "elsewhere")
    with_files.finds("session", "no session of that key", "No such file or directory", key, "no_session")
    (tmp_path / "elsewhere").write_text("no directory")
    told = with_files.doctor(FAILED, "--session", key)
    assert "irectory" in json.dumps(told["steps"][-1])
    with_files.configure(session_file_path=tmp_path)
    with_files.finds("session", "no session of that key", "SESSION_FILE_PATH", key, "no_session")


def test_files_of_another_secret_key(with_files):
    key = with_files.site_with(ANOTHER_KEY).log_in("alice")
    with_files.finds("session", "not signed with our key", "SECRET_KEY", key, "not_ours")
    with_files.configure(secret_key_fallbacks=ANOTHER_KEY)
    with_files.says_alice(key)


def test_a_file_whose_time_is_over(with_files, files):
    key = with_files.site.log_in("alice")
    os.utime(files / f"sessionid{key}", (1, 1))
    with_files.finds("session", "time is over", "SESSION_COOKIE_AGE", key, "expired")


@pytest.mark.parametrize(
    "content", [b"", b"junk", b"\x00" * 100, b"x" * 5_000_000], ids=["empty", "junk", "zeros", "too long"]
)
def test_a_file_that_is_no_session(with_files, files, content):
    key = with_files.site.log_in("alice")
    (files / f"sessionid{key}").write_bytes(content)
    with_files.finds("session", "not signed with our key", "SECRET_KEY", key, "not_ours")


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo], ids=["directory", "pipe"])
def test_what_is_no_file(with_files, files, make):
    key = "k" * 32
    make(files / f"sessionid{key}")
    told = with_files.doctor.finds(FAILED, "session", "is not a file", "remove it", "--session", key)
    assert "503" in told["conclusion"] and key not in json.dumps(told)


def test_what_cannot_be_the_name_of_a_file(with_files):
    with_files.finds("session", "small letters and digits", "sessionid", "../../etc/passwd", "no_key")
    with_files.finds("session", "small letters and digits", "sessionid", "ABCDEFGH" * 4, "no_key")


# signed_cookies


@pytest.fixture
def with_cookies(make_beside):
    return make_beside("signed_cookies")


def test_a_session_in_a_cookie(with_cookies):
    with_cookies.says_alice(with_cookies.site.log_in("alice"), "is in the cookie, signed")
    with_cookies.says_alice(with_cookies.site.log_in("alice", basket=["赞乎"] * 100), "is in the cookie, signed")


def test_the_users_of_sessions_in_cookies(with_cookies):
    check_users(with_cookies)


def test_a_cookie_whose_signature_is_wrong(with_cookies):
    key = with_cookies.site.log_in("alice")
    for forged in (key[:-1] + ("A" if key[-1] != "A" else "B"), "A" + key[1:] if key[0] != "A" else "B" + key[1:], key[:-5]):
        with_cookies.finds("session", "not signed with our key", "SECRET_KEY", forged, "not_ours")


def test_a_cookie_of_another_secret_key(with_cookies):
    key = with_cookies.site_with(ANOTHER_KEY).log_in("alice")
    with_cookies.finds("session", "not signed with our key", "SECRET_KEY", key, "not_ours")
    with_cookies.configure(secret_key_fallbacks=ANOTHER_KEY)
    with_cookies.says_alice(key, "is in the cookie, signed")


def test_a_cookie_whose_time_is_over(with_cookies):
    key = with_cookies.site.log_in("alice")
    with_cookies.configure(session_cookie_age="1")
    said = "the session's time is over"
    wait_until(lambda: said in " ".join(with_cookies.daemon.admin("doctor", "--session", key).stdout.split()), "it is over")
    with_cookies.finds("session", said, "SESSION_COOKIE_AGE", key, "expired")


def test_the_engine_of_the_site_is_another_one(with_cookies):
    key = with_cookies.site_with(SECRET_KEY, SESSION_ENGINE=BACKENDS + "db").log_in("alice")
    with_cookies.finds("session", "not signed with our key", "SESSION_ENGINE", key, "not_ours")
    in_a_cookie = with_cookies.site.log_in("alice")
    for engine in ("db", "file"):
        with_cookies.configure(session_engine=engine)
        with_cookies.finds("session", "characters", "SESSION_ENGINE", in_a_cookie, "no_key")


def test_a_cookie_that_is_longer_than_any(with_cookies):
    with_cookies.finds("session", "no browser", "sessionid", "x:y" * 5000, "no_key")


def test_the_name_of_the_cookie_is_the_configured_one(with_cookies):
    with_cookies.configure(session_cookie_name="shop_session")
    told = with_cookies.doctor.finds(FAILED, "session", "fewer than 8", "`shop_session`", "--cookie", "shop_session=short", reason="no_key")
    assert "anonymous" in told["conclusion"]


# cache and cached_db


@pytest.fixture(params=["cache", "cached_db"])
def with_cache(request, make_beside, redis_server, redis):
    caches = {"default": {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": redis_server.url(1)}}
    beside = make_beside(request.param, {"session_cache_url": redis_server.url(1)}, CACHES=caches)
    beside.engine = request.param
    return beside


def test_a_session_in_the_cache(with_cache):
    with_cache.says_alice(with_cache.site.log_in("alice"), "is in the cache")


def test_the_users_of_sessions_in_the_cache(with_cache):
    check_users(with_cache)


def test_a_session_that_has_left_the_cache(with_cache, redis):
    key = with_cache.site.log_in("alice")
    redis.flushdb()
    if with_cache.engine == "cached_db":
        with_cache.says_alice(key)
        with_cache.sql("DELETE FROM django_session")
    with_cache.finds("session", "no session of that key", "session_cache_prefix", key, "no_session")


def test_a_prefix_that_is_not_the_sites(with_cache):
    key = with_cache.site.log_in("alice")
    with_cache.sql("DELETE FROM django_session")
    for name, value in (("session_cache_prefix", "shop"), ("session_cache_version", "7")):
        with_cache.configure(**{name: value})
        with_cache.finds("session", "no session of that key", "KEY_PREFIX", key, "no_session")


def test_what_is_no_session_in_the_cache(with_cache, redis):
    key = with_cache.site.log_in("alice")
    (name,) = redis.keys("*")
    redis.set(name, b"(junk)")
    with_cache.finds("session", "no session of at most", "session_engine", key, "damaged")


def test_a_cache_that_is_away(with_cache, redis_server):
    key = with_cache.site.log_in("alice")
    with_cache.daemon.configure("redis", "timeout", "500ms")
    with redis_server.frozen():
        told = with_cache.doctor.finds(FAILED, "session cache", "", "session_cache_url", "--session", key)
    if with_cache.engine == "cached_db":
        assert told["conclusion"] == "Sockets with it are alice's." and "rows" in json.dumps(told)
    else:
        assert "503" in told["conclusion"]
