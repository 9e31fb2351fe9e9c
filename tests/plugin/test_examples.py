"""The examples as somebody else would use them: built against an installed zanhu, loaded by its daemon."""

import asyncio
import re
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import websockets

from deadlines import PATIENCE

SETTINGS = {
    "plugins": {"load": "opening_hours, shout, clock"},
    "routing": {"websocket": "origin, hours, auth, routes", "http": "clock"},
    "hours": {"class": "OpeningHours", "opens": "0", "closes": "24"},
    "clock": {"class": "Clock"},
    "routes": {"list": "shout, echo, echo_async, notifications, messages"},
    "route.shout": {"path": "ws/shout/<slug:room>/", "consumer": "ShoutConsumer"},
}


def with_settings(changes):
    merged = {section: dict(keys) for section, keys in SETTINGS.items()}
    for section, keys in changes.items():
        merged.setdefault(section, {}).update(keys)
    return merged


def connect(daemon, path):
    return websockets.connect(daemon.ws_url + path, origin=daemon.url, open_timeout=PATIENCE, close_timeout=PATIENCE)


async def next_of(socket):
    return await asyncio.wait_for(socket.recv(), PATIENCE)


async def test_a_consumer_from_a_library_serves_its_route_beside_zanhus_own(make_daemon):
    daemon = make_daemon(with_settings({}))
    async with connect(daemon, "/ws/shout/den/") as one, connect(daemon, "/ws/shout/den/") as other:
        async with connect(daemon, "/ws/shout/attic/") as elsewhere, connect(daemon, "/ws/echo/") as echo:
            await one.send("hello")
            for socket in (one, other):
                assert '"text": "HELLO"' in await next_of(socket)
            await echo.send("not loud")
            assert await next_of(echo) == "not loud"
            await elsewhere.send("alone")
            assert '"ALONE"' in await next_of(elsewhere)


async def test_an_exception_in_a_librarys_consumer_ends_its_connection_only(make_daemon):
    daemon = make_daemon(with_settings({}))
    async with connect(daemon, "/ws/shout/den/") as one, connect(daemon, "/ws/shout/den/") as other:
        await one.send("quiet!")
        with pytest.raises(websockets.ConnectionClosedError) as closed:
            await next_of(one)
        assert closed.value.rcvd.code == 1011
        await other.send("still here")
        assert "STILL HERE" in await next_of(other)
    assert "nobody is quiet in here" in daemon.log()


def test_an_http_application_from_a_library_answers_and_an_exception_is_its_own_500(make_daemon):
    daemon = make_daemon(with_settings({}))
    with urllib.request.urlopen(daemon.url + "/", timeout=PATIENCE) as answer:
        assert re.fullmatch(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\n", answer.read())
    with pytest.raises(urllib.error.HTTPError) as failed:
        urllib.request.urlopen(daemon.url + "/broken/", timeout=PATIENCE)
    assert failed.value.code == 500
    with urllib.request.urlopen(daemon.url + "/", timeout=PATIENCE) as answer:
        assert answer.status == 200


async def test_a_middleware_from_a_library_stands_in_the_chain_with_its_settings(make_daemon):
    # Whatever the time is: the hour in which nothing is open, and all others.
    shut = with_settings({"hours": {"class": "OpeningHours", "opens": "22", "closes": "23"}})
    also_shut = with_settings({"hours": {"class": "OpeningHours", "opens": "1", "closes": "2"}})
    refused = 0
    for settings in (shut, also_shut):
        try:
            async with connect(make_daemon(settings), "/ws/echo/"):
                pass
        except websockets.InvalidStatusCode as error:
            assert error.status_code == 403
            refused += 1
    assert refused >= 1


@pytest.mark.parametrize(
    "changes, told",
    [
        ({"opens": "25"}, ["[hours] opens", "23"]),
        ({"opens": "noon"}, ["[hours] opens", "noon"]),
        ({"shuts": "9"}, ["[hours] shuts", "is not a key of this section"]),
        ({"opens": "9", "closes": "9"}, ["[hours] closes", "is not after `opens`", "'OpeningHours'", "opening_hours.so"]),
    ],
)
def test_a_librarys_section_is_checked_like_the_rest(make_daemon, changes, told):
    daemon = make_daemon.prepare(with_settings({"hours": changes}))
    done = check(daemon)
    assert done.returncode == 78
    for words in told:
        assert words in done.stderr


def check(daemon):
    return subprocess.run(
        [*daemon.command, "--check-config"], text=True, capture_output=True, env=daemon.environment,
        timeout=PATIENCE, check=False,
    )


def test_the_check_loads_plugins_and_says_that_all_is_in_order(make_daemon):
    done = check(make_daemon.prepare(with_settings({})))
    assert (done.returncode, done.stderr) == (0, "")


def test_what_was_loaded_is_in_the_log(make_daemon):
    daemon = make_daemon(with_settings({}))
    assert re.search(r"plugin /\S+/opening_hours\.so: OpeningHours\n", daemon.log())


def test_a_library_is_found_by_path_by_name_and_in_another_directory(installed, make_daemon):
    [library] = installed.prefix.glob("lib/**/zanhu/opening_hours.so")
    elsewhere = {"load": "opening_hours.so, clock, shout", "directory": library.parent}
    by_path = {"load": f"{library}, clock, shout"}
    for plugins in (elsewhere, by_path):
        assert check(make_daemon.prepare(with_settings({"plugins": plugins}))).returncode == 0


def test_daemon_and_admin_agree_on_the_abi(installed):
    number, compiler = installed.abi()
    said = subprocess.run([installed.bin_dir / "zanhu-admin", "version"], text=True, capture_output=True, check=True)
    assert f"plugin ABI {number}, {compiler}\n" in said.stdout
    assert int(number) > 0


def test_a_consumer_is_tested_against_the_installed_library(installed):
    program = installed.build(Path(__file__).parent / "own_tests") / "own_tests"
    done = subprocess.run([program], text=True, capture_output=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr


async def test_a_converter_from_a_library_is_used_by_a_path(make_daemon):
    changes = {"plugins": {"load": "opening_hours, shout, clock, weekday"},
               "routes": {"list": "menu, shout, echo, echo_async, notifications, messages"},
               "route.menu": {"path": "menu/<weekday:day>/", "consumer": "EchoConsumer"}}
    daemon = make_daemon(with_settings(changes))
    async with connect(daemon, "/menu/monday/") as socket:
        await socket.send("soup")
        assert await next_of(socket) == "soup"
    for nowhere in ("/menu/someday/", "/menu/monday", "/menu/1/"):
        with pytest.raises(websockets.InvalidStatusCode) as refused:
            async with connect(daemon, nowhere):
                pass
        assert refused.value.status_code == 404
