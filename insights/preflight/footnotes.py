"""Checks of footnotes: marks without a note, notes without a mark or defined twice, other syntax."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .findings import MANY, Draft, Finding, Level

_MARK = re.compile(r"\[\^([^\]\s]{1,200})\]")
_SPACED = re.compile(r"\[\^([^\]\n]{0,200}\s[^\]\n]{0,200})\]")
_WITHIN_A_LINE = re.compile(r"\^\[[^\]\n]{1,500}\]")


def check_footnotes(draft: Draft) -> Iterator[Finding]:
    known = {note.label for note in draft.body.notes}
    used = {mark.label for mark in draft.body.marks}
    first: dict[str, int] = {}
    for note in draft.body.notes[:MANY]:
        name = f"[^{_brief(note.label)}]"
        if note.label in first:
            sentence = (
                f"The footnote {name} is defined in line {first[note.label]} already; readers see only the last one."
            )
            yield _finding(sentence, f"Give one of them another label, such as {name[:-1]}-2].", note.line, note.label)
        elif note.label not in used:
            sentence = f"Nothing refers to the footnote {name}, so readers do not see its text."
            yield _finding(sentence, f"Write {name} where it belongs, or remove it.", note.line, note.label)
        first.setdefault(note.label, note.line)
    yield from _marks(draft, known)


def _marks(draft: Draft, known: set[str]) -> Iterator[Finding]:
    count = 0
    for typed in draft.body.typed:
        for found in (*_MARK.finditer(typed.text), *_SPACED.finditer(typed.text), *_WITHIN_A_LINE.finditer(typed.text)):
            line = typed.line + typed.text.count("\n", 0, found.start())
            if found[0].startswith("^"):
                sentence = "A footnote within the line is shown as text."
                cure = "Write [^1] here, and a line [^1]: with its text below."
            elif " " in found[0] or "\t" in found[0]:
                sentence, cure = f"“{_brief(found[0])}” is shown as text.", "A footnote's label has no spaces."
            elif found[1] in known:
                continue
            else:
                sentence = f"The footnote {_brief(found[0])} has no text."
                cure = f"Write a line {_brief(found[0])}: with its text."
            yield Finding(Level.ERROR, "footnote", "body", sentence, cure, line, found[0])
            count += 1
            if count >= MANY:
                return
    for label in sorted(draft.body.references):
        if label.startswith("^"):
            sentence = f"The line [{_brief(label.lower())}]: is no footnote, so readers do not see it."
            yield Finding(Level.ERROR, "footnote", "body", sentence, "A footnote's label has no spaces.")


def _finding(sentence: str, cure: str, line: int, label: str) -> Finding:
    return Finding(Level.ERROR, "footnote", "body", sentence, cure, line, f"[^{label}]:")


def _brief(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
