"""Dashboard panels: emails that the mail server did not accept (`settings.DASHBOARD_PANELS`)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, Min, Q
from django.http import HttpRequest
from django.utils import timezone

from insights.models import ReviewEmail
from insights.models.outbox import OutgoingMailQuerySet

RECENT = dt.timedelta(days=7)


def review_emails(request: HttpRequest) -> dict[str, Any] | None:
    user: Any = request.user
    return unsent(ReviewEmail.objects.all(), "review email") if user.is_superuser else None


def unsent(mails: OutgoingMailQuerySet, kind: str) -> dict[str, Any] | None:
    """Return the panel about emails whose last attempt failed; None without any. Two queries at most."""
    failing = mails.failing(timezone.now() - RECENT)
    newest = failing.order_by("-created_at", "-pk").values_list("trouble", flat=True).first()
    if newest is None:
        return None
    waiting = Count("pk", filter=Q(state="queued"))
    numbers = failing.aggregate(count=Count("pk"), since=Min("created_at"), waiting=waiting)
    return {"template": "admin/insights/_dashboard_unsent.html", "kind": kind, "trouble": newest, **numbers}
