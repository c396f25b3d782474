"""Pages under stress: no sideways scrolling whatever the fields hold, and whole tables on paper."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.browser.longest_values import COLUMNS
from tests.browser.pages import log_in_by_session
from tests.site import Site

pytestmark = pytest.mark.browser

EMAIL = "admin@example.com"
WIDTHS = (320, 390, 1440)
# Elements wider than the window: the innermost ones that stick out and are in no scrolling box.
WIDE = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const sticksOut = (one) => one.getBoundingClientRect().right > room + 1;
  const out = [...document.body.querySelectorAll("*")].filter(sticksOut);
  return [`${document.documentElement.scrollWidth} px`, ...out
    .filter((one) => !out.some((other) => other !== one && one.contains(other)))
    .map((one) => `${one.tagName} ${one.className} ${one.outerHTML.slice(0, 80)}`).slice(0, 4)];
}"""
# Boxes that scroll sideways and that the keyboard cannot reach.
UNREACHABLE = """() => [...document.body.querySelectorAll("*")]
  .filter((one) => one.scrollWidth > one.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(one).overflowX))
  .filter((one) => one.checkVisibility() && one.clientWidth > 1)
  .filter((one) => one.tabIndex < 0)
  .filter((one) => !one.querySelector("a[href], button, input:not([type=hidden]), select, textarea"))
  .map((one) => `${one.tagName} ${one.className}`)"""


@pytest.fixture(scope="module")
def world(site: Site) -> dict[str, Any]:
    made = site.shell(
        "import json; from tests.browser.longest_values import make_longest\n"
        f"print('made:' + json.dumps(make_longest({EMAIL!r})))"
    )
    known: dict[str, Any] = json.loads(made.partition("made:")[2])
    return known


@pytest.fixture
def page(site: Site, world, chromium) -> Any:
    page = chromium.new_context(base_url=site.url, ignore_https_errors=True).new_page()
    page.set_default_timeout(20_000)
    return page


def troubles(page: Any, paths: list[str]) -> list[Any]:
    """Return what is too wide on these pages, with everything opened."""
    found: list[Any] = []
    for path in paths:
        page.goto(path)
        page.eval_on_selector_all("main details", "all => all.forEach(one => { one.open = true })")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            found += [(width, path[:60], wide) for wide in [page.evaluate(WIDE)] if wide]
            found += [(width, path[:60], "no keyboard", one) for one in page.evaluate(UNREACHABLE)]
    return found


def test_no_public_page_scrolls_sideways(page, world):
    """Fault B3: search results, tags, names, tables and all other pages at 320, 390 and 1440 pixels."""
    assert troubles(page, world["public"]) == []


def test_no_answer_to_a_form_scrolls_sideways(page, world):
    """Fault B3: the typed text comes back in the page."""
    found = []
    for path in ("/newsletter/", f"{world['article']}feedback/no/"):
        page.goto(path)
        page.eval_on_selector_all("form", "all => all.forEach(one => { one.noValidate = true })")
        page.locator("main form [name=email]").fill("W" * 600)
        page.locator("main form:has([name=email]) button").click()
        page.get_by_role("alert").first.wait_for()
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            found += [(width, path, wide) for wide in [page.evaluate(WIDE)] if wide]
    assert found == []


def test_no_list_of_the_admin_scrolls_sideways(page, site, world):
    """Fault B3: the moderation queue, the start page, every list and the history. A table may scroll in its own box."""
    log_in_by_session(page, site, EMAIL)
    assert troubles(page, world["admin"]) == []


@pytest.mark.parametrize("width", [1440, 700, 390])
def test_paper_shows_every_column_of_a_table(page, world, width):
    """Fault B3: a table of sixteen columns printed eleven."""
    page.goto(world["article"])
    page.set_viewport_size({"width": width, "height": 1000})
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 650, "height": 1000})  # a sheet of A4 between its margins
    seen = page.evaluate(
        """() => [...document.querySelectorAll(".prose table tr:first-child > th")].map((cell) => {
          const box = cell.getBoundingClientRect();
          return box.left >= 0 && box.right <= document.documentElement.clientWidth + 1 && box.width > 0;
        })"""
    )
    assert len(seen) == COLUMNS + 1
    assert all(seen)
    assert not page.evaluate(WIDE)
    boxes = "[...document.querySelectorAll('.prose .scroll, .prose pre')]"
    assert not page.evaluate(f"{boxes}.some(one => one.scrollWidth > one.clientWidth + 1)")


