"""An editor in a browser while the database is locked: draft saved later, forms returned with their text."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.test_no_text_lost import article, log_editor_in, state, stored  # noqa: F401 (fixtures)
from tests.site import wait_until
from tests.write_lock import write_lock

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(start_site):
    site = start_site(DJANGO_SETTINGS_MODULE="tests.config.short_lock_wait_settings")
    yield site
    site.stop()


def test_autosave_keeps_the_text_and_stores_it_after_the_lock(site, log_editor_in, article) -> None:  # noqa: F811
    """E4: the line under the text says why. The text stays, in the page and in the browser."""
    page = log_editor_in("Editor One")
    page.goto(article)
    with write_lock(site.env["DATABASE_URL"]):
        page.fill("[name=body]", "Written during a lock.")
        expect(state(page)).to_have_text(
            "Not saved: the server cannot save right now. Your text is kept in this browser."
        )
        kept = "Object.values(localStorage).some(copy => copy.includes('Written during a lock.'))"
        wait_until(lambda: page.evaluate(kept), "the copy in this browser")
    expect(state(page)).to_contain_text("Saved")
    assert stored(site, article).strip() == "Written during a lock."


def test_a_form_that_comes_back_can_be_sent_again(site, log_editor_in, article) -> None:  # noqa: F811
    """E4: the button of the page with the typed text in it stores exactly what was typed."""
    page = log_editor_in("Editor Two")
    page.goto("/admin/insights/tag/add/")
    page.locator("[name=name]").press_sequentially("Evaluation & safety")
    with write_lock(site.env["DATABASE_URL"]):
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("Your text is still here.")
        expect(page.get_by_label("Name")).to_have_value("Evaluation & safety")
    page.get_by_role("button", name="Send again").click()
    page.wait_for_url("**/admin/insights/tag/")
    tag = "from insights.models import Tag; print(list(Tag.objects.values_list('name', 'slug')))"
    assert site.shell(tag) == "[('Evaluation & safety', 'evaluation-safety')]"
