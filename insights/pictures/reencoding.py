"""Re-encoding of an uploaded picture; plain bytes, no database, no Django.

A picture is rotated as EXIF requires, converted to sRGB and encoded without metadata. A JPEG stays JPEG. A lossy WebP
becomes JPEG, or WebP if it is transparent. PNG, GIF and lossless WebP become PNG. We use JPEG for an opaque WebP
because it takes a third of the time and half of the memory. An animation keeps its first frame.
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
MAX_SIDE = 16_383  # pixels, the limit of WebP; a row of millions costs a decoder seconds
MAX_FRAMES = 100
FORMATS = ("PNG", "JPEG", "GIF")  # WebP is read by `webp.py`
PACKED_PARTS = {b"iCCP", b"zTXt", b"iTXt"}  # compressed chunks of a PNG
GROWTH = 3  # a PNG larger than this times its upload becomes lossy (noise in a lossless WebP: 50 times)
SMALL_PNG, SMALL_LOSSY = 2_000_000, 100_000  # bytes that are always allowed, however small the upload was
LOSSY_PIXELS = 3_600_000  # limit with transparency: encoding takes 40 bytes a pixel
DECODING_BYTES = 140_000_000  # a progressive JPEG that takes more is decoded at half its width
STRIP = 256  # rows that are resized at a time
SLOW_PIXELS = 4_000_000  # above this, a PNG is compressed faster and less
JPEG_QUALITIES = (88, 80, 70, 55)
WEBP_QUALITIES = (82, 70, 50)

NEXT = "Upload a PNG, JPEG, GIF or WebP file."
UNREADABLE = f"This file is not a supported picture, or it is damaged. {NEXT}"
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
    rb"....ftyp": "a video",
}


class PictureRefused(Exception):
    """A file that cannot become a picture. `message`: for the uploader; `status`: HTTP status."""

    status = 400
    retry_after: int | None = None  # seconds until the same file may be accepted; None: never

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
            warnings.simplefilter("ignore", UserWarning)  # damaged EXIF, which is removed anyway
            return _reencode(source)
    except (PictureRefused, MemoryError):
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise PictureRefused(_too_many_pixels()) from None
    except Exception:  # any decoder error: the file is not a readable picture
        raise PictureRefused(_why_unreadable(source)) from None


def _reencode(source: bytes) -> ReencodedPicture:
    # Each step replaces `image`, so that memory never holds two pictures of this size.
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
            break  # otherwise the next lower quality
    return ReencodedPicture(content, "webp" if has_alpha else "jpg", *image.size)


def reencode_in_child(source: bytes) -> tuple[dict[str, Any], list[bytes]]:
    try:
        drawn = reencode(source)
    except PictureRefused as refused:
        return {"refused": refused.message}, []
    return {"extension": drawn.extension, "width": drawn.width, "height": drawn.height}, [drawn.content]


def check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise PictureRefused(_too_many_pixels())
    if max(width, height) > MAX_SIDE:
        raise PictureRefused(f"The picture is wider or taller than {MAX_SIDE:,} pixels; please make it smaller.")


def _decoded(source: bytes) -> tuple[Image.Image, bool]:
    try:
        image = Image.open(io.BytesIO(source), formats=FORMATS)
    except ValueError:  # a PNG whose unpacked profile or text exceeds the limit of Pillow
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
    """Return the memory to decode a JPEG: 4 bytes a pixel, and all coefficients of a progressive one."""
    pixels = image.width * image.height
    if not image.info.get("progressive"):
        return int(4 * pixels)
    samples = sum(across * down for _, across, down, _ in image.layer)
    full = max(across for _, across, _, _ in image.layer) * max(down for _, _, down, _ in image.layer)
    return int(4 * pixels + 2 * pixels * samples / full)


def _fit_for_lossy(image: Image.Image) -> Image.Image:
    if image.has_transparency_data:
        image = _within(image if image.mode == "RGBA" else image.convert("RGBA"), LOSSY_PIXELS)
    elif image.mode not in {"L", "RGB"}:
        image = image.convert("RGB")
    image.info = {}
    return image


def _fit_for_png(image: Image.Image) -> Image.Image:
    transparency = image.info.get("transparency")
    is_beside_palette = transparency is not None and image.mode == "P"
    is_to_be_carried = transparency is not None and not is_beside_palette
    if is_to_be_carried or image.mode not in {"1", "L", "LA", "P", "RGB", "RGBA", "I;16"}:
        image = image.convert("RGBA")
    image.info = {"transparency": transparency} if is_beside_palette else {}
    return image


def _within(image: Image.Image, pixels: int) -> Image.Image:
    """Shrink an RGBA picture to at most `pixels`, in strips: Pillow copies everything that it resizes."""
    share = (pixels / (image.width * image.height)) ** 0.5
    if share >= 1:
        return image
    smaller = Image.new("RGBA", (max(1, int(image.width * share)), max(1, int(image.height * share))))
    rows = image.height / smaller.height  # source rows per row of the result
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
            return f"This is {kind}, which is not supported. {NEXT}"
    return UNREADABLE


def _too_many_pixels() -> str:
    return f"The picture has more than {MAX_PIXELS // 1_000_000} megapixels. Upload a smaller one."
