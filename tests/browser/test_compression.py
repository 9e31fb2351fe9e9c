"""Chromium's own permessage-deflate against ours, both ways, with and without context takeover."""

import pytest

ECHO = """
const [url, messages, done] = arguments;
const socket = new WebSocket(url);
const wrong = [];
let next = 0;
socket.onopen = () => socket.send(messages[0]);
socket.onmessage = (event) => {
    if (event.data !== messages[next]) wrong.push(next);
    next += 1;
    if (next < messages.length) socket.send(messages[next]); else socket.close(1000);
};
socket.onclose = (event) => done({extensions: socket.extensions, wrong, received: next, code: event.code});
"""


@pytest.mark.parametrize("no_takeover", ["yes", "no"])
@pytest.mark.parametrize("bits", [8, 9, 15])
def test_a_page_reads_what_it_wrote(make_daemon, new_browser, no_takeover, bits):
    daemon = make_daemon({"deflate": {
        "enabled": "yes", "threshold": "1B", "server_max_window_bits": bits, "client_max_window_bits": bits,
        "server_no_context_takeover": no_takeover, "client_no_context_takeover": no_takeover,
    }})
    browser = new_browser()
    browser.open(daemon, "/login/")
    messages = [("你好 zanhu, message %d; " % number) * (1 + number * number) for number in range(40)] + [""]
    result = browser.driver.execute_async_script(ECHO, daemon.ws_url + "/ws/echo/", messages)
    assert result["extensions"].startswith("permessage-deflate")
    assert ("server_no_context_takeover" in result["extensions"]) == (no_takeover == "yes")
    assert ("client_max_window_bits" in result["extensions"]) == (bits < 15)
    assert (result["wrong"], result["received"], result["code"]) == ([], len(messages), 1000)
