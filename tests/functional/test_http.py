"""HTTP/1.1: strict heads, limits, keep-alive; what every answer has to carry."""

import re

import pytest

from person import Person
from raw_http import RawConnection, raw_exchange, raw_request
from raw_websocket import RawWebSocket, answer_to

MIB = 1 << 20
GET = "GET /login/ HTTP/1.1\r\n"
HOST = "Host: localhost\r\n"

BAD_HEADS = {
    "no Host": (GET + "\r\n", 400),
    "two Hosts": (GET + HOST + HOST + "\r\n", 400),
    "an empty Host": (GET + "Host: \r\n\r\n", 400),
    "a Host with a path": (GET + "Host: localhost/x\r\n\r\n", 400),
    "a Host with a port that is none": (GET + "Host: localhost:99999\r\n\r\n", 400),
    "a Host that is not allowed": (GET + "Host: evil.example\r\n\r\n", 400),
    "a target's host that is not allowed": ("GET http://evil.example/login/ HTTP/1.1\r\n" + HOST + "\r\n", 400),
    "no Host beside a target's": ("GET http://localhost/login/ HTTP/1.1\r\n\r\n", 400),
    "a bare LF behind the request line": ("GET /login/ HTTP/1.1\n" + HOST + "\r\n", 400),
    "a bare LF behind a header": (GET + "X: a\n" + HOST + "\r\n", 400),
    "a bare LF as the last line": (GET + HOST + "\n", 400),
    "a bare CR in a value": (GET + HOST + "X: a\rb\r\n\r\n", 400),
    "a NUL in a value": (GET + HOST + "X: a\0b\r\n\r\n", 400),
    "a header without a colon": (GET + HOST + "nonsense\r\n\r\n", 400),
    "a header without a name": (GET + HOST + ": a\r\n\r\n", 400),
    "a blank before the colon": (GET + HOST + "X : a\r\n\r\n", 400),
    "a folded header": (GET + HOST + "X: a\r\n b\r\n\r\n", 400),
    "a header folded at the start": (GET + " X: a\r\n" + HOST + "\r\n", 400),
    "a name in brackets": (GET + HOST + "[X]: a\r\n\r\n", 400),
    "a request line of two words": ("GET /login/\r\n" + HOST + "\r\n", 400),
    "a request line with two spaces": ("GET  /login/ HTTP/1.1\r\n" + HOST + "\r\n", 400),
    "a target without a slash": ("GET login HTTP/1.1\r\n" + HOST + "\r\n", 400),
    "a target with a raw byte": ("GET /l\xe9/ HTTP/1.1\r\n" + HOST + "\r\n", 400),
    "a target with a wrong escape": ("GET /%zz HTTP/1.1\r\n" + HOST + "\r\n", 400),
    "a target with %00": ("GET /%00 HTTP/1.1\r\n" + HOST + "\r\n", 400),
    "bytes of another protocol": ("\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03\r\n\r\n", 400),
    "a version of the future": ("GET /login/ HTTP/2.0\r\n" + HOST + "\r\n", 505),
    "a version that is none": ("GET /login/ HTTP/x\r\n" + HOST + "\r\n", 400),
    "CONNECT": ("CONNECT localhost:443 HTTP/1.1\r\n" + HOST + "\r\n", 405),
    "a method that nobody has": ("BREW /login/ HTTP/1.1\r\n" + HOST + "\r\n", 405),
    "a chunked body": (
        "POST /login/ HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 411),
    "a length and a chunked body": (
        "POST /login/ HTTP/1.1\r\n" + HOST + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    "another transfer coding": ("POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: gzip\r\n\r\n", 501),
    "no length of a POST": ("POST /login/ HTTP/1.1\r\n" + HOST + "\r\n", 411),
    "two lengths": (
        "POST / HTTP/1.1\r\n" + HOST + "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx", 400),
    "a list of lengths": ("POST / HTTP/1.1\r\n" + HOST + "Content-Length: 1, 1\r\n\r\nx", 400),
    "a signed length": ("POST / HTTP/1.1\r\n" + HOST + "Content-Length: +1\r\n\r\nx", 400),
    "a length of 2^64": ("POST / HTTP/1.1\r\n" + HOST + "Content-Length: 18446744073709551616\r\n\r\n", 400),
    "a body above the limit": (
        "POST /login/ HTTP/1.1\r\n" + HOST + f"Content-Length: {MIB + 1}\r\n\r\n", 413),
    "an expectation that nobody meets": (GET + HOST + "Expect: 200-ok\r\n\r\n", 417),
    "101 headers": (GET + HOST + "X: a\r\n" * 100 + "\r\n", 431),
    "a header of 1 MB": (GET + HOST + "X: " + "a" * 1_000_000 + "\r\n\r\n", 431),
    "a header of 1 MB that does not end": (GET + HOST + "X: " + "a" * 1_000_000, 431),
    "a target of 1 MB": ("GET /" + "a" * 1_000_000 + " HTTP/1.1\r\n" + HOST + "\r\n", 414),
    "a query of 9 KB": ("GET /login/?" + "a" * 9000 + " HTTP/1.1\r\n" + HOST + "\r\n", 414),
}


@pytest.mark.parametrize("name", BAD_HEADS)
def test_a_request_is_refused_with(daemon, name):
    head, status = BAD_HEADS[name]
    with RawConnection(daemon) as connection:
        connection.send(head)
        response = connection.read_response()
        assert response.status == status
        assert response.body, "a refusal says what to do"


@pytest.mark.parametrize("name", [name for name, (head, _) in BAD_HEADS.items() if len(head) < 5000])
def test_a_bad_request_cut_at_every_byte_gets_the_same_answer(daemon, name):
    head, status = BAD_HEADS[name]
    with RawConnection(daemon) as connection:
        try:
            for byte in head:
                connection.send(byte)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the answer came before the end of what was sent
        assert connection.read_response().status == status


def test_a_refused_connection_is_closed_and_not_reset(daemon):
    with RawConnection(daemon) as connection:
        connection.send(GET + "\r\n" + GET + HOST + "\r\n")
        response = connection.read_response()
        assert (response.status, response.header("connection")) == (400, "close")
        connection.expect_end()


def test_a_cookie_of_8_kb_is_taken(daemon):
    cookie = "sessionid=" + "x" * 8192
    assert raw_request(daemon, "GET", "/login/", [("Cookie", cookie)]).status == 200


def test_an_encoded_word_stays_as_it_is(daemon):
    response = raw_request(daemon, "GET", "/login/", [("X", "=?utf-8?Q?a=0D=0AInj:_1?=")])
    assert response.status == 200
    assert response.header("inj") is None


def test_a_header_with_an_underscore_is_no_other_header(daemon):
    """A proxy that guards Content-Length does not guard content_length."""
    head = "POST /login/ HTTP/1.1\r\n" + HOST + "Content_Length: 5\r\n\r\nhello"
    assert raw_exchange(daemon, head).status == 411


def test_an_empty_line_before_a_request_is_skipped(daemon):
    assert raw_exchange(daemon, "\r\n" + GET + HOST + "\r\n").status == 200


def test_the_absolute_form_of_a_target_is_taken(daemon):
    for host in ("localhost", "evil.example"):  # RFC 9112 3.2.2: the target's is the one that counts
        head = f"GET http://localhost/login/?next=/ HTTP/1.1\r\nHost: {host}\r\n\r\n"
        assert raw_exchange(daemon, head).status == 200


def test_a_head_cut_at_every_byte_is_answered(daemon):
    with RawConnection(daemon) as connection:
        for byte in GET + HOST + "\r\n":
            connection.send(byte)
        assert connection.read_response().status == 200


def test_one_connection_serves_many_requests(daemon):
    with RawConnection(daemon) as connection:
        for target, status in (("/login/", 200), ("/nowhere/", 404), ("/static/zanhu.js", 200), ("/", 302)) * 5:
            assert connection.request("GET", target).status == status


def test_pipelined_requests_are_answered_in_order(daemon):
    targets = [("/login/", 200), ("/nowhere/", 404), ("/static/zanhu.css", 200), ("/", 302)] * 10
    with RawConnection(daemon) as connection:
        connection.send("".join(f"GET {target} HTTP/1.1\r\n{HOST}\r\n" for target, _ in targets))
        assert [connection.read_response().status for _ in targets] == [status for _, status in targets]


def test_a_request_behind_a_body_is_not_taken_for_part_of_it(daemon):
    with RawConnection(daemon) as connection:
        post = "POST /login/ HTTP/1.1\r\n" + HOST + "Content-Length: 5\r\n\r\nhello"
        connection.send(post + GET + HOST + "\r\n")
        assert connection.read_response().status == 403
        assert connection.read_response().status == 200


def test_an_upgrade_behind_a_request_on_the_same_connection_is_taken(daemon):
    with RawConnection(daemon) as connection:
        assert connection.request("GET", "/login/").status == 200
        upgrade = [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13"),
                   ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="), ("Origin", daemon.url)]
        assert connection.request("GET", "/ws/echo/", upgrade).status == 101


@pytest.mark.parametrize(
    ("request_head", "stays"),
    [
        (GET + HOST + "\r\n", True),
        (GET + HOST + "Connection: close\r\n\r\n", False),
        (GET + HOST + "Connection: x, Close\r\n\r\n", False),
        ("GET /login/ HTTP/1.0\r\n" + HOST + "\r\n", False),
        ("GET /login/ HTTP/1.0\r\n" + HOST + "Connection: keep-alive\r\n\r\n", True),
        ("GET /login/ HTTP/1.0\r\n\r\n", False),
    ],
)
def test_a_connection_stays_open_as_asked(daemon, request_head, stays):
    with RawConnection(daemon) as connection:
        connection.send(request_head)
        connection.read_response()
        if stays:
            assert connection.request("GET", "/login/").status == 200
        else:
            connection.expect_end()


@pytest.mark.parametrize("target", ["/login/", "/static/zanhu.css", "/nowhere/", "/ws/echo/", "/"])
def test_head_is_get_without_a_body(daemon, target):
    with RawConnection(daemon) as connection:
        got = connection.request("GET", target)
        head = connection.request("HEAD", target)
        assert head.status == got.status
        assert head.header("content-type") == got.header("content-type")
        # Nothing of a body may stand in front of the next answer.
        assert connection.request("GET", "/login/").status == 200


@pytest.mark.parametrize(
    ("method", "target", "allowed"),
    [
        ("DELETE", "/login/", "GET, HEAD, POST"),
        ("OPTIONS", "/api/people/", "GET, HEAD"),
        ("GET", "/logout/", "POST"),
        ("POST", "/api/people/", "GET, HEAD"),
        ("POST", "/static/zanhu.js", "GET, HEAD"),
    ],
)
def test_a_method_that_a_path_has_not_gets_405_and_the_ones_it_has(daemon, method, target, allowed):
    response = raw_request(daemon, method, target)
    assert response.status == 405
    assert response.header("allow") == allowed


@pytest.mark.parametrize(
    "target",
    [
        "/nowhere/",
        "/login",
        "/static/",
        "/static/nothing.js",
        "/static/../login/",
        "/static/%2e%2e/%2e%2e/etc/passwd",
        "/static//etc/passwd",
    ],
)
def test_what_is_not_there_gets_404(daemon, target):
    assert raw_request(daemon, "GET", target).status == 404


def test_a_body_is_asked_for_when_the_client_waits_for_that(daemon):
    with RawConnection(daemon) as connection:
        connection.send("POST /login/ HTTP/1.1\r\n" + HOST + "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n")
        assert connection.read_line() == "HTTP/1.1 100 Continue"
        assert connection.read_line() == ""
        connection.send("hello")
        assert connection.read_response().status == 403


def test_a_body_above_the_limit_is_refused_before_it_is_sent(daemon):
    with RawConnection(daemon) as connection:
        connection.send("POST /login/ HTTP/1.1\r\n" + HOST + f"Content-Length: {1 << 40}\r\n\r\n")
        assert connection.read_response().status == 413
        connection.expect_end()


def test_a_large_body_leaves_the_connection_usable(daemon):
    """The pages take less than [http] max_body_size allows, and read the rest all the same."""
    with RawConnection(daemon) as connection:
        assert connection.request("POST", "/login/", body=b"x" * 100_000).status == 403
        assert connection.request("POST", "/login/", body=b"x" * MIB).status == 413
        assert connection.request("GET", "/login/").status == 200


@pytest.mark.parametrize("target", ["/login/", "/nowhere/", "/static/zanhu.js", "/api/people/"])
def test_every_answer_carries_the_headers_that_protect_the_reader(daemon, target):
    response = raw_request(daemon, "GET", target)
    policy = response.header("content-security-policy")
    assert "default-src" in policy and "unsafe-inline" not in policy and "unsafe-eval" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response.header("x-content-type-options") == "nosniff"
    assert response.header("referrer-policy")
    assert response.header("date")


def test_what_belongs_to_one_person_is_kept_in_no_cache(daemon, new_person):
    person = new_person()
    for target in ("/", "/api/people/", "/login/"):
        assert "no-store" in person.get(target).header("cache-control")


def test_a_form_without_its_token_is_refused(daemon):
    person = Person(daemon, daemon.add_user("careful"))
    person.get("/login/")
    fields = {"username": person.username, "password": person.password}
    assert person.post_form("/login/", csrfmiddlewaretoken="", **fields).status == 403
    assert person.post_form("/login/", csrfmiddlewaretoken="x" * 32, **fields).status == 403
    assert person.post_form("/login/", **fields).status == 303


def test_a_form_from_another_origin_is_refused(daemon):
    person = Person(daemon, daemon.add_user("courted"))
    person.get("/login/")
    body = f"csrfmiddlewaretoken={person.cookies['csrftoken']}&username=courted&password=x".encode()
    headers = [("Content-Type", "application/x-www-form-urlencoded"), ("Origin", "http://evil.example")]
    assert person.request("POST", "/login/", headers, body).status == 403


@pytest.mark.parametrize(
    "next_page", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_the_log_in_leads_to_no_other_site(daemon, next_page):
    person = Person(daemon, daemon.add_user("lured-" + str(len(daemon.sql("SELECT id FROM auth_user")))))
    person.get("/login/")
    response = person.post_form("/login/", username=person.username, password=person.password, next=next_page)
    assert (response.status, response.header("location")) == (303, "/")


def test_what_a_reader_typed_is_shown_escaped(daemon):
    person = Person(daemon, '"><script>alert(1)</script>')
    response = person.try_log_in()
    assert response.status == 200
    assert "<script>alert(1)" not in response.text
    assert "&lt;script&gt;alert(1)" in response.text


@pytest.mark.parametrize(
    ("languages", "shown"),
    [("zh-CN,zh;q=0.9", "zh"), ("en-US", "en"), ("fr, zh;q=0.5, en;q=0.1", "zh"), ("", "en")],
)
def test_the_page_speaks_the_browsers_language(daemon, languages, shown):
    response = raw_request(daemon, "GET", "/login/", [("Accept-Language", languages)])
    assert re.search(r'<html lang="([^"]*)', response.text).group(1).split("-")[0] == shown


def test_an_idle_connection_is_closed_after_its_time(make_daemon):
    daemon = make_daemon({"http": {"keep_alive_timeout": "300ms"}})
    with RawConnection(daemon) as connection:
        assert connection.request("GET", "/login/").status == 200
        connection.expect_end()


def test_a_head_that_does_not_come_in_time_gets_408(make_daemon):
    daemon = make_daemon({"http": {"head_timeout": "300ms"}})
    with RawConnection(daemon) as connection:
        connection.send(GET)
        assert connection.read_response().status == 408
        connection.expect_end()


def test_a_client_that_says_nothing_is_let_go(make_daemon):
    daemon = make_daemon({"http": {"head_timeout": "300ms"}})
    with RawConnection(daemon) as connection:
        connection.expect_end()


def test_a_body_that_does_not_come_in_time_gets_408(make_daemon):
    daemon = make_daemon({"http": {"body_timeout": "300ms"}})
    with RawConnection(daemon) as connection:
        connection.send("POST /login/ HTTP/1.1\r\n" + HOST + "Content-Length: 5\r\n\r\nhell")
        assert connection.read_response().status == 408
        connection.expect_end()


def test_connections_above_the_limit_are_turned_away_with_503(make_daemon):
    daemon = make_daemon({"server": {"max_connections": 2}})
    first = RawWebSocket(daemon)
    second = RawWebSocket(daemon)
    response = raw_request(daemon, "GET", "/login/")
    assert response.status == 503
    assert response.header("retry-after")
    first.echo()
    first.close_normally()
    second.echo()
    second.close_normally()


def test_a_configured_answer_is_given_where_no_route_matches(make_daemon):
    daemon = make_daemon({"websocket": {"route_not_found": 403}})
    assert answer_to(daemon, "/nowhere/").status == 403
