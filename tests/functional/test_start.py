"""Starting: the configuration's check, a second daemon, the background."""

import os
import re
import resource
import signal
import socket
import subprocess

import pytest

from deadlines import PATIENCE, wait_until
from person import Person
from raw_http import raw_request
from zanhu_daemon import DEMO_PASSWORD, SECRET_KEY

CONFIG_ERROR = 78
GOOD_SITE = f"[site]\nsecret_key = {SECRET_KEY}\n"

BAD_CONFIGS = {
    "an unknown section": (GOOD_SITE + "[sevrer]\nlisten = 127.0.0.1:0\n", ["sevrer", "server"]),
    "an unknown key": (
        GOOD_SITE + "[server]\nlissten = 127.0.0.1:0\n",
        ["[server] lissten", "did you mean `listen`"],
    ),
    "a number that is none": (GOOD_SITE + "[server]\nloops = many\n", ["[server] loops", "many"]),
    "a duration without a known unit": (
        GOOD_SITE + "[http]\nhead_timeout = 3parsecs\n",
        ["[http] head_timeout", "20s"],
    ),
    "a duration below its least": (
        GOOD_SITE + "[http]\nhead_timeout = 1ms\n",
        ["[http] head_timeout", "100ms"],
    ),
    "a size that is none": (GOOD_SITE + "[http]\nmax_body_size = big\n", ["[http] max_body_size", "1MiB"]),
    "a choice that there is not": (GOOD_SITE + "[logging]\nlevel = loud\n", ["[logging] level", "warning"]),
    "a key twice": (GOOD_SITE + "secret_key = x\n", ["secret_key", "twice"]),
    "a short secret key": ("[site]\nsecret_key = short\n", ["[site] secret_key", "openssl rand"]),
    "the sample's secret key": ("[site]\nsecret_key = change-me\n", ["[site] secret_key", "openssl rand"]),
    "no secret key": ("[server]\nloops = 1\n", ["[site] secret_key", "openssl rand"]),
    "an address without a port": (GOOD_SITE + "[server]\nlisten = 127.0.0.1\n", ["[server] listen"]),
    "a variable that is not set": (GOOD_SITE + "[site2]\n", ["site2"]),
    "an unresolved variable": (GOOD_SITE + "[server]\nadmin_socket = ${system.env.NOT_SET_AT_ALL}/a\n",
                               ["[server] admin_socket", "NOT_SET_AT_ALL"]),
    "a redis url of another kind": (
        GOOD_SITE + "[redis]\nurl = http://localhost\n",
        ["[redis] url", "redis://"],
    ),
    "a layer that there is not": (
        GOOD_SITE + "[channel_layer]\nbackend = kafka\n",
        ["[channel_layer] backend", "memory"],
    ),
    "another database": (
        GOOD_SITE + "[database]\nurl = oracle://localhost/x\n",
        ["[database] url", "sqlite"],
    ),
    "a middleware that there is not": (
        GOOD_SITE + "[routing]\nwebsocket = origin, nothing, routes\n",
        ["[routing] websocket", "nothing"],
    ),
    "the session before the cookies": (
        GOOD_SITE + "[routing]\nwebsocket = origin, SessionMiddleware, CookieMiddleware, AuthMiddleware, routes\n",
        ["[routing] websocket", "SessionMiddleware", "cookies"]),
    "a chain without its routes": (
        GOOD_SITE + "[routing]\nwebsocket = origin, auth\n",
        ["[routing] websocket", "routes"],
    ),
    "a route without its section": (GOOD_SITE + "[routes]\nlist = lost\n", ["lost"]),
    "a consumer that there is not": (
        GOOD_SITE + "[routes]\nlist = x\n[route.x]\npath = x/\nconsumer = NoConsumer\n",
        ["[route.x]", "NoConsumer"],
    ),
    "a converter that there is not": (
        GOOD_SITE + "[routes]\nlist = x\n[route.x]\npath = <float:a>/\nconsumer = EchoConsumer\n",
        ["[route.x] path", "float"],
    ),
    "the pages as a consumer": (
        GOOD_SITE + "[routes]\nlist = x\n[route.x]\npath = x/\nconsumer = Site\n",
        ["[route.x] consumer", "Site", "EchoConsumer"],
    ),
    "a consumer as the pages": (
        GOOD_SITE + "[routing]\nhttp = auth, EchoConsumer\n",
        ["[routing] http", "EchoConsumer", "there are: Site"],
    ),
    "a log file where there is no directory": (
        GOOD_SITE + "[logging]\nfile = /nowhere/at/all/zanhu.log\n",
        ["[logging] file", "/nowhere/at/all"],
    ),
    "a group with a blank": (
        GOOD_SITE + "user_group = foo bar {username}\n",
        ["[site] user_group", "foo bar"],
    ),
    "an empty list of origins": (
        GOOD_SITE + "[origin]\nclass = OriginValidator\n",
        ["[origin] allowed_origins"],
    ),
    "a group without the user's name": (
        GOOD_SITE + "user_group = everybody\n",
        ["[site] user_group", "{username}"],
    ),
    "a comment behind a value": (GOOD_SITE + "[server]\nloops = 2 ; two\n", ["[server] loops"]),
    "text outside of sections": ("nonsense\n" + GOOD_SITE, ["nonsense"]),
}


