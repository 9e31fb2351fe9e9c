"""permessage-deflate, a thousand large messages of every size through every window, both ways."""

import pytest

from deflate_endurance import run_through

SIZES = (8192, 16384, 32768, 65536, 131072)


@pytest.fixture(scope="module")
def daemon_settings():
    return {"deflate": {"enabled": "yes", "threshold": "1B"}}


def count_for(daemon):
    """Of each of the two. Gigabytes take a sanitizer minutes, in which it sees nothing more."""
    return 60 if daemon.keeps_freed_memory else 500


@pytest.mark.parametrize("which", ["daemon", "takeover_daemon"])
@pytest.mark.parametrize("bits", range(8, 16))
def test_large_messages_a_thousand_times_through_each_window(request, which, bits):
    daemon = request.getfixturevalue(which)
    run_through(daemon, bits, SIZES, count_for(daemon))


@pytest.mark.parametrize("which", ["daemon", "takeover_daemon"])
@pytest.mark.parametrize("fragment", [256, 4096, 32768])
def test_large_messages_a_thousand_times_in_fragments(request, which, fragment):
    daemon = request.getfixturevalue(which)
    run_through(daemon, 15, SIZES, count_for(daemon), fragment)
