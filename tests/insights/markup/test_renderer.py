"""The renderer: from an editor's Markdown to a reader's HTML."""

from __future__ import annotations

import pytest

from insights.markup import MAX_BYTES, Rendered, render
from insights.markup.figures import FigurePicture
from insights.public.absolute_urls import absolutize_urls

UID = "6b0c0000-0000-4000-8000-000000000001"
PICTURES = {
    UID: FigurePicture("/media/a.png", 60, 40, alt="stored alt", caption="stored caption", credit="Drawing: desk")
}


def html(text: str) -> str:
    rendered = render(text, PICTURES)
    assert rendered.problems == ()
    return rendered.html.strip()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*a* **b** ~~c~~ `d`", "<p><em>a</em> <strong>b</strong> <del>c</del> <code>d</code></p>"),
        ("a  \nb", "<p>a<br>\nb</p>"),
        ("> quoted", "<blockquote>\n<p>quoted</p>\n</blockquote>"),
        ("---", "<hr>"),
        ("3. c\n4. d", '<ol start="3">\n<li>c</li>\n<li>d</li>\n</ol>'),
        (r"\*plain\*", "<p>*plain*</p>"),
        ("<b>raw</b>", "<p>&lt;b&gt;raw&lt;/b&gt;</p>"),
        ("[x](/insights/)", '<p><a href="/insights/" rel="noopener">x</a></p>'),
        ("<a@example.com>", '<p><a href="mailto:a@example.com" rel="noopener">a@example.com</a></p>'),
    ],
)
def test_commonmark(text, expected):
    assert html(text).replace("<s>", "<del>").replace("</s>", "</del>") == expected


class TestHeadings:
    def test_have_an_address_of_their_own(self):
        rendered = render("## One\n\n### Two\n\n## One\n\n## 中文\n\n## 中文")
        assert [entry["id"] for entry in rendered.contents] == ["s-one", "s-two", "s-one-2", "s-section", "s-section-2"]
        assert [entry["level"] for entry in rendered.contents] == [2, 3, 2, 2, 2]
        assert '<h2 id="s-one" aria-label="One">One<a' in rendered.html
        assert 'href="#s-one"' in rendered.html
        assert "Link to the section “One”" in rendered.html

    def test_a_numbered_twin_takes_no_other_s_place(self):
        ids = [entry["id"] for entry in render("## One\n\n## One 2\n\n## One").contents]
        assert len(set(ids)) == 3

    def test_of_the_first_level_are_the_page_s(self):
        assert "<h1" not in html("# Top\n\nSetext\n=====\n")
        assert html("# Top").startswith('<h2 id="s-top" aria-label="Top">')

    def test_their_text_is_given_without_markup(self):
        assert render("## A *b* `c` [d](/x)").contents[0]["text"] == "A b c d"


class TestTables:
    def test_scroll_in_a_frame_of_their_own(self):
        table = html("| a | b | c |\n|---|:-:|--:|\n| 1 | 2 | 3 |")
        assert table.startswith('<div class="scroll" role="region" tabindex="0" aria-label="Table 1"><table>')
        assert '<th scope="col" class="c">b</th>' in table
        assert '<td class="n">3</td>' in table
        assert "style=" not in table

    def test_bear_names_of_their_own(self):
        table = "| a |\n|---|\n| 1 |\n\n"
        assert 'aria-label="Table 2"' in html(table + table)


class TestCode:
    def test_is_highlighted_by_classes(self):
        code = html("```python\ndef f():\n    return 1\n```")
        assert '<span class="k">def</span>' in code
        assert "style=" not in code

    @pytest.mark.parametrize("language", ["", "nonsense", '"><script>'])
    def test_of_an_unknown_language_is_plain(self, language):
        """M07: the fence's info string is no code of ours."""
        code = html(f"```{language}\n<b>\n```")
        assert "&lt;b&gt;" in code
        assert "<script" not in code

    def test_can_be_scrolled_by_keyboard(self):
        assert '<pre tabindex="0" role="group" aria-label="Code">' in html("    x = 1")


