"""People talk: POST, storage, groups and the sockets of everybody whom a message concerns."""

import asyncio
import json
import uuid

import pytest

from person import Person, events_until
from raw_http import raw_request

LONGEST = 10_000  # characters of a message


def quiet(socket):
    """Nothing has come on this socket: what it is asked for next is what comes next."""
    socket.send_frame(1, "anything?")
    assert socket.read_text() == '"anything?"'


def test_two_people_talk_both_ways(daemon, new_person):
    alice, bob = new_person(), new_person()
    with alice.open_socket() as to_alice, bob.open_socket() as to_bob:
        assert alice.send(bob.username, "hello bob").status == 201
        (event,) = events_until(to_bob, 1)
        assert (event["type"], event["sender"], event["recipient"]) == ("receive", alice.username, bob.username)
        assert (event["text"], event["message"]) == ("hello bob", "hello bob")
        assert uuid.UUID(event["id"]) and event["created_at"].endswith("Z")
        assert events_until(to_alice, 1) == [event], "the sender's own pages see it too"
        assert bob.send(alice.username, "hello alice").status == 201
        assert events_until(to_alice, 1)[0]["text"] == "hello alice"
        assert events_until(to_bob, 1)[0]["sender"] == bob.username
    stored = [message["text"] for message in alice.messages_with(bob.username)]
    assert stored == ["hello bob", "hello alice"]
    assert bob.messages_with(alice.username) == alice.messages_with(bob.username)


async def test_two_people_talk_with_a_client_of_python(daemon, new_person):
    alice, bob = new_person(), new_person()
    async with alice.connect() as to_alice, bob.connect() as to_bob:
        for number in range(50):
            assert alice.send(bob.username, f"from alice {number}").status == 201
            assert bob.send(alice.username, f"from bob {number}").status == 201
        for socket in (to_alice, to_bob):
            events = [json.loads(await socket.recv())["text"] for _ in range(100)]
            assert [text for text in events if "alice" in text] == [f"from alice {number}" for number in range(50)]
            assert [text for text in events if "bob" in text] == [f"from bob {number}" for number in range(50)]


def test_all_pages_of_a_person_see_a_message_and_others_do_not(daemon, new_person):
    alice, bob, carol = new_person(), new_person(), new_person()
    pages = [bob.open_socket() for _ in range(5)]
    with carol.open_socket() as other:
        assert alice.send(bob.username, "for bob only").status == 201
        for page in pages:
            assert events_until(page, 1)[0]["text"] == "for bob only"
            page.close_normally()
        quiet(other)


def test_a_page_that_was_left_misses_nothing_that_it_asks_for(daemon, new_person):
    alice, bob = new_person(), new_person()
    assert alice.send(bob.username, "before").status == 201
    since = bob.messages_with(alice.username)[-1]["created_at"]
    assert alice.send(bob.username, "while away").status == 201
    missed = bob.get_json(f"/api/missed/?after={since}")["messages"]
    assert [message["text"] for message in missed] == ["while away"]


def test_a_repeated_post_stores_and_announces_once(daemon, new_person):
    alice, bob = new_person(), new_person()
    message_id = str(uuid.uuid4())
    with bob.open_socket() as socket:
        answers = [alice.send(bob.username, "once", message_id) for _ in range(3)]
        assert [answer.status for answer in answers] == [201, 200, 200]
        assert len({answer.body for answer in answers}) == 1
        assert events_until(socket, 1)[0]["id"] == message_id
        quiet(socket)
    assert len(bob.messages_with(alice.username)) == 1


async def test_the_same_post_at_the_same_time_stores_once(daemon, new_person):
    alice, bob = new_person(), new_person()
    message_id = str(uuid.uuid4())
    sending = [asyncio.to_thread(alice.send, bob.username, "at once", message_id) for _ in range(10)]
    statuses = sorted(answer.status for answer in await asyncio.gather(*sending))
    assert statuses == [200] * 9 + [201]
    assert len(bob.messages_with(alice.username)) == 1


def test_an_id_of_another_message_is_refused(daemon, new_person):
    alice, bob, carol = new_person(), new_person(), new_person()
    message_id = str(uuid.uuid4())
    assert alice.send(bob.username, "mine", message_id).status == 201
    assert carol.send(bob.username, "not mine", message_id).status == 409
    assert [message["text"] for message in bob.messages_with(alice.username)] == ["mine"]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", 400),
        ("   ", 400),
        (" \t\r\n\u3000\u00a0\u2003 ", 400),
        ("a\0b", 400),
        ("x" * LONGEST, 201),
        ("张" * LONGEST, 201),
        ("x" * (LONGEST + 1), 413),
        ("x" * 1_000_000, 413),
        ("x" * 2_000_000, 413),
        (" a ", 201),
        ("<b>&\"'</b>", 201),
        ("😀\u202eabc", 201),
    ],
    ids=["empty", "blanks", "blanks of unicode", "nul", "longest", "longest chinese", "too long", "1 MB", "2 MB",
         "blanks around", "html", "emoji"],
)
def test_a_text_is_taken_or_refused(daemon, new_person, text, status):
    alice, bob = new_person(), new_person()
    with bob.open_socket() as socket:
        assert alice.send(bob.username, text).status == status
        if status == 201:
            assert events_until(socket, 1)[0]["text"] == text
        quiet(socket)
    assert len(bob.messages_with(alice.username)) == (1 if status == 201 else 0)


