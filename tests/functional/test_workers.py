"""Workers of general channels over Redis: `zanhu worker` and an unchanged `manage.py runworker`, for each other's clients."""

import asyncio
import json
import signal

import pytest
from channels_redis.core import RedisChannelLayer

from channels_site import RunWorker
from deadlines import PATIENCE, wait_until
from person import Person
from raw_websocket import BINARY, CLOSE, TEXT, RawWebSocket
from redis_server import RedisServer

ROUTES = {
    "routes": {"list": "work, twice, slow, echo, echo_async, notifications, messages"},
    **{
        f"route.{name}": {
            "path": f"ws/{name}/<slug:job>/",
            "consumer": "RelayConsumer",
            "on_message": "channel: work",
            "event": event,
            "who": "anybody",
        }
        for name, event in (("work", "work.do"), ("twice", "work.twice"), ("slow", "work.slow"))
    },
}


@pytest.fixture
def make_relay(make_node):
    return lambda *servers, **options: make_node(*servers, settings=ROUTES, **options)


@pytest.fixture
def run_worker(redis_server, tmp_path):
    layer = {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [redis_server.url()]}}
    worker = RunWorker(tmp_path, layer, "work")
    yield worker
    worker.end()


def queued(server, channel="work"):
    with server.client() as client:
        return client.zcard(f"asgi{channel}")


def ask(page, *texts):
    """What a worker made of each; their order is that of the workers."""
    for text in texts:
        page.send_frame(TEXT, text)
    answers = [json.loads(page.read_text()) for _ in texts]
    assert sorted(answer["text"] for answer in answers) == sorted(texts)
    return answers


def check_event(event, user=None, name=None):
    assert event["type"] == "work.do" and event["text"] == "hello"
    assert event["reply_channel"].startswith("specific.") and "!" in event["reply_channel"]
    assert event["kwargs"] == {"job": "thumb"} and event["path"] == "/ws/work/thumb/"
    assert (event["user_id"], event["username"]) == (user, name)


def test_an_unchanged_runworker_serves_sockets_of_zanhu(make_relay, redis_server, run_worker):
    daemon = make_relay(redis_server)
    with RawWebSocket(daemon, "/ws/work/thumb/") as page:
        check_event(*ask(page, "hello"))
    alice = Person(daemon, daemon.add_user("alice")).log_in()
    ((identity,),) = daemon.sql("SELECT id FROM auth_user WHERE username = 'alice'")
    with alice.open_socket("/ws/work/thumb/") as page:
        check_event(*ask(page, "hello"), user=str(identity), name="alice")
    with RawWebSocket(daemon, "/ws/twice/x/") as page:
        page.send_frame(BINARY, b"\x80abc")
        frames = [page.read_frame() for _ in range(3)]
        assert [frame.opcode for frame in frames] == [BINARY, TEXT, CLOSE]
        assert frames[0].payload == b"\x00\xff\x80abc" and frames[1].payload == b"last"
        assert frames[2].close_code == 4321


@pytest.mark.parametrize("consumer", ["WorkConsumer", "SyncWorkConsumer"])
def test_a_worker_of_zanhu_serves_sockets_of_another_daemon(make_relay, make_worker, redis_server, consumer):
    daemon = make_relay(redis_server)
    worker = make_worker(redis_server, consumer=consumer)
    with RawWebSocket(daemon, "/ws/work/thumb/") as page:
        (event,) = ask(page, "hello")
        assert event["process"] == worker.pid
        check_event(event)


async def test_a_worker_of_zanhu_serves_python(make_worker, redis_server):
    make_worker(redis_server)
    layer = RedisChannelLayer(hosts=[redis_server.url()])
    channel = await layer.new_channel()
    await layer.send("work", {"type": "work.do", "reply_channel": channel, "text": "é", "list": [1, None, 0.5, {"a": True}]})
    answer = await asyncio.wait_for(layer.receive(channel), PATIENCE)
    assert answer["type"] == "websocket.send"
    assert json.loads(answer["text"])["list"] == [1, None, 0.5, {"a": True}]


