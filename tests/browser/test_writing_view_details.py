"""Details of the writing view: slugs, covers, messages, panels, another tab."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.pages import log_in_by_session, press
from tests.browser.writing_view import text_of
from tests.site import wait_until

pytestmark = pytest.mark.browser

IN_VIEW = "one => { const box = one.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight }"


@pytest.fixture(scope="module")
def staffed(site):
    site.shell("from tests.factories import *; make_user('Editor', email='writer@example.com')")
    return site


@pytest.fixture
def open_writing_view(staffed, chromium):
    """Return a function that opens the form of a published article, made with a slug.

    That function returns the page.
    """

    def open_form(slug: str, **options):
        make = f"print(make_article('Tides', slug={slug!r}, body='## Part\\n\\n' + 'Words. ' * 900).pk)"
        pk = staffed.shell(f"from tests.factories import make_article; {make}").split()[-1]
        context = chromium.new_context(base_url=staffed.url, ignore_https_errors=True, **options)
        page = context.new_page()
        page.set_default_timeout(15_000)
        log_in_by_session(page, staffed, "writer@example.com")
        page.goto(f"/admin/insights/article/{pk}/change/")
        return page

    return open_form


def state(page):
    return page.locator("[data-save-state]")


def is_autosave(answer) -> bool:
    return answer.request.method == "POST" and answer.url.endswith("/autosave/")


def a_cover() -> dict:
    stream = io.BytesIO()
    Image.new("RGB", (1600, 900), (31, 63, 156)).save(stream, "PNG")
    return {"name": "sea.png", "mimeType": "image/png", "buffer": stream.getvalue()}


def test_a_new_slug_stays_as_typed_and_moves_with_publish_changes(open_writing_view, staffed):
    """Faults F1, C5, C6: autosave answers leave the slug alone. The head follows. The URL changes with the button."""
    page = open_writing_view("old-tides")
    expect(page.locator(".standing")).to_contain_text("This is the published version.")
    slug = page.locator("[name=slug]")
    slug.fill("new-tides")
    text_of(page).press("Control+Home")
    page.keyboard.type("First. ")
    expect(state(page)).to_contain_text("Saved ")
    expect(page.locator(".standing")).to_contain_text("You are editing a draft. Readers see the published version")
    expect(page.locator(".standing")).to_contain_text("URL after publishing: /insights/new-tides/")
    expect(page.get_by_text("Discard draft…")).to_be_visible()
    expect(slug).to_have_value("new-tides")
    assert staffed.get("/insights/old-tides/").status == 200

    said = page.locator("[data-save-status]")
    expect(said).to_have_text("")  # fault F2: a successful save is not read out
    with page.expect_response(is_autosave):
        slug.fill("")  # emptied to write another: an answer does not fill it meanwhile
    expect(state(page)).to_contain_text("Saved ")
    expect(slug).to_have_value("")
    slug.press_sequentially("newest-tides")
    with page.expect_response(is_autosave):
        text_of(page).press("Control+Home")
        page.keyboard.type("Second. ")
    expect(page.locator(".standing")).to_contain_text("Current URL: /insights/old-tides/.")
    expect(slug).to_have_value("newest-tides")
    press(page, page.get_by_role("button", name="Publish changes"))
    expect(page.locator(".messagelist")).to_contain_text(
        "Its URL is now /insights/newest-tides/. The old URL redirects to it."
    )
    press(page, page.locator(".messagelist").get_by_role("link", name="View on site"))
    expect(page.locator("h1")).to_have_text("Tides")
    assert page.url.endswith("/insights/newest-tides/")
    assert "Second. First." in page.inner_text("main")


def test_messages_covers_and_panels(open_writing_view):
    """Faults C2, C5, C8, C11, F6: each is shown or closed at the editor's place."""
    page = open_writing_view("covered-tides", viewport={"width": 1280, "height": 800})
    page.locator("[name=cover_file]").set_input_files(a_cover())
    expect(state(page)).to_contain_text("Not saved yet: the chosen cover. Press “Save as draft”.")
    expect(page.locator("#checks")).to_contain_text("The cover “sea.png” has no alt text.")
    press(page, page.get_by_role("button", name="Publish changes"))
    page.get_by_role("link", name="See the pre-publish checks").click()
    expect(page).not_to_have_url(re.compile("#"))  # it was followed, and is dropped
    page.get_by_label("Cover alt text").fill("The sea")
    press(page, page.get_by_role("button", name="Save as draft"))
    message = page.locator(".messagelist")
    expect(message).to_contain_text("Draft saved.")
    assert message.evaluate(IN_VIEW)
    page.locator("#preview-links").get_by_role("button").last.click()
    page.locator(".messagelist").get_by_text("Preview link created.").wait_for()
    wait_until(lambda: page.locator(".messagelist").evaluate(IN_VIEW), "the message in view")
    assert page.locator("#preview-links code").first.evaluate(IN_VIEW)
    assert "#" not in page.url

    more = page.locator(".bar-actions details").last
    opener = more.locator("summary")
    opener.click()
    more.locator("[name=label]").fill("First")
    page.keyboard.press("Escape")
    expect(more).not_to_have_attribute("open", "")
    expect(opener).to_be_focused()
    opener.click()
    expect(more.locator("[name=label]")).to_have_value("First")
    page.locator(".writing-text [name=title]").click()
    expect(more).not_to_have_attribute("open", "")

    text_of(page).press("Control+Shift+L")
    library = page.locator("#library-dialog")
    library.locator("input").fill("sea")
    library.locator("input").press("Escape")
    expect(library).to_be_hidden()
    box = page.locator(".field-cover [role=combobox]")
    expect(box).to_have_accessible_name(re.compile("^Cover"))


def test_a_lost_connection_leaves_no_other_tab(open_writing_view):
    """Faults F8, F2: a page reloaded after a lost connection is no second tab.

    A failure is announced once, then its end.
    """
    page = open_writing_view("lonely-tides")
    others = page.locator("[data-others]")
    expect(others).to_have_text("")
    page.context.set_offline(True)
    text_of(page).press("Control+Home")
    page.keyboard.type("Offline. ")
    said = page.locator("[data-save-status]")
    expect(said).to_contain_text("Not saved: no connection.")
    page.context.set_offline(False)
    expect(said).to_have_text("Saved.")
    page.evaluate("() => { window.fetch = () => Promise.reject(new Error('away')) }")  # its last request is lost
    page.reload()
    expect(others).to_have_text("")
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator("[data-others]")).to_contain_text("You have this article open in another tab.")
