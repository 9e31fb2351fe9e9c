"""Five thousand people with sessions connect at once: each is answered, as the user that they are."""

import collections
import os
import re
import urllib.request

import pytest

from deadlines import PATIENCE
from django_site import DjangoSite
from handshake_burst import Highest, burst, check_owners
from raw_websocket import answer_to
from zanhu_daemon import SECRET_KEY

BURST = 5000
PEOPLE = ("alice", "bob", "carol", "张三")
PATIENT = {"websocket": {"handshake_timeout": "60s"}, "http": {"head_timeout": "60s"}}


@pytest.fixture
def make_site(make_daemon):
    """A daemon, and sessions of its people that Django made."""

    def make(**settings):
        daemon = make_daemon({**PATIENT, **settings})
        site = DjangoSite(daemon, SECRET_KEY)
        for name in PEOPLE:
            site.create_user(name, "a good password")
        return daemon, {name: site.log_in(name) for name in PEOPLE}

    return make


def open_databases(daemon):
    """How many descriptors the daemon has of its SQLite database: one a connection."""
    count = 0
    for entry in os.scandir(f"/proc/{daemon.pid}/fd"):
        try:
            count += os.readlink(entry.path) == str(daemon.database_path)
        except FileNotFoundError:
            pass  # closed meanwhile
    return count


def refused_jobs(daemon):
    with urllib.request.urlopen("http://{}:{}/metrics".format(*daemon.monitor), timeout=PATIENCE) as response:
        return int(re.search(r'^zanhu_pool_refused_total\{pool="db"\} (\d+)$', response.read().decode(), re.M).group(1))


def test_all_are_let_in_through_as_many_connections_to_the_database_as_configured(make_site):
    daemon, sessions = make_site(database={"max_connections": 3}, pools={"db_threads": 8, "db_queue": BURST})
    with Highest(lambda: open_databases(daemon)) as highest, burst(daemon, sessions, BURST) as sockets:
        assert collections.Counter(socket.status() for socket in sockets) == {101: BURST}
        check_owners(daemon, sockets)
    assert 1 <= highest.seen <= 3
    assert refused_jobs(daemon) == 0


def test_above_the_bound_of_waiting_look_ups_they_are_told_to_come_back(make_site):
    daemon, sessions = make_site(database={"max_connections": 1}, pools={"db_threads": 1, "db_queue": 1})
    with Highest(lambda: open_databases(daemon)) as highest, burst(daemon, sessions, BURST) as sockets:
        asked = collections.Counter(socket.status() for socket in sockets)
        assert set(asked) == {101, 503} and asked.total() == BURST
        assert refused_jobs(daemon) == asked[503]
        refused = [socket for socket in sockets if socket.response.status == 503]
        assert {socket.response.header("retry-after") for socket in refused} != {None}
        check_owners(daemon, [socket for socket in sockets if socket.response.status == 101])
    assert highest.seen == 1
    for session in sessions.values():
        assert answer_to(daemon, "/ws/somebody/", {"Cookie": f"sessionid={session}"}).status == 101


def test_sessions_that_are_nobodys_are_told_apart_among_the_others(make_site):
    daemon, sessions = make_site(pools={"db_queue": BURST})
    sessions = {**sessions, "a stranger": "x" * 32, "a forger": "'; DROP TABLE auth_user; --"}
    with burst(daemon, sessions, BURST) as sockets:
        for socket in sockets:
            assert socket.status() == (101 if socket.owner in PEOPLE else 403), socket.owner
        check_owners(daemon, [socket for socket in sockets if socket.owner in PEOPLE])
