"""What an editor sees of faults at the desk: each once, and no frame around nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.pages import log_in

pytestmark = pytest.mark.browser

PASSWORD = "a-long-pass-word-1234"
FAULT = "is not one of ours"


@pytest.fixture
def desk(site, chromium):
    site.shell(
        "from tests.factories import make_user; from insights.models import User\n"
        "if not User.objects.filter(email='writer@example.com').exists():\n"
        f"    make_user('Editor', email='writer@example.com', password={PASSWORD!r})\n"
    )
    page = chromium.new_context(base_url=site.url, ignore_https_errors=True).new_page()
    page.set_default_timeout(15_000)
    log_in(page, "writer@example.com", PASSWORD)
    page.goto("/admin/insights/article/add/")
    return page


def test_the_picture_dialog_complains_of_nothing_before_there_is_something(desk):
    complaint = desk.locator("#picture-dialog .errornote")
    with desk.expect_file_chooser() as chosen:
        desk.get_by_role("button", name="Insert a picture…").click()
    chosen.value.set_files({"name": "a.png", "mimeType": "image/png", "buffer": b"x"})
    expect(desk.locator("#picture-dialog")).to_be_visible()
    expect(complaint).to_be_hidden()
    desk.click("text=Insert the picture")
    expect(complaint).to_be_visible()
    expect(complaint).to_have_text("Say what the picture shows.")


def test_a_fault_of_the_text_is_told_once(desk):
    told = desk.get_by_text(FAULT).locator("visible=true")
    desk.fill("[name=title]", "With a fault")
    desk.fill("[name=body]", "![x](https://evil.example/a.png)")
    expect(told).to_have_count(1)  # below the text
    desk.click("[name=_save]")
    desk.get_by_text("Please correct the error below.").wait_for()
    desk.locator("[data-problems] li").wait_for(state="attached")
    expect(told).to_have_count(1)  # beside the field
    desk.fill("[name=body]", "![x](https://evil.example/b.png)")
    expect(told).to_have_count(1)
    expect(told).to_contain_text("b.png")
    desk.fill("[name=body]", "No fault any more.")
    expect(told).to_have_count(0)


def test_a_text_that_comes_after_the_session_s_end_can_be_copied_and_saved_after_all(desk):
    words = "An hour of work.\n\nAnd a second paragraph."
    desk.fill("[name=title]", "Written for long")
    desk.fill("[name=body]", words)
    desk.context.clear_cookies()
    desk.click("[name=_save]")
    kept = desk.get_by_label("Body")
    expect(kept).to_have_value(words)
    expect(kept).not_to_be_editable()
    with desk.expect_popup() as opened:
        desk.get_by_role("link", name="log in in a new tab").click()
    login = opened.value
    login.fill("[name=username]", "writer@example.com")
    login.fill("[name=password]", PASSWORD)
    login.click("[type=submit]")
    login.wait_for_url("**/admin/")
    login.goto("/admin/insights/article/add/")
    login.fill("[name=title]", desk.get_by_label("Title").input_value())
    login.fill("[name=body]", kept.input_value())
    login.click("[name=_save]")
    login.get_by_text("Draft saved.").wait_for()
