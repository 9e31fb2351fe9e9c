"""The script of exchanges that both servers are put through."""

import struct

from exchange import Exchange
from raw_websocket import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, close_frame, frame

UUID = "075194d3-6885-417e-a8a8-6c931e272f00"


def handshakes():
    yield Exchange("good handshake")
    for field, value in [
        ("Connection", "keep-alive, Upgrade"),
        ("Connection", "upgrade"),
        ("Upgrade", "WebSocket"),
        ("Connection", None),
        ("Upgrade", None),
        ("Sec-WebSocket-Version", None),
        ("Sec-WebSocket-Version", "12"),
        ("Sec-WebSocket-Version", "8"),
        ("Sec-WebSocket-Key", None),
        ("Sec-WebSocket-Key", "short"),
        ("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAAA="),
        ("Host", None),
        ("Sec-WebSocket-Protocol", "chat, superchat"),
        ("Sec-WebSocket-Extensions", "x-unknown; a=1"),
    ]:
        yield Exchange(f"handshake with {field}: {value}", changes=((field, value),))
    yield Exchange("handshake by POST", method="POST")
    yield Exchange("handshake in HTTP/1.0", version="HTTP/1.0")
    yield Exchange("no such route", path="/nowhere/")
    yield Exchange("route without its slash", path="/ws/echo")
    yield Exchange("plain GET of a socket's path", changes=(("Upgrade", None), ("Connection", None)))


def origins():
    for origin in [
        None,
        "",
        "null",
        "http://{authority}",
        "http://{host}",
        "https://{host}:444",
        "{host}",
        "//{host}",
        "file://",
        "something-invalid",
        "http://example.com",
        "http://www.example.com",
        "HTTP://WWW.EXAMPLE.COM",
        "http://www.example.com:8080/path?query",
        "http://user@www.example.com",
        "http://evilexample.com",
        "http://example.com.evil.org",
        "http://example.com.",
        "http://localhost",
        "http://[::1]",
        "ws://www.example.com",
    ]:
        yield Exchange(f"origin {origin}", changes=(("Origin", origin),))
    yield Exchange("two origins, the last one good", changes=(("Origin", None),), extra=("Origin: http://evil.org", "Origin: http://example.com"))
    yield Exchange("two origins, the last one bad", changes=(("Origin", None),), extra=("Origin: http://example.com", "Origin: http://evil.org"))


def routes():
    for path in [
        "int/7/", "int/007/", "int/-1/", "int/x/", "int/12345678901234567890/", "int/7",
        "str/a b/".replace(" ", "%20"), "str/%E5%BC%A0%E4%B8%89/", "str/a%2Fb/", "str//", "str/a.b-c~d/",
        "default/plain/",
        "slug/a-b_c/", "slug/a.b/", "slug/%C3%A9/",
        f"uuid/{UUID}/", f"uuid/{UUID.upper()}/", "uuid/no/",
        "path/a/b/c", "path/", "path/a//b/", "path/x%20y/z",
        "two/1/b/", "two/1/", "two/1/b/c/",
        "scope/", "scope/?a=1&b=%20", "scope/?", "scope/?a?b#c", "sc%6fpe/", "scope/./", "scope//",
    ]:
        yield Exchange(f"route {path}", path="/ws/" + path, as_json=True)
    yield Exchange("a target in absolute form", path="http://127.0.0.1/ws/scope/", as_json=True)


def cookies_and_headers():
    for cookie in [
        "a=1", "a=1; b=2", "a=1; a=2", "a", "a=", "=a", "a=b=c", 'a="quoted"', 'a="with; semicolon"', 'a="oct\\141l"',
        " a = spaced ", "a=1;;b=2", ";", "\xe9=\xe9", "sessionid=short", "sessionid=" + "z" * 32, 'a="un', "a=%20",
    ]:
        yield Exchange(f"cookie {cookie!r}", path="/ws/scope/", changes=(("Cookie", cookie),), as_json=True)
    yield Exchange("two cookie fields", path="/ws/scope/", extra=("Cookie: a=1", "Cookie: b=2"), as_json=True)
    yield Exchange("fields in order", path="/ws/scope/", extra=("X-One: 1", "x-two:  2 ", "X-Three:"), as_json=True)
    yield Exchange("a field twice", path="/ws/scope/", extra=("X-One: 1", "X-One: 2"), as_json=True)
    yield Exchange("a field with an underscore", path="/ws/scope/", extra=("X_One: 1",), as_json=True)
    yield Exchange("subprotocols in the scope", path="/ws/scope/", changes=(("Sec-WebSocket-Protocol", "chat, v2.chat ,x"),), as_json=True)


def connects():
    for how in [
        "accept", "accept-by-exception", "deny", "deny-with-a-code", "deny-by-exception", "throw", "send-first",
        "strange-subprotocol", "first-subprotocol", "nothing",
    ]:
        yield Exchange(f"connect: {how}", path=f"/ws/connect/{how}/")
    yield Exchange("connect: an offered subprotocol", path="/ws/connect/first-subprotocol/", changes=(("Sec-WebSocket-Protocol", "v2.chat, v1.chat"),))
    for how in ["accept-and-close", "accept-and-throw"]:
        yield Exchange(f"connect: {how}", path=f"/ws/connect/{how}/")
    yield Exchange("an anonymous user of private messages", path="/ws/somebody/")
    yield Exchange("an anonymous user of notifications", path="/ws/notifications/")


