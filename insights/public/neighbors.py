"""Links around an article: the previous and next part of its series, and related articles ("Read next").

We store them in the version's row (`Version.around`) instead of querying on every page view: PostgreSQL takes longer to
plan that query with five tables than for the rest of the page. Each entry has the dates between which it is valid, so
no job has to run on time. A change of these dates updates the entries in its own transaction.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import BigIntegerField, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from insights.models import ReadNext, Version
from insights.models.versions import Neighbor, VersionQuerySet, reading_minutes

SHOWN = 3  # articles under "Read next"

_COLUMNS = ("article_id", "article__slug", "title", "words", "live_from", "live_until", "article__unpublished_at")


def update_neighbors(articles: Iterable[int], now: dt.datetime) -> set[int]:
    """Update `Version.around` of live and scheduled versions; return the ids of changed articles."""
    versions = list(
        Version.objects.filter(Q(live_until__isnull=True) | Q(live_until__gt=now), live_from__isnull=False)
        .filter(article__in=articles)
        .only("article", "series", "series_part", "listed_at", "around")
    )
    read = _read_next({version.article_id for version in versions}, now)
    changed = []
    for version in versions:
        around = [
            {"kind": kind, **entry}
            for kind in ("previous", "next")
            for entry in _entries(_texts_of(_beside(version, kind, now), now, version.series_id), now)
        ]
        around += [{"kind": "read", **entry} for entry in read[version.article_id]]
        if around != version.around:
            version.around = around
            changed.append(version)
    Version.objects.bulk_update(changed, ["around"])
    return {version.article_id for version in changed}


def adjacent_articles(article: int, now: dt.datetime) -> set[int]:
    """Return ids of the articles next to this one in its series, now and as last stored in `around`."""
    found: set[int] = set()
    for version in Version.objects.filter(article=article, live_from__isnull=False).order_by("-live_from")[:2]:
        shown_neighbors = [entry["slug"] for entry in version.around if entry["kind"] != "read"]
        found.update(
            Version.objects.live(now).filter(article__slug__in=shown_neighbors).values_list("article_id", flat=True)
        )
        for kind in ("previous", "next"):
            found.update(_beside(version, kind, now).values_list("article_id", flat=True))
    return found


def shown_neighbors(around: list[dict[str, Any]], tags: Mapping[int, str], category: str) -> dict[str, list[Neighbor]]:
    """Return the entries to show by kind: "previous" and "next" (one at most), "read" (closest first)."""
    now = timezone.now().isoformat()
    found: dict[str, list[Neighbor]] = {"previous": [], "next": [], "read": []}
    taken = set()
    for entry in around:
        kind, slug = entry["kind"], entry["slug"]
        if slug in taken or (entry["until"] and entry["until"] <= now) or entry.get("from", "") > now:
            continue
        if len(found["read"]) == SHOWN:
            continue
        why = reason(entry["shared"], tags, category)
        if why or kind != "read":
            taken.add(slug)
            found[kind].append(Neighbor(entry["title"], slug, reading_minutes(entry["words"]), why))
    return found


def reason(shared: str, tags: Mapping[int, str], category: str) -> str:
    """Return the shared facets in words ("Also about China; same author"); tags that are not in `tags` are left out."""
    words = shared.split()
    names = [tags[key] for key in (int(word[4:]) for word in words if word.startswith("tag:")) if key in tags][:3]
    parts = ["also about " + " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))] if names else []
    parts += [f"same {word}" for word in ("series", "author") if word in words]
    if category and "category" in words and not names:
        parts.append(f"also in {category}")
    sentence = "; ".join(parts)
    return sentence[:1].upper() + sentence[1:]


def _entries(rows: Any, now: dt.datetime, shared: str = "") -> list[dict[str, Any]]:
    """Return one JSON entry per version row (`_COLUMNS`), live or scheduled, with dates in ISO format."""
    entries = []
    for _, slug, title, words, since, until, unpublished in rows:
        end = min(filter(None, (until, unpublished)), default=None)
        entry = {"slug": slug, "title": title, "words": words, "shared": shared}
        entry |= {"until": end.isoformat() if end else ""} | ({"from": since.isoformat()} if since > now else {})
        entries.append(entry)
    return entries


def _texts_of(rows: Any, now: dt.datetime, series: int | None) -> list[Any]:
    """Return the rows (`_COLUMNS`), then those of scheduled versions of the same articles in the series."""
    found = list(rows)
    to_come = Version.objects.scheduled(now).filter(article__in=[row[0] for row in found], series=series)
    return [*found, *to_come.order_by("live_from").values_list(*_COLUMNS)] if found else []


def _read_next(articles: set[int], now: dt.datetime) -> defaultdict[int, list[dict[str, Any]]]:
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = list(
        ReadNext.objects.filter(article__in=articles)
        .order_by("article", "-score", "-other__published_at", "-other__uid")
        .values_list("article_id", "other_id", "shared")
    )
    others = Version.objects.filter(article__in={other for _, other, _ in rows})
    versions: defaultdict[int, list[Any]] = defaultdict(list)
    for row in others.readable(now).values_list(*_COLUMNS):
        versions[row[0]].append(row)
    for row in others.scheduled(now).order_by("live_from").values_list(*_COLUMNS):
        if row[0] in versions:  # only articles that are public already
            versions[row[0]].append(row)
    for article, other, shared in rows:
        found[article] += _entries(versions[other], now, shared)
    return found


def _beside(version: Version, kind: str, now: dt.datetime) -> Any:
    """Return at most one row: the readable part before or after `version`; a missing part number counts as 0."""
    parts: VersionQuerySet = Version.objects.readable(now)
    if version.series_id is None:
        return parts.none().values_list(*_COLUMNS)
    listed_at = version.listed_at or now
    sign, order = ("lt", "-") if kind == "previous" else ("gt", "")
    place = {"place": version.series_part or 0}
    return (
        parts.filter(series=version.series_id)
        .annotate(place=Coalesce("series_part", 0, output_field=BigIntegerField()))
        .filter(
            Q(**{f"place__{sign}": version.series_part or 0})
            | Q(**place, **{f"listed_at__{sign}": listed_at})
            | Q(**place, listed_at=listed_at, **{f"article_id__{sign}": version.article_id})
        )
        .order_by(f"{order}place", f"{order}listed_at", f"{order}article_id")
        .values_list(*_COLUMNS)[:1]
    )
