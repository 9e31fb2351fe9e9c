"""Who a token lets in: signed tokens by foreign hands, and the table of Django REST framework."""

import subprocess
import time

import pytest
import websockets

from deadlines import PATIENCE
from person import Person
from raw_http import raw_request
from raw_websocket import RawWebSocket, answer_to
from tokens import EcKey, RsaKey, base64url, claims, hmac_token, part, signed

SECRET = "a-secret-that-signs-tokens-0123456789"
OLD_SECRET = "the-secret-of-last-year-0123456789abc"
CHAIN = {"websocket": "origin, tokens, auth, routes", "http": "tokens, auth, site"}


def settings(**keys):
    return {"routing": CHAIN, "tokens": {"class": "JwtAuthMiddleware", **keys}}


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    directory = tmp_path_factory.mktemp("keys")
    return RsaKey(directory), EcKey(directory)


@pytest.fixture(scope="module")
def daemon(make_module_daemon, keys):
    rsa, ec = keys
    daemon = make_module_daemon(settings(
        algorithms="HS256, HS384, HS512, RS256, ES256", secrets=f"{SECRET}, old:{OLD_SECRET}",
        public_keys=f"rsa:{rsa.public}, ec:{ec.public}", query="token",
    ))
    daemon.add_user("alice")
    daemon.add_user("bob")
    return daemon


def id_of(daemon, username):
    return daemon.sql("SELECT id FROM auth_user WHERE username = ?", username)[0][0]


def bearer(token):
    return [f"Authorization: Bearer {token}"]


def status_with(daemon, token, path="/ws/alice/"):
    return answer_to(daemon, path, extra=bearer(token)).status


def good(daemon, username="alice", **changes):
    return claims(user_id=id_of(daemon, username), **changes)


# MessagesConsumer refuses whoever is anonymous, so a 101 means that somebody was recognised.


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_a_token_signed_with_the_secret_lets_its_user_in(daemon, algorithm):
    assert status_with(daemon, hmac_token(good(daemon), SECRET, algorithm)) == 101


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_is_written_in_any_case(daemon, scheme):
    token = hmac_token(good(daemon), SECRET)
    assert answer_to(daemon, "/ws/alice/", extra=[f"Authorization: {scheme}   {token}"]).status == 101


def test_tokens_of_openssls_keys_are_good(daemon, keys):
    rsa, ec = keys
    for token in (rsa.token(good(daemon)), rsa.token(good(daemon), kid="rsa"), ec.token(good(daemon)),
                  ec.token(good(daemon), kid="ec")):
        assert status_with(daemon, token) == 101


def test_during_a_rotation_both_secrets_are_good_by_their_names(daemon):
    assert status_with(daemon, hmac_token(good(daemon), OLD_SECRET, kid="old")) == 101
    assert status_with(daemon, hmac_token(good(daemon), OLD_SECRET)) == 101
    assert status_with(daemon, hmac_token(good(daemon), SECRET, kid="old")) == 401
    assert status_with(daemon, hmac_token(good(daemon), SECRET, kid="unknown")) == 401


def test_the_user_is_the_one_of_the_claim(daemon):
    token = hmac_token(good(daemon, "bob"), SECRET)
    assert answer_to(daemon, "/ws/bob/", extra=bearer(token)).status == 101
    text = hmac_token(claims(user_id=str(id_of(daemon, "bob"))), SECRET)
    assert answer_to(daemon, "/ws/bob/", extra=bearer(text)).status == 101


def test_without_a_token_nobody_is_refused_and_a_session_counts(daemon):
    assert answer_to(daemon, "/ws/alice/").status == 403
    assert answer_to(daemon, "/ws/echo/").status == 101
    alice = Person(daemon, "alice").log_in()
    assert answer_to(daemon, "/ws/alice/", {"Cookie": alice.cookie_header}).status == 101


