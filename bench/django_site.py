#!/usr/bin/python3
"""The Django site of the handshake rows: served by Daphne, or as a program that logs a user in.

bench/django_site.py DATABASE USERNAME   prints the key of a new session of that user, who is made if there is none
daphne django_site:application         serves it; the environment has BENCH_DATABASE

DATABASE is the file of zanhu's own, or an entry of Django's DATABASES as JSON, where the tables are made if there are none.
"""

import json
import os
import sys

import django
from django.conf import settings

from common import SECRET_KEY

named = os.environ.get("BENCH_DATABASE") or sys.argv[1]
database = json.loads(named) if named.startswith("{") else {"ENGINE": "django.db.backends.sqlite3", "NAME": named}

settings.configure(
    SECRET_KEY=SECRET_KEY,
    ALLOWED_HOSTS=["127.0.0.1"],
    DATABASES={"default": database},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions", "channels"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    LOGGING_CONFIG=None,
)
django.setup()
urlpatterns = []


def make_application():
    from channels.auth import AuthMiddlewareStack
    from channels.generic.websocket import AsyncWebsocketConsumer
    from channels.routing import ProtocolTypeRouter, URLRouter
    from channels.security.websocket import AllowedHostsOriginValidator
    from django.urls import path

    class EchoConsumer(AsyncWebsocketConsumer):
        async def connect(self):
            # The user is lazy in Channels too; a consumer that cares asks.
            await self.accept()

        async def receive(self, text_data=None, bytes_data=None):
            await self.send(text_data=text_data, bytes_data=bytes_data)

    routes = URLRouter([path("ws/echo/", EchoConsumer.as_asgi())])
    return ProtocolTypeRouter({"websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(routes))})


def session_key_of(username):
    from django.contrib.auth import login
    from django.contrib.auth.models import User
    from django.contrib.sessions.backends.db import SessionStore
    from django.http import HttpRequest

    user = User.objects.filter(username=username).first() or User.objects.create_user(username, password="bench")
    request = HttpRequest()
    request.session = SessionStore()
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    request.session.save()
    return request.session.session_key


if __name__ == "__main__":
    if named.startswith("{"):
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
    print(session_key_of(sys.argv[2]))
else:
    application = make_application()
