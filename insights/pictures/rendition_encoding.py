"""Encoding of a stored picture into AVIF and WebP renditions; plain bytes, no database.

A drawing of few colors is often larger at 480 pixels than at 1200, and PNG or WebP beat AVIF on it. So we drop a width
if a wider file is hardly larger, and a format if it saves nothing over its fallback. A picture with more than LARGE
pixels at its largest width gets WebP only: AVIF would take 40 s and 900 MB.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

from PIL import Image

from insights.pictures.color import to_srgb
from insights.pictures.reencoding import MAX_PIXELS

WIDTHS = (320, 480, 800, 1200, 1600)
TALLEST = 16_383  # pixels, the limit of WebP
STEP = 1.2  # a width is dropped if the picture is less than this factor wider
LESS = 0.9  # a width is kept if its file is at most this share of the next wider one
FORMATS = ("avif", "webp")
LARGE = 4_000_000  # pixels of the largest rendition
_AVIF: dict[str, Any] = {"quality": 52, "speed": 6, "max_threads": 1}  # one core; the other serves requests
_WEBP: dict[str, Any] = {"quality": 78, "method": 4}
_QUICK_WEBP: dict[str, Any] = {"quality": 78, "method": 2}  # for large pictures

Drawn = dict[str, dict[int, bytes]]  # format → width → bytes


class UnreadablePicture(Exception):
    """A stored file that cannot be read as a picture."""


def ladder(width: int, height: int = 1) -> list[int]:
    """Return the rendition widths, ascending: the smaller steps and its own width; fewer for a very tall picture."""
    top = min(width, WIDTHS[-1])
    steps = [step for step in WIDTHS if step * STEP <= top] + [top]
    return [step for step in steps if height * step <= TALLEST * width]


def formats_of(width: int, height: int) -> tuple[str, ...]:
    top = max(ladder(width, height), default=0)
    return ("webp",) if top * top * height > LARGE * width else FORMATS


def encode(content: bytes, wanted: Mapping[str, Sequence[int]] | None = None) -> Drawn:
    """Return the renditions of a stored picture that are worth keeping, or those `wanted`. Raises UnreadablePicture."""
    pixels, is_photo = _read(content)
    size = pixels.size
    widths = ladder(*size)
    if not widths:
        return {}
    is_large = len(formats_of(*size)) == 1
    pixels = _resized(pixels, size, widths[-1])  # frees the full size
    asked = wanted if wanted is not None else dict.fromkeys(formats_of(*size), widths)
    made: Drawn = {format_: {} for format_ in (FORMATS if wanted is None else wanted)}
    for width in widths:
        sized_down = _resized(pixels, size, width)
        for format_ in asked:
            if width in asked[format_]:
                made[format_][width] = _encoded(sized_down, format_, is_photo, is_large)
    return made if wanted is not None else worthwhile(made, len(content))


def encode_in_child(
    source: bytes, wanted: Mapping[str, Sequence[int]] | None = None
) -> tuple[dict[str, Any], list[bytes]]:
    try:
        drawn = encode(source, wanted)
    except UnreadablePicture:
        return {"made": None}, []
    named = [(format_, width) for format_, by_width in drawn.items() for width in by_width]
    return {"made": named, "formats": list(drawn)}, [drawn[format_][width] for format_, width in named]


def worthwhile(made: Drawn, stored_bytes: int) -> Drawn:
    """Return the renditions that save bytes. `stored_bytes`: size of the file that they replace."""
    kept: Drawn = {}
    others = {format_: _cost(made[format_]) for format_ in FORMATS}
    stored = {format_: stored_bytes * len(made[format_]) for format_ in FORMATS}
    if others["webp"] < stored["webp"]:
        kept["webp"] = _thinned(made["webp"])
    if others["avif"] < min(stored["avif"], others["webp"]):
        kept["avif"] = _thinned(made["avif"])
    return kept


def _thinned(by_width: Mapping[int, bytes]) -> dict[int, bytes]:
    kept: dict[int, bytes] = {}
    least = 0
    for width in sorted(by_width, reverse=True):
        if not kept or len(by_width[width]) <= least * LESS:
            kept[width] = by_width[width]
            least = len(by_width[width])
    return dict(sorted(kept.items()))


def _cost(by_width: Mapping[int, bytes]) -> int:
    """Return the bytes for one load at each width, each with the smallest file that is wide enough."""
    return sum(min(len(by_width[wider]) for wider in by_width if wider >= width) for width in by_width)


def _read(content: bytes) -> tuple[Image.Image, bool]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP")) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise UnreadablePicture
                image.load()
                is_photo = image.format != "PNG"
                pixels = to_srgb(image, content)
                mode = "RGBA" if pixels.has_transparency_data else "RGB"
                if pixels.mode == "I;16":
                    return pixels.point(lambda value: value / 256).convert("L").convert("RGB"), False
                pixels = pixels if pixels.mode == mode else pixels.convert(mode)
                pixels.info = {}  # otherwise AVIF and WebP would embed the profile
                return pixels, is_photo
    except Exception as error:  # any decoder error
        raise UnreadablePicture from error


def _resized(pixels: Image.Image, size: tuple[int, int], width: int) -> Image.Image:
    if width == pixels.width:
        return pixels
    height = max(1, round(size[1] * width / size[0]))
    return pixels.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)


def _encoded(pixels: Image.Image, format_: str, is_photo: bool, is_large: bool) -> bytes:
    if format_ == "avif":
        return _saved(pixels, "AVIF", _AVIF)
    lossy = _saved(pixels, "WEBP", _QUICK_WEBP if is_large else _WEBP)
    if is_photo or is_large:
        return lossy
    return min(lossy, _saved(pixels, "WEBP", {"lossless": True, "method": 4}), key=len)


def _saved(pixels: Image.Image, encoder: str, options: Mapping[str, Any]) -> bytes:
    stream = io.BytesIO()
    pixels.save(stream, encoder, **options)
    return stream.getvalue()
