"""Uploads: each is re-encoded, or refused with a message."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zlib
from functools import lru_cache

import pytest
import time_machine
from PIL import Image

from insights.models import Picture
from insights.pictures import uploads
from insights.pictures.uploads import (
    PictureRefused,
    PictureTooLarge,
    TooManyPictures,
    reencode_upload,
    store_picture,
    tidy_name,
)
from tests.factories import make_user


def picture_bytes(kind: str = "PNG", mode: str = "RGB", size: tuple[int, int] = (40, 30), **options) -> bytes:
    stream = io.BytesIO()
    Image.new(mode, size, 0 if mode in {"1", "L", "P"} else (200, 30, 60, 90)[: len(mode)]).save(
        stream, kind, **options
    )
    return stream.getvalue()


def decoded(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


@lru_cache(maxsize=1)
def huge_png(side: int = 13_300) -> bytes:
    """Return a valid PNG of `side`² RGBA pixels that is small as a file."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    packer = zlib.compressobj(9)
    row = b"\0" * (1 + side * 4)
    packed = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


class TestWhatIsTaken:
    @pytest.mark.parametrize(("kind", "extension"), [("PNG", "png"), ("JPEG", "jpg"), ("GIF", "png"), ("WEBP", "jpg")])
    def test_the_format_is_detected_from_the_bytes(self, kind, extension):
        encoded = reencode_upload(picture_bytes(kind))
        assert encoded.extension == extension
        assert (encoded.width, encoded.height) == (40, 30)
        assert decoded(encoded.content).size == (40, 30)

    def test_alpha_survives(self):
        """U17: a PNG with alpha keeps it, whatever type the browser declared."""
        encoded = reencode_upload(picture_bytes(mode="RGBA"))
        assert encoded.extension == "png"
        assert decoded(encoded.content).getpixel((0, 0)) == (200, 30, 60, 90)

    def test_transparency_beside_a_palette_survives(self):
        image = Image.new("P", (4, 4), 1)
        image.putpalette([0, 0, 0, 10, 20, 30])
        stream = io.BytesIO()
        image.save(stream, "PNG", transparency=1)
        assert decoded(reencode_upload(stream.getvalue()).content).convert("RGBA").getpixel((0, 0)) == (10, 20, 30, 0)

    def test_a_photo_is_turned_upright_and_tells_nothing(self):
        """U18: no EXIF, no place, no comment. The pixels are upright."""
        exif = Image.Exif()
        exif[0x0112] = 6  # turn by 90 degrees
        exif.get_ifd(0x8825)[1] = "N"
        exif[0x010E] = "SECRET"
        encoded = reencode_upload(picture_bytes("JPEG", exif=exif, comment=b"SECRET", icc_profile=b"SECRET" * 30))
        assert (encoded.width, encoded.height) == (30, 40)
        assert b"SECRET" not in encoded.content
        again = decoded(encoded.content)
        assert again.size == (30, 40)
        assert not again.getexif()
        assert not {"comment", "exif", "icc_profile"} & set(again.info)

    def test_text_in_a_png_is_dropped(self):
        from PIL.PngImagePlugin import PngInfo

        info = PngInfo()
        info.add_text("Author", "SECRET")
        assert b"SECRET" not in reencode_upload(picture_bytes(pnginfo=info)).content

    def test_what_stands_behind_the_picture_is_dropped(self):
        assert b"<script>" not in reencode_upload(picture_bytes("GIF") + b"<script>alert(1)</script>").content

    def test_an_animation_keeps_its_first_frame(self):
        frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue", "green")]
        stream = io.BytesIO()
        frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:])
        still = decoded(reencode_upload(stream.getvalue()).content)
        assert getattr(still, "n_frames", 1) == 1
        assert still.convert("RGB").getpixel((0, 0)) == (255, 0, 0)

    @pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16"])
    def test_other_kinds_of_pixels(self, mode):
        stream = io.BytesIO()
        Image.new(mode, (5, 5)).save(stream, "PNG")
        assert decoded(reencode_upload(stream.getvalue()).content).size == (5, 5)

    def test_a_print_photo_becomes_rgb(self):
        assert decoded(reencode_upload(picture_bytes("JPEG", mode="CMYK")).content).mode == "RGB"


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("kind", "message"),
        [
            ("TIFF", "a TIFF picture, which is not supported"),
            ("BMP", "a BMP picture, which is not supported"),
            ("PPM", "not a supported picture"),
        ],
    )
    def test_other_formats(self, kind, message):
        """U10: TIFF, BMP, PPM."""
        with pytest.raises(PictureRefused, match=message):
            reencode_upload(picture_bytes(kind))

    @pytest.mark.parametrize(
        "content",
        [
            b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\nshowpage\n",
            b"8BPS\0\1" + b"\0" * 60,
            b"SIMPLE  =                    T" + b" " * 2850,
            b"%PDF-1.7\n",
        ],
    )
    def test_documents(self, content):
        """U11: EPS, PSD, FITS, PDF. No other program is started."""
        with pytest.raises(PictureRefused):
            reencode_upload(content)

    @pytest.mark.parametrize("content", [b"<svg/>", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"])
    def test_svg(self, content):
        """U12: SVG is not offered."""
        with pytest.raises(PictureRefused):
            reencode_upload(content)

    @pytest.mark.parametrize(
        "content", [b"", b"only text", b"<script>alert(1)</script>", picture_bytes()[:60], picture_bytes("JPEG")[:300]]
    )
    def test_broken_pictures(self, content):
        """U16: a truncated picture, or text."""
        with pytest.raises(PictureRefused):
            reencode_upload(content)

    def test_a_bomb(self):
        """U14: 177 megapixels in a small file are refused before a pixel is read."""
        content = huge_png()
        assert len(content) < 1_000_000
        with pytest.raises(PictureRefused, match="megapixels"):
            reencode_upload(content)

    def test_a_little_more_than_allowed(self):
        with pytest.raises(PictureRefused, match="16 megapixels"):
            reencode_upload(picture_bytes(mode="1", size=(4001, 4000)))

    def test_a_picture_that_is_hardly_more_than_a_line(self):
        with pytest.raises(PictureRefused, match="16,383 pixels"):
            reencode_upload(picture_bytes(mode="1", size=(16_384, 1)))
        assert reencode_upload(picture_bytes(mode="1", size=(1, 16_383))).height == 16_383

    def test_a_long_animation(self):
        frames = [Image.new("L", (2, 2), number) for number in range(102)]
        stream = io.BytesIO()
        frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:])
        with pytest.raises(PictureRefused, match="frames"):
            reencode_upload(stream.getvalue())

    def test_a_large_file(self):
        """U19: more than 10 MB."""
        with pytest.raises(PictureTooLarge):
            reencode_upload(io.BytesIO(b"\0" * (uploads.MAX_BYTES + 1)))


