#!/usr/bin/env python3
"""group_send of a Django process to sockets that zanhu holds, or Daphne, over one Redis: how long until the last socket has
it, and how many bytes Redis was sent for it."""

import statistics
import time

from common import Load, arguments, running, workspace
from redis_common import DAPHNE, Redis, Sender, start_daphne_on, start_zanhu_on

SIZE = 200


def one(options, server, redis, sender):
    load = Load(options, server, "listen", "/ws/forward/", "--no-extensions", "--connections", options.sockets, "--messages", 1,
                "--seconds", 30)
    time.sleep(1)  # what joining the group has caused is over
    load.start()
    before = redis.input_bytes()
    began, _ = sender.send(1, SIZE)
    result = load.result()
    if result["operations"] != options.sockets:
        raise SystemExit(f"{server.name}: {result['operations']} of {options.sockets} have it")
    spent = redis.input_bytes() - before
    load.end()
    time.sleep(1)
    return (result["last"] - began) / 1e6, spent


def main():
    parser = arguments(__doc__)
    parser.add_argument("--sockets", type=int, default=5000)
    options = parser.parse_args()
    with workspace() as (folder, stack):
        redis = running(stack, Redis(folder))
        sender = running(stack, Sender(redis))
        starts = {"zanhu": lambda: start_zanhu_on(options, folder, redis), DAPHNE: lambda: start_daphne_on(redis)}
        samples = {name: [] for name in starts}
        # One at a time: a message goes to all members of the group.
        for _ in range(options.runs):
            for name, start in starts.items():
                redis.empty()  # Daphne leaves its members behind when it ends
                server = start()
                samples[name].append(one(options, server, redis, sender))
                server.stop()
        print("| server | ms until the last has it | of Daphne | bytes to Redis | of Daphne |\n|---|---|---|---|---|")
        base = [statistics.median(column) for column in zip(*samples[DAPHNE])]
        for name, rows in samples.items():
            took, spent = (statistics.median(column) for column in zip(*rows))
            print(f"| {name} | {took:.1f} | {took / base[0]:.3f} | {spent:.0f} | {spent / base[1]:.4f} |", flush=True)
        print("\nTargets: 0.1 of the time, 0.02 of the bytes.")


if __name__ == "__main__":
    main()
