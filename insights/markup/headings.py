"""Headings of a text: their ids, and the table of contents."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.utils.text import slugify
from markdown_it.token import Token

CONTENTS_LEVELS = ("h2", "h3")


def name_headings(tokens: list[Token]) -> list[dict[str, Any]]:
    """Give each heading a unique id (`s-…`), turn level 1 into 2, and return the table of contents."""
    taken: set[str] = set()
    twins: Counter[str] = Counter()  # last number of each stem, so that no number is tried twice
    contents = []
    for position, token in enumerate(tokens):
        if token.type == "heading_close" and token.tag == "h1":
            token.tag = "h2"
        if token.type != "heading_open":
            continue
        token.tag = "h2" if token.tag == "h1" else token.tag
        text = _heading_text(tokens[position + 1])
        stem = f"s-{slugify(text)[:60] or 'section'}"
        name = stem
        while name in taken:
            twins[stem] += 1
            name = f"{stem}-{twins[stem] + 1}"
        taken.add(name)
        token.meta = {"id": name, "text": text}
        if text and token.tag in CONTENTS_LEVELS:
            contents.append({"level": int(token.tag[1]), "id": name, "text": text})
    return contents


def _heading_text(token: Token) -> str:
    children = token.children or []
    alts = [" ".join(inline_text(child).split()) for child in children if child.type == "image"]
    return " ".join(filter(None, [inline_text(token), *alts]))


def inline_text(token: Token) -> str:
    return "".join(
        child.content if child.type in ("text", "code_inline") else " " if child.type.endswith("break") else ""
        for child in token.children or []
    ).strip()
