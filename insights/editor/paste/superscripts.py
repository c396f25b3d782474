"""Superscripts and subscripts as plain text: `10⁶`, `H₂O`; `^(…)` and `_(…)` if Unicode has no such character."""

from __future__ import annotations

from dataclasses import replace

from insights.editor.paste.blocks import Run
from insights.editor.paste.styles import TextStyle

_SUPER = dict(
    zip(
        "0123456789+-−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWαβγδθφχ",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵅᵝᵞᵟᶿᵠᵡ",
        strict=True,
    )
)
_SUB = dict(zip("0123456789+-−=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True))
_ORDINALS = {"st", "nd", "rd", "th"}


def raised(runs: list[Run], shift: str, before: str) -> list[Run]:
    """Return superscript or subscript runs; ordinals (1st), signs and “[1]” stay, since they change no number."""
    whole = "".join(run.text for run in runs)
    text = whole.strip()
    if not text or (text in _ORDINALS and before.isdigit()) or text.startswith("["):
        return runs
    signs = _SUPER if shift == "super" else _SUB
    if all(sign in signs for sign in text):
        return [replace(run, text="".join(signs.get(sign, sign) for sign in run.text)) for run in runs]
    if not any(sign.isalnum() for sign in text):
        return runs
    look = runs[0].look if all(run.look == runs[0].look for run in runs) else TextStyle()
    start, end = len(whole) - len(whole.lstrip()), len(whole.rstrip())
    opening, closing = ("(", ")") if not (text[0] == "(" and text.find(")") == len(text) - 1) else ("", "")
    mark = "^" if shift == "super" else "_"
    return [
        Run(whole[:start], look),
        Run(mark + opening, look),
        *_cut(runs, start, end),
        Run(closing, look),
        Run(whole[end:], look),
    ]


def _cut(runs: list[Run], start: int, end: int) -> list[Run]:
    cut, place = [], 0
    for run in runs:
        cut.append(replace(run, text=run.text[max(0, start - place) : max(0, end - place)]))
        place += len(run.text)
    return cut
