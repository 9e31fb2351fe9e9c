"""The real daemon as a process of its own, with a configuration, a database and an admin socket of its own."""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
from pathlib import Path

from deadlines import PATIENCE, wait_until
from door import Door

SECRET_KEY = "functional-tests-secret-key-0123456789"
DEMO_PASSWORD = "zanhu-demo"
SANITIZER_REPORT = re.compile(
    r"ERROR: (Address|Leak)Sanitizer|WARNING: ThreadSanitizer|runtime error: |Assertion .* failed"
)
ECHO_ROUTES = {
    "routes": {"list": "echo, echo_async, notifications, messages"},
    "route.echo": {"path": "ws/echo/", "consumer": "EchoConsumer"},
    "route.echo_async": {"path": "ws/echo-async/", "consumer": "EchoAsyncConsumer"},
    "route.notifications": {"path": "ws/notifications/", "consumer": "NotificationsConsumer"},
    "route.messages": {"path": "ws/<str:username>/", "consumer": "MessagesConsumer"},
}


def ini_text(settings):
    lines = []
    for section, keys in settings.items():
        lines.append(f"[{section}]")
        lines += [f"{key} = {value}" for key, value in keys.items()]
    return "\n".join(lines) + "\n"


def clean_environment(home):
    """Nothing of the tester's own settings (REDIS_URL, SECRET_KEY, ZANHU_...) reaches the daemon."""
    kept = ("PATH", "LANG", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    environment["HOME"] = str(home)
    return environment


class Daemon(Door):
    """Not started by its constructor. `settings` is {section: {key: value}} over the tests' own defaults."""

    def __init__(self, bin_dir, directory, settings=None, demo=False, environment=None):
        super().__init__()
        self.bin_dir = Path(bin_dir)
        self.directory = Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.demo = demo
        self.arguments = []  # more of them, such as worker NAME
        # A Unix socket's path has at most 107 bytes, which pytest's directories may exceed.
        self.socket_dir = Path(tempfile.mkdtemp(prefix="zanhu-"))
        self.socket_path = self.socket_dir / "admin.sock"
        self.config_path = self.directory / "zanhu.ini"
        self.state_directory = self.directory / "state"
        self.log_path = self.directory / "zanhu.log"
        self.environment = clean_environment(self.directory)
        if demo:
            self.environment["ZANHU_DEMO_DIR"] = str(self.state_directory)
            self.environment["ZANHU_SERVER_LISTEN"] = "127.0.0.1:0"
            self.socket_path = self.state_directory / "admin.sock"
        self.environment.update(environment or {})
        self.settings = self._merged(settings or {})
        self.write_config()
        self.process = None
        self.expected_exit = (0,)
        self._log_from = 0

    def _merged(self, settings):
        merged = {
            "server": {
                "listen": "127.0.0.1:0",
                "loops": 2,
                "admin_socket": self.socket_path,
                "state_directory": self.state_directory,
            },
            "metrics": {"listen": "127.0.0.1:0"},
            "site": {"secret_key": SECRET_KEY, "password_iterations": 10000},
            **{section: dict(keys) for section, keys in ECHO_ROUTES.items()},
        }
        for section, keys in settings.items():
            merged.setdefault(section, {}).update(keys)
        return merged

    def write_config(self):
        self.config_path.write_text(ini_text(self.settings))

    def configure(self, section, key, value):
        """For the next start, or the next SIGHUP."""
        self.settings.setdefault(section, {})[key] = value
        self.write_config()

    # The process.

    @property
    def command(self):
        zanhu = str(self.bin_dir / "zanhu")
        return [zanhu, "--demo"] if self.demo else [zanhu, "--config", str(self.config_path), *self.arguments]

    def spawn(self, **options):
        """Starts the process without waiting for it to be ready."""
        self._log_from = self.log_path.stat().st_size if self.log_path.exists() else 0
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment,
                cwd=self.directory, **options,
            )
        return self

    def start(self, **options):
        self.spawn(**options)
        address = wait_until(self._address_or_end, "the daemon listens")
        self.host, port = address.rsplit(":", 1)
        self.port = int(port)
        return self

    def restart(self):
        """On the same port, so that those who come back find it."""
        self.configure("server", "listen", f"{self.host}:{self.port}")
        return self.start()

    def _address_or_end(self):
        found = re.search(r"listens on (\S+)\s", self.log(self._log_from))
        if found:
            return found.group(1)
        if self.process.poll() is not None:
            self.expected_exit += (self.process.returncode,)
            raise AssertionError(f"the daemon ended with {self.process.returncode} at its start:\n{self.log()}")
        return None

    @property
    def pid(self):
        return self.process.pid

    @property
    def is_running(self):
        return self.process is not None and self.process.poll() is None

    @property
    def keeps_freed_memory(self):
        """Built with a sanitizer, whose allocator does: what memory costs shows in the optimised build alone."""
        return b"libasan" in Path(f"/proc/{self.pid}/maps").read_bytes()

    def signal(self, number):
        os.kill(self.pid, number)

    def wait(self):
        return self.process.wait(PATIENCE)

    def stop(self):
        """SIGTERM; returns the exit code."""
        if self.is_running:
            self.signal(signal.SIGTERM)
        try:
            return self.wait()
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"SIGTERM did not end the daemon:\n{self.log()}") from None

    def kill(self):
        self.expected_exit += (-signal.SIGKILL,)
        if self.is_running:
            self.process.kill()
        return self.process.wait()

    def log(self, begin=0):
        with open(self.log_path, "rb") as log:
            log.seek(begin)
            return log.read().decode(errors="replace")

    def wait_for_log(self, text):
        wait_until(lambda: text in self.log(self._log_from), f"the log has {text!r}")

    def end(self):
        """The end of every daemon in a test: returns what is wrong with how it lived and died."""
        problems = []
        if self.process is not None:
            if self.is_running:
                self.stop()
            if self.process.returncode not in self.expected_exit:
                problems.append(f"the daemon ended with {self.process.returncode}")
        if self.log_path.exists() and SANITIZER_REPORT.search(self.log()):
            problems.append("the daemon's log holds a sanitizer's report")
        shutil.rmtree(self.socket_dir, ignore_errors=True)
        return [f"{problem}:\n{self.log()}" for problem in problems]

    # Where it is.

    @property
    def monitor(self):
        """Host and port of /metrics, /healthz and /readyz; there is a line for them before the daemon listens."""
        found = re.findall(r"metrics are at http://(\S+):(\d+)/metrics", self.log(self._log_from))
        return found[-1][0], int(found[-1][1])

    @property
    def database_path(self):
        return self.state_directory / "zanhu.sqlite3"

    def database(self):
        return sqlite3.connect(self.database_path, timeout=PATIENCE, isolation_level=None)

    def sql(self, statement, *values):
        database = self.database()
        try:
            return database.execute(statement, values).fetchall()
        finally:
            database.close()

    # Accounts and zanhu-admin.

    def admin(self, *arguments, input=None):
        which = ["--demo"] if self.demo else ["--config", self.config_path]
        return subprocess.run(
            [self.bin_dir / "zanhu-admin", *which, *arguments], input=input, text=True, capture_output=True,
            env=self.environment, cwd=self.directory, timeout=PATIENCE * 2, check=False,
        )

    def add_user(self, username, password="a good password"):
        added = self.admin("user", "add", username, "--password-stdin", input=password + "\n")
        assert added.returncode == 0, added.stderr
        return username