def run(bin_dir, directory, *arguments, environment=None):
    clean = {"PATH": os.environ["PATH"], "HOME": str(directory)}
    for name in ("LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"):
        if name in os.environ:
            clean[name] = os.environ[name]
    return subprocess.run(
        [bin_dir / "zanhu", *arguments], env={**clean, **(environment or {})}, text=True, capture_output=True,
        timeout=PATIENCE, cwd=directory, check=False,
    )


@pytest.mark.parametrize("name", BAD_CONFIGS)
def test_the_check_names_what_is_wrong_with(bin_dir, tmp_path, name):
    text, said = BAD_CONFIGS[name]
    config = tmp_path / "zanhu.ini"
    config.write_text(text)
    for arguments in (["--check-config"], []):
        done = run(bin_dir, tmp_path, "--config", str(config), *arguments)
        assert done.returncode == CONFIG_ERROR, done.stdout + done.stderr
        for words in (str(config), *said):
            assert words in done.stderr
    assert not (tmp_path / ".local").exists(), "a configuration that is refused leaves nothing behind"


def test_all_problems_are_named_at_once_with_file_and_line(bin_dir, tmp_path):
    config = tmp_path / "zanhu.ini"
    config.write_text("[site]\nsecret_key = short\n[server]\nloops = many\nlissten = x\n")
    done = run(bin_dir, tmp_path, "--config", str(config), "--check-config")
    assert sorted(re.findall(rf"{re.escape(str(config))}:(\d+)", done.stderr)) == ["2", "4", "5"]


def test_a_good_configuration_is_in_order(make_daemon, bin_dir):
    daemon = make_daemon.prepare()
    done = run(bin_dir, daemon.directory, "--config", str(daemon.config_path), "--check-config")
    assert (done.returncode, done.stderr) == (0, "")
    assert "in order" in done.stdout


def test_the_check_starts_nothing(make_daemon, bin_dir):
    daemon = make_daemon()
    done = run(bin_dir, daemon.directory, "--config", str(daemon.config_path), "--check-config")
    assert done.returncode == 0, "also while a daemon runs with that configuration"


def test_a_configuration_that_is_not_there_is_an_error(bin_dir, tmp_path):
    done = run(bin_dir, tmp_path, "--config", "nowhere.ini")
    assert done.returncode == CONFIG_ERROR and "nowhere.ini" in done.stderr


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"REDIS_URL": "http://localhost:6379"}, ["REDIS_URL", "scheme"]),
        ({"ZANHU_SERVER_LOOPS": "many"}, ["ZANHU_SERVER_LOOPS", "many"]),
        ({"ZANHU_SERVER_LOPS": "1"}, ["ZANHU_SERVER_LOPS"]),
        ({"DATABASE_URL": "postgres://localhost/x"}, ["DATABASE_URL"]),
    ],
)
def test_a_bad_variable_is_refused_by_its_name(make_daemon, bin_dir, environment, said):
    daemon = make_daemon.prepare()
    for arguments in (["--check-config"], []):
        command = ["--config", str(daemon.config_path), *arguments]
        done = run(bin_dir, daemon.directory, *command, environment=environment)
        assert done.returncode == CONFIG_ERROR
        for words in said:
            assert words in done.stderr


