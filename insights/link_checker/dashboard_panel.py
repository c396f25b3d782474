"""Dashboard panel: broken links on published pages (`settings.DASHBOARD_PANELS`)."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Prefetch, Window
from django.http import HttpRequest

from insights.models import ExternalLink, ExternalLinkUse, Version

ROWS = 5


def dead(request: HttpRequest) -> dict[str, Any] | None:
    """Return the number of broken links and the newest with a page; None without permission. Two queries."""
    if not request.user.has_perm("insights.view_externallink"):
        return None
    links = ExternalLink.objects.broken_or_suspicious().linked().filter(state=ExternalLink.State.BROKEN)
    counted = links.annotate(of=Window(Count("pk"))).order_by("-since", "-pk")
    rows = list(counted.prefetch_related(uses(1))[:ROWS])
    count = rows[0].of if rows else 0
    return {"template": "admin/insights/_dashboard_external_links.html", "count": count, "rows": rows}


def uses(most: int) -> Prefetch:
    """Prefetch the first `most` uses of each link in readable versions, as `live_uses`."""
    live = ExternalLinkUse.objects.filter(version__in=Version.objects.readable()).order_by("pk")
    shown = live.select_related("version__article").only("words", "link", "version__title", "version__article__slug")
    return Prefetch("uses", shown[:most], to_attr="live_uses")
