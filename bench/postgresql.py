#!/usr/bin/env python3
"""Handshakes with a session and its user read from PostgreSQL, against Daphne with AuthMiddlewareStack on the same database,
which has core 1 and is not counted."""

import json
import os
import sys

from common import (
    ROOT,
    arguments,
    compare,
    print_header,
    print_rows,
    running,
    session_cookie,
    start_daphne,
    start_zanhu,
    workspace,
)

sys.path.append(str(ROOT / "tests/support"))
from database_servers import PostgreSql  # noqa: E402

PATH = "/ws/echo/"
SETTINGS = {"routes": {"list": "echo"}, "route.echo": {"path": "ws/echo/", "consumer": "EchoAsyncConsumer"}}


def main():
    parser = arguments(__doc__)
    parser.add_argument("--at-once", type=int, default=32, help="handshakes under way")
    options = parser.parse_args()
    with workspace() as (folder, stack):
        server = PostgreSql()
        stack.callback(server.end)
        server.start()
        os.sched_setaffinity(server.process.pid, {1})  # what it starts for each client inherits it
        database = json.dumps(server.django_settings())
        cookie = session_cookie(database)
        load = ["--connections", options.at_once, "--seconds", options.seconds, "--cookie", cookie]
        zanhu = running(stack, start_zanhu(options, folder, {**SETTINGS, "database": {"url": server.url}}))
        daphne = running(stack, start_daphne(database))
        samples = compare(options, (zanhu, daphne), "handshake", PATH, *load)
        print_header("Daphne")
        print_rows("handshake, session and user from PostgreSQL", samples, {"zanhu": "0.1"}, base="Daphne")


if __name__ == "__main__":
    main()
