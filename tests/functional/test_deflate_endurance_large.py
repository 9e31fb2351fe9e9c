"""permessage-deflate, a thousand large messages of every size through every window, both ways."""

import pytest

from deflate_endurance import run_through
from deflate_websocket import WITH_TAKEOVER

SIZES = (8192, 16384, 32768, 65536, 131072)


@pytest.fixture(scope="module")
def daemon_settings():
    return {"deflate": {"enabled": "yes", "threshold": "1B"}}


@pytest.fixture(scope="module")
def takeover_daemon(make_module_daemon):
    return make_module_daemon({"deflate": WITH_TAKEOVER})


@pytest.mark.parametrize("which", ["daemon", "takeover_daemon"])
@pytest.mark.parametrize("bits", range(8, 16))
def test_large_messages_a_thousand_times_through_each_window(request, which, bits):
    daemon = request.getfixturevalue(which)
    # 500 in each of the two. Two gigabytes take a sanitizer five minutes, in which it sees nothing more.
    run_through(daemon, bits, SIZES, 60 if daemon.keeps_freed_memory else 500)
