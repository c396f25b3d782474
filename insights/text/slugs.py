"""The slug that a title or name makes: small Latin letters, digits and hyphens."""

from __future__ import annotations

import re
import unicodedata

from django.utils.text import slugify

from insights.text.transliteration import CYRILLIC, GREEK, GREEK_NAMES, INVISIBLE, PLAIN_LETTERS

LONGEST = 80
_HIDDEN = re.compile(f"[{INVISIBLE}]")
_GREEK_LETTER = re.compile(r"(?<![^\W\d_])[α-ω](?![^\W\d_])")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
# A sign that parts two words without a blank: any beside a digit, and dashes, slashes, colons, dots in a row.
_PARTING = re.compile(r"(?<=\d)[^\w\s'’](?=\w)|(?<=\w)[^\w\s'’](?=\d)|[‐‑‒–—―/\\:;|…·•+=]|\.{2,}")
_DROPPED = re.compile(r"[^a-z0-9_\s-]")
_GAPS = re.compile(r"[-\s]+")


def slug_of(text: str, longest: int = LONGEST) -> str:
    """The slug of a text, of at most `longest` characters; empty when no letter of it has a Latin form.

    Accents go; letters such as ß, ø, þ, Cyrillic and Greek are written in Latin ones; a decimal point becomes a hyphen.
    """
    text = unicodedata.normalize("NFKC", _HIDDEN.sub("", text)).casefold().translate(PLAIN_LETTERS)
    text = _GREEK_LETTER.sub(lambda found: GREEK_NAMES.get(found[0], found[0]), text)
    text = _without_accents(text.translate(CYRILLIC)).translate(GREEK)
    text = _PARTING.sub("-", _THOUSANDS.sub("", text))
    return _GAPS.sub("-", _DROPPED.sub("", text)).strip("-_")[:longest].strip("-_")


def legacy_slug_of(text: str, longest: int = LONGEST) -> str:
    """The slug that the same text made before `slug_of`: what is stored keeps it."""
    return slugify(text)[:longest].strip("-_")


def _without_accents(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
