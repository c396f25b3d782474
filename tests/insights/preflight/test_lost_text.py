"""Checks for text that readers would lose, or see as it was typed."""

from __future__ import annotations

import re

import pytest

from insights.markup import render
from insights.preflight import PreflightReport
from tests.factories import make_picture
from tests.insights.preflight.test_rules import checked

pytestmark = pytest.mark.django_db
RULES = {"footnote", "markup", "bare", "heading", "foreign", "link"}


def said(body: str) -> list[tuple[str, int, str]]:
    """Return level, line and message of the findings in a text."""
    return [(one.level.value, one.line, one.message) for one in report(body).findings if one.rule in RULES]


def report(body: str) -> PreflightReport:
    return checked(body)


class TestFootnotes:
    def test_a_mark_without_a_note_is_named_with_its_line(self):
        """Fault A10: the reference would be shown as text."""
        assert said("One.\n\nTwo\nthree.[^7]\n") == [("error", 4, "The footnote [^7] has no text.")]
        assert said("A.[^a] B.[^b]\n\n[^a]: Source.\n") == [("error", 1, "The footnote [^b] has no text.")]
        assert said("One.\n\n## Two[^c]: three\n") == [("error", 3, "The footnote [^c] has no text.")]

    def test_a_note_without_a_mark_is_named_with_its_line(self):
        """Fault A10: its text would disappear."""
        sentence = "The text does not use the footnote [^x], so readers don't see it."
        assert said("One.\n\n[^x]: Lost\n    words.\n") == [("error", 3, sentence)]
        assert said("> One.\n>\n> [^x]: Lost.\n") == [("error", 3, sentence)]

    def test_a_note_that_is_defined_twice_is_named_once(self):
        """Fault A10: readers would see the last one."""
        ((level, line, sentence),) = said("A.[^1]\n\n[^1]: First.\n\n[^1]: Second.\n")
        assert (level, line) == ("error", 5)
        assert "[^1] is already defined in line 3" in sentence

    @pytest.mark.parametrize("text", ["A.^[Within]\n", "A.[^a b]\n", "A.\n\n[^a b]: source\n"])
    def test_shapes_that_are_no_footnotes_here_are_named(self, text):
        """Fault A10: variants of other systems."""
        assert [level for level, _, _ in said(text)] == ["error"]

    @pytest.mark.parametrize("text", ["A.[^1] B.[^1]\n\n[^1]: S.\n", "`[^1]` and \\[^2]\n", "    [^1]: code\n"])
    def test_footnotes_that_work_and_code_are_no_faults(self, text):
        """Fault A10: nothing is reported where nothing is lost."""
        assert said(text) == []


class TestSchemes:
    @pytest.mark.parametrize("url", ["tel:+4930123456", "TEL:+49-30-1", "mailto:a@example.com"])
    def test_telephone_and_email_links_work(self, url):
        """Fault A10: `tel:` was an anchor without an href."""
        assert said(f"[Call us]({url})\n") == []
        assert 'href="' in render(f"[Call us]({url})").html

    @pytest.mark.parametrize(
        "url", ["ftp://example.com/a.zip", "sms:+49301", "geo:52.5,13.4", "skype:me", "xmpp:a@b.c"]
    )
    def test_other_schemes_are_refused_in_words(self, url):
        """Fault A10: the link's text stays, and no anchor without an href is left."""
        ((level, line, sentence),) = said(f"One.\n\n[The words]({url})\n")
        assert (level, line) == ("error", 3)
        assert f"“{url.partition(':')[0]}:”" in sentence
        assert render(f"[The *words*]({url}) and <{url}>").html.startswith("<p>The <em>words</em> and ")

    @pytest.mark.parametrize(
        "url",
        [
            "ftp://a",
            "a:b",
            "A+B.c-d:e",
            "x%3Ay",
            "1:2",
            "//host/x",
            "?a:b",
            "#a:b",
            "./a:b",
            "ftp&#58;//a",
            "tel:",
            "%20ftp:x",
        ],
    )
    def test_no_anchor_is_ever_without_an_address(self, url):
        """Fault A10: for any text as a link's URL."""
        html = render(f"[words]({url}) <{url}> [again][r]\n\n[r]: {url}\n").html
        assert "words" in html
        assert not re.search(r"<a(?![^>]* href=)", html)

    @pytest.mark.parametrize("url", ["javascript:alert(1)", "javascript:a", "file:///etc/passwd", "data:text/html,x"])
    def test_links_that_the_parser_refuses_are_named(self, url):
        """Fault A10: they are shown as they were typed."""
        assert [line for _, line, _ in said(f"One.\n\n[words]({url})\n")] == [3]

    @pytest.mark.parametrize("url", ["javascript:alert(1)", "javascript:a", "DATA:text/html,x"])
    def test_a_refused_scheme_is_named(self, url):
        (finding,) = [one for one in report(f"[words]({url})\n").findings if one.rule in RULES]
        assert f"Links that begin with “{url.partition(':')[0]}:” are not allowed" in finding.cure


