"""The first article of an empty site: related rows are added beside the text, which stays as typed."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.pages import log_in, press
from tests.browser.test_accessible import SIDEWAYS, findings_in_both_schemes
from tests.browser.writing_view import text_of, watch

pytestmark = pytest.mark.browser

PASSWORD = "a-long-pass-word-1234"
MAKE = f"""
from tests.factories import make_user
make_user(superuser=True, email="first@example.com", password={PASSWORD!r}, name="Tessa")
"""


def make_in_a_window(page: Any, link: str, name: str) -> None:
    """Follow a link of the writing view, and save a row with that name in the popup."""
    with page.expect_popup() as opened:
        page.get_by_role("link", name=link).click()
    window = opened.value
    window.get_by_label("Name:", exact=True).fill(name)
    if window.locator("#id_initials").count():
        window.locator("#id_initials").fill("AB")
    with window.expect_event("close"):
        window.get_by_role("button", name="Save", exact=True).click()


def test_a_category_and_two_authors_are_made_while_writing(site: Any, chromium: Any) -> None:
    """Fault F3: the text stays, the new rows are chosen, and the save includes them."""
    site.shell(MAKE)
    wrong: list[str] = []
    page = chromium.new_context(base_url=site.url, ignore_https_errors=True).new_page()
    page.set_default_timeout(20_000)
    watch(page, wrong)
    log_in(page, "first@example.com", PASSWORD)
    page.goto("/admin/")
    expect(page.get_by_role("heading", name="First steps 0 of 6")).to_be_visible()
    for size in ({"width": 390, "height": 844}, {"width": 1440, "height": 1000}):
        page.set_viewport_size(size)
        assert findings_in_both_schemes(page) == []
        assert not page.evaluate(SIDEWAYS)

    page.goto("/admin/insights/article/add/")
    page.locator("[name=title]").fill("The first article")
    text_of(page).fill("Words that must not be lost.")
    make_in_a_window(page, "Add a category", "Grid & power")
    expect(page.locator("#id_category option:checked")).to_have_text("Grid & power")
    make_in_a_window(page, "Add an author", "Ana Bell")
    make_in_a_window(page, "Add an author", "Ben Bell")
    expect(page.locator("#id_authors_0 option:checked")).to_have_text("Ana Bell")
    expect(page.locator("#id_authors_1 option:checked")).to_have_text("Ben Bell")
    expect(text_of(page)).to_have_value("Words that must not be lost.")
    press(page, "[name=_save]")
    page.reload()
    expect(text_of(page)).to_have_value("Words that must not be lost.\n")
    expect(page.locator("#id_category option:checked")).to_have_text("Grid & power")
    expect(page.locator("#id_authors_1 option:checked")).to_have_text("Ben Bell")
    assert wrong == []
