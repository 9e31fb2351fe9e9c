"""permessage-deflate, a thousand small messages of every size through every window, both ways, and in fragments."""

import itertools

import pytest

from deflate_endurance import TEXTS, Endurance, run_through
from deflate_websocket import NO_TAKEOVER, WITH_TAKEOVER, DeflateWebSocket, chat_text

WINDOWS = range(8, 16)
SMALL_SIZES = (16, 64, 256, 1024, 4096)
LARGE_SIZES = (8192, 16384, 32768, 65536, 131072)


@pytest.fixture(scope="module")
def daemon_settings():
    return {"deflate": {"enabled": "yes", "threshold": "1B"}}


@pytest.fixture(scope="module")
def takeover_daemon(make_module_daemon):
    return make_module_daemon({"deflate": WITH_TAKEOVER})


@pytest.mark.parametrize("which", ["daemon", "takeover_daemon"])
@pytest.mark.parametrize("bits", WINDOWS)
def test_small_messages_a_thousand_times_through_each_window(request, which, bits):
    run_through(request.getfixturevalue(which), bits, SMALL_SIZES, 500)  # in each of the two


@pytest.mark.parametrize("which", ["daemon", "takeover_daemon"])
@pytest.mark.parametrize("fragment", [256, 1024, 4096, 32768])
def test_compressed_messages_in_fragments_of_every_size(request, which, fragment):
    with Endurance(request.getfixturevalue(which), 15) as socket:
        for size, seed in itertools.product(SMALL_SIZES + LARGE_SIZES, range(TEXTS)):
            socket.exchange(chat_text(size, seed), sizes=[fragment] * (size // fragment // 8))
        socket.close_normally()


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
