#!/usr/bin/env python3
"""One group message of 200 bytes to many sockets: forwarded as it is, and through a consumer's handler; against the bare
server. CPU is per delivery; p50 and p99 are the times until the last socket has it."""

from common import (
    alternate,
    arguments,
    measure,
    print_header,
    print_rows,
    running,
    start_bare,
    start_beast,
    start_zanhu,
    workspace,
)

PATHS = {"zanhu, forwarded": ("/ws/forward/", "/trigger/forward/"), "zanhu, handler": ("/ws/handle/", "/trigger/handle/")}
TARGETS = {"zanhu, forwarded": "1.10", "zanhu, handler": "1.35"}
SETTINGS = {
    "plugins": {"load": "{bin}/bench-consumers.so"},
    "routes": {"list": "forward, handle, trigger"},
    "route.forward": {"path": "ws/forward/", "consumer": "BenchForwardConsumer"},
    "route.handle": {"path": "ws/handle/", "consumer": "BenchHandlerConsumer"},
    "route.trigger": {"path": "trigger/<str:room>/", "consumer": "BenchTriggerConsumer"},
}


def main():
    parser = arguments(__doc__)
    parser.add_argument("--sockets", type=int, default=10000)
    parser.add_argument("--messages", type=int, default=20, help="of a run")
    options = parser.parse_args()
    load = ["--no-extensions", "--size", 200, "--connections", options.sockets, "--messages", options.messages]
    with workspace() as (folder, stack):
        bare = running(stack, start_bare(options))
        zanhu = running(stack, start_zanhu(options, folder, SETTINGS))
        beast = running(stack, start_beast(options))

        def plain(server):
            return lambda: measure(options, server, "broadcast", "/", "--trigger", "/trigger/", *load)

        sides = {"bare": plain(bare)}
        for name, (path, trigger) in PATHS.items():
            sides[name] = lambda path=path, trigger=trigger: measure(
                options, zanhu, "broadcast", path, "--trigger", trigger, *load
            )
        sides["beast"] = plain(beast)
        samples = alternate(options.runs, sides)
        print_header()
        what = f"200 B to {options.sockets} sockets"
        print_rows(what, samples, targets=TARGETS)


if __name__ == "__main__":
    main()
