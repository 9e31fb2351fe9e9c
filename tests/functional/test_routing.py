"""Routes from the configuration, held against Channels' own URLRouter where that is possible."""

import asyncio
import re
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest
from channels.routing import URLRouter
from django.conf import settings as django_settings
from django.urls import path, re_path

from deadlines import PATIENCE
from person import Person
from raw_http import raw_request
from raw_websocket import TEXT, RawWebSocket, answer_to
from zanhu_daemon import SECRET_KEY

if not django_settings.configured:
    django_settings.configure()

ROUTES = [
    ("path", ""),
    ("path", "foo/"),
    ("path", "ws/<slug:room>/"),
    ("path", "ws/<str:room>/"),
    ("path", "n/<int:n>/"),
    ("path", "id/<uuid:id>/"),
    ("path", "all/<path:rest>/end"),
    ("re_path", "bar"),
    ("re_path", r"^posarg/(\d+)/$"),
    ("re_path", r"^room/(?P<room>\w+)/$"),
    ("re_path", r"tail$"),
    ("re_path", r"^any/[^/]{,3}/\Z"),
]
PATHS = [
    "/", "//", "/foo/", "/foo", "/foo/%0A", "//foo/", "/f%6fo/", "/ws/a-b_9/", "/ws/a.b/", "/ws/%E5%A4%A7/", "/ws/a%2Fb/", "/ws//",
    "/n/007/", "/n/-1/", "/n/%D9%A3/", "/n/99999999999999999999/", "/id/075194d3-6885-417e-a8a8-6c931e272f00/",
    "/id/075194D3-6885-417E-A8A8-6C931E272F00/", "/all/a/b/end", "/all/end", "/all/%0A/end", "/x/bar/y", "/BAR", "/posarg/123/",
    "/posarg/%D9%A3/", "/posarg/123/4", "/room/%E5%A4%A7%E5%8E%85/", "/room/a-b/", "/tail", "/x/tail", "/any/abc/", "/any//",
    "/any/abcd/", "/any/a/%0A", "/nonexistent/",
]


async def found_by_channels(routes, target):
    """The number of the route that Channels takes, or None."""
    taken = []

    def application(number):
        async def run(scope, receive, send):
            taken.append(number)

        return run

    make = {"path": path, "re_path": re_path}
    router = URLRouter([make[kind](pattern, application(i)) for i, (kind, pattern) in enumerate(routes)])
    try:
        await router({"type": "websocket", "path": unquote(target)}, None, None)
    except ValueError:
        return None
    return taken[0]


def start(make_daemon, settings):
    """A daemon whose only routes are these, without the sections of the tests' own defaults."""
    daemon = make_daemon.prepare(settings)
    listed = ",".join(keys.get("list", "") + "," + keys.get("routes", "") for keys in settings.values()).split(",")
    for section in [name for name in daemon.settings if name.startswith("route.")]:
        if section.removeprefix("route.") not in [name.strip() for name in listed]:
            del daemon.settings[section]
    daemon.write_config()
    return daemon.start()


def answer(daemon, target, **changes):
    return answer_to(daemon, target, {name.replace("_", "-"): value for name, value in changes.items()})


def echo(path, **keys):
    return {"path": path, "consumer": "EchoConsumer", **keys}


def test_the_route_is_the_one_that_channels_takes(make_daemon):
    # Each route speaks a subprotocol of its own, so that the answer tells which was taken.
    settings = {"routes": {"list": ", ".join(f"r{i}" for i in range(len(ROUTES)))}}
    for i, (kind, pattern) in enumerate(ROUTES):
        settings[f"route.r{i}"] = {kind: pattern, "consumer": "EchoConsumer", "subprotocols": f"r{i}"}
    daemon = start(make_daemon, settings)
    offered = ", ".join(f"r{i}" for i in range(len(ROUTES)))
    for target in PATHS:
        expected = asyncio.run(found_by_channels(ROUTES, target))
        response = answer(daemon, target, Sec_WebSocket_Protocol=offered)
        if expected is None:
            assert response.status == 404, target
        else:
            assert response.status == 101, target
            assert response.header("sec-websocket-protocol") == f"r{expected}", target


def test_an_inner_list_that_finds_nothing_lets_the_outer_go_on(make_daemon):
    daemon = start(make_daemon, {
        "routes": {"list": "shop, rest"},
        "route.shop": {"path": "shop/<int:n>/", "routes": "cart, deep"},
        "route.cart": echo("cart/", subprotocols="cart"),
        "route.deep": {"re_path": "^deep/", "routes": "cart"},
        "route.rest": echo("shop/<path:all>", subprotocols="rest"),
    })
    for target, taken in [("/shop/3/cart/", "cart"), ("/shop/3/deep/cart/", "cart"), ("/shop/3/deep/", "rest"),
                          ("/shop/x/cart/", "rest"), ("/shop/3/cart/x", "rest")]:
        response = answer(daemon, target, Sec_WebSocket_Protocol="rest, cart")
        assert (response.status, response.header("sec-websocket-protocol")) == (101, taken), target
    assert answer(daemon, "/cart/").status == 404


