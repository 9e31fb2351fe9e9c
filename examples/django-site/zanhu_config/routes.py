"""The WebSocket routes of ASGI_APPLICATION."""

import re

from channels.routing import URLRouter, get_default_application
from channels.security.websocket import OriginValidator
from django.conf import settings
from django.urls.resolvers import RoutePattern


def describe(report):
    if not getattr(settings, "ASGI_APPLICATION", None):
        report.remark("routes", "ASGI_APPLICATION is not set: write the routes by hand")
        return
    application = getattr(get_default_application(), "application_mapping", {}).get("websocket")
    router = _router(report, application)
    if router is None:
        report.remark("routes", "no URLRouter was found in ASGI_APPLICATION: write the routes by hand")
        return
    names = []
    for route in router.routes:
        names.append(_name(route, names))
    report.set("routes", "list", names)
    for name, route in zip(names, router.routes):
        _route(report, f"route.{name}", route)


def _router(report, application):
    """What stands ahead of the URLRouter: OriginValidator and the three of AuthMiddlewareStack are zanhu's default."""
    while application is not None and not isinstance(application, URLRouter):
        if isinstance(application, OriginValidator) and list(application.allowed_origins) != list(settings.ALLOWED_HOSTS):
            report.set("origin", "class", "OriginValidator")
            report.set("origin", "allowed_origins", [str(origin) for origin in application.allowed_origins])
        elif not type(application).__module__.startswith("channels."):
            report.remark("routing", f"{type(application).__name__}: a middleware of the site; see zanhu's docs/middleware.md")
        application = getattr(application, "inner", None) or getattr(application, "application", None)
    return application


def _consumer(route):
    return getattr(route.callback, "consumer_class", None)


def _name(route, taken):
    consumer = _consumer(route)
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", (consumer.__name__ if consumer else "route").replace("Consumer", "")).lower()
    while name in taken:
        name += "_"
    return name or "route"


def _route(report, section, route):
    consumer = _consumer(route)
    if isinstance(route.callback, URLRouter) or consumer is None:
        report.refuse(f"ASGI_APPLICATION, {route.pattern}", "is no consumer; write the nested routes by hand")
        return
    report.set(section, "path" if isinstance(route.pattern, RoutePattern) else "re_path", str(route.pattern))
    report.set(section, "consumer", consumer.__name__)
