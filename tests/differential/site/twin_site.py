"""The Django site under Daphne; ZANHU_TWIN_DATABASE and ZANHU_TWIN_SECRET_KEY say which one."""

import os

import django
from django.conf import settings

settings.configure(
    SECRET_KEY=os.environ["ZANHU_TWIN_SECRET_KEY"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["ZANHU_TWIN_DATABASE"]}},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions", "channels"],
    CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    ALLOWED_HOSTS=["127.0.0.1", ".example.com"],
    ROOT_URLCONF="twin_site",
    USE_TZ=True,
)
django.setup()

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402
from django.urls import path  # noqa: E402

import chat_room  # noqa: E402
import twins  # noqa: E402

urlpatterns = []

# In the order of the routes that zanhu_side.py configures.
application = ProtocolTypeRouter(
    {
        "http": get_asgi_application(),
        "websocket": AllowedHostsOriginValidator(
            AuthMiddlewareStack(
                URLRouter(
                    [
                        path("ws/echo/", twins.EchoConsumer.as_asgi()),
                        path("ws/echo-async/", twins.EchoAsyncConsumer.as_asgi()),
                        path("ws/notifications/", twins.NotificationsConsumer.as_asgi()),
                        path("ws/connect/<slug:how>/", twins.ConnectConsumer.as_asgi()),
                        path("ws/obey/", twins.ObeyConsumer.as_asgi()),
                        path("ws/json/", twins.JsonConsumer.as_asgi()),
                        path("ws/chat/<slug:room>/", chat_room.ChatConsumer.as_asgi()),
                        path("ws/int/<int:n>/", twins.ScopeConsumer.as_asgi()),
                        path("ws/str/<str:s>/", twins.ScopeConsumer.as_asgi()),
                        path("ws/default/<s>/", twins.ScopeConsumer.as_asgi()),
                        path("ws/slug/<slug:s>/", twins.ScopeConsumer.as_asgi()),
                        path("ws/uuid/<uuid:u>/", twins.ScopeConsumer.as_asgi()),
                        path("ws/path/<path:p>", twins.ScopeConsumer.as_asgi()),
                        path("ws/two/<int:a>/<slug:b>/", twins.ScopeConsumer.as_asgi()),
                        path("ws/scope/", twins.ScopeConsumer.as_asgi()),
                        path("ws/<str:username>/", twins.MessagesConsumer.as_asgi()),
                    ]
                )
            )
        ),
    }
)
