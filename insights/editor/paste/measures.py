"""Lengths in the styles of a page, in pixels."""

from __future__ import annotations

import re

# The value is bounded, so that the time is linear.
_BOX = re.compile(r"(?<![\w-])(margin|padding)(-left|-right|-inline(?:-start|-end)?)?\s*:\s*([^;]{0,200})")
_VALUE = re.compile(r"[a-z-]+\([^;]*\)|[^\s!()]+")
_LENGTH = re.compile(r"([+-]?(?:\d{1,9}\.?\d{0,9}|\.\d{1,9}))([a-z%]*)")
_PIXELS = {
    "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "em": 16.0, "rem": 16.0, "ch": 8.0,
    "ex": 8.0, "ic": 16.0, "lh": 20.0, "%": 6.0, "vw": 12.0, "vi": 12.0, "vh": 8.0, "": 1.0,
}  # fmt: skip
_UNKNOWN = 16.0  # pixels of a `calc()` or `var()` length
MAX_LENGTH = 10_000.0


def pixels(value: str) -> float:
    """Return a CSS length in pixels, at most ±MAX_LENGTH; 0 for values such as `auto`."""
    if found := _LENGTH.fullmatch(value):
        length = float(found[1]) * _PIXELS.get(found[2], 1.0)
        return max(-MAX_LENGTH, min(length, MAX_LENGTH))
    if "(" not in value or not ("var(" in value or re.search("[1-9]", value)):
        return 0.0
    return -_UNKNOWN if re.search(r"\(\s*-[\d.]|\*\s*-|\(\s*0[a-z]*\s+-\s", value) else _UNKNOWN


def sides_of(style: str, *, with_padding: bool = True) -> tuple[float, float]:
    left, right = {"margin": 0.0, "padding": 0.0}, {"margin": 0.0, "padding": 0.0}
    for name, side, value in _BOX.findall(style.lower()):
        values = [pixels(one) for one in _VALUE.findall(value.partition("!")[0])]
        if not values:
            continue
        if side in {"-left", "-inline-start"}:
            left[name] = values[0]
        elif side in {"-right", "-inline-end"}:
            right[name] = values[0]
        elif side == "-inline":
            left[name], right[name] = values[0], values[-1]
        else:  # order: top, right, bottom, left; the last ones may be missing
            right[name] = values[1 if len(values) > 1 else 0]
            left[name] = values[3] if len(values) > 3 else right[name]
    if not with_padding:
        return left["margin"], right["margin"]
    return left["margin"] + left["padding"], right["margin"] + right["padding"]
