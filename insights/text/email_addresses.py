"""Email addresses in one canonical form, for sign-ups, imports, comments and accounts.

The host becomes its A-label (IDNA 2008). UTS 46 keeps ß, ς and the joiners, because `straße.example` and
`strasse.example` may belong to two owners. So we do not fold case before it. The part before the “@” must be ASCII.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import Any

import idna
from django import forms
from django.core.exceptions import ValidationError

from insights.text.invisible_characters import INVISIBLE, INVISIBLE_RANGES

MAX_LENGTH = 254  # octets of an email address in SMTP, RFC 5321
MOST_OCTETS = 253  # of a host
MOST_IN_HOST = 1000  # characters; a host has at most 253 octets, and IDNA is slow on long text

_BLANK = "\t \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_EDGES = re.compile(f"^[{_BLANK}{INVISIBLE_RANGES}]+|[{_BLANK}{INVISIBLE_RANGES}]+$")
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_PLAIN_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_JOINERS = str.maketrans("", "", "\u200c\u200d")  # allowed in a host if its script needs them; idna checks that

SPACE_INSIDE = "An email address can't contain spaces or line breaks."
INVISIBLE_INSIDE = "This email address contains an invisible character. Type it instead of pasting it."
NOT_ASCII = "The part before the “@” can only contain a to z, digits and common signs."


def strip_invisible(text: str) -> str:
    return text.strip("\t ") if text.isascii() else _EDGES.sub("", text)


@functools.lru_cache(maxsize=4096)  # the subscribers have few hosts
def ascii_host(host: str) -> str:
    """Return the A-label form of a host, in lower case. Raises idna.IDNAError."""
    if len(host) <= MOST_OCTETS and "--" not in host and _PLAIN_HOST.fullmatch(host):
        return host.lower()  # nothing to map; IDNA takes fifty times as long
    if len(host) > MOST_IN_HOST:
        raise idna.IDNAError("too long")
    return idna.encode(host, uts46=True, transitional=False).decode("ascii").lower()


def readable_host(host: str) -> str:
    try:
        return idna.decode(host)
    except idna.IDNAError:
        return host


def canonical(text: str) -> str:
    """Return the stored form: stripped, NFC, host as A-label; only in lower case if IDNA refuses it."""
    local, at, host = unicodedata.normalize("NFC", strip_invisible(text).strip()).rpartition("@")
    try:
        host = ascii_host(host)
    except idna.IDNAError:
        host = host.lower()
    return f"{local}{at}{host}"


def address_key(text: str) -> str:
    """Return the lookup key of an email address: canonical, in lower case."""
    return unicodedata.normalize("NFC", canonical(text).lower())


def search_spelling(text: str) -> str:
    """Return the lookup key of a whole email address; any other search text as it is."""
    return address_key(text) if "@" in text.strip("@ ") and not text.strip().count(" ") else text


def check_characters(email: str) -> None:
    if email.isascii() and email.isprintable() and " " not in email:
        return
    local, _, host = email.rpartition("@")
    if INVISIBLE.search(local) or INVISIBLE.search(host.translate(_JOINERS)):
        raise ValidationError(INVISIBLE_INSIDE, code="invisible")
    if any(character.isspace() or not character.isprintable() for character in email.translate(_JOINERS)):
        raise ValidationError(SPACE_INSIDE, code="space")
    if not local.isascii():
        raise ValidationError(NOT_ASCII, code="local")


class EmailAddressField(forms.EmailField):
    """Form field that returns the canonical email address; invisible characters around it are ignored."""

    def to_python(self, value: Any) -> str:
        email = unicodedata.normalize("NFC", strip_invisible(super().to_python(value) or ""))
        if not email:
            return ""
        if "@" in email:
            check_characters(email)
        return canonical(email)
