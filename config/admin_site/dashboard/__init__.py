"""Dashboard of the admin: open work of the account, and numbers of the last thirty days.

It joins apps, so it is in `config`. A panel is for accounts that may act on it, and costs at most two queries.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.module_loading import import_string

from config.admin_site import failed_tasks
from config.admin_site.dashboard import articles, first_steps, numbers
from config.roles import is_administrator
from insights.local_time import publication_zone
from insights.models import Article


def panels(request: HttpRequest) -> dict[str, Any]:
    user, now = request.user, timezone.now()
    context: dict[str, Any] = {"today": now.astimezone(publication_zone()).date()}
    context["article_panels"] = articles.article_panels(user, now)
    context["panels"] = [panel for path in settings.DASHBOARD_PANELS if (panel := import_string(path)(request))]
    if is_administrator(user):
        context["failures"] = failed_tasks.failed_tasks_panel()
    # The numbers name no person, and view counts are public.
    if user.has_perm("insights.change_any_article") or user.has_perm("newsletter.view_subscriber"):
        context |= numbers.number_panels(now)
        if not context["charts"][0].total and (steps := first_steps.first_steps_panel(request)):
            _begin(context, steps)
    return context


def _begin(context: dict[str, Any], steps: dict[str, Any]) -> None:
    """Show the first steps. Before the first article, remove panels and charts that are empty."""
    context["first_steps"] = steps
    if Article.objects.exists():
        return
    context["article_panels"] = []
    context["panels"] = [panel for panel in context["panels"] if panel.get("count", 1)]
    if not context.get("failures", {}).get("count"):
        context.pop("failures", None)
    if not any(chart.total for chart in context["charts"]):
        for name in ("charts", "best", "elsewhere"):
            del context[name]
