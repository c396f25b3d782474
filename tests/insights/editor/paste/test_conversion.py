"""Conversion of pasted HTML to Markdown that the renderer accepts without warnings."""

from __future__ import annotations

from pathlib import Path

import pytest

from insights.editor.paste import Pasted, TooLarge, to_markdown
from insights.publishing.rendering import render_text
from tests.cpu import cpu_seconds
from tests.factories import make_user

URL = "/admin/markdown/paste/"
CLIPBOARD = Path(__file__).parent / "clipboard"
MARKDOWN = """\
## What a token costs

A price is quoted **per million tokens**, and *never* per answer; see [the list]({address}).

### Three questions

- How long is the question?
  - with what was said before
- How long is the answer?
"""


def pasted(name: str) -> Pasted:
    return to_markdown((CLIPBOARD / f"{name}.html").read_text())


class TestFromGoogleDocs:
    def test_headings_marks_lists_and_a_table(self):
        markdown = pasted("google-docs").markdown
        assert markdown.startswith(MARKDOWN.format(address="https://example.org/prices?a=1&b=2"))
        assert "1. Count.\n2. Multiply." in markdown
        assert "| Model | Price |\n| --- | --- |\n| small | 0.20 |" in markdown
        assert "google" not in markdown

    def test_a_picture_is_left_out_with_a_note(self):
        assert pasted("google-docs").note == "A picture was not pasted. Drop the file into the text."


class TestTables:
    def test_a_bar_in_a_cell_does_not_end_it(self):
        rows = "<tr><td>Call</td><td>Yes | no</td></tr><tr><td><code>a|b</code></td><td>12.5</td></tr>"
        markdown = to_markdown(f"<p>x | y</p><table>{rows}</table>").markdown
        assert markdown.startswith("x | y\n\n| Call | Yes \\| no |\n")
        html = render_text(markdown).html
        assert ">Yes | no</th>" in html and "<code>a|b</code>" in html and "<td>12.5</td>" in html

    def test_joined_cells_leave_the_others_in_their_columns(self):
        rows = (
            "<tr><td colspan=2>Prices</td><td>Seen</td></tr>"
            "<tr><td rowspan=2>small</td><td>0.20</td><td>May</td></tr>"
            "<tr><td>0.30</td><td>June</td></tr><tr><td>large</td><td>2</td><td>May</td></tr>"
        )
        assert to_markdown(f"<table>{rows}</table>").markdown == (
            "| Prices |  | Seen |\n| --- | --- | --- |\n| small | 0.20 | May |\n|  | 0.30 | June |\n| large | 2 | May |"
        )

    @pytest.mark.parametrize("span", ["0", "-1", "x", "²", "99999999999"])
    def test_a_span_that_is_no_number_of_cells_is_one(self, span):
        cells = f"<tr><td colspan={span} rowspan='{span}'>a</td><td>b</td></tr>"
        assert to_markdown(f"<table>{cells}</table>").markdown == "| a | b |\n| --- | --- |"


class TestFromWord:
    def test_headings_marks_and_lists(self):
        markdown = pasted("word").markdown
        assert markdown.startswith(MARKDOWN.format(address="https://example.org/prices"))
        assert "And then:\n\n1. Count.\n2. Multiply.\n\n“Quoted” words, 3 < 4 & more." in markdown
        for leftover in ("mso", "Calibri", "·", "supportLists", "file:", "Draft"):
            assert leftover not in markdown

    def test_pictures_are_left_out_with_a_note(self):
        assert pasted("word").note == "2 pictures were not pasted. Drop the files into the text."


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["google-docs", "word"])
def test_our_own_renderer_takes_it(name):
    rendered = render_text(pasted(name).markdown)
    assert rendered.problems == ()
    assert [entry["text"] for entry in rendered.contents] == ["What a token costs", "Three questions"]
    assert rendered.html.count("<li>") == 5
    assert "<strong>per million tokens</strong>" in rendered.html


def test_what_has_no_marks_stays_plain():
    assert pasted("one-line").markdown == ""


def test_code_of_an_editor_stays_code():
    assert pasted("code-editor").markdown == "```\ndef count(text):\n\n    return len(text.split())\n```"


