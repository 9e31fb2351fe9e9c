"""The opening handshake, field by field (RFC 6455 4.2)."""

import base64

import pytest

from person import Person
from raw_http import RawConnection, raw_request
from raw_websocket import RawWebSocket, answer_to, handshake, new_key

REFUSED = {
    "a version before 13": ({"Sec-WebSocket-Version": "8"}, 426),
    "a version after 13": ({"Sec-WebSocket-Version": "14"}, 426),
    "a version that is no number": ({"Sec-WebSocket-Version": "thirteen"}, 426),
    "two versions in one field": ({"Sec-WebSocket-Version": "13, 8"}, 426),
    "no version": ({"Sec-WebSocket-Version": None}, 426),
    "no key": ({"Sec-WebSocket-Key": None}, 400),
    "an empty key": ({"Sec-WebSocket-Key": ""}, 400),
    "a key of 15 bytes": ({"Sec-WebSocket-Key": base64.b64encode(b"x" * 15).decode()}, 400),
    "a key of 17 bytes": ({"Sec-WebSocket-Key": base64.b64encode(b"x" * 17).decode()}, 400),
    "a key without padding": ({"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ"}, 400),
    "a key in another alphabet": ({"Sec-WebSocket-Key": "dGhl-HNhbXBsZSBub25jZQ=="}, 400),
    "a key with bits behind its end": ({"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZR=="}, 400),
    "no Connection": ({"Connection": None}, 400),
    "a Connection without Upgrade": ({"Connection": "keep-alive"}, 400),
    "a Connection with Upgrade in a word": ({"Connection": "keep-alive-Upgrade"}, 400),
    "an Upgrade to something else": ({"Upgrade": "h2c"}, 426),
    "a subprotocol with a space": ({"Sec-WebSocket-Protocol": "chat room"}, 400),
    "the same subprotocol twice": ({"Sec-WebSocket-Protocol": "chat, chat"}, 400),
    "an extension with an open quote": ({"Sec-WebSocket-Extensions": 'x; a="b'}, 400),
    "an extension without a name": ({"Sec-WebSocket-Extensions": "; a=b"}, 400),
    "a Host with a space": ({"Host": "a b"}, 400),
    "a body": ({"Content-Length": "5"}, 400),
    "a chunked body": ({"Transfer-Encoding": "chunked"}, 411),
}
ACCEPTED = {
    "tokens in any case": {"Upgrade": "WebSocket", "Connection": "uPGRADE"},
    "Connection as a list": {"Connection": "keep-alive, Upgrade"},
    "Upgrade as a list": {"Upgrade": "h2c, websocket"},
    "blanks around values": {"Sec-WebSocket-Version": "  13\t", "Connection": " \t Upgrade "},
    "a subprotocol that nobody takes": {"Sec-WebSocket-Protocol": "chat, superchat"},
    "compression, which is not taken": {
        "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits, x; a=\"bc\""
    },
    "an encoded word, which stays as it is": {"X": "=?utf-8?Q?a=0D=0AInj:_1?="},
    "a cookie of 8 KB": {"Cookie": "sessionid=" + "x" * 8192},
    "a length of zero": {"Content-Length": "0"},
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_handshake_is_refused_with(daemon, name):
    changes, status = REFUSED[name]
    response = answer_to(daemon, changes=changes)
    assert response.status == status
    assert response.body, "a refusal says what to do"
    if status == 426:
        assert response.header("sec-websocket-version") == "13"
        assert response.header("upgrade") == "websocket"


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_handshake_is_accepted_with(daemon, name):
    with RawWebSocket(daemon, changes=ACCEPTED[name]) as socket:
        assert socket.response.header("sec-websocket-protocol") is None
        assert socket.response.header("sec-websocket-extensions") is None
        assert socket.response.header("inj") is None
        socket.echo()


def test_the_101_has_the_fields_that_the_standard_asks_for(daemon):
    with RawConnection(daemon) as connection:
        connection.send(handshake(daemon, changes={"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}))
        response = connection.read_response()
    assert response.status == 101
    assert response.header("upgrade").lower() == "websocket"
    assert response.header("connection").lower() == "upgrade"
    assert response.header("sec-websocket-accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    assert response.header("content-length") is None


@pytest.mark.parametrize(
    "line",
    [
        "Sec-WebSocket-Key: " + new_key(),
        "Host: another.example",
        "Content-Length: 0\r\nContent-Length: 1",
    ],
)
def test_a_field_that_may_be_there_once_is_refused_when_it_comes_twice(daemon, line):
    assert answer_to(daemon, extra=[line]).status == 400


def test_two_versions_in_two_fields_are_refused(daemon):
    assert answer_to(daemon, extra=["Sec-WebSocket-Version: 8"]).status == 426


def test_a_handshake_by_another_method_is_refused(daemon):
    response = answer_to(daemon, method="POST", changes={"Content-Length": "0"})
    assert response.status == 405
    assert response.header("allow") == "GET"


def test_a_handshake_over_http_1_0_is_refused(daemon):
    assert answer_to(daemon, version="HTTP/1.0").status == 400


def test_a_handshake_without_a_host_is_refused(daemon):
    assert answer_to(daemon, changes={"Host": None}).status == 400


def test_a_socket_path_asked_for_without_an_upgrade_gets_426(daemon):
    response = raw_request(daemon, "GET", "/ws/echo/")
    assert response.status == 426
    assert response.header("upgrade") == "websocket"


@pytest.mark.parametrize("path", ["/", "/ws/", "/ws/echo", "/ws/a/b/", "/nowhere/"])
def test_an_upgrade_on_a_path_without_a_route_gets_404(daemon, path):
    assert answer_to(daemon, path).status == 404


def test_close_before_accept_is_a_403_without_a_body(daemon):
    response = answer_to(daemon, "/ws/somebody/")
    assert response.status == 403
    assert response.header("content-length") == "0"


def test_frames_sent_right_behind_the_handshake_are_answered(daemon):
    person = Person(daemon, daemon.add_user("eager")).log_in()
    with RawConnection(daemon) as connection:
        hello = bytes([0x81, 0x82, 0, 0, 0, 0]) + b"hi"
        head = handshake(daemon, "/ws/eager/", {"Cookie": person.cookie_header})
        connection.send(head.encode() + hello * 3)
        assert connection.read_response().status == 101
        assert connection.read(3 * 6) == b'\x81\x04"hi"' * 3


def test_a_handshake_cut_at_every_byte_is_accepted(daemon):
    with RawConnection(daemon) as connection:
        for byte in handshake(daemon):
            connection.send(byte)
        assert connection.read_response().status == 101
