"""/metrics, /healthz and /readyz on their own listener; what promtool says of the metrics."""

import contextlib
import re
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from deadlines import PATIENCE, wait_until
from door import Door
from person import Person
from raw_http import RawConnection, raw_request
from raw_websocket import RawWebSocket, answer_to, frame

CONFIG_ERROR = 78
NAME = r"[a-z][a-z0-9_]*"
SAMPLE = re.compile(rf'({NAME})(?:\{{((?:{NAME}="(?:[^"\\\n]|\\[\\n"])*",?)+)\}})? (-?[0-9.e+-]+|\+Inf|-Inf|NaN)')


def ask(daemon, path, method="GET"):
    return raw_request(Door(*daemon.monitor), method, path)


def samples(text):
    """{name with labels: value}, read strictly: every family has its help and type first, and comes once."""
    found, kinds, open_family = {}, {}, None
    for line in text.splitlines():
        head = re.fullmatch(rf"# (HELP|TYPE) ({NAME}) (.+)", line)
        if head and head[1] == "HELP":
            assert head[2] not in kinds, line
            open_family = head[2]
            kinds[open_family] = None
        elif head:
            assert head[2] == open_family and head[3] in ("counter", "gauge", "histogram"), line
            kinds[open_family] = head[3]
        else:
            sample = SAMPLE.fullmatch(line)
            assert sample, line
            suffix = sample[1].removeprefix(open_family)
            histogram = kinds[open_family] == "histogram"
            assert suffix in (("_bucket", "_sum", "_count") if histogram else ("",)), line
            assert (kinds[open_family] == "counter") == sample[1].endswith("_total"), line
            key = f"{sample[1]}{{{sample[2]}}}" if sample[2] else sample[1]
            assert key not in found, line
            found[key] = float(sample[3])
    return found


def metrics(daemon):
    response = ask(daemon, "/metrics")
    assert response.status == 200
    assert response.header("content-type") == "text/plain; version=0.0.4; charset=utf-8"
    assert response.text.endswith("\n")
    return samples(response.text)


def test_promtool_finds_nothing_to_say(daemon):
    if shutil.which("promtool") is None:
        pytest.skip("promtool is in the package prometheus")
    text = ask(daemon, "/metrics").text
    checked = subprocess.run(["promtool", "check", "metrics"], input=text, text=True, capture_output=True, check=False)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_every_metric_is_in_the_manual(daemon):
    manual = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
    named = set(re.findall(r"`((?:zanhu|process)_[a-z0-9_]+)", manual))
    told = set(re.findall(r"^# TYPE (\S+) ", ask(daemon, "/metrics").text, re.M))
    assert told - named == set(), "in /metrics and not in docs/operations.md"
    assert named - told == set(), "in docs/operations.md and not in /metrics"


def test_what_happens_is_counted(make_daemon):
    daemon = make_daemon()
    before = metrics(daemon)

    def more(name):
        return metrics(daemon)[name] - before[name]

    with RawWebSocket(daemon) as one, RawWebSocket(daemon):
        one.send_frame(1, "hello")
        assert one.read_text() == "hello"
        assert more('zanhu_websocket_handshakes_total{outcome="accepted"}') == 2
        assert more('zanhu_connections{kind="websocket"}') == 2
        assert more("zanhu_websocket_messages_received_total") == 1
        assert more("zanhu_websocket_messages_sent_total") == 1
        assert more("zanhu_network_received_bytes_total") > 500
        assert more("zanhu_loop_turn_seconds_count") > 0
        assert more("zanhu_websocket_handshake_seconds_count") == 2
    wait_until(lambda: more('zanhu_connections{kind="websocket"}') == 0, "both sockets are gone")
    assert answer_to(daemon, "/nowhere/").status == 404
    assert more('zanhu_websocket_handshakes_total{outcome="no_route"}') == 1
    Person(daemon, daemon.add_user("alice")).log_in()
    # A job is counted behind its end, which its result may overtake.
    wait_until(lambda: more('zanhu_database_seconds_count{kind="write"}') > 0, "the session's row is counted")
    wait_until(lambda: more('zanhu_pool_run_seconds_count{pool="hash"}') == 1, "the password's hash is counted")
    assert more('zanhu_http_responses_total{class="3xx"}') >= 1


