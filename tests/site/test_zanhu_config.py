"""`manage.py zanhu_config`: the site's settings in zanhu's words, or why there are none."""

import os
import subprocess

import pytest

from example_site import EXAMPLE, PYTHON, environment_in

KEY = "0123456789-0123456789-0123456789-0123456789"


@pytest.fixture
def configure(tmp_path):
    """`manage.py zanhu_config` with some settings of the example replaced; `code` is what does it."""
    count = 0

    def run(code="", *arguments, environment=None):
        nonlocal count
        count += 1
        (tmp_path / f"changed_{count}.py").write_text(f"from config.settings import *\n{code}\n")
        variables = environment_in(
            tmp_path, PYTHONPATH=str(tmp_path), DJANGO_SETTINGS_MODULE=f"changed_{count}", DJANGO_SECRET_KEY=KEY,
            DATABASE_URL="sqlite:////srv/messages/db.sqlite3", **(environment or {}),
        )
        return subprocess.run(
            [PYTHON, "manage.py", "zanhu_config", *arguments], cwd=EXAMPLE, env=variables, text=True,
            capture_output=True, timeout=60, check=False,
        )

    return run


@pytest.fixture
def check(bin_dir, tmp_path):
    """What `zanhu --check-config` says of a printed configuration."""

    def run(text, **environment):
        path = tmp_path / "zanhu.ini"
        path.write_text(text)
        return subprocess.run(
            [bin_dir / "zanhu", "--config", path, "--check-config"], text=True, capture_output=True, check=False,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "DJANGO_SECRET_KEY": KEY, **environment},
        )

    return run


def lines(text):
    return [line for line in text.splitlines() if line and not line.startswith(";")]


def variables(text):
    """An environment file as a shell reads it."""
    script = "set -a\n" + text + "\nexec env -0"
    output = subprocess.run(["sh", "-c", script], env={"PATH": os.environ["PATH"]}, capture_output=True, check=True).stdout
    pairs = dict(entry.split("=", 1) for entry in output.decode().split("\0") if entry)
    return {name: value for name, value in pairs.items() if name not in ("PATH", "PWD", "SHLVL", "_", "OLDPWD")}


def test_the_examples_own_configuration_is_what_its_settings_give(configure, check):
    done = configure()
    assert done.returncode == 0, done.stderr
    assert lines(done.stdout) == lines((EXAMPLE / "zanhu.ini").read_text())
    assert KEY not in done.stdout
    checked = check(done.stdout)
    assert checked.returncode == 0, checked.stderr


def test_the_secret_key_is_in_the_environment_file_whatever_is_in_it(configure, check):
    key = r"""it's "quoted" $HOME `id` \n %s #; !é""" + "x" * 32
    done = configure(f"SECRET_KEY = {key!r}", "--environment")
    assert variables(done.stdout) == {"DJANGO_SECRET_KEY": key}
    plain = configure(f"SECRET_KEY = {key!r}")
    assert plain.returncode == 0 and key not in plain.stdout
    assert check(plain.stdout, **variables(done.stdout)).returncode == 0


def test_cookies_hosts_and_hashers_are_the_sites(configure, check):
    done = configure("""
ALLOWED_HOSTS = [".example.com", "shop.example.org"]
SESSION_COOKIE_NAME, SESSION_COOKIE_AGE, SESSION_COOKIE_DOMAIN = "shop", 3600, ".example.com"
SESSION_COOKIE_PATH, SESSION_COOKIE_SECURE, SESSION_COOKIE_SAMESITE = "/shop/", True, "Strict"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
""", "--listen", "127.0.0.1:9000", "--proxies", "10.0.0.1,::1")
    assert done.returncode == 0, done.stderr
    for line in (
        "listen = 127.0.0.1:9000", "trusted = 10.0.0.1, ::1", "allowed_hosts = .example.com, shop.example.org",
        "session_cookie_name = shop", "session_cookie_age = 3600", "session_cookie_domain = .example.com",
        "session_cookie_path = /shop/", "session_cookie_secure = yes", "session_cookie_samesite = Strict",
        "password_hashers = argon2, pbkdf2_sha256",
    ):
        assert line in lines(done.stdout)
    assert "password_iterations" not in done.stdout
    checked = check(done.stdout)
    assert checked.returncode == 0, checked.stderr


