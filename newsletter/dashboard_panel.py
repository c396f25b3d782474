"""Dashboard panels about confirmation emails that wait or fail (`settings.DASHBOARD_PANELS`)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from insights.mail.dashboard_panel import unsent
from newsletter.models import ConfirmationCeiling, ConfirmationMail
from newsletter.signup.ceiling import TOO_LATE
from newsletter.signup.confirmation_outbox import NoLongerPending


def ceiling(request: HttpRequest) -> dict[str, Any] | None:
    """Return the number of waiting sign-ups and since when; None below the ceiling. Two queries at most."""
    if not request.user.has_perm("newsletter.view_subscriber"):
        return None
    row = ConfirmationCeiling.objects.filter(began_at__isnull=False).first()
    if row is None:
        return None
    count, seconds = settings.CONFIRMATION_CEILING
    return {
        "template": "admin/newsletter/_dashboard_ceiling.html",
        "count": ConfirmationMail.objects.without_slot().filter(is_bulk=False).count(),
        "since": row.began_at,
        "ceiling": count,
        "minutes": seconds / 60,
    }


def confirmations(request: HttpRequest) -> dict[str, Any] | None:
    if not request.user.has_perm("newsletter.view_subscriber"):
        return None
    mails = ConfirmationMail.objects.exclude(trouble__in=[TOO_LATE, NoLongerPending.__name__])
    return unsent(mails, "confirmation email")
