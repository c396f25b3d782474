"""An author and an editor in Firefox and WebKit: write, use the preview, lose no text, publish."""

from __future__ import annotations

from tests.browsers.staff import PASSWORD, make_account
from tests.browsers.visitor import CONTROL, END, LEFT, SHIFT
from tests.site import wait_until

BODY = "[name=body]"
TEXT = "document.querySelector('[name=body]').value"
PAGE = "document.querySelector('[data-frame] iframe').contentDocument"


def test_an_article_is_written_saves_itself_and_is_published(visitor, site):
    title = f"Written in {visitor.browser}"
    author, editor = make_account(site, "Author"), make_account(site, "Editor")

    visitor.log_in(author, PASSWORD)
    visitor.open("/admin/insights/article/add/")
    visitor.fill("[name=title]", title)
    visitor.fill("[name=excerpt]", "An article that was written in another browser.")
    visitor.type(BODY, "one two")
    visitor.type(BODY, CONTROL + SHIFT + LEFT)
    visitor.click("[data-mark=bold]")
    visitor.wait(f"{TEXT} === 'one **two**'")
    visitor.type(BODY, CONTROL + END)
    visitor.type(BODY, "\n\n")
    visitor.click("[data-mark=bullets]")
    visitor.type(BODY, "first\nsecond")
    assert visitor.read(TEXT) == "one **two**\n\n- first\n- second"

    visitor.click("button[data-view=desktop]")
    visitor.wait(f"{PAGE}.querySelector('.prose strong')?.textContent === 'two'")
    visitor.wait(f"{PAGE}.querySelectorAll('.prose li').length === 2")
    visitor.type(BODY, "\nthird")
    visitor.wait(f"{PAGE}.querySelectorAll('.prose li').length === 3")

    visitor.wait("location.pathname.endsWith('/change/')")
    path = visitor.path
    stored = f"from insights.models import Version; print(Version.objects.filter(title={title!r}).latest('pk').body)"
    wait_until(lambda: "- third" in site.shell(stored), "the autosave")
    visitor.wait("document.querySelector('[data-save-state]').textContent.includes('Saved')")
    visitor.reload()
    visitor.wait(f"{TEXT}.trimEnd().endsWith('- third')")

    visitor.log_in(editor, PASSWORD)
    visitor.open(path)
    assert visitor.read(TEXT).startswith("one **two**")
    visitor.press("[name=_publish]")
    public = site.shell(
        "from insights.models import Article\n"
        f"print(Article.objects.filter(versions__title={title!r}).first().get_absolute_url())"
    ).split()[-1]
    visitor.open_until(public, title, "h1")
    visitor.see("third", "main li")
