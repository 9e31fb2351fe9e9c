"""rediss:// to a real Redis: whom the daemon trusts, what it shows of itself, and what it says when it does not go."""

import http.client

import pytest
from channels_redis.core import RedisChannelLayer

from deadlines import PATIENCE, wait_until
from person import Person, events_until
from ports import free_port
from redis_server import RedisServer
from tls import Certificate

GROUP = "notifications"


@pytest.fixture
def make_redis(tmp_path):
    servers = []

    def make(certificate, *options):
        port = free_port()
        files = ["--tls-cert-file", certificate.path, "--tls-key-file", certificate.key, "--tls-ca-cert-file", certificate.path]
        servers.append(RedisServer("--tls-port", str(port), *map(str, files), *options))
        servers[-1].tls_port = port
        return servers[-1]

    yield make
    for server in servers:
        server.end()


@pytest.fixture
def certificate(tmp_path):
    return Certificate(tmp_path)


@pytest.fixture
def anybody(make_redis, certificate):
    """A Redis that asks its clients for no certificate."""
    return make_redis(certificate, "--tls-auth-clients", "no")


@pytest.fixture
def make_node(make_daemon):
    def make(url, **more):
        return make_daemon({"channel_layer": {"hosts": url}, "redis": {"max_reconnect_delay": "200ms"}, **more})

    return make


def is_ready(daemon):
    monitor = http.client.HTTPConnection(*daemon.monitor, timeout=PATIENCE)
    monitor.request("GET", "/readyz")
    return monitor.getresponse().status == 200


async def hears_python(daemon, server):
    with Person(daemon, daemon.add_user("alice")).log_in().open_socket("/ws/notifications/") as page:
        layer = RedisChannelLayer(hosts=[server.url()])
        await layer.group_send(GROUP, {"type": "broadcast.message", "text": "over TLS"})
        await layer.close_pools()
        assert events_until(page, 1)[0]["text"] == "over TLS"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_a_certificate_of_a_known_authority_is_trusted(make_node, anybody, certificate, host):
    daemon = make_node(f"rediss://{host}:{anybody.tls_port}/0?ssl_ca_certs={certificate.path}")
    await hears_python(daemon, anybody)
    assert is_ready(daemon)
    with anybody.client() as client:
        names = {row["name"] for row in client.client_list()}
    assert {name.rpartition("-")[2] for name in names if name.startswith("zanhu")} == {"commands", "queue"}


async def test_verification_can_be_switched_off_as_in_redis_py(make_node, anybody):
    daemon = make_node(f"rediss://127.0.0.1:{anybody.tls_port}/0?ssl_cert_reqs=none")
    await hears_python(daemon, anybody)


async def test_a_certificate_for_another_host_is_refused_unless_that_is_wanted(make_node, make_redis, tmp_path):
    other = Certificate(tmp_path, names="DNS:redis.example.com")
    server = make_redis(other, "--tls-auth-clients", "no")
    url = f"rediss://localhost:{server.tls_port}/0?ssl_ca_certs={other.path}"
    strict = make_node(url)
    strict.wait_for_log("no TLS with it: hostname mismatch")
    assert not is_ready(strict)
    await hears_python(make_node(url + "&ssl_check_hostname=no"), server)


def test_an_unknown_authority_is_refused_and_sockets_stay(make_node, anybody):
    daemon = make_node(f"rediss://localhost:{anybody.tls_port}/0")
    daemon.wait_for_log("no TLS with it: self-signed certificate")
    assert not is_ready(daemon)
    with Person(daemon, daemon.add_user("alice")).log_in().open_socket("/ws/echo/") as echo:
        echo.echo("still here")


async def test_the_daemon_shows_a_certificate_of_its_own(make_node, make_redis, certificate):
    server = make_redis(certificate)
    url = f"rediss://localhost:{server.tls_port}/0?ssl_ca_certs={certificate.path}"
    stranger = make_node(url)
    stranger.wait_for_log("no connection to Redis")
    assert not is_ready(stranger)
    daemon = make_node(f"{url}&ssl_certfile={certificate.path}&ssl_keyfile={certificate.key}")
    await hears_python(daemon, server)


def test_a_redis_without_tls_is_named_as_such(make_node, anybody):
    daemon = make_node(f"rediss://localhost:{anybody.port}/0?ssl_cert_reqs=none")
    daemon.wait_for_log("if it speaks no TLS, write redis://")


async def test_after_a_restart_with_another_certificate_it_connects_again(make_node, anybody, certificate):
    daemon = make_node(f"rediss://localhost:{anybody.tls_port}/0?ssl_ca_certs={certificate.path}")
    wait_until(lambda: is_ready(daemon), "it is ready")
    anybody.kill()
    wait_until(lambda: not is_ready(daemon), "it is not ready")
    anybody.restart()
    wait_until(lambda: is_ready(daemon), "it is ready again")
    await hears_python(daemon, anybody)


@pytest.mark.parametrize("query, said", [
    ("ssl_ca_certs=/nowhere.pem", "`/nowhere.pem` holds no certificates"),
    ("ssl_certfile=/nowhere.pem", "`/nowhere.pem` cannot be read"),
    ("ssl_cert_reqs=maybe", "neither required nor none"),
    ("ssl_check_hostname=maybe", "neither yes nor no"),
    ("ssl_what=1", "`ssl_what`"),
])
def test_a_wrong_option_is_refused_at_the_start(make_daemon, query, said):
    daemon = make_daemon.prepare({"channel_layer": {"hosts": f"rediss://:hunter2@localhost/0?{query}"}})
    daemon.spawn()
    assert daemon.wait() == 78
    daemon.expected_exit += (78,)
    assert "[channel_layer] hosts" in daemon.log() and said in daemon.log() and "hunter2" not in daemon.log()
