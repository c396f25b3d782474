"""No text is lost: a cut network, a killed tab, an ended session, two editors at the same time."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.pages import fill_in_the_login, log_in_by_session, press
from tests.browser.test_accessible import findings
from tests.browser.writing_view import kill
from tests.site import wait_until

pytestmark = pytest.mark.browser

PASSWORD = "a-long-pass-word-1234"
BODY = "First paragraph.\\n\\nSecond paragraph.\\n\\nThird paragraph.\\n"


@pytest.fixture
def log_editor_in(site, chromium):
    """Return a function that logs an editor in, in a browser of their own."""

    def opened(name: str, role: str = "Editor"):
        email = f"{name.lower().replace(' ', '-')}@example.com"
        site.shell(
            "from tests.factories import make_user; from insights.models import User\n"
            f"if not User.objects.filter(email={email!r}).exists():\n"
            f"    make_user({role!r}, name={name!r}, email={email!r}, password={PASSWORD!r})\n"
        )
        page = chromium.new_context(base_url=site.url, ignore_https_errors=True).new_page()
        page.set_default_timeout(15_000)
        log_in_by_session(page, site, email)
        return page

    return opened


@pytest.fixture
def article(site):
    """Return the URL of the form of a draft with three paragraphs."""
    pk = site.shell(
        "from tests.factories import make_article\n"
        f"print(make_article('Three paragraphs', published=None, body='{BODY}', slug='').pk)"
        if not site.shell(
            "from insights.models import Article; print(Article.objects.filter(slug='three-paragraphs').count())"
        ).strip("0")
        else "from insights.models import Article; from insights.publishing.drafts import import_version\n"
        f"a = Article.objects.get(slug='three-paragraphs'); import_version(a, {{'body': '{BODY}'}}); print(a.pk)"
    )
    return f"/admin/insights/article/{pk}/change/"


def stored(site, address: str) -> str:
    pk = re.findall(r"/article/(\d+)/", address)[0]
    return site.shell(f"from insights.models import Article; print(Article.objects.get(pk={pk}).newest_version().body)")


def state(page):
    return page.locator("[data-save-state]")


def test_the_network_is_cut_and_the_tab_killed_in_mid_sentence(site, log_editor_in):
    """On return the text is there: first the autosaved part, then the copy of this browser."""
    page = log_editor_in("Editor One")
    page.goto("/admin/insights/article/add/")
    page.fill("[name=title]", "Written on a train")
    page.fill("[name=body]", "A first sentence.")
    expect(state(page)).to_contain_text("Saved")
    page.wait_for_url("**/change/")  # without a reload
    address = page.url
    wait_until(lambda: stored(site, address).strip() == "A first sentence.", "the first sentence")
    page.context.set_offline(True)
    page.locator("[name=body]").press_sequentially(" And then the train enters a tun")
    expect(state(page)).to_have_text("Not saved: no connection. Your text is kept in this browser.")
    kept = "Object.values(localStorage).some(copy => copy.includes('enters a tun'))"
    wait_until(lambda: page.evaluate(kept), "the last characters in this browser's copy")
    kill(page)
    page.context.set_offline(False)

    page = page.context.new_page()
    page.set_default_timeout(15_000)
    page.goto(address)
    expect(page.locator("[name=body]")).to_have_value(re.compile(r"^A first sentence\.\s*$"))
    offer = page.get_by_label("Unsaved text in this browser")
    expect(offer).to_contain_text(re.compile(r"Unsaved text in this browser, from .*\d\d:\d\d \S+\."))
    offer.get_by_role("button", name="Compare").click()
    expect(offer.locator("ins")).to_contain_text("And then the train enters a tun")
    offer.get_by_role("button", name="Use this text").click()
    expect(page.locator("[name=body]")).to_have_value(re.compile("enters a tun$"))
    wait_until(lambda: "enters a tun" in stored(site, address), "the text at the site")
    expect(state(page)).to_contain_text("Saved")
    page.reload()
    expect(page.locator("[name=body]")).to_have_value(re.compile("enters a tun"))
    expect(page.locator("[data-kept]")).to_be_hidden()


def test_the_session_is_gone_and_a_login_in_another_tab_lets_it_go_on(site, log_editor_in, article):
    page = log_editor_in("Editor One")
    page.goto(article)
    page.context.clear_cookies()
    page.fill("[name=body]", "Written after the session ended.")
    expect(state(page)).to_contain_text("Not saved: you are logged out. Your text is kept in this browser.")
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Log in in a new tab").click()
    fill_in_the_login(opened.value, "editor-one@example.com", PASSWORD)
    opened.value.close()
    expect(state(page)).to_contain_text("Saved")
    assert stored(site, article).strip() == "Written after the session ended."
    expect(page.locator("[data-frame-fault]")).to_be_hidden()
    press(page, "[name=_save]")
    page.get_by_text("Draft saved.").wait_for()


def test_two_editors_in_one_article(site, log_editor_in, article):
    """D02: each sees the other. The second gets both texts and merges them, and nothing is overwritten."""
    first, second = log_editor_in("Editor One"), log_editor_in("Editor Two")
    for page in (first, second):
        with page.expect_response("**/presence/"):
            page.goto(article)
    expect(second.locator("[data-others]")).to_contain_text("Editor One has this article open")
    expect(first.locator("[data-others]")).to_contain_text("Editor Two has this article open", timeout=30_000)
    first.fill("[name=body]", BODY.replace("\\n", "\n").replace("First", "The first"))
    expect(state(first)).to_contain_text("Saved")
    second.fill("[name=body]", BODY.replace("\\n", "\n").replace("Third", "The third"))
    banner = second.locator("[data-conflict]")
    expect(banner).to_contain_text("Editor One saved this article after you opened it.")
    assert "The first" in stored(site, article)
    expect(banner.get_by_role("button", name="See both texts")).to_have_count(1)
    press(second, state(second).get_by_role("button", name="See both texts"))
    second.get_by_role("heading", name="Edit conflict").wait_for()
    assert findings(second) == []
    press(second, second.get_by_role("button", name="Merge both"))
    expect(second.locator("[name=body]")).to_have_value(re.compile("The first .*The third", re.DOTALL))
    expect(state(second)).to_contain_text("Saved")
    merged = stored(site, article)
    assert "The first" in merged
    assert "The third" in merged
    press(second, "[name=_save]")
    second.get_by_text("Draft saved.").wait_for()


def test_a_page_that_is_saved_is_left_without_a_question(site, log_editor_in, article):
    page = log_editor_in("Editor One")
    page.goto(article)
    page.fill("[name=body]", "Saved by itself.")
    expect(state(page)).to_contain_text("Saved")
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.type), dialog.accept()))
    page.goto("/admin/")
    assert dialogs == []


def test_a_reload_in_mid_typing_brings_what_was_typed_without_a_question_about_it(site, log_editor_in, article):
    """The page's last request arrives after the next page was requested."""
    page = log_editor_in("Editor One")
    page.goto(article)
    page.on("dialog", lambda dialog: dialog.accept())
    page.fill("[name=body]", "In the middle of a")
    page.reload()
    expect(page.locator("[name=body]")).to_have_value(re.compile(r"^In the middle of a\s*$"))
    expect(page.locator("[data-kept]")).to_be_hidden()
    page.locator("[name=body]").press_sequentially(" sentence.")
    expect(state(page)).to_contain_text("Saved")


