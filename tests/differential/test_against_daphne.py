"""zanhu beside Debian's Daphne and Channels: the same exchanges, and no difference but the intended ones."""

import json
import os

import pytest

from django_site import DjangoSite
from exchange import observe
from exchanges import EXCHANGES
from intended import INTENDED
from raw_websocket import TEXT, RawWebSocket
from servers import Daphne, zanhu_settings
from zanhu_daemon import SECRET_KEY


@pytest.fixture(scope="module")
def zanhu(make_module_daemon):
    return make_module_daemon(zanhu_settings(os.environ["ZANHU_TWINS"]))


@pytest.fixture(scope="module")
def daphne(zanhu, tmp_path_factory):
    server = Daphne(tmp_path_factory.mktemp("daphne"), zanhu.database_path)
    yield server
    server.end()


@pytest.fixture(scope="module")
def site(zanhu):
    return DjangoSite(zanhu, SECRET_KEY)


@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda exchange: exchange.name)
def test_the_same_is_seen(zanhu, daphne, exchange):
    seen = {"daphne": observe(daphne, exchange), "zanhu": observe(zanhu, exchange)}
    if exchange.name in INTENDED:
        expected = {"daphne": INTENDED[exchange.name].daphne, "zanhu": INTENDED[exchange.name].zanhu}
        assert seen == expected, f"not the intended difference, which is: {INTENDED[exchange.name].why}"
    else:
        assert seen["zanhu"] == seen["daphne"]


def test_every_intended_difference_is_one():
    names = [exchange.name for exchange in EXCHANGES]
    assert len(set(names)) == len(names)
    assert set(INTENDED) <= set(names)
    assert [name for name, difference in INTENDED.items() if difference.daphne == difference.zanhu] == []


@pytest.fixture(params=["daphne", "zanhu"])
def server(request, daphne, zanhu):
    return {"daphne": daphne, "zanhu": zanhu}[request.param]


def socket_of(server, session, path):
    return RawWebSocket(server, path, {"Cookie": f"sessionid={session}"})


def test_a_session_of_django_is_its_user(server, site):
    name = f"alice-at-{server.port}"
    site.create_user(name, "a good password")
    with socket_of(server, site.log_in(name), "/ws/scope/") as socket:
        assert json.loads(socket.read_text())["user"] == name
    with socket_of(server, site.log_in(name), "/ws/somebody/") as socket:
        socket.send_frame(TEXT, "to myself")
        assert socket.read_text() == '"to myself"'


def test_a_session_of_before_the_password_changed_is_nobody(server, site):
    name = f"bob-at-{server.port}"
    site.create_user(name, "a good password")
    session = site.log_in(name)
    site.set_password(name, "a better password")
    with socket_of(server, session, "/ws/scope/") as socket:
        assert json.loads(socket.read_text())["user"] == ""


def test_a_room_hears_everybody_in_it_and_nobody_else(server):
    rooms = ["one", "one", "two"]
    sockets = [RawWebSocket(server, f"/ws/chat/{room}/") for room in rooms]
    for socket, text in zip(sockets, ["from the first", "from the second", "from another room"]):
        socket.send_frame(TEXT, json.dumps({"message": text}))
        for hearer, room in zip(sockets, rooms):
            if room == rooms[sockets.index(socket)]:
                assert json.loads(hearer.read_text()) == {"message": text}
    for socket in sockets:
        socket.close()