def test_the_process_is_told_as_it_is(daemon):
    told = metrics(daemon)
    with open(f"/proc/{daemon.pid}/status") as status:
        resident = int(re.search(r"VmRSS:\s+(\d+) kB", status.read())[1]) * 1024
    assert resident / 2 < told["process_resident_memory_bytes"] < resident * 2
    assert 5 < told["process_open_fds"] < told["process_max_fds"]
    assert told["process_start_time_seconds"] > 1e9 and told["process_cpu_seconds_total"] >= 0
    assert told['zanhu_build_info{version="0.1.0"}'] == 1
    # A sanitizer's allocator has no such numbers.
    assert daemon.keeps_freed_memory or told['zanhu_allocator_bytes{state="used"}'] > 0


def test_backlogs_show_while_they_are_there(make_daemon):
    daemon = make_daemon({"outbox": {"soft_limit": "1MiB", "hard_limit": "512MiB"}, "websocket": {"max_message_size": "1MiB"}})
    with RawWebSocket(daemon, "/ws/echo-async/") as socket_:
        message = frame(1, "x" * 1_000_000)
        sent = 0
        socket_.socket.setblocking(False)

        def send_on():
            nonlocal sent
            with contextlib.suppress(BlockingIOError):
                sent += socket_.socket.send(message[sent % len(message):])
            return metrics(daemon)["zanhu_outbox_pending_bytes"] > 0

        wait_until(send_on, "the client's backlog shows")
        socket_.socket.setblocking(True)
    wait_until(lambda: metrics(daemon)["zanhu_outbox_pending_bytes"] == 0, "the backlog went with its socket")


def test_a_daemon_in_order_is_healthy_and_ready(daemon):
    for path in ("/healthz", "/readyz"):
        response = ask(daemon, path)
        assert (response.status, response.text) == (200, "ok\n")
        assert response.header("cache-control") == "no-store"
        assert ask(daemon, path, "HEAD").status == 200


def test_other_pages_methods_and_websockets_are_not_there(daemon):
    assert ask(daemon, "/").status == 404
    assert ask(daemon, "/login/").status == 404
    refused = ask(daemon, "/metrics", "POST")
    assert (refused.status, refused.header("allow")) == (405, "GET, HEAD")
    assert answer_to(Door(*daemon.monitor), "/ws/echo/").status == 404
    assert raw_request(daemon, "GET", "/metrics").status == 404


def test_a_database_that_is_away_makes_it_unready_and_not_unhealthy(make_daemon):
    daemon = make_daemon()
    daemon.sql("ALTER TABLE auth_user RENAME TO gone")
    response = ask(daemon, "/readyz")
    assert response.status == 503 and response.text.startswith("database: ")
    assert ask(daemon, "/healthz").status == 200
    daemon.sql("ALTER TABLE gone RENAME TO auth_user")
    assert ask(daemon, "/readyz").status == 200


def test_a_draining_daemon_is_unready_and_tells_its_metrics_to_the_end(make_daemon):
    daemon = make_daemon({"websocket": {"close_timeout": "30s"}, "server": {"shutdown_timeout": "60s"}})
    with RawWebSocket(daemon) as socket_:
        daemon.signal(15)
        assert socket_.read_frame().close_code == 1001
        response = ask(daemon, "/readyz")
        assert response.status == 503 and response.text.startswith("draining: ")
        assert ask(daemon, "/healthz").status == 200
        assert metrics(daemon)['zanhu_websocket_closed_total{by="server",code="1001"}'] == 1
    assert daemon.wait() == 0


def test_a_scraper_that_stays_connected_does_not_hold_up_the_end(make_daemon):
    daemon = make_daemon()
    with RawConnection(Door(*daemon.monitor)) as scraper:
        assert scraper.request("GET", "/metrics").status == 200
        assert daemon.stop() == 0


def test_it_can_be_switched_off(make_daemon):
    daemon = make_daemon({"metrics": {"listen": ""}})
    assert "metrics are at" not in daemon.log()


def test_an_address_that_was_asked_for_must_be_free(make_daemon):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        daemon = make_daemon.prepare({"metrics": {"listen": f"127.0.0.1:{holder.getsockname()[1]}"}})
        daemon.expected_exit = (CONFIG_ERROR,)
        daemon.spawn()
        assert daemon.process.wait(PATIENCE) == CONFIG_ERROR
        assert "another process listens there" in daemon.log()


def test_two_daemons_with_the_default_address_both_start(make_daemon):
    daemons = []
    for _ in range(2):
        daemon = make_daemon.prepare()
        del daemon.settings["metrics"]
        daemon.write_config()
        daemons.append(daemon.start())
    assert any("no metrics: cannot listen on 127.0.0.1:9180" in daemon.log() for daemon in daemons)