@pytest.mark.django_db
class TestKeeping:
    def test_the_stored_name_is_random(self):
        picture = store_picture(picture_bytes(), name="../../etc/a.php", alt=" A field ", user=make_user("Author"))
        assert picture.name == "a.php"
        assert picture.alt == "A field"
        assert picture.file.name.endswith(f"{picture.uid.hex}.png")
        assert (picture.width, picture.height) == (40, 30)
        assert picture.file.storage.exists(picture.file.name)

    def test_the_same_file_twice_is_two_pictures(self):
        first, second = store_picture(picture_bytes(), alt="One"), store_picture(picture_bytes(), alt="Two")
        assert first.uid != second.uid
        assert first.source_sha256 == second.source_sha256

    def test_thirty_a_minute(self):
        """U19: the 31st upload of one account within a minute is refused. Another account goes on."""
        user = make_user("Author")
        with time_machine.travel(dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC), tick=False) as clock:
            for _ in range(30):
                store_picture(picture_bytes(), user=user)
            with pytest.raises(TooManyPictures):
                store_picture(picture_bytes(), user=user)
            store_picture(picture_bytes(), user=make_user("Author"))
            clock.shift(61)
            store_picture(picture_bytes(), user=user)
        assert Picture.objects.filter(uploaded_by=user).count() == 31

    def test_a_refused_file_leaves_nothing(self, settings):
        with pytest.raises(PictureRefused):
            store_picture(b"no picture", user=make_user("Author"))
        assert not Picture.objects.exists()
        assert not list(settings.MEDIA_ROOT.rglob("*.*"))


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("a.png", "a.png"),
        ("..\\..\\c.png", "c.png"),
        ("", "picture"),
        ("a\x00b\n.png", "ab.png"),
        (f"{'x' * 300}.png", f"{'x' * 100}…{'x' * 15}.png"),
        (f"a.{'y' * 300}", f"a.{'y' * 98}…{'y' * 19}"),
    ],
)
def test_a_client_s_name_is_kept_as_harmless_text(name, kept):
    """U08: a name is never more than text."""
    assert tidy_name(name) == kept
