"""What a Django 3.2 site does with the same database and secret key.

The tests import `DjangoSite`; run as a program this file is the site: SETTINGS COMMAND ARGUMENT..., the settings
in JSON.
"""

import json
import subprocess
import sys

from deadlines import PATIENCE

BACKEND = "django.contrib.auth.backends.ModelBackend"


def sqlite(path):
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path)}


class DjangoSite:
    """On the daemon's own database, unless it is given one; with any other of Django's settings."""

    def __init__(self, daemon, secret_key, database=None, **settings):
        database = database or sqlite(daemon.database_path)
        settings = {"SECRET_KEY": secret_key, "DATABASES": {"default": database}, **settings}
        self._command = ["/usr/bin/python3", __file__, json.dumps(settings)]

    def _call(self, *arguments):
        done = subprocess.run(
            [*self._command, *arguments], text=True, capture_output=True, timeout=3 * PATIENCE, check=False
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def migrate(self):
        """Django's own tables."""
        return self._call("migrate")

    def create_user(self, username, password):
        return self._call("create_user", username, password)

    def set_password(self, username, password):
        return self._call("set_password", username, password)

    def log_in(self, username, **extra):
        """Django's login(): the new session's key. `extra` is stored in the session besides, but for `backend`."""
        return self._call("log_in", username, json.dumps(extra))

    def user_of_session(self, key):
        """The name of the user that Django's own middleware would see; empty for nobody."""
        return self._call("user_of_session", key)

    def set_active(self, username, active):
        return self._call("set_active", username, json.dumps(active))

    def log_out(self, key):
        """Django's logout() with that session."""
        return self._call("log_out", key)

    def check_password(self, username, password):
        return self._call("check_password", username, password)

    def write_session(self, data):
        """A row signed by Django, with any content."""
        return self._call("write_session", json.dumps(data))


def set_up(given):
    import django
    from django.conf import settings

    apps = ["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions"]
    apps += given.pop("MORE_APPS", [])
    defaults = {"INSTALLED_APPS": apps, "USE_TZ": True, "DEFAULT_AUTO_FIELD": "django.db.models.AutoField"}
    settings.configure(**{**defaults, **given})
    django.setup()


def request_with(session):
    from django.http import HttpRequest

    request = HttpRequest()
    request.session = session
    return request


def run(command, arguments):
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import get_user, get_user_model, login, logout
    from django.core.management import call_command

    SessionStore = import_module(settings.SESSION_ENGINE).SessionStore
    users = get_user_model()._default_manager

    if command == "migrate":
        return call_command("migrate", verbosity=0, run_syncdb=True)
    if command == "create_user":
        return str(users.create_user(arguments[0], password=arguments[1]).pk)
    if command == "set_password":
        user = users.get_by_natural_key(arguments[0])
        user.set_password(arguments[1])
        user.save()
        return str(user.pk)
    if command == "set_active":
        user = users.get_by_natural_key(arguments[0])
        user.is_active = json.loads(arguments[1])
        return user.save()
    if command == "log_out":
        return logout(request_with(SessionStore(arguments[0])))
    if command == "check_password":
        return users.get_by_natural_key(arguments[0]).check_password(arguments[1])
    if command == "log_in":
        request = request_with(SessionStore())
        extra = json.loads(arguments[1])
        backend = extra.pop("backend", BACKEND)
        request.session.update(extra)
        login(request, users.get_by_natural_key(arguments[0]), backend=backend)
        request.session.save()
        return request.session.session_key
    if command == "write_session":
        session = SessionStore()
        session.update(json.loads(arguments[0]))
        session.save()
        return session.session_key
    if command == "user_of_session":
        return get_user(request_with(SessionStore(arguments[0]))).get_username()
    raise SystemExit(f"no such command: {command}")


if __name__ == "__main__":
    set_up(json.loads(sys.argv[1]))
    print(json.dumps(run(sys.argv[2], sys.argv[3:])))
