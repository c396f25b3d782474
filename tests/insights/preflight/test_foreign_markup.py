"""Checks for markup of other systems, which readers would see as it was typed."""

from __future__ import annotations

import pytest

from tests.insights.preflight.test_rules import checked

pytestmark = pytest.mark.django_db


def named(body: str, **fields: str) -> list[tuple[str, int, str]]:
    """Return level, line and sentence of the findings about markup, and of bare URLs."""
    findings = checked(body, **fields).findings
    return [(one.level.value, one.line, one.message) for one in findings if one.rule in ("markup", "bare", "entity")]


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("One.\n\nSee {{ site.url }}.\n", 3, "“{{ site.url }}” is shown as text"),
        ("{{site.title | upcase}}\n", 1, "“{{site.title | upcase}}”"),
        ("One\n{{{ raw }}} two\n", 2, "“{{{ raw }}}”"),
        ("{{ f({a: 1}) }}\n", 1, "“{{ f({a: 1}) }}”"),
        ("{{\n  page.title\n}}\n", 1, "“{{ page.title }}”"),
        ('![Jolla photo]({{ "/assets/jolla.jpg" | relative_url }})\n', 1, "The picture “Jolla photo” is not shown"),
        ("![Jolla photo]({% asset jolla.jpg %})\n", 1, "The picture “Jolla photo” is not shown"),
        ("![]({{ site.baseurl }}/a b.png)\n", 1, "The picture “” is not shown"),
        ('[About]({{ "/about/" | relative_url }})\n', 1, "is shown as text, not as a link"),
        ("[Old]({% post_url 2020-01-01-old %})\n", 1, "is shown as text, not as a link"),
        ('{{ "https://a.example/x" | link }}\n', 1, '“{{ "https://a.example/x" | link }}”'),
    ],
)
def test_template_tags_are_named_once(text, line, part):
    """Liquid, Twig, Handlebars and Hugo: the whole of a lost picture or link is one finding."""
    ((level, found, sentence),) = named(text)
    assert (level, found) == ("warning", line)
    assert part in sentence


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("Words.\n{: .center }\n", 2, "“{: .center }”"),
        ("{:.no_toc}\n", 1, "“{:.no_toc}”"),
        ('[a](https://a.example/){:target="_blank"}\n', 1, "“{:target="),
        ("{::nomarkdown}\n", 1, "“{::nomarkdown}”"),
        ("## Heading {#custom-id}\n", 1, "“{#custom-id}”"),
        ("One.\n\n## Heading {#a .b data-x=1}\n", 3, "“{#a .b data-x=1}”"),
        ("Heading {.unnumbered}\n===\n\nx\n", 1, "“{.unnumbered}”"),
        ("`code`{.python}\n", 1, "“{.python}”"),
        ("[a](https://a.example/){width=50%}\n", 1, "“{width=50%}”"),
        ("::: {.note}\nWords\n", 1, "“::: {.note}”"),
        (":::warning\nWords\n", 1, "“:::warning”"),
        ("!!! note\n\nWords\n", 1, "“!!! note”"),
        ("[TOC]\n\n## One\n", 1, "“[TOC]”"),
    ],
)
def test_attribute_lists_and_containers_are_named(text, line, part):
    """Markup of kramdown, Pandoc, MkDocs and Docusaurus."""
    ((level, found, sentence),) = named(text)
    assert (level, found) == ("warning", line)
    assert part in sentence


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        (r'\[caption id="attachment\_12" width="300"\]A cat\[/caption\]' + "\n", 1, "“[caption id="),
        ('One\n[caption id="x"]A cat[/caption]\n', 2, "“[caption id="),
        ("[gallery]\n", 1, "“[gallery]”"),
        ('[gallery ids="1,2"]\n', 1, "“[gallery ids="),
        ("[embed]https://video.example/1[/embed]\n", 1, "“[embed]https://video.example/1”"),
        ("\\[embed\\]https://video.example/1\\[/embed\\]\n", 1, "“[embed]https://video.example/1”"),
        ("[embed]<https://video.example/1>[/embed]\n", 1, "“[embed]https://video.example/1”"),
        ("[su_note]Words[/su_note]\n", 1, "“[su_note]”"),
        ("\\[su\\_note\\]Words\\[/su\\_note\\]\n", 1, "“[su…note]”"),
        ('[video src="a.mp4"]\n', 1, "“[video src="),
        ("[b]bold[/b]\n", 1, "“[b]”"),
        ("One.\n\nWords[/quote]\n", 3, "“[/quote]”"),
    ],
)
def test_shortcodes_are_named_once_also_with_escaped_brackets(text, line, part):
    """Shortcodes of WordPress and BBCode, as they are and as exporters escape them."""
    ((level, found, sentence),) = named(text)
    assert (level, found) == ("warning", line)
    assert part in sentence


def test_escaped_brackets_can_be_found_in_the_source():
    """A press on the line number selects the text, its backslashes included."""
    (finding,) = [one for one in checked("\\[gallery\\]\n").findings if one.rule == "markup"]
    assert finding.near == "\\[gallery\\]"
    (finding,) = [one for one in checked("See {{ a `b` }}\n").findings if one.rule == "markup"]
    assert (finding.near, finding.message) == ("{{ a ", "“{{ a … }}” is shown as text.")


