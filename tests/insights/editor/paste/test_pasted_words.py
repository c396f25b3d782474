"""Words, numbers and links of pasted text look the same to readers as in the source."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

import pytest
from markdown_it.common.normalize_url import normalizeLink

from insights.editor.paste import to_markdown
from insights.markup import render
from tests.pasted_pages import Page, Reading, Seen

PAGES = int(os.environ.get("PASTED_PAGES", "250"))
INPUTS = Path(__file__).parent / "clipboard"


def html_of(html: str) -> str:
    """Return the HTML that readers get of pasted HTML, in one line."""
    rendered = render(to_markdown(html).markdown)
    assert rendered.problems == ()
    return rendered.html.replace("\n", "")


def seen_of(html: str) -> list[str]:
    return [f"{seen.marker} {seen.text}".strip() for seen in Reading(render(to_markdown(html).markdown).html).seen]


def divided(blocks: list[Seen]) -> Iterator[Seen]:
    """Yield blocks, divided at two consecutive line breaks. Other line breaks become blanks."""
    for block in blocks:
        signs, breaks, marker = [], 0, block.marker
        for sign, marks, url in block.signs:
            if sign == "\n" and "pre" not in marks:
                breaks += 1
            elif not sign.isspace():
                if breaks > 1 and any(one.strip() for one, _, _ in signs):
                    yield Seen(signs, marker)
                    signs, marker = [], ""
                breaks = 0
            signs.append((" " if sign == "\n" and "pre" not in marks else sign, marks, url))
        yield Seen(signs, marker)


@pytest.mark.parametrize("marks", [("strong",), ("em",), ("strong", "em"), ("strong", "em", "s", "code")])
def test_readers_see_what_was_copied(marks: tuple[str, ...]) -> None:
    """Fault A1, A3, A4, A5: in random pages nothing is joined, lost, turned into formatting or linked elsewhere."""
    for seed in range(PAGES):
        page = Page(seed, marks)
        markdown = to_markdown(page.html).markdown or page.seen[0].text
        rendered = render(markdown)
        assert rendered.problems == (), (seed, markdown)
        after, before = Reading(rendered.html).seen, list(divided(page.seen))
        case = (seed, page.html, markdown)
        assert [(seen.marker, seen.text) for seen in after] == [(seen.marker, seen.text) for seen in before], case
        for one, other in zip(after, before, strict=True):
            assert one.links == [(normalizeLink(url), words) for url, words in other.links], case
            for (sign, is_marked), (_, was_marked) in zip(one.marked(), other.marked(), strict=True):
                assert is_marked <= was_marked, (sign, *case)
                assert len(marks) > 1 or len(was_marked) > 1 or not sign.isalnum() or is_marked == was_marked, (
                    sign,
                    *case,
                )


class TestLines:
    @pytest.mark.parametrize("name", ["mail-with-br"])
    def test_the_mail(self, name):
        """Fault A1: a line break stays one, with and without a block around it."""
        html = (INPUTS / f"{name}.html").read_text()
        assert to_markdown(html).markdown == (
            "**Hello** team,\\\nfirst line\\\nsecond line\n\nthird [link](https://example.com/)"
        )

    @pytest.mark.parametrize(
        ("html", "seen"),
        [
            ("one<br>two", ["one two"]),
            ("one<br><br>two", ["one", "two"]),
            ("<blockquote>one<br>two</blockquote>three", ["one two", "three"]),
            ("<address>one<br>two</address>", ["one two"]),
            ("<div>one</div><div>two<br></div><div><br></div><div>three</div>", ["one", "two", "three"]),
            ("<span>one<br></span>two", ["one two"]),
            ("<center>one</center><center>two</center>", ["one", "two"]),
            ("<x-y style='display: block'>one</x-y><x-y style='display: flex'>two</x-y>", ["one", "two"]),
            ("<figure><figcaption>one</figcaption></figure><details><summary>two</summary>three</details>",
             ["one", "two", "three"]),
            ("<section>one</section><header>two</header><footer>three</footer><article>four</article>",
             ["one", "two", "three", "four"]),
            ("<fieldset><legend>one</legend>two</fieldset>", ["one", "two"]),
            ("<dl><dt>Token<dd>A piece<dt>Model<dd>A function</dl>", ["Token", "A piece", "Model", "A function"]),
            ("<div>" * 150 + "<p>one</p><p>two</p>", ["one two"]),
        ],
    )  # fmt: skip
    def test_words_stay_apart(self, html, seen):
        """Fault A1: line breaks, blocks of every name, also where they are nested too deep to be kept."""
        assert seen_of(html) == seen


class TestCode:
    def test_a_page_with_code_keeps_its_marks(self):
        """Fault A2: heading, link, bold and list beside `<pre>`. Superscripts and numbers of the same page."""
        markdown = to_markdown((INPUTS / "page-with-code.html").read_text()).markdown
        assert markdown == (
            "## Install the client\n\nRead the [guide](https://example.com/guide) and run it with **care**:\n\n"
            "```\npip install client\n```\n\n- first point\n- second point\n\nDone.\n\n"
            "## Numbers\n\nTraining took 10⁶ GPU hours, or 3.2 × 10²¹ FLOP.\n\n"
            "1986\\. That was the year of the paper.\n\n**Token**\n\nA piece of text\n\n**Model**\n\nA function\n\n"
            "4. fourth step\n5. fifth step\n\nSee [the report](https://example.com/report%20(final).pdf)."
        )

    @pytest.mark.parametrize(
        "html",
        [
            "<h2>Title</h2><pre style='font-family: ui-monospace, monospace'>x = 1</pre>",
            "<div style='font-family: monospace'><h2>Title</h2><pre>x = 1</pre></div>",
            "<h2>Title</h2><div style='font-family: Menlo, monospace; white-space: pre'>x = 1</div>",
            "<section><h2 style='font-family: monospace'>Title</h2><pre><code>x = 1</code></pre></section>",
        ],
    )
    def test_monospace_text_does_not_make_it_plain(self, html):
        """Fault A2: in any style that names them."""
        assert to_markdown(html).markdown == "## Title\n\n```\nx = 1\n```"

    @pytest.mark.parametrize("code", ["```\na\n```", "````", "a\n\n```python\nb", "~~~", "`"])
    def test_backticks_in_code(self, code):
        """Fault A5: a fence is longer than any run of backticks within it."""
        assert Reading(render(to_markdown(f"<p>x</p><pre>{code}</pre>").markdown).html).seen[1].text == " ".join(
            code.split()
        )

    @pytest.mark.parametrize(
        "html",
        [
            "<p>Before</p><button>Copy code</button><pre>x</pre><p>After</p>",
            "<p>Before</p><pre>x<button>Copy</button></pre><p>After</p>",
            "<p>Before</p><div><span>bash</span><div role='button'>Copy</div></div><pre>x</pre><p>After</p>",
            "<p>Before</p><pre>x</pre><div>Copied!</div><p>After</p>",
            "<p>Before</p><div><span>python</span><span>Copy code</span></div><pre>x</pre><p>After</p>",
            "<p>Before</p><div class='code-lang'>Python</div><pre>x</pre><p>After</p>",
            "<p>Before</p><pre><span class='label'>bash</span><code>x</code></pre><p>After</p>",
            "<p>Before</p><div>JSON</div><div>Copy</div><pre>x</pre><p>After</p>",
            "<p>Before</p><pre>x</pre><p>After <select><option>One</option><option>Two</option></select></p>",
            "<p>Before</p><noscript><p>Enable JavaScript</p></noscript><pre>x</pre><p>After</p>",
            "<p>Before</p><pre>x</pre><p>After<template>hidden</template></p><datalist><option>a</datalist>",
        ],
    )
    def test_what_is_there_to_be_pressed_is_left_out(self, html):
        """Fault A5: buttons, their labels, options, and content for browsers without scripts."""
        assert seen_of(html) == ["Before", "x", "After"]

    def test_words_that_only_look_like_labels_stay(self):
        """Fault A5: only labels beside code are skipped, and no heading that can be pressed."""
        html = "<h3><button>What is it?</button></h3><p>Python</p><p>Copy</p><p>x</p><p>Bash</p><pre>y</pre>"
        assert seen_of(html) == ["What is it?", "Python", "Copy", "x", "Bash", "y"]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("10<sup>6</sup>", "10⁶"), ("3.2 × 10<sup>21</sup> FLOP", "3.2 × 10²¹ FLOP"), ("10<sup>-3</sup>", "10⁻³"),
        ("10<sup>−3</sup>", "10⁻³"), ("x<sup>n+1</sup>", "xⁿ⁺¹"), ("x<sup>a/b</sup>", "x^(a/b)"),
        ("2<sup>1.5</sup>", "2^(1.5)"),
        ("H<sub>2</sub>O", "H₂O"), ("v<sub>max</sub>", "vₘₐₓ"), ("log<sub>10</sub>", "log₁₀"),
        ("d<sub>Q</sub>", "d_(Q)"),
        ("10<span style='vertical-align: super; font-size: 0.6em'>6</span>", "10⁶"),
        ("x<span style='font-size:smaller;vertical-align:sub'>12</span>", "x₁₂"),
        ("10<sup><b>6</b></sup>", "10⁶"), ("10<sup> 6 </sup>x", "10 ⁶ x"), ("e<sup>x<sup>2</sup></sup>", "e^(x²)"),
        ("1<sup>st</sup>", "1st"), ("n<sup>th</sup>", "nᵗʰ"), ("word<sup>[1]</sup>", "word[1]"),
        ("a<sup>*</sup>", "a*"),
        ("<math><msup><mn>10</mn><mn>6</mn></msup></math>", "10⁶"), ("1<sup>2</sup>⁄<sub>3</sub>", "1²⁄₃"),
    ],
)  # fmt: skip
def test_superscripts_and_subscripts(html: str, text: str) -> None:
    """Fault A3: no number changes. Unicode where it has the characters, else brackets."""
    assert seen_of(f"<p>{html}</p><p>x</p>")[0] == text
    alone = to_markdown(html).markdown or re.sub("<[^>]*>", "", html)
    assert Reading(render(alone).html).seen[0].text == text


@pytest.mark.parametrize(
    ("url", "href"),
    [
        ("https://example.com/report (final).pdf", "https://example.com/report%20(final).pdf"),
        ("https://example.com/a(b", "https://example.com/a(b"),
        ("https://example.com/a)b", "https://example.com/a)b"),
        ("https://example.com/a b?c=d e", "https://example.com/a%20b?c=d%20e"),
        ("https://example.com/[x]", "https://example.com/%5Bx%5D"),
        ("https://example.com/<x>", "https://example.com/%3Cx%3E"),
        ("https://example.com/?a=1&copy=2&lt;=3", "https://example.com/?a=1&amp;copy=2&amp;lt;=3"),
        ("https://example.com/a\u00a0b", "https://example.com/a%C2%A0b"),
        ("https://example.com/x_y*z*`q`", "https://example.com/x_y*z*%60q%60"),
        (" https://example.com/\n", "https://example.com/"),
    ],
)
def test_links_lead_where_they_led(url: str, href: str) -> None:
    """Fault A5: blanks and brackets in a URL, of a link in a text and of one alone."""
    for around in (
        "<p>See <a href='{}'>the [report]</a>!</p>",
        "<h2>a</h2><ul><li><a href='{}'>the [report]</a></li></ul>",
    ):
        assert f'<a href="{href}" rel="noopener">the [report]</a>' in html_of(around.format(escape(url)))


class TestNumberedLists:
    @pytest.mark.parametrize(
        ("html", "seen"),
        [
            ("<ol start=4><li>a<li>b</ol>", ["4. a", "5. b"]),
            ("<ol start=0><li>a<li>b</ol>", ["0. a", "1. b"]),
            ("<ol><li>a<li value=7>b<li>c</ol>", ["1. a", "7. b", "8. c"]),
            ("<ol reversed=''><li>a<li>b</ol>", ["2. a", "1. b"]),
            ("<ul><li>x<ol start=3><li>a<li>b</ol></ul>", ["- x", "3. a", "4. b"]),
            ("<ol><li>a</ol><p>x</p><ol start=2><li>b</ol>", ["1. a", "x", "2. b"]),
            ("<ol><li>a</ol><ol start=2><li>b</ol>", ["1. a", "2. b"]),
            ("<ol><li>a</ol><ol><li>b</ol>", ["1. a", "1. b"]),
            ("<ol start=10><li>a<pre>x</pre></ol>", ["10. a", "x"]),
            ("<ol start=-3><li>a</ol>", ["1. a"]),
            ("<ol start=99999999999><li>a</ol>", ["1. a"]),
        ],
    )
    def test_the_number_stays(self, html, seen):
        """Fault A5: `start`, `value`, reversed lists, lists that go on after a paragraph."""
        assert seen_of(html) == seen

    def test_the_numbers_of_word(self):
        """Fault A5: Word writes the number as text before each item."""
        item = "<p style='mso-list:l0 level{} lfo1'><span style='mso-list:Ignore'>{}<span>&nbsp;</span></span>{}</p>"
        items = [(1, "4.", "a"), (2, "2)", "b"), (2, "3)", "c"), (1, "5.", "d"), (1, "8.", "e")]
        assert seen_of("".join(item.format(*one) for one in items)) == ["4. a", "2. b", "3. c", "5. d", "8. e"]


def test_blocks_in_items_and_cells() -> None:
    """Fault A5: code, tables and paragraphs of an item stay in it. A wide row loses no cell."""
    html = "<ul><li><p>a</p><p>b</p></li><li>c<pre>x\n\ny</pre></li><li>d<table><tr><td>1<td>2</table></li></ul>"
    assert html_of(html).count("<ul>") == 1 and seen_of(html) == ["- a", "b", "- c", "x y", "- d", "1", "2"]
    rows = "<caption>Prices</caption><tr><th>a<th>b</tr><tr><td>1</tr><tr><td>2<td>3<td>4<br>5</tr>"
    assert seen_of(f"<table>{rows}</table>") == ["Prices", "a", "b", "1", "2", "3", "4 5"]
