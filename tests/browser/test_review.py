"""Review in a browser: an article between its author, an editor, and a reader without an account."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.pages import log_in_by_session, press
from tests.browser.test_accessible import findings, findings_in_both_schemes
from tests.site import Site

pytestmark = pytest.mark.browser

PASSWORD = "a-long-pass-word-1234"
DRAFT = "make_article('{title}', published=None, body='The first words.', user=user('ann')).pk"
PEOPLE = f"""
from insights.models import User
from tests.factories import make_article, make_user
def user(name, role="Author"):
    known = User.objects.filter(email=f"{{name}}@example.com").first()
    return known or make_user(role, email=f"{{name}}@example.com", name=name.title(), password={PASSWORD!r})
user("ed", "Editor")
"""


@pytest.fixture
def enter(site: Site, chromium) -> Callable[..., Any]:
    """Return a function that gives a page in a browser of its own, logged in where a name is given."""

    def open_page(name: str = "", **options: Any) -> Any:
        page = chromium.new_context(base_url=site.url, ignore_https_errors=True, **options).new_page()
        page.set_default_timeout(15_000)
        if name:
            log_in_by_session(page, site, f"{name}@example.com")
        return page

    return open_page


@pytest.fixture
def draft(site: Site) -> Callable[[str], str]:
    """Return a function that makes a draft by Ann, and returns the path of its page in the admin."""

    def make(title: str) -> str:
        pk = site.shell(f"{PEOPLE}\nprint({DRAFT.format(title=title)})").strip()
        return f"/admin/insights/article/{pk}/change/"

    return make


def test_an_author_submits_an_editor_requests_changes_and_then_approves(site, enter, draft):
    path = draft("From hand to hand")
    author, editor = enter("ann"), enter("ed", viewport={"width": 390, "height": 844})
    author.goto(path)
    author.get_by_text("Submit for review…").click()
    author.get_by_label("Note to the reviewer").fill("Is the end right?")
    press(author, "[name=_submit]")
    expect(author.get_by_text("Submitted for review by Ann")).to_be_visible()
    site.mailbox.wait_for("ed@example.com")

    editor.goto(path)
    expect(editor.get_by_text("Is the end right?")).to_be_visible()
    editor.get_by_text("Approve or request changes…").click()
    press(editor, editor.get_by_role("button", name="Request changes"))
    expect(editor.get_by_text("Say what needs to change. The author reads it.")).to_be_visible()
    editor.get_by_label("Note").fill("Mend the end.")
    press(editor, editor.get_by_role("button", name="Request changes"))
    expect(editor.get_by_text("Changes requested by Ed")).to_be_visible()
    site.mailbox.wait_for("ann@example.com")

    author.goto(path)
    expect(author.get_by_text("Mend the end.")).to_be_visible()
    author.get_by_text("Submit for review…").click()
    press(author, "[name=_submit]")
    expect(author.get_by_text("Submitted for review by Ann")).to_be_visible()
    editor.goto(path)
    editor.get_by_text("Approve or request changes…").click()
    press(editor, editor.get_by_role("button", name="Approve", exact=True))
    expect(editor.get_by_text("Approved by Ed")).to_be_visible()
    assert site.mailbox.wait_for("ann@example.com", 2)[1]["Subject"] == "Approved: From hand to hand"


def test_a_preview_link_opens_without_cookies_until_it_is_taken_back_or_leads_to_the_article(enter, draft):
    """H15: opened without an account, then revoked, and again after publication."""
    path = draft("For other eyes")
    editor, reader = enter("ed", permissions=["clipboard-read", "clipboard-write"]), enter()
    editor.goto(path)
    press(editor, editor.get_by_role("button", name="Create preview link"))
    editor.get_by_role("button", name="Copy the link").click()
    expect(editor.get_by_text("Copied")).to_be_visible()
    link = editor.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(r"https://[^/]+/preview/[A-Za-z0-9_-]{32}/", link)

    shown = reader.goto(link)
    assert shown.status == 200
    expect(reader.get_by_text("Please do not share it.")).to_be_visible()
    expect(reader.get_by_role("heading", name="For other eyes")).to_be_visible()
    assert reader.locator("main form").count() == 0
    assert reader.context.cookies() == []
    assert findings(reader) == []

    press(editor, editor.get_by_role("button", name="Revoke the link"))
    expect(editor.get_by_text("No active preview links.")).to_be_visible()
    assert reader.goto(link).status == 410
    expect(reader.get_by_role("heading", name="This preview link no longer works")).to_be_visible()

    press(editor, editor.get_by_role("button", name="Create preview link"))
    second = editor.locator(".links code").inner_text()
    assert reader.goto(second).status == 200
    press(editor, "[name=_publish]")
    editor.get_by_text("Published.").wait_for()
    assert reader.goto(second).status == 200
    assert reader.url.endswith("/insights/for-other-eyes/")
    assert reader.context.cookies() == []


def test_axe_finds_nothing_around_the_text(enter, draft):
    page = enter("ed")
    page.goto(draft("Looked over"))
    press(page, page.get_by_role("button", name="Create preview link"))
    page.locator(".links code").wait_for()
    every = findings_in_both_schemes(page)
    ours = re.compile(r"standing|below-form|action-row|(bar|draft)-actions|asked|links")
    found = [finding for finding in every if ours.search(finding)]
    assert found == []