def test_a_text_that_reaches_a_slow_site_after_all_takes_its_offer_back(site, log_editor_in, article):
    """The page's last request is stored only after the next page has offered the text."""
    page = log_editor_in("Editor One")
    page.goto(article)
    page.context.set_offline(True)
    page.fill("[name=body]", "Sent while the page went.")
    expect(state(page)).to_contain_text("Not saved: no connection.")
    just_now = """() => {
      const [key] = Object.keys(localStorage).filter((name) => localStorage[name].includes("while the page went."));
      if (!key) return false;
      localStorage[key] = JSON.stringify({ ...JSON.parse(localStorage[key]), at: Date.now() + 60_000 });
      return true;
    }"""
    wait_until(lambda: page.evaluate(just_now), "the copy, which stays fresh on a busy machine")
    kill(page)
    page.context.set_offline(False)

    page = page.context.new_page()
    page.set_default_timeout(15_000)
    page.goto(article)
    expect(page.get_by_label("Unsaved text in this browser")).to_be_visible()
    site.shell(
        "from insights.models import Article; from insights.publishing.drafts import import_version\n"
        "import_version(Article.objects.get(slug='three-paragraphs'), {'body': 'Sent while the page went.'})"
    )
    expect(page.locator("[name=body]")).to_have_value(re.compile(r"^Sent while the page went\.\s*$"))
    expect(page.get_by_label("Unsaved text in this browser")).to_be_hidden()


