"""SESSION_ENGINE and what belongs to it."""

from importlib import import_module

from django.conf import settings
from django.contrib.sessions.backends import cache, cached_db, db, file, signed_cookies
from django.db import router

# cached_db's store is a db's.
ENGINES = (
    (cached_db, "cached_db"), (db, "db"), (cache, "cache"), (file, "file"), (signed_cookies, "signed_cookies"),
)
REDIS = ("django.core.cache.backends.redis.RedisCache", "django_redis.cache.RedisCache")


def describe(report, users):
    store = import_module(settings.SESSION_ENGINE).SessionStore
    base, engine = next(((base, name) for base, name in ENGINES if issubclass(store, base.SessionStore)), (None, None))
    if engine is None:
        report.refuse("SESSION_ENGINE", f"zanhu does not know where {settings.SESSION_ENGINE} keeps its sessions")
        return
    if engine in ("db", "cached_db"):
        _table(report, store.get_model_class(), users)
    if engine in ("cache", "cached_db"):
        engine = _cache(report, engine)
    if engine == "file":
        report.set("site", "session_file_path", base.SessionStore._get_storage_path())
    if engine != "db":
        report.set("site", "session_engine", engine)
    if "Pickle" in settings.SESSION_SERIALIZER and engine != "cache":
        report.refuse("SESSION_SERIALIZER", "zanhu reads no pickled sessions; use Django's JSONSerializer")
    salt = getattr(store(), "key_salt", None)
    if salt != getattr(base.SessionStore(), "key_salt", None):
        report.set("site", "session_salt", salt)


def _table(report, model, users):
    if model._meta.db_table != "django_session":
        report.refuse("SESSION_ENGINE", f"keeps its sessions in the table {model._meta.db_table}; zanhu reads django_session")
    if router.db_for_read(model) != users:
        report.refuse("DATABASE_ROUTERS", "sessions and users are in different databases; zanhu has one")


def _cache(report, engine):
    """The engine that zanhu takes: the rows of cached_db are enough where its cache cannot be read."""
    config = settings.CACHES[settings.SESSION_CACHE_ALIAS]
    if config["BACKEND"] not in REDIS:
        if engine == "cache":
            report.refuse("SESSION_ENGINE", f"zanhu reads sessions from a cache in Redis, not from {config['BACKEND']}")
        return "db"
    location = config["LOCATION"]
    if isinstance(location, str):
        location = location.replace(";", ",").split(",")
    if "@" in location[0]:
        report.secret("site", "session_cache_url", "ZANHU_SITE_SESSION_CACHE_URL", location[0])
    else:
        report.set("site", "session_cache_url", location[0])
    if config.get("KEY_PREFIX"):
        report.set("site", "session_cache_prefix", config["KEY_PREFIX"])
    if config.get("VERSION", 1) != 1:
        report.set("site", "session_cache_version", config["VERSION"])
    if "KEY_FUNCTION" in config:
        report.refuse("CACHES", "has a KEY_FUNCTION; zanhu computes Django's names of keys")
    return engine
