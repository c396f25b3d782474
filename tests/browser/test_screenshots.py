"""Screenshots of the main pages for the README, on a desktop and on a phone, in both schemes.

`make screenshots` keeps those of the README in `docs/screenshots/`. In the suite all of them are checked. No page may
scroll sideways, violate the content policy, or send requests to another host.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.bench.pages import LEAD
from tests.browser.pages import log_in, press
from tests.site import Site

pytestmark = pytest.mark.browser

MAX_BYTES = 150_000
IN_README = {"front-1440-light", "next-step-1440-dark", "admin", "writing"}
WIDE, PHONE = (1440, 1000), (390, 844)
PAGES = {"front": "/", "article": LEAD, "list": "/insights/", "newsletter": "/newsletter/"}
EDITOR = ("editor@example.com", "a-long-pass-word-1234")


@pytest.fixture(scope="module")
def with_demo(demo_site: Site) -> Site:
    demo_site.shell(
        "from tests.factories import make_user; "
        f"make_user('Editor', email={EDITOR[0]!r}, password={EDITOR[1]!r}, name='Editor', superuser=True)"
    )
    return demo_site


@pytest.fixture
def keep(tmp_path: Path) -> Callable[[str, Any], int]:
    """Write a picture of a page, with a palette of its own. Returns its size in bytes."""
    kept = Path(os.environ.get("SCREENSHOTS") or tmp_path)
    kept.mkdir(parents=True, exist_ok=True)

    def write(name: str, page: Any) -> int:
        folder = kept if name in IN_README else tmp_path
        picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        path = folder / f"{name}.png"
        picture.quantize(96, dither=Image.Dither.NONE).save(path, optimize=True)
        return path.stat().st_size

    return write


def open_page(chromium: Any, site: Site, size: tuple[int, int], scheme: str) -> tuple[Any, list[str]]:
    """Return a page in a context of its own, and a list that collects console messages and foreign requests."""
    context = chromium.new_context(
        base_url=site.url,
        ignore_https_errors=True,
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,
    )
    page, wrong = context.new_page(), []
    page.on("console", lambda message: wrong.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda asked: None if asked.url.startswith((site.url, "data:")) else wrong.append(asked.url))
    return page, wrong


def scrolls_sideways(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_public_pages_fit_and_stay_among_themselves(with_demo, chromium, keep, size, scheme):
    page, wrong = open_page(chromium, with_demo, size, scheme)
    for name, path in PAGES.items():
        page.goto(path, wait_until="networkidle")
        assert not scrolls_sideways(page), path
        assert keep(f"{name}-{size[0]}-{scheme}", page) <= MAX_BYTES
    page.goto(LEAD)
    page.get_by_text("Why this?").click()
    page.locator("aside.next").scroll_into_view_if_needed()
    assert keep(f"next-step-{size[0]}-{scheme}", page) <= MAX_BYTES
    assert wrong == []


def test_the_admin_fits_the_window_and_loads_nothing_from_other_hosts(with_demo, chromium, keep):
    page, wrong = open_page(chromium, with_demo, WIDE, "light")
    log_in(page, *EDITOR)
    assert keep("admin", page) <= MAX_BYTES
    page.goto("/admin/insights/article/")
    press(page, page.get_by_role("link", name="China AI: 9.22 Trillion Tokens").first)
    page.wait_for_load_state("networkidle")
    assert keep("writing", page) <= MAX_BYTES
    assert not scrolls_sideways(page)
    assert wrong == []
