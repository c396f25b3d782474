"""Removal of invisible characters from the fields of a file, as in the editor's form."""

from __future__ import annotations

from insights.exchange.front_matter import ArticleText
from insights.exchange.problems import Problem
from insights.text import invisible_characters

_LINES = ("excerpt", "seo_description")
_EXACT = ("canonical",)


def tidy(text: ArticleText) -> list[Problem]:
    """Clean the fields and names of `text`; return a note for each that lost characters."""
    found = []
    for key, value in text.texts.items():
        if key not in _EXACT:
            text.texts[key] = (
                invisible_characters.lines(value) if key in _LINES else invisible_characters.single_line(value)
            )
            found += _said(text, key, [value], [text.texts[key]])
    for key in ("category", "series"):
        value = getattr(text, key)
        setattr(text, key, invisible_characters.single_line(value))
        found += _said(text, key, [value], [getattr(text, key)])
    for key in ("authors", "tags"):
        values = getattr(text, key)
        cleaned = [invisible_characters.single_line(value) for value in values]
        setattr(text, key, list(dict.fromkeys(filter(None, cleaned))))
        found += _said(text, key, values, cleaned)
    return found


def _said(text: ArticleText, key: str, before: list[str], after: list[str]) -> list[Problem]:
    removed = sum(_visible(value) for value in before) - sum(_visible(value) for value in after)
    if removed <= 0:
        return []
    characters = "invisible character was" if removed == 1 else "invisible characters were"
    return [text.problem(key, f"{removed} {characters} removed.")]


def _visible(text: str) -> int:
    return sum(not character.isspace() for character in text)
