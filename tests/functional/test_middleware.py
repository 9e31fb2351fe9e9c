"""The middleware that a chain may name besides origin, session and user: the log of requests, rates, addresses."""

import json
import re
import subprocess

import pytest

from deadlines import PATIENCE, wait_until
from django_site import DjangoSite
from raw_http import raw_request
from raw_websocket import TEXT, RawWebSocket, answer_to
from zanhu_daemon import SECRET_KEY


def check(daemon):
    return subprocess.run(
        [*daemon.command, "--check-config"], text=True, capture_output=True, env=daemon.environment,
        timeout=PATIENCE, check=False,
    )


def counter(daemon, name):
    return json.loads(daemon.admin("status", "--json").stdout)["counters"][name]


# IpFilter.


def filtered(**keys):
    return {
        "routing": {"websocket": "addresses, origin, auth, routes", "http": "addresses, auth, site"},
        "addresses": {"class": "IpFilter", **keys},
    }


@pytest.mark.parametrize(
    "keys, allowed",
    [
        ({"allow": "127.0.0.0/8"}, True),
        ({"allow": "10.0.0.0/8, 127.0.0.1"}, True),
        ({"allow": "::ffff:127.0.0.0/104"}, True),
        ({"allow": "127.0.0.1/0"}, True),
        ({"allow": "10.0.0.0/8, ::1, unix"}, False),
        ({"deny": "127.0.0.0/8"}, False),
        ({"deny": "::/0"}, True),
        ({"deny": "10.0.0.0/8"}, True),
        ({"allow": "127.0.0.1", "deny": "127.0.0.0/30"}, False),
    ],
)
def test_addresses_are_let_in_or_refused(make_daemon, keys, allowed):
    daemon = make_daemon(filtered(**keys))
    assert answer_to(daemon).status == (101 if allowed else 403)
    assert raw_request(daemon, "GET", "/login/").status == (200 if allowed else 403)
    assert counter(daemon, "ip_filter_refused_total") == (0 if allowed else 2)


@pytest.mark.parametrize(
    "keys, allowed",
    [
        ({"allow": "127.0.0.1, 0.0.0.0/0, ::/0, unix"}, False),
        ({"deny": "10.0.0.0/8"}, False),
        ({"allow": "unknown"}, True),
        ({"allow": "unknown", "deny": "10.0.0.0/8"}, True),
        ({"allow": "unknown", "deny": "unknown"}, False),
    ],
)
def test_a_client_whose_address_the_proxy_does_not_tell_is_let_in_by_name_only(make_daemon, keys, allowed):
    daemon = make_daemon({**filtered(**keys), "proxies": {"trusted": "127.0.0.1"}})
    for client in ("unknown", "192.0.2.1, _hidden"):
        response = raw_request(daemon, "GET", "/login/", [("X-Forwarded-For", client)])
        assert response.status == (200 if allowed else 403), client


@pytest.mark.parametrize(
    "keys, told",
    [
        ({}, "allow: is empty, and `deny` too"),
        ({"allow": "localhost"}, "allow: `localhost` is no address"),
        ({"allow": "10.0.0.0/33"}, "allow: `10.0.0.0/33` has no length"),
        ({"deny": "::1/129"}, "deny: `::1/129` has no length"),
        ({"deny": "::1/"}, "deny: `::1/` has no length"),
        ({"deny": "10.0.0.0/-1"}, "deny: `10.0.0.0/-1` has no length"),
    ],
)
def test_what_is_no_network_stops_the_start(make_daemon, keys, told):
    done = check(make_daemon.prepare(filtered(**keys)))
    assert done.returncode == 78 and f"[addresses] {told}" in done.stderr


# RateLimit.


def limited(chain="origin, auth, rate, routes", **keys):
    return {
        "routing": {"websocket": chain, "http": "auth, rate, site"},
        "rate": {"class": "RateLimit", **keys},
    }


def test_a_client_that_connects_too_often_is_told_when_to_come_again(make_daemon):
    daemon = make_daemon(limited(connects="3", connects_per="1h"))
    assert [answer_to(daemon).status for _ in range(3)] == [101] * 3
    refused = answer_to(daemon)
    assert refused.status == 429 and 1 <= int(refused.header("retry-after")) <= 1200
    # Each place in the tree counts for itself.
    assert [raw_request(daemon, "GET", "/login/").status for _ in range(4)] == [200, 200, 200, 429]
    assert counter(daemon, "rate_limit_refused_total") == 2


def test_after_a_while_one_more_may_connect(make_daemon):
    daemon = make_daemon(limited(connects="1", connects_per="2s"))
    assert answer_to(daemon).status == 101
    wait_until(lambda: answer_to(daemon).status == 101, "one more was let in")


def test_users_are_counted_each_for_themselves(make_daemon):
    daemon = make_daemon(limited(connects="2", connects_per="1h", by="user"))
    site = DjangoSite(daemon, SECRET_KEY)
    for name in ("alice", "bob"):
        site.create_user(name, "a good password")
        cookie = {"Cookie": f"sessionid={site.log_in(name)}"}
        assert [answer_to(daemon, "/ws/echo/", cookie).status for _ in range(3)] == [101, 101, 429]
    assert [answer_to(daemon).status for _ in range(3)] == [101, 101, 429]


