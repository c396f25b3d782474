"""Differences between two versions besides the text, and the comparison of their pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.safestring import SafeString

from insights.history.alignment import Effort
from insights.history.html_diff import compare_pages
from insights.markup import RENDERER
from insights.models import Version
from insights.publishing.rendering import render_text


@dataclass(frozen=True, slots=True)
class FieldChange:
    name: str
    before: str
    after: str


def changed_fields(before: Version, after: Version) -> list[FieldChange]:
    """Return the fields that differ; the versions' relations must be fetched."""
    changes = [FieldChange(name, shown(before), shown(after)) for name, shown in _FIELDS.items()]
    return [change for change in changes if change.before != change.after]


def marked_page(before: Version, after: Version, effort: Effort) -> SafeString:
    """Return the HTML of `after` with the changes since `before` marked, both by the current renderer."""
    return compare_pages(_page_of(before), _page_of(after), effort)


def _page_of(version: Version) -> str:
    return version.html if version.renderer == RENDERER else render_text(version.body).html


def _category(version: Version) -> str:
    return str(version.category or (f"{version.category_was} (deleted)" if version.category_was else ""))


def _series(version: Version) -> str:
    series = str(version.series or (f"{version.series_was} (deleted)" if version.series_was else ""))
    return f"{series}, part {version.series_part}" if version.series_part else series


_FIELDS: dict[str, Callable[[Version], str]] = {
    "Category": _category,
    "Series": _series,
    "Tags": lambda version: ", ".join(str(tag) for tag in version.tags.all()),
    "Authors": lambda version: ", ".join(str(byline.author) for byline in version.bylines.all()),
    "Cover": lambda version: str(version.cover or ""),
    "Cover alt text": lambda version: version.cover_alt,
    "Cover caption": lambda version: version.cover_caption,
    "Cover credit": lambda version: version.cover_credit,
    "Pinned next step": lambda version: str(version.pinned_step or "None (the rules choose)"),
    "Title for search engines": lambda version: version.seo_title,
    "Description for search engines": lambda version: version.seo_description,
    "URL after publishing": lambda version: f"/insights/{version.new_slug}/" if version.new_slug else "",
    "Canonical URL": lambda version: version.canonical,
}
