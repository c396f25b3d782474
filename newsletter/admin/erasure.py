"""Admin action that erases the selected subscribers after a confirmation page.

“Select all” may mean ten thousand, so the page has the filters and the count instead of ids, and checks the count.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from insights.models import User
from insights.signals import audit_event
from newsletter.models import Erasure, Subscriber
from newsletter.models.subscribers import SubscriberQuerySet
from newsletter.subscribers import erasure

QUESTION = "admin/newsletter/subscriber/erase.html"


def ask_or_erase(model_admin: ModelAdmin, request: HttpRequest, queryset: Any) -> HttpResponse | None:
    """Return the confirmation page; after a confirmation None, which returns to the list."""
    readers: SubscriberQuerySet = Subscriber.objects.filter(pk__in=queryset.order_by().values("pk"), erasure=None)
    count = readers.count()
    known = request.POST.get("count")
    if "post" not in request.POST or (known is not None and known != str(count)):
        return _asked(model_admin, request, count, is_again="post" in request.POST)
    if not count:
        messages.info(request, "The selected subscribers are already erased or being erased.")
    elif count <= erasure.AT_ONCE:
        record_subscriber_event(request, "erased subscribers", readers.erase())
        messages.success(request, f"{count} subscriber{'s' if count > 1 else ''} erased.")
    elif isinstance(request.user, User):
        erasure.order(readers, request.user)
        messages.success(
            request, f"{count:,} subscribers are being erased in the background. This page shows the progress."
        )
    return None


def record_subscriber_event(request: HttpRequest, verb: str, count: int) -> None:
    """Add an entry about `count` subscribers to the audit log."""
    details = {"count": count}
    audit_event.send(sender=Subscriber, actor=request.user, verb=verb, subject="subscribers", details=details)


def under_way() -> list[Erasure]:
    orders = Erasure.objects.filter(finished_at=None).annotate(left=Count("readers"))
    return list(orders.select_related("requested_by").order_by("pk"))


def _asked(model_admin: ModelAdmin, request: HttpRequest, count: int, *, is_again: bool) -> HttpResponse:
    takes_all = request.POST.get("select_across", "0") == "1"
    chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": f"Erase {count:,} subscriber{'' if count == 1 else 's'}?",
        "opts": model_admin.opts,
        "count": count,
        "is_again": is_again,
        "takes_all": takes_all,
        "chosen": chosen[:1] if takes_all else chosen,
        "name": ACTION_CHECKBOX_NAME,
        "in_background": count > erasure.AT_ONCE,
    }
    return TemplateResponse(request, QUESTION, context)
