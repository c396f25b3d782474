"""Escaping in pasted text: punctuation stays punctuation, and formatting stays formatting."""

from __future__ import annotations

import re
from html import escape, unescape

import pytest

from insights.editor.paste import to_markdown
from insights.markup import render
from tests.pasted_pages import Reading


@pytest.mark.parametrize(
    "text",
    [
        "1986. That was the year", "1) one", "# of tokens", "###### six", "- minus", "+ plus",
        "* star", "[a](b)", "![a](b)",
        "~~x~~", "&copy;", "&#65;", "&amp;amp;", "**not bold**", "__init__", "_a_", "`code`",
        "> quoted", "<b>bold</b>",
        "<https://example.com>", "<!-- x -->", "[^1]: note", "[a]: /b", "---", "***", "===", "```",
        "~~~", "| a | b |", "\\*",
        "C:\\", "a\\", "-", "+", "#", "1.", "2)", "[ ] task", "- [ ] task", "a * b", "a_b_c",
        "5 < 6 > 4", "&lt;", "http://a_b_",
    ],
)  # fmt: skip
def test_no_sign_becomes_a_mark(text: str) -> None:
    """Fault A4: in a paragraph, a copied line, an item, a heading, a cell, a quotation, and after a line break."""
    words = escape(text)
    around = ("<p>{}</p><p>x</p>", "{}", "<ul><li>{}</li></ul>", "<h2>{}</h2>",
    "<table><tr><td>{}</td><td>x</td></tr></table>",
              "<blockquote>{}</blockquote>", "x<br>{}", "<b>{}</b>", "x<b>{}</b>x",
              "<a href='https://example.com/'>{}</a>")  # fmt: skip
    for one in around:
        html = one.format(words)
        markdown = to_markdown(html).markdown or unescape(re.sub("<[^>]*>", "", html))
        assert any(text in seen.text for seen in Reading(render(markdown).html).seen), (html, markdown)


@pytest.mark.parametrize(
    ("html", "rendered"),
    [
        ("<b>Claim.</b>1", "<p><strong>Claim</strong>.1</p>"),
        ("<b>30%</b>of", "<p><strong>30</strong>%of</p>"),
        ("这是<b>模型（LLM）</b>的", "<p>这是<strong>模型（LLM</strong>）的</p>"),
        ("这是<i>“模型”</i>的", "<p>这是“<em>模型</em>”的</p>"),
        ("a<b>(b)</b>c", "<p>a(<strong>b</strong>)c</p>"),
        ("<b>Note: </b>text", "<p><strong>Note:</strong> text</p>"),
        ("한국<b>「모델」</b>은", "<p>한국「<strong>모델</strong>」은</p>"),
        ("<s>$5.</s>4", "<p><s>$5</s>.4</p>"),
        ("<b>a</b><i>b</i>", "<p><strong>a</strong><em>b</em></p>"),
        ("a<b><i>b.</i></b>c", "<p>a<em><strong>b</strong></em>.c</p>"),
        ("<b>...</b>a", "<p>...a</p>"),
        ("这<b><a href='https://x.example/'>模型</a></b>的",
         '<p>这<a href="https://x.example/" rel="noopener"><strong>模型</strong></a>的</p>'),
        ("<b>See <a href='https://x.example/'>it</a>.</b>",
         '<p><strong>See <a href="https://x.example/" rel="noopener">it</a>.</strong></p>'),
        ("<b>a<br>b</b>c", "<p><strong>a<br>b</strong>c</p>"),
        ("<b style='font-weight:normal'>a <span style='font-weight:bold'>b</span></b>",
        "<p>a <strong>b</strong></p>"),
    ],
)  # fmt: skip
def test_marks_are_marks(html: str, rendered: str) -> None:
    """Fault A4: bold, italic and struck text that ends in punctuation beside a word character or a CJK character."""
    html_of = render(to_markdown(html + "<p>x</p>").markdown).html.replace("\n", "")
    assert html_of.removesuffix("<p>x</p>") == rendered


def test_links_keep_the_schemes_that_pages_have():
    """Fault A10: `tel:` is a link. Of others only the text is kept."""
    pasted = to_markdown('<p><a href="tel:+492212345">Call</a>, <a href="ftp://a.example/b">fetch</a></p>')
    assert pasted.markdown == "[Call](tel:+492212345), fetch"
