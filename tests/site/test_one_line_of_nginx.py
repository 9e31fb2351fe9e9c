"""What a site notices when one line of nginx.conf moves its sockets from Daphne to zanhu, and back."""

import re

import pytest

from example_site import Nginx
from raw_http import RawConnection


class Monitor:
    def __init__(self, daemon):
        self.host, self.port = daemon.monitor
        self.authority = f"{self.host}:{self.port}"

    @property
    def sockets(self):
        """How many WebSockets zanhu holds."""
        with RawConnection(self) as connection:
            text = connection.request("GET", "/metrics").text
        return int(re.search(r'^zanhu_connections\{kind="websocket"\} (\d+)', text, re.M).group(1))


@pytest.fixture
def nginx(site, daphne):
    server = Nginx(site, pages=daphne, sockets=daphne)
    yield server
    server.end()


def test_the_sockets_move_to_zanhu_and_back_and_nobody_notices(site, nginx, daphne, new_zanhu, new_users, visit):
    alice, bob = new_users("alice", "bob")
    first = visit(nginx, alice).talk_to(bob)
    first.mark()
    zanhu = new_zanhu()
    nginx.move_sockets(zanhu)
    second = visit(nginx, bob).talk_to(alice)
    second.mark()
    assert Monitor(zanhu).sockets == 1, "bob's socket is zanhu's, alice's is still Daphne's"
    first.write("from Daphne's page")
    second.wait_for_messages((alice, "from Daphne's page"))
    second.write("from zanhu's page")
    said = [(alice, "from Daphne's page"), (bob, "from zanhu's page")]
    first.wait_for_messages(*said)

    nginx.move_sockets(daphne)
    assert zanhu.stop() == 0
    second.wait_for_socket("closed")
    second.wait_for_socket("open")
    first.write("after the way back")
    said.append((alice, "after the way back"))
    for page in (first, second):
        page.wait_for_messages(*said)
        assert page.is_marked


def test_pages_come_back_by_themselves_after_a_restart_of_zanhu(nginx, new_zanhu, new_users, visit):
    alice, bob = new_users("alice", "bob")
    zanhu = new_zanhu()
    nginx.move_sockets(zanhu)
    first, second = visit(nginx, alice).talk_to(bob), visit(nginx, bob).talk_to(alice)
    assert zanhu.stop() == 0
    for page in (first, second):
        page.mark()
        page.wait_for_socket("closed")
    zanhu.environment["ZANHU_SERVER_LISTEN"] = zanhu.authority
    zanhu.start()
    for page in (first, second):
        page.wait_for_socket("open")
    first.write("here again")
    second.wait_for_messages((alice, "here again"))
    assert first.is_marked and second.is_marked


def test_an_open_socket_ends_with_its_session(site, nginx, new_zanhu, new_users, visit):
    """Under Daphne it stays open."""
    alice, bob = new_users("alice", "bob")
    nginx.move_sockets(new_zanhu())
    page = visit(nginx, alice).talk_to(bob)
    site.shell(
        "from django.contrib.auth.models import User\n"
        f"user = User.objects.get(username={alice!r}); user.set_password('another one'); user.save()"
    )
    page.wait_for_socket("closed")
    page.browser.driver.refresh()
    page.wait_for_log_in_page()
