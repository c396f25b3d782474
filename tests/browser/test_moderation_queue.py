"""Choosing a whole page of the moderation queue with one box."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.pages import log_in_by_session, press

pytestmark = pytest.mark.browser

PASSWORD = "a-long-pass-word-1234"


def test_one_box_chooses_all_answers_of_the_page(fresh_site, chromium):
    fresh_site.shell(
        "from tests.factories import make_article, make_user\n"
        "from tests.feedback.factories import make_answer\n"
        f"make_user('Moderator', email='moderator@example.com', password={PASSWORD!r})\n"
        "article = make_article('On tokens')\n"
        "for number in range(3): make_answer(article, message=f'Words number {number}, for a moderator.')\n"
    )
    page = chromium.new_context(base_url=fresh_site.url, ignore_https_errors=True).new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    log_in_by_session(page, fresh_site, "moderator@example.com")
    page.goto("/admin/feedback/answer/")
    every, boxes = page.get_by_label("Select all 3 on this page"), page.get_by_label("Select this comment")
    every.check()
    expect(boxes).to_have_count(3)
    for box in boxes.all():
        expect(box).to_be_checked()
    boxes.first.uncheck()
    expect(every).to_be_checked(indeterminate=True)
    boxes.first.check()
    expect(every).to_be_checked()
    page.locator("select[name=action]").select_option("approve")
    press(page, page.get_by_role("button", name="Run"))
    page.get_by_text("Approved: 3.").first.wait_for()
    assert wrong == []
