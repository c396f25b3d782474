"""Small files of large pictures: bounded time, memory and stored bytes, and a quota per account."""

from __future__ import annotations

import io
import os
import random
import struct
import zlib
from collections.abc import Callable
from functools import lru_cache

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image

from insights.exchange import verbatim_pictures
from insights.models import Picture, UploadCount
from insights.pictures import bounded, quota, reencoding, rendition_encoding, renditions, uploads
from insights.pictures.uploads import PictureRefused, reencode_upload, store_picture
from tests.factories import make_user
from tests.insights.photos import as_bytes
from tests.insights.pictures import measured_work

MB = 1_000_000
SECONDS, MEMORY = 3, 150 * MB  # for 16 megapixels, above an idle child's


@lru_cache(maxsize=2)
def photograph(width: int, height: int) -> Image.Image:
    """Return soft colours under the noise of a sensor, the same at every call."""
    seed = random.Random(1).randbytes(3600)
    soft = Image.frombytes("RGB", (40, 30), seed).resize((width, height), Image.Resampling.BICUBIC)
    grain = Image.frombytes("L", (512, 512), random.Random(2).randbytes(512 * 512))
    noise = Image.new("L", (width, height))
    for left in range(0, width, 512):
        for top in range(0, height, 512):
            noise.paste(grain.rotate((left + top) // 512 % 4 * 90), (left, top))
    return Image.blend(soft, Image.merge("RGB", (noise, noise, noise)), 0.2)


def with_alpha(image: Image.Image) -> Image.Image:
    image = image.copy()
    image.putalpha(Image.radial_gradient("L").resize(image.size))
    return image


def quantized(image: Image.Image) -> Image.Image:
    return image.resize((image.width // 4, image.height // 4)).quantize(16).resize(image.size)


def frames(size: tuple[int, int], count: int) -> list[Image.Image]:
    return [Image.new("RGB", size, (number * 2, 90, 30)) for number in range(count)]


def sixteen_bit(size: tuple[int, int]) -> bytes:
    """Return a PNG of three channels of 16 bits, compressed fast."""
    width, height = size
    row = b"\0" + random.Random(3).randbytes(600) * (width // 100)
    packed = zlib.compress(row * height, 1)

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width // 100 * 100, height, 16, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def turned() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


# name → the bytes of a picture of a photograph, and the format that is stored
KINDS: dict[str, tuple[Callable[[Image.Image], bytes], str]] = {
    "lossy WebP": (lambda image: as_bytes(image, "WEBP", quality=80, method=0), "JPEG"),
    "lossy WebP with transparency": (lambda image: as_bytes(with_alpha(image), "WEBP", quality=80, method=0), "WEBP"),
    "lossless WebP": (lambda image: as_bytes(quantized(image), "WEBP", lossless=True, method=0, quality=0), "PNG"),
    "animated WebP": (
        lambda image: as_bytes(image, "WEBP", save_all=True, append_images=frames(image.size, 3), method=0), "JPEG",
    ),
    "JPEG": (lambda image: as_bytes(image, "JPEG", quality=85), "JPEG"),
    "progressive JPEG": (
        lambda image: as_bytes(image, "JPEG", quality=80, progressive=True, subsampling=0), "JPEG",
    ),
    "CMYK JPEG": (lambda image: as_bytes(image.convert("CMYK"), "JPEG", quality=70), "JPEG"),
    "JPEG on its side": (
        lambda image: as_bytes(image, "JPEG", quality=85, exif=turned()), "JPEG",
    ),
    "PNG of 16 bits": (lambda image: sixteen_bit(image.size), "PNG"),
    "PNG with a palette and transparency": (
        lambda image: as_bytes(quantized(image), transparency=bytes([0, 128, 255, 255]) * 4), "PNG",
    ),
    "GIF": (lambda image: as_bytes(quantized(image), "GIF"), "PNG"),
    "animated GIF": (
        lambda image: as_bytes(quantized(image), "GIF", save_all=True, append_images=frames((8, 8), 30)), "PNG",
    ),
}  # fmt: skip


def measured(work: bounded.Work, source: bytes, limits: bounded.Limits) -> tuple[float, int, dict, list[bytes]]:
    """Return processor seconds and peak memory (bytes) of the child for `source`, and its answer."""
    result, files = bounded.run(measured_work.work, source, limits, module=work.__module__, name=work.__name__)
    return result.pop("seconds"), result.pop("peak"), result, files


@lru_cache(maxsize=1)
def idle_memory() -> int:
    return measured(reencoding.reencode_in_child, as_bytes(Image.new("1", (1, 1))), uploads.LIMITS)[1]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_picture_stays_within_time_memory_and_bytes(kind):
    """E11: a quarter of 16 megapixels in a quarter of the time and memory, stored as lossy as it came."""
    make, stored = KINDS[kind]
    source = make(photograph(2000, 1999))
    seconds, memory, result, (content,) = measured(reencoding.reencode_in_child, source, uploads.LIMITS)
    assert seconds < SECONDS / 4 + 0.5  # the start of the child
    assert memory - idle_memory() < (MEMORY if stored == "WEBP" else MEMORY / 4 + 10 * MB)
    image = Image.open(io.BytesIO(content))
    assert image.format == stored
    assert len(content) < max(3 * len(source), 2 * MB if stored == "PNG" else 100_000)
    assert {result["width"], result["height"]} <= {2000, 1999, 1897, 1896}
    assert verbatim_pictures.measured(content)  # an import takes it byte for byte


def test_a_large_lossy_webp_takes_a_second_and_stays_lossy():
    """E11: 4000 × 3999 of photographic noise took 13.5 s and 390 MB, and was stored as a PNG of 35 MB."""
    source = KINDS["lossy WebP"][0](photograph(4000, 3999))
    assert 3 * MB < len(source) < 10 * MB
    seconds, memory, result, (content,) = measured(reencoding.reencode_in_child, source, uploads.LIMITS)
    assert seconds < SECONDS
    assert memory - idle_memory() < MEMORY
    assert result == {"extension": "jpg", "width": 4000, "height": 3999}
    assert len(content) < 2 * len(source)


def test_a_progressive_jpeg_that_would_take_too_much_memory_is_drawn_at_half_its_width():
    """E11: all coefficients of a JPEG of full colour are in memory at once, six bytes a pixel."""
    source = as_bytes(photograph(4000, 3999), "JPEG", quality=60, progressive=True, subsampling=0)
    _, memory, result, _ = measured(reencoding.reencode_in_child, source, uploads.LIMITS)
    assert memory - idle_memory() < MEMORY
    assert result == {"extension": "jpg", "width": 2000, "height": 2000}


def test_a_lossless_webp_that_a_png_would_blow_up_is_stored_lossy():
    """E11: noise that repeats beyond the reach of PNG: 50 times the bytes."""
    tile = Image.frombytes("RGB", (1000, 40), random.Random(4).randbytes(120_000))
    image = Image.new("RGB", (1000, 2000))
    for top in range(0, 2000, 40):
        image.paste(tile, (0, top))
    source = as_bytes(image, "WEBP", lossless=True, method=4)
    stored = reencode_upload(source)
    assert len(source) < 400_000
    assert len(as_bytes(image)) > 3 * MB
    assert (stored.extension, stored.width, stored.height) == ("jpg", 1000, 2000)
    assert len(stored.content) < 1.5 * MB


def test_a_low_quality_is_not_stored_at_a_higher_one():
    """E11: a picture that was saved at a low quality gains nothing by more bytes."""
    source = as_bytes(photograph(1200, 900), "JPEG", quality=40)
    assert len(reencode_upload(source).content) < 1.6 * len(source)


def test_the_first_frame_of_an_animated_webp_stands_where_it_belongs():
    """E11: a frame that is smaller than the canvas, and transparent around it."""
    small, large = Image.new("RGBA", (8, 8), (200, 30, 60, 255)), Image.new("RGBA", (20, 20))
    large.paste(small, (4, 6))
    source = as_bytes(large, "WEBP", save_all=True, lossless=True, append_images=[Image.new("RGBA", (20, 20), "red")])
    stored = reencode_upload(source)
    drawn = Image.open(io.BytesIO(stored.content)).convert("RGBA")
    assert (stored.extension, drawn.size) == ("png", (20, 20))
    assert drawn.getpixel((8, 8)) == (200, 30, 60, 255)
    assert drawn.getpixel((1, 1))[3] == 0


def test_a_webp_on_its_side_is_turned_upright_and_tells_nothing():
    """E11, U18: the orientation is in a chunk of its own."""
    exif = turned()
    exif[0x010E] = "SECRET"
    stored = reencode_upload(as_bytes(Image.new("RGB", (40, 30), "red"), "WEBP", exif=exif))
    assert (stored.width, stored.height) == (30, 40)
    assert b"SECRET" not in stored.content


def test_the_second_picture_inside_a_jpeg_is_left_behind():
    """E11: a JPEG stays one, also when a phone put a second picture into it."""
    first, second = Image.new("RGB", (300, 200), "red"), Image.new("RGB", (300, 200), "blue")
    stored = reencode_upload(as_bytes(first, "MPO", save_all=True, append_images=[second]))
    assert stored.extension == "jpg"
    assert b"MPF\0" not in stored.content


HOSTILE: dict[str, bytes] = {}


def hostile(function: Callable[[], bytes]) -> Callable[[], bytes]:
    HOSTILE[function.__name__.replace("_", " ")] = function
    return function


@hostile
def gif_of_a_million_comments() -> bytes:
    gif = as_bytes(Image.new("P", (4, 4)), "GIF")
    return gif[:-1].partition(b"\x2c")[0] + b"\x21\xfe\1a\0" * 1_500_000 + gif[gif.index(b"\x2c") :]


@hostile
def gif_of_a_million_frames() -> bytes:
    gif = as_bytes(Image.new("P", (4, 4)), "GIF")
    frame = gif[gif.index(b"\x2c") : -1]
    return gif[:-1] + frame * (8_000_000 // len(frame)) + b"\x3b"


@hostile
def jpeg_of_many_scans() -> bytes:
    jpeg = as_bytes(Image.new("L", (3990, 3990), 128), "JPEG", progressive=True, quality=30)
    last = jpeg.rindex(b"\xff\xda")
    return jpeg[:last] + jpeg[last:-2] * (6_000_000 // (len(jpeg) - last)) + b"\xff\xd9"


@hostile
def jpeg_of_a_million_comments() -> bytes:
    jpeg = as_bytes(Image.new("L", (4, 4)), "JPEG")
    return jpeg[:2] + b"\xff\xfe\0\2" * 2_000_000 + jpeg[2:]


@hostile
def png_of_a_million_chunks() -> bytes:
    png = as_bytes(Image.new("L", (4, 4)))
    return png[:33] + (b"\0\0\0\0" + b"prVt" + struct.pack(">I", zlib.crc32(b"prVt"))) * 800_000 + png[33:]


@hostile
def webp_of_a_million_chunks() -> bytes:
    webp = as_bytes(Image.new("RGB", (4, 4)), "WEBP")
    body = b"WEBP" + b"JUNK\0\0\0\0" * 1_000_000 + webp[12:]
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_is_made_to_be_slow_ends_with_the_limits(name, monkeypatch):
    """E11: parsers that are quadratic, or loop a million times. A picture or a message, soon, and within memory."""
    source = HOSTILE[name]()
    assert len(source) <= uploads.MAX_BYTES
    monkeypatch.setattr(uploads, "LIMITS", bounded.Limits(cpu=2, wall=60, memory=uploads.LIMITS.memory))
    before = os.times()
    try:
        assert reencode_upload(source).width <= 3990
    except PictureRefused as refused:
        assert refused.message.endswith(".")
    after = os.times()
    spent = sum(after[:4]) - sum(before[:4])
    assert spent < 3.5


def test_a_crashed_child_is_a_refusal_and_nothing_else(monkeypatch):
    """E11: too little memory ends the child, and the upload is refused with a message."""
    monkeypatch.setattr(uploads, "LIMITS", bounded.Limits(cpu=8, wall=40, memory=60 * bounded.MEGABYTE))
    with pytest.raises(PictureRefused, match="too much time or memory"):
        reencode_upload(as_bytes(Image.new("RGBA", (3990, 3990), (1, 2, 3, 4))))


def test_the_child_knows_no_secret():
    """E11: an attacker who takes over a decoder finds no environment in it."""
    result, _ = bounded.run(measured_work.environment_of, b"", uploads.LIMITS)
    assert set(result) <= {"LC_CTYPE", "__CF_USER_TEXT_ENCODING"}


class TestRenditions:
    def test_of_a_scroll_are_webp_alone_and_cheap(self):
        """E11: one format and no second try, for the largest upload allowed."""
        source = as_bytes(photograph(976, 16_383), "JPEG", quality=85)
        seconds, memory, result, _ = measured(rendition_encoding.encode_in_child, source, renditions.LIMITS)
        assert {format_ for format_, _ in result["made"]} == {"webp"}
        assert seconds < 8
        assert memory - idle_memory() < 250 * MB

    @pytest.mark.django_db
    def test_that_take_too_long_are_left_out_and_tried_another_day(self, monkeypatch, caplog):
        """E11: the picture stays, and its page shows the stored file."""
        picture = store_picture(as_bytes(photograph(1600, 1200), "JPEG"))
        monkeypatch.setattr(renditions, "LIMITS", bounded.Limits(cpu=1, wall=0.2, memory=renditions.LIMITS.memory))
        assert renditions.make_renditions(picture) is False
        picture.refresh_from_db()
        assert (picture.renditions, picture.renditions_retry_at is not None) == ({}, True)
        assert "has no renditions" in caplog.text

    def test_of_a_transparent_photograph_keep_its_transparency(self):
        """E11: a stored WebP has renditions like any other."""
        stored = reencode_upload(KINDS["lossy WebP with transparency"][0](photograph(640, 480)))
        made = renditions.drawn_renditions(stored.content, {"webp": [320]})
        assert Image.open(io.BytesIO(made["webp"][320])).convert("RGBA").getpixel((160, 120))[3] < 20


@pytest.mark.django_db
class TestQuota:
    URL = "/admin/markdown/upload/"

    @pytest.fixture
    def author(self, client):
        user = make_user("Author")
        client.force_login(user)
        return user

    def a_file(self, content: bytes = b"") -> SimpleUploadedFile:
        return SimpleUploadedFile("a.png", content or as_bytes(Image.new("1", (2, 2))), "image/png")

    def limit(self, settings, **limits: int) -> None:
        settings.PICTURE_UPLOADS = {**settings.PICTURE_UPLOADS, **limits}

    def test_so_many_pictures_a_day(self, client, author, settings):
        """E11: 429 with a message and the time to wait. Another account goes on, and so does tomorrow."""
        self.limit(settings, per_day=2)
        answers = [client.post(self.URL, {"image": self.a_file()}) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert answers[2].json()["error"] == (
            "You can upload at most 2 pictures and 1,000 MB in 24 hours. Try again in 24 hours."
        )
        assert 86_300 < int(answers[2].headers["Retry-After"]) <= 86_400
        store_picture(self.a_file(), user=make_user("Author"))
        UploadCount.objects.filter(user=author).update(started_at=1)
        assert client.post(self.URL, {"image": self.a_file()}).status_code == 200
        assert Picture.objects.count() == 4

    def test_so_many_bytes_a_day(self, client, author, settings):
        """E11: the bytes as uploaded."""
        content = as_bytes(Image.effect_noise((100, 100), 50))
        self.limit(settings, bytes_per_day=2 * len(content))
        assert [client.post(self.URL, {"image": self.a_file(content)}).status_code for _ in range(3)] == [200, 200, 429]

    def test_a_refused_file_counts_as_well(self, client, author, settings):
        """E11: reading it costs work, so its number is limited, too."""
        self.limit(settings, per_day=2)
        answers = [client.post(self.URL, {"image": self.a_file(b"no picture")}).status_code for _ in range(3)]
        assert answers == [400, 400, 429]

    @pytest.mark.parametrize(
        ("url", "field"),
        [("/admin/insights/picture/add/", "upload"), ("/admin/insights/article/add/", "cover_file")],
    )
    def test_holds_for_every_form_and_keeps_what_was_typed(self, client, author, settings, url, field):
        """E11: 429 beside the field, with the text still in the form. Nothing stored."""
        self.limit(settings, per_day=1)
        store_picture(self.a_file(), user=author)
        typed = {"alt": "A field", "title": "Typed title", "body": "Typed text", "excerpt": "", "cover_alt": "A field"}
        answer = client.post(url, {field: self.a_file(), **typed})
        assert answer.status_code == 429
        assert "You can upload at most 1 pictures" in answer.content.decode()
        assert "Typed text" in answer.content.decode() or field == "upload"
        assert Picture.objects.count() == 1

    def test_is_one_statement(self, author, django_assert_num_queries):
        """E11: nothing is read first, so nothing can come between."""
        with django_assert_num_queries(1):
            assert quota.count_upload(author, 10) == 0

    def test_pictures_are_redrawn_before_a_form_takes_its_lock(self, client, settings, monkeypatch):
        """E11: SQLite has one lock for all writers. A sign-up does not wait for a picture."""
        client.force_login(make_user("Editor"))
        seen, depth = [], lambda: len(connection.savepoint_ids)
        monkeypatch.setattr(uploads, "reencode_upload", lambda source: seen.append(depth()) or drawn)
        drawn = reencode_upload(as_bytes(Image.new("1", (2, 2))))
        before = depth()
        client.post("/admin/insights/article/add/", {"title": "A", "cover_file": self.a_file(), "cover_alt": "A field"})
        assert seen == [before]


COUNTING = """
import threading
from django.conf import settings
from django.db import connection
from insights.models import UploadCount
from insights.pictures import quota
from tests.factories import make_user

user, results = make_user("Author"), []
settings.PICTURE_UPLOADS = {**settings.PICTURE_UPLOADS, "per_day": 10}

def count():
    results.append(quota.count_upload(user, 10))
    connection.close()

threads = [threading.Thread(target=count) for _ in range(20)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(results.count(0), len(results), UploadCount.objects.get(user=user).pictures)
"""


def test_the_quota_is_exact_when_many_come_at_once(start_site):
    """E11: twenty threads at one account. Ten are accepted."""
    site = start_site(with_worker=False)
    assert site.shell(COUNTING) == "10 20 10"
    site.stop()