@pytest.mark.parametrize("text", ["==marked==\n", "Very ==important words== here\n", "(==a==)\n"])
def test_a_highlight_is_named(text):
    """Highlights of Obsidian."""
    ((level, line, sentence),) = named(text)
    assert (level, line) == ("warning", 1)
    assert "is shown as text" in sentence


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("One %%a private note%% two.\n", [1]),
        ("One.\n\n%%\nprivate\n%%\n", [3]),
        ("%%first\n\nlast%%\n", [1, 3]),
        ("%%\n\nprivate\n\n%%\n", [1, 5]),
        ("- one %%ask her%%\n", [1]),
        ("> %% 100% sure? %%\n", [1]),
    ],
)
def test_a_hidden_comment_keeps_the_text_unpublished(text, lines):
    """A comment of Obsidian is private, so publishing it is an error and not only a warning."""
    found = named(text)
    assert [(level, line) for level, line, _ in found] == [("error", line) for line in lines]
    assert all("hidden comment" in sentence for _, _, sentence in found)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Since $E=mc^2$ holds.\n", 1),
        ("A model of $n$ layers\n", 1),
        ("where $p < 0.05$ and\n", 1),
        ("$2x+1=5$\n", 1),
        ("$\\alpha$-particles\n", 1),
        ("It costs $5, and $x_i$ is one of $k$.\n", 1),
        ("One.\n\n$$\n\\frac{a}{b}\n$$\n", 3),
        ("$$ a + b $$\n", 1),
        ("One \\(a_i\\) two\n", 1),
        ("\\(n\\)\n", 1),
        ("\\[ a = b \\]\n", 1),
        ("One.\n\n\\[\n\\sum_{i} x\n\\]\n", 3),
        ("So \\[E=mc^2\\] holds\n", 1),
    ],
)
def test_formulas_are_named(text, line):
    """TeX between dollars, and between brackets behind a backslash."""
    found = named(text)
    assert {(level, at) for level, at, _ in found} == {("warning", line)}
    assert all(sentence.startswith("The formula “") for _, _, sentence in found)


@pytest.mark.parametrize(
    "text",
    [
        "It costs $5 and $10.",
        "From $5 to $10, or 5$ to 10$.",
        "$5, that is 4€ or 5$ here",
        "US$5 and AU$7 = 12 dollars$",
        "$1.5M–$2M, up 3^",
        "Restaurants from $$ to $$$, or $$ to $$.",
        "Set $HOME and $PATH, $HOME/$USER, $FOO_BAR:$BAZ_QUX.",
        "$AAPL and $MSFT rose",
        "\\$5 = \\$6",
        "a == b and c == d, a==b and c==d, === x ===",
        "100%% and 5 %% 3 and for %%i in (%%a %%b)",
        "\\[T\\]he end \\[sic\\] \\[1\\] \\[p = 0.05\\] (a) \\[a][b]",
        "option \\(see below\\) and \\(1\\)",
        "a {b} c, {1, 2}, {x: y}, {}, { .5 } {a=b}",
        "[video] A talk [audio] [gallery of pictures] [b] [John Doe] [caption]: x",
        "std::vector, a:::b, wow!!! note this",
        "`{{ a }}` `$x$` `==a==` `%%a%%` `[gallery]` `{: .a }` `\\(a_b\\)`",
        "```\n{{ a }} $x^2$\n$$\n==a==\n%%a%%\n[gallery]\n{: .a }\n```",
        "    {{ a }} $x^2$ %%a%%\n    [caption]a[/caption]",
    ],
)
def test_money_code_and_brackets_of_prose_are_no_markup(text):
    """Nothing is reported where readers see the intended text."""
    assert named(f"One.\n\n{text}\n") == []


@pytest.mark.parametrize(
    ("typed", "entity", "cure"),
    [
        ("Hello &amp; welcome", "&amp;", "Write “&” instead."),
        ("It&#8217;s", "&#8217;", "Write “’” instead."),
        ("a&nbsp;b", "&nbsp;", "Replace it with a space, or delete it."),
        ("1 &#x3C; 2", "&#x3C;", "Write “<” instead."),
    ],
)
@pytest.mark.parametrize("name", ["title", "excerpt", "seo_description", "cover_alt"])
def test_entities_in_plain_fields_are_named(typed, entity, cure, name):
    """Fields are plain text, so an entity stays as it is typed."""
    (finding,) = [one for one in checked(**{name: typed}).findings if one.rule == "entity"]
    assert (finding.level.value, finding.name, finding.near) == ("warning", name, entity)
    assert entity in finding.message
    assert finding.cure == cure


def test_ampersands_of_plain_fields_are_no_entities():
    """Companies and queries have ampersands, too."""
    assert named("x\n", title="AT&T; R&D &unknownword; a&b;", excerpt="a & b; &; &#;") == []
