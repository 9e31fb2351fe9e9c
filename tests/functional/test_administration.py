"""zanhu-admin on a running daemon: broadcasts, and accounts whose sockets are closed."""

import json
import socket
import stat

import pytest

from deadlines import PATIENCE, wait_until
from person import Person, events_until

PASSWORD = "a good password"


def reached(daemon, *arguments):
    """How many connections a broadcast says that it reached."""
    done = daemon.admin("broadcast", "--json", *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["connections"]


def read_announcement(page):
    (event,) = events_until(page, 1)
    assert event["type"] == "broadcast.message" and event["created_at"].endswith("Z")
    return event["text"]


def quiet(page):
    page.send_frame(1, "anything?")
    assert page.read_text() in ('"anything?"', "anything?")


@pytest.fixture
def daemon(make_daemon):
    return make_daemon()


@pytest.fixture
def alice(daemon):
    return Person(daemon, daemon.add_user("alice")).log_in()


@pytest.fixture
def bob(daemon):
    return Person(daemon, daemon.add_user("bob")).log_in()


def test_a_broadcast_reaches_every_consumer_that_takes_it_and_is_counted(daemon, alice, bob):
    with alice.open_socket() as messages, bob.open_socket("/ws/notifications/") as notifications, \
            alice.open_socket("/ws/echo/") as echo, bob.open_socket("/ws/echo-async/") as echo_async:
        assert reached(daemon, "维护 at <noon>") == 2
        assert read_announcement(messages) == "维护 at <noon>"
        assert read_announcement(notifications) == "维护 at <noon>"
        quiet(echo)
        quiet(echo_async)
    wait_until(lambda: reached(daemon, "anybody?") == 0, "nobody is left")


def test_a_broadcast_says_in_words_how_many_it_reached(daemon, alice):
    assert daemon.admin("broadcast", "hello").stdout == "reached 0 connections\n"
    with alice.open_socket():
        assert daemon.admin("broadcast", "hello").stdout == "reached 1 connection\n"


def test_a_broadcast_to_a_user_reaches_all_pages_of_that_user_only(daemon, alice, bob):
    with alice.open_socket() as first, alice.open_socket() as second, bob.open_socket() as other:
        assert reached(daemon, "for alice", "--user", "alice") == 2
        assert [read_announcement(first), read_announcement(second)] == ["for alice"] * 2
        quiet(other)


def test_a_broadcast_to_a_user_whose_name_is_no_group_reaches_that_user(daemon, alice):
    other = Person(daemon, daemon.add_user("张三@example.com")).log_in()
    with other.open_socket() as page, alice.open_socket() as bystander:
        assert reached(daemon, "你好", "--user", "张三@example.com") == 1
        assert read_announcement(page) == "你好"
        quiet(bystander)


def test_a_broadcast_to_a_group_reaches_that_group_only(daemon, alice, bob):
    with alice.open_socket() as messages, bob.open_socket("/ws/notifications/") as notifications:
        assert reached(daemon, "news", "--group", "notifications") == 1
        assert read_announcement(notifications) == "news"
        assert reached(daemon, "for alice", "--group", "alice") == 1
        assert read_announcement(messages) == "for alice"
        assert reached(daemon, "for nobody", "--group", "empty-group") == 0
        quiet(messages)
        quiet(notifications)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([""], 2, "empty"),
        (["   "], 2, "empty"),
        (["x" * 100_000], 2, "shorten"),
        (["text", "--group", "not a group"], 2, "group"),
        (["text", "--group", "g", "--user", "u"], 2, "leave one out"),
        (["text", "--user", "nobody"], 1, "nobody"),
        ([], 2, "TEXT"),
    ],
    ids=["empty", "blank", "too_long", "bad_group", "two_targets", "nobody", "no_text"],
)
def test_a_broadcast_that_cannot_be_says_why(daemon, arguments, code, said):
    done = daemon.admin("broadcast", *arguments)
    assert done.returncode == code, done.stderr
    assert said in done.stderr and done.stdout == ""


def test_a_broadcast_without_a_daemon_says_so(daemon):
    daemon.stop()
    done = daemon.admin("broadcast", "hello")
    assert done.returncode == 3
    assert str(daemon.socket_path) in done.stderr


def end_account(daemon, change):
    if change == "set-password":
        options, said = ["--password-stdin"], "another password\n"
    else:
        options, said = ["--yes"] if change == "delete" else [], None
    return daemon.admin("user", change, "alice", "--json", *options, input=said)


