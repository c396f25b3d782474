"""Footnotes with named links: to the note, and back to the exact reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin


def use_footnotes(parser: MarkdownIt) -> None:
    """Enable footnotes in `parser`, but not inline ones (`^[…]`)."""
    parser.use(footnote_plugin, inline=False)
    for rule in (footnote_ref, footnote_block_open, footnote_anchor):
        parser.add_render_rule(rule.__name__, rule)


def footnote_ref(self: Any, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
    number, place = _place(tokens[idx])
    return (
        f'<sup class="footnote-ref"><a href="#fn{number}" id="fnref{number}{place}" aria-label="Footnote {number}">'
        f"[{number}]</a></sup>"
    )


def footnote_block_open(self: Any, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
    return '<hr>\n<section class="footnotes" aria-label="Footnotes">\n<ol class="footnotes-list">\n'


def footnote_anchor(self: Any, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
    number, place = _place(tokens[idx])
    which = f", place {int(place[1:]) + 1}" if place else ""
    # U+FE0E keeps phones from showing an emoji.
    return (
        f' <a href="#fnref{number}{place}" class="footnote-backref" '
        f'aria-label="Back to the text of footnote {number}{which}">\u21a9\ufe0e</a>'
    )


def _place(token: Token) -> tuple[int, str]:
    """Return the note's number, and for a later reference the end of its id (":1", …)."""
    later = token.meta.get("subId", 0)
    return token.meta["id"] + 1, f":{later}" if later > 0 else ""
