#!/usr/bin/env python3
"""A burst of group messages, as fast as a Django process sends them, to a few sockets over Redis: how many arrive."""

import statistics
import time

from common import Load, arguments, running, workspace
from redis_common import DAPHNE, Redis, Sender, start_daphne_on, start_zanhu_on

SIZE = 200


def one(options, server, sender):
    load = Load(options, server, "listen", "/ws/forward/", "--no-extensions", "--connections", options.sockets, "--messages",
                options.messages, "--seconds", 5)
    time.sleep(1)
    load.start()
    began, ended = sender.send(options.messages, SIZE)
    result = load.result()
    load.end()
    return result["operations"] / (options.sockets * options.messages), (result["last"] - began) / 1e6, (ended - began) / 1e6


def main():
    parser = arguments(__doc__)
    parser.add_argument("--sockets", type=int, default=50)
    parser.add_argument("--messages", type=int, default=2000)
    options = parser.parse_args()
    with workspace() as (folder, stack):
        redis = running(stack, Redis(folder))
        sender = running(stack, Sender(redis))
        starts = {"zanhu": lambda: start_zanhu_on(options, folder, redis), DAPHNE: lambda: start_daphne_on(redis)}
        print(f"{options.messages} messages to {options.sockets} sockets\n")
        print("| server | delivered % (least of the runs) | ms to send them | ms until the last one |\n|---|---|---|---|")
        for name, start in starts.items():
            server = start()
            rows = [one(options, server, sender) for _ in range(options.runs)]
            server.stop()
            sent, last = (statistics.median(row[i] for row in rows) for i in (2, 1))
            print(f"| {name} | {100 * min(row[0] for row in rows):.2f} | {sent:.0f} | {last:.0f} |", flush=True)
        print("\nTarget: 100 %.")


if __name__ == "__main__":
    main()
