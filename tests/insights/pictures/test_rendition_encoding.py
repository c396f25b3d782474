"""Encoding of renditions: several widths, two formats, and only files that save readers something."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from insights.pictures.rendition_encoding import UnreadablePicture, encode, ladder, worthwhile
from tests.insights.photos import as_bytes, drawing_bytes, photo_bytes


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


@pytest.mark.parametrize(
    ("width", "widths"),
    [
        (60, [60]),
        (320, [320]),
        (360, [360]),
        (900, [320, 480, 900]),
        (1000, [320, 480, 800, 1000]),
        (1600, [320, 480, 800, 1200, 1600]),
        (5000, [320, 480, 800, 1200, 1600]),
    ],
)
def test_a_picture_is_never_drawn_wider_than_it_is(width, widths):
    assert ladder(width) == widths


def test_a_photograph_becomes_avif_and_webp_in_several_widths():
    drawn = encode(photo_bytes())
    assert set(drawn) == {"avif", "webp"}
    for format_, by_width in drawn.items():
        assert list(by_width) == [320, 480, 900]
        for width, content in by_width.items():
            image = opened(content)
            assert (image.format, image.size) == (format_.upper(), (width, round(width * 2 / 3)))
            assert not image.getexif()
        assert len(by_width[900]) < len(photo_bytes())


def test_the_same_picture_gives_the_same_bytes():
    assert encode(photo_bytes()) == encode(photo_bytes())


def test_a_drawing_gets_no_file_that_is_larger_than_a_wider_one():
    drawn = encode(drawing_bytes())
    assert drawn  # something is saved
    for by_width in drawn.values():
        sizes = [len(content) for content in by_width.values()]
        assert sizes == sorted(sizes)
        assert max(by_width) == 900
        assert sum(sizes) < len(drawing_bytes()) * 3


def test_what_saves_nothing_is_not_kept():
    made = {"avif": {320: b"12345", 480: b"12345"}, "webp": {320: b"123456", 480: b"12345678"}}
    assert worthwhile(made, stored_bytes=5) == {}
    assert worthwhile(made, stored_bytes=6) == {"avif": {480: b"12345"}}
    assert worthwhile(made, stored_bytes=9) == {
        "avif": {480: b"12345"},
        "webp": {320: b"123456", 480: b"12345678"},
    }
    better = {"avif": {320: b"12345678", 480: b"12345678"}, "webp": {320: b"1234567", 480: b"123"}}
    assert worthwhile(better, stored_bytes=100) == {"webp": {480: b"123"}}


@pytest.mark.parametrize("format_", ["avif", "webp"])
@pytest.mark.parametrize("kind", ["RGBA", "LA", "P with a transparent colour"])
def test_transparency_stays(format_, kind):
    if kind.startswith("P"):
        image = Image.new("P", (640, 400), 1)
        image.putpalette([255, 255, 255, 0, 0, 0])
        content = as_bytes(image, transparency=1)
    else:
        content = as_bytes(Image.new(kind, (640, 400), (10, 0) if kind == "LA" else (10, 20, 30, 0)))
    image = opened(encode(content, {format_: [320]})[format_][320])
    assert image.convert("RGBA").getpixel((160, 100))[3] == 0


@pytest.mark.parametrize("mode", ["1", "L", "I;16", "P", "RGB"])
def test_every_mode_that_is_stored_can_be_drawn(mode):
    image = Image.new(mode, (40, 30), 40_000 if mode == "I;16" else 1 if mode in {"1", "P"} else "#888")
    drawn = encode(as_bytes(image), {"webp": [40]})
    assert opened(drawn["webp"][40]).size == (40, 30)
    if mode == "I;16":
        assert abs(opened(drawn["webp"][40]).convert("RGB").getpixel((5, 5))[0] - 156) < 3


def test_a_tall_picture_keeps_a_pixel_of_height_and_a_narrow_one_its_width():
    drawn = encode(as_bytes(Image.new("RGB", (1600, 2))), {"avif": [320], "webp": [320]})
    assert {opened(by_width[320]).size for by_width in drawn.values()} == {(320, 1)}


def test_a_scroll_of_a_picture_keeps_to_what_the_formats_can_hold():
    assert ladder(600, 20_000) == [320, 480]
    assert ladder(100, 20_000) == []
    assert encode(as_bytes(Image.new("1", (100, 20_000)))) == {}


@pytest.mark.parametrize(
    "content",
    [b"", b"text", photo_bytes()[:2000], as_bytes(Image.new("RGB", (30, 30)), "GIF")],
    ids=["nothing", "text", "half a JPEG", "GIF"],
)
def test_content_that_is_no_picture_is_refused(content):
    with pytest.raises(UnreadablePicture):
        encode(content)


def test_a_bomb_that_was_put_there_by_hand_is_not_opened():
    with pytest.raises(UnreadablePicture):
        encode(as_bytes(Image.new("1", (4001, 4000))))