def test_the_environment_stands_above_the_file(make_daemon):
    daemon = make_daemon({"site": {"secret_key": "change-me"}}, environment={"DJANGO_SECRET_KEY": SECRET_KEY})
    Person(daemon, daemon.add_user("alice")).log_in()


def test_help_and_version_are_said_and_nothing_is_started(bin_dir, tmp_path):
    done = run(bin_dir, tmp_path, "--help")
    assert done.returncode == 0 and "--check-config" in done.stdout
    done = run(bin_dir, tmp_path, "--version")
    assert done.returncode == 0 and re.fullmatch(r"zanhu \d+\.\d+\.\d+\nplugin ABI \d+, .+\n", done.stdout)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [["--nonsense"], ["nonsense"], ["--config"], ["-c"], ["--daemon", "--nonsense"], ["--demo=x"]],
)
def test_wrong_usage_is_told_from_a_bad_configuration(bin_dir, tmp_path, arguments):
    done = run(bin_dir, tmp_path, *arguments)
    assert done.returncode == 64
    assert re.fullmatch(r"zanhu: .*; see zanhu --help\n", done.stderr)


def test_a_file_that_cannot_be_read_is_the_only_problem(bin_dir, tmp_path):
    done = run(bin_dir, tmp_path, "--config", "nowhere.ini", "--check-config")
    assert done.returncode == CONFIG_ERROR
    assert "nowhere.ini" in done.stderr and len(done.stderr.splitlines()) == 1


def test_all_problems_of_the_tree_come_together(bin_dir, tmp_path):
    config = tmp_path / "zanhu.ini"
    config.write_text(
        GOOD_SITE + "[routing]\nwebsocket = origin, nothing, auth, routes\n[origin]\nclass = OriginValidator\n"
        "[routes]\nlist = x, y\n[route.x]\npath = <float:a>/\nconsumer = EchoConsumer\n"
        "[route.y]\npath = y/\nconsumer = Nobody\n"
    )
    done = run(bin_dir, tmp_path, "--config", str(config), "--check-config")
    assert done.returncode == CONFIG_ERROR
    lines = done.stderr.splitlines()
    assert len(lines) == 4 and all(line.startswith(str(config)) for line in lines)
    for words in ("[routing] websocket", "[origin] allowed_origins", "[route.x] path", "[route.y] consumer"):
        assert words in done.stderr


# A second daemon.


def test_a_second_daemon_with_the_same_configuration_is_refused(make_daemon):
    daemon = make_daemon()
    places = {"listen": f"127.0.0.1:{daemon.port}", "admin_socket": daemon.socket_path}
    second = make_daemon.prepare({"server": places})
    second.expected_exit = (CONFIG_ERROR,)
    second.spawn()
    assert second.wait() == CONFIG_ERROR
    assert "another zanhu" in second.log() and str(daemon.pid) in second.log()
    assert raw_request(daemon, "GET", "/login/").status == 200
    assert daemon.admin("status").returncode == 0


def test_a_second_daemon_on_the_same_address_is_refused_whatever_its_socket(make_daemon):
    daemon = make_daemon()
    second = make_daemon.prepare({"server": {"listen": f"127.0.0.1:{daemon.port}"}})
    second.expected_exit = (CONFIG_ERROR,)
    second.spawn()
    assert second.wait() == CONFIG_ERROR
    assert f"127.0.0.1:{daemon.port}" in second.log()
    assert raw_request(daemon, "GET", "/login/").status == 200


def test_an_address_that_another_program_has_is_refused(make_daemon):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        daemon = make_daemon.prepare({"server": {"listen": f"127.0.0.1:{port}"}})
        daemon.expected_exit = (CONFIG_ERROR,)
        daemon.spawn()
        assert daemon.wait() == CONFIG_ERROR
        assert f"127.0.0.1:{port}" in daemon.log()


def test_a_daemon_that_was_killed_leaves_nothing_in_the_way(make_daemon):
    daemon = make_daemon()
    Person(daemon, daemon.add_user("alice")).log_in()
    daemon.kill()
    assert daemon.socket_path.exists()
    daemon.restart()
    assert daemon.admin("status").returncode == 0
    Person(daemon, "alice").log_in()