def test_a_channel_layer_is_the_sites(configure, check):
    done = configure("""
import re
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            "hosts": ["redis://10.0.0.1", ("10.0.0.2", 6380), {"address": "unix:///run/redis.sock?db=2"},
                      {"sentinels": [("10.0.0.3", 26379), ("10.0.0.4", 26379)], "master_name": "main"}],
            "prefix": "shop", "capacity": 7, "expiry": 5, "group_expiry": 3600,
            "channel_capacity": {"http.request": 200, re.compile(r"^websocket.send"): 20, "http.response!*": 10},
        },
    },
    "other": {"BACKEND": "channels_redis.core.RedisChannelLayer"},
}
""")
    assert done.returncode == 0, done.stderr
    for line in (
        "hosts = redis://10.0.0.1/0, redis://10.0.0.2:6380/0, unix:///run/redis.sock?db=2,"
        " sentinel://10.0.0.3:26379;10.0.0.4:26379/main/0",
        "prefix = shop", "capacity = 7", "expiry = 5s", "group_expiry = 3600s",
        "channel_capacity = http.request=200, regex:^websocket.send=20, http.response!*=10",
        "[channel_layer.other]", "hosts = redis://localhost:6379/0",
    ):
        assert line in lines(done.stdout)
    checked = check(done.stdout)
    assert checked.returncode == 0, checked.stderr


def test_what_is_secret_in_a_channel_layer_goes_into_the_environment(configure, check):
    code = """
CHANNEL_LAYERS["default"]["CONFIG"] = {
    "hosts": ["redis://:p%2Cw@10.0.0.1:6379/3"], "symmetric_encryption_keys": ["first key", b"second key"],
}
SECRET_KEY_FALLBACKS = ["an old secret key that is long enough"]
"""
    done, secrets = configure(code), configure(code, "--environment")
    assert (done.returncode, secrets.returncode) == (0, 0), done.stderr + secrets.stderr
    for secret in ("p%2Cw", "first key", "second key", "an old secret"):
        assert secret not in done.stdout and secret in secrets.stdout
    assert variables(secrets.stdout) == {
        "DJANGO_SECRET_KEY": KEY,
        "ZANHU_SITE_SECRET_KEY_FALLBACKS": "an old secret key that is long enough",
        "ZANHU_CHANNEL_LAYER_HOSTS": "redis://:p%2Cw@10.0.0.1:6379/3",
        "ZANHU_CHANNEL_LAYER_SYMMETRIC_ENCRYPTION_KEYS": "first key, second key",
    }
    checked = check(done.stdout, **variables(secrets.stdout))
    assert checked.returncode == 0, checked.stderr


def test_routes_and_a_list_of_origins_are_read_from_the_application(configure):
    done = configure("""
import sys, types
routing = types.ModuleType("other_routing")
sys.modules["other_routing"] = routing
ASGI_APPLICATION = "other_routing.application"
class Lazily:
    def __getattr__(self, name):
        from channels.auth import AuthMiddlewareStack
        from channels.routing import ProtocolTypeRouter, URLRouter
        from channels.security.websocket import OriginValidator
        from django.urls import path, re_path
        from messager.consumers import MessagesConsumer
        class NotificationsConsumer(MessagesConsumer): pass
        router = URLRouter([
            path("ws/notifications/", NotificationsConsumer.as_asgi()),
            re_path(r"^ws/(?P<username>[a-z]{2,9})/$", MessagesConsumer.as_asgi()),
        ])
        return ProtocolTypeRouter({"websocket": OriginValidator(AuthMiddlewareStack(router), ["https://example.com"])})
sys.modules["other_routing"] = Lazily()
""")
    assert done.returncode == 0, done.stderr
    for line in (
        "allowed_origins = https://example.com", "list = notifications, messages", "path = ws/notifications/",
        "consumer = NotificationsConsumer", "re_path = ^ws/(?P<username>[a-z]{2,9})/$",
    ):
        assert line in lines(done.stdout)


