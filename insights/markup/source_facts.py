"""Facts of a text that its HTML does not show: the typed characters, and footnote definitions."""

from __future__ import annotations

from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.footnote.index import footnote_def

# Signs in the typed text: for a character that is not plain text, and around the words of a link.
OTHER, LINK_BEGINS, LINK_ENDS = "\0", "\x01", "\x02"  # a text contains none of them at this point
# For brackets behind a backslash, which mark formulas and shortcodes in other systems.
ESCAPED = {"[": "\x03", "]": "\x04", "(": "\x05", ")": "\x06"}


def note_definitions(parser: MarkdownIt) -> None:
    """Make `parser` collect all footnote definitions in `env["definitions"]`, even unused ones."""
    parser.block.ruler.at("footnote_def", _footnote_def, {"alt": ["paragraph", "reference"]})


def note_typed_text(parser: MarkdownIt) -> None:
    """Make `parser` store the typed text of each inline token in `meta["typed"]`, with OTHER and ESCAPED."""
    parser.core.ruler.before("text_join", "typed", _typed)


def _footnote_def(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    is_found = footnote_def(state, start, end, silent)
    if is_found and not silent:
        first = state.src.index("[^", state.bMarks[start]) + 2
        label = state.src[first : state.src.index("]", first)]
        state.env.setdefault("definitions", []).append((label, start))
    return is_found


def _typed(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline":
            token.meta["typed"] = "".join(map(_as_typed, token.children or []))


# Line breaks stay, so that lines can be counted.
_SIGNS: dict[str, str] = {"softbreak": "\n", "hardbreak": "\n", "link_open": LINK_BEGINS, "link_close": LINK_ENDS}


def _as_typed(token: Token) -> Any:
    if token.type == "text":
        return token.content
    if token.nesting and token.type not in _SIGNS:
        return ""  # the marks of emphasis
    if token.type == "text_special" and token.info == "escape":
        is_backslash = token.content == token.markup  # before a plain character, as in \alpha
        return token.content if is_backslash else ESCAPED.get(token.content, OTHER)
    return _SIGNS.get(token.type, OTHER)
