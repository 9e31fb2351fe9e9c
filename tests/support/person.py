"""A person with a browser that keeps cookies: logs in, sends messages, opens sockets."""

import http.cookies
import json
import uuid
from urllib.parse import quote, urlencode

import websockets

from deadlines import PATIENCE
from raw_http import raw_request
from raw_websocket import RawWebSocket

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


class Person:
    def __init__(self, daemon, username=None, password="a good password"):
        self.daemon = daemon
        self.username = username
        self.password = password
        self.cookies = {}
        self.headers = []  # sent with every request

    # Requests.

    @property
    def cookie_header(self):
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def request(self, method, target, headers=(), body=b""):
        sent = [*self.headers, *([("Cookie", self.cookie_header)] if self.cookies else [])]
        response = raw_request(self.daemon, method, target, [*sent, *headers], body)
        for line in response.all("set-cookie"):
            for name, morsel in http.cookies.SimpleCookie(line).items():
                if morsel["max-age"] == "0" or not morsel.value:
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
        return response

    def get(self, target):
        return self.request("GET", target)

    def get_json(self, target):
        response = self.get(target)
        assert response.status == 200, response
        return json.loads(response.body)

    def post_form(self, target, **fields):
        fields.setdefault("csrfmiddlewaretoken", self.cookies.get("csrftoken", ""))
        headers = [("Content-Type", FORM), ("Origin", self.daemon.url)]
        return self.request("POST", target, headers, urlencode(fields).encode())

    def post_json(self, target, content, headers=()):
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        token = ("X-CSRFToken", self.cookies.get("csrftoken", ""))
        return self.request("POST", target, [("Content-Type", JSON), token, *headers], body)

    # What a person does.

    def try_log_in(self):
        self.get("/login/")
        return self.post_form("/login/", username=self.username, password=self.password)

    def log_in(self):
        response = self.try_log_in()
        assert response.status == 303 and "sessionid" in self.cookies, (response.status, response.text)
        return self

    def log_out(self):
        return self.post_form("/logout/")

    @property
    def is_logged_in(self):
        status = self.get("/api/people/").status
        assert status in (200, 401), status
        return status == 200

    def send(self, to, text, message_id=None):
        content = {"to": to, "message": text, "id": message_id or str(uuid.uuid4())}
        return self.post_json("/api/messages/", content)

    def messages_with(self, other):
        return self.get_json(f"/api/messages/?with={quote(other)}")["messages"]

    # Sockets.

    @property
    def socket_path(self):
        return f"/ws/{quote(self.username, safe='')}/"

    def open_socket(self, path=None):
        return RawWebSocket(self.daemon, path or self.socket_path, {"Cookie": self.cookie_header or None})

    def connect(self, path=None, **options):
        """With python3-websockets; use it in a coroutine, `async with`."""
        headers = {"Cookie": self.cookie_header} if self.cookies else {}
        return websockets.connect(
            self.daemon.ws_url + (path or self.socket_path), origin=self.daemon.url, extra_headers=headers,
            open_timeout=PATIENCE, close_timeout=PATIENCE, **options,
        )


def events_until(socket, count):
    """The next `count` events that come on a raw socket."""
    return [json.loads(socket.read_text()) for _ in range(count)]
