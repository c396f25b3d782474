"""Renditions in an export: the manifest lists their widths, and an import makes the files again.

We do not export the files, because the export would contain each picture five times. An import would also have to check
AVIF and WebP files. File names follow from the stored file, so pages are the same after the import.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from insights.models import Picture
from insights.pictures import renditions
from insights.pictures.rendition_encoding import FORMATS, UnreadablePicture, formats_of, ladder


def renditions_of(row: Picture) -> str:
    """Return the renditions as text: "1 avif 320 480 webp 1200"; empty if there are none yet."""
    if not row.renditions_recipe:
        return ""
    words: list[Any] = [row.renditions_recipe]
    for format_ in FORMATS:
        widths = row.renditions.get(format_, ())
        words += [format_, *widths] if widths else []
    return " ".join(map(str, words))


def understood(words: str, width: int, height: int) -> dict[str, list[int]] | None:
    """Return the widths by format; None unless the current recipe makes such files for this size."""
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
    try:
        return renditions.drawn_renditions(content, wanted)
    except UnreadablePicture:
        return None
