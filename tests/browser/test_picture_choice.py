"""Checks of a chosen picture file, and transparent pictures in the dark scheme."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.pages import log_in_by_session, press

pytestmark = pytest.mark.browser

INPUTS = Path(__file__).resolve().parents[1] / "insights" / "pictures" / "samples"
SVG = {"name": "a.svg", "mimeType": "image/svg+xml", "buffer": b'<svg xmlns="http://www.w3.org/2000/svg"/>'}
HEIC = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"\0\0\0\x18ftypheic\0\0\0\0"}
LARGE = {"name": "a.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + bytes(10 * 1024 * 1024)}


def png(color: str) -> dict[str, object]:
    stream = io.BytesIO()
    Image.new("RGB", (60, 40), color).save(stream, "PNG")
    return {"name": f"{color}.png", "mimeType": "image/png", "buffer": stream.getvalue()}


@pytest.fixture
def page(site, chromium):
    site.shell(
        "from tests.factories import make_user; from insights.models import User\n"
        "User.objects.filter(email='choice@example.com').exists() or make_user('Editor', email='choice@example.com')"
    )
    page = chromium.new_context(base_url=site.url, ignore_https_errors=True).new_page()
    page.set_default_timeout(30_000)
    log_in_by_session(page, site, "choice@example.com")
    yield page
    page.context.close()


def choose(page, file):
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="Insert picture…").click()
    chosen.value.set_files(file)


def test_the_dialog_refuses_before_anything_is_typed_and_shows_what_it_takes(page):
    """Fault C11: kind and size were refused only after the alt text was typed, and there was no thumbnail."""
    page.goto("/admin/insights/article/add/")
    dialog = page.locator("#picture-dialog")
    for file, words in (
        (SVG, "This is an SVG drawing"),
        (HEIC, "This is a HEIC picture"),
        (LARGE, "the limit is 10 MB"),
    ):
        choose(page, file)
        expect(dialog.get_by_role("alert")).to_contain_text(words)
        expect(dialog.locator("canvas")).to_be_hidden()
        dialog.get_by_role("button", name="Cancel").click()
    choose(page, png("teal"))
    expect(dialog.locator("canvas")).to_be_visible()
    expect(dialog.get_by_role("alert")).to_be_hidden()
    expect(dialog.locator("[data-known]")).to_be_hidden()


def test_the_dialog_offers_the_entry_of_an_earlier_upload(page):
    """Fault C11: the same file twice made two entries."""
    page.goto("/admin/insights/article/add/")
    dialog = page.locator("#picture-dialog")
    choose(page, png("olive"))
    dialog.get_by_label("Alt text").fill("An olive field")
    dialog.get_by_role("button", name="Insert picture").click()
    expect(dialog).to_be_hidden()
    text = page.locator("[name=body]").input_value()
    choose(page, png("olive"))
    expect(dialog.locator("[data-known]")).to_contain_text("An olive field")
    dialog.get_by_role("button", name="Use existing picture").click()
    expect(dialog).to_be_hidden()
    assert page.locator("[name=body]").input_value().count(text.strip()) == 2


def test_every_form_looks_at_a_chosen_file(page):
    """Fault C11: the picture's own page, and the cover of an article."""
    for url, name in (("/admin/insights/picture/add/", "upload"), ("/admin/insights/article/add/", "cover_file")):
        page.goto(url)
        field = page.locator(f"input[name={name}]")
        about = field.locator("xpath=..")
        field.set_input_files(SVG)
        expect(about.get_by_role("alert")).to_contain_text("This is an SVG drawing")
        assert field.evaluate("field => field.files.length") == 0
        field.set_input_files(png("navy"))
        expect(about.locator("canvas")).to_be_visible()
        expect(about.get_by_role("alert")).to_be_hidden()
    page.goto("/admin/insights/picture/add/")
    page.locator("input[name=upload]").set_input_files(png("navy"))
    page.fill("[name=alt]", "A navy field")
    press(page, "[name=_save]")
    page.goto("/admin/insights/picture/add/")
    page.locator("input[name=upload]").set_input_files(png("navy"))
    expect(page.get_by_role("link", name="navy.png")).to_be_visible()


DARK = """
from tests.factories import make_article
from insights.pictures.uploads import store_picture
import base64
made = [store_picture(base64.b64decode(one), alt="Lines") for one in ({files})]
article = make_article(title="In the dark", body="\\n\\n".join(f"![x]({{one.reference}})" for one in made))
print("at:" + article.get_absolute_url())
"""


def test_a_transparent_picture_has_a_light_ground_in_the_dark_scheme(site, chromium):
    """Fault B3: black-lines-on-transparent.png. An opaque picture keeps its pixels, and so does the light scheme."""
    stream = io.BytesIO()
    Image.new("RGB", (60, 40), "black").save(stream, "PNG")
    files = [(INPUTS / "black-lines-on-transparent.png").read_bytes(), stream.getvalue()]
    url = site.shell(DARK.format(files=", ".join(repr(base64.b64encode(one)) for one in files))).partition("at:")[2]
    ground = {}
    for scheme in ("dark", "light"):
        context = chromium.new_context(base_url=site.url, ignore_https_errors=True, color_scheme=scheme)
        page = context.new_page()
        page.goto(url.strip())
        shots = []
        for image in page.locator(".prose figure img").all():
            image.scroll_into_view_if_needed()
            image.evaluate("image => image.decode()")
            shots.append(Image.open(io.BytesIO(image.screenshot())).convert("L"))
        assert len(shots) == 2
        ground[scheme] = shots[0].getpixel((3, 3))
        assert shots[0].getextrema()[0] < 60  # the lines
        assert shots[1].getpixel((30, 20)) == 0
        context.close()
    assert ground["dark"] > 180
    assert ground["light"] > 220
