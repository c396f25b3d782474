"""From a stored picture to the files that browsers choose from; plain bytes, no database.

Per width (`ladder`, never wider than the picture): AVIF, and WebP lossy or, where the picture is a PNG and it comes out
smaller, lossless. A drawing of few colours often gives more bytes at 480 pixels than at 1200, and PNG or WebP beat AVIF
on it; so a width goes when a wider one is hardly larger, and a format when it saves nothing over the one that stands in
for it. What is kept are the files that save a reader something, and a page names no others. A picture like a scroll
of paper, which has more than LARGE pixels at its largest width, gets WebP alone: AVIF would take 40 s and 900 MB.
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
TALLEST = 16_383  # pixels: WebP ends there
STEP = 1.2  # a width goes when the picture's own is hardly wider
LESS = 0.9  # a width stays when it is at most this part of the next wider one; its name alone costs a page some bytes
FORMATS = ("avif", "webp")
LARGE = 4_000_000  # pixels of the largest rendition
_AVIF: dict[str, Any] = {"quality": 52, "speed": 6, "max_threads": 1}  # one core: the other serves readers
_WEBP: dict[str, Any] = {"quality": 78, "method": 4}
_QUICK_WEBP: dict[str, Any] = {"quality": 78, "method": 2}  # of a large picture

Drawn = dict[str, dict[int, bytes]]  # format → width → bytes


class UnreadablePicture(Exception):
    """A stored file that is not, or no longer, a picture."""


def ladder(width: int, height: int = 1) -> list[int]:
    """The widths for a picture of `width` × `height` pixels, ascending: the steps below it, and its own up to the last.

    A picture like a scroll of paper has fewer, or none at all.
    """
    top = min(width, WIDTHS[-1])
    steps = [step for step in WIDTHS if step * STEP <= top] + [top]
    return [step for step in steps if height * step <= TALLEST * width]


def formats_of(width: int, height: int) -> tuple[str, ...]:
    """The formats for a picture of `width` × `height` pixels."""
    top = max(ladder(width, height), default=0)
    return ("webp",) if top * top * height > LARGE * width else FORMATS


def encode(content: bytes, wanted: Mapping[str, Sequence[int]] | None = None) -> Drawn:
    """The renditions of a stored PNG, JPEG or WebP. Raises Unreadable.

    `wanted` (format → widths) gives exactly those, which `ladder` and `formats_of` must have; else it is those worth
    keeping.
    """
    pixels, is_photo = _read(content)
    size = pixels.size
    widths = ladder(*size)
    if not widths:
        return {}
    is_large = len(formats_of(*size)) == 1
    pixels = _resized(pixels, size, widths[-1])  # the whole picture is not needed any more
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
    """`encode` as `bounded.run` calls it: `made` names format and width of each file."""
    try:
        drawn = encode(source, wanted)
    except UnreadablePicture:
        return {"made": None}, []
    named = [(format_, width) for format_, by_width in drawn.items() for width in by_width]
    return {"made": named, "formats": list(drawn)}, [drawn[format_][width] for format_, width in named]


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
    """The pixels as RGB or RGBA, and whether they are a photograph (JPEG, WebP)."""
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
                pixels.info = {}  # AVIF and WebP would carry a profile along
                return pixels, is_photo
    except Exception as error:  # whatever a decoder trips over
        raise UnreadablePicture from error


def _resized(pixels: Image.Image, size: tuple[int, int], width: int) -> Image.Image:
    """`pixels`, made of a picture of `size`, at `width`."""
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
