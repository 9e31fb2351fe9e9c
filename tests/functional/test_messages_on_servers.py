"""zanhu's own pages and private messages on a site's PostgreSQL and MariaDB."""

import uuid

import pytest

from database_servers import MariaDb, PostgreSql
from django_site import DjangoSite
from person import Person, events_until
from zanhu_daemon import SECRET_KEY


@pytest.fixture(scope="module", params=[PostgreSql, MariaDb], ids=["postgresql", "mariadb"])
def server(request):
    with request.param() as server:
        for apps in ([], ["messager"]):  # Django makes tables without migrations before all others
            DjangoSite(None, SECRET_KEY, server.django_settings(), MORE_APPS=apps).migrate()
        yield server


@pytest.fixture
def people(server, make_daemon):
    daemon = make_daemon({"database": {"url": server.url}})
    names = [f"{name}-{uuid.uuid4().hex[:8]}" for name in ("anna", "bert", "carl")]
    return [Person(daemon, daemon.add_user(name)).log_in() for name in names]


def texts(messages):
    return [message["text"] for message in messages]


def test_messages_are_sent_stored_and_read_in_order(people):
    anna, bert, carl = people
    with bert.open_socket() as page:
        sent = [f"{number}: 赞乎 '?' \\ \"quoted\" 😀" for number in range(5)]
        for text in sent:
            assert anna.send(bert.username, text).status == 201
        assert texts(events_until(page, 5)) == sent
    assert bert.send(anna.username, "an answer").status == 201
    assert carl.send(anna.username, "from another").status == 201
    for person, other in ((anna, bert), (bert, anna)):
        messages = person.messages_with(other.username)
        assert texts(messages) == [*sent, "an answer"]
        moments = [message["created_at"] for message in messages]
        assert moments == sorted(set(moments)) and all(moment.endswith("Z") for moment in moments)
    later = anna.get_json(f"/api/messages/?with={bert.username}&after={moments[2]}")["messages"]
    assert texts(later) == [*sent[3:], "an answer"]
    earlier = anna.get_json(f"/api/messages/?with={bert.username}&before={moments[2]}")["messages"]
    assert texts(earlier) == sent[:2]


def test_a_message_is_stored_once(people):
    anna, bert, carl = people
    message_id = str(uuid.uuid4())
    assert anna.send(bert.username, "once", message_id).status == 201
    assert anna.send(bert.username, "again", message_id).status == 200
    assert carl.send(bert.username, "not mine", message_id).status == 409
    (message,) = bert.messages_with(anna.username)
    assert (message["id"], message["text"]) == (message_id, "once")


def test_conversations_show_the_last_message_and_what_is_unread(people):
    anna, bert, carl = people
    assert bert.send(anna.username, "first").status == 201
    assert carl.send(anna.username, "second").status == 201
    assert bert.send(anna.username, "third").status == 201
    shown = anna.get_json("/api/people/")["people"][:2]
    assert [entry["username"] for entry in shown] == [bert.username, carl.username]
    assert [entry["unread"] for entry in shown] == [2, 1]
    assert shown[0]["last_message"]["text"] == "third"
    assert anna.username not in [entry["username"] for entry in anna.get_json("/api/people/")["people"]]


def test_a_person_is_removed_with_their_messages(people):
    anna, bert, _ = people
    assert anna.send(bert.username, "to be gone").status == 201
    removed = anna.daemon.admin("user", "delete", anna.username, "--yes")
    assert removed.returncode == 0, removed.stderr
    assert bert.get(f"/api/messages/?with={anna.username}").status in (200, 404)
    assert anna.username not in [entry["username"] for entry in bert.get_json("/api/people/")["people"]]
