#!/usr/bin/env python3
"""Idle connections: private bytes of the daemon each, with MessagesConsumer in its group behind the whole chain, a
logged-in user and the thirteen header fields of Chrome; and what is left after they came and went many times."""

import time

from common import Load, arguments, database_of, running, session_cookie, start_zanhu, workspace

PATH = "/ws/alice/"
SETTINGS = {"routes": {"list": "messages"}, "route.messages": {"path": "ws/<str:username>/", "consumer": "MessagesConsumer"}}
SETTLED = 2.5  # seconds until the daemon has given back what a crowd had


def main():
    parser = arguments(__doc__)
    parser.add_argument("--sockets", type=int, default=10000)
    parser.add_argument("--cycles", type=int, default=20)
    options = parser.parse_args()
    with workspace() as (folder, stack):
        server = running(stack, start_zanhu(options, folder, SETTINGS))
        cookie = session_cookie(database_of(folder))
        load = Load(options, server, "idle", PATH, "--connections", options.sockets, "--cookie", cookie)
        start = server.private_bytes()
        print("| cycle | private bytes with the sockets open | each | after they closed | of the start |\n|---|---|---|---|---|")
        for cycle in range(1, options.cycles + 1):
            load.go()
            full = server.private_bytes()
            load.next()
            time.sleep(SETTLED)
            left = server.private_bytes()
            if cycle in (1, 2, options.cycles):
                print(
                    f"| {cycle} | {full} | {(full - start) / options.sockets:.0f} | {left} | {left / start:.2f} |", flush=True
                )
        load.end()


if __name__ == "__main__":
    main()
