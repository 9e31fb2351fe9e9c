"""Redis servers, and daemons on them; a daemon that compresses."""

import pytest

from deflate_websocket import WITH_TAKEOVER
from redis_server import RedisServer


@pytest.fixture(scope="module")
def takeover_daemon(make_module_daemon):
    return make_module_daemon({"deflate": WITH_TAKEOVER})


@pytest.fixture(scope="module")
def module_redis():
    server = RedisServer()
    yield server
    server.end()


@pytest.fixture
def redis_server(module_redis):
    with module_redis.client() as client:
        client.flushall()
    return module_redis


@pytest.fixture
def redis(redis_server):
    """A client of the database in which a site has its cache."""
    with redis_server.client(1) as client:
        yield client


@pytest.fixture
def make_node(make_daemon):
    """A daemon on these servers; further options are those of [channel_layer]."""

    def make(*servers, prepare=False, settings=None, **options):
        layer = {"hosts": ", ".join(server.url() for server in servers), "lease": "3s", **options}
        made = {"channel_layer": layer, "redis": {"timeout": "3s", "max_reconnect_delay": "200ms"}, **(settings or {})}
        return make_daemon.prepare(made) if prepare else make_daemon(made)

    return make


@pytest.fixture
def make_worker(make_node, bin_dir):
    """`zanhu worker work` as a process of its own."""

    def make(*servers, consumer="WorkConsumer", **options):
        settings = {
            "plugins": {"load": bin_dir.parent / "lib" / "test_workers.so"},
            "workers": {"list": "work"},
            "worker.work": {"consumer": consumer, "in_process": "no"},
        }
        worker = make_node(*servers, prepare=True, settings=settings, **options)
        worker.arguments = ["worker", "work"]
        worker.spawn()
        worker.wait_for_log("works on work")
        return worker

    return make
