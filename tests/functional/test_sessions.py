"""Who is let in: cookies, session rows and accounts, ours and those that a Django 3.2 site writes."""

import json

import pytest

from django_site import BACKEND, DjangoSite
from person import Person
from raw_websocket import RawWebSocket, answer_to
from zanhu_daemon import SECRET_KEY

PASSWORD = "a good password"


@pytest.fixture
def django_site(daemon):
    return DjangoSite(daemon, SECRET_KEY)


def status_with_cookie(daemon, cookie, path="/ws/somebody/", extra=()):
    return answer_to(daemon, path, {"Cookie": cookie}, extra=extra).status


def status_with_session(daemon, key, **options):
    return status_with_cookie(daemon, f"sessionid={key}", **options)


def change_row(daemon, person, change):
    key = person.cookies["sessionid"]
    (row,) = daemon.sql("SELECT session_data FROM django_session WHERE session_key = ?", key)
    daemon.sql("UPDATE django_session SET session_data = ? WHERE session_key = ?", change(row[0]), key)


def test_the_session_of_a_log_in_opens_a_socket(daemon, new_person):
    person = new_person()
    with person.open_socket() as socket:
        socket.send_frame(1, "hello")
        assert socket.read_text() == '"hello"'
    assert person.is_logged_in


@pytest.mark.parametrize(
    "cookie",
    [
        None,
        "",
        "sessionid",
        "sessionid=",
        "sessionid=short",
        "sessionid=" + "a" * 32,
        "sessionid=" + "x" * 8192,
        "sessionid=" + "'" * 40,
        "sessionid=\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8",
        "another=" + "a" * 32,
        ";;;=;=",
        '"\\',
    ],
)
def test_a_cookie_that_names_no_session_is_refused(daemon, cookie):
    assert status_with_cookie(daemon, cookie) == 403


def test_the_last_of_several_cookies_counts_as_in_django(daemon, new_person):
    key = new_person().cookies["sessionid"]
    wrong = "a" * 32
    assert status_with_cookie(daemon, f"a=b; sessionid={wrong}; c; sessionid={key}") == 101
    assert status_with_cookie(daemon, f"sessionid={key}; sessionid={wrong}") == 403
    assert status_with_cookie(daemon, f'x="a;b"; sessionid="{key}"') == 101


def test_only_the_first_cookie_header_counts_as_in_django(daemon, new_person):
    key = new_person().cookies["sessionid"]
    assert status_with_cookie(daemon, f"sessionid={key}", extra=["Cookie: sessionid=" + "a" * 32]) == 101
    assert status_with_cookie(daemon, "a=b", extra=[f"Cookie: sessionid={key}"]) == 403


def test_the_session_decides_and_not_the_name_in_the_path(daemon, new_person):
    alice, bob = new_person(), new_person()
    with alice.open_socket(bob.socket_path) as socket:
        assert bob.send(alice.username, "to alice").status == 201
        assert json.loads(socket.read_text())["recipient"] == alice.username


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data[:-1] + ("A" if data[-1] != "A" else "B"),
        lambda data: ("f" if data[0] != "f" else "e") + data[1:],
        lambda data: data.rsplit(":", 1)[0],
        lambda data: data.split(":")[0] + ":1r31eq:" + data.split(":")[2],
        lambda data: "",
        lambda data: "no session at all",
        lambda data: ":::",
        lambda data: b"\x80\x05\x95\xff\x00",
    ],
)
def test_a_row_with_a_broken_signature_is_nobodys(daemon, new_person, change):
    person = new_person()
    change_row(daemon, person, change)
    assert status_with_session(daemon, person.cookies["sessionid"]) == 403
    assert not person.is_logged_in


def test_an_expired_session_is_refused(daemon, new_person):
    person = new_person()
    daemon.sql("UPDATE django_session SET expire_date = '2020-01-01 00:00:00'")
    assert status_with_session(daemon, person.cookies["sessionid"]) == 403
    assert not person.is_logged_in


def test_a_session_without_its_row_is_refused(daemon, new_person):
    person = new_person()
    daemon.sql("DELETE FROM django_session")
    assert status_with_session(daemon, person.cookies["sessionid"]) == 403


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM auth_user WHERE username = ?",
        "UPDATE auth_user SET is_active = 0 WHERE username = ?",
        "UPDATE auth_user SET password = 'pbkdf2_sha256$1000$salt$other' WHERE username = ?",
        "UPDATE auth_user SET password = '!' WHERE username = ?",
    ],
    ids=["deleted", "disabled", "changed_password", "unusable_password"],
)
def test_the_session_is_refused_when_its_user_is(daemon, new_person, statement):
    person = new_person()
    daemon.sql(statement, person.username)
    assert status_with_session(daemon, person.cookies["sessionid"]) == 403
    assert not person.is_logged_in


def test_a_disabled_user_cannot_log_in(daemon, new_person):
    person = new_person()
    daemon.sql("UPDATE auth_user SET is_active = 0 WHERE username = ?", person.username)
    assert Person(daemon, person.username).try_log_in().status == 200
    assert not Person(daemon, person.username).is_logged_in


def test_logging_out_ends_the_session(daemon, new_person):
    person = new_person()
    key = person.cookies["sessionid"]
    assert person.log_out().status == 303
    assert "sessionid" not in person.cookies
    assert status_with_session(daemon, key) == 403