@pytest.mark.parametrize("change", ["disable", "delete", "set-password"])
def test_the_sockets_of_a_changed_user_are_closed(daemon, alice, bob, change):
    with alice.open_socket() as first, alice.open_socket("/ws/notifications/") as second, \
            alice.open_socket("/ws/echo/") as third, bob.open_socket() as other:
        done = end_account(daemon, change)
        assert done.returncode == 0, done.stderr
        answer = json.loads(done.stdout)
        assert (answer["daemon_running"], answer["sockets_closed"]) == (True, 3)
        for page in (first, second, third):
            closed = page.answer_close()
            assert closed.close_code == 4401 and closed.close_reason
        quiet(other)
    assert not alice.is_logged_in
    with pytest.raises(AssertionError, match="403"):
        alice.open_socket()


def test_an_enabled_user_can_log_in_again(daemon, alice):
    assert daemon.admin("user", "disable", "alice").returncode == 0
    assert alice.try_log_in().status == 200
    assert daemon.admin("user", "enable", "alice").returncode == 0
    alice.log_in()


def test_a_changed_password_is_the_one_that_counts(daemon, alice):
    assert end_account(daemon, "set-password").returncode == 0
    assert Person(daemon, "alice", PASSWORD).try_log_in().status == 200
    Person(daemon, "alice", "another password").log_in()


def test_a_deleted_users_messages_are_gone_and_the_others_page_works(daemon, alice, bob):
    assert alice.send("bob", "remember me").status == 201
    assert end_account(daemon, "delete").returncode == 0
    people = bob.get_json("/api/people/")["people"]
    assert "alice" not in [person["username"] for person in people]
    assert bob.send("alice", "are you there?").status == 404


def test_accounts_can_be_kept_without_a_daemon(daemon, alice):
    daemon.stop()
    daemon.add_user("carol")
    listed = json.loads(daemon.admin("user", "list", "--json").stdout)
    assert [user["username"] for user in listed] == ["alice", "carol"]
    shown = json.loads(daemon.admin("user", "show", "carol", "--json").stdout)
    assert shown["user"]["username"] == "carol"
    assert "pbkdf2" not in json.dumps(shown)
    assert end_account(daemon, "disable").returncode == 0


@pytest.mark.parametrize("name", ["", "a b", "x" * 151, "notifications", "a/b", "\x1b[31m", "alice"])
def test_a_name_that_cannot_be_is_refused_with_the_reason(daemon, alice, name):
    done = daemon.admin("user", "add", name, "--password-stdin", input=PASSWORD + "\n")
    assert done.returncode in (1, 2)
    assert done.stderr.strip() and "\x1b" not in done.stderr


@pytest.mark.parametrize("password", ["", "short", "1234567890", "carol-carol"[:5]])
def test_a_password_that_is_too_easy_is_refused(daemon, password):
    done = daemon.admin("user", "add", "carol", "--password-stdin", input=password + "\n")
    assert done.returncode in (1, 2) and done.stderr.strip()
    assert daemon.admin("user", "show", "carol").returncode == 1


def test_the_status_tells_how_the_daemon_is_doing(daemon, alice):
    with alice.open_socket():
        done = daemon.admin("status", "--json")
    assert done.returncode == 0, done.stderr
    status = json.loads(done.stdout)
    assert status["pid"] == daemon.pid
    assert status["websockets"] == 1


def test_the_admin_socket_is_for_its_user_alone_and_is_removed_at_the_end(daemon):
    mode = daemon.socket_path.stat().st_mode
    assert stat.S_ISSOCK(mode) and stat.S_IMODE(mode) & 0o077 == 0
    daemon.stop()
    assert not daemon.socket_path.exists()


@pytest.mark.parametrize(
    "said",
    [b"\n", b"{\n", b"[]\n", b'{"request": "nothing"}\n', b"\xff\xfe\n", b"x" * 2_000_000],
    ids=["nothing", "broken", "list", "unknown", "bytes", "too_long"],
)
def test_nonsense_on_the_admin_socket_is_refused_and_harms_nobody(daemon, said):
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(PATIENCE)
        client.connect(str(daemon.socket_path))
        try:
            client.sendall(said)
        except (BrokenPipeError, ConnectionResetError):
            pass
        assert client.recv(1 << 16), "it says what was wrong"
    assert daemon.admin("status").returncode == 0


def test_many_silent_clients_of_the_admin_socket_do_not_lock_the_operator_out_for_ever(daemon):
    silent = []
    for _ in range(40):
        client = socket.socket(socket.AF_UNIX)
        client.connect(str(daemon.socket_path))
        silent.append(client)
    done = daemon.admin("status")
    assert done.returncode in (0, 1) and (done.stdout or done.stderr)
    for client in silent:
        client.close()
    wait_until(lambda: daemon.admin("status").returncode == 0, "the daemon answers again")
