"""Which origins may open a socket, over the wire: Django's AllowedHostsOriginValidator and OriginValidator."""

import pytest

from raw_websocket import answer_to

# The patterns of a list, and for each the origins that it allows and that it denies.
LISTS = {
    "allowed-domain.com": (
        ["http://allowed-domain.com", "https://allowed-domain.com", "http://allowed-domain.com:8000",
         "HTTP://ALLOWED-DOMAIN.COM", "http://allowed-domain.com:99999", "http://user@allowed-domain.com/path",
         "//allowed-domain.com", "ws://allowed-domain.com"],
        [None, "", "null", "file://", "something-invalid", "allowed-domain.com", "http://evil.com",
         "http://evilallowed-domain.com", "http://allowed-domain.com.evil.com", "http://allowed-domain.com.",
         "http://sub.allowed-domain.com", "http://evil.com/allowed-domain.com", "http://allowed-domain.com@evil.com",
         "=?utf-8?B?aHR0cDovL2FsbG93ZWQtZG9tYWluLmNvbQ==?="],
    ),
    ".imooc.com": (
        ["http://imooc.com", "http://www.imooc.com", "https://a.b.imooc.com:8443", "http://WWW.Imooc.Com"],
        ["http://evilimooc.com", "http://imooc.com.evil.com", "http://imooc", None],
    ),
    "http://.imooc.com:80": (
        ["http://www.imooc.com", "http://www.imooc.com:80", "http://imooc.com"],
        ["https://www.imooc.com", "http://www.imooc.com:8080", "ws://www.imooc.com", "//www.imooc.com",
         "http://www.imooc.com:99999", None],
    ),
    "http://muke.site.com": (
        ["http://muke.site.com", "http://muke.site.com:80", "http://Muke.Site.Com"],
        ["https://muke.site.com", "http://muke.site.com:8000", "http://a.muke.site.com"],
    ),
    "https://good.example": (
        ["https://good.example", "https://good.example:443"],
        ["http://good.example", "http://good.example:443", "https://good.example:80"],
    ),
    "*.allowed-domain.com": ([], ["http://allowed-domain.com", "http://a.allowed-domain.com"]),
    "*": ([None, "", "null", "http://anything.example", "something-invalid"], []),
    "[::1], 127.0.0.1": (
        ["http://[::1]:8000", "http://127.0.0.1:1"],
        ["http://[::2]", "http://127.0.0.2", "http://::1"],
    ),
}


@pytest.mark.parametrize("patterns", LISTS)
def test_an_origin_validator_with_the_list(make_daemon, patterns):
    daemon = make_daemon({"origin": {"class": "OriginValidator", "allowed_origins": patterns}})
    allowed, denied = LISTS[patterns]
    answers = {origin: answer_to(daemon, changes={"Origin": origin}).status for origin in allowed + denied}
    assert answers == {origin: 101 if origin in allowed else 403 for origin in allowed + denied}


def test_the_allowed_hosts_are_the_allowed_origins(make_daemon):
    daemon = make_daemon({"site": {"allowed_hosts": "good, .example.com"}})
    expected = {
        "http://good": 101,
        "https://good:8443": 101,
        "http://www.example.com": 101,
        "http://localhost": 403,
        "http://evil": 403,
        "=?utf-8?B?aHR0cDovL2dvb2Q=?=": 403,
        None: 403,
    }
    assert {origin: answer_to(daemon, changes={"Origin": origin}).status for origin in expected} == expected


def test_without_allowed_hosts_this_machine_is_allowed(daemon):
    expected = {"http://localhost:3000": 101, "http://127.0.0.1": 101, "http://[::1]:8000": 101, "http://evil": 403}
    assert {origin: answer_to(daemon, changes={"Origin": origin}).status for origin in expected} == expected


def test_the_last_of_several_origins_counts_as_in_channels(daemon):
    evil, good = "http://evil.example", daemon.url
    assert answer_to(daemon, changes={"Origin": evil}, extra=[f"Origin: {good}"]).status == 101
    assert answer_to(daemon, changes={"Origin": good}, extra=[f"Origin: {evil}"]).status == 403


def test_a_denied_origin_is_told_nothing_about_the_routes(daemon):
    for path in ("/ws/echo/", "/nowhere/"):
        response = answer_to(daemon, path, {"Origin": "http://evil.example"})
        assert (response.status, response.body) == (403, b"")
