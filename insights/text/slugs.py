"""Slugs made from titles and names: small Latin characters, digits and hyphens."""

from __future__ import annotations

import re
import unicodedata

from django.utils.text import slugify

from insights.text.transliteration import CYRILLIC, GREEK, GREEK_NAMES, INVISIBLE, PLAIN_LETTERS

LONGEST = 80
_HIDDEN = re.compile(f"[{INVISIBLE}]")
_GREEK_LETTER = re.compile(r"(?<![^\W\d_])[α-ω](?![^\W\d_])")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
# Signs that separate words without a blank: any beside a digit; dashes, slashes, colons, several dots.
_PARTING = re.compile(r"(?<=\d)[^\w\s'’](?=\w)|(?<=\w)[^\w\s'’](?=\d)|[‐‑‒–—―/\\:;|…·•+=]|\.{2,}")
_DROPPED = re.compile(r"[^a-z0-9_\s-]")
_GAPS = re.compile(r"[-\s]+")


def slug_of(text: str, longest: int = LONGEST) -> str:
    """Return the slug of a text; empty if no character has a Latin form. A decimal point becomes a hyphen."""
    text = unicodedata.normalize("NFKC", _HIDDEN.sub("", text)).casefold().translate(PLAIN_LETTERS)
    text = _GREEK_LETTER.sub(lambda found: GREEK_NAMES.get(found[0], found[0]), text)
    text = _without_accents(text.translate(CYRILLIC)).translate(GREEK)
    text = _PARTING.sub("-", _THOUSANDS.sub("", text))
    return _GAPS.sub("-", _DROPPED.sub("", text)).strip("-_")[:longest].strip("-_")


def legacy_slug_of(text: str, longest: int = LONGEST) -> str:
    """Return the slug by the older rules, which stored rows keep."""
    return slugify(text)[:longest].strip("-_")


def _without_accents(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
