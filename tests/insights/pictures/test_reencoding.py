"""Re-encoding of JPEGs with more than one picture inside: a JPEG of about its size."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import pytest
from PIL import Image

from insights.pictures import reencoding
from tests.insights.photos import as_bytes, photo_bytes

INPUTS = Path(__file__).parent / "samples"


def application(marker: int, data: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


def second_pictures() -> dict[str, bytes]:
    """Return a photograph with a second picture beside it, as phones and cameras write it."""
    photo, small = photo_bytes(), as_bytes(Image.new("L", (300, 200), 90), "JPEG", quality=60)
    first = Image.open(io.BytesIO(photo))
    mpo = as_bytes(first, "MPO", save_all=True, append_images=[Image.new("RGB", (300, 200), "blue")], quality=92)
    broken = b"MPF\0MM\0*\0\0\0\x08\xff\xff" + bytes(20)
    gain = b'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf hdrgm:Version="1.0"/></x:xmpmeta>'
    return {
        "MPO": mpo,
        "Ultra HDR": mpo[:2] + application(0xE1, gain) + mpo[2:],
        "gain map behind the end": photo[:2] + application(0xE1, gain) + photo[2:] + small,
        "Samsung trailer": photo + b"\0\0\1\x0a\x0e\0\0\0Image_UTC_Data1600000000000SEFH" + bytes(40) + b"SEFT",
        "motion photo": photo + b"\0\0\0\x18ftypmp42\0\0\0\0isommp42" + bytes(200_000),
        "MPF that points nowhere": photo[:2] + application(0xE2, broken) + photo[2:],
        "MPF without a second picture": mpo[: mpo.index(b"\xff\xd9\xff\xd8") + 2],
        "zeros behind the end": photo + bytes(50_000),
    }


@pytest.mark.parametrize("name", second_pictures())
def test_a_jpeg_with_more_inside_stays_a_jpeg_of_about_its_size(name):
    """Fault A6: MPO, gain maps, trailers of Samsung and of motion photos. Only the photograph is kept."""
    source = second_pictures()[name]
    drawn = reencoding.reencode(source)
    assert (drawn.extension, drawn.width, drawn.height) == ("jpg", 900, 600)
    assert len(drawn.content) < 1.2 * len(photo_bytes())
    assert drawn.content.count(b"\xff\xd8\xff") == 1


def test_the_second_picture_of_a_phone():
    """Fault A6: jpeg-with-second-picture.jpg was stored as a PNG of four times the bytes."""
    source = (INPUTS / "jpeg-with-second-picture.jpg").read_bytes()
    drawn = reencoding.reencode(source)
    assert drawn.extension == "jpg"
    assert len(drawn.content) < 1.1 * len(source)
