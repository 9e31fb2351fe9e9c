"""User models of a site's own, on each kind of database."""

import json

import pytest

from database_servers import MariaDb, PostgreSql
from django_site import BACKEND, DjangoSite, sqlite
from doctor import DATABASE, FAILED, OK, Doctor
from raw_websocket import answer_to
from recheck import check_that_only_the_second_is_closed
from zanhu_daemon import SECRET_KEY

MEMBERS = {
    "table": "people_member", "key": "uuid", "username_column": "email", "is_active_column": "may_enter-not",
    "is_staff_column": "", "is_superuser_column": "", "first_name_column": "", "last_name_column": "",
    "date_joined_column": "",
}
CUSTOMERS = {"table": "people_customer", "id_column": "customer_number"}

class Sqlite:
    kind = "sqlite"

    def __init__(self, directory):
        self.path = directory / "site.sqlite3"
        self.url = f"sqlite:///{self.path}"

    def django_settings(self):
        return sqlite(self.path)

    def start(self):
        pass

    def end(self):
        pass


@pytest.fixture(scope="module", params=["sqlite", "postgresql", "mariadb"])
def database(request, tmp_path_factory):
    made = {"postgresql": PostgreSql, "mariadb": MariaDb}.get(request.param)
    database = made() if made else Sqlite(tmp_path_factory.mktemp("site"))
    try:
        database.start()
        yield database
    finally:
        database.end()


@pytest.fixture
def site_of(database):
    def make(model, **settings):
        settings = {"MORE_APPS": ["people"], "AUTH_USER_MODEL": f"people.{model}", **settings}
        site = DjangoSite(None, SECRET_KEY, database.django_settings(), **settings)
        site.migrate()
        return site

    return make


@pytest.fixture
def beside(database, make_daemon):
    def make(users, **site):
        return make_daemon({"database": {"url": database.url, "migrate": "never"}, "users": users, "site": site})

    return make


def status(daemon, key, path="/ws/somebody/"):
    return answer_to(daemon, path, {"Cookie": f"sessionid={key}"}).status


@pytest.mark.parametrize("model, users", [("Member", MEMBERS), ("Customer", CUSTOMERS)])
def test_a_user_of_the_sites_own_model_is_let_in(site_of, beside, model, users):
    site, daemon = site_of(model), beside(users)
    name = f"anna@{model}.example.com"
    pk = site.create_user(name, "a good password")
    key = site.log_in(name)
    assert status(daemon, key) == 101
    listed = json.loads(daemon.admin("--json", "user", "list").stdout)
    assert [user["id"] for user in listed if user["username"] == name] == [pk]
    site.set_active(name, False)
    assert status(daemon, key) == 403
    site.set_active(name, True)
    site.set_password(name, "another password")
    assert status(daemon, key) == 403
    assert status(daemon, site.log_in(name)) == 101


@pytest.mark.parametrize("model, users", [("Member", MEMBERS), ("Customer", CUSTOMERS)])
def test_an_open_socket_is_looked_up_again(site_of, database, make_daemon, model, users):
    site = site_of(model)
    daemon = make_daemon({
        "database": {"url": database.url, "migrate": "never"}, "users": users, "recheck": {"interval": "200ms"},
    })
    names = [f"{letter}@recheck.{model}" for letter in "abc"]
    for name in names:
        site.create_user(name, "a good password")
    keys = [site.log_in(name) for name in names]
    check_that_only_the_second_is_closed(daemon, keys, lambda: site.set_active(names[1], False))


def test_ids_of_another_kind_are_nobodys(site_of, beside):
    site, daemon = site_of("Member"), beside(MEMBERS)
    for user_id in ("1", "x" * 32, "0" * 31, "' OR 1=1 --", str("0" * 32)):
        key = site.write_session({"_auth_user_id": user_id, "_auth_user_backend": BACKEND, "_auth_user_hash": "0" * 64})
        assert status(daemon, key) == 403, user_id


def test_accounts_of_the_sites_own_model_are_made_on_the_site(site_of, beside):
    site_of("Member")
    daemon = beside(MEMBERS)
    added = daemon.admin("user", "add", "new", "--password-stdin", input="a good password\n")
    assert added.returncode == 1 and "manage.py createsuperuser" in added.stderr


def test_zanhu_admin_sets_passwords_of_the_sites_own_users(site_of, beside):
    site, daemon = site_of("Customer"), beside(CUSTOMERS)
    site.create_user("carl", "a good password")
    changed = daemon.admin("user", "set-password", "carl", "--password-stdin", input="quite another one\n")
    assert changed.returncode == 0, changed.stderr
    assert site.check_password("carl", "quite another one")
    assert daemon.admin("user", "disable", "carl").returncode == 0
    assert status(daemon, site.log_in("carl")) == 403


def test_only_backends_that_are_listed_count(site_of, beside):
    other = "shop.backends.LdapBackend"
    site = site_of("Customer")
    site.create_user("dora", "a good password")
    key = site.log_in("dora", backend=other)
    daemon = beside(CUSTOMERS)
    assert status(daemon, key) == 403
    daemon.wait_for_log(other)
    assert status(beside(CUSTOMERS, authentication_backends=f"{BACKEND}, {other}"), key) == 101


@pytest.mark.parametrize("key, value", [("table", "a b"), ("table", 'x"; DROP TABLE y; --'), ("id_column", ""),
                                        ("password_column", "a;b"), ("username_column", "{id}"), ("key", "text")])
def test_names_that_are_none_are_refused_at_the_start(make_daemon, key, value):
    daemon = make_daemon.prepare({"users": {key: value}})
    daemon.expected_exit = (78,)
    daemon.spawn()
    assert daemon.wait() == 78
    assert f"[users] {key}" in daemon.log()


def test_doctor_says_who_a_member_is_and_what_is_wrong_with_the_model(database, site_of, make_daemon):
    def doctor(users):
        return Doctor(make_daemon.prepare({"database": {"url": database.url, "migrate": "never"}, "users": users}))

    members = site_of("Member")
    members.create_user("doctor@example.com", "a good password")
    key = members.log_in("doctor@example.com")
    assert doctor(MEMBERS)(OK, "--session", key)["user"]["username"] == "doctor@example.com"
    other_column = doctor({**MEMBERS, "id_column": "email"})
    other_column.finds(FAILED, "user", "does not exist", "[users]", "--session", key, reason="no_such_user")
    other_key = doctor({**MEMBERS, "key": "integer"})
    if database.kind == "postgresql":  # it compares nothing with what has another type
        other_key.finds(DATABASE, "database", "another type", "[users] key", "--session", key)
    else:
        other_key.finds(FAILED, "user", "is no integer", "[users] key", "--session", key, reason="no_such_user")
