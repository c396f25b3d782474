"""Spacing: words that only the layout separates stay apart, and words stay whole."""

from __future__ import annotations

import pytest

from insights.editor.paste import to_markdown
from insights.markup import render
from tests.cpu import cpu_seconds
from tests.pasted_pages import Reading

AI, ML = '<a href="https://example.com/ai">AI</a>', '<a href="https://example.com/ml">ML</a>'


def seen_of(html: str) -> str:
    """Return the text that readers see of `html` under a heading, in one line."""
    rendered = render(to_markdown(f"<h2>Head</h2>{html}").markdown)
    assert rendered.problems == ()
    head, *blocks = (seen.text for seen in Reading(rendered.html).seen)
    assert head == "Head"
    return " ".join(blocks)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('<p style="display:flex;gap:0 1.1em"><span>ANALYSIS</span><time>May 25, 2026</time></p>',
         "ANALYSIS May 25, 2026"),
        ('<p style="display:grid"><span>Price</span><span>$5.00</span></p>', "Price $5.00"),
        ('<p style="display: flex">Price<b>$5.00</b>a month</p>', "Price $5.00 a month"),
        ('<p style="display:flex"><span style="display:contents"><b>One</b><b>two</b></span><b>three</b></p>',
         "One two three"),
        ('<p><span style="display:table-cell">Score</span><span style="display:table-cell">88.7</span></p>',
         "Score 88.7"),
        ('<p><span style="display:inline-block;margin-right:1em">Score</span>88.7</p>', "Score 88.7"),
        ('<div>Monthly<span style="float:right">$20</span></div>', "Monthly $20"),
        ('<div><span style="float:left">Monthly</span>$20</div>', "Monthly $20"),
        ('<p>Score<span style="position:absolute;right:0">88.7</span></p>', "Score 88.7"),
        (f'<p><span style="display:inline-flex">{AI}{ML}</span></p>', "AI ML"),
        (f"<nav>{AI}{ML}</nav>", "AI ML"),
        ("<p>One<img src='x.png'>two</p>", "One two"),
        ('<p><span style="display:inline-block;min-width:6em">Score</span>88.7</p>', "Score 88.7"),
        ('<section><div style="display:inline-block">One</div><div style="display:inline-block">two</div></section>',
         "One two"),
        ('<h3 style="display:flex"><span>Prices</span><span>2026</span></h3>', "Prices 2026"),
        ('<ul><li style="display:flex"><b>Price</b><span>$5</span></li></ul>', "Price $5"),
        ('<table><tr><td style="x"><span style="float:right">5</span>May</td><td>x</td></tr></table>', "5 May x"),
        ('<p><b><span style="margin-right:8px">One</span></b>two</p>', "One two"),
        ('<p><a style="margin-right:8px" href="https://example.com/">One</a><span></span>two</p>', "One two"),
    ],
)  # fmt: skip
def test_what_the_layout_sets_apart(html: str, text: str) -> None:
    """Columns of a flex or grid container or a table, floats, skipped pictures."""
    assert seen_of(html) == text


@pytest.mark.parametrize("property_of", ["margin", "padding"])
@pytest.mark.parametrize(
    "value",
    ["-right:8px", "-right: 0.5EM", "-inline: 4px", "-inline-end:1rem", ": 0 8px", ": 0 8px 0 0", ":4pt", ":0 .3em 2px",
     "-right: var(--space)", "-right:calc(1rem - 2px)", "-right: 8px !important", ":0;X-right:8px"],
)  # fmt: skip
def test_horizontal_space(property_of: str, value: str) -> None:
    style = f"{property_of}{value.replace('X', property_of)}"
    assert seen_of(f'<p><span style="{style}">Score</span>88.7</p>') == "Score 88.7", style


@pytest.mark.parametrize(
    "style",
    ["margin:0", "padding:0px", "margin:0 0", "margin-right:-8px", "padding:8px 0", "margin-top:8px", "margin: 0 auto",
     "padding:0 6px;margin:0 -6px", "margin-right:0.03em", "display:inline-block", "margin-right:8px;margin-right:0",
     "margin-right: calc(-1 * var(--space))", "mso-margin-right:8px", "margin-right:calc(0px)", "float:none",
     "position:relative", "scroll-margin:8px"],
)  # fmt: skip
def test_a_word_stays_whole(style: str) -> None:
    """Space that is zero, negative, vertical, or no more than the kerning of a formula."""
    assert seen_of(f'<p>to<span style="{style}">ken</span>s</p>') == "tokens"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('<p><span style="float:left">T</span>he price</p>', "The price"),
        ('<p><span style="float:left;display:block;padding:4px 8px 0 3px"><b>T</b></span>he</p>', "The"),
        ('<p><span style="float:left">“T</span>he price”</p>', "“The price”"),
        ('<p><span style="float:left;font-size:4em">T</span>HE PRICE</p>', "THE PRICE"),
        ('<p><span style="float:left">I</span>’m here</p>', "I’m here"),
        ('<p><span style="float:left">这</span>是模型</p>', "这是模型"),
        ("<p>Our logo<img src='x.png'>, seen.</p>", "Our logo, seen."),
        ('<p>1<span style="display:inline-block;width:1ch">2</span>3</p>', "123"),
        ('<p><span style="display:inline-block;width:40px">token</span>s</p>', "tokens"),
        ('<p><span style="float:left">A</span>Model</p>', "A Model"),
        ('<p><span style="float:right">A</span><span>GPU</span></p>', "A GPU"),
        ('<p><span style="display:flex"><i>W</i><i>o</i><i>r</i><i>d</i></span></p>', "Word"),
        ('<p><span style="display:inline-block">W</span><span style="display:inline-block">o</span></p>', "Wo"),
        ('<p style="display:flex"><b>$</b><b>20</b></p>', "$20"),
        ('<p style="display:flex"><b>50</b><b>%</b></p>', "50%"),
        (f'<p style="display:flex">See {AI}, please</p>', "See AI, please"),
        ('<p>(<b style="padding:0 4px">One</b>), two</p>', "(One), two"),
        ('<p>Use <code style="padding:.2em .4em">x</code>s</p>', "Use xs"),
        ('<p>10<sup style="margin-left:4px">6</sup></p>', "10⁶"),
        ('<p>Water<sup><a style="padding:0 4px" href="https://example.com/">[1]</a></sup></p>', "Water[1]"),
        ('<pre style="display:flex"><span style="margin-right:8px">im</span><b>port</b></pre>', "import"),
    ],
)  # fmt: skip
def test_what_belongs_together(html: str, text: str) -> None:
    """Drop caps, one-character words, digits of a number, punctuation, code, superscripts."""
    assert seen_of(html) == text


def test_a_single_line_of_columns_is_no_plain_text() -> None:
    html = '<p style="display:flex"><span>Price</span><span>$5.00</span></p>'
    assert to_markdown(html).markdown == "Price $5.00"


@pytest.mark.parametrize(
    "part",
    ["<span style='float:left'>", "<span style='float:left'></span>", "<i style='margin:0 8px'>x</i>", "<nav>",
     "<i style='display:inline-flex'>x",
     "<b style='margin:" + "0 8px " * 200 + "'>x</b>", "<img style='padding:9px'>x"],
)  # fmt: skip
def test_much_layout_costs_little(part: str) -> None:
    """U22: time grows with the length alone."""
    html = "<p>" + part * min(9_000, 1_900_000 // len(part))
    assert cpu_seconds(lambda: to_markdown(html)) < 3
