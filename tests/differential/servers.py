"""The two servers on one database: zanhu with the twins as a plugin, and Daphne with the Python twins."""

import os
import re
import subprocess
from pathlib import Path

from deadlines import PATIENCE, wait_until
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


class Daphne:
    """Debian's Daphne and Channels as a process of its own, on a port that it finds free."""

    def __init__(self, directory, database):
        self.host, self.port = "127.0.0.1", 0
        self.log_path = Path(directory) / "daphne.log"
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(HERE / "site"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
            "ZANHU_TWIN_DATABASE": str(database),
            "ZANHU_TWIN_SECRET_KEY": SECRET_KEY,
        }
        command = ["/usr/bin/python3", "-m", "daphne", "-b", self.host, "-p", "0"]
        command += ["--websocket_connect_timeout", str(HANDSHAKE_TIMEOUT), "twin_site:application"]
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, cwd=directory
            )
        self.port = int(wait_until(self._port, "Daphne listens", 3 * PATIENCE))

    def _port(self):
        text = self.log_path.read_text(errors="replace")
        assert self.process.poll() is None, f"Daphne has ended:\n{text}"
        found = re.search(r"Listening on TCP address 127\.0\.0\.1:(\d+)", text)
        return found and found.group(1)

    @property
    def authority(self):
        return f"{self.host}:{self.port}"

    @property
    def url(self):
        return f"http://{self.authority}"

    def end(self):
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
