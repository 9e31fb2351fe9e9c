"""The database of users and sessions."""

from urllib.parse import quote, urlencode

from django.contrib.auth import get_user_model
from django.db import connections, router

from zanhu_config import sessions

SCHEMES = {"sqlite3": "sqlite", "postgresql": "postgres", "postgresql_psycopg2": "postgres", "postgis": "postgres",
           "mysql": "mysql"}
LIBPQ = (
    "sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "keepalives", "keepalives_idle", "gssencmode",
    "target_session_attrs", "channel_binding", "tcp_user_timeout",
)


def describe(report):
    users = router.db_for_read(get_user_model())
    sessions.describe(report, users)
    _url(report, connections[users].settings_dict)
    report.set("database", "migrate", "never")


def _url(report, database):
    scheme = SCHEMES.get(database["ENGINE"].rpartition(".")[2])
    if scheme is None:
        report.refuse("DATABASES", f"zanhu cannot read a database of the kind {database['ENGINE']}")
    elif scheme == "sqlite":
        report.set("database", "url", "sqlite:///" + quote(str(database["NAME"])))
    else:
        url = _server_url(report, scheme, database)
        if database.get("PASSWORD"):
            report.secret("database", "url", "DATABASE_URL", url)
        else:
            report.set("database", "url", url)


def _server_url(report, scheme, database):
    known = LIBPQ if scheme == "postgres" else ("unix_socket",)
    given = database.get("OPTIONS", {})
    options = {name: given[name] for name in known if name in given}
    for name in given:
        if name not in options:
            report.remark("database", f"OPTIONS[{name!r}]: no equal")
    host = str(database.get("HOST") or "")
    if host.startswith("/") and scheme == "mysql":
        options["unix_socket"], host = host, ""
    elif host.startswith("/"):
        options["host"], host = host, ""
    person = quote(database.get("USER") or "", safe="")
    if database.get("PASSWORD"):
        person += ":" + quote(database["PASSWORD"], safe="")
    port = f":{database['PORT']}" if database.get("PORT") else ""
    query = "?" + urlencode(options) if options else ""
    return f"{scheme}://{person}{'@' if person else ''}{host}{port}/{quote(database['NAME'], safe='')}{query}"
