"""CHANNEL_LAYERS."""

import re
from urllib.parse import quote, urlsplit

from django.conf import settings

BACKENDS = {
    "channels_redis.core.RedisChannelLayer": "redis",
    "channels_redis.pubsub.RedisPubSubChannelLayer": "redis_pubsub",
}
DURATIONS = ("expiry", "group_expiry")
PLAIN = ("prefix", "capacity", "serializer_format", "random_prefix_length")


def describe(report):
    layers = getattr(settings, "CHANNEL_LAYERS", {})
    if "default" not in layers:
        report.remark("channel_layer", "CHANNEL_LAYERS has no default: no view reaches a socket of zanhu")
    for alias, layer in layers.items():
        _layer(report, "channel_layer" if alias == "default" else f"channel_layer.{alias}", alias, layer)


def _layer(report, section, alias, layer):
    setting = f"CHANNEL_LAYERS[{alias!r}]"
    backend = BACKENDS.get(layer["BACKEND"])
    if backend is None:
        report.refuse(setting, f"zanhu and {layer['BACKEND']} cannot hear each other; use one of channels_redis")
        return
    report.set(section, "backend", backend)
    config = dict(layer.get("CONFIG", {}))
    hosts = [_host(report, setting, host) for host in config.pop("hosts", None) or [("localhost", 6379)]]
    _set_or_hide(report, section, "hosts", hosts, any("@" in host for host in hosts))
    keys = config.pop("symmetric_encryption_keys", None)
    if keys:
        keys = [key.decode() if isinstance(key, bytes) else key for key in ([keys] if isinstance(keys, (str, bytes)) else keys)]
        _set_or_hide(report, section, "symmetric_encryption_keys", keys, True)
    for name in PLAIN + DURATIONS:
        if name in config:
            value = config.pop(name)
            report.set(section, name, f"{value}s" if name in DURATIONS else value)
    capacities = config.pop("channel_capacity", None)
    if capacities:
        report.set(section, "channel_capacity", [f"{_pattern(key)}={value}" for key, value in capacities.items()])
    for name in config:
        report.remark(section, f"{name}: no equal")


def _set_or_hide(report, section, key, value, secret):
    if secret:
        report.secret(section, key, f"ZANHU_{section}_{key}".upper().replace(".", "_"), value)
    else:
        report.set(section, key, value)


def _pattern(key):
    if isinstance(key, re.Pattern):
        return "regex:" + key.pattern
    return key


def _host(report, setting, host):
    """As a URL; what may stand in one unescaped for Python is escaped for a list."""
    if isinstance(host, dict) and "sentinels" in host:
        return _sentinel(report, setting, dict(host))
    if isinstance(host, dict):
        rest = dict(host)
        address = rest.pop("address", None)
        if address is None:
            address = (rest.pop("host", "localhost"), rest.pop("port", 6379), rest.pop("db", 0), rest.pop("password", None))
        if rest:
            report.refuse(setting, f"hosts: no equal for {', '.join(rest)}")
        return _host(report, setting, address)
    if isinstance(host, (list, tuple)):
        name, port, database, password = (*host, 0, None)[:4]
        person = f":{quote(password, safe='')}@" if password else ""
        return f"redis://{person}{name}:{port}/{database}"
    parts = urlsplit(host)
    if parts.scheme in ("redis", "rediss") and parts.path in ("", "/") and "db=" not in parts.query:
        host = parts._replace(path="/0").geturl()  # zanhu would take 3
    return host.replace(",", "%2C")


def _sentinel(report, setting, host):
    sentinels = ";".join(f"{name}:{port}" for name, port in host.pop("sentinels"))
    master, database = host.pop("master_name"), host.pop("db", 0)
    password = host.pop("password", None)
    if host:
        report.refuse(setting, f"hosts: no equal for {', '.join(host)}")
    person = f":{quote(password, safe='')}@" if password else ""
    return f"sentinel://{person}{sentinels}/{quote(master, safe='')}/{database}"
