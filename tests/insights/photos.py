"""Pictures that need several widths: a detailed photograph, and a drawing of few colours."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw, ImageFilter

from insights.models import Picture
from tests.factories import make_picture


@lru_cache(maxsize=4)
def photo_bytes(size: tuple[int, int] = (900, 600)) -> bytes:
    """Return a JPEG with a soft sky and a soft ground, the same at every call."""
    ground = Image.effect_mandelbrot((300, 200), (-2.2, -1.2, 1.0, 1.2), 60)
    noise = ground.filter(ImageFilter.GaussianBlur(2)).resize(size)
    sky = Image.linear_gradient("L").resize(size)
    stream = io.BytesIO()
    Image.merge("RGB", (noise, sky, Image.blend(noise, sky, 0.5))).save(stream, "JPEG", quality=92)
    return stream.getvalue()


@lru_cache(maxsize=4)
def drawing_bytes(size: tuple[int, int] = (900, 600)) -> bytes:
    """Return a PNG of hairlines in two colours."""
    image = Image.new("P", size, 0)
    image.putpalette([237, 241, 248, 31, 63, 156])
    pen = ImageDraw.Draw(image)
    for number in range(0, size[0], 40):
        pen.line((number, 0, size[0] - number, size[1]), fill=1)
    stream = io.BytesIO()
    image.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def make_photo(size: tuple[int, int] = (900, 600), **fields: Any) -> Picture:
    """Make a picture row with a JPEG behind it, stored as uploads are."""
    picture = make_picture(photo_bytes(size), name="photo.jpg", **fields)
    picture.file.storage.delete(picture.file.name)
    picture.file.save(f"{picture.uid.hex}.jpg", ContentFile(photo_bytes(size)))
    return picture


def as_bytes(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()
