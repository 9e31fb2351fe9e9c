#!/usr/bin/env python3
"""What does not depend on the machine's mood: instructions of user code (valgrind --tool=callgrind) and system calls
(strace -c) per echoed message, per broadcast delivery and per handshake; bare and zanhu."""

import re
import subprocess
import time

import common
from broadcast import PATHS, SETTINGS as ROOMS
from common import Load, arguments, database_of, running, session_cookie, start_bare, start_zanhu, workspace
from echo import SETTINGS as ECHO

ECHO_PATH = "/ws/echo/"


def rows(user_cookie, sockets, seconds):
    """(what, mode, path of bare, path of zanhu, arguments, further arguments of zanhu)"""
    for size, in_flight in [(64, 1), (1024, 1), (16384, 1), (64, 16)]:
        load = ["--no-extensions", "--size", size, "--in-flight", in_flight, "--connections", 20, "--seconds", seconds]
        yield f"echo {size} B, {in_flight} in flight", "echo", ECHO_PATH, ECHO_PATH, load, []
    for name, (path, trigger) in PATHS.items():
        load = ["--no-extensions", "--size", 200, "--connections", sockets, "--messages", 5]
        yield f"delivery, {name.split(', ')[1]}", "broadcast", "/", path, [*load, "--trigger", "/trigger/"], ["--trigger", trigger]
    for what, cookie in [("no session", "theme=dark"), ("unknown session", "sessionid=" + "x" * 32), ("user", user_cookie)]:
        load = ["--connections", 16, "--seconds", seconds, "--cookie", cookie]
        yield f"handshake, {what}", "handshake", ECHO_PATH, ECHO_PATH, load, []


def self_costs(path):
    """Instructions by function of a callgrind file."""
    names, costs, function, inclusive = {}, {}, None, False
    for line in path.read_text().splitlines():
        if found := re.match(r"(c?)fn=\((\d+)\)(?: (.*))?", line):
            if found[3]:
                names[found[2]] = found[3]
            if not found[1]:
                function = found[2]
        elif line.startswith("calls="):
            inclusive = True  # the next line is what the callee cost
        elif found := re.match(r"[-+*]?\d* (\d+)$", line):
            if not inclusive and function:
                costs[function] = costs.get(function, 0) + int(found[1])
            inclusive = False
    return {names.get(function, function): cost for function, cost in costs.items()}


def under_valgrind(server, load, folder):
    pid = str(server.process.pid)
    control = ["callgrind_control"]
    subprocess.run([*control, "-i", "on", pid], capture_output=True, check=True)
    operations = load.go()["operations"]
    subprocess.run([*control, f"--dump={operations}", pid], capture_output=True, check=True)
    subprocess.run([*control, "-z", pid], capture_output=True, check=True)
    newest = max(folder.glob("callgrind.out.*"), key=lambda file: file.stat().st_mtime)
    costs = self_costs(newest)
    subprocess.run([*control, "-i", "off", pid], capture_output=True, check=True)
    return sum(costs.values()) / operations, {name: cost / operations for name, cost in costs.items()}


def under_strace(server, load, folder):
    out = folder / "strace"
    tracer = subprocess.Popen(["strace", "-c", "-f", "-qq", "-o", out, "-p", str(server.process.pid)])
    time.sleep(1)
    operations = load.go()["operations"]
    tracer.send_signal(2)
    tracer.wait()
    counts = {}
    for line in out.read_text().splitlines():
        fields = line.split()
        if len(fields) >= 5 and fields[0][0].isdigit() and fields[-1] != "total":
            counts[fields[-1]] = int(fields[3]) / operations
    return sum(counts.values()), counts


def start_both(options, folder, stack):
    settings = {**ECHO, **ROOMS}
    settings["routes"] = {"list": f"{ECHO['routes']['list']}, {ROOMS['routes']['list']}"}
    zanhu = running(stack, start_zanhu(options, folder, settings))
    return running(stack, start_bare(options)), zanhu


def main():
    parser = arguments(__doc__)
    parser.add_argument("--sockets", type=int, default=500)
    parser.add_argument("--top", type=int, default=0, help="functions or system calls to name in each row")
    parser.add_argument("--only", default="", help="rows that begin so")
    options = parser.parse_args()
    tools = {"instructions": under_valgrind, "system calls": under_strace}
    results = {}
    for tool, measure in tools.items():
        with workspace() as (folder, stack):
            if tool == "instructions":
                common.PREFIX = ["valgrind", "-q", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={folder}/callgrind.out.%p"]
            bare, zanhu = start_both(options, folder, stack)
            common.PREFIX = []
            cookie = session_cookie(database_of(folder))
            for what, mode, bare_path, path, load, more in rows(cookie, options.sockets, options.seconds):
                if not what.startswith(options.only):
                    continue
                for server, arguments_ in ((bare, [bare_path, *load]), (zanhu, [path, *load, *more])):
                    run = Load(options, server, mode, *arguments_)
                    total, parts = measure(server, run, folder)
                    run.end()
                    results.setdefault(what, []).append(total)
                    for name, cost in sorted(parts.items(), key=lambda item: -item[1])[: options.top]:
                        print(f"    {server.name} {cost:9.2f} {name[:120]}")
    print("| what | " + " | ".join(f"{tool}, {server}" for tool in tools for server in ("bare", "zanhu")) + " |\n" + "|---" * 5 + "|")
    for what, values in results.items():
        print(f"| {what} | " + " | ".join(f"{value:.0f}" if value > 50 else f"{value:.2f}" for value in values) + " |")


if __name__ == "__main__":
    main()
