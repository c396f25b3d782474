"""A visitor with a phone: search, reading in the dark scheme, sharing, reading on, the feed."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import feedparser
import pytest
from playwright.sync_api import expect

from tests.bench.pages import LEAD
from tests.browser.pages import next_page
from tests.browser.test_accessible import SIDEWAYS
from tests.site import Site, wait_until

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
NIGHT = "rgb(17, 20, 27)"
FOUND = "/insights/benchmarks-and-contamination/"


@pytest.fixture(scope="module")
def publication(demo_site: Site) -> Site:
    for address in (LEAD, FOUND):
        wait_until(lambda path=address: "Read next" in demo_site.get(path).text, "what is read next")
    return demo_site


@pytest.fixture
def phone(publication, chromium):
    """Yield a function that opens a phone. Errors on its pages fail the test."""
    wrong: list[str] = []

    def take(**options: Any) -> Any:
        context = chromium.new_context(
            base_url=publication.url, ignore_https_errors=True, viewport=PHONE, has_touch=True, is_mobile=True,
            device_scale_factor=2, **options,
        )  # fmt: skip
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda entry: wrong.append(entry.text) if entry.type in {"error", "warning"} else None)
        page.on(
            "request",
            lambda asked: None if asked.url.startswith((publication.url, "data:")) else wrong.append(asked.url),
        )
        return page

    yield take
    assert wrong == []


def find(page: Any) -> None:
    """Go from the front page through the search to an article."""
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Search").tap()
    page.get_by_label("Search").fill("benchmark contamination")
    page.get_by_role("search").get_by_role("button", name="Search").tap()
    first = page.locator(".hits a").first
    assert first.get_attribute("href") == FOUND
    first.tap()
    page.wait_for_url(f"**{FOUND}")


def ground(page: Any) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def expect_the_place(page: Any, mark: str) -> None:
    """Wait until the URL ends in `mark`: a browser reports it after the tap."""
    expect(page).to_have_url(re.compile(f"{re.escape(quote(mark, safe='#'))}$"))


def read(page: Any) -> None:
    """Use contents, a footnote and back, code and a table that scroll by themselves.

    The page never scrolls sideways.
    """
    assert not page.evaluate(SIDEWAYS)
    page.locator(".contents summary").tap()
    entry = page.locator(".contents a").nth(1)
    target = entry.get_attribute("href")
    entry.tap()
    expect_the_place(page, target)
    expect(page.locator(f"h2{target}")).to_be_visible()
    page.get_by_role("link", name="Footnote 1", exact=True).tap()
    expect_the_place(page, "#fn1")
    page.get_by_role("link", name="Back to the text of footnote 1", exact=True).tap()
    expect_the_place(page, "#fnref1")
    assert page.evaluate(
        "document.querySelector('.scroll').scrollWidth >= document.querySelector('.scroll').clientWidth"
    )
    assert not page.evaluate(SIDEWAYS)


def read_on(page: Any) -> None:
    """Follow the first of Read next, which gives its reason, then the next part of the series."""
    first = page.get_by_role("navigation", name="Read next").get_by_role("listitem").first
    assert "Also about " in first.inner_text()
    title = first.get_by_role("link").inner_text()
    with next_page(page):
        first.get_by_role("link").tap()
    page.get_by_role("heading", level=1, name=title).wait_for()
    page.go_back()
    with next_page(page):
        page.get_by_role("navigation", name="Series").get_by_role("link", name="Next part").tap()
    page.get_by_role("heading", level=1, name="Evaluating a Translation").wait_for()
    assert not page.evaluate(SIDEWAYS)


def take_the_feed(page: Any, publication: Site) -> None:
    """Return what a feed reader finds behind the page's own link."""
    address = page.locator("link[rel=alternate][type='application/atom+xml']").first.get_attribute("href")
    path = "/" + address.split("//", 1)[-1].split("/", 1)[1] if "//" in address else address
    feed = feedparser.parse(publication.get(path).body)
    assert not feed.bozo
    assert any(entry.link.endswith(FOUND) for entry in feed.entries)
    assert page.get_by_role("navigation", name="Footer").get_by_role("link", name="Feed").is_visible()