def frames():
    def echoed(name, *sends):
        return Exchange(name, sends=sends)

    yield echoed("text", frame(TEXT, "hello"))
    yield echoed("text of many scripts", frame(TEXT, "Grüße, 张三 😀"))
    yield echoed("bytes", frame(BINARY, bytes(range(100))))
    yield echoed("empty text", frame(TEXT))
    yield echoed("empty bytes", frame(BINARY))
    yield echoed("several in order", *[frame(TEXT, str(n)) for n in range(50)])
    yield echoed("126 bytes", frame(TEXT, "x" * 126))
    yield echoed("65,536 bytes", frame(BINARY, b"x" * 65536))
    yield echoed("a million bytes", frame(BINARY, b"x" * 1_000_000))
    yield echoed("two MiB", frame(TEXT, "x" * (2 << 20)))
    yield echoed("fragments", frame(TEXT, "a", fin=False), frame(CONTINUATION, "b", fin=False), frame(CONTINUATION, "c"))
    yield echoed("fragments with a ping between", frame(TEXT, "a", fin=False), frame(PING, b"now"), frame(CONTINUATION, "b"))
    yield echoed("a character cut by fragments", frame(TEXT, "é".encode()[:1], fin=False), frame(CONTINUATION, "é".encode()[1:]))
    yield echoed("ping", frame(PING, b"payload"))
    yield echoed("empty ping", frame(PING))
    yield echoed("unasked pong", frame(PONG, b"x"), frame(TEXT, "still here"))
    for code in [1000, 1001, 1003, 3000, 4000, 4999]:
        yield echoed(f"close with {code}", close_frame(code, b"bye"))
    yield echoed("close without a code", frame(CLOSE))
    for name, bad in [
        ("close with 999", close_frame(999)),
        ("close with 1005", close_frame(1005)),
        ("close with 5000", close_frame(5000)),
        ("close of one byte", frame(CLOSE, b"\x03")),
        ("close with a bad reason", frame(CLOSE, struct.pack("!H", 1000) + b"\xff")),
        ("text that is no UTF-8", frame(TEXT, b"\xff")),
        ("half a character at the end", frame(TEXT, "é".encode()[:1])),
        ("an unmasked frame", frame(TEXT, "x", mask=False)),
        ("a reserved bit", frame(TEXT, "x", reserved=4)),
        ("a reserved opcode", frame(3, "x")),
        ("a reserved control opcode", frame(11, "x")),
        ("a fragmented ping", frame(PING, b"x", fin=False)),
        ("a ping of 126 bytes", frame(PING, b"x" * 126)),
        ("a continuation of nothing", frame(CONTINUATION, "x")),
        ("a text within a text", frame(TEXT, "x", fin=False) + frame(TEXT, "y")),
        ("a length longer than needed", frame(TEXT, "x", length_form=16)),
    ]:
        yield echoed(name, bad)


def consumers():
    def obeyed(name, *texts, last="text"):
        sends = tuple(frame(TEXT, text) for text in texts)
        return Exchange(f"obey: {name}", path="/ws/obey/", sends=sends, last=last)

    yield Exchange("sync echo", path="/ws/echo/", sends=(frame(TEXT, "sync"), frame(BINARY, b"\0")))
    yield Exchange("async echo", path="/ws/echo-async/", sends=(frame(TEXT, "async"), frame(BINARY, b"\0")))
    yield obeyed("close", "close")
    yield obeyed("close with 4007", "close 4007")
    yield obeyed("close with 3000", "close 3000")
    yield obeyed("throw", "throw")
    yield obeyed("an event through the layer", "group heard", last="layer")
    yield obeyed("what comes behind a close", "close 4007", "too late")
    yield obeyed("send and close", "send-and-close last")
    yield obeyed("many", "many 100")
    yield obeyed("send an empty text", "empty-text")
    yield obeyed("send empty bytes", "empty-bytes")
    yield obeyed("an unknown event", "event unknown.event", last="layer")
    yield obeyed("an event with an underscore", "event _private", last="layer")
    yield obeyed("stop", "stop", last="ping")

    def json_texts(name, *sends):
        return Exchange(f"json: {name}", path="/ws/json/", sends=sends)

    yield json_texts("an object", frame(TEXT, '{"b": 1, "a": [true, null, 1.5, "\\u00e9\\ud83d\\ude00"]}'))
    yield json_texts("a number", frame(TEXT, "7"))
    yield json_texts("white space", frame(TEXT, ' \n[1,\t2] '))
    yield json_texts("not ASCII", frame(TEXT, '"张三"'))
    yield json_texts("no JSON", frame(TEXT, "{"))
    yield json_texts("empty", frame(TEXT, ""))
    yield json_texts("bytes", frame(BINARY, b"{}"))


EXCHANGES = [
    *handshakes(), *origins(), *routes(), *cookies_and_headers(), *connects(), *frames(), *consumers(),
]
