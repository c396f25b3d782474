"""Protection of cells from being computed as formulas by a spreadsheet."""

from __future__ import annotations

import unicodedata

from insights.text.invisible_characters import INVISIBLE

# Characters that start a formula in a spreadsheet (wide forms too), or that end the cell for a simple parser.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_BREAKS = ("\t", "\r", "\n")
# Controls, formats and separators are invisible; spreadsheets drop some of them before they look for a formula.
_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})


def guarded(value: str) -> str:
    """Return `value`, with a leading apostrophe if a spreadsheet would compute it or if it has one already."""
    if value[:1].isalnum() and not INVISIBLE.match(value):  # almost all values
        return value
    return f"'{value}" if value.startswith("'") or _is_computed(value) else value


def unguarded(cell: str) -> str:
    return cell.removeprefix("'")


def _is_computed(value: str) -> bool:
    """Return whether the first visible character starts a formula, or is a tab or a line break."""
    for character in value:
        if character in _BREAKS or character in _FORMULA:
            return True
        if unicodedata.category(character) not in _UNSEEN and not INVISIBLE.match(character):
            return False
    return False
