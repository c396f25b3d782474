"""Three texts become one: what two editors made of the same text, laid together paragraph by paragraph.

Chosen: paragraphs, not lines or words. Two changes within one paragraph may each be right and make no sense together,
and in prose a paragraph is one line anyway. Where both changed the same one a person chooses; nothing is guessed.
Beyond its bounded effort (`insights/history/alignment.py`) the alignment tells larger stretches as changed, so more is
asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from insights.history.alignment import Effort, align, runs

MINE, THEIRS, BOTH = "mine", "theirs", "both"

MAX_CHARACTERS = 400_000  # of one text; more than an article can hold

_BLANK = "\n\n"
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")


@dataclass(frozen=True, slots=True)
class Conflict:
    """A stretch of paragraphs that both changed, each in another way; an empty string is one that was taken out."""

    base: str
    mine: str
    theirs: str

    @property
    def sides(self) -> dict[str, str]:
        """Both, without the lines that part them from what stands around; to be looked at."""
        return {MINE: self.mine.strip("\n"), THEIRS: self.theirs.strip("\n")}

    def chosen(self, choice: str) -> str:
        """What `choice` (MINE, THEIRS, BOTH: mine first) makes of it."""
        if choice == BOTH and self.mine and self.theirs:
            return self.mine + ("" if self.theirs.startswith("\n") else _BLANK) + self.theirs
        return {MINE: self.mine, THEIRS: self.theirs}.get(choice, self.mine or self.theirs)


@dataclass(frozen=True, slots=True)
class Merged:
    """`pieces`: stretches that are agreed upon, and conflicts, in order."""

    pieces: tuple[str | Conflict, ...]

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        return tuple(piece for piece in self.pieces if isinstance(piece, Conflict))

    @property
    def text(self) -> str:
        """The merged text, with my side of each conflict."""
        return self.chosen([])

    def chosen(self, choices: Sequence[str]) -> str:
        """The merged text with a choice for each conflict, in order; mine where there is none."""
        rest = iter(choices)
        parts = (piece.chosen(next(rest, MINE)) if isinstance(piece, Conflict) else piece for piece in self.pieces)
        return "".join(parts).removeprefix(_BLANK)


@dataclass(frozen=True, slots=True)
class _Change:
    """That paragraphs `low` to `high` of the base became others; `low == high`: something was put in before `low`."""

    low: int
    high: int
    to: tuple[str, ...]


@dataclass(slots=True)
class _Stretch:
    """What both did to paragraphs `low` to `high`, where their changes touch each other."""

    low: int
    high: int
    mine: list[_Change] = field(default_factory=list)
    theirs: list[_Change] = field(default_factory=list)

    def meets(self, change: _Change) -> bool:
        """Whether a change that does not begin before this touches the same paragraphs, or the same place between."""
        is_place = self.low == self.high
        return (change.low == change.high == self.low) if is_place else change.low < self.high

    def merged(self, old: list[str]) -> str | Conflict:
        mine, theirs = self._applied(old, self.mine), self._applied(old, self.theirs)
        if not self.theirs or mine == theirs:
            return mine
        return theirs if not self.mine else Conflict("".join(old[self.low : self.high]), mine, theirs)

    def _applied(self, old: list[str], changes: list[_Change]) -> str:
        parts: list[str] = []
        at = self.low
        for change in changes:
            parts += [*old[at : change.low], *change.to]
            at = change.high
        return "".join([*parts, *old[at : self.high]])


def merge(base: str, mine: str, theirs: str) -> Merged:
    """Lay what became of `base` on both sides together. Line ends are `\\n`; who wins keeps the bytes.

    A text of more than MAX_LETTERS is not taken apart: it is one conflict as a whole.
    """
    if mine == theirs or theirs == base:
        return Merged((_BLANK + mine,))
    if mine == base:
        return Merged((_BLANK + theirs,))
    if max(len(base), len(mine), len(theirs)) > MAX_CHARACTERS:
        return Merged((Conflict(*(_BLANK + text if text else "" for text in (base, mine, theirs))),))
    effort = Effort()
    old = _paragraphs(base)
    pieces: list[str | Conflict] = []
    at = 0
    for stretch in _stretches(_changes(old, mine, effort), _changes(old, theirs, effort)):
        pieces += ["".join(old[at : stretch.low]), stretch.merged(old)]
        at = stretch.high
    return Merged((*pieces, "".join(old[at:])))


def _paragraphs(text: str) -> list[str]:
    """Each with the blank lines before it, and the end of the last line: together they are the text after two line
    ends. So a paragraph put in before or after another leaves that one as it was."""
    text = _BLANK + text
    end = len(text.rstrip())
    starts = [found.start() for found in _BLANK_LINES.finditer(text) if found.start() < end]
    return [text[low:high] for low, high in pairwise(sorted({0, *starts, end, len(text)}))]


def _changes(old: list[str], text: str, effort: Effort) -> list[_Change]:
    new = _paragraphs(text)
    changes = []
    for equal, low, high, from_, to in runs(align(old, new, effort), len(old), len(new)):
        if equal:
            continue
        if high - low == to - from_:  # each became another: they are told one by one
            changes += [_Change(low + n, low + n + 1, (new[from_ + n],)) for n in range(high - low)]
        else:
            changes.append(_Change(low, high, tuple(new[from_:to])))
    return changes


def _stretches(mine: list[_Change], theirs: list[_Change]) -> list[_Stretch]:
    found: list[_Stretch] = []
    by_place = sorted([(change, True) for change in mine] + [(change, False) for change in theirs], key=_place)
    for change, is_mine in by_place:
        if not found or not found[-1].meets(change):
            found.append(_Stretch(change.low, change.high))
        stretch = found[-1]
        stretch.high = max(stretch.high, change.high)
        (stretch.mine if is_mine else stretch.theirs).append(change)
    return found


def _place(merged: tuple[_Change, bool]) -> tuple[int, int]:
    return merged[0].low, merged[0].high
