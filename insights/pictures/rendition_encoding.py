"""From a stored picture to the files that browsers choose from; plain bytes, no database.

Per width (`ladder`, never wider than the picture): AVIF, and WebP lossy or, where the picture is a PNG and it comes out
smaller, lossless. A drawing of few colours often gives more bytes at 480 pixels than at 1200, and PNG or WebP beat AVIF
on it; so a width goes when a wider one is hardly larger, and a format when it saves nothing over the one that stands in
for it. What is kept are the files that save a reader something, and a page names no others.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

from PIL import Image

from insights.pictures.uploads import MAX_PIXELS

WIDTHS = (320, 480, 800, 1200, 1600)
TALLEST = 16_383  # pixels: WebP ends there
STEP = 1.2  # a width goes when the picture's own is hardly wider
LESS = 0.9  # a width stays when it is at most this part of the next wider one; its name alone costs a page some bytes
FORMATS = ("avif", "webp")
_AVIF: dict[str, Any] = {"quality": 52, "speed": 6, "max_threads": 1}  # one core: the other serves readers
_WEBP: dict[str, Any] = {"quality": 78, "method": 4}

Drawn = dict[str, dict[int, bytes]]  # format → width → bytes


class Unreadable(Exception):
    """A stored file that is not, or no longer, a picture."""


def ladder(width: int, height: int = 1) -> list[int]:
    """The widths for a picture of `width` × `height` pixels, ascending: the steps below it, and its own up to the last.

    A picture like a scroll of paper has fewer, or none at all.
    """
    top = min(width, WIDTHS[-1])
    steps = [step for step in WIDTHS if step * STEP <= top] + [top]
    return [step for step in steps if height * step <= TALLEST * width]


def encode(content: bytes, wanted: Mapping[str, Sequence[int]] | None = None) -> Drawn:
    """The renditions of a stored PNG or JPEG. Raises Unreadable.

    `wanted` (format → widths) gives exactly those, which the ladder must have; else it is those worth keeping.
    """
    pixels, is_photo = _read(content)
    widths = ladder(*pixels.size)
    if wanted is not None:
        sized = {width: _resized(pixels, width) for width in {w for chosen in wanted.values() for w in chosen}}
        return {
            format_: {width: _encoded(sized[width], format_, is_photo) for width in chosen}
            for format_, chosen in wanted.items()
        }
    made: Drawn = {format_: {} for format_ in FORMATS}
    for width in widths:
        sized_down = _resized(pixels, width)
        for format_ in FORMATS:
            made[format_][width] = _encoded(sized_down, format_, is_photo)
    return worthwhile(made, len(content))


def worthwhile(made: Drawn, stored_bytes: int) -> Drawn:
    """Of the files of all widths, those that save bytes; `stored_bytes`: the size of the file they stand in for."""
    kept: Drawn = {}
    others = {format_: _cost(made[format_]) for format_ in FORMATS}
    stored = {format_: stored_bytes * len(made[format_]) for format_ in FORMATS}
    if others["webp"] < stored["webp"]:
        kept["webp"] = _thinned(made["webp"])
    if others["avif"] < min(stored["avif"], others["webp"]):
        kept["avif"] = _thinned(made["avif"])
    return kept


def _thinned(by_width: Mapping[int, bytes]) -> dict[int, bytes]:
    """Without the widths for which a wider file does about as well."""
    kept: dict[int, bytes] = {}
    least = 0
    for width in sorted(by_width, reverse=True):
        if not kept or len(by_width[width]) <= least * LESS:
            kept[width] = by_width[width]
            least = len(by_width[width])
    return dict(sorted(kept.items()))


def _cost(by_width: Mapping[int, bytes]) -> int:
    """What readers of all widths load together, each the smallest file that is wide enough."""
    return sum(min(len(by_width[wider]) for wider in by_width if wider >= width) for width in by_width)


def _read(content: bytes) -> tuple[Image.Image, bool]:
    """The pixels as RGB or RGBA, and whether they are a photograph (JPEG)."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise Unreadable
                image.load()
                has_alpha = image.mode in {"LA", "RGBA"} or "transparency" in image.info
                if image.mode == "I;16":
                    return image.point(lambda value: value / 256).convert("L").convert("RGB"), False
                return image.convert("RGBA" if has_alpha else "RGB"), image.format == "JPEG"
    except Exception as error:  # whatever a decoder trips over
        raise Unreadable from error


def _resized(pixels: Image.Image, width: int) -> Image.Image:
    if width == pixels.width:
        return pixels
    height = max(1, round(pixels.height * width / pixels.width))
    return pixels.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)


def _encoded(pixels: Image.Image, format_: str, is_photo: bool) -> bytes:
    if format_ == "avif":
        return _saved(pixels, "AVIF", _AVIF)
    lossy = _saved(pixels, "WEBP", _WEBP)
    if is_photo:
        return lossy
    return min(lossy, _saved(pixels, "WEBP", {"lossless": True, "method": 4}), key=len)


def _saved(pixels: Image.Image, encoder: str, options: Mapping[str, Any]) -> bytes:
    stream = io.BytesIO()
    pixels.save(stream, encoder, **options)
    return stream.getvalue()
