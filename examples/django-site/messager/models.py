import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q


class MessageQuerySet(models.QuerySet):
    def between(self, one, other):
        """The conversation of these two, the oldest first."""
        return self.filter(Q(sender=one, recipient=other) | Q(sender=other, recipient=one)).select_related("sender")


class Message(models.Model):
    """A private message; zanhu's own pages keep theirs in the same table."""

    uuid_id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="sent_messages", null=True, blank=True, on_delete=models.SET_NULL)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="received_messages", null=True, blank=True, on_delete=models.SET_NULL)
    message = models.TextField(null=True, blank=True)
    unread = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]

    def __str__(self):
        return self.message or ""
