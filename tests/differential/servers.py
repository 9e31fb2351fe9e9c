"""The two servers on one database: zanhu with the twins as a plugin, and Daphne with the Python twins."""

from pathlib import Path

import site_process
from zanhu_daemon import SECRET_KEY

HERE = Path(__file__).resolve().parent
HANDSHAKE_TIMEOUT = 2  # seconds; both sides

SCOPE_PATHS = {
    "int": "ws/int/<int:n>/",
    "str": "ws/str/<str:s>/",
    "default": "ws/default/<s>/",
    "slug": "ws/slug/<slug:s>/",
    "uuid": "ws/uuid/<uuid:u>/",
    "path": "ws/path/<path:p>",
    "two": "ws/two/<int:a>/<slug:b>/",
    "scope": "ws/scope/",
}


def route(path, consumer):
    return {"path": path, "consumer": consumer}


def zanhu_settings(plugin):
    """The routes of site/twin_site.py, in its order."""
    routes = {
        "echo": route("ws/echo/", "EchoConsumer"),
        "echo_async": route("ws/echo-async/", "EchoAsyncConsumer"),
        "notifications": route("ws/notifications/", "NotificationsConsumer"),
        "connect": route("ws/connect/<slug:how>/", "TwinConnectConsumer"),
        "obey": route("ws/obey/", "TwinObeyConsumer"),
        "json": route("ws/json/", "TwinJsonConsumer"),
        "chat": route("ws/chat/<slug:room>/", "TwinRoomConsumer"),
        **{name: route(path, "TwinScopeConsumer") for name, path in SCOPE_PATHS.items()},
        "messages": route("ws/<str:username>/", "MessagesConsumer"),
    }
    return {
        "plugins": {"load": plugin},
        "site": {"allowed_hosts": "127.0.0.1, .example.com"},
        "websocket": {"handshake_timeout": f"{HANDSHAKE_TIMEOUT}s"},
        "routes": {"list": ", ".join(routes)},
        **{f"route.{name}": keys for name, keys in routes.items()},
    }


class Daphne(site_process.Daphne):
    """Debian's Daphne and Channels with the Python twins."""

    def __init__(self, directory, database):
        environment = {
            "PYTHONPATH": f"{HERE / 'site'}:{Path(site_process.__file__).parent}",
            "ZANHU_TWIN_DATABASE": str(database),
            "ZANHU_TWIN_SECRET_KEY": SECRET_KEY,
        }
        timeout = ("--websocket_connect_timeout", str(HANDSHAKE_TIMEOUT))
        super().__init__(directory, environment, *timeout, "twin_site:application")
