"""An editor fixes a text by its pre-publish checks until it can be published."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.pages import log_in_by_session, press

pytestmark = pytest.mark.browser

PASSWORD = "a-long-pass-word-1234"
PARAGRAPHS = "".join(f"Paragraph {number} of some words.\n\n" for number in range(1, 40))
SELECTED = (
    "() => { const field = document.activeElement; return field.value.slice(field.selectionStart, field.selectionEnd) }"
)


def test_a_press_on_a_finding_puts_the_cursor_there_and_what_is_mended_goes_out(site, chromium):
    site.shell(
        "from tests.factories import make_article, make_user\n"
        f"make_user('Editor', email='mender@example.com', password={PASSWORD!r})\n"
        "make_article('Elsewhere', slug='elsewhere')\n"
    )
    page = chromium.new_context(base_url=site.url, ignore_https_errors=True).new_page()
    page.set_default_timeout(15_000)
    log_in_by_session(page, site, "mender@example.com")
    page.goto("/admin/insights/article/add/")
    page.fill("[name=title]", "To be mended")
    page.fill("[name=body]", f"{PARAGRAPHS}The last TK and [a link]({site.url}/insights/elsewhere/).\n")
    checks = page.get_by_role("region", name="Pre-publish checks")
    expect(checks.get_by_role("status")).to_contain_text("Can't publish yet: 1 problem, ")

    error = checks.get_by_role("listitem").filter(has_text="The placeholder “TK” is still there.")
    error.get_by_role("link", name="Body, line 79").press("Enter")
    expect(page.locator("[name=body]")).to_be_focused()
    assert page.evaluate(SELECTED) == "TK"

    press(page, "[name=_publish]")
    expect(page.locator(".field-body .errorlist").first).to_contain_text(
        "Line 79: The placeholder “TK” is still there."
    )
    assert page.locator("[name=body]").input_value().endswith("/insights/elsewhere/).\n")

    own_host = checks.get_by_role("listitem").filter(has_text="contains this site's own domain")
    own_host.get_by_role("button", name="Fix", exact=True).click()
    expect(own_host).to_have_count(0)
    error.get_by_role("link", name="Body, line 79").click()
    page.keyboard.type("word")
    expect(checks.get_by_role("status")).to_have_text(re.compile(r"^Ready to publish\. \d+ warnings?\.$"))
    assert page.locator("[name=body]").input_value().endswith("The last word and [a link](/insights/elsewhere/).\n")

    press(page, "[name=_publish]")
    expect(page.locator(".messagelist")).to_contain_text("Published.")
    assert page.request.get("/insights/to-be-mended/").status == 200
