"""A redis-server of the test's own, on a free port of the loopback."""

import contextlib
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

import redis

from deadlines import PATIENCE, wait_until
from ports import free_port


class RedisServer:
    """Started by its constructor. What is in it survives a restart only when that is asked for."""

    def __init__(self, *options):
        self.directory = Path(tempfile.mkdtemp(prefix="zanhu-redis-"))
        self.port = free_port()
        self.options = options
        self.process = None
        self.start()

    def start(self):
        command = ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.directory), "--save", ""]
        command += ["--unixsocket", str(self.socket_path), *self.options]
        with open(self.directory / "log", "ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait_until(self._listens, "redis-server listens")

    def _listens(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), PATIENCE):
                return True
        except OSError:
            assert self.process.poll() is None, (self.directory / "log").read_text()
            return False

    def client(self, database=0, **options):
        return redis.Redis(port=self.port, db=database, socket_timeout=PATIENCE, **options)

    @property
    def socket_path(self):
        return self.directory / "redis.sock"

    def url(self, database=0):
        return f"redis://127.0.0.1:{self.port}/{database}"

    def save(self, **options):
        with self.client(**options) as client:
            client.save()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def restart(self, empty=True):
        if empty:
            (self.directory / "dump.rdb").unlink(missing_ok=True)
        self.start()

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    @contextlib.contextmanager
    def frozen(self):
        self.freeze()
        try:
            yield
        finally:
            self.thaw()

    @contextlib.contextmanager
    def killed(self):
        """Empty when it is back."""
        self.kill()
        try:
            yield
        finally:
            self.restart()

    def end(self):
        self.thaw()
        self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)
