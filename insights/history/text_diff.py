"""Word diff of two texts: paragraphs are aligned first, then the words within them.

Paragraphs end at blank lines, so that a rewrapped text does not differ everywhere. The cost is bounded
(`alignment.py`); beyond it, whole stretches count as replaced, with a note. The fragment is escaped. It names
additions and removals in words, for people who do not see colors.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from insights.history.alignment import Effort, align, pair_similar, runs, smooth

SAME, CHANGED, ADDED, REMOVED = "same", "changed", "added", "removed"
AROUND = 1  # unchanged paragraphs shown on each side of a change
FOLDED = 3  # this many unchanged paragraphs in a row, or more, are folded
COARSE = "The texts differ a lot, so some parts are shown as completely replaced."
MANY = 400  # above this many, replaced paragraphs without pairs are shown as one

_CJK = "\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SIGNS = r"!-/:-@\[-`{-~\u2010-\u205e\u3000-\u303f\uff00-\uff0f"
_LETTERS = rf"[^\s{_CJK}{_SIGNS}]+"
_WORDS = re.compile(rf"{_LETTERS}(?:['’-]{_LETTERS})*|[{_CJK}]|\s+|.", re.DOTALL)
_PARAGRAPH = re.compile(r"\n(?:[ \t]*\n)+")


@dataclass(frozen=True, slots=True)
class DiffPiece:
    """Stretch of words. `kind`: SAME, ADDED or REMOVED."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class DiffParagraph:
    """Paragraph. `kind`: SAME, ADDED or REMOVED with one piece, CHANGED with several."""

    kind: str
    pieces: tuple[DiffPiece, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Result of a comparison. `is_coarse`: some stretches count as replaced as a whole."""

    paragraphs: tuple[DiffParagraph, ...]
    is_coarse: bool = False

    @property
    def is_same(self) -> bool:
        return all(paragraph.kind == SAME for paragraph in self.paragraphs)

    def html(self) -> SafeString:
        if self.is_same:
            return SafeString('<div class="comparison"><p class="none">No differences.</p></div>')
        note = format_html('<p class="help">{}</p>', COARSE) if self.is_coarse else ""
        return format_html('<div class="comparison">{}{}</div>', note, _join(_folded(self.paragraphs)))


def compare(before: str, after: str, effort: Effort | None = None) -> Comparison:
    """Compare two texts; several comparisons of one page share `effort`."""
    effort = effort or Effort()
    left, right = paragraphs_of(before), paragraphs_of(after)
    found: list[DiffParagraph] = []
    for equal, low, high, from_, to in runs(align(left, right, effort), len(left), len(right)):
        if equal:
            found += [DiffParagraph(SAME, (DiffPiece(SAME, text),)) for text in left[low:high]]
        else:
            found += _replaced(left[low:high], right[from_:to], effort)
    return Comparison(tuple(found), effort.was_too_small)


def compare_line(before: str, after: str) -> SafeString:
    return pieces_html(compare_words(before, after, Effort()) if before and after else _whole(before, after))


def compare_words(before: str, after: str, effort: Effort) -> tuple[DiffPiece, ...]:
    left, right = split_words(before), split_words(after)
    pieces: list[DiffPiece] = []
    for equal, low, high, from_, to in smooth(runs(align(left, right, effort), len(left), len(right)), left, right):
        if equal:
            pieces.append(DiffPiece(SAME, "".join(left[low:high])))
        else:
            pieces += _whole("".join(left[low:high]), "".join(right[from_:to]))
    return tuple(pieces)


def paragraphs_of(text: str) -> list[str]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return [part for part in (part.strip("\n").rstrip() for part in _PARAGRAPH.split(lines)) if part]


def split_words(text: str) -> list[str]:
    """Split into words, blanks and signs, which join to the text; each CJK character is a word."""
    return _WORDS.findall(text)


def bag_of(text: str) -> Counter[str]:
    return Counter(word for word in split_words(text) if word[0].isalnum()) or Counter(text.split())


def pieces_html(pieces: Iterable[DiffPiece]) -> SafeString:
    return _join(
        escape(piece.text) if piece.kind == SAME else mark(piece.kind, escape(_seen(piece.text))) for piece in pieces
    )


def mark(kind: str, inner: SafeString) -> SafeString:
    """Return HTML in `<ins>` or `<del>`, with the kind as visually hidden text."""
    tag = "ins" if kind == ADDED else "del"
    opening, closing = (f'<span class="visually-hidden">{words}</span>' for words in (f" [{kind}: ", "] "))
    return SafeString(f"<{tag}>{opening}{inner}{closing}</{tag}>")


def _replaced(left: Sequence[str], right: Sequence[str], effort: Effort) -> Iterator[DiffParagraph]:
    pairs = pair_similar([bag_of(text) for text in left], [bag_of(text) for text in right], effort)
    if not pairs and len(left) + len(right) > MANY:
        left, right = ["\n\n".join(left)] if left else [], ["\n\n".join(right)] if right else []
    i = j = 0
    for next_i, next_j in [*pairs, (len(left), len(right))]:
        yield from (DiffParagraph(REMOVED, (DiffPiece(REMOVED, text),)) for text in left[i:next_i])
        yield from (DiffParagraph(ADDED, (DiffPiece(ADDED, text),)) for text in right[j:next_j])
        if next_i < len(left):
            yield DiffParagraph(CHANGED, compare_words(left[next_i], right[next_j], effort))
        i, j = next_i + 1, next_j + 1


def _whole(before: str, after: str) -> tuple[DiffPiece, ...]:
    if before == after:
        return (DiffPiece(SAME, before),)
    return tuple(piece for piece in (DiffPiece(REMOVED, before), DiffPiece(ADDED, after)) if piece.text)


def _seen(text: str) -> str:
    return text.replace("\n", "↵\n").replace(" ", "␣") if text.isspace() else text


def _folded(paragraphs: Sequence[DiffParagraph]) -> Iterator[SafeString]:
    position = 0
    while position < len(paragraphs):
        end = position
        while end < len(paragraphs) and paragraphs[end].kind == SAME:
            end += 1
        first = position + (AROUND if position else 0)
        last = end - (AROUND if end < len(paragraphs) else 0)
        if last - first >= FOLDED:
            yield from map(_paragraph, paragraphs[position:first])
            inner = _join(map(_paragraph, paragraphs[first:last]))
            summary = f"{last - first} paragraphs unchanged"
            yield format_html('<details class="unchanged"><summary>{}</summary>{}</details>', summary, inner)
            yield from map(_paragraph, paragraphs[last:end])
        else:
            yield from map(_paragraph, paragraphs[position:end])
        if end < len(paragraphs):
            yield _paragraph(paragraphs[end])
        position = end + 1


def _paragraph(paragraph: DiffParagraph) -> SafeString:
    return SafeString(f'<p class="{paragraph.kind}">{pieces_html(paragraph.pieces)}</p>')


def _join(parts: Iterable[SafeString]) -> SafeString:
    return SafeString("".join(parts))
