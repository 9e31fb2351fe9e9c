"""What the scripts of bench/ share: the servers, pinned to core 0, the load generator on core 1, CPU time, and the table."""

import argparse
import json
import os
import pathlib
import re
import socket
import statistics
import subprocess
import tempfile
import time
from contextlib import ExitStack, contextmanager

ROOT = pathlib.Path(__file__).resolve().parent.parent
SECRET_KEY = "bench-secret-key-0123456789-0123456789-0123"
BASE = {
    "server": {"listen": "127.0.0.1:0", "loops": 1},
    "site": {"secret_key": SECRET_KEY},
    "logging": {"level": "notice"},
}


# What the servers run under: valgrind, for bench/cost.py.
PREFIX = []


def pinned(cores, command, **options):
    return subprocess.Popen(["taskset", "-c", cores, *map(str, command)], text=True, **options)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port, process):
    for _ in range(400):
        if process.poll() is not None:
            raise SystemExit(f"{process.args} ended")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit(f"nothing listens on {port}")


class Server:
    """A process and the port that it listens on."""

    def __init__(self, name, process, port):
        self.name, self.process, self.port = name, process, port

    def cpu(self):
        """Nanoseconds on a CPU, of all its threads and children."""
        return sum(
            int((task / "schedstat").read_text().split()[0])
            for task in pathlib.Path(f"/proc/{self.process.pid}/task").iterdir()
        )

    def private_bytes(self):
        """Its anonymous memory: what only this process has, and no file holds."""
        rollup = pathlib.Path(f"/proc/{self.process.pid}/smaps_rollup").read_text()
        return 1024 * int(re.search(r"^Anonymous: +(\d+) kB", rollup, re.MULTILINE)[1])

    def stop(self):
        self.process.terminate()
        self.process.wait()


def _start_program(options, name, *arguments):
    port = free_port()
    process = pinned("0", [*PREFIX, options.bin / f"bench-{name}", port, *arguments])
    wait_for_port(port, process)
    return Server(name, process, port)


def start_bare(options, *arguments):
    return _start_program(options, "bare", *arguments)


def start_beast(options, *arguments):
    return _start_program(options, "beast", *arguments)


def ini(settings):
    return "\n".join(
        f"[{section}]\n" + "\n".join(f"{key} = {value}" for key, value in keys.items()) for section, keys in settings.items()
    )


def start_zanhu(options, folder, settings, cores="0", name="zanhu"):
    """`settings` is {section: {key: value}} over BASE; {bin} in them is where the programs are."""
    home = pathlib.Path(folder) / name
    home.mkdir(exist_ok=True)
    merged = {section: dict(keys) for section, keys in BASE.items()}
    for section, keys in settings.items():
        merged.setdefault(section, {}).update(keys)
    merged["server"].update(admin_socket=home / "admin.sock", state_directory=home)
    config = home / "zanhu.ini"
    config.write_text(ini(merged).replace("{bin}", str(options.bin.resolve())))
    process = pinned(cores, [*PREFIX, options.bin / "zanhu", "--config", config], stderr=subprocess.PIPE)
    seen = ""
    for line in process.stderr:
        seen += line
        found = re.search(r"listens on 127\.0\.0\.1:(\d+)", line)
        if found:
            return Server(name, process, int(found.group(1)))
    raise SystemExit(f"zanhu does not start:\n{seen}")


class Load:
    """A run of bench-load: ready when made, works in go(), holds its connections until end()."""

    def __init__(self, options, server, mode, path, *arguments, cores="1"):
        command = [options.bin / "bench-load", mode, f"127.0.0.1:{server.port}", path, *arguments]
        self.process = pinned(cores, command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._expect("ready")

    def _expect(self, wanted=None):
        line = self.process.stdout.readline().strip()
        if not line or (wanted and line != wanted):
            raise SystemExit(f"{self.process.args}: {line or 'ended'}")
        return line

    def start(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def result(self):
        return json.loads(self._expect())

    def go(self):
        self.start()
        return self.result()

    def next(self):
        """idle: closes its connections, and is ready for another go()."""
        self.start()
        self._expect("ready")

    def end(self):
        self.process.stdin.close()
        self.process.wait()


class Sample:
    """One run: CPU microseconds of the server an operation, operations a second, latency in microseconds."""

    def __init__(self, cpu, result):
        self.cpu = cpu / result["operations"] / 1000
        self.rate = result["operations"] / result["seconds"]
        self.p50, self.p99 = result["p50"], result["p99"]


def measure(options, server, mode, path, *arguments, cores="1"):
    load = Load(options, server, mode, path, *arguments, cores=cores)
    before = server.cpu()
    result = load.go()
    sample = Sample(server.cpu() - before, result)
    load.end()
    return sample


def alternate(runs, sides):
    """`sides` is {name: callable that makes one run}. The first round is thrown away: it follows an idle time."""
    samples = {name: [] for name in sides}
    for _ in range(runs + 1):
        for name, run in sides.items():
            samples[name].append(run())
    return {name: rows[1:] for name, rows in samples.items()}


def compare(options, servers, mode, path, *arguments):
    """The same load for each of the servers, in turns: their samples by name."""
    sides = {server.name: (lambda server=server: measure(options, server, mode, path, *arguments)) for server in servers}
    return alternate(options.runs, sides)


def median(rows, field):
    return statistics.median(getattr(row, field) for row in rows)


def ratios(samples, name, base):
    """Of the CPU time, run by run: each with the one next to it in time."""
    values = [row.cpu / other.cpu for row, other in zip(samples[name], samples[base])]
    return statistics.median(values), min(values), max(values)


HEADER = "| what | server | CPU us | of {base} | spread | ops/s | p50 us | p99 us | target |\n|---|---|---|---|---|---|---|---|---|"


def print_header(base="bare"):
    print(HEADER.format(base=base))


def print_rows(what, samples, targets, base="bare"):
    """`targets` is {name of a side: text}."""
    for name, rows in samples.items():
        ratio, least, most = ratios(samples, name, base)
        latency = [f"{median(rows, field):.0f}" if median(rows, field) else "" for field in ("p50", "p99")]
        print(
            f"| {what} | {name} | {median(rows, 'cpu'):.2f} | {ratio:.2f} | {least:.2f}-{most:.2f} | {median(rows, 'rate'):.0f} "
            f"| {latency[0]} | {latency[1]} | {targets.get(name, '')} |",
            flush=True,
        )


def arguments(description):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3, help="that count; one more is made and thrown away")
    parser.add_argument("--seconds", type=float, default=2, help="of a run")
    parser.add_argument("--bin", type=pathlib.Path, default=ROOT / "build/bench/bin", help="where the programs are")
    return parser


@contextmanager
def workspace():
    """A folder, and a stack for what has to end."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        yield pathlib.Path(folder), stack


def running(stack, server):
    stack.callback(server.stop)
    return server


def database_of(folder, name="zanhu"):
    return pathlib.Path(folder) / name / "zanhu.sqlite3"


def session_cookie(database, username="alice"):
    """A cookie that Django made for that user; the user is made when there is none."""
    command = ["/usr/bin/python3", ROOT / "bench/django_site.py", database, username]
    return "sessionid=" + subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def start_daphne(database, cores="0"):
    """Debian's Daphne with AuthMiddlewareStack on the same database."""
    port = free_port()
    command = ["/usr/bin/daphne", "-b", "127.0.0.1", "-p", port, "--verbosity", "0", "django_site:application"]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "bench"), "BENCH_DATABASE": str(database)}
    process = pinned(cores, command, env=environment)
    wait_for_port(port, process)
    return Server("Daphne", process, port)
