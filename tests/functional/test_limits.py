"""What one client, one address, one user, or all together may ask for, against the real daemon."""

import resource
import socket
import time

import pytest

from deadlines import PATIENCE, wait_until
from person import Person
from raw_http import RawConnection, raw_request
from raw_websocket import BINARY, CLOSE, TEXT, RawWebSocket, answer_to, frame
from test_monitor import metrics


def test_messages_above_the_rate_come_later_and_in_order(make_daemon):
    daemon = make_daemon({"limits": {"messages_per_second": 50}})
    with RawWebSocket(daemon) as client:
        begun = time.monotonic()
        client.send(b"".join(frame(TEXT, str(i)) for i in range(75)))
        assert [client.read_text() for _ in range(75)] == [str(i) for i in range(75)]
        assert time.monotonic() - begun > 0.45
    assert metrics(daemon)["zanhu_rate_delayed_total"] > 0


def test_messages_above_the_rate_close_with_1008_where_that_is_wanted(make_daemon):
    daemon = make_daemon({"limits": {"bytes_per_second": "1KiB", "excess": "close"}})
    with RawWebSocket(daemon) as client:
        client.send_frame(BINARY, b"x" * 1024)
        assert client.read_frame().payload == b"x" * 1024
        client.send_frame(BINARY, b"x" * 1025)
        closed = client.read_close()
        assert (closed.close_code, closed.close_reason) == (1008, "too many messages")
    assert metrics(daemon)['zanhu_websocket_closed_total{by="server",code="1008"}'] == 1


def test_a_frame_above_its_size_is_1009_where_its_message_would_fit(make_daemon):
    daemon = make_daemon({"websocket": {"max_frame_size": "1KiB"}})
    with RawWebSocket(daemon) as client:
        client.send_frame(TEXT, "x" * 1024, fin=False)
        client.send_frame(0, "y" * 1024)
        assert len(client.read_text()) == 2048
        client.send_frame(TEXT, "x" * 1025)
        assert client.read_close().close_code == 1009


def test_a_user_has_so_many_sockets_and_no_more(make_daemon):
    daemon = make_daemon({"limits": {"sockets_per_user": 2}})
    alice, bob = (Person(daemon, daemon.add_user(name)).log_in() for name in ("alice", "bob"))
    with alice.open_socket(), alice.open_socket() as second:
        refused = answer_to(daemon, alice.socket_path, {"Cookie": alice.cookie_header})
        assert refused.status == 429 and int(refused.header("retry-after")) > 0
        with bob.open_socket():
            pass
        second.close_normally()

        def comes_in():
            with RawConnection(daemon):
                return answer_to(daemon, alice.socket_path, {"Cookie": alice.cookie_header}).status == 101

        wait_until(comes_in, "the place is free again")
    assert metrics(daemon)['zanhu_limit_refused_total{limit="sockets_per_user"}'] >= 1


