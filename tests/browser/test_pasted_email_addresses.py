"""Invisible characters that are pasted with an email address, and the sign-up form."""

from __future__ import annotations

import pytest

from tests.browser.pages import press

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("typed", ["\u00a0{}@example.org\u00a0", "\u200b{}@example.org", "{}@example.org\ufeff\u2060"])
def test_blanks_around_an_address_do_not_stop_the_browser(demo_site, chromium, typed):
    """B2: the browser does not refuse the field, the site ignores the blank, and the email is sent."""
    local = f"reader{ord(typed[0])}"
    with chromium.new_context(ignore_https_errors=True) as context:
        page = context.new_page()
        page.goto(f"{demo_site.url}/newsletter/")
        page.get_by_label("Your email address").fill(typed.format(local))
        press(page, "main button:has-text('Subscribe')")
        page.get_by_role("status").first.wait_for()
    demo_site.mailbox.wait_for(f"{local}@example.org")
