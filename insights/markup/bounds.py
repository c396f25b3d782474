"""Cost limit of the Markdown parser.

On hostile text, markdown-it-py needs seconds. We count rule calls instead of seconds so that every server refuses the
same text. Loops within a rule are not counted; searches of limited length replace them below.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote import index as footnotes

MAX_STEPS = 300_000  # rule calls; 200 kB of densely marked prose need two thirds of them
STEPS_OF_A_BLOCK = 3  # created, rendered and sanitized
STEPS_OF_A_LINK = 8  # its URL is parsed
MAX_LABEL = 1000  # characters of a footnote's label

_END_OF_LABEL = re.compile(r"[ \n\]]")


class TooMuchMarkup(Exception):
    """A text that costs the parser too much; the message is for its author and counts lines from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(
            f"Line {line}: there is too much markup here, such as brackets, emphasis or nested lists. "
            "Simplify or split the text."
        )


@dataclass(slots=True)
class _Work:
    """Cost of one text so far. `line`: the current line, from 0."""

    steps: int = 0
    line: int = 0

    def add(self, steps: int) -> None:
        self.steps += steps
        if self.steps > MAX_STEPS:
            raise TooMuchMarkup(self.line + 1)

    def counted(self, rule: Callable[..., bool]) -> Callable[..., bool]:
        """Wrap a parser rule to count its calls: of blocks (state, line, end, silent) or within a line."""

        def counted(state: Any, *place: Any) -> bool:
            if len(place) > 1:
                self.line = place[0]
            self.add(1)
            return rule(state, *place)

        return counted


class _Blocks(list[Token]):
    """Token list that counts its blocks, since one call of a rule makes all cells of a table."""

    def __init__(self, work: _Work) -> None:
        super().__init__()
        self._work = work

    def append(self, token: Token) -> None:
        self._work.add(STEPS_OF_A_BLOCK)
        super().append(token)


def bound(parser: MarkdownIt) -> None:
    """Make `parser`, which is for one text, raise TooMuchMarkup."""
    work = _Work()
    for ruler in (parser.block.ruler, parser.inline.ruler):
        for rule in ruler.__rules__:
            fn = _footnote_ref if rule.name == "footnote_ref" else rule.fn
            ruler.at(rule.name, work.counted(fn), {"alt": rule.alt})

    def block(state: StateCore) -> None:  # the library also has an inline mode, which `js-default` never uses
        state.tokens = _Blocks(work)
        state.md.block.parse(state.src, state.md, state.env, state.tokens)

    def inline(state: StateCore) -> None:
        for token in state.tokens:
            if token.type == "inline":
                work.line = token.map[0] if token.map else work.line
                token.children = token.children or []
                state.md.inline.parse(token.content, state.md, state.env, token.children)

    normalize = parser.normalizeLink

    def normalize_link(url: str) -> str:
        work.add(STEPS_OF_A_LINK)
        return normalize(url)

    parser.core.ruler.at("block", block)
    parser.core.ruler.at("inline", inline)
    parser.normalizeLink = normalize_link  # type: ignore[method-assign]
    library = parser.helpers
    parser.helpers = SimpleNamespace(  # type: ignore[assignment]
        parseLinkLabel=_link_label,
        parseLinkDestination=library.parseLinkDestination,
        parseLinkTitle=library.parseLinkTitle,
    )


def _link_label(state: StateInline, start: int, disableNested: bool = False) -> int:  # noqa: N803
    """Return the end of the label that begins at `start`, or -1; the library's function in linear time."""
    known: dict[Any, int] = state.cache
    key = (disableNested, state.posMax)
    before, state.pos = state.pos, start + 1
    opened = [start]
    end = -1
    while opened and state.pos < state.posMax:
        at = state.pos
        marker = state.src[at]
        if marker == "]":
            end = known[*key, opened.pop()] = at
            state.pos += 1
            continue
        state.md.inline.skipToken(state)
        if marker == "[":
            if state.pos == at + 1:  # the bracket is plain text
                inner = known.get((*key, at))
                if inner is None:
                    opened.append(at)
                elif inner < 0:
                    break  # the outer bracket has no end, either
                else:
                    state.pos = inner + 1
            elif disableNested:
                break
    state.pos = before
    for outer in opened:
        known[*key, outer] = -1
    return -1 if opened else end


def _footnote_ref(state: StateInline, silent: bool) -> bool:
    """Call the library's rule only if a label ends within MAX_LABEL characters."""
    if not state.src.startswith("[^", state.pos):
        return False
    end = _END_OF_LABEL.search(state.src, state.pos + 2, min(state.posMax, state.pos + MAX_LABEL))
    return end is not None and end[0] == "]" and footnotes.footnote_ref(state, silent)
