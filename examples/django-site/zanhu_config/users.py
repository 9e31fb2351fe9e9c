"""AUTH_USER_MODEL and AUTHENTICATION_BACKENDS."""

from django.conf import settings
from django.contrib.auth import get_user_model, load_backend
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import FieldDoesNotExist
from django.db import models

BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
OPTIONAL = ("is_active", "is_staff", "is_superuser", "first_name", "last_name", "date_joined", "last_login")


def describe(report):
    _backends(report)
    model = get_user_model()
    if model.get_session_auth_hash is not AbstractBaseUser.get_session_auth_hash:
        report.refuse("AUTH_USER_MODEL", "has a get_session_auth_hash of its own; zanhu computes Django's")
    if model._meta.db_table != "auth_user":
        report.set("users", "table", model._meta.db_table)
    _key(report, model)
    fields = {"username": model.USERNAME_FIELD, "password": "password", "email": model.get_email_field_name()}
    fields.update((name, name) for name in OPTIONAL)
    for name, field in fields.items():
        column = _column(report, model, field)
        if column != name:
            report.set("users", f"{name}_column", column)


def _key(report, model):
    key = model._meta.pk
    if isinstance(key, models.UUIDField):
        report.set("users", "key", "uuid")
    elif not isinstance(key, models.IntegerField):
        report.refuse("AUTH_USER_MODEL", f"has a {type(key).__name__} as its key; zanhu knows integers and UUIDs")
    if key.column != "id":
        report.set("users", "id_column", key.column)


def _column(report, model, name):
    """Empty when the model has no such field."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return ""
    if field.model is not model:
        report.refuse("AUTH_USER_MODEL", f"has its field {name} in another table; zanhu reads one table of users")
    return field.column


def _backends(report):
    paths = list(settings.AUTHENTICATION_BACKENDS)
    if paths != BACKENDS:
        report.set("site", "authentication_backends", paths)
    for path in paths:
        if getattr(type(load_backend(path)), "get_user", None) is not ModelBackend.get_user:
            report.remark("site", f"{path} has a get_user of its own; zanhu takes whoever is in the table and active")
