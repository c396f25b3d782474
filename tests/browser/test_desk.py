"""What an editor sees of faults at the desk: each once, and no frame around nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.pages import enter_the_desk, fill_in_the_login, next_page, press

pytestmark = pytest.mark.browser

PASSWORD = "a-long-pass-word-1234"
FAULT = "is not one of ours"


@pytest.fixture
def writer(site):
    """Who logs in in these tests."""
    site.shell(
        "from tests.factories import make_user; from insights.models import User\n"
        "if not User.objects.filter(email='writer@example.com').exists():\n"
        f"    make_user('Editor', email='writer@example.com', password={PASSWORD!r})\n"
    )
    return "writer@example.com"


@pytest.fixture
def desk(site, chromium, writer):
    return open_form(site, chromium, writer)


@pytest.fixture
def plain_desk(site, chromium, writer):
    """In a browser without JavaScript."""
    return open_form(site, chromium, writer, java_script_enabled=False)


def open_form(site, chromium, email, **options):
    page = chromium.new_context(base_url=site.url, ignore_https_errors=True, **options).new_page()
    page.set_default_timeout(15_000)
    enter_the_desk(page, site, email)
    page.goto("/admin/insights/article/add/")
    return page


def log_in_beside(page, link):
    """Follow the link to the login in a new tab, and log in there; that tab."""
    with page.expect_popup() as opened:
        link.click()
    fill_in_the_login(opened.value, "writer@example.com", PASSWORD)
    return opened.value


def test_the_picture_dialog_complains_of_nothing_before_there_is_something(desk):
    complaint = desk.locator("#picture-dialog .errornote")
    with desk.expect_file_chooser() as chosen:
        desk.get_by_role("button", name="Insert a picture…").click()
    chosen.value.set_files({"name": "a.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n"})
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
    press(desk, "[name=_save]")
    desk.get_by_text("The button did nothing yet.").wait_for()
    desk.locator("ul[data-problems] li").wait_for(state="attached")
    expect(told).to_have_count(1)  # beside the field
    desk.fill("[name=body]", "![x](https://evil.example/b.png)")
    expect(told).to_have_count(1)
    expect(told).to_contain_text("b.png")
    desk.fill("[name=body]", "No fault any more.")
    expect(told).to_have_count(0)


def test_the_button_says_schedule_while_a_moment_to_come_stands_beside_it(desk):
    button = desk.locator("[name=_publish]")
    expect(button).to_have_value("Publish")
    desk.locator("[name=publish_at]").fill("2099-01-01T09:00")
    expect(button).to_have_value("Schedule")
    desk.locator("[name=publish_at]").fill("2001-01-01T09:00")
    expect(button).to_have_value("Publish")


def test_a_text_that_comes_after_the_session_s_end_can_be_copied_and_saved_after_all(plain_desk):
    desk, words = plain_desk, "An hour of work.\n\nAnd a second paragraph."
    desk.fill("[name=title]", "Written for long")
    desk.fill("[name=body]", words)
    desk.context.clear_cookies()
    press(desk, "[name=_save]")
    kept = desk.get_by_label("Body")
    expect(kept).to_have_value(words)
    expect(kept).not_to_be_editable()
    login = log_in_beside(desk, desk.get_by_role("link", name="log in in a new tab"))
    login.goto("/admin/insights/article/add/")
    login.fill("[name=title]", desk.get_by_label("Title").input_value())
    login.fill("[name=body]", kept.input_value())
    press(login, "[name=_save]")
    login.get_by_text("Draft saved.").wait_for()


def test_saving_after_the_session_s_end_leaves_the_page_and_goes_on_after_a_login_in_another_tab(desk):
    state, link = desk.locator("[data-save-state]"), desk.get_by_role("link", name="Log in in a new tab")
    desk.context.clear_cookies()
    desk.fill("[name=title]", "Written for very long")
    desk.fill("[name=body]", "An hour of work.")
    desk.eval_on_selector_all("#article_form details", "all => all.forEach(one => { one.open = true })")
    desk.fill("[name=seo_title]", "What no page gives back")
    desk.click("[name=_save]")
    expect(state).to_contain_text("Not saved: you are no longer logged in. Your text is kept in this browser.")
    desk.fill("[name=body]", "An hour of work, and a word more.")
    with next_page(desk):
        log_in_beside(desk, link).close()
    desk.get_by_text("Draft saved.").wait_for()
    expect(desk.locator("[name=body]")).to_have_value("An hour of work, and a word more.\n")
    expect(desk.locator("[name=seo_title]")).to_have_value("What no page gives back")


def test_publishing_after_the_session_s_end_waits_for_a_second_press(desk, site):
    """Who logs in again hours later does not publish by that."""
    state, link = desk.locator("[data-save-state]"), desk.get_by_role("link", name="Log in in a new tab")
    desk.context.clear_cookies()
    desk.fill("[name=title]", "Written until late")
    desk.fill("[name=body]", "An hour of work.")
    desk.click("[name=_publish]")
    expect(state).to_contain_text("Not saved: you are no longer logged in.")
    log_in_beside(desk, link).close()
    expect(state).to_contain_text("You are logged in again: please press “Publish” once more.")
    out = "Article.objects.published().filter(slug='written-until-late').count()"
    assert site.shell(f"from insights.models import Article; print({out})").strip() == "0"
    press(desk, "[name=_publish]")
    desk.get_by_text("Readers have this version.").wait_for()


def test_saving_without_a_connection_leaves_the_page(desk):
    state = desk.locator("[data-save-state]")
    desk.fill("[name=title]", "Written on a ship")
    desk.context.set_offline(True)
    desk.fill("[name=body]", "An hour of work.")
    desk.click("[name=_save]")
    expect(state).to_have_text("Not saved: no connection. Your text is kept in this browser.")
    expect(desk.locator("[name=body]")).to_have_value("An hour of work.")
    desk.context.set_offline(False)
    press(desk, "[name=_save]")
    desk.get_by_text("Draft saved.").wait_for()
