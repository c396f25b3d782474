"""Removal of invisible characters from the text that editors type or paste.

Control characters, characters without width and direction marks are removed without a message: editors cannot see them.
Joiners stay between characters that they join (emoji, Persian, Indic scripts). A body is stored as typed.
"""

from __future__ import annotations

import re
import unicodedata

# Unicode's Default_Ignorable_Code_Point, and fillers and annotations that are as blank; for a character class.
INVISIBLE_RANGES = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
INVISIBLE = re.compile(f"[{INVISIBLE_RANGES}]")

_LINE_BREAK = re.compile(r"\r\n?|[\u0085\u2028\u2029\x0b\x0c]")
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # blank, although Unicode does not class them so
_JOINERS = re.compile("[\u200c\u200d]+")
_FIRST_JOINED = "\u0300"  # Latin characters join nothing
# They can forge a line of a log or a terminal: control and direction characters, no width, surrogates.
_NOT_PRINTED = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_TURNS_AND_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")


def single_line(text: str) -> str:
    """Return one line without invisible characters and without blanks at its ends."""
    return _visible(_LINE_BREAK.sub(" ", text).replace("\n", " ").replace("\t", " ")).strip()


def lines(text: str) -> str:
    """Return several lines without invisible characters; they end in LF."""
    return _visible(_LINE_BREAK.sub("\n", text)).strip()


def without_direction_marks(text: str) -> str:
    return _TURNS_AND_CONTROLS.sub("", text)


def escape_invisible(text: str) -> str:
    r"""Return `text` for a log or a terminal; what is not printable becomes an escape such as `\n` or `\x1b`."""
    return _NOT_PRINTED.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def _visible(text: str) -> str:
    kept = "".join(character for character in text if _is_kept(character))
    return _JOINERS.sub(lambda found: found[0][0] if _joins(kept, found) else "", kept)


def _is_kept(character: str) -> bool:
    if character in "\n\t\u200c\u200d":
        return True
    return character not in _FILLERS and unicodedata.category(character) not in {"Cc", "Cf", "Cs"}


def _joins(text: str, found: re.Match[str]) -> bool:
    before, after = text[max(0, found.start() - 1) : found.start()], text[found.end() : found.end() + 1]
    return before >= _FIRST_JOINED and after >= _FIRST_JOINED