def test_users_can_be_counted_only_where_they_are_known(make_daemon):
    done = check(make_daemon.prepare(limited("origin, rate, auth, routes", connects="1", by="user")))
    assert done.returncode == 78 and "'rate' needs 'user'" in done.stderr


def test_a_socket_that_sends_too_much_is_closed_with_1008(make_daemon):
    daemon = make_daemon(limited(messages="5", messages_per="1h"))
    for path in ("/ws/echo/", "/ws/echo-async/"):
        with RawWebSocket(daemon, path) as socket, RawWebSocket(daemon, path) as other:
            for number in range(5):
                socket.echo(f"message {number}")
            for _ in range(3):
                socket.send_frame(TEXT, "one too many")
            closed = socket.answer_close()
            assert (closed.close_code, closed.close_reason) == (1008, "too many messages")
            other.echo()
    assert counter(daemon, "rate_limit_closed_total") == 2


def test_what_is_too_much_may_be_dropped_instead(make_daemon):
    daemon = make_daemon(limited(messages="2", messages_per="1h", too_many_messages="drop"))
    with RawWebSocket(daemon) as socket:
        socket.echo("one")
        socket.echo("two")
        for text in ("three", "four"):
            socket.send_frame(TEXT, text)
        socket.close_normally()
    assert counter(daemon, "rate_limit_dropped_total") == 2


def test_a_limit_without_a_number_stops_the_start(make_daemon):
    done = check(make_daemon.prepare(limited()))
    assert done.returncode == 78 and "[rate] connects: is 0, and `messages` too" in done.stderr


# RequestLog.


def logged(**keys):
    return {
        "routing": {"websocket": "log, origin, auth, routes", "http": "log, auth, site"},
        "log": {"class": "RequestLog", **keys},
    }


def lines(daemon, count):
    """The first `count` lines of the log of requests."""
    def found():
        texts = re.findall(r"zanhu\.requests: (.+)", daemon.log())
        return texts if len(texts) >= count else None

    return wait_until(found, f"{count} requests were logged")


def pairs(line):
    return dict(part.split("=", 1) for part in line.split(" "))


def test_requests_and_sockets_are_logged_when_they_are_over(make_daemon):
    daemon = make_daemon(logged())
    raw_request(daemon, "GET", "/login/?next=/secret/", [("Cookie", "sessionid=abcdefghijkl")])
    request = pairs(lines(daemon, 1)[0])
    assert request["event"] == "request" and request["method"] == "GET" and request["path"] == "/login/"
    assert request["status"] == "200" and request["code"] == "-" and request["user"] == "-"
    assert request["client"] == "127.0.0.1" and int(request["duration_ms"]) >= 0 and int(request["sent"]) > 100

    with RawWebSocket(daemon, "/ws/echo/?token=very-secret") as socket:
        socket.echo("one")
        socket.echo("two")
        socket.close_normally()
    opened = pairs(lines(daemon, 2)[1])
    assert (opened["event"], opened["path"], opened["status"]) == ("socket", "/ws/echo/", "101")
    assert (opened["code"], opened["received"], opened["sent"]) == ("1000", "2", "2")

    assert answer_to(daemon, changes={"Origin": "http://evil.example"}).status == 403
    assert pairs(lines(daemon, 3)[2])["status"] == "403"
    assert answer_to(daemon, "/nowhere/").status == 404
    assert pairs(lines(daemon, 4)[3])["status"] == "404"
    assert "secret" not in daemon.log() and "abcdefghijkl" not in daemon.log()


def test_lines_may_be_json_with_chosen_fields_whatever_clients_send(make_daemon):
    daemon = make_daemon(logged(format="json", fields="event, path, user_agent, origin, user, code", opens="yes"))
    agent = 'quo"te = back\\slash \xe9'
    with RawWebSocket(daemon, "/ws/echo/", {"User-Agent": agent}) as socket:
        first = json.loads(lines(daemon, 1)[0])
        assert list(first) == ["event", "path", "user_agent", "origin", "user", "code"]
        assert first["event"] == "open" and first["origin"] == daemon.url
        assert first["user_agent"].startswith('quo"te = back\\slash ')
        socket.echo()
    last = json.loads(lines(daemon, 2)[1])
    assert (last["event"], last["user"], last["code"]) == ("socket", None, 1006)
    assert last["user_agent"] == first["user_agent"]


def test_a_path_cannot_break_a_line_apart(make_daemon):
    daemon = make_daemon(logged(fields="path, status"))
    raw_request(daemon, "GET", "/a%20status=200%0Astatus=1/")
    [line] = lines(daemon, 1)
    assert line == '"/a status=200\\nstatus=1/"'.join(["path=", " status=404"])


def test_an_unknown_field_stops_the_start(make_daemon):
    done = check(make_daemon.prepare(logged(fields="event, cookie")))
    assert done.returncode == 78 and "[log] fields: `cookie` is no field; there are: event, " in done.stderr
    done = check(make_daemon.prepare(logged(fields="")))
    assert done.returncode == 78 and "[log] fields: is empty" in done.stderr
