import logging

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBadRequest, HttpResponseForbidden
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST

from messager.groups import user_group
from messager.models import Message

logger = logging.getLogger(__name__)


def others(user):
    return get_user_model().objects.filter(is_active=True).exclude(pk=user.pk).order_by("username")


@login_required
def messages(request):
    """The conversation with somebody, or that there is nobody yet."""
    other = others(request.user).first()
    if other is not None:
        return redirect("conversation", username=other.username)
    return render(request, "messager/conversation.html")


@login_required
@ensure_csrf_cookie
def conversation(request, username):
    active_user = get_object_or_404(others(request.user), username=username)
    return render(request, "messager/conversation.html", {
        "people": others(request.user),
        "active_user": active_user,
        "conversation": Message.objects.between(request.user, active_user),
    })


@require_POST
def send_message(request):
    """Stores a message and pushes it to the recipient's open pages. Answers with the message as the page shows it."""
    if not request.user.is_authenticated:
        return HttpResponseForbidden()
    recipient = get_object_or_404(others(request.user), username=request.POST.get("to", ""))
    text = request.POST.get("message", "").strip()
    if not text:
        return HttpResponseBadRequest()
    message = Message.objects.create(sender=request.user, recipient=recipient, message=text)
    html = render_to_string("messager/message.html", {"message": message})
    push(recipient, {"type": "receive", "message": html, "sender": request.user.username})
    return HttpResponse(html, status=201)


def push(recipient, event):
    """To all open pages of the recipient, whoever holds their sockets. The message is stored: when Redis is away, the
    page shows it at its next load."""
    try:
        async_to_sync(get_channel_layer().group_send)(user_group(recipient.username), event)
    except Exception:
        logger.exception("a message could not be pushed")
