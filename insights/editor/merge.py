"""Three-way merge by paragraph.

We merge paragraphs instead of lines or words, since two changes in one paragraph may not make sense together. If both
editors changed the same paragraph, a person chooses. Beyond its effort limit (`insights/history/alignment.py`) the
alignment reports larger stretches as changed, so more conflicts appear.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from insights.history.alignment import Effort, align, runs

MINE, THEIRS, BOTH = "mine", "theirs", "both"

MAX_CHARACTERS = 400_000  # of one text; no article is longer

_BLANK = "\n\n"
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")


@dataclass(frozen=True, slots=True)
class Conflict:
    """Stretch that both editors changed differently; an empty string means deleted."""

    base: str
    mine: str
    theirs: str

    @property
    def sides(self) -> dict[str, str]:
        return {MINE: self.mine.strip("\n"), THEIRS: self.theirs.strip("\n")}

    def chosen(self, choice: str) -> str:
        """Return the text for `choice`: MINE, THEIRS or BOTH (mine first)."""
        if choice == BOTH and self.mine and self.theirs:
            return self.mine + ("" if self.theirs.startswith("\n") else _BLANK) + self.theirs
        return {MINE: self.mine, THEIRS: self.theirs}.get(choice, self.mine or self.theirs)


@dataclass(frozen=True, slots=True)
class Merged:
    """Merge result: agreed stretches and conflicts, in order."""

    pieces: tuple[str | Conflict, ...]

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        return tuple(piece for piece in self.pieces if isinstance(piece, Conflict))

    @property
    def text(self) -> str:
        return self.chosen([])

    def chosen(self, choices: Sequence[str]) -> str:
        """Return the merged text with one choice per conflict, in order; MINE where it is missing."""
        rest = iter(choices)
        parts = (piece.chosen(next(rest, MINE)) if isinstance(piece, Conflict) else piece for piece in self.pieces)
        return "".join(parts).removeprefix(_BLANK)


@dataclass(frozen=True, slots=True)
class _Change:
    """Replacement of the base's paragraphs `low` to `high`; `low == high` inserts before `low`."""

    low: int
    high: int
    to: tuple[str, ...]


@dataclass(slots=True)
class _Stretch:
    """Changes of both editors that touch the same paragraphs `low` to `high`."""

    low: int
    high: int
    mine: list[_Change] = field(default_factory=list)
    theirs: list[_Change] = field(default_factory=list)

    def meets(self, change: _Change) -> bool:
        """Return whether a change touches this stretch; it must not begin before it."""
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
    """Merge two edits of `base`, with line ends `\\n`; above MAX_CHARACTERS the whole text is one conflict."""
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
    """Split before blank lines, so that an inserted paragraph leaves its neighbors unchanged."""
    text = _BLANK + text  # the parts join to this
    end = len(text.rstrip())
    starts = [found.start() for found in _BLANK_LINES.finditer(text) if found.start() < end]
    return [text[low:high] for low, high in pairwise(sorted({0, *starts, end, len(text)}))]


def _changes(old: list[str], text: str, effort: Effort) -> list[_Change]:
    new = _paragraphs(text)
    changes = []
    for equal, low, high, from_, to in runs(align(old, new, effort), len(old), len(new)):
        if equal:
            continue
        if high - low == to - from_:  # equally many: one change per paragraph
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