@pytest.mark.parametrize(("code", "setting"), [
    ("SECRET_KEY = 'short'", "SECRET_KEY"),
    ("ALLOWED_HOSTS = []", "ALLOWED_HOSTS"),
    ("SESSION_SERIALIZER = 'django.contrib.sessions.serializers.PickleSerializer'", "SESSION_SERIALIZER"),
    ("DATABASES = {'default': {'ENGINE': 'django.db.backends.dummy'}}", "DATABASES"),
    ("CHANNEL_LAYERS = {'default': {'BACKEND': 'channels.layers.InMemoryChannelLayer'}}", "CHANNEL_LAYERS['default']"),
    ("CHANNEL_LAYERS['default']['CONFIG'] = {'hosts': [{'host': 'x', 'ssl_certfile': 'y'}]}", "ssl_certfile"),
    ("SECRET_KEY_FALLBACKS = ['with, a comma']", "secret_key_fallbacks"),
])
def test_what_has_no_equal_is_refused_and_named(configure, code, setting):
    done = configure(code)
    assert (done.returncode, done.stdout) == (1, "")
    assert setting in done.stderr and "Traceback" not in done.stderr


def test_all_refusals_come_at_once(configure):
    done = configure("SECRET_KEY = 'short'\nALLOWED_HOSTS = []")
    assert "SECRET_KEY" in done.stderr and "ALLOWED_HOSTS" in done.stderr


