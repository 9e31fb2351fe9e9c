"""zanhu-admin on databases of its own, without a daemon: accounts, passwords, configuration, exit codes."""

import base64
import hashlib
import json
import os
import re
import sqlite3
import subprocess
import unicodedata

import pytest

from terminal import Terminal

OK, FAILED, USAGE, NO_DAEMON, DATABASE, CONFIGURATION = 0, 1, 2, 3, 4, 78
PASSWORD = "correct horse"
COMMANDS = [
    "user add", "user list", "user show", "user set-password", "user enable", "user disable", "user delete",
    "broadcast", "status", "doctor", "config", "version", "help",
]


class Admin:
    """zanhu-admin with the configuration of a daemon that is not started."""

    def __init__(self, daemon):
        self.daemon = daemon
        daemon.state_directory.mkdir()
        daemon.configure("database", "busy_timeout", "200ms")

    def __call__(self, *arguments, input=None):
        return self.daemon.admin(*arguments, input=input)

    def ok(self, *arguments, input=None):
        result = self(*arguments, input=input)
        assert result.returncode == OK, result
        return result.stdout

    def json(self, *arguments, input=None):
        return json.loads(self.ok(*arguments, "--json", input=input))

    def refuses(self, code, said, *arguments, input=None):
        """Exits with that code and says so in one line and in JSON."""
        result = self(*arguments, input=input)
        assert (result.returncode, result.stdout) == (code, ""), result
        assert said in result.stderr and result.stderr.startswith("zanhu-admin: "), result
        assert result.stderr.count("\n") == 1, result
        result = self(*arguments, "--json", input=input)
        assert (result.returncode, result.stdout) == (code, ""), result
        error = json.loads(result.stderr)
        assert error["exit_code"] == code and said in error["message"], error
        return error

    def add(self, name, *options, password=PASSWORD):
        return self.json("user", "add", name, "--password-stdin", "--create-database", *options, input=password + "\n")

    def names(self, *options):
        return [user["username"] for user in self.json("user", "list", *options)]

    def on_terminal(self, *arguments):
        command = [self.daemon.bin_dir / "zanhu-admin", "--config", self.daemon.config_path, *arguments]
        return Terminal(command, self.daemon.environment)

    def store(self, *names):
        """As another program would: with any name."""
        with self.daemon.database() as database:
            database.executemany(
                "INSERT INTO auth_user (password, is_superuser, username, last_name, email, is_staff, is_active,"
                " date_joined, first_name) VALUES ('!', 0, ?, '', '', 0, 1, '2026-01-01 00:00:00', '')",
                [(name,) for name in names],
            )

    def stored_password(self, name):
        return self.daemon.sql("SELECT password FROM auth_user WHERE username = ?", name)[0][0]

    def password_is(self, name, password):
        algorithm, iterations, salt, digest = self.stored_password(name).split("$")
        assert algorithm == "pbkdf2_sha256" and int(iterations) == 10000
        made = hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), int(iterations))
        return base64.b64encode(made).decode() == digest


@pytest.fixture
def admin(make_daemon):
    return Admin(make_daemon.prepare())


@pytest.fixture
def accounts(admin):
    admin.add("anna")
    admin.add("张三")
    return admin


# Accounts.


def test_a_new_account_is_stored_listed_and_shown(admin):
    added = admin.add("张三", "--email", "zhang@Example.COM", "--staff")["user"]
    assert admin.password_is("张三", PASSWORD)
    assert (added["username"], added["email"]) == ("张三", "zhang@example.com")
    assert (added["is_active"], added["is_staff"], added["is_superuser"]) == (True, True, False)
    assert added["last_login"] is None and added["has_password"]
    assert admin.json("user", "show", "张三") == {"user": added}
    assert admin.json("user", "list") == [added]
    assert "张三" in admin.ok("user", "show", "张三")
    assert not any("password" in key for key in added if key != "has_password")


def test_an_account_without_a_password_cannot_be_entered(admin):
    admin.ok("user", "add", "robot", "--no-password", "--create-database")
    assert admin.stored_password("robot").startswith("!")
    assert not admin.json("user", "show", "robot")["user"]["has_password"]


