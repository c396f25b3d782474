"""Dashboard panel: comments that wait for a moderator (`settings.DASHBOARD_PANELS`)."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Window
from django.http import HttpRequest

from feedback.models import Answer

ROWS = 5


def waiting(request: HttpRequest) -> dict[str, Any] | None:
    """Return the number of waiting comments and the oldest; None without permission. One query."""
    if not request.user.has_perm("feedback.view_answer"):
        return None
    answers = Answer.objects.waiting().annotate(total=Window(Count("pk")))
    rows: list[Any] = list(answers.order_by("answered_at", "pk")[:ROWS])
    return {"template": "admin/feedback/_dashboard_waiting.html", "count": rows[0].total if rows else 0, "rows": rows}
