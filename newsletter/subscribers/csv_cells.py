"""Cells that a spreadsheet shows and never computes."""

from __future__ import annotations

import unicodedata

from insights.text.invisible_characters import INVISIBLE

# What makes a spreadsheet take a cell for a formula (the wide forms too), or ends the cell for a careless reader.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_BREAKS = ("\t", "\r", "\n")
# Controls, formats and separators: no eye sees them, and spreadsheets drop some of them before they look for a formula.
_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})


def guarded(value: str) -> str:
    """`value` with an apostrophe before it where a spreadsheet would compute it, or where it has one already."""
    if value[:1].isalnum() and not INVISIBLE.match(value):  # nearly all
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
        if unicodedata.category(character) not in _UNSEEN and not INVISIBLE.match(character):
            return False
    return False
