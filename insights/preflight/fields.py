"""Checks of the fields: missing ones, HTML entities, and texts that search results would cut."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from .findings import Draft, Finding, Level

TITLE_MAX_LENGTH = 60  # about what a search result shows
DESCRIPTION_MAX_LENGTH = 160
_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_PLAIN = ("title", "excerpt", "cover_alt", "cover_caption", "cover_credit", "seo_title", "seo_description")


def check_fields(draft: Draft) -> Iterator[Finding]:
    if not draft.lines.get("title", "").strip():
        yield Finding(Level.ERROR, "untitled", "title", "The title is missing.", "Write a title.")
    if not draft.has_text:
        yield Finding(Level.ERROR, "empty", "body", "The body is empty.", "Write the text.")
    if not draft.lines.get("excerpt", "").strip():
        cure = "Write one or two sentences. Lists, search results and shared links show them."
        yield Finding(Level.WARNING, "excerpt", "excerpt", "The excerpt is missing.", cure)
    if not draft.has_category:
        cure = "Choose one. Readers browse articles by category."
        yield Finding(Level.WARNING, "category", "category", "The article has no category.", cure)
    if not draft.has_byline:
        cure = "Choose one." if draft.is_editors else "Ask an administrator to create one for your account."
        yield Finding(Level.WARNING, "byline", "authors", "The article has no author.", cure)
    yield from _titles(draft)
    yield from _entities(draft)


def _titles(draft: Draft) -> Iterator[Finding]:
    own, title = draft.lines.get("seo_title", "").strip(), draft.lines.get("title", "").strip()
    shown = own or title
    if len(shown) > TITLE_MAX_LENGTH:
        message = f"The title has {len(shown)} characters; search results show only about {TITLE_MAX_LENGTH}."
        cure = "Shorten it." if own else "Write a shorter one in “Title for search engines”."
        yield Finding(Level.WARNING, "title", "seo_title" if own else "title", message, cure)
    description = draft.lines.get("seo_description", "").strip()
    if len(description) > DESCRIPTION_MAX_LENGTH:
        message = (
            f"The description has {len(description)} characters; "
            f"search results show only about {DESCRIPTION_MAX_LENGTH}."
        )
        yield Finding(Level.WARNING, "description", "seo_description", message, "Shorten it.")


def _entities(draft: Draft) -> Iterator[Finding]:
    """Report the first entity of each field, such as “&amp;”: fields are plain text."""
    for name in _PLAIN:
        for found in _ENTITY.finditer(draft.lines.get(name, "")):
            sign = html.unescape(found[0])
            if sign == found[0]:
                continue
            is_seen = sign.isprintable() and not sign.isspace()
            cure = f"Write “{sign}” instead." if is_seen else "Replace it with a space, or delete it."
            sentence = f"Readers see “{found[0]}” exactly as typed."
            fix = sign if is_seen else ""
            yield Finding(Level.WARNING, "entity", name, sentence, cure, near=found[0], fix=fix)
            break
