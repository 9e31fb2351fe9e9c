#!/usr/bin/env python3
"""permessage-deflate both ways, 1 KiB: through the whole chain and an AsyncWebsocketConsumer, against the bare server with
the same zlib calls."""

from common import arguments, compare, print_header, print_rows, running, start_bare, start_beast, start_zanhu, workspace

PATH = "/ws/echo/"
SETTINGS = {
    "routes": {"list": "echo"},
    "route.echo": {"path": "ws/echo/", "consumer": "EchoAsyncConsumer"},
    "deflate": {"enabled": "yes"},
}


def main():
    options = arguments(__doc__).parse_args()
    load = ["--deflate", "--size", 1024, "--seconds", options.seconds]
    with workspace() as (folder, stack):
        servers = [
            running(stack, start_bare(options, "--deflate")),
            running(stack, start_zanhu(options, folder, SETTINGS)),
            running(stack, start_beast(options, "--deflate")),
        ]
        print_header()
        print_rows("deflate both ways, 1024 B", compare(options, servers, "echo", PATH, *load), {"zanhu": "1.15"})


if __name__ == "__main__":
    main()
