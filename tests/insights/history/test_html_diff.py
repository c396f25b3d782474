"""HTML comparison of two rendered texts: the new page with the changes marked in it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from insights.history.html_diff import compare_pages
from insights.history.html_tree import parse_html, text_of
from insights.markup import render, sanitise
from insights.markup.figures import FigurePicture
from tests.insights.history.test_text_diff import seen

UID = "11111111-1111-4111-8111-111111111111"


def marked(before: str, after: str) -> str:
    """Return the comparison of two Markdown texts, without the text for screen readers."""
    return seen(compare_pages(render(before).html, render(after).html))


class Nesting(HTMLParser):
    """Reports tags that are not closed in order, and items and rows outside their parents."""

    VOID = ("br", "hr", "img", "source")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = ["body"]
        self.ids: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.ids += [value for name, value in attrs if name == "id"]
        parents = {"li": ("ul", "ol"), "tr": ("thead", "tbody"), "td": ("tr",), "th": ("tr",), "tbody": ("table",)}
        assert tag not in parents or self.open[-1] in parents[tag], (tag, self.open)
        if self.open[-1] in ("ul", "ol", "table", "tbody", "thead", "tr"):
            assert tag in ("li", "thead", "tbody", "tr", "td", "th"), (tag, self.open)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def assert_valid(html: str) -> None:
    nesting = Nesting()
    nesting.feed(html)
    nesting.close()
    assert nesting.open == ["body"]
    assert sorted(nesting.ids) == sorted(set(nesting.ids))


class TestALine:
    def test_words_are_marked_inside_what_holds_them(self):
        assert marked(
            "Go [to this place](https://a.example/) *now*.", "Go [to that place](https://a.example/) *now*."
        ) == (
            '<p>Go <a href="https://a.example/" rel="noopener">to <del>this</del><ins>that</ins> place</a>'
            " <em>now</em>.</p>"
        )

    def test_a_mark_that_came_is_a_change_of_its_words(self):
        assert marked("Some plain words.", "Some **plain** words.") == (
            "<p>Some <del>plain</del><strong><ins>plain</ins></strong> words.</p>"
        )

    def test_a_link_that_leads_elsewhere_is_a_change(self):
        html = marked("See [here](https://a.example/) for more.", "See [here](https://b.example/) for more.")
        assert '<a href="https://a.example/" rel="noopener"><del>here</del></a>' in html
        assert '<a href="https://b.example/" rel="noopener"><ins>here</ins></a>' in html

    def test_of_code_each_blank_counts(self):
        html = marked("```\na = 1\nb = 2\n```", "```\na = 1\n  b = 2\n```")
        assert "a = 1<del>\n</del><ins>\n  </ins>b = 2" in html
        assert_valid(html)

    def test_the_colours_of_code_are_no_change(self):
        html = marked("```python\nx = 1\n```", "```python\nx = 2\n```")
        assert re.sub(r"</?span[^>]*>", "", html).count("<ins>") == 1


class TestBlocks:
    def test_that_came_and_went_are_wrapped(self):
        assert marked("One stays.\n\nGone for ever.", "Quite new words.\n\nOne stays.") == (
            "<ins><p>Quite new words.</p></ins><p>One stays.</p><del><p>Gone for ever.</p></del>"
        )

    def test_items_rows_and_cells_are_marked_within(self):
        html = marked(
            "- one\n- two\n\n| a | b |\n|---|---|\n| x | 1 |\n",
            "- one\n- three is new\n- two\n\n| a | b |\n|---|---|\n| x | 2 |\n| y | 3 |\n",
        )
        assert "<li><ins>three is new</ins></li>" in html
        assert "<del>1</del><ins>2</ins>" in html
        assert "<tr><td><ins>y</ins></td><td><ins>3</ins></td></tr>" in html
        assert_valid(html)

    def test_a_list_inside_a_list_is_compared_item_by_item(self):
        html = marked("- a\n  - one thing\n  - two\n- b", "- a\n  - one thing more\n  - two\n- b")
        assert "one thing<ins> more</ins>" in html
        assert html.count("<ins>") == 1

    def test_a_heading_of_another_level_is_another_heading(self):
        html = marked("## The same words", "### The same words")
        assert html.startswith('<del><h2 aria-label="Removed: The same words">The same words</h2></del><ins><h3')

    def test_footnotes_that_only_count_on_are_no_change_of_the_text(self):
        before = "Text[^1] goes on.\n\n[^1]: The note."
        after = "First[^0].\n\nText[^1] goes on.\n\n[^0]: Another.\n\n[^1]: The note."
        html = marked(before, after)
        assert "<ins><p>First" in html
        assert_valid(html)


class TestPictures:
    @staticmethod
    def page(text: str) -> str:
        return render(text, {UID: FigurePicture("/media/a.png", 6, 4, "A", "", "")}).html

    def test_that_came_are_shown_as_added(self):
        html = seen(compare_pages(self.page("Words."), self.page(f"Words.\n\n![A field](picture:{UID})")))
        assert re.search(r"<ins><figure.*<img[^>]* src=.*</figure></ins>", html, re.DOTALL)
        assert_valid(html)

    def test_whose_words_changed_are_shown_once_with_both(self):
        html = seen(
            compare_pages(self.page(f"![A field](picture:{UID})"), self.page(f"![A wide field](picture:{UID})"))
        )
        assert html.count("<img") == 1
        assert "Alt text: A <ins>wide </ins>field" in html
        assert_valid(html)


RICH = """## A heading

Words with *marks*, `code` and [a link](/insights/x/).[^n]

> A quotation
>
> - with a list
>   1. in a list

| a | b |
|---|--:|
| 1 | 2 |

```python
def f():
    return 1
```

***

[^n]: The note, with **marks**.
"""


class TestWhatComesOut:
    @pytest.mark.parametrize("drop", range(0, len(RICH), 17))
    def test_is_valid_and_holds_both_texts(self, drop):
        after = RICH[:drop] + " other words " + RICH[drop + 23 :]
        one, other = render(RICH).html, render(after).html
        html = compare_pages(one, other)
        assert_valid(html)
        new = re.sub(r"<del>.*?</del>", "", seen(html), flags=re.DOTALL)
        assert "".join(text_of(parse_html(new)).split()) == "".join(text_of(parse_html(other)).split())

    def test_is_the_page_itself_where_nothing_differs(self):
        html = compare_pages(render(RICH).html, render(RICH).html)
        assert "<ins" not in html
        assert "<del" not in html

    def test_holds_no_more_than_a_page_may(self):
        """M02, M05: the stored text is sanitised once more, and added text is escaped."""
        html = compare_pages(
            '<p onclick="x">a b c d</p>', "<p><script>alert(1)</script>a b c e &lt;img&gt;</p><form></form>"
        )
        assert "onclick" not in html
        assert "script" not in html
        assert "<form" not in html
        assert "&lt;img&gt;" in html
        assert sanitise(re.sub("</?(ins|del)>", "", html)) == re.sub("</?(ins|del)>", "", html)

    def test_takes_deep_and_long_texts(self):
        deep = "> " * 99
        assert_valid(marked(f"{deep}a", f"{deep}b"))
        assert_valid(marked("- x\n" * 3000, "- y\n" * 3000))

    def test_takes_marks_within_marks_by_the_hundred(self):
        html = marked("*a _b " * 400 + "old" + " b_ a*" * 400, "*a _b " * 400 + "new" + " b_ a*" * 400)
        assert_valid(html)
        assert "old" in seen(html)
        assert "new" in seen(html)
        assert seen(html).count("b") == 800
