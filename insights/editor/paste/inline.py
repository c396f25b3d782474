"""One line of Markdown, written from runs of text.

Beside a word character, CommonMark accepts stars only if the marked text ends in a word character, too. So punctuation
and blanks at the ends move out of the marks (`**Claim**.1`). Marks at the end of a link move into its text
(`[**model**](…)s`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from unicodedata import category

from insights.editor.paste.blocks import Run
from insights.editor.paste.escaping import escape_markdown, escaped_start, escaped_url
from insights.editor.paste.styles import TextStyle

_GONE, _STRONG, _EM = "~~", "**", "*"
_MARKS = (_GONE, _STRONG, _EM)  # outermost first, if they mark the same text
_PIECE = re.compile(r"\n|\s+|\S+(?:[^\S\n]+\S+)*")
_AUTOLINK = re.compile(r"https?://[!-;=?-~]*[A-Za-z0-9/]")


@dataclass(slots=True)
class _Piece:
    """Text, code, a line break or a link; `inner`: the pieces of a link."""

    kind: str
    text: str
    marks: set[str] = field(default_factory=set)
    href: str = ""
    inner: list[_Piece] = field(default_factory=list)

    @property
    def is_blank(self) -> bool:
        return self.kind == "break" or (self.kind == "text" and not self.text.strip())


def inline_markdown(runs: Sequence[Run], *, starts: bool = True) -> str:
    """Return Markdown. `starts`: it is a paragraph, whose lines must not begin other blocks."""
    pieces = _linked([piece for run in _spaced(runs) for piece in _pieces(run)])
    has_gone = any(run.look.gone for run in runs)
    _fit(pieces)
    markdown = _Writer(has_gone).written(pieces).strip()
    return "\n".join(escaped_start(part.strip()) for part in markdown.split("\n")) if starts else markdown


def _spaced(runs: Sequence[Run]) -> list[Run]:
    spaced: list[Run] = []
    ends_blank = True
    for run in runs:
        text = run.text if run.text == "\n" else re.sub(r"\s+", " ", run.text)
        if text == "\n":
            while spaced and spaced[-1].text != "\n" and spaced[-1].text.endswith(" "):
                last = spaced.pop()
                if last.text.strip():
                    spaced.append(Run(last.text.rstrip(), last.look))
        elif ends_blank:
            text = text.lstrip()
        if text:
            ends_blank = text[-1] in " \n"
            spaced.append(Run(text, run.look))
    return spaced


def _pieces(run: Run) -> list[_Piece]:
    look: TextStyle = run.look
    marks = {mark for mark, holds in zip(_MARKS, (look.gone, look.strong, look.em), strict=True) if holds}
    if run.text == "\n":
        return [_Piece("break", "\n", set(marks), look.href)]
    return [
        _Piece("code" if look.code and found[0].strip() else "text", found[0], set(marks), look.href)
        for found in _PIECE.finditer(run.text)
    ]


def _linked(pieces: list[_Piece]) -> list[_Piece]:
    whole: list[_Piece] = []
    for href, group in groupby(pieces, lambda piece: piece.href):
        inner = list(group)
        if not href:
            whole += inner
            continue
        start = next((place for place, piece in enumerate(inner) if not piece.is_blank), len(inner))
        end = next((place for place in range(len(inner), start, -1) if not inner[place - 1].is_blank), start)
        whole += inner[:start]
        if words := inner[start:end]:
            common = set.intersection(*(piece.marks for piece in words if not piece.is_blank))
            for piece in words:
                piece.marks -= common
            _fit(words)
            whole.append(_Piece("link", "", common, href, words))
        whole += inner[end:]
    return whole


def _fit(pieces: list[_Piece]) -> None:
    """Move marks until CommonMark recognizes each of them."""
    for _ in range(2):  # moving one end can expose another
        for mark, others in ((_GONE, (_STRONG, _EM)), (_STRONG, (_EM,))):
            for start, end in _spans(pieces, mark):
                for other in others:
                    _part(pieces, start, end, other)
        for mark, other in ((_STRONG, _EM), (_EM, _STRONG)):
            for start, end in _spans(pieces, mark):
                _loosen(pieces, start, end, other)
        for mark in _MARKS:
            for start, end in reversed(_spans(pieces, mark)):
                _fit_end(pieces, mark, range(end - 1, start - 1, -1), 1)
                _fit_end(pieces, mark, range(start, end), -1)


def _spans(pieces: list[_Piece], mark: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    spans = []
    end = len(pieces) if end is None else end
    first = -1
    for place in range(start, end + 1):
        holds = place < end and mark in pieces[place].marks
        if holds and first < 0:
            first = place
        elif not holds and first >= 0:
            spans.append((first, place))
            first = -1
    return spans


def _fit_end(pieces: list[_Piece], mark: str, places: range, way: int) -> None:
    """Fit one end of a span. `places` begin at that end; `way` leads out of the span (-1: left)."""
    for place in places:
        piece = pieces[place]
        if piece.is_blank:
            piece.marks.discard(mark)
            continue
        beyond = pieces[place + way] if 0 <= place + way < len(pieces) else None
        outside = _nearest(beyond, way)
        if mark == _GONE and _is_word_character(outside):
            piece.marks -= {_STRONG, _EM}  # no star can stand between `~~` and a word character
        if not _is_word_character(outside) or (
            piece.kind == "text" and _is_word_character(piece.text[-1 if way > 0 else 0])
        ):
            return
        piece.marks.discard(mark)
        if piece.kind == "link":
            for one in piece.inner:
                one.marks.add(mark)
            _fit(piece.inner)
            continue
        if piece.kind == "text" and (word := _first_word_character(piece.text, way)) is not None:
            cut = word + 1 if way > 0 else word
            left, right = piece.text[:cut], piece.text[cut:]
            piece.text, rest = (left, right) if way > 0 else (right, left)
            out = _Piece("text", rest, set(piece.marks))
            piece.marks.add(mark)
            pieces.insert(place + 1 if way > 0 else place, out)
            return


def _first_word_character(text: str, way: int) -> int | None:
    places = range(len(text) - 1, -1, -1) if way > 0 else range(len(text))
    return next((place for place in places if _is_word_character(text[place])), None)


def _nearest(piece: _Piece | None, way: int) -> str:
    if piece is None or piece.is_blank:
        return " "
    return piece.text[0 if way > 0 else -1] if piece.kind == "text" else "`"


def _is_word_character(sign: str) -> bool:
    """Return whether CommonMark sees the character as neither whitespace nor punctuation."""
    return not sign.isspace() and category(sign)[0] not in "PS"


def _part(pieces: list[_Piece], start: int, end: int, mark: str) -> None:
    """Remove `mark` where its span overlaps this one at one end without containing it."""
    is_within = all(mark in pieces[place].marks for place in range(start, end))
    if is_within and _has(pieces, start - 1, mark) == _has(pieces, end, mark):
        return
    for beyond, places in ((start - 1, range(start, end)), (end, range(end - 1, start - 1, -1))):
        if _has(pieces, beyond, mark):
            for place in places:
                if mark not in pieces[place].marks:
                    break
                pieces[place].marks.discard(mark)


def _loosen(pieces: list[_Piece], start: int, end: int, mark: str) -> None:
    """Remove `mark` from a span if three stars would end or start two marks while another one follows.

    CommonMark reads `*a***b *c* d**` differently than meant, but `***a* b**` as meant.
    """
    inner = _spans(pieces, mark, start, end)
    if not inner or inner == [(start, end)]:
        return
    is_beside = _has(pieces, start - 1, mark) or _has(pieces, end, mark)
    is_at_an_end = inner[0][0] == start or inner[-1][1] == end
    if is_beside or (is_at_an_end and len(inner) > 1):
        for one, other in inner:
            for piece in pieces[one:other]:
                piece.marks.discard(mark)


def _has(pieces: list[_Piece], place: int, mark: str) -> bool:
    return 0 <= place < len(pieces) and mark in pieces[place].marks


class _Writer:
    def __init__(self, has_gone: bool) -> None:
        self._has_gone = has_gone

    def written(self, pieces: list[_Piece], in_link: bool = False) -> str:
        tokens: list[tuple[str, str]] = []
        self._nest(pieces, frozenset(), tokens)
        whole = []
        merged = [(kind, [text for _, text in group]) for kind, group in groupby(tokens, lambda token: token[0])]
        for place, (kind, texts) in enumerate(merged):
            text = "".join(texts)
            if kind == "text":
                follows = "".join(kind for kind, _ in merged[place + 1 : place + 2])
                text = escape_markdown(
                    text,
                    in_link=in_link,
                    before_link=follows == "link",
                    beside_marks=self._has_gone,
                    is_last=not follows and not in_link,
                )
            elif kind == "code":
                text = _code(text)
            whole.append(text)
        return "".join(whole)

    def _nest(self, pieces: list[_Piece], within: frozenset[str], tokens: list[tuple[str, str]]) -> None:
        place = 0
        while place < len(pieces):
            ends = {mark: _end(pieces, place, mark) for mark in _MARKS if mark not in within}
            mark = max(ends, key=lambda one: ends[one], default="")
            if not mark or ends[mark] == place:
                tokens.append(self._token(pieces[place]))
                place += 1
                continue
            tokens.append(("mark", mark))
            self._nest(pieces[place : ends[mark]], within | {mark}, tokens)
            tokens.append(("mark", mark))
            place = ends[mark]

    def _token(self, piece: _Piece) -> tuple[str, str]:
        if piece.kind == "break":
            return "break", "\\\n"
        if piece.kind != "link":
            return piece.kind, piece.text
        words = "".join(inner.text for inner in piece.inner)
        is_plain = all(inner.kind == "text" and not inner.marks for inner in piece.inner)
        if is_plain and words == piece.href and "%" not in words and _AUTOLINK.fullmatch(words):
            return "autolink", f"<{words}>"
        return "link", f"[{self.written(piece.inner, in_link=True)}]({escaped_url(piece.href)})"


def _end(pieces: list[_Piece], place: int, mark: str) -> int:
    while place < len(pieces) and mark in pieces[place].marks:
        place += 1
    return place


def _code(text: str) -> str:
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    pad = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{fence}{pad}{text}{pad}{fence}"