def test_a_log_in_gives_a_new_session_and_ends_the_old_one(daemon, new_person):
    person = new_person()
    old = person.cookies["sessionid"]
    assert person.post_form("/login/", username=person.username, password=PASSWORD).status == 303
    assert person.cookies["sessionid"] != old
    assert status_with_session(daemon, old) == 403


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(daemon):
    person = Person(daemon, daemon.add_user("guarded"))
    cookie = next(line for line in person.try_log_in().all("set-cookie") if line.startswith("sessionid="))
    attributes = [attribute.strip().lower() for attribute in cookie.split(";")[1:]]
    assert "httponly" in attributes and "samesite=lax" in attributes and "path=/" in attributes
    assert "secure" not in attributes


def test_a_wrong_password_is_refused_and_many_of_them_are_throttled(make_daemon):
    daemon = make_daemon({"login": {"attempts": 3}})
    daemon.add_user("alice")
    wrong = Person(daemon, "alice", "wrong")
    for _ in range(3):
        assert wrong.try_log_in().status == 200
    response = Person(daemon, "alice").try_log_in()
    assert response.status == 429, "the right password does not get past the throttle either"
    assert int(response.header("retry-after")) > 0


# Django 3.2 on the same database.


def test_a_session_that_django_wrote_is_read(daemon, django_site, new_person):
    person = new_person()
    key = django_site.log_in(person.username)
    assert status_with_session(daemon, key) == 101
    person.cookies = {"sessionid": key}
    assert person.is_logged_in


def test_a_long_session_that_django_packed_is_read(daemon, django_site, new_person):
    person = new_person()
    content = {"basket": ["赞乎 " * 200] * 20, "nothing": None, "price": 1.5, "deep": {"a": [1]}}
    key = django_site.log_in(person.username, **content)
    (row,) = daemon.sql("SELECT session_data FROM django_session WHERE session_key = ?", key)
    assert row[0].startswith("."), "Django has compressed it"
    assert status_with_session(daemon, key) == 101


def test_a_session_that_zanhu_wrote_is_read_by_django(daemon, django_site, new_person):
    person = new_person()
    assert django_site.user_of_session(person.cookies["sessionid"]) == person.username


def test_a_user_whom_django_made_can_log_in(daemon, django_site):
    django_site.create_user("made-by-django", "s3cret-é-密码")
    person = Person(daemon, "made-by-django", "s3cret-é-密码").log_in()
    with person.open_socket():
        pass
    assert Person(daemon, "made-by-django", "s3cret-e").try_log_in().status == 200


def test_a_password_that_zanhu_admin_set_is_known_to_django(daemon, django_site):
    daemon.add_user("made-by-zanhu", "s3cret-é-密码")
    assert django_site.check_password("made-by-zanhu", "s3cret-é-密码")
    assert not django_site.check_password("made-by-zanhu", "another")


def test_a_password_changed_by_django_ends_the_sessions(daemon, django_site, new_person):
    person = new_person()
    django_site.set_password(person.username, "quite another one")
    assert status_with_session(daemon, person.cookies["sessionid"]) == 403
    Person(daemon, person.username, "quite another one").log_in()


def test_a_session_signed_with_another_key_is_refused(daemon, new_person):
    person = new_person()
    key = DjangoSite(daemon, "another secret key of another site").log_in(person.username)
    assert status_with_session(daemon, key) == 403


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"_auth_user_id": "1"},
        {"_auth_user_id": "1", "_auth_user_backend": BACKEND},
        {"_auth_user_id": "1", "_auth_user_backend": BACKEND, "_auth_user_hash": ""},
        {"_auth_user_id": "1", "_auth_user_backend": "other.Backend", "_auth_user_hash": "0" * 64},
        {"_auth_user_id": "no number", "_auth_user_backend": BACKEND, "_auth_user_hash": "0" * 64},
        {"_auth_user_id": ["1"], "_auth_user_backend": BACKEND, "_auth_user_hash": "0" * 64},
        {"_auth_user_id": "9" * 40, "_auth_user_backend": BACKEND, "_auth_user_hash": "0" * 64},
    ],
)
def test_a_session_that_names_no_user_is_nobodys(daemon, django_site, new_person, data):
    new_person()
    assert status_with_session(daemon, django_site.write_session(data)) == 403


def test_a_user_named_as_a_group_of_ours_harms_nothing(daemon, django_site, new_person):
    """zanhu makes no such user, but a Django site may have one."""
    refused = daemon.admin("user", "add", "notifications", "--password-stdin", input=PASSWORD + "\n")
    assert refused.returncode == 1 and "notifications" in refused.stderr
    django_site.create_user("notifications", PASSWORD)
    odd, sender, bystander = Person(daemon, "notifications").log_in(), new_person(), new_person()
    with odd.open_socket("/ws/anything/") as socket, bystander.open_socket("/ws/notifications/") as others:
        assert sender.send("notifications", "for one only").status == 201
        assert json.loads(socket.read_text())["text"] == "for one only"
        others.send_frame(1, "still quiet")
        assert others.read_text() == '"still quiet"'


def test_a_former_secret_key_is_good_for_reading(make_daemon):
    former = "the-former-secret-key-of-the-site-0123456789"
    daemon = make_daemon({"site": {"secret_key_fallbacks": former}})
    daemon.add_user("alice")
    assert status_with_session(daemon, DjangoSite(daemon, former).log_in("alice")) == 101


def test_the_cookies_name_is_a_setting(make_daemon):
    daemon = make_daemon({"site": {"session_cookie_name": "mysession"}})
    person = Person(daemon, daemon.add_user("alice"))
    assert person.try_log_in().status == 303
    key = person.cookies["mysession"]
    assert status_with_cookie(daemon, f"sessionid={key}") == 403
    with RawWebSocket(daemon, "/ws/alice/", {"Cookie": f"mysession={key}"}):
        pass