def test_several_workers_share_a_channel_and_each_message_is_done_once(make_relay, make_worker, redis_server, run_worker):
    daemon = make_relay(redis_server)
    for _ in range(2):
        make_worker(redis_server)
    with RawWebSocket(daemon, "/ws/work/thumb/") as page:
        ask(page, *(f"job {number}" for number in range(60)))
        ask(page, "and no other")
    assert queued(redis_server) == 0


def test_what_was_sent_before_there_was_a_worker_is_done(make_relay, make_worker, redis_server):
    daemon = make_relay(redis_server)
    with RawWebSocket(daemon, "/ws/work/thumb/") as page:
        page.send_frame(TEXT, "early")
        wait_until(lambda: queued(redis_server) == 1, "it waits in Redis")
        make_worker(redis_server)
        assert json.loads(page.read_text())["text"] == "early"


def test_a_worker_that_ends_finishes_its_message_and_leaves_the_others(make_relay, make_worker, redis_server):
    daemon = make_relay(redis_server)
    worker = make_worker(redis_server)
    with RawWebSocket(daemon, "/ws/slow/x/") as page:
        page.send_frame(TEXT, "first")
        assert page.read_text() == "begun"
        page.send_frame(TEXT, "second")
        worker.signal(signal.SIGTERM)
        assert json.loads(page.read_text())["text"] == "first"
        assert worker.wait() == 0
        wait_until(lambda: queued(redis_server) == 1, "the second is left to others")
        make_worker(redis_server)
        assert page.read_text() == "begun"
        assert json.loads(page.read_text())["text"] == "second"


def test_a_failed_message_does_not_end_the_worker(make_worker, redis_server):
    worker = make_worker(redis_server)

    async def send():
        layer = RedisChannelLayer(hosts=[redis_server.url()])
        channel = await layer.new_channel()
        for message in ({"type": "work.fail"}, {"no": "type"}, {"type": "unknown"}, {"type": "work.do", "reply_channel": channel}):
            await layer.send("work", message)
        return await asyncio.wait_for(layer.receive(channel), PATIENCE)

    assert asyncio.run(send())["type"] == "websocket.send"
    assert "as the test wants it" in worker.log()


def test_workers_go_on_when_redis_is_back(make_relay, make_worker, redis_server):
    daemon, worker = make_relay(redis_server), make_worker(redis_server)
    with RawWebSocket(daemon, "/ws/work/thumb/") as page:
        ask(page, "before")
        redis_server.kill()
        for process in (daemon, worker):
            process.wait_for_log("no connection to Redis")
        redis_server.restart()
        for process in (daemon, worker):
            process.wait_for_log("Redis is back")
        ask(page, "after")


def test_a_channel_is_spread_over_several_hosts(make_relay, make_worker, redis_server):
    other = RedisServer()
    try:
        daemon = make_relay(redis_server, other)
        with RawWebSocket(daemon, "/ws/work/thumb/") as page:
            for number in range(4):
                page.send_frame(TEXT, str(number))
            wait_until(lambda: (queued(redis_server), queued(other)) == (2, 2), "each host has its half")
            make_worker(redis_server, other)
            assert sorted(json.loads(page.read_text())["text"] for _ in range(4)) == ["0", "1", "2", "3"]
    finally:
        other.end()


def test_a_full_channel_closes_with_1013_by_its_own_capacity(make_relay, redis_server):
    daemon = make_relay(redis_server, channel_capacity="specific.*=5, w?rk=3", capacity=10)
    with RawWebSocket(daemon, "/ws/work/thumb/") as page:
        for number in range(4):
            page.send_frame(TEXT, str(number))
        assert page.answer_close().close_code == 1013
    assert queued(redis_server) == 3


def test_the_daemon_itself_may_be_the_worker(make_node, redis_server, bin_dir):
    daemon = make_node(redis_server, settings={
        **ROUTES,
        "plugins": {"load": bin_dir.parent / "lib" / "test_workers.so"},
        "workers": {"list": "work"},
        "worker.work": {"consumer": "WorkConsumer", "in_process": "yes", "concurrency": 3},
    })
    with RawWebSocket(daemon, "/ws/work/thumb/") as page:
        assert {event["process"] for event in ask(page, *(str(number) for number in range(20)))} == {daemon.pid}
