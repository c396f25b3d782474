"""Pictures that stand for text: emoji and formulas."""

from __future__ import annotations

import re

from insights.editor.paste.node import Node

MAX_EMOJI = 40  # characters in the name of an emoji
MAX_FORMULA = 2000

_SHORT_NAME = re.compile(r":[\w+-]{1,38}:")
_KEYCAP = re.compile("[0-9#*]\ufe0f?\u20e3")
_EMOJI_CLASS = re.compile(r"(?:^|[\s_-])g?-?emoji(?:$|[\s_-])", re.IGNORECASE)
_FORMULA_CLASSES = {"latex", "tex", "math", "equation", "ztext-math", "ltx_math"}
_FORMULA_URL = re.compile(r"//latex\.codecogs\.com/|/equation\?tex=|/render/math\?")
_STYLED = re.compile(r"\{\s*\\(?:display|text|script)style\b(.*)\}|\\(?:display|text|script)style\b(.*)", re.DOTALL)
_DOLLARS = re.compile(r"\$\$(.+)\$\$|\$(.+)\$|\\\((.+)\\\)|\\\[(.+)\\\]", re.DOTALL)


def emoji_of(node: Node) -> str:
    """Return the emoji that a picture shows, or its name such as `:tada:`; else empty."""
    alt = node.values.get("alt", "").strip()
    if not alt or len(alt) > MAX_EMOJI:
        return ""
    is_sign = len(alt) <= 16 and not alt.isascii() and not any(sign.isalnum() or sign.isspace() for sign in alt)
    is_named = bool(_SHORT_NAME.fullmatch(alt) or _KEYCAP.fullmatch(alt))
    return alt if is_sign or is_named or _EMOJI_CLASS.search(node.values.get("class", "")) else ""


def formula_of(node: Node) -> str:
    tex = " ".join((node.values.get("alt") or node.values.get("data-tex") or "").split())
    if not tex or len(tex) > MAX_FORMULA:
        return ""
    classes = node.values.get("class", "").lower().split()
    is_formula = any(one in _FORMULA_CLASSES or one.startswith("mwe-math-fallback") for one in classes)
    is_formula = is_formula or "data-tex" in node.values or bool(_FORMULA_URL.search(node.values.get("src", "")))
    styled = _STYLED.fullmatch(tex)
    found = styled or _DOLLARS.fullmatch(tex)
    inner = next((part for part in found.groups() if part is not None), "").strip() if found else ""
    whole = inner if inner and _is_balanced(inner) else tex
    return whole if is_formula or styled else ""


def _is_balanced(tex: str) -> bool:
    depth = 0
    for sign in re.findall(r"(?<!\\)[{}]", tex):
        depth += 1 if sign == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def picture_text(node: Node) -> str:
    return emoji_of(node) or formula_of(node)