# The background.


def test_the_daemon_goes_into_the_background(make_daemon):
    daemon = make_daemon.prepare()
    log, pidfile = daemon.directory / "own.log", daemon.directory / "zanhu.pid"
    daemon.configure("logging", "file", log)
    done = run(daemon.bin_dir, daemon.directory, "--config", "zanhu.ini", "--daemon", "--pidfile", str(pidfile))
    assert (done.returncode, done.stderr) == (0, "")
    pid = int(wait_until(lambda: pidfile.exists() and pidfile.read_text().strip(), "the pid file is written"))
    try:
        listens = re.compile(r"listens on \S+:(\d+)\s")
        line = wait_until(lambda: log.exists() and listens.search(log.read_text()), "it listens")
        daemon.port = int(line.group(1))
        assert raw_request(daemon, "GET", "/login/").status == 200
        assert daemon.admin("status").returncode == 0
    finally:
        os.kill(pid, signal.SIGTERM)
    wait_until(lambda: not os.path.exists(f"/proc/{pid}"), "the daemon has ended")
    assert not pidfile.exists()
    assert "ended" in log.read_text()


@pytest.fixture
def in_background(make_daemon):
    """Starts with --daemon; whatever was started is ended."""
    pidfiles = []

    def start(daemon, *arguments, environment=None):
        pidfile = daemon.directory / "zanhu.pid"
        pidfiles.append(pidfile)
        return run(daemon.bin_dir, daemon.directory, *arguments, "--daemon", "--pidfile", str(pidfile),
                   environment=environment)

    yield start
    for pidfile in pidfiles:
        if pidfile.exists():
            pid = int(pidfile.read_text())
            os.kill(pid, signal.SIGTERM)
            wait_until(lambda: not os.path.exists(f"/proc/{pid}"), "the daemon has ended")  # noqa: B023


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        (["-c", "zanhu.ini"], {}),
        (["-czanhu.ini"], {}),
        (["--config=zanhu.ini"], {}),
        (["--conf=zanhu.ini"], {}),
        ([], {"ZANHU_CONFIG": "zanhu.ini"}),
    ],
)
def test_the_shell_waits_until_the_daemon_serves(make_daemon, in_background, arguments, environment):
    log = "zanhu-own.log"
    daemon = make_daemon.prepare({"logging": {"file": log}})
    done = in_background(daemon, *arguments, environment=environment)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "listens on" in (daemon.state_directory / log).read_text()
    pid = int((daemon.directory / "zanhu.pid").read_text())
    assert os.readlink(f"/proc/{pid}/cwd") == "/"
    os.kill(pid, signal.SIGHUP)
    wait_until(lambda: "configuration read again" in (daemon.state_directory / log).read_text(),
               "the file is found again")


def test_the_shell_sees_why_the_daemon_does_not_serve(make_daemon, in_background):
    first = make_daemon()
    listen = {"listen": f"127.0.0.1:{first.port}"}
    second = make_daemon.prepare({"server": listen, "logging": {"file": "own.log"}})
    done = in_background(second, "-c", "zanhu.ini")
    assert done.returncode == CONFIG_ERROR and listen["listen"] in done.stderr
    assert listen["listen"] in (second.state_directory / "own.log").read_text()
    assert not (second.directory / "zanhu.pid").exists()


def test_a_start_that_is_refused_leaves_the_pid_file_of_the_first(make_daemon, in_background):
    daemon = make_daemon.prepare({"logging": {"file": "own.log"}})
    assert in_background(daemon, "-c", "zanhu.ini").returncode == 0
    pid = (daemon.directory / "zanhu.pid").read_text()
    again = in_background(daemon, "-c", "zanhu.ini")
    assert again.returncode == CONFIG_ERROR and "another zanhu" in again.stderr
    assert (daemon.directory / "zanhu.pid").read_text() == pid


def test_the_background_needs_a_log_file(make_daemon, in_background):
    done = in_background(make_daemon.prepare(), "-c", "zanhu.ini")
    assert done.returncode == CONFIG_ERROR and "[logging] file" in done.stderr