def forged(daemon, keys):
    rsa, ec = keys
    content = good(daemon)
    token = hmac_token(content, SECRET)
    head, body, signature = token.split(".")
    public = rsa.public.read_text()
    yield "no algorithm", f"{part({'alg': 'none'})}.{part(content)}."
    yield "no algorithm, signed", f"{part({'alg': 'none'})}.{part(content)}.{signature}"
    yield "NONE", f"{part({'alg': 'NonE'})}.{part(content)}.{signature}"
    yield "no alg", signed(content, lambda data: b"x" * 32)
    yield "alg is no text", signed(content, lambda data: b"x" * 32, alg=256)
    yield "an algorithm that nobody has", signed(content, lambda data: b"x" * 32, alg="HS1")
    yield "the public key as a secret", hmac_token(content, public)
    yield "the public key as a secret, by its name", hmac_token(content, public, kid="rsa")
    yield "RS256 over a secret", signed(content, lambda data: b"x" * 256, alg="RS256")
    yield "ES256 by the RSA key", signed(content, rsa.sign, alg="ES256")
    yield "RS256 by the EC key", signed(content, ec.sign, alg="RS256")
    yield "ES256 in DER", signed(content, ec.sign, alg="ES256")
    yield "ES256 of zeros", signed(content, lambda data: bytes(64), alg="ES256")
    yield "another secret", hmac_token(content, SECRET + "x")
    yield "other claims", f"{head}.{part({**content, 'user_id': id_of(daemon, 'bob')})}.{signature}"
    yield "another header", f"{part({'alg': 'HS256'})}.{body}.{signature}"
    yield "half of the signature", f"{head}.{body}.{signature[:20]}"
    yield "no signature", f"{head}.{body}."
    yield "two parts", f"{head}.{body}"
    yield "four parts", f"{token}.{signature}"
    yield "five parts", f"{head}.{body}.{signature}.a.b"
    yield "a blank within", f"{head}.{body} .{signature}"
    yield "padding", f"{head}.{body}.{signature}="
    yield "no parts", "abc"
    yield "dots", ".."
    yield "the header is a list", f"{part(['HS256'])}.{body}.{signature}"
    yield "the header is no JSON", f"{base64url(b'{alg')}.{body}.{signature}"
    yield "a critical extension", hmac_token(content, SECRET, crit=["exp"])
    yield "a key name that is a number", hmac_token(content, SECRET, kid=7)
    yield "far too long", hmac_token({**content, "x": "y" * 8000}, SECRET)


def wrong_claims(daemon):
    now = time.time()
    alice = id_of(daemon, "alice")
    yield "expired", claims(user_id=alice, exp=int(now) - 3600)
    yield "never expires", claims(user_id=alice, exp=None)
    yield "expires as text", claims(user_id=alice, exp=str(int(now) + 3600))
    yield "expires when true", claims(user_id=alice, exp=True)
    yield "expires at null", {"user_id": alice, "exp": None}
    yield "expires long before Christ", claims(user_id=alice, exp=-1e300)
    yield "not yet", claims(user_id=alice, nbf=now + 3600)
    yield "not before text", claims(user_id=alice, nbf="now")
    yield "for an audience", claims(user_id=alice, aud="elsewhere")
    yield "for an empty audience", claims(user_id=alice, aud=[])
    yield "nobody", claims()
    yield "an unknown person", claims(user_id=123456)
    yield "a name for an id", claims(user_id="alice")
    yield "an id and more", claims(user_id=f"{alice} OR 1=1")
    yield "an id with a fraction", claims(user_id=alice + 0.5)
    yield "a list of ids", claims(user_id=[alice])
    yield "an empty id", claims(user_id="")


def test_a_forged_token_is_401_and_its_text_is_in_no_log(daemon, keys):
    for what, token in forged(daemon, keys):
        answer = answer_to(daemon, "/ws/alice/", extra=bearer(token))
        assert (answer.status, answer.header("www-authenticate")) == (401, 'Bearer error="invalid_token"'), what
        assert token not in daemon.log()
    assert status_with(daemon, hmac_token(good(daemon), SECRET)) == 101


def test_a_signed_token_with_wrong_claims_is_401(daemon):
    for what, content in wrong_claims(daemon):
        assert status_with(daemon, hmac_token(content, SECRET)) == 401, what


def test_clocks_may_differ_by_the_leeway(daemon):
    now = time.time()
    assert status_with(daemon, hmac_token(good(daemon, exp=now + 5, nbf=now + 10), SECRET)) == 101
    assert status_with(daemon, hmac_token(good(daemon, exp=1e300), SECRET)) == 101


def test_a_bad_token_on_a_page_is_401_and_a_good_one_is_its_user(daemon):
    bad = raw_request(daemon, "GET", "/", [("Authorization", "Bearer a.b.c")])
    assert bad.status == 401
    fine = raw_request(daemon, "GET", "/", [("Authorization", f"Bearer {hmac_token(good(daemon), SECRET)}")])
    assert fine.status == 200 and b"alice" in fine.body