def test_with_javascript_in_the_dark_by_the_switch(phone, publication):
    page = phone(color_scheme="light", permissions=["clipboard-read", "clipboard-write"])
    find(page)
    switch = page.get_by_role("button", name="Colors")
    assert ground(page) != NIGHT
    switch.tap()
    expect(page.get_by_role("button", name="Colors: light")).to_be_visible()
    switch.tap()
    expect(page.get_by_role("button", name="Colors: dark")).to_be_visible()
    assert ground(page) == NIGHT
    page.reload()
    assert ground(page) == NIGHT
    frame = "matchMedia(document.querySelector('meta[name=theme-color][content=\"#11141b\"]').media).matches"
    assert page.evaluate(frame)  # the phone's own bar is dark as well
    read(page)
    page.evaluate("delete navigator.__proto__.share")
    page.get_by_role("button", name="Share").tap()
    page.get_by_role("status").filter(has_text="Link copied").wait_for(state="attached")
    assert page.evaluate("navigator.clipboard.readText()") == f"{publication.url}{FOUND}"
    heading = page.locator(".prose h2").first
    heading.locator(".anchor").tap()
    mark = "#" + heading.get_attribute("id")
    wait_until(lambda: page.evaluate("navigator.clipboard.readText()") == f"{publication.url}{FOUND}{mark}", "the copy")
    expect_the_place(page, mark)
    read_on(page)
    assert ground(page) == NIGHT
    take_the_feed(page, publication)


def test_with_javascript_the_phone_s_own_way_of_sharing_is_used(phone, publication):
    page = phone()
    page.add_init_script("navigator.share = async (given) => { window.shared = given; };")
    page.goto(FOUND)
    page.get_by_role("button", name="Share").tap()
    shared = wait_until(lambda: page.evaluate("window.shared"), "what was shared")
    assert shared["url"] == f"{publication.url}{FOUND}"
    assert shared["title"] == page.locator("h1").inner_text()


def test_without_javascript_in_the_dark_by_the_phone(phone, publication):
    page = phone(color_scheme="dark", java_script_enabled=False)
    find(page)
    assert page.locator("[data-scheme]").is_hidden()
    assert page.locator("[data-share]").is_hidden()
    # Without scripts the browser's own engine still answers the test's questions.
    assert ground(page) == NIGHT
    read(page)
    heading = page.locator(".prose h2").first
    heading.locator(".anchor").tap()
    expect_the_place(page, "#" + heading.get_attribute("id"))  # the URL to share is in the bar
    read_on(page)
    take_the_feed(page, publication)


def test_with_room_the_contents_stand_beside_the_text_and_follow_it(publication, chromium):
    page = chromium.new_context(
        base_url=publication.url, ignore_https_errors=True, viewport={"width": 1440, "height": 900}
    ).new_page()
    page.goto(FOUND)
    entries = page.locator(".contents a")
    assert entries.first.is_visible()
    page.locator(".prose h2").nth(2).scroll_into_view_if_needed()
    page.evaluate("document.querySelectorAll('.prose h2')[2].scrollIntoView()")
    page.locator(".contents a[aria-current]").wait_for()
    assert entries.first.is_visible()
    box = page.locator(".contents").bounding_box()
    assert 0 <= box["y"] <= 100  # it has stayed in view


def test_with_room_and_without_javascript_the_contents_are_open_all_the_same(publication, chromium):
    page = chromium.new_context(
        base_url=publication.url, ignore_https_errors=True, java_script_enabled=False,
        viewport={"width": 1440, "height": 900},
    ).new_page()  # fmt: skip
    page.goto(FOUND)
    page.locator(".contents a").nth(1).click()
    expect(page).to_have_url(re.compile("#s-"))