def test_the_shell_sees_what_is_wrong_before_the_daemon_leaves_it(make_daemon):
    daemon = make_daemon.prepare({"server": {"loops": "many"}})
    done = run(daemon.bin_dir, daemon.directory, "--config", "zanhu.ini", "--daemon")
    assert done.returncode == CONFIG_ERROR and "[server] loops" in done.stderr


# The demo.


def test_the_demo_says_what_it_is_and_has_two_people(make_daemon):
    demo = make_daemon(demo=True)
    wait_until(lambda: "Ctrl-C" in demo.log(), "the demo says what it is")  # behind the line that it listens
    said = demo.log()
    assert "demo" in said and demo.url in said and DEMO_PASSWORD in said
    for name in ("alice", "bob"):
        Person(demo, name, DEMO_PASSWORD).log_in()


@pytest.mark.parametrize("address", ["0.0.0.0:0", "[::]:0"])
def test_the_demo_listens_on_this_machine_only(make_daemon, address):
    demo = make_daemon.prepare(demo=True, environment={"ZANHU_SERVER_LISTEN": address})
    demo.expected_exit = (CONFIG_ERROR,)
    demo.spawn()
    assert demo.wait() == CONFIG_ERROR
    assert "loopback" in demo.log()


def test_the_demo_has_a_database_of_its_own_whatever_is_configured(make_daemon):
    environment = {"DATABASE_URL": "postgres://localhost/x", "REDIS_URL": "redis://localhost"}
    demo = make_daemon(demo=True, environment=environment)
    Person(demo, "alice", DEMO_PASSWORD).log_in()
    assert demo.database_path.exists()


def test_the_check_of_the_demo_makes_no_files(bin_dir, tmp_path):
    done = run(bin_dir, tmp_path, "--demo", "--check-config")
    assert (done.returncode, done.stderr) == (0, "") and list(tmp_path.iterdir()) == []


# The log file.


def log_to_file(make_daemon):
    daemon = make_daemon.prepare()
    log = daemon.directory / "logs" / "own.log"
    log.parent.mkdir()
    daemon.configure("logging", "file", log)
    daemon.configure("logging", "level", "debug")
    daemon.spawn()
    listens = re.compile(r"listens on (\S+):(\d+)\s")
    line = wait_until(lambda: log.exists() and listens.search(log.read_text()), "it listens")
    daemon.host, daemon.port = line.group(1), int(line.group(2))
    return daemon, log


def test_the_log_file_is_opened_again_for_the_rotation(make_daemon):
    daemon, log = log_to_file(make_daemon)
    log.rename(log.with_suffix(".1"))
    daemon.signal(signal.SIGUSR1)
    wait_until(log.exists, "the log is opened again")
    daemon.signal(signal.SIGHUP)
    wait_until(lambda: "configuration read again" in log.read_text(), "it is written to the new file")


def test_a_log_directory_that_is_gone_is_an_error_in_the_former_file(make_daemon):
    daemon, log = log_to_file(make_daemon)
    gone = log.parent.with_name("gone")
    log.parent.rename(gone)
    daemon.signal(signal.SIGUSR1)
    wait_until(lambda: "cannot open" in (gone / log.name).read_text(), "the former file stays in use")
    assert raw_request(daemon, "GET", "/login/").status == 200


def test_a_log_that_cannot_be_written_does_not_end_the_daemon(make_daemon):
    daemon, _ = log_to_file(make_daemon)
    before = resource.prlimit(daemon.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(daemon.pid, resource.RLIMIT_FSIZE, (0, before[1]))
    daemon.signal(signal.SIGHUP)
    assert raw_request(daemon, "GET", "/login/", host="elsewhere.example").status == 400
    assert raw_request(daemon, "GET", "/login/").status == 200
    resource.prlimit(daemon.pid, resource.RLIMIT_FSIZE, before)
    status = daemon.admin("status", "--json")
    assert '"log_lines_lost_total":0' not in status.stdout.replace(" ", "") and "log_lines_lost_total" in status.stdout


def test_without_the_demo_there_are_no_accounts(make_daemon):
    daemon = make_daemon()
    assert Person(daemon, "alice", DEMO_PASSWORD).try_log_in().status == 200
    assert daemon.sql("SELECT count(*) FROM auth_user") == [(0,)]