async def test_a_page_offers_its_token_as_a_subprotocol_and_is_answered_without_it(daemon):
    token = hmac_token(good(daemon), SECRET)
    options = {"origin": daemon.url, "open_timeout": PATIENCE}
    async with websockets.connect(
        daemon.ws_url + "/ws/alice/", subprotocols=["bearer", f"bearer.{token}"], **options
    ) as socket:
        assert socket.subprotocol == "bearer"
    # A client that offers nothing but the token is not answered with any; browsers want the other form.
    async with websockets.connect(daemon.ws_url + "/ws/alice/", subprotocols=[f"bearer.{token}"], **options) as socket:
        assert socket.subprotocol is None
    with pytest.raises(websockets.InvalidStatusCode) as refused:
        async with websockets.connect(daemon.ws_url + "/ws/alice/", subprotocols=["bearer", "bearer.x"], **options):
            pass
    assert refused.value.status_code == 401


def test_a_token_in_the_query_string_counts_when_it_is_switched_on(daemon):
    token = hmac_token(good(daemon), SECRET)
    assert answer_to(daemon, f"/ws/alice/?a=1&token={token}&b=2").status == 101
    assert answer_to(daemon, "/ws/alice/?token=").status == 401
    assert answer_to(daemon, "/ws/echo/?tokens=x").status == 101
    assert token not in daemon.log()


def test_the_query_string_is_off_by_default(make_daemon):
    daemon = make_daemon(settings(secrets=SECRET))
    daemon.add_user("alice")
    token = hmac_token(good(daemon), SECRET)
    assert answer_to(daemon, f"/ws/alice/?token={token}").status == 403


def test_a_token_that_expires_closes_its_socket_with_4401(make_daemon):
    daemon = make_daemon(settings(secrets=SECRET, leeway="0s"))
    daemon.add_user("alice")
    token = hmac_token(good(daemon, exp=time.time() + 3), SECRET)
    with RawWebSocket(daemon, "/ws/alice/", extra=bearer(token)) as socket:
        with RawWebSocket(daemon, "/ws/alice/", extra=bearer(hmac_token(good(daemon), SECRET))) as other:
            closed = socket.answer_close()
            assert closed.close_code == 4401 and "expired" in closed.close_reason
            other.close_normally()


def test_issuer_and_audience_are_checked_when_they_are_set(make_daemon):
    daemon = make_daemon(settings(secrets=SECRET, issuer="https://one, https://two", audience="chat, mail"))
    daemon.add_user("alice")
    right = {"iss": "https://two", "aud": ["news", "mail"]}
    assert status_with(daemon, hmac_token(good(daemon, **right), SECRET)) == 101
    assert status_with(daemon, hmac_token(good(daemon, **{**right, "aud": "chat"}), SECRET)) == 101
    for wrong in ({"iss": None}, {"iss": "https://three"}, {"iss": ["https://one"]}, {"aud": None}, {"aud": "news"},
                  {"aud": ["news"]}, {"aud": [["mail"]]}, {"aud": {"chat": 1}}):
        assert status_with(daemon, hmac_token(good(daemon, **{**right, **wrong}), SECRET)) == 401, wrong


def test_claims_alone_may_be_the_user(make_daemon):
    daemon = make_daemon(settings(secrets=SECRET, user="claims", user_claim="sub", username_claim="name"))
    token = hmac_token(claims(sub="u-17", name="carol"), SECRET)
    assert answer_to(daemon, "/ws/carol/", extra=bearer(token)).status == 101


def test_an_invalid_token_may_count_as_none(make_daemon):
    daemon = make_daemon(settings(secrets=SECRET, invalid="anonymous"))
    assert answer_to(daemon, "/ws/echo/", extra=bearer("a.b.c")).status == 101
    assert answer_to(daemon, "/ws/alice/", extra=bearer("a.b.c")).status == 403


def test_an_inactive_user_has_no_good_token(daemon):
    daemon.add_user("dora")
    token = hmac_token(good(daemon, "dora"), SECRET)
    assert answer_to(daemon, "/ws/dora/", extra=bearer(token)).status == 101
    assert daemon.admin("user", "disable", "dora").returncode == 0
    assert answer_to(daemon, "/ws/dora/", extra=bearer(token)).status == 401


