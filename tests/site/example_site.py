"""examples/django-site as processes: Daphne, nginx, manage.py, on a database and a Redis of their own."""

import os
import re
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from deadlines import PATIENCE, wait_until
from door import Door
from raw_http import RawConnection
from raw_websocket import handshake
from ports import free_port

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "django-site"
SECRET_KEY = "site-tests-secret-key-0123456789-0123456789"
PYTHON = "/usr/bin/python3"
START_PATIENCE = 3 * PATIENCE


def install(directory):
    """The example as its README installs it, without a database."""
    shutil.copytree(EXAMPLE, directory, ignore=shutil.ignore_patterns("node_modules", "static_root", "*.sqlite3"))
    run(["npm", "ci", "--no-progress"], directory, environment_in(directory), 10 * PATIENCE)
    run([PYTHON, "manage.py", "collectstatic", "--noinput"], directory, environment_in(directory))
    return directory


def environment_in(directory, **more):
    environment = {
        "PATH": os.environ["PATH"] + ":/usr/sbin",
        "HOME": str(directory),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        "DJANGO_SECRET_KEY": SECRET_KEY,
    }
    if "npm_config_registry" in os.environ:
        environment["npm_config_registry"] = os.environ["npm_config_registry"]
    return {**environment, **more}


def run(command, directory, environment, patience=START_PATIENCE, **options):
    done = subprocess.run(
        command, cwd=directory, env=environment, text=True, capture_output=True, timeout=patience, check=False, **options
    )
    assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


class Process:
    """A server in the foreground that ends with SIGTERM."""

    def __init__(self, command, directory, environment, log_path):
        self.log_path = Path(log_path)
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, cwd=directory
            )

    @property
    def log(self):
        return self.log_path.read_text(errors="replace")

    def wait_for_port(self, port):
        wait_until(lambda: self._listens(port), f"something listens on port {port}", START_PATIENCE)

    def _listens(self, port):
        assert self.process.poll() is None, f"ended with {self.process.returncode}:\n{self.log}"
        try:
            with socket.create_connection(("127.0.0.1", port), PATIENCE):
                return True
        except OSError:
            return False

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Site:
    """The installed example with a fresh database and the Redis at `redis_url` (without a database in it)."""

    def __init__(self, installed, directory, redis_url):
        self.installed = installed
        self.directory = Path(directory)
        self.database_path = self.directory / "db.sqlite3"
        self.environment = environment_in(
            self.directory, REDIS_URL=redis_url, DATABASE_URL=f"sqlite:///{self.database_path}"
        )
        self.manage("migrate")

    def manage(self, *arguments):
        return run([PYTHON, "manage.py", *arguments], self.installed, self.environment)

    def shell(self, code):
        return self.manage("shell", "-c", code)

    def add_users(self, usernames, password):
        self.shell(
            "from django.contrib.auth.models import User\n"
            f"for name in {usernames!r}: User.objects.create_user(name, password={password!r})"
        )

    def daphne(self):
        """Daphne with the site's pages and sockets; with static files too, as for development."""
        return Daphne(self)


def handshake_status(door, path, changes=None):
    """How a handshake is answered. Of the answer only the first line is read: Daphne's has no length."""
    with RawConnection(door) as connection:
        connection.send(handshake(door, path, changes))
        return int(connection.read(len("HTTP/1.1 403"))[-3:])


class Daphne(Door):
    def __init__(self, site):
        super().__init__()
        command = [PYTHON, "-m", "daphne", "-b", self.host, "-p", "0", "config.asgi:application"]
        environment = {**site.environment, "DJANGO_DEBUG": "1"}
        self._process = Process(command, site.installed, environment, site.directory / "daphne.log")
        self.port = int(wait_until(self._port, "Daphne listens", START_PATIENCE))

    def _port(self):
        assert self._process.process.poll() is None, f"Daphne has ended:\n{self._process.log}"
        found = re.search(r"Listening on TCP address 127\.0\.0\.1:(\d+)", self._process.log)
        return found and found.group(1)

    def end(self):
        self._process.end()


class Nginx(Door):
    """The example's nginx.conf with other ports."""

    def __init__(self, site, pages, sockets):
        super().__init__(port=free_port())
        self._directory = site.directory / f"nginx-{self.port}"
        self._directory.mkdir()
        self._static = site.installed / "static_root"
        self._environment = site.environment
        self._pages = pages
        self._write(sockets)
        self._process = Process(self._command, self._directory, self._environment, self._directory / "log")
        self._process.wait_for_port(self.port)

    @property
    def _command(self):
        return ["nginx", "-p", str(self._directory), "-c", str(self._directory / "nginx.conf"), "-e", "stderr"]

    def _write(self, sockets):
        text = (EXAMPLE / "nginx.conf").read_text()
        places = {
            "sockets { server 127.0.0.1:8001;": f"sockets {{ server {sockets.authority};",
            "pages { server 127.0.0.1:8000;": f"pages {{ server {self._pages.authority};",
            "listen 127.0.0.1:8080;": f"listen {self.authority};",
            "/srv/messages/static_root/": f"{self._static}/",
        }
        for sample, ours in places.items():
            assert sample in text, f"the example's nginx.conf has no {sample!r}"
            text = text.replace(sample, ours)
        here = self._directory
        paths = "".join(
            f"    {kind}_temp_path {here}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = "user root;\n" if os.geteuid() == 0 else ""
        (here / "nginx.conf").write_text(
            f"{user}daemon off;\nworker_processes 1;\npid {here}/pid;\nevents {{}}\n"
            f"http {{\n    include /etc/nginx/mime.types;\n    access_log off;\n{paths}{text}}}\n"
        )

    def move_sockets(self, sockets):
        """Changes the one line, and `nginx -s reload`: new sockets go there from now on."""
        self._write(sockets)
        old = self._workers()
        run([*self._command, "-s", "reload"], self._directory, self._environment)
        wait_until(lambda: self._workers() - old, "nginx has a worker with the new configuration")

    def _workers(self):
        return set(Path(f"/proc/{self._process.process.pid}/task/{self._process.process.pid}/children").read_text().split())

    def end(self):
        self._process.end()
