"""From an upload to a picture that we made ourselves.

Chosen: decode with Pillow's readers of four formats only, look at the size before a pixel is read, turn the picture
upright, drop everything that is not a pixel, and encode anew: JPEG stays JPEG, all else becomes PNG. Against trusting
the client's type and name, as django-markdownx does. An animation keeps its first frame. The same file handed in twice
becomes two pictures, since alt text, caption and credit belong to the use that somebody had in mind. The files in
several widths are made later, from the stored one (`renditions.py`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import warnings
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageOps

from insights import plain_text
from insights.models import Picture, User

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 16_000_000
MAX_SIDE = 16_383  # pixels, the longest that WebP holds; a row of millions costs a decoder seconds
MAX_FRAMES = 100
UPLOADS_PER_MINUTE = 30
FORMATS = ("PNG", "JPEG", "GIF", "WEBP")


class PictureRefused(Exception):
    """A file that cannot become a picture. `message` is a sentence for its sender, `status` an HTTP status."""

    status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class PictureTooLarge(PictureRefused):
    """More than MAX_BYTES."""

    status = 413


class TooManyPictures(PictureRefused):
    """More than UPLOADS_PER_MINUTE by one account."""

    status = 429


@dataclass(frozen=True, slots=True)
class Encoded:
    """A picture as it will be stored: bytes, extension without a dot ("jpg", "png"), pixels, SHA-256 (hex) of the
    upload and of the stored bytes."""

    content: bytes
    extension: str
    width: int
    height: int
    source_sha256: str
    stored_sha256: str


def reencode(upload: IO[bytes] | bytes) -> Encoded:
    """Draw an upload anew. Reads at most MAX_BYTES + 1 bytes. Raises PictureRefused."""
    source = upload if isinstance(upload, bytes) else upload.read(MAX_BYTES + 1)
    if len(source) > MAX_BYTES:
        raise PictureTooLarge(f"The picture is larger than {MAX_BYTES // 1024**2} MB; please make it smaller.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            warnings.simplefilter("ignore", UserWarning)  # damaged EXIF, which is dropped anyway
            content, extension, size = _drawn_anew(source)
    except PictureRefused:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise PictureRefused(_too_many_pixels()) from None
    except Exception:  # whatever a decoder trips over: the file is not a picture that we can read
        raise PictureRefused("This is not a picture that can be read. Hand in a PNG, JPEG, GIF or WebP file.") from None
    return Encoded(content, extension, *size, hashlib.sha256(source).hexdigest(), hashlib.sha256(content).hexdigest())


def store_picture(
    upload: IO[bytes] | bytes,
    *,
    name: str = "",
    alt: str = "",
    caption: str = "",
    credit: str = "",
    user: User | None = None,
) -> Picture:
    """Re-encode and keep an upload under a random name. `name`: the sender's file name, kept as text only.

    Raises PictureRefused; TooManyPictures from the 31st of an account within a minute. Nothing stays behind then.
    """
    _check_rate(user)
    encoded = reencode(upload)
    picture = Picture(
        name=tidy_name(name or getattr(upload, "name", "") or ""),
        alt=plain_text.line(alt)[:300],
        caption=plain_text.line(caption)[:300],
        credit=plain_text.line(credit)[:160],
        uploaded_by=user,
        width=encoded.width,
        height=encoded.height,
        source_sha256=encoded.source_sha256,
        stored_sha256=encoded.stored_sha256,
    )
    with transaction.atomic():
        if user is not None:
            # Uploads of one account are counted one after another; what else it saves meanwhile does not wait.
            User.objects.select_for_update(no_key=True).get(pk=user.pk)
            _check_rate(user)
        picture.file.save(f"{picture.uid.hex}.{encoded.extension}", ContentFile(encoded.content), save=False)
        try:
            picture.save()
        except Exception:
            picture.file.delete(save=False)
            raise
    return picture


def tidy_name(name: str) -> str:
    """A client's file name as harmless text: the last part of the path, printable, at most 120 letters."""
    last = PurePosixPath(name.replace("\\", "/")).name
    tidy = "".join(character for character in last if character.isprintable()).strip()
    if len(tidy) > 120:
        tidy = f"{tidy[:100]}…{tidy[-19:]}"
    return tidy or "picture"


def _check_rate(user: User | None) -> None:
    if user is None:
        return
    since = timezone.now() - dt.timedelta(minutes=1)
    if Picture.objects.filter(uploaded_by=user, uploaded_at__gt=since).count() >= UPLOADS_PER_MINUTE:
        raise TooManyPictures(f"{UPLOADS_PER_MINUTE} pictures came within a minute. Wait a moment, then go on.")


def _drawn_anew(source: bytes) -> tuple[bytes, str, tuple[int, int]]:
    with Image.open(io.BytesIO(source), formats=FORMATS) as image:
        if image.width * image.height > MAX_PIXELS:
            raise PictureRefused(_too_many_pixels())
        if max(image.size) > MAX_SIDE:
            raise PictureRefused(f"The picture is longer than {MAX_SIDE:,} pixels; please make it smaller.")
        if getattr(image, "n_frames", 1) > MAX_FRAMES:
            raise PictureRefused(f"The animation has more than {MAX_FRAMES} frames; hand in a still picture.")
        is_photo = image.format == "JPEG"
        image.seek(0)
        image.load()
        upright: Image.Image = ImageOps.exif_transpose(image)
    pixels = upright.convert("RGB") if is_photo else _with_its_own_alpha(upright)
    pixels.info = {}
    stream = io.BytesIO()
    options: dict[str, Any] = {"quality": 88, "progressive": True} if is_photo else {}
    pixels.save(stream, "JPEG" if is_photo else "PNG", **options)
    return stream.getvalue(), "jpg" if is_photo else "png", pixels.size


def _with_its_own_alpha(image: Image.Image) -> Image.Image:
    """Transparency that is written beside the pixels is carried into them, since what is beside them is dropped."""
    if "transparency" in image.info:
        return image.convert("RGBA")
    return image if image.mode in {"1", "L", "LA", "P", "RGB", "RGBA", "I;16"} else image.convert("RGBA")


def _too_many_pixels() -> str:
    return f"The picture has more than {MAX_PIXELS // 1_000_000} megapixels; please make it smaller."
