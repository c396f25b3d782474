"""Checks of pictures: from other hosts, without alt text, or too small for their place."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from .body import BodyPicture
from .findings import MANY, NO_URL, Draft, Finding, Level

COVER_PIXELS = 1200  # width in lists, shared links and on wide screens
TEXT_PIXELS = 640


def check_pictures(draft: Draft) -> Iterator[Finding]:
    yield from islice(_in_the_text(draft), MANY)
    cover = draft.cover
    if cover is None:
        return
    if not (draft.lines.get("cover_alt", "").strip() or cover.alt):
        message = f"The cover “{cover.name}” has no alt text."
        yield Finding(Level.ERROR, "alt", "cover_alt", message, "Describe it for people who can't see it.")
    if cover.width < COVER_PIXELS:
        message = f"The cover is only {cover.width} pixels wide; it needs {COVER_PIXELS} to look sharp."
        yield Finding(Level.WARNING, "small", "cover", message, "Upload a larger one.")


def _in_the_text(draft: Draft) -> Iterator[Finding]:
    for shown in draft.body.pictures:
        picture = draft.pictures.get(shown.uid)
        if picture is None:
            yield _not_ours(shown)
            continue
        if not (shown.alt or picture.alt):
            message, cure = (
                f"The picture “{picture.name}” has no alt text.",
                "Describe the picture between [ and ].",
            )
            yield Finding(Level.ERROR, "alt", "body", message, cure, shown.line, shown.uid)
        if shown.alone and picture.width < TEXT_PIXELS:
            message = f"The picture “{picture.name}” is too small ({picture.width} pixels wide, {TEXT_PIXELS} needed)."
            yield Finding(Level.WARNING, "small", "body", message, "Upload a larger one.", shown.line, shown.uid)


def _not_ours(shown: BodyPicture) -> Finding:
    """Return the error for a picture that cannot be saved: readers would load it from another host."""
    brief = shown.url if len(shown.url) <= 80 else f"{shown.url[:79]}…"
    if shown.uid:
        sentence, cure = f"The library has no picture “{brief}”.", "Choose one from the library."
    elif not shown.url:
        sentence, cure = f"The picture “{shown.alt}” has no URL.", "Choose a picture from the library, or upload it."
    else:
        sentence = f"The picture “{brief}” is not on this site, so the text can't be saved."
        cure = "Upload the file to this site."
    return Finding(Level.ERROR, "foreign", "body", sentence, cure, shown.line, shown.url or NO_URL)
