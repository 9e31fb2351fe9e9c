from django.apps import AppConfig


class MessagerConfig(AppConfig):
    name = "messager"
    verbose_name = "private messages"
