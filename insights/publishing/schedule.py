"""Date of the next scheduled change: a version starts or ends, or an article is unpublished."""

from __future__ import annotations

import datetime as dt

from insights.models import Article, Version


def next_change_at(after: dt.datetime) -> dt.datetime | None:
    """Return the first date after `after`, or None; three index lookups."""
    changes = [
        Version.objects.scheduled(after).order_by("live_from").values_list("live_from", flat=True).first(),
        Version.objects.filter(live_until__gt=after)
        .order_by("live_until")
        .values_list("live_until", flat=True)
        .first(),
        Article.objects.filter(unpublished_at__gt=after)
        .order_by("unpublished_at")
        .values_list("unpublished_at", flat=True)
        .first(),
    ]
    return min((at for at in changes if at is not None), default=None)
