"""From the bytes of an upload to a picture that we made ourselves: plain bytes, no database, no Django.

Decode with Pillow's readers of four formats, check the size before a pixel is read, turn the picture upright, convert
its colors to sRGB, drop everything that is not a pixel, and encode. Lossy stays lossy and lossless stays lossless: a
JPEG stays JPEG, a lossy WebP becomes JPEG, or WebP where it is transparent; PNG, GIF and lossless WebP become PNG. We
use JPEG for an opaque WebP instead of WebP because it takes a third of the time and half of the memory. An animation
keeps its first frame.

What is stored is at most GROWTH times the upload: a lossy encoding tries the next quality, a PNG gives way to a lossy
one (a lossless WebP of repeated noise is 50 times as large as PNG).
"""

from __future__ import annotations

import io
import re
import warnings
from typing import Any, NamedTuple

from PIL import Image, ImageOps, JpegImagePlugin

from insights.pictures.color import to_srgb
from insights.pictures.webp import Webp, is_webp

MAX_BYTES = 10 * 1024 * 1024
MAX_STORED_BYTES = 2 * MAX_BYTES
MAX_PIXELS = 16_000_000
MAX_SIDE = 16_383  # pixels, the longest that WebP holds; a row of millions costs a decoder seconds
MAX_FRAMES = 100
FORMATS = ("PNG", "JPEG", "GIF")  # and WebP, which is read by `webp.py`
PACKED_PARTS = {b"iCCP", b"zTXt", b"iTXt"}  # of a PNG
GROWTH = 3
SMALL_PNG, SMALL_LOSSY = 2_000_000, 100_000  # bytes that every picture may have, however small its upload was
LOSSY_PIXELS = 3_600_000  # of a lossy picture with transparency: encoding takes 40 bytes a pixel
DECODING_BYTES = 140_000_000  # a progressive JPEG that takes more is decoded at half its width
STRIP = 256  # rows that are made smaller at a time
SLOW_PIXELS = 4_000_000  # above them a PNG is packed quickly rather than tightly
JPEG_QUALITIES = (88, 80, 70, 55)
WEBP_QUALITIES = (82, 70, 50)

NEXT = "Upload a PNG, JPEG, GIF or WebP file."
UNREADABLE = f"This is not a picture that can be read. {NEXT}"
OTHER_KINDS = {  # as in picture-choice.js
    rb"(\xef\xbb\xbf)?\s*(<[?!].*)?<svg[\s>/]": "an SVG drawing",
    rb"....ftypavi[fs]": "an AVIF picture",
    rb"....ftyp(hei|hev|mif1|msf1)": "a HEIC picture",
    rb"II\*\0|MM\0\*": "a TIFF picture",
    rb"BM": "a BMP picture",
    rb"%PDF": "a PDF",
    rb"8BPS": "a Photoshop file",
    rb"\xff\x0a|\0\0\0\x0cJXL ": "a JPEG XL picture",
    rb"\0\0\x01\0": "an icon",
    rb"....ftyp": "a film",
}


class PictureRefused(Exception):
    """A file that cannot become a picture. `message` is a sentence for its sender, `status` an HTTP status.

    `retry_after`: seconds after which the same file may be taken; None where it never will.
    """

    status = 400
    retry_after: int | None = None

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ReencodedPicture(NamedTuple):
    """A picture as it will be stored: bytes, extension without a dot ("jpg", "png", "webp"), pixels."""

    content: bytes
    extension: str
    width: int
    height: int


