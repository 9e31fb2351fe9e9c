"""Every difference from Daphne 4.0 and Channels 4.0 that is meant, with what both do and why."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Difference:
    daphne: dict
    zanhu: dict
    why: str


def answer(status, **fields):
    return {"status": status, **{name.replace("_", "-"): value for name, value in fields.items()}}


def accepted(*frames, end="open"):
    return {"status": 101, "frames": list(frames), "end": end}


def closed(code, *frames):
    return accepted(*frames, end=["close", code])


def scope_of(path, query="", **seen):
    empty = {"args": [], "kwargs": {}, "user": "", "cookies": {}, "subprotocols": [], "headers": []}
    return accepted(["json", {**empty, "path": path, "raw_path": path, "query_string": query, **seen}])


DROPPED = {"status": "dropped"}
TORN = accepted(end="dropped")
UPGRADE_REQUIRED = answer(426, sec_websocket_version="13")


def for_each(names, daphne, zanhu, why):
    return {name: Difference(daphne, zanhu, why) for name in names}


HANDSHAKES = {
    **for_each(
        ["handshake with Upgrade: None", "plain GET of a socket's path"],
        answer(404), UPGRADE_REQUIRED, "the path exists, for sockets only (RFC 9110 15.5.22)",
    ),
    "handshake with Sec-WebSocket-Version: None": Difference(
        answer(400), UPGRADE_REQUIRED, "RFC 6455 4.4: 426 with the version that is spoken"
    ),
    "handshake with Sec-WebSocket-Version: 12": Difference(
        answer(400, sec_websocket_version="13,8"), UPGRADE_REQUIRED, "the same; 8 was a draft"
    ),
    "handshake with Sec-WebSocket-Version: 8": Difference(accepted(), UPGRADE_REQUIRED, "8 was a draft"),
    "handshake by POST": Difference(answer(405), answer(411), "it is a plain request, whose body has no length"),
    "handshake in HTTP/1.0": Difference(accepted(), answer(400), "RFC 6455 4.2.1: HTTP/1.1 or higher"),
    "a field twice": Difference(
        scope_of("/ws/scope/", headers=[["x-one", "1,2"]]),
        scope_of("/ws/scope/", headers=[["x-one", "1"], ["x-one", "2"]]),
        "ASGI's list of headers has each field as it came",
    ),
    "two cookie fields": Difference(
        scope_of("/ws/scope/", cookies={"a": "1,b=2"}), scope_of("/ws/scope/", cookies={"a": "1"}),
        "autobahn joins fields by a comma, which Channels' CookieMiddleware is not made for",
    ),
    "two origins, the last one good": Difference(
        answer(403), accepted(), "Channels takes the last of several; autobahn has joined them before"
    ),
    **for_each(
        ["origin ", "origin {host}", "origin something-invalid"],
        answer(400), answer(403), "a valid handshake of a foreign origin: denied, whatever autobahn thinks of it",
    ),
}

ROUTES = {
    **for_each(
        [
            "no such route", "route without its slash", "route int/-1/", "route int/x/", "route int/7",
            "route str/a%2Fb/", "route str//", "route slug/a.b/", "route slug/%C3%A9/",
            "route uuid/075194D3-6885-417E-A8A8-6C931E272F00/", "route uuid/no/", "route two/1/", "route two/1/b/c/",
            "route scope/./", "route scope//",
        ],
        answer(500), answer(404), "a path that is not there is the client's mistake",
    ),
    "route int/12345678901234567890/": Difference(
        scope_of("/ws/int/12345678901234567890/", kwargs={"n": ["int", "12345678901234567890"]}),
        scope_of("/ws/int/12345678901234567890/", kwargs={"n": ["text", "12345678901234567890"]}),
        "a number beyond 64 bits is its digits",
    ),
}

CONSUMERS = {
    "connect: strange-subprotocol": Difference(DROPPED, answer(500), "an error of the application has an answer"),
    "connect: nothing": Difference(DROPPED, answer(504), "a consumer that does not answer in time has one too"),
    **for_each(["empty text", "obey: send an empty text"], accepted(), accepted(["text", ""]), "it was sent"),
    **for_each(["empty bytes", "obey: send empty bytes"], accepted(), accepted(["binary", ""]), "it was sent"),
    **for_each(
        ["obey: an unknown event", "obey: an event with an underscore"],
        closed(1011), accepted(), "one wrong event would end every socket of a group; `strict = yes` is Channels' way",
    ),
    "obey: stop": Difference(accepted(), closed(1000), "Channels leaves a socket without a consumer"),
}

FRAMES = {
    "two MiB": Difference(accepted(["text", "2097152 bytes"]), closed(1009), "max_message_size; Daphne has it since 4.2.2"),
    **{
        f"close with {code}": Difference(closed(1000), closed(code), "RFC 6455 5.5.1: the code is echoed")
        for code in [1001, 1003, 3000, 4000, 4999]
    },
    "close without a code": Difference(closed(1000), closed(None), "the same: no code to echo"),
    **for_each(
        [
            "close with 999", "close with 1005", "close with 5000", "close of one byte", "an unmasked frame",
            "a reserved bit", "a reserved opcode", "a reserved control opcode", "a fragmented ping", "a ping of 126 bytes",
            "a continuation of nothing", "a text within a text", "a length longer than needed",
        ],
        TORN, closed(1002), "RFC 6455 7.1.7: a close frame says what was wrong",
    ),
    **for_each(
        ["close with a bad reason", "text that is no UTF-8", "half a character at the end"],
        TORN, closed(1007), "the same",
    ),
}

INTENDED = {**HANDSHAKES, **ROUTES, **CONSUMERS, **FRAMES}
