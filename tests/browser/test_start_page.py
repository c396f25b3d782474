"""The start page and the site's settings in a browser: axe, a chart read by keyboard, no script needed."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.pages import log_in, press
from tests.browser.test_accessible import SIDEWAYS, findings_in_both_schemes

pytestmark = pytest.mark.browser

PASSWORD = "a-long-pass-word-1234"
WIDE, PHONE = {"width": 1440, "height": 1000}, {"width": 390, "height": 844}

MONTH = f"""
import datetime as dt
from django.utils import timezone
from insights.models import DailyViews
from newsletter.models import Consent
from tests.config.role_world import make_failed_task
from tests.factories import make_article, make_history_entry, make_user
from tests.newsletter.factories import make_subscriber
user = make_user(superuser=True, email="today@example.com", password={PASSWORD!r}, name="Tessa")
make_user(superuser=True)
now = timezone.now()
for number in range(3):
    article = make_article(f"Brought {{number}}")
    for day in range(20):
        DailyViews.objects.create(article=article, day=now.date() - dt.timedelta(days=day), views=day + 1)
    make_subscriber(status="confirmed").consents.update(article=article)
waits = make_article("Waits", published=None)
waits.working_version().submit()
back = make_article("Back again", published=None, user=user)
back.working_version().request_changes()
make_history_entry(back, "returned", user, version=back.working_version(), note="Please look again.")
make_article("Soon", published=now + dt.timedelta(days=1))
make_failed_task()
"""


@pytest.fixture(scope="module")
def today(site: Any) -> Any:
    """Make a site on which every panel has content."""
    site.shell(MONTH)
    return site


def test_the_start_page_and_the_settings_are_for_everybody(today, chromium):
    page = chromium.new_context(base_url=today.url, ignore_https_errors=True, viewport=WIDE).new_page()
    page.set_default_timeout(15_000)
    log_in(page, "today@example.com", PASSWORD)
    found = []
    for address in ("/admin/", "/admin/insights/sitesettings/1/change/"):
        page.goto(address)
        for size in (PHONE, WIDE):
            page.set_viewport_size(size)
            found += findings_in_both_schemes(page)
            found += [f"{address} scrolls sideways at {size}"] if page.evaluate(SIDEWAYS) else []
    assert found == []

    page.goto("/admin/")
    views = page.locator(".plot", has_text="Views per day")
    expect(views.get_by_role("status")).to_contain_text("Most on ")
    views.locator("svg").focus()
    expect(views.get_by_role("status")).to_contain_text(": 3 views.")
    page.keyboard.press("ArrowLeft")
    expect(views.get_by_role("status")).to_contain_text(": 6 views.")
    page.keyboard.press("Home")
    expect(views.get_by_role("status")).to_contain_text(": 0 views.")
    page.keyboard.press("Tab")
    expect(views.get_by_role("status")).to_contain_text("Most on ")


def test_settings_are_typed_without_a_script(today, chromium):
    context = chromium.new_context(base_url=today.url, ignore_https_errors=True, java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(15_000)
    log_in(page, "today@example.com", PASSWORD)
    expect(page.get_by_role("img", name="Views per day")).to_be_visible()
    page.goto("/admin/insights/sitesettings/1/change/")
    for number, (label, address) in enumerate((("Second", "/insights/second/"), ("First", "/insights/first/"))):
        page.fill(f"[name=navigation-{number}-place]", str(2 - number))
        page.fill(f"[name=navigation-{number}-label]", label)
        page.fill(f"[name=navigation-{number}-address]", address)
    page.fill("[name=privacy_text]", "## In short\n\nNothing is kept.")
    with context.expect_page() as opened:
        page.get_by_role("button", name="Preview privacy page").click()
    expect(opened.value.get_by_text("Nothing is kept.")).to_be_visible()
    page.fill("[name=time_zone]", "Berlin")
    press(page, page.get_by_role("button", name="Save", exact=True))
    expect(page.get_by_text("Did you mean Europe/Berlin?")).to_be_visible()
    page.fill("[name=time_zone]", "Europe/Berlin")
    press(page, page.get_by_role("button", name="Save", exact=True))
    page.goto("/privacy/")
    entries = page.get_by_role("navigation", name="Main").get_by_role("link")
    expect(entries).to_have_text(["Insights", "Newsletter", "Search", "First", "Second"])
    expect(page.get_by_text("Nothing is kept.")).to_be_visible()