def test_lists_are_filtered_and_in_order(admin):
    for name in ("carl", "anna", "Bert"):
        admin.add(name)
    admin.ok("user", "disable", "carl")
    assert admin.names() == ["Bert", "anna", "carl"]
    assert admin.names("--active") == ["Bert", "anna"]
    assert admin.names("--disabled") == ["carl"]
    assert admin.names("--contains", "a") == ["anna", "carl"]
    assert admin.names("--contains", "nothing") == []
    assert admin.ok("user", "list", "--contains", "nothing") == "no users\n"


def test_a_long_list_is_whole(accounts):
    accounts.store(*(f"person{number:04}" for number in range(2500)))
    assert len(accounts.names()) == len(set(accounts.names())) == 2502
    assert accounts.ok("user", "list").count("\n") == 2503


def test_the_columns_of_wide_names_stand_below_each_other(accounts):
    def columns_before(line, text):
        return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line[: line.index(text)])

    header, *rows = accounts.ok("user", "list").splitlines()
    assert {columns_before(row, "yes") for row in rows} == {columns_before(header, "ACTIVE")}


def test_what_a_terminal_would_obey_is_shown_escaped(accounts):
    accounts.store("evil\x1b[31m\u202e\x9bx\n")
    shown = accounts.ok("user", "list") + accounts.ok("user", "show", "evil\x1b[31m\u202e\x9bx\n")
    assert "evil\\x1b[31m\\u{202e}\\u{9b}x\\x0a" in shown
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown)
    assert "\x1b" not in accounts("user", "show", "no\x1b[0mbody").stderr


def test_a_name_that_is_taken_is_refused(accounts):
    accounts.refuses(FAILED, "already", "user", "add", "张三", "--password-stdin", input=PASSWORD)
    assert accounts.names() == ["anna", "张三"]
    accounts.add("Anna")


@pytest.mark.parametrize("name", ["", "a b", "notifications", "x" * 151, "a/b", "a\nb", "ｆｕｌｌ"])
def test_a_name_that_no_account_may_have_is_refused(accounts, name):
    result = accounts("user", "add", name, "--password-stdin", input=PASSWORD)
    assert result.returncode == FAILED and result.stderr.startswith("zanhu-admin: ")
    assert accounts.names() == ["anna", "张三"]


def test_a_wrong_address_is_refused(accounts):
    assert accounts("user", "add", "bert", "--email", "nonsense", "--no-password").returncode == FAILED


@pytest.mark.parametrize("command", ["show", "set-password", "enable", "disable", "delete"])
def test_an_unknown_user_is_named(accounts, command):
    accounts.refuses(FAILED, "there is no user 'nobody'", "user", command, "nobody", input=PASSWORD)


def test_disable_and_enable_can_be_repeated(accounts):
    result = accounts.json("user", "disable", "张三")
    assert result["changed"] and not result["user"]["is_active"]
    assert (result["daemon_running"], result["sockets_closed"]) == (False, 0)
    assert not accounts.json("user", "disable", "张三")["changed"]
    assert accounts.json("user", "enable", "张三")["changed"]
    assert accounts.ok("user", "enable", "张三") == "张三 was enabled already\n"
    assert accounts.ok("user", "disable", "张三") == "张三 is disabled; no daemon is running\n"


def test_delete_removes_the_messages_too(accounts):
    accounts.daemon.sql(
        "INSERT INTO messager_message (uuid_id, message, unread, created_at, recipient_id, sender_id)"
        " SELECT 'a', 'hi', 1, '2026-01-01 00:00:00', a.id, b.id FROM auth_user a, auth_user b"
        " WHERE a.username = 'anna' AND b.username = '张三'"
    )
    assert accounts.json("user", "delete", "张三", "--yes")["deleted"]
    assert accounts.names() == ["anna"]
    assert accounts.daemon.sql("SELECT count(*) FROM messager_message") == [(0,)]


def test_delete_asks_on_a_terminal(accounts):
    with accounts.on_terminal("user", "delete", "anna") as terminal:
        terminal.answer("[y/N]", "n")
        assert terminal.wait() == FAILED
    assert accounts.names() == ["anna", "张三"]
    with accounts.on_terminal("user", "delete", "anna") as terminal:
        terminal.answer("[y/N]", "y")
        assert terminal.wait() == OK
    assert accounts.names() == ["张三"]


def test_delete_without_a_terminal_needs_yes(accounts):
    accounts.refuses(USAGE, "--yes", "user", "delete", "anna", input="y\n")
    assert accounts.names() == ["anna", "张三"]


