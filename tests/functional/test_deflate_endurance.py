"""permessage-deflate, a thousand small messages of every size through every window, both ways, and in fragments."""

import pytest

from deflate_endurance import run_through
from deflate_websocket import NO_TAKEOVER, DeflateWebSocket, chat_text

WINDOWS = range(8, 16)
SMALL_SIZES = (16, 64, 256, 1024, 4096)


@pytest.fixture(scope="module")
def daemon_settings():
    return {"deflate": {"enabled": "yes", "threshold": "1B"}}


@pytest.mark.parametrize("which", ["daemon", "takeover_daemon"])
@pytest.mark.parametrize("bits", WINDOWS)
def test_small_messages_a_thousand_times_through_each_window(request, which, bits):
    run_through(request.getfixturevalue(which), bits, SMALL_SIZES, 500)  # in each of the two


@pytest.mark.parametrize("which", ["daemon", "takeover_daemon"])
@pytest.mark.parametrize("fragment", [64, 256, 1024])
def test_small_messages_in_fragments(request, which, fragment):
    run_through(request.getfixturevalue(which), 15, SMALL_SIZES, 500, fragment)  # in each of the two


@pytest.mark.parametrize("server_bits", WINDOWS)
@pytest.mark.parametrize("client_bits", WINDOWS)
def test_the_windows_of_the_two_directions_are_independent(daemon, takeover_daemon, server_bits, client_bits):
    offer = f"permessage-deflate; server_max_window_bits={server_bits}; client_max_window_bits={client_bits}"
    agreed = {"server_max_window_bits": server_bits, "client_max_window_bits": client_bits}
    if client_bits == 15:
        offer = f"permessage-deflate; server_max_window_bits={server_bits}; client_max_window_bits"
        del agreed["client_max_window_bits"]
    for one, more in ((daemon, NO_TAKEOVER), (takeover_daemon, {})):
        with DeflateWebSocket(one, "/ws/echo-async/", offer) as socket:
            assert socket.parameters == {**agreed, **more}
            for seed in (0, 1, 0):
                text = chat_text(3000, seed)
                socket.send_compressed(text)
                assert socket.read_message() == (True, text.encode())
            socket.close_normally()