def test_a_layer_over_pubsub_is_one_here_too(configure, check):
    done = configure("CHANNEL_LAYERS['default']['BACKEND'] = 'channels_redis.pubsub.RedisPubSubChannelLayer'")
    assert done.returncode == 0, done.stderr
    assert "backend = redis_pubsub" in lines(done.stdout)
    checked = check(done.stdout)
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize(("code", "url"), [
    ("'ENGINE': 'django.db.backends.postgresql', 'NAME': 'shop', 'USER': 'sh@p', 'PASSWORD': 'p/w:%', 'HOST': 'db.example',"
     " 'PORT': '5433', 'OPTIONS': {'sslmode': 'require'}", "postgres://sh%40p:p%2Fw%3A%25@db.example:5433/shop?sslmode=require"),
    ("'ENGINE': 'django.db.backends.postgresql', 'NAME': 'shop', 'HOST': '/run/postgresql'",
     "postgres:///shop?host=%2Frun%2Fpostgresql"),
    ("'ENGINE': 'django.db.backends.mysql', 'NAME': 'shop', 'USER': 'shop', 'PASSWORD': 'secret'",
     "mysql://shop:secret@/shop"),
    ("'ENGINE': 'django.db.backends.mysql', 'NAME': 'shop', 'HOST': '/run/mysqld/mysqld.sock',"
     " 'OPTIONS': {'init_command': 'SET x'}", "mysql:///shop?unix_socket=%2Frun%2Fmysqld%2Fmysqld.sock"),
])
def test_a_database_on_a_server_is_the_sites(tmp_path, code, url):
    """Without Django's driver for it, which need not be installed here."""
    script = f"""
import sys
sys.path.insert(0, {str(EXAMPLE)!r})
from zanhu_config import database, report
made = report.Report()
database._url(made, {{{code}}})
print(made.ini() + made.environment_file())
"""
    done = subprocess.run([PYTHON, "-c", script], env=environment_in(tmp_path), text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    if "PASSWORD" in code:
        assert f'DATABASE_URL="{url}"' in done.stdout and "url = " not in done.stdout
    else:
        assert f"url = {url}" in lines(done.stdout)
    assert ("init_command" in code) == ("OPTIONS['init_command']: no equal" in done.stdout)


def test_a_user_model_of_the_sites_own(tmp_path, check):
    (tmp_path / "accounts").mkdir()
    (tmp_path / "accounts" / "__init__.py").touch()
    (tmp_path / "accounts" / "models.py").write_text("""
import uuid
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models


class Person(AbstractBaseUser):
    number = models.UUIDField(primary_key=True, default=uuid.uuid4)
    mail = models.EmailField(unique=True, db_column="mail_address")
    is_active = models.BooleanField(default=True, db_column="enabled")
    USERNAME_FIELD = "mail"
    EMAIL_FIELD = "mail"
""")
    (tmp_path / "custom.py").write_text("""
from config.settings import *
INSTALLED_APPS += ["accounts"]
AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.RemoteUserBackend", "django.contrib.auth.backends.ModelBackend"]
""")
    variables = environment_in(
        tmp_path, PYTHONPATH=str(tmp_path), DJANGO_SETTINGS_MODULE="custom", DJANGO_SECRET_KEY=KEY)
    done = subprocess.run(
        [PYTHON, "manage.py", "zanhu_config"], cwd=EXAMPLE, env=variables, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    for line in (
        "table = accounts_person", "key = uuid", "id_column = number", "username_column = mail_address",
        "email_column = mail_address", "is_active_column = enabled", "is_staff_column =",
        "authentication_backends = django.contrib.auth.backends.RemoteUserBackend, django.contrib.auth.backends.ModelBackend",
    ):
        assert line in [text.rstrip() for text in lines(done.stdout)]
    checked = check(done.stdout)
    assert checked.returncode == 0, checked.stderr


REDIS_CACHE = """
CACHES = {"default": {}, "sessions": {
    "BACKEND": "django_redis.cache.RedisCache", "LOCATION": ["redis://%s10.0.0.1:6379/1", "redis://10.0.0.2:6379/1"],
    "KEY_PREFIX": "shop", "VERSION": 2}}
CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
SESSION_CACHE_ALIAS = "sessions"
SESSION_ENGINE = "django.contrib.sessions.backends.%s"
"""


@pytest.mark.parametrize("engine", ["cache", "cached_db"])
def test_sessions_in_a_cache(tmp_path, configure, check, engine):
    (tmp_path / "django_redis").mkdir()
    (tmp_path / "django_redis" / "__init__.py").touch()
    (tmp_path / "django_redis" / "cache.py").write_text(
        "from django.core.cache.backends.locmem import LocMemCache\nclass RedisCache(LocMemCache):\n"
        "    def __init__(self, server, params): super().__init__('x', params)\n")
    done = configure(REDIS_CACHE % ("", engine))
    assert done.returncode == 0, done.stderr
    for line in (
        f"session_engine = {engine}", "session_cache_url = redis://10.0.0.1:6379/1", "session_cache_prefix = shop",
        "session_cache_version = 2",
    ):
        assert line in lines(done.stdout)
    checked = check(done.stdout)
    assert checked.returncode == 0, checked.stderr
    secret = configure(REDIS_CACHE % (":word@", engine), "--environment")
    assert 'ZANHU_SITE_SESSION_CACHE_URL="redis://:word@10.0.0.1:6379/1"' in secret.stdout


def test_sessions_in_files_and_in_cookies(configure, check):
    for code, expected in (
        ("SESSION_ENGINE = 'django.contrib.sessions.backends.file'\nSESSION_FILE_PATH = '/var/tmp'",
         ["session_engine = file", "session_file_path = /var/tmp"]),
        ("SESSION_ENGINE = 'django.contrib.sessions.backends.signed_cookies'", ["session_engine = signed_cookies"]),
    ):
        done = configure(code)
        assert done.returncode == 0, done.stderr
        assert set(expected) <= set(lines(done.stdout))
        checked = check(done.stdout)
        assert checked.returncode == 0, checked.stderr


def test_the_rows_of_cached_db_are_enough_where_its_cache_is_no_redis(configure):
    done = configure("SESSION_ENGINE = 'django.contrib.sessions.backends.cached_db'")
    assert done.returncode == 0 and "session_engine" not in done.stdout, done
    refused = configure("SESSION_ENGINE = 'django.contrib.sessions.backends.cache'")
    assert refused.returncode == 1 and "SESSION_ENGINE" in refused.stderr
