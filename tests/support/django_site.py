"""What a Django 3.2 site does with the same database and secret key.

The tests import `DjangoSite`; run as a program this file is the site: DATABASE SECRET_KEY COMMAND ARGUMENT...
"""

import json
import subprocess
import sys

from deadlines import PATIENCE

BACKEND = "django.contrib.auth.backends.ModelBackend"


class DjangoSite:
    def __init__(self, daemon, secret_key):
        self._command = ["/usr/bin/python3", __file__, str(daemon.database_path), secret_key]

    def _call(self, *arguments):
        done = subprocess.run(
            [*self._command, *arguments], text=True, capture_output=True, timeout=3 * PATIENCE, check=False
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def create_user(self, username, password):
        return self._call("create_user", username, password)

    def set_password(self, username, password):
        return self._call("set_password", username, password)

    def log_in(self, username, **extra):
        """Django's login(): the new session's key. `extra` is stored in the session besides."""
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


def set_up(database, secret_key):
    import django
    from django.conf import settings

    settings.configure(
        SECRET_KEY=secret_key,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": database}},
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions"],
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    )
    django.setup()


def request_with(session):
    from django.http import HttpRequest

    request = HttpRequest()
    request.session = session
    return request


def run(command, arguments):
    from django.contrib.auth import get_user, login, logout
    from django.contrib.auth.models import User
    from django.contrib.sessions.backends.db import SessionStore

    if command == "create_user":
        return User.objects.create_user(arguments[0], password=arguments[1]).pk
    if command == "set_password":
        user = User.objects.get(username=arguments[0])
        user.set_password(arguments[1])
        user.save()
        return user.pk
    if command == "set_active":
        return User.objects.filter(username=arguments[0]).update(is_active=json.loads(arguments[1]))
    if command == "log_out":
        logout(request_with(SessionStore(arguments[0])))
        return None
    if command == "check_password":
        return User.objects.get(username=arguments[0]).check_password(arguments[1])
    if command == "log_in":
        request = request_with(SessionStore())
        request.session.update(json.loads(arguments[1]))
        login(request, User.objects.get(username=arguments[0]), backend=BACKEND)
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
    set_up(sys.argv[1], sys.argv[2])
    print(json.dumps(run(sys.argv[3], sys.argv[4:])))