def test_the_fragment_for_the_owners_page_is_escaped(daemon, new_person):
    alice, bob = new_person(), new_person()
    with bob.open_socket() as socket:
        assert alice.send(bob.username, "<img src=x onerror=alert(1)>\n\"&'").status == 201
        event = events_until(socket, 1)[0]
    assert event["message"] == "&lt;img src=x onerror=alert(1)&gt;<br>&quot;&amp;&#x27;"


def test_nobody_and_oneself_cannot_be_written_to(daemon, new_person):
    alice = new_person()
    assert alice.send("nobody-of-that-name", "hello?").status == 404
    assert alice.send(alice.username, "hello me").status == 400
    assert alice.send("", "hello?").status == 404
    assert alice.send("x" * 1000, "hello?").status == 404


def test_a_disabled_person_cannot_be_written_to(daemon, new_person):
    alice, bob = new_person(), new_person()
    assert daemon.admin("user", "disable", bob.username).returncode == 0
    assert alice.send(bob.username, "are you there?").status == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"null", 400),
        (b'{"to": "x", "message": "y"}', 400),
        (b'{"to": 1, "message": "y", "id": "9d7b3c4e-0000-4000-8000-000000000001"}', 400),
        (b'{"to": "x", "message": ["y"], "id": "9d7b3c4e-0000-4000-8000-000000000001"}', 400),
        (b'{"to": "x", "message": "y", "id": "no uuid"}', 400),
        (b'{"to": "x", "message": "\xff\xfe", "id": "9d7b3c4e-0000-4000-8000-000000000001"}', 400),
        (b'{"to": "x", "message": "\\ud800", "id": "9d7b3c4e-0000-4000-8000-000000000001"}', 400),
        (b"[" * 100_000, 400),
        (b'{"a":' * 30_000, 400),
    ],
)
def test_a_body_that_is_no_message_is_refused(daemon, new_person, body, status):
    assert new_person().post_json("/api/messages/", body).status == status


def test_a_message_needs_the_token_of_the_page(daemon, new_person):
    alice, bob = new_person(), new_person()
    del alice.cookies["csrftoken"]
    assert alice.send(bob.username, "forged").status == 403
    assert bob.messages_with(alice.username) == []


def test_a_message_from_a_page_of_another_origin_is_refused(daemon, new_person):
    alice, bob = new_person(), new_person()
    content = {"to": bob.username, "message": "forged", "id": str(uuid.uuid4())}
    answer = alice.post_json("/api/messages/", content, [("Origin", "http://evil.example")])
    assert answer.status == 403


@pytest.mark.parametrize(
    "target", ["/api/people/", "/api/messages/?with=x", "/api/missed/?after=2026-01-01T00:00:00Z"]
)
def test_nobody_reads_anything_without_logging_in(daemon, target):
    assert raw_request(daemon, "GET", target).status == 401


@pytest.mark.parametrize("name", ["张三", "a@b", "a.b+c-d_e", "x" * 150, "Straße", "zanhu.escaped"])
def test_a_name_of_any_form_can_be_written_to(daemon, new_person, name):
    alice = new_person()
    other = Person(daemon, daemon.add_user(name)).log_in()
    with other.open_socket() as socket:
        assert alice.send(name, "your name works").status == 201
        assert events_until(socket, 1)[0]["recipient"] == name
        assert other.send(alice.username, "it does").status == 201
        assert events_until(socket, 1)[0]["sender"] == name


def test_what_a_page_says_on_its_socket_comes_back_as_json(daemon, new_person):
    with new_person().open_socket() as socket:
        for text in ("hello", '"quoted"', "张三", ""):
            socket.send_frame(1, text)
            assert json.loads(socket.read_text()) == text


def test_the_history_comes_in_pages(daemon, new_person):
    alice, bob = new_person(), new_person()
    texts = [f"message {number}" for number in range(30)]
    for text in texts:
        assert alice.send(bob.username, text).status == 201
    page = bob.get_json(f"/api/messages/?with={alice.username}&limit=20")
    assert [message["text"] for message in page["messages"]] == texts[10:] and page["more"] is True
    before = page["messages"][0]["created_at"]
    page = bob.get_json(f"/api/messages/?with={alice.username}&limit=20&before={before}")
    assert [message["text"] for message in page["messages"]] == texts[:10] and page["more"] is False


def test_unread_messages_are_counted_until_they_are_read(daemon, new_person):
    alice, bob = new_person(), new_person()
    for _ in range(3):
        assert alice.send(bob.username, "unread").status == 201

    def unread():
        people = bob.get_json("/api/people/")["people"]
        return next(person["unread"] for person in people if person["username"] == alice.username)

    assert unread() == 3
    assert bob.post_json("/api/messages/read/", {"with": alice.username}).status == 204
    assert unread() == 0


def test_messages_are_kept_over_a_restart(make_daemon):
    daemon = make_daemon()
    alice, bob = (Person(daemon, daemon.add_user(name)).log_in() for name in ("alice", "bob"))
    assert alice.send("bob", "remember me").status == 201
    assert daemon.stop() == 0
    daemon.restart()
    assert [message["text"] for message in bob.messages_with("alice")] == ["remember me"]
    with bob.open_socket() as socket:
        assert alice.send("bob", "I do").status == 201
        assert events_until(socket, 1)[0]["text"] == "I do"
