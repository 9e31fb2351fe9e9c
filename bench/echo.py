#!/usr/bin/env python3
"""Echo: server CPU per message and messages a second, zanhu (whole chain, EchoAsyncConsumer) against the bare server, alternating in one run.

Usage: bench/echo.py [--runs 3] [--seconds 3] [--bin build/bench/bin]
The server is pinned to core 0, the load generator to core 1. The first run of each row is discarded.
"""

import argparse
import os
import pathlib
import re
import socket
import statistics
import subprocess
import tempfile
import time

ROWS = [(64, 1), (1024, 1), (16384, 1), (64, 16)]  # bytes of a message, messages in flight
CONNECTIONS = 100
CONFIG = """[server]
listen = 127.0.0.1:0
loops = 1
admin_socket = {folder}/admin.sock
state_directory = {folder}
[site]
secret_key = 0123456789012345678901234567890123456789
[routes]
list = echo
[route.echo]
path = ws/echo/
consumer = EchoAsyncConsumer
[logging]
level = notice
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def pinned(core, command, **options):
    return subprocess.Popen(["taskset", "-c", str(core), *map(str, command)], text=True, **options)


def start_bare(binaries, _folder):
    port = free_port()
    process = pinned(0, [binaries / "bench-bare", port])
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return process, port
        time.sleep(0.05)
    raise SystemExit("bench-bare does not listen")


def start_zanhu(binaries, folder):
    config = folder / "zanhu.ini"
    config.write_text(CONFIG.format(folder=folder))
    process = pinned(0, [binaries / "zanhu", "--config", config], stderr=subprocess.PIPE)
    for line in process.stderr:
        found = re.search(r"listens on 127\.0\.0\.1:(\d+)", line)
        if found:
            return process, int(found.group(1))
    raise SystemExit("zanhu does not listen")


def cpu_nanoseconds(pid):
    threads = pathlib.Path(f"/proc/{pid}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads)


def measure(binaries, server, port, size, in_flight, seconds):
    before = cpu_nanoseconds(server.pid)
    command = [binaries / "bench-load", f"127.0.0.1:{port}", "/ws/echo/", CONNECTIONS, size, in_flight, seconds,
               f"Origin: http://127.0.0.1:{port}", "Cookie: sessionid=0"]
    answer = pinned(1, command, stdout=subprocess.PIPE).communicate()[0]
    messages, _, rate = answer.split()
    return (cpu_nanoseconds(server.pid) - before) / int(messages) / 1000, float(rate)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--bin", type=pathlib.Path, default=pathlib.Path("build/bench/bin"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        servers = {"bare": start_bare(options.bin, folder), "zanhu": start_zanhu(options.bin, folder)}
        try:
            print(f"{'message':>9} {'in flight':>9} {'bare us':>8} {'zanhu us':>9} {'ratio':>6} {'[min-max]':>13} {'bare /s':>9} {'zanhu /s':>9}")
            for size, in_flight in ROWS:
                samples = {"bare": [], "zanhu": []}
                for _ in range(options.runs + 1):
                    for which, (server, port) in servers.items():
                        samples[which].append(measure(options.bin, server, port, size, in_flight, options.seconds))
                bare, zanhu = samples["bare"][1:], samples["zanhu"][1:]
                ratios = [z[0] / b[0] for z, b in zip(zanhu, bare)]
                median = lambda rows, column: statistics.median(row[column] for row in rows)
                print(f"{size:>9} {in_flight:>9} {median(bare, 0):>8.2f} {median(zanhu, 0):>9.2f} {statistics.median(ratios):>6.2f} "
                      f"[{min(ratios):.2f}-{max(ratios):.2f}] {median(bare, 1):>9.0f} {median(zanhu, 1):>9.0f}", flush=True)
        finally:
            for server, _ in servers.values():
                server.terminate()
                server.wait()


if __name__ == "__main__":
    os.chdir(pathlib.Path(__file__).resolve().parent.parent)
    main()