def test_paper_says_nothing_that_only_a_screen_can_answer(page, world, site):
    """Fault D: neither the count of views nor "No votes yet." is printed."""
    site.shell("from tests.factories import make_article; make_article('Quiet', slug='quiet')")
    page.goto("/insights/quiet/")
    page.emulate_media(media="print")
    text = page.inner_text("main")
    assert "view" not in text
    assert "No votes yet" not in text
    assert "min read" in text.casefold()


def test_the_bar_of_the_writing_view_is_whole(page, site, world):
    """Fault F8: "More…" was cut at 390 pixels. Firefox draws wider buttons, which a larger font imitates here."""
    log_in_by_session(page, site, EMAIL)
    page.goto(f"/admin/insights/article/{world['draft']}/change/")
    for width in (320, 390):
        page.set_viewport_size({"width": width, "height": 800})
        for text_size in ("100%", "125%", "150%"):
            page.evaluate("size => { document.documentElement.style.fontSize = size }", text_size)
            bar = page.locator("#article_form .submit-row").bounding_box()
            assert bar["height"] < (90 if text_size == "100%" else 300)
            for button in page.locator(".bar-actions > input, .bar-actions > details > summary").all():
                box = button.bounding_box()
                assert box["x"] >= 0, (width, text_size)
                assert box["x"] + box["width"] <= width, (width, text_size, button.inner_text())


def test_headings_and_toolbar_have_one_name_each(page, site, world):
    """Fault F7: as a screen reader gets them. No name comes twice, in a heading or between a button and its title."""
    body = r"## A Historic Milestone\n\nWords."
    site.shell(f"from tests.factories import *; make_article('Heard', slug='heard', body='{body}')")
    page.goto("/insights/heard/")
    assert page.get_by_role("heading", name="A Historic Milestone", exact=True).count() == 1
    assert page.get_by_role("link", name="Link to the section “A Historic Milestone”").count() == 1
    log_in_by_session(page, site, EMAIL)
    page.goto(f"/admin/insights/article/{world['draft']}/change/")
    buttons = page.locator(".toolbar button").all()
    assert buttons
    for button in buttons:
        name, description = button.get_attribute("aria-label"), button.get_attribute("aria-description")
        assert name
        assert description
        assert name not in description


def test_back_forward_and_reload_after_a_form_show_pages(page, site, world):
    """Fault B4: no error page of the browser, and nothing is sent twice."""
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    site.shell("from tests.factories import make_article; make_article('Walked', slug='walked')")
    page.goto("/insights/walked/")
    page.get_by_role("button", name="Not really").click()
    page.get_by_label("Your comment (optional").fill("Typed words")
    page.wait_for_timeout(3_200)  # the form token's three seconds
    page.get_by_role("button", name="Send feedback").click()
    page.get_by_text("waiting for approval").wait_for()
    page.goto("/newsletter/")
    page.get_by_label("Your email address").fill("walker@example.com")
    page.locator("main").get_by_role("button", name="Subscribe").click()
    page.wait_for_url("**/newsletter/sent/")
    sent = [url for url in posts if not url.endswith("/view/")]
    assert len(sent) == 3
    page.reload()
    for step in (page.go_back, page.go_back, page.go_back, page.go_back, page.go_forward, page.go_forward):
        step()
        assert page.locator("h1").count() == 1, page.url
        assert page.url.startswith(site.url)
    page.reload()
    assert [url for url in posts if not url.endswith("/view/")] == sent


@pytest.mark.parametrize("body", ["Words.", "## One\\n\\nWords.\\n\\n## Two\\n\\nWords.\\n\\n## Three\\n\\nWords."])
@pytest.mark.parametrize("authors", ["[]", "[make_author()]", "[make_author(), make_author()]"])
def test_the_title_keeps_its_distance(page, site, body, authors):
    """Without a byline, with one and with two; before the cover, and before a table of contents."""
    made = site.shell(
        "from tests.factories import make_article, make_author\n"
        f"print('at:' + make_article(authors={authors}, body='{body}').get_absolute_url())"
    )
    page.goto(made.partition("at:")[2].strip())
    gap = "header.head + *"
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        title, below = (page.locator(where).bounding_box() for where in ("h1", gap))
        assert below["y"] - title["y"] - title["height"] >= 16, width