def test_a_route_lets_in_whom_it_requires(make_daemon):
    daemon = start(make_daemon, {
        "routes": {"list": "open, members, staff, superusers"},
        "route.open": echo("open/"),
        "route.members": echo("members/", require="authenticated"),
        "route.staff": echo("staff/", require="staff"),
        "route.superusers": echo("superusers/", require="superuser"),
    })
    people = {name: Person(daemon, daemon.add_user(name)).log_in() for name in ("alice", "sam", "sue")}
    daemon.sql("UPDATE auth_user SET is_staff = 1 WHERE username = 'sam'")
    daemon.sql("UPDATE auth_user SET is_superuser = 1 WHERE username = 'sue'")
    allowed = {
        None: {"open"}, "alice": {"open", "members"}, "sam": {"open", "members", "staff"},
        "sue": {"open", "members", "superusers"},
    }
    for name, places in allowed.items():
        cookie = people[name].cookie_header if name else None
        for place in ("open", "members", "staff", "superusers"):
            response = answer(daemon, f"/{place}/", Cookie=cookie)
            assert response.status == (101 if place in places else 403), (name, place)
            assert place in places or "this path is for" in response.text


def test_a_route_has_its_own_limit_of_messages(make_daemon):
    daemon = start(make_daemon, {
        "websocket": {"max_message_size": "1KiB"},
        "routes": {"list": "small, large, plain"},
        "route.small": echo("small/", max_message_size="200"),
        "route.large": echo("large/", max_message_size="4KiB"),
        "route.plain": echo("plain/"),
    })
    for place, limit in [("small", 200), ("plain", 1024), ("large", 4096)]:
        with RawWebSocket(daemon, f"/{place}/") as socket:
            socket.echo("x" * limit)
            socket.send_frame(TEXT, "x" * (limit + 1))
            assert socket.read_close().close_code == 1009, place


def test_the_first_offered_subprotocol_that_a_route_speaks_is_spoken(make_daemon):
    daemon = start(make_daemon, {
        "routes": {"list": "chat, any"},
        "route.chat": echo("chat/", subprotocols="chat.v2, chat.v1"),
        "route.any": echo("any/"),
    })
    for offered, chosen in [("chat.v1, chat.v2", "chat.v1"), ("x, chat.v2", "chat.v2"), ("CHAT.V2", None),
                            ("x, y", None), (None, None)]:
        response = answer(daemon, "/chat/", Sec_WebSocket_Protocol=offered)
        assert (response.status, response.header("sec-websocket-protocol")) == (101, chosen), offered
        assert answer(daemon, "/any/", Sec_WebSocket_Protocol=offered).header("sec-websocket-protocol") is None


def test_a_route_may_have_middleware_of_its_own(make_daemon):
    daemon = start(make_daemon, {
        "routing": {"websocket": "routes"},
        "routes": {"list": "far, near, members"},
        "route.far": echo("far/", middleware="far"),
        "far": {"class": "OriginValidator", "allowed_origins": "https://far.example.com"},
        "route.near": echo("near/"),
        "route.members": echo("members/", middleware="auth", require="authenticated"),
    })
    assert answer(daemon, "/near/").status == 101
    assert answer(daemon, "/far/").status == 403
    assert answer(daemon, "/far/", Origin="https://far.example.com").status == 101
    alice = Person(daemon, daemon.add_user("alice")).log_in()
    assert answer(daemon, "/members/").status == 403
    assert answer(daemon, "/members/", Cookie=alice.cookie_header).status == 101


def test_a_root_path_is_cut_off(make_daemon):
    daemon = start(make_daemon, {
        "routing": {"root_path": "/chat"}, "routes": {"list": "room"}, "route.room": echo("ws/<str:room>/"),
    })
    assert answer(daemon, "/chat/ws/a/").status == 101
    assert answer(daemon, "/ws/a/").status == 404
    assert answer(daemon, "/chat/chat/ws/a/").status == 404
    assert raw_request(daemon, "GET", "/chat/ws/a/").status == 426