def reencode(source: bytes) -> ReencodedPicture:
    """Decode `source` and encode it again. Raises PictureRefused."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            warnings.simplefilter("ignore", UserWarning)  # damaged EXIF, which is dropped anyway
            return _redrawn(source)
    except (PictureRefused, MemoryError):
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise PictureRefused(_too_many_pixels()) from None
    except Exception:  # whatever a decoder trips over: the file is not a picture that we can read
        raise PictureRefused(_why_unreadable(source)) from None


def _redrawn(source: bytes) -> ReencodedPicture:
    # Each step takes the place of the one before, which is thereby freed: two pictures of this size are too many.
    image, is_lossy = _decoded_webp(source) if is_webp(source) else _decoded(source)
    ImageOps.exif_transpose(image, in_place=True)
    image = to_srgb(image, source)
    if not is_lossy:
        image = _fit_for_png(image)
        is_slow = image.width * image.height > SLOW_PIXELS and (is_webp(source) or len(source) > 2_000_000)
        content = _saved(image, "PNG", {"compress_level": 3 if is_slow else 6})
        if len(content) <= max(min(GROWTH * len(source), MAX_STORED_BYTES), SMALL_PNG):
            return ReencodedPicture(content, "png", *image.size)
        del content
    image = _fit_for_lossy(image)
    has_alpha = image.mode == "RGBA"
    for quality in WEBP_QUALITIES if has_alpha else JPEG_QUALITIES:
        options = {"quality": quality, "method": 2} if has_alpha else {"quality": quality, "progressive": True}
        content = _saved(image, "WEBP" if has_alpha else "JPEG", options)
        if len(content) <= max(1.5 * len(source), SMALL_LOSSY):
            break
    return ReencodedPicture(content, "webp" if has_alpha else "jpg", *image.size)


def reencode_in_child(source: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """`redraw` as `bounded.run` calls it: a refusal is a value."""
    try:
        drawn = reencode(source)
    except PictureRefused as refused:
        return {"refused": refused.message}, []
    return {"extension": drawn.extension, "width": drawn.width, "height": drawn.height}, [drawn.content]


def check_size(width: int, height: int) -> None:
    """Raise PictureRefused for more pixels than we take."""
    if width * height > MAX_PIXELS:
        raise PictureRefused(_too_many_pixels())
    if max(width, height) > MAX_SIDE:
        raise PictureRefused(f"The picture is longer than {MAX_SIDE:,} pixels; please make it smaller.")


def _decoded(source: bytes) -> tuple[Image.Image, bool]:
    """The pixels of a PNG, JPEG or GIF, and whether it is lossy."""
    try:
        image = Image.open(io.BytesIO(source), formats=FORMATS)
    except ValueError:  # of a PNG: a profile or a text beside the pixels is larger unpacked than Pillow takes
        image = Image.open(io.BytesIO(_without_packed_parts(source)), formats=FORMATS)
    check_size(*image.size)
    is_lossy = isinstance(image, JpegImagePlugin.JpegImageFile)  # also MPO, which holds a second picture
    if not is_lossy:
        _check_frames(getattr(image, "n_frames", 1))
    elif _decoding_bytes(image) > DECODING_BYTES:
        image.draft(image.mode, (image.width // 2, image.height // 2))
    image.load()
    return image, is_lossy


def _without_packed_parts(png: bytes) -> bytes:
    """The PNG without its profile and its texts."""
    kept, position = [png[:8]], 8
    while position + 12 <= len(png):
        end = position + 12 + int.from_bytes(png[position : position + 4])
        if png[position + 4 : position + 8] not in PACKED_PARTS:
            kept.append(png[position:end])
        position = end
    return b"".join(kept)


def _decoded_webp(source: bytes) -> tuple[Image.Image, bool]:
    webp = Webp(source)
    check_size(*webp.size)
    check_size(*webp.frame_size)
    _check_frames(webp.frames)
    try:
        return webp.first_frame(), webp.is_lossy
    finally:
        del webp


def _check_frames(frames: int) -> None:
    if frames > MAX_FRAMES:
        raise PictureRefused(f"The animation has more than {MAX_FRAMES} frames; upload a still picture.")


def _decoding_bytes(image: Any) -> int:
    """What libjpeg and Pillow need for a JPEG: four bytes a pixel, and all coefficients of a progressive one."""
    pixels = image.width * image.height
    if not image.info.get("progressive"):
        return int(4 * pixels)
    samples = sum(across * down for _, across, down, _ in image.layer)
    full = max(across for _, across, _, _ in image.layer) * max(down for _, _, down, _ in image.layer)
    return int(4 * pixels + 2 * pixels * samples / full)


def _fit_for_lossy(image: Image.Image) -> Image.Image:
    """The pixels as JPEG takes them, or as RGBA for WebP where there is transparency."""
    if image.has_transparency_data:
        image = _within(image if image.mode == "RGBA" else image.convert("RGBA"), LOSSY_PIXELS)
    elif image.mode not in {"L", "RGB"}:
        image = image.convert("RGB")
    image.info = {}
    return image


def _fit_for_png(image: Image.Image) -> Image.Image:
    """The pixels in a mode that PNG holds, with their transparency and nothing else beside them."""
    transparency = image.info.get("transparency")
    is_beside_palette = transparency is not None and image.mode == "P"
    is_to_be_carried = transparency is not None and not is_beside_palette
    if is_to_be_carried or image.mode not in {"1", "L", "LA", "P", "RGB", "RGBA", "I;16"}:
        image = image.convert("RGBA")
    image.info = {"transparency": transparency} if is_beside_palette else {}
    return image


def _within(image: Image.Image, pixels: int) -> Image.Image:
    """The RGBA picture with at most so many pixels, made in strips: Pillow copies all that it resizes."""
    share = (pixels / (image.width * image.height)) ** 0.5
    if share >= 1:
        return image
    smaller = Image.new("RGBA", (max(1, int(image.width * share)), max(1, int(image.height * share))))
    rows = image.height / smaller.height  # of the picture in one of the smaller
    for top in range(0, smaller.height, STRIP):
        bottom = min(top + STRIP, smaller.height)
        first, last = int(top * rows), min(image.height, int(bottom * rows) + 1)
        strip = image.crop((0, first, image.width, last))
        box = (0, top * rows - first, image.width, min(bottom * rows - first, strip.height))
        smaller.paste(strip.resize((smaller.width, bottom - top), Image.Resampling.BOX, box), (0, top))
    return smaller


def _saved(image: Image.Image, encoder: str, options: dict[str, Any]) -> bytes:
    stream = io.BytesIO()
    image.save(stream, encoder, **options)
    return stream.getvalue()


def _why_unreadable(source: bytes) -> str:
    for pattern, kind in OTHER_KINDS.items():
        if re.match(pattern, source[:4096], re.DOTALL):
            return f"This is {kind}, which cannot be shown here. {NEXT}"
    return UNREADABLE


def _too_many_pixels() -> str:
    return f"The picture has more than {MAX_PIXELS // 1_000_000} megapixels; please make it smaller."
