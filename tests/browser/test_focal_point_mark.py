"""The focal point's marker is at the clicked place, for any size and shape of picture and window."""

from __future__ import annotations

import json

import pytest

from tests.browser.pages import log_in_by_session, press

pytestmark = pytest.mark.browser

SIZES = ((1600, 1000), (700, 2000), (2400, 300), (40, 30), (640, 640))
MAKE = f"""
import io, json
from PIL import Image
from insights.models import User
from insights.pictures.uploads import store_picture
from tests.factories import make_user
User.objects.filter(email="focus@example.com").exists() or make_user("Editor", email="focus@example.com")
def stored(size):
    stream = io.BytesIO()
    Image.linear_gradient("L").resize(size).save(stream, "JPEG")
    return store_picture(stream.getvalue(), alt="A field").pk
print("made:" + json.dumps([stored(size) for size in {SIZES!r}]))
"""
MARK = "(() => { const box = document.querySelector('.focus-mark').getBoundingClientRect();"
MARK += " return [box.left + box.width / 2, box.top + box.height / 2] })()"


@pytest.fixture(scope="module")
def pictures(site):
    return json.loads(site.shell(MAKE).partition("made:")[2])


@pytest.mark.parametrize("window", [(1300, 900), (820, 700), (360, 740)])
def test_the_mark_stands_where_one_clicks(site, chromium, pictures, window):
    """Fault C4: a click at 25 % was shown at about 40 %. Also after the window is resized, and after saving."""
    width, height = window
    context = chromium.new_context(
        base_url=site.url, ignore_https_errors=True, viewport={"width": width, "height": height}
    )
    page = context.new_page()
    page.set_default_timeout(30_000)
    log_in_by_session(page, site, "focus@example.com")
    for pk, size in zip(pictures, SIZES, strict=True):
        page.goto(f"/admin/insights/picture/{pk}/change/")
        shown = page.locator("img.shown")
        page.wait_for_function("document.querySelector('img.shown').naturalWidth > 0")
        for x, y in ((0.25, 0.25), (0.9, 0.1), (0.333, 0.667)):
            shown.scroll_into_view_if_needed()
            box = shown.bounding_box()
            assert abs(box["width"] / box["height"] - size[0] / size[1]) < 0.02 * size[0] / size[1] + 1 / box["height"]
            assert box["width"] <= size[0] + 0.5
            # The browser reports a click in whole pixels.
            point = (round(box["x"] + x * box["width"]), round(box["y"] + y * box["height"]))
            page.mouse.click(*point)
            assert is_at(page.evaluate(MARK), point), (size, x, y)
            assert abs(float(page.input_value("[name=focal_x]")) - x) < 1 / box["width"] + 0.001
        page.set_viewport_size({"width": width - 20, "height": height})
        box = shown.bounding_box()
        assert is_at(page.evaluate(MARK), (box["x"] + x * box["width"], box["y"] + y * box["height"])), size
        page.set_viewport_size({"width": width, "height": height})
    press(page, "[name=_continue]")
    box = page.locator("img.shown").bounding_box()
    assert is_at(page.evaluate(MARK), (box["x"] + x * box["width"], box["y"] + y * box["height"]))
    context.close()


def is_at(mark, point):
    return all(abs(one - other) <= 1 for one, other in zip(mark, point, strict=True))
