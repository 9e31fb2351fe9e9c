"""One browser script on examples/django-site: with Channels under Daphne, and with zanhu in its place."""

import json

import pytest

from conftest import PASSWORD
from example_site import handshake_status


@pytest.fixture
def two_people(door, new_users, visit):
    alice, bob = new_users("alice", "bob")
    return visit(door, alice).talk_to(bob), visit(door, bob).talk_to(alice), alice, bob


def test_two_people_talk_without_a_reload(two_people):
    first, second, alice, bob = two_people
    for page in (first, second):
        page.mark()
    first.write("hello, 你好")
    second.wait_for_messages((alice, "hello, 你好"))
    second.write("<b>hello</b> & more")
    for page in (first, second):
        page.wait_for_messages((alice, "hello, 你好"), (bob, "<b>hello</b> & more"))
        assert page.is_marked and page.browser.errors == []
    for number in range(30):
        first.write(f"line {number}")
        second.wait_for_messages(
            (alice, "hello, 你好"), (bob, "<b>hello</b> & more"), *[(alice, f"line {n}") for n in range(number + 1)]
        )
    assert second.is_at_the_bottom


def test_a_third_person_hears_nothing_of_it(door, two_people, new_users, visit):
    first, second, alice, bob = two_people
    (carol,) = new_users("carol")
    third = visit(door, carol).talk_to(alice)
    first.write("between us")
    second.wait_for_messages((alice, "between us"))
    third.write("who is there?")
    third.wait_for_messages((carol, "who is there?"))
    assert first.messages == [(alice, "between us")], "carol's message is shown in another conversation"


def test_all_pages_of_a_person_get_the_message(door, two_people, visit):
    first, second, alice, bob = two_people
    phone = visit(door, bob).talk_to(alice)
    first.write("to laptop and phone")
    for page in (second, phone):
        page.wait_for_messages((alice, "to laptop and phone"))


@pytest.mark.parametrize("name", ["张三", "li.si@example.com", "notifications"])
def test_a_name_that_is_no_name_of_a_group_works_too(door, new_users, visit, name):
    sender, recipient = new_users("sender", name)
    page = visit(door, recipient).talk_to(sender)
    writer = visit(door, sender).talk_to(recipient)
    writer.write("hello")
    page.wait_for_messages((sender, "hello"))


def test_who_is_not_logged_in_is_refused(door, new_users, visit):
    (name,) = new_users("alice")
    page = visit(door).open("/messages/")
    page.wait_for_log_in_page()
    assert page.try_socket(f"/ws/{name}/") == 1006
    assert handshake_status(door, f"/ws/{name}/") == 403
    assert handshake_status(door, f"/ws/{name}/", {"Cookie": "sessionid=" + "a" * 32}) == 403


def test_who_has_logged_out_is_refused(door, two_people):
    page, _, alice, _ = two_people
    assert page.try_socket(f"/ws/{alice}/") == "open"
    cookie = page.browser.driver.get_cookie("sessionid")["value"]
    page.browser.find("#logout").click()
    page.wait_for_log_in_page()
    assert page.try_socket(f"/ws/{alice}/") == 1006
    assert handshake_status(door, f"/ws/{alice}/", {"Cookie": f"sessionid={cookie}"}) == 403


def test_a_page_of_another_origin_is_refused(door, two_people):
    page, _, alice, _ = two_people
    cookie = page.browser.driver.get_cookie("sessionid")["value"]
    fields = {"Cookie": f"sessionid={cookie}"}
    assert handshake_status(door, f"/ws/{alice}/", fields) == 101
    assert handshake_status(door, f"/ws/{alice}/", {**fields, "Origin": "http://evil.example"}) == 403
    assert handshake_status(door, f"/ws/{alice}/", {**fields, "Origin": None}) == 403


def test_a_password_change_ends_the_other_sessions(door, two_people, visit):
    laptop, other, alice, bob = two_people
    phone = visit(door, alice)
    phone.change_password(PASSWORD, "another good password")
    phone.talk_to(bob)
    assert laptop.try_socket(f"/ws/{alice}/") == 1006
    laptop.write("from a session that has ended")
    laptop.wait_for_log_in_page()
    other.write("to the phone")
    phone.wait_for_messages((bob, "to the phone"))


def test_an_account_that_is_disabled_is_refused(door, two_people, site):
    page, _, alice, _ = two_people
    site.shell(f"from django.contrib.auth.models import User; User.objects.filter(username={alice!r}).update(is_active=False)")
    assert page.try_socket(f"/ws/{alice}/") == 1006
    page.browser.driver.refresh()
    page.wait_for_log_in_page()


def test_a_message_from_manage_py_shell_arrives(door, two_people, site):
    _, page, alice, bob = two_people
    event = {"type": "receive", "sender": alice, "message": f'<p class="message" data-sender="{alice}">{alice} by hand 你好</p>'}
    site.shell(
        "from asgiref.sync import async_to_sync\n"
        "from channels.layers import get_channel_layer\n"
        "import json\n"
        f"async_to_sync(get_channel_layer().group_send)({bob!r}, json.loads({json.dumps(event)!r}))"
    )
    page.wait_for_messages((alice, "by hand 你好"))


def test_what_a_page_sends_comes_back_as_json(door, two_people):
    page, _, alice, _ = two_people
    answers = page.browser.driver.execute_async_script(
        "const done = arguments[1]; const socket = new WebSocket(arguments[0]); const answers = [];"
        "socket.onopen = () => { socket.send('hello'); socket.send('你好 \"quoted\"'); };"
        "socket.onmessage = (event) => { answers.push(event.data); if (answers.length === 2) done(answers); };",
        f"{door.ws_url}/ws/{alice}/",
    )
    assert [json.loads(answer) for answer in answers] == ["hello", '你好 "quoted"']