def test_http_routes_get_requests_before_the_pages(make_daemon):
    daemon = start(make_daemon, {
        "routing": {"http": "auth, http_routes, site"},
        "routes": {"list": "room"},
        "route.room": echo("ws/<str:room>/"),
        "http_routes": {"list": "people, login"},
        "route.people": {"path": "api/people/", "consumer": "Site", "require": "superuser"},
        "route.login": {"re_path": "^ws/login/$", "consumer": "Site"},
    })
    alice = Person(daemon, daemon.add_user("alice")).log_in()
    assert alice.get("/").status == 200
    refused = alice.get("/api/people/")
    assert refused.status == 403 and "superusers" in refused.text
    daemon.sql("UPDATE auth_user SET is_superuser = 1 WHERE username = 'alice'")
    assert alice.get("/api/people/").status == 200
    assert raw_request(daemon, "GET", "/ws/a/").status == 426
    assert raw_request(daemon, "GET", "/ws/login/").status == 404  # of the pages, which have no such path
    assert answer(daemon, "/ws/login/").status == 101


CONFIG_ERROR = 78
USAGE = 64
BAD_TREES = {
    "a lookahead": ({"routes": {"list": "x"}, "route.x": {"re_path": "^(?!a)", "consumer": "EchoConsumer"}},
                    ["[route.x] re_path: ", "'^(?!a)'", "a route of its own ahead"]),
    "a circle": ({"routes": {"list": "a"}, "route.a": {"path": "a/", "routes": "b"},
                  "route.b": {"path": "b/", "routes": "a"}}, ["[route.b] routes: ", "a -> b -> a"]),
    "a section that nothing uses": ({"routes": {"list": "a"}, "route.a": echo("a/"), "route.lost": echo("l/")},
                                    ["[route.lost]", "nothing uses this section", "[routes] list"]),
    "a key that is none": ({"routes": {"list": "a"}, "route.a": echo("a/", requires="staff")},
                           ["[route.a] requires: ", "did you mean `require`?"]),
    "a user that nobody provides": (
        {"routing": {"websocket": "routes"}, "routes": {"list": "a"}, "route.a": echo("a/", require="staff")},
        ["[route.a] require: ", "needs 'user'"]),
    "a consumer whose user nobody provides": (
        {"routing": {"websocket": "origin, routes"}, "routes": {"list": "a, b"},
         "route.a": {"path": "a/", "consumer": "MessagesConsumer"},
         "route.b": {"path": "b/", "consumer": "RelayConsumer", "groups": "x_{user_id}"}},
        ["[route.a] consumer: 'MessagesConsumer' needs 'user'", "put the middleware for it into the chain",
         "[route.b] consumer: 'RelayConsumer' needs 'user'"]),
    "a worker's consumer that is for sockets": (
        {"workers": {"list": "jobs"}, "worker.jobs": {"consumer": "EchoConsumer"}},
        ["[worker.jobs] consumer: 'EchoConsumer' serves sockets, not channels"]),
    "a worker that nothing lists": ({"worker.jobs": {"consumer": "X"}}, ["[worker.jobs]", "[workers] list"]),
}


def run(daemon, *arguments):
    return subprocess.run([daemon.bin_dir / "zanhu", *arguments], text=True, capture_output=True, check=False,
                          env=daemon.environment, cwd=daemon.directory, timeout=PATIENCE)


@pytest.mark.parametrize("name", BAD_TREES)
def test_a_tree_is_refused_that_has(make_daemon, name):
    settings, said = BAD_TREES[name]
    daemon = make_daemon.prepare(settings)
    done = run(daemon, "--config", str(daemon.config_path), "--check-config")
    assert done.returncode == CONFIG_ERROR, done.stderr
    for words in said:
        assert words in done.stderr


def test_the_configuration_of_the_documentation_is_in_order(make_daemon):
    page = (Path(__file__).parents[2] / "docs" / "routing.md").read_text()
    first = re.search(r"^```ini\n(.*?)^```", page, re.S | re.M).group(1)
    daemon = make_daemon.prepare()
    daemon.config_path.write_text(f"[site]\nsecret_key = {SECRET_KEY}\n" + first)
    done = run(daemon, "--config", str(daemon.config_path), "--check-config")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("arguments, code, said", [
    (["worker"], USAGE, "name the channels"),
    (["--layer", "default"], USAGE, "--layer goes with"),
    (["wrker", "jobs"], USAGE, "'wrker' is no option"),
    (["worker", "jobs"], CONFIG_ERROR, "there is no worker 'jobs' in [workers] list; there are: none"),
    (["worker", "jobs", "--check-config"], CONFIG_ERROR, "there is no worker 'jobs'"),
    (["worker", "jobs"], CONFIG_ERROR, "[channel_layer] backend: memory reaches no other process"),
])
def test_a_worker_says_why_it_does_not_start(make_daemon, arguments, code, said):
    daemon = make_daemon.prepare()
    done = run(daemon, "--config", str(daemon.config_path), *arguments)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert not daemon.state_directory.exists()
