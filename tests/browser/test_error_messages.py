"""Error messages that an editor sees in the admin: each once, and no empty frame."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.pages import fill_in_the_login, log_in_by_session, next_page, press

pytestmark = pytest.mark.browser

PASSWORD = "a-long-pass-word-1234"
FAULT = "is not on this site. Upload the file to this site."  # the checks have another sentence


@pytest.fixture
def writer(site):
    """Return the account that logs in in these tests."""
    site.shell(
        "from tests.factories import make_user; from insights.models import User\n"
        "if not User.objects.filter(email='writer@example.com').exists():\n"
        f"    make_user('Editor', email='writer@example.com', password={PASSWORD!r})\n"
    )
    return "writer@example.com"


@pytest.fixture
def form_page(site, chromium, writer):
    return open_form(site, chromium, writer)


@pytest.fixture
def plain_form_page(site, chromium, writer):
    """Return a page in a browser without JavaScript."""
    return open_form(site, chromium, writer, java_script_enabled=False)


def open_form(site, chromium, email, **options):
    page = chromium.new_context(base_url=site.url, ignore_https_errors=True, **options).new_page()
    page.set_default_timeout(15_000)
    log_in_by_session(page, site, email)
    page.goto("/admin/insights/article/add/")
    return page


def log_in_beside(page, link):
    """Follow the link to the login in a new tab, log in there, and return that tab."""
    with page.expect_popup() as opened:
        link.click()
    fill_in_the_login(opened.value, "writer@example.com", PASSWORD)
    return opened.value


def test_the_picture_dialog_complains_of_nothing_before_there_is_something(form_page):
    complaint = form_page.locator("#picture-dialog .errornote")
    with form_page.expect_file_chooser() as chosen:
        form_page.get_by_role("button", name="Insert picture…").click()
    chosen.value.set_files({"name": "a.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n"})
    expect(form_page.locator("#picture-dialog")).to_be_visible()
    expect(complaint).to_be_hidden()
    form_page.click("#picture-dialog [type=submit]")
    expect(complaint).to_be_visible()
    expect(complaint).to_have_text("Alt text is missing. Describe the picture.")


def test_a_problem_in_the_text_is_shown_once(form_page):
    message = form_page.get_by_text(FAULT).locator("visible=true")
    form_page.fill("[name=title]", "With a fault")
    form_page.fill("[name=body]", "![x](https://evil.example/a.png)")
    expect(message).to_have_count(1)  # below the text
    press(form_page, "[name=_save]")
    form_page.get_by_text("Not saved. Please fix: Body.").wait_for()
    form_page.locator("ul[data-problems] li").wait_for(state="attached")
    expect(message).to_have_count(1)  # beside the field
    form_page.fill("[name=body]", "![x](https://evil.example/b.png)")
    expect(message).to_have_count(1)
    expect(message).to_contain_text("b.png")
    form_page.fill("[name=body]", "No fault any more.")
    expect(message).to_have_count(0)


def test_the_button_says_schedule_while_the_date_beside_it_is_in_the_future(form_page):
    button = form_page.locator("[name=_publish]")
    expect(button).to_have_value("Publish")
    form_page.locator("[name=publish_at]").fill("2099-01-01T09:00")
    expect(button).to_have_value("Schedule")
    form_page.locator("[name=publish_at]").fill("2001-01-01T09:00")
    expect(button).to_have_value("Publish")


def test_a_text_that_comes_after_the_session_s_end_can_be_copied_and_saved_after_all(plain_form_page):
    form_page, words = plain_form_page, "An hour of work.\n\nAnd a second paragraph."
    form_page.fill("[name=title]", "Written for long")
    form_page.fill("[name=body]", words)
    form_page.context.clear_cookies()
    press(form_page, "[name=_save]")
    kept = form_page.get_by_label("Body")
    expect(kept).to_have_value(words)
    expect(kept).not_to_be_editable()
    login = log_in_beside(form_page, form_page.get_by_role("link", name="Log in again in a new tab"))
    login.goto("/admin/insights/article/add/")
    login.fill("[name=title]", form_page.get_by_label("Title").input_value())
    login.fill("[name=body]", kept.input_value())
    press(login, "[name=_save]")
    login.get_by_text("Draft saved.").wait_for()


def test_saving_after_the_session_s_end_leaves_the_page_and_goes_on_after_a_login_in_another_tab(form_page):
    state, link = form_page.locator("[data-save-state]"), form_page.get_by_role("link", name="Log in in a new tab")
    form_page.context.clear_cookies()
    form_page.fill("[name=title]", "Written for very long")
    form_page.fill("[name=body]", "An hour of work.")
    form_page.eval_on_selector_all("#article_form details", "all => all.forEach(one => { one.open = true })")
    form_page.fill("[name=seo_title]", "What no page gives back")
    form_page.click("[name=_save]")
    expect(state).to_contain_text("Not saved: you are logged out. Your text is kept in this browser.")
    form_page.fill("[name=body]", "An hour of work, and a word more.")
    with next_page(form_page):
        log_in_beside(form_page, link).close()
    form_page.get_by_text("Draft saved.").wait_for()
    expect(form_page.locator("[name=body]")).to_have_value("An hour of work, and a word more.\n")
    expect(form_page.locator("[name=seo_title]")).to_have_value("What no page gives back")


def test_publishing_after_the_session_s_end_waits_for_a_second_press(form_page, site):
    state, link = form_page.locator("[data-save-state]"), form_page.get_by_role("link", name="Log in in a new tab")
    form_page.context.clear_cookies()
    form_page.fill("[name=title]", "Written until late")
    form_page.fill("[name=body]", "An hour of work.")
    form_page.click("[name=_publish]")
    expect(state).to_contain_text("Not saved: you are logged out.")
    log_in_beside(form_page, link).close()
    expect(state).to_contain_text("You are logged in again. Press “Publish” again.")
    out = "Article.objects.published().filter(slug='written-until-late').count()"
    assert site.shell(f"from insights.models import Article; print({out})").strip() == "0"
    press(form_page, "[name=_publish]")
    form_page.get_by_text("Published.").wait_for()


def test_saving_without_a_connection_leaves_the_page(form_page):
    state = form_page.locator("[data-save-state]")
    form_page.fill("[name=title]", "Written on a ship")
    form_page.context.set_offline(True)
    form_page.fill("[name=body]", "An hour of work.")
    form_page.click("[name=_save]")
    expect(state).to_have_text("Not saved: no connection. Your text is kept in this browser.")
    expect(form_page.locator("[name=body]")).to_have_value("An hour of work.")
    form_page.context.set_offline(False)
    press(form_page, "[name=_save]")
    form_page.get_by_text("Draft saved.").wait_for()
