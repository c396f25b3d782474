"""WebP reader: chunks, and pixels of the first frame.

We call libwebp's simple decoder, in the library that Pillow brings. Pillow decodes every WebP as an animation: 261 MB
for 16 megapixels where 64 are enough. `WebPDecodeRGBAInto` has had the same signature since libwebp 0.1.
"""

from __future__ import annotations

import ctypes
import functools
import io
from collections.abc import Iterator
from typing import Any

from PIL import Image, WebPImagePlugin

ANIMATED, EXIF, PROFILE, ALPHA = b"ANMF", b"EXIF", b"ICCP", b"ALPH"
LOSSY, LOSSLESS = b"VP8 ", b"VP8L"
FRAME_HEADER = 16  # bytes of an ANMF chunk before its own chunks


class BrokenWebp(Exception):
    """A file that is not a WebP, or not a complete one."""


class Webp:
    """The chunks of a WebP file. `size`: pixels of the canvas. Raises BrokenWebp."""

    def __init__(self, source: bytes) -> None:
        if not is_webp(source):
            raise BrokenWebp
        self._source = source
        self.exif = self.profile = b""
        self.frames = 1
        still: list[tuple[bytes, memoryview]] = []
        animation: list[memoryview] = []
        canvas: tuple[int, int] | None = None
        for name, data in chunks(memoryview(source)[12:]):
            if name == b"VP8X" and len(data) >= 10:
                canvas = (1 + int.from_bytes(data[4:7], "little"), 1 + int.from_bytes(data[7:10], "little"))
            elif name == ANIMATED:
                animation.append(data)
            elif name in {LOSSY, LOSSLESS, ALPHA}:
                still.append((name, data))
            elif name == EXIF and not self.exif:
                self.exif = bytes(data)
            elif name == PROFILE and not self.profile:
                self.profile = bytes(data)
        self._place = (0, 0)
        self._is_animated = bool(animation)
        if animation:
            self.frames = len(animation)
            head, still = animation[0], list(chunks(animation[0][FRAME_HEADER:]))
            self._place = (2 * int.from_bytes(head[0:3], "little"), 2 * int.from_bytes(head[3:6], "little"))
        self._picture = next(((name, data) for name, data in still if name in {LOSSY, LOSSLESS}), None)
        self._alpha = next((data for name, data in still if name == ALPHA), None)
        if self._picture is None:
            raise BrokenWebp
        self.is_lossy = self._picture[0] == LOSSY
        self.frame_size = _size(*self._picture)
        self.size = canvas or self.frame_size

    def first_frame(self) -> Image.Image:
        decoded = _decoded(self._as_still(), self.frame_size)
        image = decoded if _has_transparency(decoded) else decoded.convert("RGB")
        if self.size != self.frame_size:
            canvas = Image.new("RGBA", self.size)
            canvas.paste(image, self._place)
            image = canvas
        if self.exif:
            image.info["exif"] = self.exif
        if self.profile:
            image.info["icc_profile"] = self.profile
        return image

    def _as_still(self) -> bytes:
        if not self._is_animated:
            return self._source
        assert self._picture
        parts = [_chunk(*self._picture)]
        if self._alpha is not None and self.is_lossy:
            width, height = self.frame_size
            sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
            parts = [_chunk(b"VP8X", b"\x10\0\0\0" + sides), _chunk(ALPHA, self._alpha), *parts]
        body = b"WEBP" + b"".join(parts)
        return b"RIFF" + len(body).to_bytes(4, "little") + body


def is_webp(source: bytes) -> bool:
    return source[:4] == b"RIFF" and source[8:12] == b"WEBP"


def chunks(data: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    position = 0
    while position + 8 <= len(data):
        name, length = bytes(data[position : position + 4]), int.from_bytes(data[position + 4 : position + 8], "little")
        end = position + 8 + length
        if end > len(data):
            return
        yield name, data[position + 8 : end]
        position = end + length % 2


def _chunk(name: bytes, data: bytes | memoryview) -> bytes:
    return name + len(data).to_bytes(4, "little") + bytes(data) + b"\0" * (len(data) % 2)


def _size(name: bytes, data: memoryview) -> tuple[int, int]:
    if name == LOSSY and bytes(data[3:6]) == b"\x9d\x01\x2a" and len(data) >= 10:
        return int.from_bytes(data[6:8], "little") & 0x3FFF, int.from_bytes(data[8:10], "little") & 0x3FFF
    if name == LOSSLESS and len(data) >= 5 and data[0] == 0x2F:
        bits = int.from_bytes(data[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    raise BrokenWebp


def _decoded(still: bytes, size: tuple[int, int]) -> Image.Image:
    library, (width, height) = _library(), size
    if library is None:
        with Image.open(io.BytesIO(still), formats=("WEBP",)) as image:
            image.load()
            return image.convert("RGBA")
    if not width or not height:
        raise BrokenWebp
    pixels = bytearray(4 * width * height)
    place = (ctypes.c_char * len(pixels)).from_buffer(pixels)
    if not library.WebPDecodeRGBAInto(still, len(still), place, len(pixels), 4 * width):
        raise BrokenWebp
    return Image.frombuffer("RGBA", size, pixels, "raw", "RGBA", 0, 1)


def _has_transparency(image: Image.Image) -> bool:
    least, _ = image.getchannel("A").getextrema()
    return least != 255


@functools.cache
def _library() -> Any:
    """Return libwebp as Pillow has loaded it, or None."""
    try:
        library = ctypes.CDLL(WebPImagePlugin._webp.__file__)
        library.WebPDecodeRGBAInto.restype = ctypes.c_void_p
        library.WebPDecodeRGBAInto.argtypes = (
            ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int,
        )  # fmt: skip
    except (AttributeError, OSError):
        return None
    return library