class TestFootnotes:
    def test_lead_there_and_back(self):
        text = html("A[^n] b[^n].\n\n[^n]: The note.")
        assert 'href="#fn1"' in text
        assert 'id="fnref1"' in text
        assert "The note." in text
        assert text.count('class="footnote-backref"') == 2

    def test_say_where_they_lead(self):
        text = html("A[^n] b[^n].\n\n[^n]: The note.")
        assert text.count('href="#fn1" id="fnref1') == text.count('aria-label="Footnote 1"') == 2
        assert text.count(">[1]</a>") == 2
        assert 'id="fnref1:1"' in text
        assert 'href="#fnref1" class="footnote-backref" aria-label="Back to the text of footnote 1"' in text
        assert 'aria-label="Back to the text of footnote 1, place 2"' in text
        assert '<section class="footnotes" aria-label="Footnotes">' in text


class TestPictures:
    def test_alone_it_is_a_figure_with_its_words(self):
        figure = html(f'![What it shows](picture:{UID} "Own caption")')
        assert figure == (
            '<figure class="picture"><img src="/media/a.png" alt="What it shows" width="60" height="40" loading="lazy" '
            'decoding="async"><figcaption>Own caption <span class="credit">Drawing: desk</span></figcaption></figure>'
        )

    def test_what_is_not_said_in_the_text_is_taken_from_the_picture(self):
        figure = html(f"![](picture:{UID})")
        assert 'alt="stored alt"' in figure
        assert "stored caption" in figure

    def test_within_a_line_it_is_only_a_picture(self):
        assert "<figure" not in html(f"A ![x](picture:{UID}) b")

    def test_its_reference_ignores_case(self):
        assert render(f"![x](picture:{UID.upper()})", PICTURES).pictures == {UID}

    def test_in_code_it_is_text(self):
        rendered = render(f"`![x](picture:{UID})`", PICTURES)
        assert rendered.pictures == frozenset()
        assert "picture:" in rendered.html

    @pytest.mark.parametrize(
        "address",
        ["https://evil.example/a.png", "//evil.example/a.png", "/media/a.png", "a.png", "data:image/png;base64,AA",
         "picture:6b0c", "ftp://x/a.png", "picture:00000000-0000-4000-8000-000000000000"],
    )  # fmt: skip
    def test_that_is_not_ours_is_a_problem_in_words(self, address):
        rendered = render(f"![x]({address})", PICTURES)
        assert len(rendered.problems) == 1
        assert "<img" not in rendered.html

    def test_a_link_to_one_is_a_problem(self):
        assert "write ! before [." in render(f"[x](picture:{UID})", PICTURES).problems[0]

    def test_one_problem_is_reported_once(self):
        assert len(render("![x](a.png)\n\n![x](a.png)").problems) == 1


class TestSize:
    def test_a_text_over_the_limit_is_not_rendered(self):
        rendered = render("ä" * (MAX_BYTES // 2 + 1))
        assert rendered == Rendered(html="", problems=rendered.problems)
        assert "200 kB" in rendered.problems[0]

    def test_words_are_counted_with_code_and_read_without(self):
        rendered = render("One two `three`.\n\n```\nfour five\n```\n")
        assert rendered.words == 5
        assert rendered.text == "One two ."

    @pytest.mark.parametrize("text", ["", "\n\n", "   "])
    def test_an_empty_text_is_an_empty_page(self, text):
        rendered = render(text)
        assert (rendered.html.strip(), rendered.words, rendered.contents, rendered.problems) == ("", 0, [], ())


def test_telephone_links_stay_whole_in_feeds():
    """Fault A10: a feed has `tel:` links, too, and no anchor without an href."""
    carried_away = absolutize_urls(
        html("[Call](tel:+49301) and [load](ftp://a.example/x)"), "https://hub.example/insights/a/"
    )
    assert carried_away == '<p><a href="tel:+49301" rel="noopener">Call</a> and load</p>'
