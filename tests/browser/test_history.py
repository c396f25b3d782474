"""The history in a browser: label a version, compare two, restore an old one, undo that."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.pages import log_in_by_session, press
from tests.browser.test_accessible import SIDEWAYS, findings

pytestmark = pytest.mark.browser

PASSWORD = "a-long-pass-word-1234"
WIDE, PHONE = {"width": 1440, "height": 1000}, {"width": 390, "height": 844}
FIRST, SECOND = "The fox is brown.\n\nThe end stays.\n", "The fox is red.\n\nThe end stays.\n"


SETTLED = "Promise.allSettled(document.getAnimations().map(one => one.finished)).then(() => 0)"


def faults(page):
    """Return axe's findings and sideways scrolling, on a light phone and on a dark desktop."""
    found = []
    for scheme, size in (("light", PHONE), ("dark", WIDE)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(size)
        page.evaluate(SETTLED)  # buttons change their colours slowly
        found += findings(page)
        found += [f"{page.url} scrolls sideways at {size}"] if page.evaluate(SIDEWAYS) else []
    return found


def test_a_version_is_labelled_compared_restored_and_the_restore_undone(site, chromium):
    site.shell(
        "from tests.factories import make_user\n"
        f"make_user('Editor', email='historian@example.com', password={PASSWORD!r}, name='Ann')\n"
    )
    page = chromium.new_context(base_url=site.url, ignore_https_errors=True, viewport=WIDE).new_page()
    page.set_default_timeout(15_000)
    log_in_by_session(page, site, "historian@example.com")

    page.goto("/admin/insights/article/add/")
    page.fill("[name=title]", "A fox")
    page.fill("[name=body]", FIRST)
    page.get_by_text("More…").click()
    page.get_by_label("Label for this version").fill("For the lawyer")
    press(page, "[name=_save]")
    expect(page.get_by_text("Draft saved.")).to_be_visible()
    page.fill("[name=body]", SECOND)
    press(page, "[name=_save]")
    expect(page.get_by_text("Draft saved.")).to_be_visible()

    press(page, page.get_by_role("link", name="History"))
    expect(page.get_by_role("link", name="“For the lawyer”")).to_be_visible()
    assert faults(page) == []
    page.get_by_label("From “For the lawyer”").check()
    press(page, page.get_by_role("button", name="Compare selected"))
    expect(page.locator(".comparison del")).to_contain_text("brown")
    expect(page.locator(".comparison ins")).to_contain_text("red")
    assert faults(page) == []
    press(page, page.get_by_role("link", name="Page", exact=True))
    expect(page.locator(".compared-page del")).to_contain_text("brown")
    expect(page.locator(".compared-page p").last).to_have_text("The end stays.")
    assert faults(page) == []

    press(page, page.get_by_role("link", name="Open the “From” version"))
    expect(page.frame_locator("iframe").get_by_text("The fox is brown.")).to_be_visible()
    assert faults(page) == []
    page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = false })")
    page.get_by_text("Restore…").click()
    press(page, page.get_by_role("button", name="Restore this version"))
    expect(page.locator("[name=body]")).to_have_value(FIRST)
    press(page, page.get_by_role("button", name="Undo"))
    expect(page.get_by_text("Restore undone. The text is as it was before.")).to_be_visible()
    expect(page.locator("[name=body]")).to_have_value(SECOND)