class TestSmallThings:
    @pytest.mark.parametrize(
        ("html", "markdown"),
        [
            ("<p>One</p><p>Two</p>", "One\n\nTwo"),
            ("<b>a</b><b>b</b>", "**ab**"),
            ("<p><span style='font-weight:700'>a</span><span style='font-weight: 700'> b</span></p>", "**a b**"),
            ("<h2>A <b>bold</b> one</h2>", "## A bold one"),
            ("<h1>A</h1><h3>B</h3>", "## A\n\n#### B"),
            ("<p><s>gone</s> here</p>", "~~gone~~ here"),
            ("<p>one<br>two</p><p>three</p>", "one\\\ntwo\n\nthree"),
            ("<blockquote><p>said</p></blockquote>", "> said"),
            ("<pre>\n \n  a\n\n  b \n\n</pre>", "```\n  a\n\n  b\n```"),
            ("<p><em>a</em> 2 * 3 and snake_case</p>", "*a* 2 \\* 3 and snake\\_case"),
            ("<ul><li>a<li>b</ul>", "- a\n- b"),
            ("<a href='javascript:alert(1)'>x</a> <b>y</b>", "x **y**"),
            ("<a href='file:///C:/x'>x</a> <b>y</b>", "x **y**"),
            ("<a href='https://www.google.com/url?q=javascript:alert(1)'>x</a> <b>y</b>", "x **y**"),
            ("<b>a</b><script>alert(1)</script><style>b{}</style><title>t</title>", "**a**"),
            ("<b>a</b><span style='display:none'>hidden</span>", "**a**"),
            ("<b>a", "**a**"),
            ("<b>a</i></p></b> <em>b</em>", "**a** *b*"),
        ],
    )
    def test_a_fragment(self, html, markdown):
        assert to_markdown(html).markdown == markdown

    @pytest.mark.parametrize(
        "html", ["", "words", "<span>words</span>", "<<<", "a <b", "<!-- x", "&amp;", "<p>one</p>"]
    )
    def test_nothing_but_words(self, html):
        assert to_markdown(html).markdown == ""


HOSTILE = [
    "<div>" * 300_000, "<b>" * 500_000, "<ul><li>" * 9_000, "<table><tr><td>" * 6_000, "<p " * 600_000,
    '<p a="' * 300_000, "<" * 1_900_000, "<!--" * 400_000, "<xml>" * 300_000, "[" * 199_000, "*_" * 90_000,
    "<table><tr>" + "<td colspan=50 rowspan=50>x" * 6_000,
    "<div><table><td></div></table>" * 4_000, "<p style='mso-list:l0 level9'>x" * 9_000, "&" * 1_900_000,
    "<span style='" + "font-weight:" * 150_000 + "'>x", "<em>x</em> <strong>y</strong>" * 4_000,
    "<div style=" + "font-family:" * 150_000 + ">x", "<i " + "a" * 1_900_000 + ">x", "<style>" + "</style" * 280_000,
    "<b>a</b>" + "\u00a0" * 190_000 + "b", "<pre>a" + " " * 190_000 + "b", "<pre>a" + "\n" * 190_000 + "b",
]  # fmt: skip


@pytest.mark.parametrize("html", HOSTILE, ids=lambda html: html[:24])
def test_hostile_html_is_answered(html):
    """U21, U22: any clipboard content is answered in under 3 s."""

    def paste() -> None:
        try:
            to_markdown(html)
        except TooLarge as refused:
            assert "in parts" in str(refused)

    assert cpu_seconds(paste) < 3


@pytest.mark.django_db
class TestTheAddress:
    @pytest.fixture
    def author(self, client):
        client.force_login(make_user("Author"))

    def test_it_answers_with_markdown_and_a_note(self, client, author):
        html = "<p><b>a</b> <img src=x></p>"
        for answer in (client.post(URL, {"html": html}), client.post(URL, html, content_type="text/html")):
            assert answer.status_code == 200
            assert answer.json() == {
                "markdown": "**a**",
                "note": "A picture was not pasted. Drop the file into the text.",
            }
            assert "no-store" in answer.headers["Cache-Control"]

    def test_more_than_two_megabytes(self, client, author):
        """U21: 413 with a message. A little less is taken."""
        answer = client.post(URL, b"<p>x</p>" + b" " * 2_000_000, content_type="text/html")
        assert answer.status_code == 413
        assert "2 MB" in answer.json()["error"]
        answer = client.post(
            URL, b"<b>x</b>" + b"<p style='color:red'></p>" * 9_000 + b" " * 1_700_000, content_type="text/html"
        )
        assert answer.json()["markdown"] == "**x**"

    def test_more_than_an_article(self, client, author):
        answer = client.post(URL, b"<p>" + b"word " * 50_000, content_type="text/html")
        assert answer.status_code == 413
        assert "The pasted text is too large." in answer.json()["error"]

    def test_bytes_that_are_no_text(self, client, author):
        assert client.post(URL, b"\xff\xfe<b>x</b>\x00", content_type="text/html").status_code == 200

    def test_nothing_at_all(self, client, author):
        assert client.post(URL).status_code == 400
        assert client.get(URL).status_code == 405

    @pytest.mark.parametrize("role", ["", "Moderator", "Newsletter manager"])
    def test_only_for_who_writes(self, client, role):
        client.force_login(make_user(role))
        assert client.post(URL, {"html": "<b>x</b>"}).status_code == 403
