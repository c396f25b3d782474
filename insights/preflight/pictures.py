"""Pictures that say nothing to those who do not see them, and those too small for where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from .findings import MANY, Draft, Finding, Level

COVER_PIXELS = 1200  # across, as lists, shared links and wide screens show it
TEXT_PIXELS = 640


def look(draft: Draft) -> Iterator[Finding]:
    """No alt text, too few pixels: in the text and as the cover."""
    yield from islice(_in_the_text(draft), MANY)
    cover = draft.cover
    if cover is None:
        return
    if not (draft.lines.get("cover_alt", "").strip() or cover.alt):
        told = f"The cover “{cover.name}” has no alt text."
        yield Finding(Level.ERROR, "alt", "cover_alt", told, "Say what it shows, for those who do not see it.")
    if cover.width < COVER_PIXELS:
        told = f"The cover is {cover.width} pixels wide; {COVER_PIXELS} are needed to look sharp."
        yield Finding(Level.WARNING, "small", "cover", told, "Upload a larger one.")


def _in_the_text(draft: Draft) -> Iterator[Finding]:
    for shown in draft.body.pictures:
        picture = draft.pictures.get(shown.uid)
        if picture is None:
            continue  # the preview says so, and the form
        if not (shown.alt or picture.alt):
            told, cure = f"The picture “{picture.name}” has no alt text.", "Write what it shows between the brackets."
            yield Finding(Level.ERROR, "alt", "body", told, cure, shown.line, shown.uid)
        if shown.alone and picture.width < TEXT_PIXELS:
            told = f"The picture “{picture.name}” is {picture.width} pixels wide; the text is {TEXT_PIXELS}."
            yield Finding(Level.WARNING, "small", "body", told, "Upload a larger one.", shown.line, shown.uid)
