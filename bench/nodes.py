#!/usr/bin/env python3
"""Messages from a socket of one node to a socket of another over Redis, a pair of zanhu daemons against a pair of Daphnes:
messages a second, with as many in flight as Channels' default capacity lets through."""

from common import alternate, arguments, median, measure, running, workspace
from redis_common import DAPHNE, Redis, start_daphne_on, start_zanhu_on

IN_FLIGHT = 50  # of the capacity of 100


def main():
    parser = arguments(__doc__)
    parser.add_argument("--messages", type=int, default=5000, help="of a run")
    options = parser.parse_args()
    with workspace() as (folder, stack):
        redis = {name: running(stack, Redis(folder)) for name in ("zanhu", DAPHNE)}
        first = running(stack, start_zanhu_on(options, folder, redis["zanhu"], "first"))
        second = running(stack, start_zanhu_on(options, folder, redis["zanhu"], "second"))
        pairs = {"zanhu": (first, second)}
        pairs[DAPHNE] = tuple(running(stack, start_daphne_on(redis[DAPHNE], name)) for name in ("one", "two"))

        def run(pair):
            receiver, sender = pair
            return measure(
                options, receiver, "broadcast", "/ws/forward/", "--trigger", "/trigger/forward/", "--trigger-server",
                f"127.0.0.1:{sender.port}", "--no-extensions", "--size", 200, "--connections", 1, "--messages", options.messages,
                "--in-flight", IN_FLIGHT,
            )

        samples = alternate(options.runs, {name: (lambda pair=pair: run(pair)) for name, pair in pairs.items()})
        print("| pair | messages a second | of Daphne | CPU us of the receiver a message | p50 us | p99 us |\n|---|---|---|---|---|---|")
        for name, rows in samples.items():
            rate = median(rows, "rate")
            print(f"| {name} | {rate:.0f} | {rate / median(samples[DAPHNE], 'rate'):.1f} | {median(rows, 'cpu'):.1f} "
                  f"| {median(rows, 'p50'):.0f} | {median(rows, 'p99'):.0f} |", flush=True)
        print("\nTarget: 5 of Daphne.")


if __name__ == "__main__":
    main()
