"""Picture URLs in a text, replaced and restored: no other byte changes, and hostile text costs no time."""

import random

import pytest

from insights.exchange.body_urls import local_pictures, replace_picture_urls
from tests.cpu import cpu_seconds

REFERENCE = "picture:8a3b8c52-6d0e-4e0b-9d6c-2f4c1f5f7a11"
FILE = "images/8a3b8c52.png"
FRAGMENTS = (
    f"![a]({REFERENCE})",
    f'![a]({REFERENCE} "T")',
    f"![a](<{REFERENCE}>)",
    f"[l]({REFERENCE})",
    f"`![a]({REFERENCE})`",
    f"\n\n[r]: {REFERENCE} 'T'\n",
    "![x][r]",
    "[x][r]",
    "![r]",
    f"\n\n    ![a]({REFERENCE})\n",
    "\n```\n",
    "\n> ",
    "\n- ",
    f"\\![a]({REFERENCE})",
    f"![a]( {REFERENCE} )",
    f"![a](\n{REFERENCE})",
    "![",
    "](",
    ")",
    "[",
    "]",
    "`",
    "\\",
    "<",
    ">",
    " ",
    "\n\n",
    f"[^1]: ![a]({REFERENCE})\n",
    "[^1]",
    "| a |\n|---|\n| ",
    f"![![b]({REFERENCE})]({REFERENCE})",
    "é中",
    "\t",
    "*",
    "_",
)


def test_there_and_back_is_the_same_text():
    chance = random.Random(11)
    met = 0
    for _ in range(1500):
        text = "".join(chance.choices(FRAGMENTS, k=chance.randint(1, 14)))
        out = replace_picture_urls(text, {REFERENCE: FILE})
        met += out != text
        assert replace_picture_urls(out, {FILE: REFERENCE}) == text
    assert met > 500


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("![a](x.png)", {"x.png": "a"}),
        ("![](<my x.png> 't')", {"my x.png": ""}),
        (r"![a](x\_y.png) ![b](x(1).png)", {"x_y.png": "a", "x(1).png": "b"}),
        ("![a `b` *c*](x.png)", {"x.png": "a b c"}),
        ("[![in](x.png)](/there/)", {"x.png": "in"}),
        ("![a][r] [b][r]\n\n[r]: x.png", {"x.png": "a"}),
        ("`![a](x.png)`\n\n    ![a](y.png)\n\n[a](z.png) \\![a](w.png)", {}),
        ("![a](/x.png) ![a](https://example.org/x.png) ![a](#x) ![a]()", {}),
    ],
)
def test_the_pictures_beside_a_text_are_found_as_a_reader_of_markdown_finds_them(text, found):
    assert {address: shown.alt for address, shown in local_pictures(text).items()} == found


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("One\n\n![a](x.png)\ntwo ![b](y.png)\n\n![a](x.png)\n", {"x.png": 3, "y.png": 4}),
        ("![a][r]\n\n`![a](x.png)`\n\n[r]: x.png\n", {"x.png": 5}),
        ("- a\n\n  > ![a](\n  > <x y.png>)\n", {"x y.png": 4}),
    ],
)
def test_the_line_of_a_picture_is_where_its_address_stands_first(text, lines):
    """Lines are counted from 1. A URL in code is none."""
    assert {address: shown.line for address, shown in local_pictures(text).items()} == lines


@pytest.mark.parametrize(
    "text", ["](" * 10_000, "![a](" * 6_000, "![a](x" + "(" * 100_000, "![a](<" * 20_000, "]:x" * 8_000]
)
def test_hostile_text_takes_no_time(text):
    """U21: a text that is slow to parse is no slower here."""
    assert cpu_seconds(lambda: local_pictures(text)) < 5
