"""The writing view: the preview follows the text; formatting, pictures, links and pasting."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.pages import log_in_by_session, next_page, press
from tests.browser.test_accessible import findings, findings_in_both_schemes
from tests.browser.writing_view import DOCS, a_picture, frame_of, make_twelve_parts, shown, text_of, transfer, watch
from tests.site import wait_until

pytestmark = pytest.mark.browser

PHONE, WIDE = {"width": 390, "height": 844}, {"width": 1440, "height": 1000}
UPLOAD, PASTE = "**/admin/markdown/upload/", "**/admin/markdown/paste/"


@pytest.fixture(scope="module")
def staffed(site):
    """Prepare the site with an editor, two articles to link to, and a picture."""
    site.shell(
        "from tests.factories import *\n"
        "make_user('Editor', email='writer@example.com')\n"
        "make_article('What a token is', slug='token'); make_article('A plan for tokens', published=None)\n"
        "make_picture(name='field.png', alt='A blue field', credit='Drawing: Ann')\n"
    )
    return site


@pytest.fixture
def enter(staffed, chromium):
    """Yield a function that opens the writing view, of an article of twelve parts or a new one. Console errors fail."""
    wrong: list[str] = []

    def visit(new=False, **options):
        context = chromium.new_context(base_url=staffed.url, ignore_https_errors=True, **{"viewport": WIDE, **options})
        page = context.new_page()
        page.set_default_timeout(15_000)
        watch(page, wrong)
        log_in_by_session(page, staffed, "writer@example.com")
        place = "add" if new else f"{make_twelve_parts(staffed)}/change"
        page.goto(f"/admin/insights/article/{place}/")
        return page

    yield visit
    assert wrong == []


def test_the_page_follows_what_is_typed_and_keeps_its_place(enter):
    page = enter()
    frame = shown(page)
    expect(frame.locator("h1")).to_have_text("Twelve parts")
    inner = frame_of(page)
    expect(frame.locator("[data-line]")).to_have_count(24)
    inner.evaluate("scrollTo(0, 700)")
    place = inner.evaluate("scrollY")
    assert place > 600
    page.fill("[name=title]", "Thirteen parts")
    expect(frame.locator("h1")).to_have_text("Thirteen parts")
    assert inner.evaluate("scrollY") == place
    text_of(page).evaluate(
        "one => { one.setRangeText('First of all.\\n\\n', 0, 0);"
        " one.dispatchEvent(new Event('input', { bubbles: true })) }"
    )
    expect(frame.locator(".prose p").first).to_have_text("First of all.")
    assert inner.evaluate("scrollY") == place
    expect(page.locator("[data-count]")).to_contain_text("words, ")
    link = frame.locator("a.back")
    assert link.get_attribute("target") == "_blank"
    assert inner.evaluate("document.scripts.length") == 0


def test_what_stays_the_same_is_not_touched(enter):
    """No flicker: an unchanged block is the same element after each change of another."""
    page = enter()
    frame = shown(page)
    expect(frame.locator(".prose h2")).to_have_count(12)
    kept = frame_of(page).evaluate_handle("document.querySelector('.prose h2')")
    text_of(page).press("Control+Home")
    page.keyboard.type("Before all.\n\n")
    expect(frame.locator(".prose p").first).to_have_text("Before all.")
    assert kept.evaluate("one => one.isConnected && one.dataset.line") == "2"


def test_text_and_page_scroll_together(enter):
    page = enter()
    expect(shown(page).locator("[data-line]")).to_have_count(24)
    inner = frame_of(page)
    seen = (
        "[...document.querySelectorAll('h2[data-line]')].filter(one => one.getBoundingClientRect().top > -40"
        " && one.getBoundingClientRect().bottom < innerHeight + 40).map(one => one.textContent).join()"
    )
    text = text_of(page)
    line = text.evaluate(
        "one => { one.scrollTop = one.scrollHeight / 2; const share = (one.scrollTop + one.clientHeight / 2)"
        " / one.scrollHeight; return Math.round(share * 12) }"
    )
    wait_until(lambda: f"Part {line}" in inner.evaluate(seen), f"part {line} on the page")
    text.evaluate("one => { one.scrollTop = one.scrollHeight }")
    wait_until(lambda: inner.evaluate("scrollY + innerHeight >= document.documentElement.scrollHeight - 2"), "its end")
    inner.evaluate("scrollTo(0, 0)")
    wait_until(lambda: text.evaluate("one => one.scrollTop") == 0, "the text's beginning")
    assert inner.evaluate("scrollY") == 0


def test_marks_by_key_and_by_button_and_undo(enter):
    page = enter(new=True)
    text = text_of(page)
    text.fill("")
    text.press_sequentially("one two")
    text.press("Control+Shift+ArrowLeft")
    text.press("Control+b")
    expect(text).to_have_value("one **two**")
    text.press("Control+b")
    expect(text).to_have_value("one two")
    text.press("Control+i")
    expect(text).to_have_value("one *two*")
    text.press("Control+z")
    expect(text).to_have_value("one two")
    text.press("Control+a")
    text.press("Control+Alt+2")
    expect(text).to_have_value("## one two")
    page.get_by_role("button", name="Smaller heading").click()
    expect(text).to_have_value("### one two")
    text.press("End")
    text.press("Enter")
    page.get_by_role("button", name="List", exact=True).click()
    page.keyboard.type("first")
    text.press("Enter")
    page.keyboard.type("second")
    expect(text).to_have_value("### one two\n- first\n- second")
    text.press("Enter")
    text.press("Enter")
    text.fill("A claim")
    text.press("End")
    text.press("Control+Alt+f")
    page.keyboard.type("Its source.")
    expect(text).to_have_value("A claim[^1]\n\n[^1]: Its source.\n")


def test_the_toolbar_is_one_stop_of_the_keyboard_and_tab_leaves_the_text(enter):
    page = enter(new=True)
    first = page.get_by_role("button", name="Bold")
    first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Italic")).to_be_focused()
    page.keyboard.press("End")
    expect(page.get_by_role("button", name="Keyboard shortcuts")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Text", exact=True)).to_be_focused()
    page.get_by_role("button", name="Desktop").click()
    shown(page)
    assert first.get_attribute("title") == "Bold (Ctrl+B)"
    text_of(page).press("Tab")  # the preview is no tab stop
    expect(page.get_by_role("region", name="Next step scores")).to_be_focused()  # its arrow keys scroll it
    page.keyboard.press("Tab")
    expect(page.get_by_label("Pinned next step")).to_be_focused()
    text_of(page).press("Control+/")
    shortcuts = page.locator("#shortcuts-dialog")
    expect(shortcuts).to_be_visible()
    expect(shortcuts).to_contain_text("Ctrl+Shift+K")
    expect(shortcuts).to_contain_text("Save draftCtrl+S")
    places = shortcuts.locator("dt, dd").evaluate_all("all => all.map(one => one.getBoundingClientRect().top)")
    assert places[::2] == places[1::2]
    page.keyboard.press("Escape")
    expect(shortcuts).to_be_hidden()
    page.fill("[name=title]", "Saved by a key")
    with next_page(page):
        text_of(page).press("Control+s")
    page.get_by_text("Draft saved.").wait_for()


def test_a_long_title_is_shown_whole_and_enter_goes_on(enter):
    title = enter(new=True).locator("[name=title]")
    title.fill("A title of many words " * 8)
    assert title.evaluate("one => one.scrollHeight <= one.clientHeight && one.clientHeight > 90")
    title.press("Enter")
    expect(title.page.locator("[name=excerpt]")).to_be_focused()


def test_a_link_is_asked_for_and_an_address_over_words_makes_one(enter):
    page = enter(new=True)
    text, dialog = text_of(page), page.locator("#address-dialog")
    text.fill("Read this")
    text.press("Control+a")
    text.press("Control+k")
    expect(dialog.get_by_label("Link text")).to_have_value("Read this")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_have_text("Enter a URL.")
    page.keyboard.type("example.org/a_(b)")
    page.keyboard.press("Enter")
    expect(text).to_have_value("[Read this](<https://example.org/a_(b)>)")
    text.press("Control+z")
    expect(text).to_have_value("Read this")
    text.press("Control+a")
    text.press("Control+k")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(text).to_have_value("Read this")
    text.press("Control+a")
    transfer(page, "paste", html="<a href='https://example.org/'>so</a>", plain="https://example.org/")
    expect(text).to_have_value("[Read this](https://example.org/)")
    for plain, selected in (("`Read this`", "1, 9"), ("https://example.com/", "0, 20")):
        text.fill(plain)
        text.evaluate(f"one => one.setSelectionRange({selected})")
        transfer(page, "paste", plain="https://example.org/")
        expect(text).to_have_value(plain)  # left to the browser, which pastes it unchanged


def test_on_a_phone_all_buttons_and_formatting_marks_are_reachable(enter):
    page = enter(viewport=PHONE)
    bar = page.locator("#article_form .submit-row")
    assert bar.bounding_box()["height"] < 90
    for name in ("_save", "_publish"):
        expect(page.locator(f"[name={name}]")).to_be_in_viewport(ratio=1)
    page.locator("[data-more]").click()
    expect(page.get_by_role("button", name="Picture library")).to_be_in_viewport(ratio=1)
    page.locator("[data-more]").click()
    page.get_by_role("button", name="Bold").focus()
    page.keyboard.press("End")
    expect(page.get_by_role("button", name="Keyboard shortcuts")).to_be_in_viewport(ratio=1)
    bar.get_by_text("More…").click()
    assert page.locator("[name=_submit]").count() == 1
    expect(page.get_by_label("Note to the reviewer")).to_be_in_viewport(ratio=1)
    transfer(page, "paste", html=DOCS, plain="What a token costs")
    expect(page.locator("[data-note]")).to_be_in_viewport(ratio=1)


def test_pictures_that_are_dropped_while_the_network_is_gone(enter):
    page = enter(new=True)
    text = text_of(page)
    text.fill("Before.")
    page.route(UPLOAD, lambda route: route.abort())
    transfer(page, "drop", files=[a_picture("one.png"), a_picture("two.png")])
    dialog = page.locator("#picture-dialog")
    expect(dialog).to_contain_text("one.png (1 more after this one)")
    page.click("#picture-dialog [type=submit]")
    expect(dialog.get_by_role("alert")).to_have_text("Alt text is missing. Describe the picture.")
    page.fill("#picture-alt", "A blue field")
    page.click("#picture-dialog [type=submit]")
    expect(dialog.get_by_role("alert")).to_contain_text("No connection.")
    expect(page.locator("#picture-alt")).to_have_value("A blue field")
    page.unroute(UPLOAD)
    page.get_by_role("button", name="Try again").click()
    expect(dialog).to_contain_text("two.png")
    expect(text).to_have_value(re.compile(r"^Before\.\n\n!\[A blue field\]\(picture:[-0-9a-f]+\)\n\n$"))
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    shown(page).locator("img[alt='A blue field']").wait_for()


def test_an_upload_shows_its_progress_and_explains_a_refusal(enter):
    page = enter(new=True)
    page.evaluate(
        "const status = document.querySelector('[data-sent]'); window.sent = '';"
        "new MutationObserver(() => { window.sent += status.textContent }).observe(status, { childList: true })"
    )
    transfer(page, "paste", files=[["text.png", [0x89, 0x50, 0x4E, 0x47, 1, 2, 3]]])
    page.fill("#picture-alt", "Nothing")
    page.click("#picture-dialog [type=submit]")
    alert = page.locator("#picture-dialog").get_by_role("alert")
    expect(alert).to_contain_text("This file is not a supported picture, or it is damaged.")
    assert "Uploading…" in page.evaluate("window.sent")


def test_the_library_gives_a_picture_to_the_text_and_a_cover(enter):
    page = enter(new=True)
    text_of(page).press("Control+Shift+L")
    library = page.locator("#library-dialog")
    library.get_by_label("Search by name").fill("blue ann")
    expect(library.locator("[data-id]")).to_have_count(1)
    expect(library).to_contain_text("Not used yet")
    library.get_by_role("button", name="A blue field").click()
    expect(text_of(page)).to_have_value(re.compile(r"!\[A blue field\]\(picture:"))
    with page.expect_response("**/picture/library/*") as found:  # the earlier ones are there until then
        page.click("text=Choose from the library…")
    found.value.finished()
    library.get_by_role("button", name="A blue field").click()
    expect(page.locator(".field-cover .select2-selection__rendered")).to_contain_text("field.png")
    shown(page).locator(".prose figure.wide img").wait_for()
    page.fill("[name=title]", "With a cover")
    press(page, "[name=_save]")
    page.get_by_text("Draft saved.").wait_for()
    expect(page.locator("[name=cover] option:checked")).to_have_text("field.png")


def test_what_is_pasted_from_a_word_processor_becomes_markdown(enter):
    page = enter(new=True)
    text = text_of(page)
    transfer(page, "paste", html=DOCS, plain="What a token costs\nA price")
    expect(text).to_have_value(re.compile(r"^## What a token costs\n\nA price is quoted \*\*per million tokens\*\*"))
    expect(page.locator("[data-note]")).to_have_text("A picture was not pasted. Drop the file into the text.")
    text.press("Control+z")
    expect(text).to_have_value("")
    page.route(PASTE, lambda route: route.abort())
    transfer(page, "paste", html=DOCS, plain="What a token costs")
    expect(text).to_have_value("What a token costs")
    expect(page.locator("[data-note]")).to_contain_text("Pasted as plain text.")
    page.unroute(PASTE)
    text.fill("")
    transfer(page, "paste", html="<span>only words</span>", plain="only words")
    expect(text).to_have_value("only words")


def test_a_link_to_an_article_by_the_keyboard(enter):
    page = enter(new=True)
    text = text_of(page)
    text.fill("Read about it: ")
    text.press("End")
    text.press("Control+Shift+k")
    search = page.get_by_role("combobox", name="Search by title")
    options = page.get_by_role("listbox", name="Articles").get_by_role("option")
    expect(options.nth(1)).to_be_visible()
    options.evaluate_all("all => all.forEach(one => { one.dataset.old = '' })")
    search.fill("token")
    expect(page.locator("#article-dialog [role=option]:not([data-old])")).to_have_count(2)
    expect(options.nth(0)).to_contain_text("What a token is")
    expect(options.nth(1)).to_contain_text("Draft, not visible to readers")
    search.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    search.press("ArrowUp")
    search.press("Enter")
    expect(text).to_have_value("Read about it: [What a token is](/insights/token/)")
    text.press("Control+a")
    page.keyboard.type("Read this")
    text.press("Control+a")
    text.press("Control+Shift+k")
    search.fill("what a")
    expect(options).to_have_count(1)
    search.press("Enter")
    expect(text).to_have_value("[Read this](/insights/token/)")


def test_the_width_of_the_page_is_remembered_and_on_a_phone_text_and_page_take_turns(enter):
    page = enter()
    shown(page)
    frame = page.locator("[data-frame] iframe")
    expect(frame).to_have_js_property("clientWidth", 1280)
    page.get_by_role("button", name="Phone").click()
    expect(frame).to_have_js_property("clientWidth", 390)
    page.reload()
    shown(page)
    expect(frame).to_have_js_property("clientWidth", 390)
    page.get_by_role("button", name="Text", exact=True).click()
    expect(frame).to_be_hidden()
    page.set_viewport_size(PHONE)
    expect(text_of(page)).to_be_visible()
    page.get_by_role("button", name="Phone").click()
    shown(page)
    expect(text_of(page)).to_be_hidden()
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    page.get_by_role("button", name="Text", exact=True).click()
    expect(text_of(page)).to_be_visible()


def test_without_javascript_it_is_a_plain_form(enter):
    page = enter(java_script_enabled=False)
    expect(page.get_by_role("toolbar")).to_be_hidden()
    expect(page.locator("iframe")).to_be_hidden()
    expect(page.locator("[data-count]")).to_contain_text("min read")
    page.fill("[name=excerpt]", "Written without a script.")
    press(page, "[name=_save]")
    page.get_by_text("Draft saved.").wait_for()
    page.goto(page.get_by_role("link", name="Preview page").get_attribute("href"))
    expect(page.locator("h1")).to_have_text("Twelve parts")


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
def test_axe_finds_nothing(enter, size):
    page = enter(viewport=size)
    page.get_by_role("button", name="Desktop" if size == WIDE else "Phone").click()
    shown(page)
    found = findings_in_both_schemes(page)
    page.get_by_role("button", name="Text", exact=True).click()
    found += findings_in_both_schemes(page)
    assert found == []


@pytest.mark.parametrize(("scheme", "size"), [("light", WIDE), ("dark", PHONE)], ids=["light desktop", "dark phone"])
def test_axe_finds_nothing_in_the_dialogs(enter, scheme, size):
    page = enter(new=True, color_scheme=scheme, viewport=size)
    found = []
    if size == PHONE:
        page.locator("[data-more]").click()
    awaited = {"address": "input", "article": "[role=option]", "library": "[data-id]", "shortcuts": "dt"}
    for what, within in awaited.items():
        dialog = page.locator(f"#{what}-dialog")
        page.locator(f"[data-open={what}]").click()
        dialog.locator(within).first.wait_for()
        found += findings(page)
        page.keyboard.press("Escape")
    transfer(page, "drop", files=[a_picture()])
    page.click("#picture-dialog [type=submit]")
    found += findings(page)
    assert found == []
