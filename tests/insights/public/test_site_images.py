"""The publication's own logo, and an article's cover, in other programs."""

from __future__ import annotations

import io
import re

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from insights.models import SiteSettings
from tests.factories import make_article, make_picture, make_user

pytestmark = pytest.mark.django_db

RED, GREEN = (200, 30, 30), (20, 160, 60)


def a_png(color: tuple[int, int, int], size: tuple[int, int]) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, color).save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture
def logo():
    logo = make_picture(a_png(RED, (320, 80)), name="logo.png", alt="Ours")
    SiteSettings(name="Ours", logo=logo).save()
    yield logo
    SiteSettings.forget()


def shared(client, path: str) -> Image.Image:
    """Return the share image that a page names."""
    page = client.get(path).content.decode()
    address = re.search(r'property="og:image" content="https?://[^/]+([^"]+)"', page)
    assert address
    return Image.open(io.BytesIO(client.get(address[1]).content)).convert("RGB")


def near(one, other) -> bool:
    return all(abs(a - b) < 24 for a, b in zip(one, other, strict=True))


def test_the_share_image_shows_the_cover_and_the_logo(client, logo):
    """Fault C11: a shared article shows its cover instead of the drawing, and the own logo instead of the default."""
    make_article("Covered", slug="covered", cover=make_picture(a_png(GREEN, (1600, 900)), alt="Green"))
    card = shared(client, "/insights/covered/")
    assert card.size == (1200, 630)
    assert near(card.getpixel((900, 300)), GREEN)
    assert near(card.getpixel((70, 556)), RED)
    plain = shared(client, "/")
    assert not near(plain.getpixel((900, 300)), GREEN)
    assert near(plain.getpixel((70, 556)), RED)


def test_the_cover_is_cut_around_its_focal_point(client):
    wide = Image.new("RGB", (2000, 600), GREEN)
    wide.paste(RED, (0, 0, 600, 600))
    stream = io.BytesIO()
    wide.save(stream, "PNG")
    cover = make_picture(stream.getvalue(), alt="Two fields", focal_x=0.0)
    make_article("Left", slug="left", cover=cover)
    assert near(shared(client, "/insights/left/").getpixel((700, 300)), RED)
    make_article("Right", slug="right", cover=make_picture(stream.getvalue(), alt="Two fields", focal_x=1.0))
    assert near(shared(client, "/insights/right/").getpixel((700, 300)), GREEN)


def test_a_cover_that_cannot_be_read_leaves_the_drawing(client, caplog):
    cover = make_picture(alt="Lost")
    make_article("Lost", slug="lost", cover=cover)
    default_storage.delete(cover.file.name)
    assert shared(client, "/insights/lost/").size == (1200, 630)
    assert "could not be used in a share image" in caplog.text


def test_the_icon_is_the_own_logo(client, logo):
    """Fault C11: the browser's tab and the home screen show the own logo, on the site and in the admin."""
    page = client.get("/").content.decode()
    icon = re.search(r'<link rel="icon" href="([^"]+)" type="image/png" sizes="32x32">', page)
    touch = re.search(r'<link rel="apple-touch-icon" href="([^"]+)">', page)
    assert icon and touch and "favicon.svg" not in page
    small, large = (Image.open(io.BytesIO(client.get(link[1]).content)) for link in (icon, touch))
    assert (small.size, large.size) == ((32, 32), (180, 180))
    assert near(small.convert("RGBA").getpixel((16, 16))[:3], RED)
    assert small.convert("RGBA").getpixel((16, 1))[3] == 0
    assert near(large.convert("RGB").getpixel((2, 2)), (250, 251, 251))
    client.force_login(make_user(superuser=True))
    admin = client.get("/admin/").content.decode()
    assert icon[0] in admin
    assert 'alt="Ours"' in re.search(r'<div id="site-name">.*?</div>', admin, re.DOTALL)[0]


def test_an_earlier_logo_s_icon_leads_to_the_present_one(client, logo):
    before = re.search(r'<link rel="icon" href="([^"]+)"', client.get("/").content.decode())[1]
    SiteSettings(name="Ours", logo=make_picture(a_png(GREEN, (64, 64)), name="new.png")).save()
    moved = client.get(before)
    assert moved.status_code == 302
    assert near(Image.open(io.BytesIO(client.get(moved.url).content)).convert("RGB").getpixel((16, 16)), GREEN)
    assert client.get(before.replace("-32.", "-33.")).status_code == 404


def test_without_a_logo_the_drawn_mark_stays(client):
    page = client.get("/").content.decode()
    assert "favicon.svg" in page
    assert client.get("/insights/icon-abc-32.png").status_code == 404
