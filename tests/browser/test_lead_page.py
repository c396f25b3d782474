"""The demo's lead shows every element of the publication's known article page, in its order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.bench.pages import LEAD
from tests.browser.pages import missing_line, plain_lines, visible_lines

pytestmark = pytest.mark.browser

TEXT = Path("insights/demo/articles/china-ai-9-22-trillion-tokens.md")
BEFORE = """
Back to Insights
Analysis
May 25, 2026
0 views
China AI: 9.22 Trillion Tokens
AI
AI Scope Hub
AI Research & Analysis
"""
HEADINGS = """
A Historic Milestone: 9.22 Trillion Tokens
What Does 9.22 Trillion Tokens Mean?
Drivers Behind the Explosion
Global Implications
What Comes Next
"""
AFTER = """
Next Step
Get weekly China AI intelligence in English
Join AI Scope Weekly for China AI model updates, practical tool reviews, and opportunities for US builders and small businesses.
rule: newsletter (score=7.5) title:3, excerpt:1.5, content:3 · confidence: 0.75 · source: rule
Community Feedback
"""  # noqa: E501 (one line of the page is one line here)
DRIVERS = ("Enterprise adoption:", "Consumer applications:", "Government initiatives:", "Developer ecosystem:")


def words_of_the_text() -> list[str]:
    """Return the lead's Markdown as the lines that a reader must find: headings, plain paragraphs, list entries."""
    body = re.sub(r"(?s)\A---\n.*?\n---\n", "", TEXT.read_text())
    blocks = [block for block in body.split("\n\n") if not re.match(r"[|!\[]|```", block.strip())]
    lines = []
    for block in blocks:
        entries = re.split(r"\n(?=- |\d+\. )", block.strip())
        for entry in entries:
            line = re.sub(r"^(#+|-|\d+\.|>)\s+", "", entry.strip())
            line = re.sub(r"\[\^\w+\]", "", line)
            line = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", line)
            lines.append(re.sub(r"[*_`]|\n>?\s*", lambda found: " " if "\n" in found.group() else "", line))
    return plain_lines("\n".join(lines))


@pytest.mark.parametrize("width", [390, 1440])
def test_every_line_of_the_known_page_is_there_in_order(demo_site, chromium, width):
    # A bot is no reader: the page shows 0 views, however often this test opens it.
    context = chromium.new_context(
        base_url=demo_site.url,
        ignore_https_errors=True,
        viewport={"width": width, "height": 900},
        user_agent="a robot that reads",
    )
    page = context.new_page()
    page.goto(LEAD)
    seen = visible_lines(page)
    assert missing_line(plain_lines(BEFORE + HEADINGS + AFTER), seen) == ""
    assert [any(line.startswith(driver.casefold()) for line in seen) for driver in DRIVERS] == [True] * 4


def test_every_paragraph_of_the_markdown_reaches_the_reader(demo_site, chromium):
    page = chromium.new_context(base_url=demo_site.url, ignore_https_errors=True).new_page()
    page.goto(LEAD)
    page.eval_on_selector_all("sup", "all => all.forEach(one => one.remove())")
    seen = visible_lines(page)
    wanted = words_of_the_text()
    assert len(wanted) > 20
    assert missing_line(wanted, seen) == ""
