"""Three sockets of one site, of which one is not to stay."""

from raw_websocket import TEXT, RawWebSocket


def check_that_only_the_second_is_closed(daemon, keys, end):
    """By sessions; `end()` makes the second one no longer good."""
    sockets = [RawWebSocket(daemon, "/ws/somebody/", {"Cookie": f"sessionid={key}"}) for key in keys]
    end()
    assert sockets[1].read_close().close_code == 4401
    for socket in (sockets[0], sockets[2]):
        socket.send_frame(TEXT, "still here")
        assert socket.read_text() == '"still here"'
        socket.close()
