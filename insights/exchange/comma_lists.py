"""Lists written as one text: `a, b` is a list of two; ambiguous text is refused, since programs split differently."""

from __future__ import annotations

import re

_SUFFIXES = {"jr", "sr", "ii", "iii", "iv", "phd", "md", "esq", "inc", "ltd", "llc", "gmbh", "ag", "mba", "cpa", "obe"}
_JOINED = re.compile(r"\s(?:and|&|und|et|y)\s|;|\s\|\s|/\s|\n", re.IGNORECASE)


class Ambiguous(ValueError):
    """A text that could mean several lists; the message is a sentence."""


def split(text: str, key: str, *, is_quoted: bool) -> list[str]:
    """Return the entries of a list written as one text under the key `key`. Raises Ambiguous."""
    text = text.strip()
    is_of_names = key in ("author", "authors")
    if is_quoted and "," in text:
        raise Ambiguous(
            f'This can be one entry or several. Write several as {_list("one", "two")}, or one as ["{_brief(text)}"].'
        )
    if not is_quoted and text.endswith("]") and "[" not in text:
        raise Ambiguous(f"The list has no opening [. Write {_list(_brief(text[:-1].rstrip()))}.")
    parts = [part.strip() for part in text.split(",")]
    parts = [part for part in parts if part]
    if len(parts) > 1 and is_of_names:
        _check_names(parts)
    for part in parts:
        if part.startswith("#"):
            raise Ambiguous(f"Remove the # sign: write {_list(*(part.lstrip('#') for part in parts))}.")
        if ("\n" in part or ";" in part) if not is_of_names else _JOINED.search(part):
            raise Ambiguous(
                f"This can be one entry or several. Write several as {_list('one', 'two')}, "
                f'or one as ["{_brief(text)}"].'
            )
        if not is_of_names and not is_quoted and len(parts) == 1 and re.search(r"\s", part):
            several = ", ".join(part.split())
            raise Ambiguous(f"This can be one entry or several. Write [{_brief(part)}] or [{_brief(several)}].")
    return parts


def _check_names(parts: list[str]) -> None:
    """Raise Ambiguous for “Lee, Ann” and “Ann Lee, Jr.”, where the comma is part of a name."""
    for part in parts:
        if " " not in part or part.replace(".", "").split()[0].lower() in _SUFFIXES:
            whole = ", ".join(parts)
            raise Ambiguous(
                f'This can be one author or several. Write several as [Ann Lee, Bo Wu], or one as ["{_brief(whole)}"].'
            )


def _list(*entries: str) -> str:
    return f"[{', '.join(entries)}]"


def _brief(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
