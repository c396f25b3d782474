"""Pasting into the writing view, by the events that a browser sends."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.pages import log_in_by_session
from tests.browser.writing_view import shown, text_of, transfer, watch

pytestmark = pytest.mark.browser


def test_signs_and_blocks_are_pasted_as_what_they_were(site, chromium):
    """Fault A1, A2, A4: a copied page keeps its formatting beside its code, and a copied line becomes no list."""
    site.shell("from tests.factories import *\nmake_user('Editor', email='paster@example.com')")
    wrong: list[str] = []
    page = chromium.new_context(base_url=site.url, ignore_https_errors=True).new_page()
    page.set_default_timeout(15_000)
    watch(page, wrong)
    log_in_by_session(page, site, "paster@example.com")
    page.goto("/admin/insights/article/add/")
    text = text_of(page)
    copied = "<h2>Install</h2><p>With <b>care</b>:<br>now</p><pre style='font-family:monospace'>pip install x</pre>"
    transfer(page, "paste", html=copied, plain="Install\nWith care:\nnow\npip install x")
    expect(text).to_have_value("## Install\n\nWith **care**:\\\nnow\n\n```\npip install x\n```\n\n")
    shown(page).locator("pre", has_text="pip install x").wait_for()
    text.fill("Price: ")
    text.press("End")
    transfer(page, "paste", html="<span># of tokens</span>", plain="# of tokens")
    expect(text).to_have_value("Price: \\# of tokens")
    transfer(page, "paste", html="<h2>One</h2>", plain="One")
    expect(text).to_have_value("Price: \\# of tokens\n\n## One\n\n")
    text.fill("")
    code = "<div style='font-family:Menlo,monospace;white-space:pre'><div># x</div><div>__a__</div></div>"
    for mode in ("markdown", "python"):  # the first is left to the browser, which pastes nothing for a script's event
        transfer(page, "paste", html=code, plain="# x\n__a__", editor=f'{{"mode": "{mode}"}}')
    expect(text).to_have_value("```\n# x\n__a__\n```\n\n")
    assert wrong == []
