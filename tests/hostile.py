"""Hostile inputs: texts that cost bad parsers more than linear time, as functions of a length in characters."""

from __future__ import annotations

from collections.abc import Callable

type Generator = Callable[[int], str]


def run(piece: str, before: str = "", after: str = "") -> Generator:
    """Repeat `piece` between `before` and `after`."""
    return lambda length: before + piece * (length // len(piece)) + after


def nest(opening: str, closing: str, middle: str = "a") -> Generator:
    """Nest `opening` and `closing` around each other."""
    return lambda length: (
        opening * (length // (len(opening) + len(closing)))
        + middle
        + closing * (length // (len(opening) + len(closing)))
    )


def numbered(form: str) -> Generator:
    """Repeat `form` with a different number each time."""
    return lambda length: "".join(form.format(number) for number in range(length // len(form.format(10_000))))


def growing(piece: str, after: str = " ") -> Generator:
    """Return one of `piece`, then two, three and so on."""
    return lambda length: "".join(piece * n + after for n in range(1, int((2 * length / len(piece)) ** 0.5)))


PLAIN: dict[str, Generator] = {
    "characters": run("a"),
    "words": run("word "),
    "blanks": run(" ", after="x"),
    "line ends": run("\n", "x", "x"),
    "blank lines": run(" \n", "x", "x"),
    "tabs": run("\t", after="x"),
    "short lines": run("a\n"),
    "other words": numbered("word{} "),
    "combining marks": run("\u0301", "a"),
    "no width": run("\u200b", "a", "b"),
    "joined": run("\u200d"),
    "direction": run("\u202e"),
    "emoji": run("👩\u200d💻"),
    "capital sharp s": run("\u1e9e"),
    "ligatures": run("\ufdfa"),
    "surrogate pairs": run("😀 "),
    "CJK": run("人工智能"),
    "quotes": run('"'),
    "quoted": run('"a" '),
    "one quote": run("a", '"'),
    "backslashes": run("\\"),
    "escaped quotes": run('\\"', '"'),
    "dots": run("."),
    "hyphens": run("-", "a", "a"),
    "at signs": run("@"),
    "email addresses": run("a@b.c,"),
    "colons": run(":"),
    "commas": run(","),
    "semicolons": run(";="),
    "percent": run("%40"),
    "digits": run("1"),
    "addresses": run("1.1.1.1."),
}

# Input that Markdown reads twice.
MARKUP: dict[str, Generator] = {
    "open brackets": run("["),
    "closed brackets": run("]"),
    "brackets": nest("[", "]"),
    "pictures": run("!["),
    "nested pictures": nest("![", "](b)"),
    "nested links": nest("[", "](b)"),
    "links": run("[a](b) "),
    "other links": numbered("[a](https://example.com/{}) "),
    "half links": run("[a](b"),
    "angled links": run("[a](<b"),
    "titled links": run('[a](b "'),
    "references": run("[x][", "[x]: /u\n\n"),
    "definitions": numbered("[a{}]: /u\n"),
    "one definition": run("a\n", "["),
    "footnotes": run("[^a] ", "[^a]: x\n\n"),
    "half footnotes": run("[^", "[^a]: x\n\n"),
    "other footnotes": numbered("[^a{}]: x\n"),
    "emphasis": run("*a **b "),
    "marks": run("*_"),
    "struck": run("~~a "),
    "less": run("<"),
    "autolinks": run("<a@b.c> "),
    "entities": run("&amp;"),
    "half entities": run("&#"),
    "backticks": growing("`"),
    "code": run("`a` "),
    "quoted lines": run("> a\n"),
    "nested quotes": run(">"),
    "deep lines": run("> " * 40 + "a\n"),
    "lazy lines": run("a\n", "> " * 40),
    "nested lists": lambda length: "".join(" " * n + "- a\n" for n in range(int((2 * length) ** 0.5) - 3)),
    "lists": run("- a\n"),
    "loose lists": run("- a\n\n  b\n"),
    "numbers": run("1. "),
    "headings": run("# a\n"),
    "same headings": run("## The same heading\n\n"),
    "underlined": run("a\n-\n"),
    "rules": run("---\n"),
    "bars": run("|"),
    "table": run("|c|d|\n", "|a|b|\n|-|-|\n"),
    "short rows": lambda length: (
        "|" + "a|" * (length // 400) + "\n|" + "-|" * (length // 400) + "\n" + run("|\n")(length)
    ),
    "tables": run("|a|\n|-|\n\n"),
    "fences": run("```python\nx = 1\n```\n\n"),
    "open fences": run("```\n"),
    "comments": run("<!--"),
    "declarations": run("<![CDATA["),
    "tags": run("<a "),
}

TEXTS = PLAIN | MARKUP

# For lexers: missing ends, and beginnings of a name, a call or a number.
CODE: dict[str, Generator] = {
    name: run(name)
    for name in (
        *(
            "a ",
            "a* ",
            "a& ",
            "a::",
            "a.",
            "a,",
            "a;",
            "a(",
            "a(b) ",
            "a<",
            "a[]",
            "a: ",
            "a=",
            "@a ",
            "#a",
            "$a",
            "{a",
        ),
        *("/*", "//", "*/", "<!--", "{{", "{%", "${", '"\\', "'\\", '"""', "'''", "<<E\n", "\\\n", "f'{", 'r#"', "0."),
        *("0x", "1e", ".1", "1_", "= ", "->", "=>", "class a ", "def ", "fn ", "import a", "select ", "public ", "[a]"),
        *("template<", "#if 0\n", "<a b=", "<script>", "</", "&a", "- ", "|\n", ">>> ", "$ ", "日"),
    )
}

HTML: dict[str, Generator] = {
    "paragraphs": run("<p>a</p>"),
    "open paragraphs": run("<p>"),
    "nested quotes": lambda length: "<blockquote>" * 50 + run("<p>a</p>")(length),
    "lines in quotes": lambda length: "<blockquote>" * 50 + "<pre>" + run("a\n")(length),
    "breaks in quotes": lambda length: "<blockquote>" * 50 + "<p>" + run("a<br>")(length),
    "quotes in quotes": lambda length: "<blockquote>" * 50 + run("<blockquote>a</blockquote>")(length),
    "nested lists": lambda length: "<ul><li>" * 29 + "<pre>" + run("a\n")(length),
    "bullets": run("<li>a</li>", "<ul>"),
    "numbers": run("<li>a</li>", "<ol>"),
    "bold": run("<b>a</b> "),
    "open bold": run("<b>"),
    "links": run('<a href="http://a/">a</a> '),
    "rows": run("<tr><td>a</td></tr>", "<table>"),
    "cells": run("<td>a</td>", "<table><tr>"),
    "wide cells": run("<tr><td colspan=50 rowspan=50>a</td></tr>", "<table>"),
    "tables": run("<table><tr><td>a</td></tr></table>"),
    "nested tables": lambda length: "<table><tr><td>" * 20 + run("<p>a</p>")(length),
    "headings": run("<h2>a</h2>"),
    "code": run("<code>a</code> "),
    "preformatted": run("<pre>a</pre>"),
    "blank lines": run("\n", "<pre>", "x"),
    "backticks": run("`", "<pre>"),
    "styles": run('<span style="font-weight:bold">a</span>'),
    "Word lists": run('<p style="mso-list:l0 level9">a</p>'),
    "long style": run("font-family:", '<div style="', '">'),
    "attributes": run('"a', "<div "),
    "values": run("a=b ", "<p ", ">"),
    "queries": run("q=1&", '<a href="http://www.google.com/url?', '">a</a>'),
    "open values": run('<p x="'),
    "style tags": run("</style", "<style>"),
}

# Markup of other systems that begins again and again and never ends, as `insights.markup.source_facts` notes it.
_FOREIGN = ["{{", "{{ a ", "{{a{a}", "{: a", "{.a ", "{#a .b ", "[a ", "[a=", '[a="x"', "[a][/a]", "[a](", "![a]({{ "]
_FOREIGN += [
    "%%a ",
    "%%",
    "a %% ",
    "$$",
    "$$a",
    "$a ",
    "$",
    "==a",
    "== ",
    "\x03a",
    "\x05a",
    "::: a",
    "\n%%a",
    "\0{a=b ",
]
FOREIGN: dict[str, Generator] = {piece: run(piece) for piece in _FOREIGN}