# Passwords.


@pytest.mark.parametrize(
    "password, said",
    [
        ("short", "too short"), ("张三张三张三张", "too short"), ("1234567890", "all digits"), ("Somebody-1", "name or address"),
        ("some@example.com", "name or address"), ("tab\there it is", "control characters"), ("", "no password"),
    ],
)
def test_a_weak_password_is_refused(accounts, password, said):
    arguments = ("user", "add", "somebody-1", "--email", "some@example.com", "--password-stdin")
    accounts.refuses(FAILED, said, *arguments, input=password + "\n")
    assert accounts.names() == ["anna", "张三"]


@pytest.mark.parametrize("given", [PASSWORD, PASSWORD + "\n", PASSWORD + "\r\n", PASSWORD + "\nthe rest is not ours"])
def test_a_password_is_the_first_line_of_standard_input(accounts, given):
    accounts.ok("user", "set-password", "anna", "--password-stdin", input=given)
    assert accounts.password_is("anna", PASSWORD)


def test_set_password_replaces_the_old_one(accounts):
    result = accounts.json("user", "set-password", "张三", "--password-stdin", input="密码密码密码密码\n")
    assert result["user"]["username"] == "张三" and not result["daemon_running"]
    assert accounts.password_is("张三", "密码密码密码密码") and not accounts.password_is("张三", PASSWORD)


def test_a_password_cannot_stand_on_the_command_line(accounts):
    for arguments in (["--password", "secret-word"], ["--password=secret-word"]):
        result = accounts("user", "add", "bert", *arguments)
        assert result.returncode == USAGE and "--password-stdin" in result.stderr
        assert "secret-word" not in result.stderr


def test_a_terminal_is_asked_twice_and_shows_nothing(accounts):
    with accounts.on_terminal("user", "set-password", "张三") as terminal:
        seen = terminal.answer_hidden("New password for 张三: ", "first attempt")
        seen += terminal.answer_hidden("The same again: ", "another attempt")
        seen += terminal.answer_hidden("New password for 张三: ", "short")
        seen += terminal.answer_hidden("New password for 张三: ", "the real one")
        seen += terminal.answer_hidden("The same again: ", "the real one")
        seen += terminal.read_until("no daemon is running")
        assert terminal.wait() == OK and terminal.echoes
    assert "the two passwords differ" in seen and "too short" in seen
    assert "attempt" not in seen and "real" not in seen
    assert accounts.password_is("张三", "the real one")


def test_three_attempts_on_a_terminal_are_enough(accounts):
    with accounts.on_terminal("user", "add", "bert") as terminal:
        for _ in range(3):
            terminal.answer_hidden("New password for bert: ", "12345678")
        terminal.read_until("all digits")
        assert terminal.wait() == FAILED and terminal.echoes
    assert accounts.names() == ["anna", "张三"]


@pytest.mark.parametrize("keys, number", [(b"\x03", 2), (b"\x1c", 3), (None, 15), (None, 1)])
def test_a_signal_leaves_a_terminal_that_shows_what_is_typed(accounts, keys, number):
    with accounts.on_terminal("user", "set-password", "anna") as terminal:
        terminal.answer_hidden("New password for anna: ", "a good beginning")
        terminal.read_until("The same again: ")
        if keys:
            terminal.press(keys)
        else:
            terminal.process.send_signal(number)
        assert terminal.wait() == -number
        assert terminal.echoes
    assert accounts.password_is("anna", PASSWORD)


def test_an_end_of_file_on_the_terminal_changes_nothing(accounts):
    with accounts.on_terminal("user", "set-password", "anna") as terminal:
        terminal.answer_hidden("New password for anna: ", "a good beginning")
        terminal.read_until("The same again: ")
        terminal.press(b"\x04")
        terminal.read_until("no password was given")
        assert terminal.wait() == FAILED and terminal.echoes
    assert accounts.password_is("anna", PASSWORD)


def test_without_a_terminal_the_other_way_is_named(accounts):
    command = [accounts.daemon.bin_dir / "zanhu-admin", "-c", accounts.daemon.config_path, "user", "add", "bert"]
    result = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=accounts.daemon.environment,
        start_new_session=True, check=False,
    )
    assert result.returncode == USAGE and "--password-stdin" in result.stderr


# The database.


