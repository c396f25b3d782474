"""Checks of plain values: those of a form, or of a stored version."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone

from insights.models import Article, Version
from insights.models.articles import ArticleQuerySet
from insights.next_step.scoring import Text
from insights.preflight import lookups
from insights.preflight.body import Body, parse_body
from insights.preflight.findings import Draft, PictureFacts
from insights.preflight.links import url_of_slug
from insights.preflight.own_urls import link_target
from insights.preflight.pictures import COVER_PIXELS
from insights.preflight.report import PreflightReport, report

LINES = ("title", "excerpt", "seo_title", "seo_description", "cover_alt", "cover_caption", "cover_credit")


@dataclass(frozen=True, slots=True)
class TypedFields:
    """Fields that the checks read, as a browser sends them; `cover` and `pinned_step` are ids or empty."""

    lines: Mapping[str, str]
    body: str
    slug: str
    has_category: bool
    has_byline: bool
    cover: str
    pinned_step: str
    goes_out_at: dt.datetime
    chosen_file: str = ""  # the name of a cover that is not uploaded yet; it replaces `cover`


def check_version(version: Version) -> PreflightReport:
    """Check a stored version as of its publication date; for imports and bulk actions."""
    return run_checks(
        TypedFields(
            lines={name: getattr(version, name) for name in LINES},
            body=version.body,
            slug=version.article.slug,
            has_category=version.category_id is not None,
            has_byline=version.bylines.exists(),
            cover=str(version.cover_id or ""),
            pinned_step=str(version.pinned_step_id or ""),
            goes_out_at=not_before_now(version.live_from),
        ),
        user=None,
    )


def run_checks(typed: TypedFields, user: Any) -> PreflightReport:
    """Check typed values in at most three queries; for `user`, links to hidden drafts lead nowhere."""
    site, page = settings.SITE_URL.rstrip("/"), url_of_slug(typed.slug)
    body = parse_body(typed.body)
    pictures, cover = lookups.pictures([shown.uid for shown in body.pictures], typed.cover)
    if typed.chosen_file:
        cover = PictureFacts(typed.chosen_file, COVER_PIXELS, "")  # its size is known once it is uploaded
    addresses = {link.url for link in body.links if link.url}
    targets = {url: link_target(url, page, site) for url in sorted(addresses)}
    rows = [target for target in targets.values() if target.meaning == "row"]
    outside = [url for url, target in targets.items() if target.meaning == "outside"]
    text = Text(typed.lines["title"], typed.lines["excerpt"], _read_aloud(body, pictures))
    return report(
        Draft(
            lines=typed.lines,
            body=body,
            slug=typed.slug,
            has_category=typed.has_category,
            has_byline=typed.has_byline,
            targets=targets,
            cover=cover,
            pictures=pictures,
            has_text=bool(typed.body.strip()),
            is_editors=_may_edit_any(user),
            decision=None if body.problem else lookups.decision(text, typed.pinned_step),
            standings=lookups.standings(rows, outside, typed.goes_out_at, _seen_by(user)),
        )
    )


def _seen_by(user: Any) -> ArticleQuerySet | None:
    return None if _may_edit_any(user) else Article.objects.written_by(user)


def _may_edit_any(user: Any) -> bool:
    # None is an import, which finds all drafts.
    return user is None or user.has_perm("insights.change_any_article")


def _read_aloud(body: Body, pictures: Mapping[str, PictureFacts]) -> str:
    """Return the visible text with captions and credits; it decides the next step."""
    below = []
    for shown in body.pictures:
        picture = pictures.get(shown.uid)
        if picture is not None and shown.alone:
            below += [shown.title or picture.caption, picture.credit]
    return "\n".join(filter(None, (body.visible, *below)))


def not_before_now(value: dt.datetime | None) -> dt.datetime:
    now = timezone.now()
    return max(value, now) if value else now