class TestShownAsText:
    @pytest.mark.parametrize(
        ("text", "line", "part"),
        [
            ("One.\n\n<b>bold</b> two\n", 3, "The HTML “<b>” is shown"),
            ("<!-- a note -->\n", 1, "An HTML comment"),
            ("One.\n\n<!-- a\n\nnote -->\n", 3, "An HTML comment"),
            ("One\ntwo <br/> three\n", 2, "The HTML “<br/>” is shown"),
            ('<iframe src="https://video.example/x"></iframe>\n', 1, "The HTML “<iframe"),
            ("- a\n- b <span\n  class=x>c</span>\n", 2, "The HTML “<span"),
            ("See [the label][nowhere].\n", 1, "[nowhere] is not defined"),
            ("One\nsee [label][].\n", 2, "[label] is not defined"),
            ("See [[Other page]] now.\n", 1, "“[[Other page]]” is shown as text"),
            ("![[picture.png]]\n", 1, "“![[picture.png]]” is shown as text"),
            ("See [words](https://a.example/b c).\n", 1, "“[words](https://a.example/b c)” is shown as text"),
            ("See [words] (https://a.example/).\n", 1, "is shown as text, not as a link"),
            ("- one\n- [ ] task\n", 2, "“[ ]” is shown as text"),
            ("1. [x] done\n", 1, "“[x]” is shown as text"),
            ("> [!NOTE]\n> Words\n", 1, "“[!NOTE]” is shown as text"),
            ("One.\n\nSee https://example.com/a_b, now.\n", 3, "“https://example.com/a_b” is shown as text"),
            ("See (www.example.com).\n", 1, "“www.example.com” is shown as text"),
            ("| a | b |\n|---|---|\n| c | http://x.example |\n", 3, "“http://x.example” is shown"),
            ("{{< figure src=x >}}\n", 1, "“{{< figure src=x >}}” is shown"),
            ("{% raw %}\n", 1, "“{% raw %}” is shown"),
        ],
    )
    def test_one_finding_with_its_line(self, text, line, part):
        """Fault A10: text that would be shown as it was typed."""
        ((level, found, sentence),) = said(text)
        assert (level, found) == ("warning", line)
        assert part in sentence

    @pytest.mark.parametrize(
        "text",
        [
            "`<b>` and `[a][b]` and `https://x.example`\n",
            "```html\n<b>[ ] https://x.example</b>\n```\n",
            r"\<b> 3 < 4 > 2, a<b, \[a][b] &lt;i&gt;" + "\n",
            "<https://x.example> [https://x.example](https://x.example) <a@example.com>\n",
            "[sic] [1] (see [a], (b))\n",
            "[label][known]\n\n[known]: https://x.example\n",
            "A list:\n\n- [one](https://x.example) [ ]\n",
        ],
    )
    def test_code_escapes_and_working_links_are_no_faults(self, text):
        """Fault A10: nothing is reported where readers see the intended text."""
        assert said(text) == []

    def test_a_bare_url_can_be_mended_with_one_press(self):
        """Fault A10: the corrected text is offered."""
        finding = next(one for one in report("See https://a.example/x.\n").findings if one.rule == "bare")
        assert (finding.near, finding.fix) == ("https://a.example/x", "<https://a.example/x>")


class TestHeadings:
    @pytest.mark.parametrize("text", ["## One\n\n##\n\nWords\n", "## One\n\n## ##\n", "## One\n\n##  \n"])
    def test_an_empty_heading_is_named_and_stays_out_of_the_contents(self, text):
        """Fault A10: it was a link without a name."""
        assert said(text) == [("warning", 3, "This heading is empty.")]
        rendered = render(text)
        assert [entry["text"] for entry in rendered.contents] == ["One"]
        assert rendered.html.count('class="anchor"') == 1

    def test_a_heading_of_a_picture_is_called_by_its_alt_text(self):
        """Fault A10: its link in the contents had no name."""
        rendered = render(f"## ![A chart]({make_picture().reference})\n")
        assert [entry["text"] for entry in rendered.contents] == ["A chart"]


class TestPicturesOfOtherHosts:
    @pytest.mark.parametrize("url", ["https://x.example/a.png", "/media/a.png", "a.png", "//x.example/b.gif"])
    def test_are_named_with_their_line_while_one_writes(self, url):
        """Fault A10: every button refused them, and no message said where they are."""
        ((level, line, sentence),) = said(f"One.\n\nTwo\n![Alt]({url})\n")
        assert (level, line) == ("error", 4)
        assert f"“{url}” is not on this site" in sentence


def test_each_fault_is_found_beside_all_others():
    """Fault A10: one finding each, with its line."""
    lines = [
        "A.[^1]",
        "",
        "<b>x</b>",
        "",
        "[a][b]",
        "",
        "https://x.example",
        "",
        "- [ ] t",
        "",
        "##",
        "",
        "[f](ftp://a)",
    ]
    assert sorted(line for _, line, _ in said("\n".join(lines))) == [1, 3, 5, 7, 9, 11, 13]
