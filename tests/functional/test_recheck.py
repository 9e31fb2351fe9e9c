"""Open sockets of people who may not be connected any more: what Django does in the same database closes them."""

import json

import pytest

from deadlines import wait_until
from django_site import DjangoSite
from person import Person
from raw_websocket import RawWebSocket
from zanhu_daemon import SECRET_KEY


@pytest.fixture
def checking(make_daemon):
    daemon = make_daemon({"recheck": {"interval": "500ms", "batch": "3"}})
    return daemon, DjangoSite(daemon, SECRET_KEY)


def socket_of(daemon, key, path="/ws/echo/"):
    return RawWebSocket(daemon, path, {"Cookie": f"sessionid={key}"})


def lookups(daemon):
    return json.loads(daemon.admin("status", "--json").stdout)["counters"]["recheck_lookups_total"]


def expect_closed(socket):
    closed = socket.answer_close()
    assert (closed.close_code, bool(closed.close_reason)) == (4401, True)


def change_password(daemon, site, key):
    site.set_password("alice", "another good password")


def disable(daemon, site, key):
    site.set_active("alice", False)


def log_out(daemon, site, key):
    site.log_out(key)


def expire(daemon, site, key):
    daemon.sql("UPDATE django_session SET expire_date = '2020-01-01 00:00:00' WHERE session_key = ?", key)


def spoil(daemon, site, key):
    daemon.sql("UPDATE django_session SET session_data = 'nonsense' WHERE session_key = ?", key)


def delete_user(daemon, site, key):
    daemon.sql("DELETE FROM auth_user WHERE username = 'alice'")


def give_to_bob(daemon, site, key):
    """Somebody else's data under the same key."""
    other = site.log_in("bob")
    [(data,)] = daemon.sql("SELECT session_data FROM django_session WHERE session_key = ?", other)
    daemon.sql("UPDATE django_session SET session_data = ? WHERE session_key = ?", data, key)


@pytest.mark.parametrize(
    "change", [change_password, disable, log_out, expire, spoil, delete_user, give_to_bob], ids=lambda f: f.__name__
)
def test_what_ends_a_session_closes_its_sockets_and_no_others(checking, change):
    daemon, site = checking
    site.create_user("alice", "a good password")
    site.create_user("bob", "a good password")
    key, bobs = site.log_in("alice"), site.log_in("bob")
    with socket_of(daemon, key) as one, socket_of(daemon, key, "/ws/echo-async/") as two:
        with socket_of(daemon, bobs) as bob, RawWebSocket(daemon) as nobody:
            seen = lookups(daemon)
            wait_until(lambda: lookups(daemon) >= seen + 4, "everybody was looked up twice")
            one.echo()
            change(daemon, site, key)
            expect_closed(one)
            expect_closed(two)
            seen = lookups(daemon)
            wait_until(lambda: lookups(daemon) > seen + 2, "the others were looked up again")
            bob.echo()
            nobody.echo()


def test_one_session_among_many_is_found_whatever_the_batch(checking):
    daemon, site = checking
    names = [f"person{number}" for number in range(20)]
    keys = {}
    for name in names:
        Person(daemon, daemon.add_user(name))
    for name in names:
        keys[name] = Person(daemon, name).log_in().cookies["sessionid"]
    sockets = {name: socket_of(daemon, keys[name]) for name in names}
    gone = names[3::7]
    for name in gone:
        daemon.sql("DELETE FROM django_session WHERE session_key = ?", keys[name])
    for name in gone:
        expect_closed(sockets.pop(name))
    for socket in sockets.values():
        socket.echo()
        socket.close()


def test_a_database_that_cannot_be_asked_closes_nobody(checking):
    daemon, site = checking
    site.create_user("alice", "a good password")
    key = site.log_in("alice")
    with socket_of(daemon, key) as socket:
        daemon.sql("ALTER TABLE django_session RENAME TO elsewhere")
        daemon.wait_for_log("open sockets were not looked up again, and stay open")
        socket.echo()
        daemon.sql("ALTER TABLE elsewhere RENAME TO django_session")
        daemon.sql("DELETE FROM django_session")
        expect_closed(socket)


def test_when_it_is_off_nobody_is_looked_up(make_daemon):
    daemon = make_daemon({"recheck": {"interval": "0"}})
    site = DjangoSite(daemon, SECRET_KEY)
    site.create_user("alice", "a good password")
    key = site.log_in("alice")
    with socket_of(daemon, key) as socket:
        site.log_out(key)
        socket.echo()
        assert lookups(daemon) == 0
        socket.close_normally()


def test_the_shutdown_does_not_wait_for_the_next_look_up(make_daemon):
    daemon = make_daemon({"recheck": {"interval": "1h"}})
    with RawWebSocket(daemon) as socket:
        socket.echo()
        assert daemon.stop() == 0
