"""A reader votes no and comments; a moderator rejects the comment; the published figure stays."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.pages import log_in_by_session, press

pytestmark = pytest.mark.browser

ARTICLE = "/insights/on-votes/"


def test_a_no_stays_counted_when_its_words_wait_and_when_they_are_rejected(site, chromium):
    """B1: no → comment → a moderator rejects it → “0 of 1 reader” each time, on a cached page."""
    site.shell(
        "from tests.factories import make_article, make_user\n"
        "make_user('Moderator', email='moderator@example.com')\n"
        "make_article('On votes')\n"
    )

    def visitor():
        page = chromium.new_context(base_url=site.url, ignore_https_errors=True).new_page()
        page.set_default_timeout(15_000)
        return page

    reader, moderator, other = visitor(), visitor(), visitor()

    def all_see(figure: str) -> None:
        for page in (other, reader):
            page.goto(ARTICLE)
            expect(page.locator("#feedback")).to_contain_text(figure)
            expect(page.locator("#feedback")).not_to_contain_text("It ends too early.")

    all_see("No votes yet.")
    reader.goto(ARTICLE)
    press(reader, "button:has-text('Not really')")
    expect(reader.locator("main")).to_contain_text("Thanks, noted.")
    other.goto(ARTICLE)
    expect(other.locator("#feedback")).to_contain_text("0 of 1 reader found this helpful.")

    reader.get_by_label("Not enough detail").check()
    # As slowly as a person: the form requires a minimum time.
    reader.locator("[name=message]").press_sequentially("It ends too early.", delay=190)
    press(reader, "text=Send feedback")
    expect(reader.locator("main")).to_contain_text("Thanks. Your comment is waiting for approval.")
    all_see("0 of 1 reader found this helpful.")

    log_in_by_session(moderator, site, "moderator@example.com")
    moderator.goto("/admin/feedback/answer/")
    press(moderator, moderator.get_by_role("button", name="Reject").first)
    moderator.get_by_text("Rejected: the comment by a reader.").first.wait_for()
    all_see("0 of 1 reader found this helpful.")

    reader.goto(ARTICLE)
    press(reader, "button:has-text('Yes')")
    all_see("1 of 1 reader found this helpful.")
