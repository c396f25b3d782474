"""Cells that a spreadsheet shows and never computes."""

from __future__ import annotations

# What makes a spreadsheet take a cell for a formula (the wide forms too), or hides such a character behind white space.
_DANGEROUS = frozenset(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'"))


def guarded(value: str) -> str:
    """`value` with an apostrophe before it where a spreadsheet would compute it, or where it has one already."""
    return f"'{value}" if value[:1] in _DANGEROUS else value


def unguarded(cell: str) -> str:
    """The value behind a cell: one leading apostrophe is taken away."""
    return cell.removeprefix("'")
