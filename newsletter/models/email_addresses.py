"""Email addresses of subscribers: validation, unique key, masking.

We store a key instead of using the database's `lower()`: SQLite takes `Ü@` and `ü@` for two email addresses, PostgreSQL
for one.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata

import idna
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from insights.text.email_addresses import (
    MAX_LENGTH,
    MOST_IN_HOST,
    address_key,
    ascii_host,
    canonical,
    check_characters,
    readable_host,
    strip_invisible,
)

# Domains that never receive email from the internet.
_PRIVATE_ENDINGS = frozenset({"localhost", "localdomain", "local", "lan", "intranet", "internal", "invalid", "arpa"})
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}")

_validate_shape = EmailValidator(allowlist=[])


def clean_address(text: str) -> str:
    """Return the canonical email address. Raises ValidationError with a message for the visitor."""
    typed = unicodedata.normalize("NFC", strip_invisible(text))
    if not typed:
        raise ValidationError("Enter an email address, such as name@example.com.", code="required")
    _check_length(typed, at_most=MOST_IN_HOST)
    if "," in typed or ";" in typed or typed.count("@") > 1:
        raise ValidationError("Enter one email address, such as name@example.com, without commas.", code="several")
    check_characters(typed)
    local, at, host = typed.rpartition("@")
    if not at:
        raise ValidationError("An email address needs an “@”, as in name@example.com.", code="at")
    email = canonical(typed)
    _check_length(email, at_most=MAX_LENGTH)
    if not _LOCAL_PART.fullmatch(local):
        raise ValidationError("This email address is not valid. Check the part before the “@”.", code="local")
    if host.startswith("[") or re.fullmatch(r"[0-9.]+", host):
        raise ValidationError("The part after the “@” must be a name such as example.com, not a number.", code="number")
    host = email.rpartition("@")[2]
    if "." not in host:
        raise ValidationError("This email address has no ending such as “.com”.", code="ending")
    try:
        _validate_shape(f"{local}@{ascii_host(host)}")
    except (idna.IDNAError, ValidationError):
        raise ValidationError("This email address is not valid. Check it for typing errors.", code="invalid") from None
    ending = host.rpartition(".")[2]
    if ending in _PRIVATE_ENDINGS or ending.isdigit():
        raise ValidationError("This domain cannot receive email. Enter a public email address.", code="private")
    return email


def older_address_key(email: str) -> str:
    """Return the key of earlier releases, for legacy hashes: case-folded first, so that ß became ss and ς became σ."""
    if email.isascii() and "xn--" not in email.lower():
        return address_key(email)
    local, at, host = email.strip().rpartition("@")
    typed = unicodedata.normalize("NFC", f"{local}{at}{readable_host(host)}")
    local, at, host = unicodedata.normalize("NFC", typed.casefold()).rpartition("@")
    with contextlib.suppress(idna.IDNAError):
        host = ascii_host(host)
    return f"{local}{at}{host}"


def mask_email(email: str) -> str:
    """Return an email address as a page may show it: `r…@example.com`."""
    local, _, host = email.rpartition("@")
    return f"{local[:1]}…@{readable_host(host)}"


def _check_length(email: str, *, at_most: int) -> None:
    if len(email) > at_most:
        raise ValidationError(
            f"An email address can have at most {MAX_LENGTH} characters; this one has {len(email)}.", code="long"
        )


__all__ = ["MAX_LENGTH", "address_key", "clean_address", "mask_email", "older_address_key"]
