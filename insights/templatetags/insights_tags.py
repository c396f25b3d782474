"""Tags and filters of the public templates."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from insights.covers import draw
from insights.markup.picture_html import picture_html
from insights.models import Picture, SiteSettings, Version
from insights.public.fragment_cache import fragment_of
from insights.public.site_html import privacy_html

register = template.Library()

CONTENTS_FROM = (600, 4)  # words and sections from which an article has a table of contents
LONG_TITLE = 90  # characters; a longer title is set in a smaller size


@register.simple_tag
def drawing(slug: str, band: bool = False) -> SafeString:
    return mark_safe(draw(slug, band=band))  # noqa: S308 (our own drawing; the slug only seeds it)


@register.simple_tag
def picture(row: Picture, place: str, alt: str = "", css: str = "", early: bool = False) -> SafeString:
    """Return the HTML of a picture for a `place`; arguments as in `insights/markup/picture_html.py`."""
    focus = (row.focal_x, row.focal_y)
    html = picture_html(
        row.file.url, alt, row.width, row.height, row.files, place=place, css=css, early=early, focus=focus
    )
    return mark_safe(html)  # noqa: S308 (picture_html escapes what it is given)


@register.simple_tag
def article_text(version: Version, is_preview: bool = False) -> SafeString:
    values = {"version": version, "is_preview": is_preview}
    return fragment_of("insights/_text.html", version.digest, lambda: values)


@register.simple_tag
def read_next(version: Version) -> SafeString:
    return fragment_of("insights/_read_next.html", version.digest, lambda: {"version": version})


@register.simple_tag
def privacy_text(publication: SiteSettings) -> SafeString:
    return privacy_html(publication)


@register.simple_tag
def body(version: Version) -> SafeString:
    return mark_safe(version.html)  # noqa: S308 (nh3 was the last step of its rendering)


@register.filter
def is_long(title: str) -> bool:
    return len(title) > LONG_TITLE


@register.filter
def byline_names(version: Version) -> str:
    """Return the authors of a listed version: "A", "A and B", "A, B and C"."""
    names = [byline.author.name for byline in version.bylines.all()]
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1] if names else "")))


@register.inclusion_tag("insights/_card.html")
def card(version: Version, level: int = 2, with_part: bool = False) -> dict[str, object]:
    """Render an article in a list; `level`: of its heading, `with_part`: show its part of the series."""
    return {"version": version, "level": level, "with_part": with_part}


@register.inclusion_tag("insights/_lead.html")
def lead(version: Version, with_part: bool = False) -> dict[str, object]:
    return {"version": version, "with_part": with_part}


@register.inclusion_tag("insights/_contents.html")
def contents(version: Version) -> dict[str, object]:
    """Render the table of contents; empty for short articles (CONTENTS_FROM)."""
    sections: list[dict[str, Any]] = []
    for entry in version.contents:
        if entry["level"] == 2 or not sections:
            sections.append({**entry, "parts": []})
        else:
            sections[-1]["parts"].append(entry)
    words, least = CONTENTS_FROM
    return {"sections": sections if version.words >= words and len(sections) >= least else []}
