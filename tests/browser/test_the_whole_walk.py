"""The whole path: an editor's Markdown, a reader, a comment, and a subscriber in the export."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.pages import log_in, press
from tests.site import wait_until

pytestmark = pytest.mark.browser

PASSWORD = "a-long-pass-word-1234"
TITLE = "China AI: 9.22 Trillion Tokens"
EXCERPT = "What China's total of 9.22 trillion tokens counts, and what it leaves out."
BODY = """## A large number, taken apart

Chinese models read and wrote 9.22 trillion tokens in one reporting period.

- **What is counted:** every question and every answer.
- **What is not:** whether an answer was of use.

| unit | count |
|------|------:|
| tokens | 9.22 trillion |

```python
print(9.22e12)
```

"""
LINE = "rule: newsletter (score=7.5) title:3, excerpt:1.5, content:3 · confidence: 0.75 · source: rule"
READER = "reader@example.org"


@pytest.fixture(scope="module")
def staffed_site(site):
    site.shell(
        "from tests.factories import make_author, make_category, make_user\n"
        "make_category('Analysis')\n"
        "make_author('AI Scope Hub', initials='AI', line='AI Research & Analysis')\n"
        f"for role in ('Editor', 'Moderator', 'Newsletter manager'):\n"
        f"    make_user(role, email=role.split()[0].lower() + '@example.com', password={PASSWORD!r})\n"
    )
    return site


@pytest.fixture
def visit(staffed_site, chromium):
    """Yield a new visitor with a browser of their own. Violations of the content policy fail the test."""
    wrong = []

    def enter(**options):
        context = chromium.new_context(base_url=staffed_site.url, ignore_https_errors=True, **options)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda entry: wrong.append(entry.text) if "Content Security Policy" in entry.text else None)
        return page

    yield enter
    assert wrong == []


def picture_file():
    stream = io.BytesIO()
    Image.new("RGB", (640, 360), (31, 63, 156)).save(stream, "PNG")
    return {"name": "tokens.png", "mimeType": "image/png", "buffer": stream.getvalue()}


def write_and_publish(page):
    """As the editor: write, upload a picture, see preview and scores, publish."""
    log_in(page, "editor@example.com", PASSWORD)
    page.goto("/admin/insights/article/add/")
    page.fill("[name=title]", TITLE)
    page.fill("[name=excerpt]", EXCERPT)
    page.select_option("[name=category]", label="Analysis")
    page.fill("[name=body]", BODY)
    page.locator("[name=body]").press("Control+End")
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="Insert picture…").click()
    chosen.value.set_files(picture_file())
    page.locator("#picture-dialog").get_by_label("Alt text").fill("A field of cobalt blue")
    page.fill("#picture-caption", "One period, one colour")
    page.click("#picture-dialog [type=submit]")
    expect(page.locator("[name=body]")).to_have_value(re.compile(r"!\[A field of cobalt blue\]\(picture:"))
    preview = page.frame_locator("[data-frame] iframe")
    preview.get_by_text("A large number, taken apart").first.wait_for()
    preview.locator("img[alt='A field of cobalt blue']").wait_for()
    page.get_by_text(LINE).first.wait_for()
    page.locator("[name^=authors]").first.select_option(label="AI Scope Hub")
    press(page, "[name=_publish]")
    url = page.locator(".object-tools").get_by_role("link", name="View on site").get_attribute("href")
    expect(page.locator(".messagelist").get_by_role("link", name="View on site")).to_have_attribute("href", url)
    return url


def read_answer_and_sign_up(page, url):
    """As the reader: read, comment, sign up."""
    page.goto(url)
    main = page.locator("main")
    for words in (TITLE, "AI Research & Analysis", "A large number, taken apart", "One period, one colour"):
        main.get_by_text(words, exact=True).first.wait_for()
    page.click("text=Why this?")
    expect(page.get_by_text(LINE)).to_be_visible()
    press(page, "button:has-text('Not really')")
    page.get_by_label("Not enough detail").check()
    # As slowly as a person: the form requires a minimum time.
    page.locator("[name=message]").press_sequentially("How were the tokens counted?", delay=130)
    page.fill("[name=name]", "A reader in a test")
    press(page, "text=Send feedback")
    page.get_by_text("Thank you").first.wait_for()
    page.goto(url)
    assert not page.get_by_text("How were the tokens counted?").is_visible()
    page.get_by_label("Your email address").fill(READER)
    press(page, "main button:has-text('Subscribe')")
    page.get_by_text("Check your inbox").first.wait_for()


def confirm_from_the_mail(page, site):
    """As the subscriber: open the email that was really sent, and press the button behind its link."""
    mail = site.mailbox.wait_for(READER)[0]
    text = mail.get_body(("plain",)).get_content()
    link = re.search(r"https://\S+/newsletter/confirm/\S+", text).group()
    page.goto(link)
    press(page, "main button")
    page.get_by_text("You are subscribed").first.wait_for()


def approve(page):
    """As the moderator: approve the waiting comment from the queue."""
    log_in(page, "moderator@example.com", PASSWORD)
    page.goto("/admin/feedback/answer/")
    page.get_by_text("How were the tokens counted?").first.wait_for()
    press(page, page.get_by_role("button", name="Approve").first)


def export(page):
    """As the newsletter manager: export the list as CSV. Returns its rows."""
    log_in(page, "newsletter@example.com", PASSWORD)
    page.goto("/admin/newsletter/subscriber/")
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("export", re.IGNORECASE)).first.click()
    text = Path(download.value.path()).read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_from_the_editors_markdown_to_a_subscriber_in_the_export(visit, staffed_site):
    url = write_and_publish(visit())
    reader = visit()
    read_answer_and_sign_up(reader, url)
    confirm_from_the_mail(reader, staffed_site)
    approve(visit())
    reader.goto(url)
    expect(reader.get_by_text("How were the tokens counted?")).to_be_visible()
    expect(reader.get_by_text("0 of 1 reader found this helpful")).to_be_visible()
    rows = {row["email"]: row for row in export(visit())}
    assert rows[READER]["status"] == "confirmed"
    assert "china-ai-9-22-trillion-tokens" in " ".join(rows[READER].values())
    wait_until(lambda: "1 view" in staffed_site.get(url).text, "the reader's view")


def test_the_reader_needs_no_javascript(visit, staffed_site):
    staffed_site.shell(
        "from tests.factories import make_article; make_article('Plain words', body='Nothing moves here.')"
    )
    page = visit(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page.goto("/insights/plain-words/")
    press(page, "button:has-text('Yes')")
    page.get_by_text("Thanks, noted").wait_for()
    page.goto("/newsletter/")
    page.get_by_label("Your email address").fill("plain@example.org")
    press(page, "main button:has-text('Subscribe')")
    page.get_by_text("Check your inbox").first.wait_for()
    confirm_link = re.search(
        r"https://\S+/newsletter/confirm/\S+",
        staffed_site.mailbox.wait_for("plain@example.org")[0].get_body(("plain",)).get_content(),
    ).group()
    page.goto(confirm_link)
    press(page, "main button")
    page.get_by_text("You are subscribed").first.wait_for()
