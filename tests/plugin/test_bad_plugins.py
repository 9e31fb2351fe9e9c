"""Each kind of bad plugin stops the start with a message that names it, or fails in its own connection only."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from deadlines import PATIENCE
from raw_http import raw_request
from raw_websocket import TEXT, RawWebSocket, answer_to

HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="session")
def bad(installed):
    """The directory of the bad plugins."""
    number, compiler = installed.abi()
    return installed.build(HERE / "bad", f"-DOUR_NUMBER={number}", f"-DOUR_COMPILER={compiler}")


def start(daemon, check=True, **options):
    command = [*daemon.command, "--check-config"] if check else daemon.command
    return subprocess.run(
        command, text=True, capture_output=True, env=daemon.environment, timeout=PATIENCE, check=False, **options
    )


def settings(*libraries, **sections):
    return {"plugins": {"load": ", ".join(str(library) for library in libraries)}, **sections}


def refused(make_daemon, *libraries, **sections):
    """What the check says; the start says the same."""
    daemon = make_daemon.prepare(settings(*libraries, **sections))
    checked, started = start(daemon), start(daemon, check=False)
    assert checked.returncode == started.returncode == 78, started.stderr
    assert checked.stderr == started.stderr
    assert str(daemon.config_path) in checked.stderr
    return checked.stderr


@pytest.mark.parametrize(
    "name, told",
    [
        ("no_abi", ["is no plugin of zanhu", "does not export zanhu_plugin_abi()"]),
        ("silent", ["is no plugin of zanhu", "does not say for which ABI it is"]),
        ("no_manifest", ["is no plugin of zanhu", "has no manifest"]),
        ("other_abi", ["was built for another zanhu", "ABI 999", "build it again"]),
        ("other_compiler", ["was built for another zanhu", "gcc 4"]),
        ("missing_symbol", ["cannot be loaded", "undefined symbol", "zanhu_has_no_such_function"]),
        ("empty", ["exports no class"]),
        ("twice", ["exports 'Same' twice"]),
    ],
)
def test_a_library_that_is_no_usable_plugin_is_refused(bad, make_daemon, name, told):
    said = refused(make_daemon, bad / f"{name}.so")
    assert said.count("\n") == 1
    for words in ["[plugins] load: ", f"{name}.so", *told]:
        assert words in said


def test_what_is_no_library_is_refused(bad, make_daemon, tmp_path):
    text = tmp_path / "text.so"
    text.write_text("not a library, though long enough to be read as the head of one " * 10)
    empty = tmp_path / "nothing.so"
    empty.touch()
    cut = tmp_path / "cut.so"
    cut.write_bytes((bad / "one.so").read_bytes()[:5000])
    directory = tmp_path / "directory.so"
    directory.mkdir()
    gone = tmp_path / "gone.so"
    gone.symlink_to(tmp_path / "nowhere.so")
    missing = tmp_path / "missing.so"
    said = refused(make_daemon, text, empty, cut, directory, gone, missing).splitlines()
    assert len(said) == 6
    for line, words in zip(said, ["text.so", "nothing.so", "cut.so", "directory.so", "gone.so", "missing.so"]):
        assert words in line
    assert "cannot be loaded" in said[0] and "ends in the middle" in said[2] and "is not a file" in said[3]
    assert "is not there" in said[4] and "is not there" in said[5]


def test_a_library_that_the_daemon_may_not_read_is_refused(installed, bad):
    directory = Path(tempfile.mkdtemp(prefix="zanhu-plugin-"))
    try:
        directory.chmod(0o755)
        library = shutil.copy(bad / "one.so", directory / "one.so")
        os.chmod(library, 0)
        config = directory / "zanhu.ini"
        config.write_text(f"[site]\nsecret_key = {'s' * 40}\n[plugins]\nload = {library}\n")
        command = [installed.bin_dir / "zanhu", "--config", config, "--check-config"]
        as_nobody = {"user": 65534, "group": 65534} if os.getuid() == 0 else {}
        for part in installed.bin_dir.parents:  # pytest's directories are for their owner alone
            if as_nobody and part.stat().st_uid == 0 and not part.stat().st_mode & 0o001:
                part.chmod(part.stat().st_mode | 0o011)
        done = subprocess.run(
            command, text=True, capture_output=True, cwd="/", timeout=PATIENCE, check=False, **as_nobody
        )
        assert done.returncode == 78 and "one.so` cannot be read" in done.stderr, done.stderr
    finally:
        shutil.rmtree(directory)


@pytest.mark.parametrize("entry", ["./one.so", "plugins/one"])
def test_a_relative_path_is_refused(make_daemon, entry):
    assert "is a relative path; write an absolute one" in refused(make_daemon, entry)


def test_a_relative_directory_is_refused(make_daemon):
    daemon = make_daemon.prepare({"plugins": {"load": "one", "directory": "plugins"}})
    done = start(daemon)
    assert done.returncode == 78 and "[plugins] directory: `plugins` is relative" in done.stderr


def test_one_name_in_two_libraries_is_refused_with_both(bad, make_daemon):
    said = refused(make_daemon, bad / "one.so", bad / "another.so")
    assert f"'Same' is in the plugin {bad}/one.so and in the plugin {bad}/another.so" in said


def test_the_name_of_a_class_of_zanhus_own_is_refused(bad, make_daemon):
    said = refused(make_daemon, bad / "built_in.so")
    assert f"'EchoConsumer' is in zanhu itself and in the plugin {bad}/built_in.so" in said


def test_a_converter_that_cannot_be_is_refused(bad, make_daemon):
    said = refused(make_daemon, bad / "slug.so", bad / "word.so", bad / "word_again.so", bad / "lookahead.so")
    slug, word, ahead = said.splitlines()
    assert f"the plugin {bad}/slug.so: " in slug and "'slug'" in slug
    assert f"the plugin {bad}/word_again.so: " in word and "'word'" in word
    assert f"the plugin {bad}/lookahead.so: " in ahead and "'ahead'" in ahead


def test_a_library_that_is_listed_twice_is_refused(bad, make_daemon, tmp_path):
    link = tmp_path / "link.so"
    link.symlink_to(bad / "one.so")
    assert "link.so` is in the list twice" in refused(make_daemon, bad / "one.so", link)


def test_a_plugin_of_which_nothing_is_used_does_no_harm(bad, make_daemon):
    done = start(make_daemon.prepare(settings(bad / "faulty.so", bad / "one.so")))
    assert (done.returncode, done.stderr) == (0, "")


def use(name):
    return {"routing": {"websocket": "origin, faulty, auth, routes"}, "faulty": {"class": name}}


@pytest.mark.parametrize(
    "name, told",
    [
        ("ThrowsInConstructor", ["failed in its constructor: no constructor today"]),
        ("ThrowsInKeys", ["failed in keys(): no keys today"]),
        ("ThrowsInConfigure", ["failed in configure(): no configuration today"]),
        ("ThrowsNumber", ["failed in configure(): an exception that is no std::exception"]),
    ],
)
def test_what_a_factory_throws_stops_the_start_with_file_and_class(bad, make_daemon, name, told):
    said = refused(make_daemon, bad / "faulty.so", **use(name))
    for words in [f"'{name}' of the plugin {bad}/faulty.so", *told]:
        assert words in said


@pytest.mark.parametrize(
    "name, told", [("ThrowsInWrap", "failed in wrap(): no middleware today"), ("GivesNothing", "gave nothing in wrap()")]
)
def test_a_factory_that_makes_nothing_stops_the_start(bad, make_daemon, name, told):
    done = start(make_daemon.prepare(settings(bad / "faulty.so", **use(name))), check=False)
    assert done.returncode == 78
    assert f"'{name}' of the plugin {bad}/faulty.so" in done.stderr and told in done.stderr


def test_what_a_factory_says_of_its_key_is_told_with_its_place(bad, make_daemon):
    sections = use("RefusesItsKey")
    sections["faulty"]["colour"] = "green"
    said = refused(make_daemon, bad / "faulty.so", **sections)
    assert "[faulty] colour: is out of fashion; choose red" in said and "faulty.so" in said
    sections["faulty"]["colour"] = "blue"
    assert "[faulty] colour: " in refused(make_daemon, bad / "faulty.so", **sections)


@pytest.fixture(scope="module")
def failing(bad, make_module_daemon):
    return make_module_daemon(settings(bad / "faulty.so", **use("Failing")))


@pytest.mark.parametrize("where", ["run", "coroutine"])
def test_an_exception_ahead_of_the_accept_is_a_500_of_one_connection(failing, where):
    assert answer_to(failing, f"/ws/echo/?{where}").status == 500
    still_serves(failing)


@pytest.mark.parametrize("path", ["/ws/echo/", "/ws/echo-async/"])
@pytest.mark.parametrize("where", ["send", "event", "every_event"])
def test_an_exception_in_a_filter_closes_one_connection(failing, path, where):
    with RawWebSocket(failing, f"{path}?{where}") as socket, RawWebSocket(failing, path) as other:
        socket.send_frame(TEXT, "hello")
        assert socket.answer_close().close_code == 1011
        other.echo()
    still_serves(failing)


def still_serves(daemon):
    assert daemon.is_running
    assert raw_request(daemon, "GET", "/login/").status == 200
    with RawWebSocket(daemon) as socket:
        socket.echo()
        socket.close_normally()
