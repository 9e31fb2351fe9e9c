"""A Redis master, a replica of it, and a Sentinel that watches both."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import redis

from deadlines import PATIENCE, wait_until
from ports import free_port
from redis_server import RedisServer

MASTER = "site"


class Sentinel:
    """With `password`, all three ask for it; Sentinel's own has `sentinel-` ahead of it."""

    def __init__(self, password=None):
        self.password = password
        wanted = ["--requirepass", password, "--masterauth", password] if password else []
        self.master = RedisServer("--repl-diskless-sync-delay", "0", *wanted)
        self.replica = RedisServer("--replicaof", "127.0.0.1", str(self.master.port), *wanted)
        wait_until(lambda: self._replication()["master_link_status"] == "up", "the replica follows its master")
        self.directory = Path(tempfile.mkdtemp(prefix="zanhu-sentinel-"))
        self.port = free_port()
        self._start()

    def _start(self):
        lines = [
            f"port {self.port}", "bind 127.0.0.1", f"dir {self.directory}",
            f"sentinel monitor {MASTER} 127.0.0.1 {self.master.port} 1",
            f"sentinel down-after-milliseconds {MASTER} 500", f"sentinel failover-timeout {MASTER} 3000",
        ]
        if self.password:
            lines += [f"sentinel auth-pass {MASTER} {self.password}", f"requirepass {self.sentinel_password}"]
        config = self.directory / "sentinel.conf"
        config.write_text("\n".join(lines) + "\n")
        with open(self.directory / "log", "wb") as log:
            self.process = subprocess.Popen(
                ["redis-server", str(config), "--sentinel"], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        wait_until(self._knows_the_replica, "Sentinel knows the replica")

    @property
    def sentinel_password(self):
        return self.password and f"sentinel-{self.password}"

    def _knows_the_replica(self):
        try:
            with redis.Redis(port=self.port, password=self.sentinel_password, socket_timeout=PATIENCE) as client:
                return client.sentinel_slaves(MASTER)
        except redis.ConnectionError:
            assert self.process.poll() is None, (self.directory / "log").read_text()
            return False

    def _replication(self):
        with self.replica.client(password=self.password) as client:
            return client.info("replication")

    def fail_over(self):
        """Kills the master and waits until the replica has taken its place, and Sentinel says so in every way."""
        self.master.kill()
        with redis.Redis(port=self.port, password=self.sentinel_password, socket_timeout=PATIENCE) as client:
            wait_until(
                lambda: client.sentinel_master(MASTER)["port"] == self.replica.port, "the replica is the master", 3 * PATIENCE
            )
        assert self._replication()["role"] == "master"

    def end(self):
        self.process.kill()
        self.process.wait()
        self.master.end()
        self.replica.end()
        shutil.rmtree(self.directory, ignore_errors=True)