def test_a_missing_database_is_not_made_by_accident(admin):
    admin.refuses(DATABASE, "does not exist", "user", "list")
    admin.refuses(DATABASE, "--create-database", "user", "add", "anna", "--no-password")
    assert not admin.daemon.database_path.exists()


def test_a_new_database_is_for_its_owner_alone(accounts):
    assert accounts.daemon.database_path.stat().st_mode & 0o777 == 0o600


def test_a_locked_database_is_an_error_in_time(accounts):
    with accounts.daemon.database() as other:
        other.execute("BEGIN IMMEDIATE")
        accounts.refuses(DATABASE, "locked", "user", "disable", "anna")
        assert accounts.names() == ["anna", "张三"]
        other.execute("ROLLBACK")
    assert accounts.json("user", "disable", "anna")["changed"]


def test_a_file_that_is_no_database_is_left_alone(admin):
    admin.daemon.database_path.write_text("This is not a database, " * 50)
    before = admin.daemon.database_path.read_bytes()
    admin.refuses(DATABASE, "not a SQLite database", "user", "list")
    assert admin.daemon.database_path.read_bytes() == before


def make_foreign(daemon, *statements):
    with sqlite3.connect(daemon.database_path) as database:
        for statement in ("CREATE TABLE django_migrations (id integer)", *statements):
            database.execute(statement)


def test_a_foreign_database_is_used_only_when_the_configuration_says_so(admin):
    make_foreign(admin.daemon)
    admin.refuses(DATABASE, "migrate = never", "user", "list")
    admin.refuses(DATABASE, "migrate = never", "user", "add", "anna", "--no-password", "--create-database")
    admin.daemon.configure("database", "migrate", "never")
    admin.refuses(DATABASE, "has not the tables", "user", "list")
    assert admin.daemon.sql("SELECT name FROM sqlite_master") == [("django_migrations",)]


def test_the_accounts_of_a_django_site_can_be_changed_in_place(accounts, make_daemon):
    tables = [
        sql for name, sql in accounts.daemon.sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        if name in ("auth_user", "django_session", "messager_message")
    ]
    site = Admin(make_daemon.prepare({"database": {"migrate": "never"}}))
    make_foreign(site.daemon, *tables)
    assert site.ok("user", "add", "django", "--no-password") == "added django with id 1\n"
    assert site.daemon.sql("PRAGMA journal_mode") == [("delete",)]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_root_does_not_touch_the_database_of_another_user(accounts):
    before = sorted(accounts.daemon.state_directory.iterdir())
    os.chown(accounts.daemon.database_path, 65534, 65534)
    error = accounts.refuses(DATABASE, "runuser -u", "user", "list")
    assert "belongs to the user nobody" in error["message"]
    assert sorted(accounts.daemon.state_directory.iterdir()) == before
    os.remove(accounts.daemon.database_path)
    os.chown(accounts.daemon.state_directory, 65534, 65534)
    accounts.refuses(DATABASE, "runuser -u", "user", "add", "bert", "--no-password", "--create-database")


# Configuration and usage.


def test_a_wrong_configuration_is_reported_whole(accounts):
    accounts.daemon.configure("server", "loops", "many")
    accounts.daemon.configure("site", "no_such_key", "1")
    result = accounts("user", "list")
    assert result.returncode == CONFIGURATION and result.stdout == ""
    lines = result.stderr.splitlines()
    assert len(lines) == 2 and all(line.startswith(f"zanhu-admin: {accounts.daemon.config_path}:") for line in lines)
    error = json.loads(accounts("user", "list", "--json").stderr)
    assert error["error"] == "configuration" and error["message"].count("\n") == 1


def test_a_missing_configuration_file_is_an_error(accounts):
    accounts.daemon.config_path.unlink()
    accounts.refuses(CONFIGURATION, "zanhu.ini", "user", "list")


def run(admin, *arguments, **variables):
    return subprocess.run(
        [admin.daemon.bin_dir / "zanhu-admin", *arguments], env={**admin.daemon.environment, **variables},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )


def test_the_environment_may_name_the_file(accounts):
    result = run(accounts, "user", "list", "--json", ZANHU_CONFIG=str(accounts.daemon.config_path))
    assert len(json.loads(result.stdout)) == 2


