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
                f"The footnote {name} is already defined in line {first[note.label]}; readers see only the last one."
            )
            yield _finding(
                sentence, f"Give one of them a different label, such as {name[:-1]}-2].", note.line, note.label
            )
        elif note.label not in used:
            sentence = f"The text does not use the footnote {name}, so readers don't see it."
            yield _finding(sentence, f"Add {name} to the text, or delete the footnote.", note.line, note.label)
        first.setdefault(note.label, note.line)
    yield from _marks(draft, known)


def _marks(draft: Draft, known: set[str]) -> Iterator[Finding]:
    count = 0
    for typed in draft.body.typed:
        for found in (*_MARK.finditer(typed.text), *_SPACED.finditer(typed.text), *_WITHIN_A_LINE.finditer(typed.text)):
            line = typed.line + typed.text.count("\n", 0, found.start())
            if found[0].startswith("^"):
                sentence = "Inline footnotes are not supported; this one is shown as text."
                cure = "Write [^1] here. Below, add a line that begins with [^1]: and contains the text."
            elif " " in found[0] or "\t" in found[0]:
                sentence, cure = f"“{_brief(found[0])}” is shown as text.", "Remove the spaces from the label."
            elif found[1] in known:
                continue
            else:
                sentence = f"The footnote {_brief(found[0])} has no text."
                cure = f"Add a line that begins with {_brief(found[0])}: and contains the text."
            yield Finding(Level.ERROR, "footnote", "body", sentence, cure, line, found[0])
            count += 1
            if count >= MANY:
                return
    for label in sorted(draft.body.references):
        if label.startswith("^"):
            sentence = f"The line [{_brief(label.lower())}]: is not a footnote, so readers don't see it."
            yield Finding(Level.ERROR, "footnote", "body", sentence, "Remove the spaces from the label.")


def _finding(sentence: str, cure: str, line: int, label: str) -> Finding:
    return Finding(Level.ERROR, "footnote", "body", sentence, cure, line, f"[^{label}]:")


def _brief(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
