"""Fixtures of the tests that run the real binaries. ZANHU_BIN_DIR says where those are."""

import asyncio
import inspect
import os
import sys
from pathlib import Path

import pytest

from deadlines import PATIENCE
from person import Person
from raw_http import raw_request
from raw_websocket import RawWebSocket
from zanhu_daemon import Daemon

sys.dont_write_bytecode = True
living = []  # daemons, for the report of a failed test


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    """A test that is a coroutine runs in an event loop of its own."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    asyncio.run(asyncio.wait_for(pyfuncitem.obj(**arguments), 3 * PATIENCE))
    return True


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.failed:
        for daemon in living:
            if daemon.log_path.exists():
                report.sections.append((f"log of the daemon in {daemon.directory}", daemon.log()[-10_000:]))


@pytest.fixture(scope="session")
def bin_dir():
    default = Path(__file__).resolve().parent.parent / "build" / "release" / "bin"
    directory = Path(os.environ.get("ZANHU_BIN_DIR", default)).resolve()
    if not (directory / "zanhu").exists():
        pytest.fail(f"there is no daemon in {directory}; build it, or set ZANHU_BIN_DIR", pytrace=False)
    return directory


class Factory:
    """Makes daemons and ends them all."""

    def __init__(self, bin_dir, new_directory):
        self._bin_dir = bin_dir
        self._new_directory = new_directory
        self._made = []

    def prepare(self, settings=None, demo=False, environment=None):
        """Configured, and not started."""
        daemon = Daemon(self._bin_dir, self._new_directory(), settings, demo, environment)
        self._made.append(daemon)
        living.append(daemon)
        return daemon

    def __call__(self, settings=None, demo=False, environment=None):
        return self.prepare(settings, demo, environment).start()

    def end(self):
        problems = []
        for daemon in self._made:
            problems += daemon.end()
            living.remove(daemon)
        if problems:
            pytest.fail("\n".join(problems), pytrace=False)


@pytest.fixture
def make_daemon(bin_dir, tmp_path_factory):
    factory = Factory(bin_dir, lambda: tmp_path_factory.mktemp("daemon"))
    yield factory
    factory.end()


@pytest.fixture(scope="module")
def make_module_daemon(bin_dir, tmp_path_factory):
    """For daemons that all tests of a file share."""
    factory = Factory(bin_dir, lambda: tmp_path_factory.mktemp("daemon"))
    yield factory
    factory.end()


@pytest.fixture(scope="module")
def daemon_settings():
    """Of `daemon`; a file that needs others defines its own."""
    return {}


@pytest.fixture(scope="module")
def module_daemon(make_module_daemon, daemon_settings):
    return make_module_daemon(daemon_settings)


@pytest.fixture
def daemon(module_daemon):
    """One for all tests of a file; after each of them it has to serve as before."""
    yield module_daemon
    check_serves(module_daemon)


@pytest.fixture
def new_person(daemon):
    """Makes an account with a name of its own and logs its person in."""
    count = len(daemon.sql("SELECT id FROM auth_user"))

    def make(name=None):
        nonlocal count
        count += 1
        return Person(daemon, daemon.add_user(name or f"person{count}")).log_in()

    return make


def check_serves(daemon):
    assert daemon.is_running, "the daemon has died"
    assert raw_request(daemon, "GET", "/login/").status == 200
    with RawWebSocket(daemon) as socket:
        socket.echo()
        socket.close_normally()
