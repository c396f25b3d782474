"""Renditions on their way out and in: which there were is carried, their bytes are made anew.

Chosen against exporting the files: AVIF and WebP from a stranger's folder would have to be taken apart like the
pictures themselves, and the export would hold the same pictures five times. Since the names follow from the stored
file, a page is the same byte for byte as soon as the import is done, whichever worker runs. What the manifest does not
speak of, or in words of another recipe, is made later, like the renditions of an upload.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from insights.models import Picture
from insights.pictures import renditions
from insights.pictures.rendition_encoding import FORMATS, UnreadablePicture, formats_of, ladder


def renditions_of(row: Picture) -> str:
    """The renditions of a picture in words: "1 avif 320 480 webp 1200"; empty when none were made yet."""
    if not row.renditions_recipe:
        return ""
    words: list[Any] = [row.renditions_recipe]
    for format_ in FORMATS:
        widths = row.renditions.get(format_, ())
        words += [format_, *widths] if widths else []
    return " ".join(map(str, words))


def understood(words: str, width: int, height: int) -> dict[str, list[int]] | None:
    """Widths by format, of a picture of `width` × `height` pixels; None unless today's recipe makes such files."""
    recipe, *rest = words.split() or [""]
    found: dict[str, list[int]] = {}
    widths: list[int] = []
    for word in rest:
        if word in FORMATS and word not in found:
            widths = found[word] = []
        elif word.isascii() and word.isdigit() and len(word) < 6 and found:
            widths.append(int(word))
        else:
            return None
    steps = ladder(width, height)
    is_ours = all(kept and kept == sorted(set(kept) & set(steps)) for kept in found.values())
    is_ours = is_ours and set(found) <= set(formats_of(width, height))
    return found if recipe == str(renditions.RECIPE) and is_ours else None


def drawn_files(content: bytes, wanted: Mapping[str, list[int]]) -> dict[str, dict[int, bytes]] | None:
    """The files themselves; None when the picture cannot be read."""
    try:
        return renditions.drawn_renditions(content, wanted)
    except UnreadablePicture:
        return None
