"""The desk's start page: what needs a hand today, for whoever is looking.

It joins apps, so it stands in `config`; an app that can be taken out brings its panel by `settings.DESK_PANELS`. Each
panel is asked for only by those who may act on it, and costs at most two queries.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import Any

from django.conf import settings
from django.db.models import Count, F
from django.db.models.functions import TruncDate
from django.http import HttpRequest
from django.utils import timezone
from django.utils.module_loading import import_string

from insights.models import Article, SiteSettings, Version
from insights.querysets import VersionQuerySet
from newsletter.models import Subscriber

ROWS = 5
DAYS = 30
CHART = (588, 100)  # units of the drawing: twenty a day, and the height of the busiest


def panels(request: HttpRequest) -> dict[str, Any]:
    """The template's context: a panel that is not for this account is missing."""
    may = request.user.has_perm
    now = timezone.now()
    zone = zoneinfo.ZoneInfo(SiteSettings.current().time_zone)
    context: dict[str, Any] = {"zone": zone, "today": now.astimezone(zone).date()}
    if may("insights.publish_article"):
        context["to_review"] = _rows(_handed_in().order_by("submitted_at"))
        context["scheduled"] = _rows(_waiting_for_their_moment(now).order_by("live_from"))
    if may("insights.add_article"):
        own = Article.objects.written_by(request.user)
        drafts = Version.objects.working().filter(article__in=own, submitted_at__isnull=True)
        context["drafts"] = _rows(drafts.order_by("-updated_at"))
    context["panels"] = [panel for path in settings.DESK_PANELS if (panel := import_string(path)(request))]
    if may("newsletter.view_subscriber"):
        context["signups"] = signup_chart(now, zone)
    return context


def signup_chart(now: dt.datetime, zone: zoneinfo.ZoneInfo) -> dict[str, Any]:
    """Confirmed sign-ups of the last DAYS days in the publication's zone.

    `days`: `{"day", "count"}`, oldest first; `total`; `busiest`: one of days; `line` and `dot`: SVG paths; `week`: the
    last seven days.
    """
    today = now.astimezone(zone).date()
    first = today - dt.timedelta(days=DAYS - 1)
    since = dt.datetime.combine(first, dt.time(), tzinfo=zone)
    counted = (
        Subscriber.objects.filter(confirmed_at__gte=since)
        .order_by()
        .annotate(day=TruncDate("confirmed_at", tzinfo=zone))
        .values_list("day")
        .annotate(Count("pk"))
    )
    by_day = dict(counted)
    days = [{"day": day, "count": by_day.get(day, 0)} for day in (first + dt.timedelta(n) for n in range(DAYS))]
    busiest = max(days, key=lambda entry: entry["count"])
    width, height = CHART
    step = (width - 8) / (DAYS - 1)
    top = {n: height - (height - 6) * entry["count"] / max(1, busiest["count"]) for n, entry in enumerate(days)}
    points = {n: f"{4 + n * step:.4g} {top[n]:.4g}" for n in top}
    return {
        "days": days,
        "week": days[-7:],
        "total": sum(entry["count"] for entry in days),
        "busiest": busiest,
        "line": "".join(f"M{points[n].split()[0]} {height}V{top[n]:.4g}" for n in top if days[n]["count"]),
        "dot": f"M{points[days.index(busiest)]}h.01" if busiest["count"] else "",
    }


def _handed_in() -> VersionQuerySet:
    return Version.objects.working().filter(submitted_at__isnull=False)


def _waiting_for_their_moment(now: dt.datetime) -> VersionQuerySet:
    is_there = Version.objects.filter(live_from__gt=now, article__withdrawn_at__isnull=True)
    return is_there.exclude(live_until__lte=F("live_from"))


def _rows(versions: VersionQuerySet) -> dict[str, Any]:
    """How many there are, and the first few with their authors."""
    shown = versions.select_related("article", "updated_by").only(
        "title", "article__slug", "submitted_at", "live_from", "updated_at", "updated_by__name", "updated_by__email"
    )
    return {"count": versions.count(), "rows": list(shown[:ROWS])}