def test_an_address_has_so_many_connections_and_no_more(make_daemon):
    daemon = make_daemon({"limits": {"connections_per_address": 2}})
    with RawWebSocket(daemon), RawConnection(daemon) as second:
        assert second.request("GET", "/login/").status == 200  # on whatever loop: it has its place
        with RawConnection(daemon) as third:
            refused = third.read_response()
            assert refused.status == 429 and refused.header("retry-after")
        with socket.create_connection((daemon.host, daemon.port), source_address=("127.0.0.2", 0)) as other:
            other.sendall(b"GET /login/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            assert other.recv(100).startswith(b"HTTP/1.1 200 ")
    wait_until(lambda: raw_request(daemon, "GET", "/login/").status == 200, "the places are free again")


def test_handshakes_above_the_rate_are_429_for_an_address_and_503_for_all(make_daemon):
    daemon = make_daemon({"limits": {"handshakes_per_second_per_address": 1}})
    answers = [answer_to(daemon) for _ in range(3)]
    assert answers[0].status == 101 and answers[-1].status == 429
    assert answers[-1].header("retry-after") == "1"
    daemon.configure("limits", "handshakes_per_second", 1)
    daemon.configure("limits", "handshakes_per_second_per_address", 0)
    daemon.stop()
    daemon.restart()
    answers = [answer_to(daemon) for _ in range(3)]
    assert answers[0].status == 101 and answers[-1].status == 503
    assert raw_request(daemon, "GET", "/login/").status == 200


def test_a_client_that_takes_nothing_is_dropped_after_the_write_timeout(make_daemon):
    daemon = make_daemon({"outbox": {"write_timeout": "1s", "soft_limit": "16MiB", "hard_limit": "512MiB"}})
    with RawWebSocket(daemon) as client:
        # Some more than the system's buffers of both ends hold, and below the soft limit.
        message = frame(BINARY, b"x" * 1_000_000)
        client.socket.settimeout(0.2)
        try:
            while metrics(daemon)["zanhu_outbox_pending_bytes"] == 0:
                client.socket.sendall(message)
        except TimeoutError:
            pass
        wait_until(lambda: metrics(daemon)['zanhu_connections{kind="websocket"}'] == 0, "the client is dropped")
    told = metrics(daemon)
    assert told["zanhu_network_write_timeouts_total"] == 1
    assert told['zanhu_websocket_closed_total{by="nobody",code="1006"}'] == 1
    with RawWebSocket(daemon) as other:
        other.echo()


@pytest.fixture
def few_files():
    """A daemon started within it has some forty descriptors."""
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def test_out_of_descriptors_is_503_without_spinning_and_ends_by_itself(make_daemon, few_files):
    daemon = make_daemon.prepare({"server": {"loops": 1}})
    daemon.start(preexec_fn=few_files)
    with RawConnection(daemon) as kept:
        assert kept.request("GET", "/login/").status == 200
        crowd = []
        try:
            refused = None
            while refused is None:
                crowd.append(RawConnection(daemon))
                assert len(crowd) < 100
                crowd[-1].socket.settimeout(0.1)
                try:
                    crowd[-1].socket.recv(1, socket.MSG_PEEK)
                    refused = crowd[-1]
                except TimeoutError:
                    pass
            refused.socket.settimeout(PATIENCE)
            answer = refused.read_response()
            assert answer.status == 503 and answer.header("retry-after") == "5"
            refused.expect_end()
            waiting = [RawConnection(daemon) for _ in range(5)]
            crowd += waiting
            before = cpu_seconds(daemon.pid)
            assert kept.request("GET", "/login/").status == 200
            assert waiting[-1].read_response().status == 503
            time.sleep(1)
            assert cpu_seconds(daemon.pid) - before < 0.5
        finally:
            for connection in crowd:
                connection.close()
        wait_until(lambda: raw_request(daemon, "GET", "/login/").status == 200, "there are descriptors again")
    told = metrics(daemon)
    assert told["zanhu_accept_refused_total"] >= 6
    assert told["zanhu_accept_out_of_descriptors_total"] >= 6
    assert "raise the limit of open files" in daemon.log()


def test_a_slow_reader_waits_at_the_soft_limit_and_is_closed_with_1013_after_its_time(make_daemon):
    daemon = make_daemon({"outbox": {"soft_limit": "64KiB", "soft_timeout": "500ms", "hard_limit": "512MiB"}})
    with RawWebSocket(daemon, "/ws/echo-async/") as client:
        client.socket.settimeout(0.2)
        message = frame(BINARY, b"x" * 1_000_000)
        try:
            for _ in range(1000):
                client.socket.sendall(message)
        except TimeoutError:
            pass
        client.socket.settimeout(20)
        wait_until(lambda: metrics(daemon)["zanhu_outbox_slow_closed_total"] == 1, "the client is given up")
        told = metrics(daemon)
        assert told["zanhu_outbox_waits_total"] >= 1
        while (received := client.read_frame()).opcode != CLOSE:
            assert received.opcode == BINARY and len(received.payload) == 1_000_000
        assert received.close_code == 1013


def test_a_sender_that_is_faster_than_its_consumer_is_not_read(make_daemon):
    daemon = make_daemon({"websocket": {"inbox_messages": 2}, "outbox": {"soft_limit": "64KiB"}})
    with RawWebSocket(daemon, "/ws/echo-async/") as client:
        client.socket.settimeout(0.2)
        message = frame(BINARY, b"x" * 100_000)
        sent = 0
        with pytest.raises(TimeoutError):
            while sent < 10_000:
                client.socket.sendall(message)
                sent += 1
        told = metrics(daemon)
        assert told["zanhu_inbox_full_paused_total"] >= 1
        assert 0 < told["zanhu_inbox_bytes"] < 1_000_000
    wait_until(lambda: metrics(daemon)["zanhu_inbox_bytes"] == 0, "what waited went with its socket")
