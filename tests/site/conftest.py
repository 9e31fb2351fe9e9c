"""The example site, installed once, and the servers in front of it one after the other."""

import pytest
from browser import Browser
from browser_fixtures import open_browsers, pytest_runtest_makereport  # noqa: F401
from example_site import Nginx, Site, install
from page import Page
from redis_server import RedisServer

PASSWORD = "a good password"


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    return install(tmp_path_factory.mktemp("example") / "messages")


@pytest.fixture(scope="module")
def site(installed, tmp_path_factory):
    redis = RedisServer()
    yield Site(installed, tmp_path_factory.mktemp("site"), f"redis://127.0.0.1:{redis.port}")
    redis.end()


@pytest.fixture(scope="module")
def daphne(site):
    server = site.daphne()
    yield server
    server.end()


def prepare_zanhu(site, factory):
    """Beside Daphne, with the configuration that the site's own settings give."""
    daemon = factory.prepare(environment={
        "DJANGO_SECRET_KEY": site.environment["DJANGO_SECRET_KEY"],
        "ZANHU_SERVER_LISTEN": "127.0.0.1:0",
        "ZANHU_METRICS_LISTEN": "127.0.0.1:0",
        "ZANHU_RECHECK_INTERVAL": "1s",
    })
    daemon.environment["ZANHU_SERVER_ADMIN_SOCKET"] = str(daemon.socket_path)
    daemon.environment["ZANHU_SERVER_STATE_DIRECTORY"] = str(daemon.state_directory)
    daemon.config_path.write_text(site.manage("zanhu_config"))
    return daemon


@pytest.fixture(scope="module")
def zanhu(site, make_module_daemon):
    return prepare_zanhu(site, make_module_daemon).start()


@pytest.fixture
def new_zanhu(site, make_daemon):
    """For a test that stops it."""
    return lambda: prepare_zanhu(site, make_daemon).start()


@pytest.fixture(scope="module")
def nginx(site, daphne, zanhu):
    server = Nginx(site, pages=daphne, sockets=zanhu)
    yield server
    server.end()


@pytest.fixture(scope="module", params=["daphne", "zanhu"])
def door(request):
    """Where browsers find the site: Daphne alone, then nginx, with zanhu beside Daphne."""
    return request.getfixturevalue("nginx" if request.param == "zanhu" else "daphne")


@pytest.fixture(scope="module")
def new_users(site):
    """Makes accounts with these names, or with similar ones that are free."""
    taken = set()

    def free(name):
        while name in taken:
            name += "x"
        taken.add(name)
        return name

    def make(*names):
        made = [free(name) for name in names]
        site.add_users(made, PASSWORD)
        return made

    return make


@pytest.fixture(scope="module")
def browsers():
    """They start slowly, so the tests share them; each has a profile of its own."""
    made = []
    yield made
    for browser in made:
        open_browsers.remove(browser)
        browser.close()


@pytest.fixture
def visit(browsers):
    """Somebody's browser without any cookie, logged in if a name is given."""
    taken = []

    def make(door, username=None, password=PASSWORD):
        if len(taken) == len(browsers):
            browsers.append(Browser())
            open_browsers.append(browsers[-1])
        browser = browsers[len(taken)]
        taken.append(browser)
        page = Page(browser, door)
        return page.log_in(username, password) if username else page

    yield make
    for browser in taken:
        browser.driver.delete_all_cookies()
        browser.driver.get("about:blank")
        browser.driver.get_log("browser")
