#!/usr/bin/env python3
"""Handshakes with the thirteen header fields of Chrome, through the whole chain, against the bare server and Daphne with
AuthMiddlewareStack: with a cookie that names no session, and with a session and its user read from SQLite."""

from common import (
    arguments,
    compare,
    database_of,
    print_header,
    print_rows,
    running,
    session_cookie,
    start_bare,
    start_beast,
    start_daphne,
    start_zanhu,
    workspace,
)

PATH = "/ws/echo/"
SETTINGS = {"routes": {"list": "echo"}, "route.echo": {"path": "ws/echo/", "consumer": "EchoAsyncConsumer"}}
# Without a session cookie nobody is asked; a key that is well-formed and unknown is looked up in the database.
NO_SESSION = {"no session cookie": "theme=dark; csrftoken=" + "a1B2" * 16, "an unknown session": "sessionid=" + "x" * 32}


def main():
    parser = arguments(__doc__)
    parser.add_argument("--at-once", type=int, default=32, help="handshakes under way")
    options = parser.parse_args()
    load = ["--connections", options.at_once, "--seconds", options.seconds, "--cookie"]
    with workspace() as (folder, stack):
        zanhu = running(stack, start_zanhu(options, folder, SETTINGS))
        database = database_of(folder)
        user_cookie = session_cookie(database)
        bare = running(stack, start_bare(options))
        beast = running(stack, start_beast(options))
        daphne = running(stack, start_daphne(database))

        servers = (bare, zanhu, daphne, beast)
        print_header()
        for what, cookie in NO_SESSION.items():
            samples = compare(options, servers, "handshake", PATH, *load, cookie)
            print_rows(f"handshake, {what}", samples, {"zanhu": "2.2 of bare, 1/12 of Daphne"})
            print_rows(f"the same, of Daphne", {"zanhu": samples["zanhu"], "Daphne": samples["Daphne"]}, {"zanhu": "0.083"}, base="Daphne")
        samples = compare(options, servers, "handshake", PATH, *load, user_cookie)
        print_rows("handshake, session and user from SQLite", samples, {"zanhu": "1/10 of Daphne"})
        print_rows("the same, of Daphne", {"zanhu": samples["zanhu"], "Daphne": samples["Daphne"]}, {"zanhu": "0.1"}, base="Daphne")


if __name__ == "__main__":
    main()
