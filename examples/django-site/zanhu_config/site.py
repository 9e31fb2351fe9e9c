"""SECRET_KEY, hosts, cookies, sessions, users, passwords."""

import django
from django.conf import settings
from django.contrib.auth.hashers import get_hashers

HASHERS = (
    "pbkdf2_sha256", "pbkdf2_sha1", "argon2", "bcrypt_sha256", "bcrypt", "scrypt",
    "sha1", "md5", "unsalted_sha1", "unsalted_md5", "crypt",
)
VERSIONS = ((3, 2), (4, 0), (4, 1), (4, 2), (5, 0), (5, 1), (5, 2))
SHORTEST_KEY = 32


def describe(report):
    _keys(report)
    hosts = settings.ALLOWED_HOSTS
    if hosts or settings.DEBUG:
        report.set("site", "allowed_hosts", hosts or [".localhost", "127.0.0.1", "[::1]"])
    else:
        report.refuse("ALLOWED_HOSTS", "is empty, so Django and Channels refuse everybody; name the site's hosts")
    _cookies(report)
    _passwords(report)


def _keys(report):
    if len(settings.SECRET_KEY) < SHORTEST_KEY:
        report.refuse("SECRET_KEY", f"is shorter than {SHORTEST_KEY} characters; anybody could guess it")
    report.secret("site", "secret_key", "DJANGO_SECRET_KEY", settings.SECRET_KEY)
    fallbacks = getattr(settings, "SECRET_KEY_FALLBACKS", [])
    if fallbacks:
        report.secret("site", "secret_key_fallbacks", "ZANHU_SITE_SECRET_KEY_FALLBACKS", fallbacks)


def _cookies(report):
    for name in ("NAME", "AGE", "DOMAIN", "PATH", "SECURE", "HTTPONLY", "SAMESITE"):
        value = getattr(settings, f"SESSION_COOKIE_{name}")
        key = f"session_cookie_{name.lower()}"
        if name == "SAMESITE" and not value:
            report.remark("site", f"{key}: SESSION_COOKIE_SAMESITE is off, which only a log-in on zanhu's own page sees")
        elif value is not None:
            report.set("site", key, value)


def _passwords(report):
    version = max((known for known in VERSIONS if known <= django.VERSION[:2]), default=VERSIONS[0])
    report.set("site", "django_version", "{}.{}".format(*version))
    hashers = get_hashers()
    known = [hasher.algorithm for hasher in hashers if hasher.algorithm in HASHERS]
    if known:
        report.set("site", "password_hashers", known)
    for hasher in hashers:
        if hasher.algorithm not in HASHERS:
            report.remark("site", f"PASSWORD_HASHERS: `{hasher.algorithm}` has no equal; those people log in on the site")
    iterations = getattr(hashers[0], "iterations", None)
    if hashers[0].algorithm.startswith("pbkdf2") and iterations:
        report.set("site", "password_iterations", iterations)
