"""Cleaning of visitors' text: no control characters, few combining marks; every page escapes the rest."""

from __future__ import annotations

import hashlib
import re
import unicodedata

MARKS_PER_CHARACTER = 4  # combining marks; more than any script stacks paint over other lines
# Controls of the reading direction; a name needs none.
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_LINE_BREAK = re.compile(r"\r\n?|[\u0085\u2028\u2029\x0b\x0c]")


def clean_message(text: str) -> str:
    """Return the text with LF line ends, at most one empty line in a row, and limited marks."""
    text = _without_controls(_LINE_BREAK.sub("\n", text))
    return re.sub(r"\n[^\S\n]*\n\s*\n", "\n\n", _with_few_marks(text)).strip()


def clean_name(text: str) -> str:
    """Return one line with single spaces and no direction controls; empty if nothing is visible."""
    text = _with_few_marks(_without_controls(_DIRECTION.sub("", _LINE_BREAK.sub(" ", text))))
    text = " ".join(text.split())
    return text if any(unicodedata.category(character)[0] in "LNPS" for character in text) else ""


def fingerprint(message: str) -> str:
    """Return the SHA-256 (hex) of the visible characters in one case; empty if there are none."""
    words = unicodedata.normalize("NFKC", message).casefold()
    visible = "".join(character for character in words if unicodedata.category(character)[0] in "LNPS")
    return hashlib.sha256(visible.encode()).hexdigest() if visible else ""


def initials(name: str) -> str:
    return "".join(word[0] for word in name.split()[:2]).upper()


def _without_controls(text: str) -> str:
    return "".join(
        character for character in text if character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cs"}
    )


def _with_few_marks(text: str) -> str:
    kept, marks = [], 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if marks <= MARKS_PER_CHARACTER:
            kept.append(character)
    return "".join(kept)
