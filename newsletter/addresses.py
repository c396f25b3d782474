"""Mail addresses: which we take, how two spellings are known to be one, and how one is shown without being told.

Uniqueness lives in one column of our own making rather than in the database's `lower()`: SQLite takes `Ü@` and `ü@`
for two addresses and PostgreSQL for one, and a case-insensitive comparison cannot use an index on both.
"""

from __future__ import annotations

import contextlib
import functools
import re
import unicodedata

import idna
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

MAX_LENGTH = 254  # octets of an address in SMTP, RFC 5321

# Endings that never lead to a mailbox on the public net.
_PRIVATE_ENDINGS = frozenset({"localhost", "localdomain", "local", "lan", "intranet", "internal", "invalid", "arpa"})
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}")

_validate_shape = EmailValidator(allowlist=[])


def clean_address(text: str) -> str:
    """`text` trimmed and in NFC. Raises ValidationError, in words for the visitor, for what cannot be written to."""
    address = unicodedata.normalize("NFC", text.strip(" \t"))
    if not address:
        raise ValidationError("Please write your address here, such as name@example.com.", code="required")
    if len(address) > MAX_LENGTH:
        raise ValidationError(
            f"A mail address has at most {MAX_LENGTH} letters; this one has {len(address)}.", code="long"
        )
    if not address.isprintable() or any(character.isspace() for character in address):
        raise ValidationError("A mail address has no spaces and no line breaks. Please look it over.", code="space")
    if "," in address or ";" in address or address.count("@") > 1:
        raise ValidationError("One address at a time, please.", code="several")
    local, at, host = address.rpartition("@")
    if not at:
        raise ValidationError("This address lacks its “@”.", code="at")
    if not _LOCAL_PART.fullmatch(local):
        raise ValidationError("We cannot write to what stands before the “@”. Please look it over.", code="local")
    if host.startswith("[") or re.fullmatch(r"[0-9.]+", host):
        raise ValidationError("Please give an address with a name after the “@”, not a number.", code="number")
    if "." not in host:
        raise ValidationError("This address lacks its ending, such as “.com”.", code="ending")
    try:
        ending = _ascii_host(host).rpartition(".")[2]
        _validate_shape(f"{local}@{_ascii_host(host)}")
    except (idna.IDNAError, ValidationError):
        raise ValidationError("This address has a slip in it. Please look it over.", code="invalid") from None
    if ending in _PRIVATE_ENDINGS or ending.isdigit():
        raise ValidationError("We can only write to addresses on the public net.", code="private")
    return address


def address_key(address: str) -> str:
    """The one spelling under which an address is stored and looked up.

    Trimmed, NFC, case-folded, the host in its IDNA form; an address that was never valid keeps its host as it is.
    """
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", address.strip()).casefold())
    local, at, host = folded.rpartition("@")
    with contextlib.suppress(idna.IDNAError):
        host = _ascii_host(host)
    return f"{local}{at}{host}"


def ascii_address(address: str) -> str:
    """`address` as mail servers want it, with its host in the IDNA form."""
    local, _, host = address.rpartition("@")
    return f"{local}@{_ascii_host(host)}"


def masked(address: str) -> str:
    """What a page may show of an address: `r…@example.com`."""
    local, _, host = address.rpartition("@")
    return f"{local[:1]}…@{host}"


@functools.lru_cache(maxsize=2048)  # a list of readers has few hosts
def _ascii_host(host: str) -> str:
    return idna.encode(host, uts46=True).decode("ascii").lower()
