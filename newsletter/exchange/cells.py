"""Cells that a spreadsheet shows and never computes."""

from __future__ import annotations

import unicodedata

# What makes a spreadsheet take a cell for a formula (the wide forms too), or ends the cell for a careless reader.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_BREAKS = ("\t", "\r", "\n")
# Controls, formats (BOM, zero-width space, turns of direction) and separators: no eye sees them, and a spreadsheet
# drops some of them before it looks for a formula. The blanks by another category are named.
_INVISIBLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def guarded(value: str) -> str:
    """`value` with an apostrophe before it where a spreadsheet would compute it, or where it has one already."""
    if value[:1].isalnum() and value[0] not in _BLANKS:  # nearly all
        return value
    return f"'{value}" if value.startswith("'") or _is_computed(value) else value


def unguarded(cell: str) -> str:
    """The value behind a cell: one leading apostrophe is taken away."""
    return cell.removeprefix("'")


def _is_computed(value: str) -> bool:
    """Whether a formula, a tabulator or a line end stands first, but for what cannot be seen."""
    for character in value:
        if character in _BREAKS or character in _FORMULA:
            return True
        if character not in _BLANKS and not _is_invisible(character):
            return False
    return False


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) in _INVISIBLE or "\ufe00" <= character <= "\ufe0f"
