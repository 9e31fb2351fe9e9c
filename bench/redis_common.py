"""What the rows over Redis share: a Redis, zanhu and Daphne on it, a Django process that sends, and what Redis counted."""

import json
import os
import re
import subprocess

from common import ROOT, Server, free_port, pinned, start_zanhu, wait_for_port

DAPHNE = "Daphne"
NO_PINGS = "3600"  # a load generator does not answer pings
SETTINGS = {
    "plugins": {"load": "{bin}/bench-consumers.so"},
    "routes": {"list": "forward, trigger"},
    "route.forward": {"path": "ws/forward/", "consumer": "BenchForwardConsumer"},
    "route.trigger": {"path": "trigger/<str:room>/", "consumer": "BenchTriggerConsumer"},
    "websocket": {"ping_interval": NO_PINGS + "s"},
}


class Redis(Server):
    """A server of the row's own, on core 1 beside the load."""

    def __init__(self, folder):
        port = free_port()
        command = ["redis-server", "--bind", "127.0.0.1", "--port", port, "--dir", folder, "--save", "", "--loglevel", "warning"]
        super().__init__("Redis", pinned("1", command, stdout=subprocess.DEVNULL), port)
        wait_for_port(port, self.process)

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}/0"

    def _tell(self, *words):
        command = ["redis-cli", "-p", str(self.port), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def input_bytes(self):
        return int(re.search(r"total_net_input_bytes:(\d+)", self._tell("info", "stats"))[1])

    def empty(self):
        assert self._tell("flushall").strip() == "OK"


def start_zanhu_on(options, folder, redis, name="zanhu"):
    return start_zanhu(options, folder, {**SETTINGS, "channel_layer": {"hosts": redis.url}}, name=name)


def start_daphne_on(redis, name=DAPHNE):
    port = free_port()
    command = ["/usr/bin/daphne", "-b", "127.0.0.1", "-p", port, "--verbosity", "0", "--ping-interval", NO_PINGS]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "bench"), "BENCH_REDIS": redis.url}
    process = pinned("0", [*command, "redis_site:application"], env=environment)
    wait_for_port(port, process)
    return Server(name, process, port)


class Sender:
    """A Django process, on core 1."""

    def __init__(self, redis):
        command = ["/usr/bin/python3", ROOT / "bench/redis_site.py", redis.url]
        self.process = pinned("1", command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdout.readline() == "ready\n"

    def send(self, count, size):
        """Returns when it began and when the last was handed to Redis."""
        self.process.stdin.write(f"{count} {size}\n")
        self.process.stdin.flush()
        told = json.loads(self.process.stdout.readline())
        return told["began"], told["ended"]

    def stop(self):
        self.process.stdin.close()
        self.process.wait()