def test_options_may_stand_anywhere(accounts):
    config = str(accounts.daemon.config_path)
    for arguments in (["--json", "-c", config, "user", "list"], ["user", "list", f"--config={config}", "--json"]):
        assert len(json.loads(run(accounts, *arguments).stdout)) == 2, arguments
    assert accounts("user", "show", "--", "-x").returncode == FAILED


def test_the_demo_has_a_place_of_its_own(accounts, tmp_path):
    place = tmp_path / "demo"
    arguments = ["--demo", "user", "add", "anna", "--no-password", "--create-database"]
    assert run(accounts, *arguments, ZANHU_DEMO_DIR=str(place)).returncode == OK
    assert place.stat().st_mode & 0o777 == 0o700
    result = run(accounts, "--demo", "user", "list", "--json", ZANHU_DEMO_DIR=str(place))
    assert [user["username"] for user in json.loads(result.stdout)] == ["anna"]
    assert accounts.names() == ["anna", "张三"]


def test_config_shows_what_is_in_force_without_secrets(accounts):
    secret = accounts.daemon.settings["site"]["secret_key"]
    text = accounts.ok("config")
    assert "busy_timeout = 200ms" in text and secret not in text
    config = accounts.json("config")
    assert config["file"] == str(accounts.daemon.config_path)
    assert config["sections"]["database"]["busy_timeout"]["value"] == "200ms"
    assert str(accounts.daemon.config_path) in config["sections"]["database"]["busy_timeout"]["from"]
    assert config["sections"]["server"]["max_connections"] == {"value": "20000", "from": "default"}
    assert config["sections"]["site"]["secret_key"]["value"] is None
    assert config["sections"]["route.messages"]["consumer"]["value"] == "MessagesConsumer"
    assert secret not in json.dumps(config)
    other = accounts.json("--socket", "other.sock", "config")["sections"]["server"]["admin_socket"]
    assert other == {"value": str(accounts.daemon.directory / "other.sock"), "from": "--socket"}


@pytest.mark.parametrize("arguments", [["status"], ["broadcast", "hello"]])
def test_without_a_daemon_there_is_an_exit_code_for_it(accounts, arguments):
    error = accounts.refuses(NO_DAEMON, str(accounts.daemon.socket_path), *arguments)
    assert error["error"] == "no_daemon"


@pytest.mark.parametrize(
    "arguments",
    [
        [], ["user"], ["user", "rename"], ["dance"], ["user", "add"], ["user", "show", "a", "b"], ["user", "list", "x"],
        ["--bogus", "version"], ["version", "--bogus"], ["user", "add", "a", "--email"], ["version", "--json=1"],
        ["user", "add", "a", "--no-password", "--password-stdin"], ["broadcast"], ["broadcast", "two", "words"],
        ["broadcast", " \t\n"], ["broadcast", "hi", "--group", "a", "--user", "b"], ["broadcast", "hi", "--group", "张三"],
        ["broadcast", "hi", "--user", ""], ["broadcast", "x" * 65537],
    ],
)
def test_wrong_usage_has_an_exit_code_of_its_own(admin, arguments):
    result = admin(*arguments)
    assert (result.returncode, result.stdout) == (USAGE, ""), result
    assert result.stderr.startswith("zanhu-admin: ") and result.stderr.count("\n") == 1


@pytest.mark.parametrize("command", COMMANDS)
def test_help_says_how_each_command_is_used(admin, command):
    text = run(admin, *command.split(), "--help")
    assert (text.returncode, text.stderr) == (OK, "")
    assert f"zanhu-admin {command}" in text.stdout and "Exit codes: 0 " in text.stdout
    assert run(admin, "help", *command.split()).stdout == text.stdout
    assert command in run(admin, "--help").stdout


def test_version_is_printed(admin):
    told = json.loads(run(admin, "version", "--json").stdout)
    abi = f"plugin ABI {told['plugin_abi']}, {told['plugin_compiler']}"
    assert run(admin, "version").stdout == f"zanhu-admin {told['version']}\n{abi}\n"


def test_output_that_cannot_be_written_is_an_error(accounts):
    with open("/dev/full", "w", encoding="utf-8") as full:
        command = [accounts.daemon.bin_dir / "zanhu-admin", "-c", accounts.daemon.config_path, "user", "list"]
        result = subprocess.run(
            command, env=accounts.daemon.environment, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert result.returncode == FAILED and "could not be written" in result.stderr
