"""Behind a proxy: who the client is, and whether it came by https."""

import re

import pytest

from person import Person
from raw_http import raw_request
from raw_websocket import RawWebSocket, answer_to

TRUSTED = {"proxies": {"trusted": "127.0.0.0/8"}}
CONFIG_ERROR = 78


def fail_as(daemon, username, address):
    """A log-in with a wrong password by way of a proxy; its status."""
    person = Person(daemon, username, "wrong")
    person.headers = [("X-Forwarded-For", address)]
    return person.try_log_in().status


@pytest.mark.parametrize("trusted", ["127.0.0.1", "10.0.0.0/8"])
def test_failed_log_ins_count_for_the_client_that_a_trusted_proxy_names(make_daemon, trusted):
    daemon = make_daemon({"proxies": {"trusted": trusted}, "login": {"attempts": 2}})
    statuses = [fail_as(daemon, f"nobody{i}", f"192.0.2.{i}") for i in range(4)]
    assert statuses == ([200] * 4 if trusted == "127.0.0.1" else [200, 200, 429, 429])


def test_one_client_behind_the_proxy_is_slowed_down_and_not_the_others(make_daemon):
    daemon = make_daemon({**TRUSTED, "login": {"attempts": 2}})
    assert [fail_as(daemon, f"nobody{i}", "192.0.2.1") for i in range(3)] == [200, 200, 429]
    assert fail_as(daemon, "nobody", "192.0.2.2") == 200


def test_cookies_are_secure_where_the_proxy_says_https(make_daemon):
    daemon = make_daemon(TRUSTED)

    def csrf_cookie(proto):
        response = raw_request(daemon, "GET", "/login/", [("X-Forwarded-Proto", proto)])
        return next(cookie for cookie in response.all("set-cookie") if cookie.startswith("csrftoken="))

    assert "secure" in csrf_cookie("https").lower()
    assert "secure" not in csrf_cookie("http").lower()


def test_forwarded_is_read_where_it_is_configured(make_daemon):
    daemon = make_daemon({"proxies": {"trusted": "127.0.0.1", "fields": "forwarded"},
                          "limits": {"connections_per_address": 1}})
    client = {"Forwarded": 'for="[2001:db8::1]:4711";proto=https', "X-Forwarded-For": "192.0.2.7"}
    same_subscriber = {"Forwarded": 'for="[2001:db8::2]"'}
    with RawWebSocket(daemon, changes=client):
        assert answer_to(daemon, changes=same_subscriber).status == 429
        assert answer_to(daemon, changes={"Forwarded": "for=192.0.2.7"}).status == 101


def test_what_cannot_be_read_is_logged_and_counted_and_the_request_served(make_daemon):
    daemon = make_daemon(TRUSTED)
    assert answer_to(daemon, changes={"X-Forwarded-For": "not an address"}).status == 101
    daemon.wait_for_log("sent a field X-Forwarded-For that cannot be read")
    status = daemon.admin("status").stdout
    assert re.search(r"proxy_fields_malformed_total\s+1", status)


@pytest.mark.parametrize("entry, said", [("10.0.0.1/8", "write the network, 10.0.0.0/8"), ("nginx", "is no address")])
def test_a_list_that_means_nothing_stops_the_start(make_daemon, entry, said):
    daemon = make_daemon.prepare({"proxies": {"trusted": entry}})
    daemon.expected_exit = (CONFIG_ERROR,)
    daemon.spawn()
    assert daemon.wait() == CONFIG_ERROR
    assert said in daemon.log() and "[proxies] trusted" in daemon.log()
