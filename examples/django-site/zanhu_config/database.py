"""Where sessions and users are."""

from urllib.parse import quote, urlencode

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connections, router

SCHEMES = {"sqlite3": "sqlite", "postgresql": "postgres", "postgresql_psycopg2": "postgres", "postgis": "postgres",
           "mysql": "mysql"}
ENGINES = "django.contrib.sessions.backends."


def describe(report):
    _sessions(report)
    users = router.db_for_read(get_user_model())
    if apps.is_installed("django.contrib.sessions"):
        from django.contrib.sessions.models import Session

        if router.db_for_read(Session) != users:
            report.refuse("DATABASE_ROUTERS", "sessions and users are in different databases; zanhu has one")
    _url(report, connections[users].settings_dict)
    report.set("database", "migrate", "never")
    if get_user_model()._meta.db_table != "auth_user":
        report.refuse("AUTH_USER_MODEL", "zanhu reads the table auth_user only")


def _url(report, database):
    scheme = SCHEMES.get(database["ENGINE"].rpartition(".")[2])
    if scheme is None:
        report.refuse("DATABASES", f"zanhu cannot read a database of the kind {database['ENGINE']}")
    elif scheme == "sqlite":
        report.set("database", "url", "sqlite:///" + quote(str(database["NAME"])))
    else:
        url = _server_url(scheme, database)
        if database.get("PASSWORD"):
            report.secret("database", "url", "DATABASE_URL", url)
        else:
            report.set("database", "url", url)


def _server_url(scheme, database):
    host = str(database.get("HOST") or "")
    person = quote(database.get("USER") or "", safe="")
    if database.get("PASSWORD"):
        person += ":" + quote(database["PASSWORD"], safe="")
    port = f":{database['PORT']}" if database.get("PORT") else ""
    place = quote(host, safe="") if host.startswith("/") else host
    options = {name: value for name, value in database.get("OPTIONS", {}).items() if isinstance(value, (str, int))}
    query = "?" + urlencode(options) if scheme == "postgres" and options else ""
    return f"{scheme}://{person}{'@' if person else ''}{place}{port}/{quote(database['NAME'], safe='')}{query}"


def _sessions(report):
    if settings.SESSION_ENGINE not in (ENGINES + "db", ENGINES + "cached_db"):
        report.refuse("SESSION_ENGINE", f"zanhu reads the table django_session, and {settings.SESSION_ENGINE} has none")
    if "Pickle" in settings.SESSION_SERIALIZER:
        report.refuse("SESSION_SERIALIZER", "zanhu reads no pickled sessions; use Django's JSONSerializer")
    backends = settings.AUTHENTICATION_BACKENDS
    if backends != ["django.contrib.auth.backends.ModelBackend"]:
        report.refuse("AUTHENTICATION_BACKENDS", "zanhu believes sessions of django.contrib.auth.backends.ModelBackend only")