@pytest.mark.parametrize(
    "section, told",
    [
        ({}, "secrets: is empty, and public_keys too"),
        ({"secrets": "short"}, "secrets: a secret has 5 characters, and 32 are the least"),
        ({"secrets": "id:short"}, "secrets: a secret has 5 characters"),
        ({"secrets": SECRET, "algorithms": "HS256, none"}, "algorithms: `none` is not one of"),
        ({"secrets": SECRET, "algorithms": "RS256"}, "secrets: is set, but `algorithms` has none of"),
        ({"secrets": f"a:{SECRET}, a:{OLD_SECRET}"}, "secrets: two keys have the name `a`"),
        ({"public_keys": "key.pem"}, "public_keys: `key.pem` is relative"),
        ({"public_keys": "/nowhere/key.pem", "algorithms": "RS256"}, "public_keys: `/nowhere/key.pem` cannot be read"),
        ({"secrets": SECRET, "subprotocol": "a b"}, "subprotocol: `a b` cannot be a subprotocol"),
        ({"secrets": SECRET, "user": "email"}, "user: "),
    ],
)
def test_a_section_that_cannot_work_stops_the_start(make_daemon, section, told):
    daemon = make_daemon.prepare(settings(**section))
    done = subprocess.run(
        [*daemon.command, "--check-config"], text=True, capture_output=True, env=daemon.environment, check=False
    )
    assert done.returncode == 78 and f"[tokens] {told}" in done.stderr, done.stderr
    assert SECRET not in done.stderr


@pytest.mark.parametrize("which", ["small", "curve", "private", "text", "not wanted"])
def test_a_public_key_that_is_none_or_too_weak_stops_the_start(make_daemon, tmp_path, which):
    algorithms = "RS256, ES256"
    if which == "small":
        path, told = RsaKey(tmp_path, bits=1024).public, "fewer than 2048 bits"
    elif which == "curve":
        path, told = EcKey(tmp_path, curve="P-384").public, "another curve than P-256"
    elif which == "private":
        path, told = RsaKey(tmp_path).path, "holds no public key in PEM"
    elif which == "text":
        path, told = tmp_path / "text.pem", "holds no public key in PEM"
        path.write_text("-----BEGIN PUBLIC KEY-----\nbm90aGluZw==\n-----END PUBLIC KEY-----\n")
    else:
        path, told, algorithms = RsaKey(tmp_path).public, "is for RS256, which `algorithms` does not have", "ES256"
    daemon = make_daemon.prepare(settings(public_keys=path, algorithms=algorithms))
    done = subprocess.run(
        [*daemon.command, "--check-config"], text=True, capture_output=True, env=daemon.environment, check=False
    )
    assert done.returncode == 78 and told in done.stderr, done.stderr


# Django REST framework's tokens.

TABLE = (
    'CREATE TABLE "authtoken_token" ("key" varchar(40) NOT NULL PRIMARY KEY, "created" datetime NOT NULL, '
    '"user_id" integer NOT NULL UNIQUE REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED)'
)
KEY = "9944b09199c62bcf9418ad846dd0e4bbdfc6ee4b"


@pytest.fixture
def rest_daemon(make_daemon):
    daemon = make_daemon({
        "routing": CHAIN, "tokens": {"class": "TokenAuthMiddleware"}, "recheck": {"interval": "1s"},
    })
    daemon.add_user("alice")
    daemon.sql(TABLE)
    daemon.sql("INSERT INTO authtoken_token VALUES (?, '2026-01-01 00:00:00', ?)", KEY, id_of(daemon, "alice"))
    return daemon


def test_a_token_of_rest_framework_lets_its_user_in(rest_daemon):
    daemon = rest_daemon
    assert answer_to(daemon, "/ws/alice/", extra=[f"Authorization: Token {KEY}"]).status == 101
    assert answer_to(daemon, "/ws/alice/", {"Sec-WebSocket-Protocol": f"bearer, bearer.{KEY}"}).status == 101
    for bad in (KEY[:-1], KEY + "0", "", "' OR 1=1 --", "x" * 5000):
        answer = answer_to(daemon, "/ws/alice/", extra=[f"Authorization: Token {bad}"])
        assert (answer.status, answer.header("www-authenticate")) == (401, 'Token error="invalid_token"'), bad
    assert answer_to(daemon, "/ws/alice/", extra=[f"Authorization: Bearer {KEY}"]).status == 403
    assert KEY not in daemon.log()


@pytest.mark.parametrize("change", ["DELETE FROM authtoken_token", "UPDATE auth_user SET is_active = 0"])
def test_a_token_that_is_gone_or_whose_user_is_disabled_closes_its_socket(rest_daemon, change):
    with RawWebSocket(rest_daemon, "/ws/alice/", extra=[f"Authorization: Token {KEY}"]) as socket:
        rest_daemon.sql(change)
        assert socket.answer_close().close_code == 4401


def test_without_the_table_the_client_gets_an_error_and_the_log_says_why(make_daemon):
    daemon = make_daemon({"routing": CHAIN, "tokens": {"class": "TokenAuthMiddleware"}})
    assert answer_to(daemon, "/ws/alice/", extra=[f"Authorization: Token {KEY}"]).status in (500, 503)
    daemon.wait_for_log("authtoken_token")
    assert answer_to(daemon, "/ws/echo/").status == 101
