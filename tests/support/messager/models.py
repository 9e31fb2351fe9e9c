"""The owner's private messages, for the tests' sites, without migrations."""

import uuid

from django.conf import settings
from django.db import models


class Message(models.Model):
    uuid_id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="sent_messages", null=True, on_delete=models.SET_NULL
    )
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="received_messages", null=True, on_delete=models.SET_NULL
    )
    message = models.TextField(null=True)
    unread = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
