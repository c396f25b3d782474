"""Test for picture files that may be kept byte for byte, because they have our own encoding.

A manifest can be forged, so a hash in it proves nothing. A file must decode and respect the upload limits. It may have
only parts that our encoder writes: no metadata, no second picture, no trailing bytes.
"""

from __future__ import annotations

import io
import warnings
from typing import Any

from PIL import Image

from insights.pictures.reencoding import MAX_PIXELS, MAX_STORED_BYTES
from insights.pictures.webp import chunks, is_webp

_EXTENSIONS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}
_PNG_PARTS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
_WEBP_PARTS = {b"VP8X", b"ALPH", b"VP8 "}
_JPEG_PARTS = {0xC0, 0xC2, 0xC4, 0xDB, 0xDD, 0xE0}  # frame, tables, restart interval, JFIF


def measure_in_child(source: bytes) -> tuple[dict[str, Any], list[bytes]]:
    return {"size": measured(source)}, []


def measured(content: bytes) -> tuple[str, int, int] | None:
    """Return extension, width and height of a picture in our encoding; None for any other file."""
    is_bare = _is_bare_png(content) or _is_bare_jpeg(content) or _is_bare_webp(content)
    if len(content) > MAX_STORED_BYTES or not is_bare:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP")) as image:
                if image.width * image.height > MAX_PIXELS:
                    return None
                image.load()
                return _EXTENSIONS[image.format or ""], image.width, image.height
    except Exception:  # any decoder error: not our encoding
        return None


def _is_bare_png(content: bytes) -> bool:
    position = 8
    if content[:position] != b"\x89PNG\r\n\x1a\n":
        return False
    while position + 12 <= len(content):
        length, name = int.from_bytes(content[position : position + 4]), content[position + 4 : position + 8]
        position += 12 + length
        if name not in _PNG_PARTS:
            return False
        if name == b"IEND":
            return position == len(content)
    return False


def _is_bare_webp(content: bytes) -> bool:
    if not is_webp(content) or int.from_bytes(content[4:8], "little") != len(content) - 8:
        return False
    position = 12
    for name, data in chunks(memoryview(content)[12:]):
        if name not in _WEBP_PARTS or (name == b"VP8X" and data[:1] != b"\x10"):
            return False
        position += 8 + len(data) + len(data) % 2
    return position == len(content)


def _is_bare_jpeg(content: bytes) -> bool:
    if content[:2] != b"\xff\xd8" or content[-2:] != b"\xff\xd9":
        return False
    position = 2
    while position + 4 <= len(content):
        if content[position] != 0xFF:
            return False
        part, length = content[position + 1], int.from_bytes(content[position + 2 : position + 4])
        if part == 0xD9:
            break
        if part == 0xDA:
            position = _end_of_scan(content, position + 2 + length)
        elif part in _JPEG_PARTS and (part != 0xE0 or content[position + 4 : position + 9] == b"JFIF\0"):
            position += 2 + length
        else:
            return False
    return position == len(content) - 2


def _end_of_scan(content: bytes, position: int) -> int:
    """Return the position of the next marker: 0xFF that is not followed by 0 or a restart marker."""
    while True:
        position = content.find(b"\xff", position)
        if position < 0 or position + 1 >= len(content):
            return len(content)
        if content[position + 1] != 0 and not 0xD0 <= content[position + 1] <= 0xD7:
            return position
        position += 2
