#!/usr/bin/env python3
"""Echo through the whole chain and an AsyncWebsocketConsumer, against the bare server."""

from common import arguments, compare, print_header, print_rows, running, start_bare, start_beast, start_zanhu, workspace

# bytes of a message, messages in flight, target
ROWS = [(64, 1, "1.15"), (1024, 1, "1.12"), (16384, 1, "1.08"), (64, 16, "2.0")]
PATH = "/ws/echo/"
SETTINGS = {"routes": {"list": "echo"}, "route.echo": {"path": "ws/echo/", "consumer": "EchoAsyncConsumer"}}


def main():
    options = arguments(__doc__).parse_args()
    with workspace() as (folder, stack):
        servers = [
            running(stack, start_bare(options)),
            running(stack, start_zanhu(options, folder, SETTINGS)),
            running(stack, start_beast(options)),
        ]
        print_header()
        for size, in_flight, target in ROWS:
            load = ["--no-extensions", "--size", size, "--in-flight", in_flight, "--seconds", options.seconds]
            samples = compare(options, servers, "echo", PATH, *load)
            print_rows(f"echo {size} B, {in_flight} in flight", samples, {"zanhu": target})


if __name__ == "__main__":
    main()
