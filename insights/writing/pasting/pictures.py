"""Pictures that stand for text, such as emoji."""

from __future__ import annotations

from insights.writing.pasting.scanning import Node


def emoji_of(node: Node) -> str:
    """Return the emoji that a picture shows; nothing for any other picture."""
    alt = node.values.get("alt", "").strip()
    is_sign = len(alt) <= 16 and not alt.isascii() and not any(sign.isalnum() or sign.isspace() for sign in alt)
    return alt if alt and is_sign else ""