def test_what_the_site_cannot_store_counts_as_unsaved(site, log_editor_in, article):
    """A text above 200 kB: the page says so, keeps it in the browser, and asks before leaving."""
    page = log_editor_in("Editor One")
    page.goto(article)
    page.fill("[name=body]", "small")
    expect(state(page)).to_contain_text("Saved")
    page.fill("[name=body]", "word " * 42_000)
    message = (
        "Not saved: the text is larger than 200 kB. Split it into several articles. Your text is kept in this browser."
    )
    expect(state(page)).to_have_text(message)
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.reload()
    assert asked == ["beforeunload"]
    expect(page.get_by_label("Unsaved text in this browser")).to_contain_text("Unsaved text in this browser, from ")
    assert stored(site, article).strip() == "small"
    page.get_by_role("button", name="Discard").click()


def test_a_new_article_gets_what_belongs_to_one_and_back_does_not_make_a_second(site, log_editor_in):
    page = log_editor_in("Editor One")
    page.goto("/admin/insights/article/add/")
    page.fill("[name=title]", "Saved by itself")
    page.wait_for_url("**/change/")
    expect(page.locator(".breadcrumbs")).to_contain_text("Saved by itself")
    for name in ("History", "Preview page", "Preview links"):
        expect(page.get_by_role("link", name=name).first).to_be_visible()
    page.goto("/admin/insights/article/add/")
    page.fill("[name=title]", "Saved at once")
    press(page, "[name=_save]")
    page.get_by_text("Draft saved.").wait_for()
    page.go_back()
    page.wait_for_url("**/change/")
    expect(page.locator("[name=title]")).to_have_value("Saved at once")
    page.goto("/admin/insights/article/add/")
    expect(page.locator("[name=title]")).to_have_value("")
    page.wait_for_load_state("networkidle")
    expect(page.locator("[data-kept]")).to_be_hidden()
    count = "from insights.models import Version; print(Version.objects.filter(title='Saved at once').count())"
    assert site.shell(count).strip() == "1"


def test_an_author_still_types_when_an_editor_publishes(site, log_editor_in):
    """The article is then closed to its author. The text is offered on the start page and for a new article."""
    page = log_editor_in("Author One", "Author")
    page.goto("/admin/insights/article/add/")
    page.fill("[name=title]", "Out too early")
    page.wait_for_url("**/change/")
    expect(state(page)).to_contain_text("Saved")
    pk = re.findall(r"/article/(\d+)/", page.url)[0]
    site.shell(
        "from insights.models import Article\n"
        f"a = Article.objects.get(pk={pk}); a.publish(a.working_version()); print(a.slug)"
    )
    address = page.url
    page.fill("[name=body]", "A last sentence.")
    expect(state(page)).to_contain_text("Not saved: You don't have permission to edit this article.")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(address)
    expect(
        page.get_by_text("This article is published. Only editors can edit it now. Ask an editor to change it.")
    ).to_be_visible()
    page.goto("/admin/")
    offer = page.get_by_label("Unsaved text in this browser")
    said = re.compile(r"Unsaved text in this browser: “Out too early”, .*\d\d:\d\d \S+")
    expect(offer).to_contain_text(said)
    offer.get_by_text("Show text").click()
    expect(offer.get_by_label("Body")).to_have_value("A last sentence.")
    assert findings(page) == []
    page.goto("/admin/insights/article/add/")
    page.get_by_role("button", name="Use in a new article").click()
    page.wait_for_url("**/change/")
    expect(page.locator("[name=body]")).to_have_value("A last sentence.")
    page.goto("/admin/")
    page.wait_for_load_state("networkidle")
    expect(page.get_by_label("Unsaved text in this browser")).to_have_count(0)
