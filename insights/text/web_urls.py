"""URLs that editors store: checked when typed or imported, and again before a page links to them.

The rule refuses characters outside RFC 3986, user names before a host, and every scheme but https. So a row that was
written past the forms does no harm. International hosts and paths are allowed, percent-encoded or not.
"""

from __future__ import annotations

import unicodedata
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

HTTPS_ONLY = "Enter a full URL that begins with https://."
NO_TARGET = "Enter a URL that begins with https://, or a path on this site that begins with a single /."
_NEVER = frozenset('<>"\\^`{|}')
_is_https = URLValidator(schemes=["https"])


def validate_https_url(url: str) -> None:
    if not is_https_url(url):
        raise ValidationError(HTTPS_ONLY, code="invalid")


def validate_link_target(url: str) -> None:
    if not is_link_target(url):
        raise ValidationError(NO_TARGET, code="invalid")


def is_https_url(url: object) -> bool:
    """Return whether this is a whole https URL that a browser opens as it is written."""
    if not isinstance(url, str) or not _has_url_characters(url):
        return False
    try:
        _is_https(url)
        return "@" not in urlsplit(url).netloc
    except (ValidationError, ValueError):
        return False


def is_link_target(url: object) -> bool:
    if isinstance(url, str) and url.startswith("/") and not url.startswith("//"):
        return _has_url_characters(url)
    return is_https_url(url)


def _has_url_characters(url: str) -> bool:
    """Return whether a URL has only characters of any script: no blanks, nothing invisible."""
    return url.isprintable() and not any(
        character in _NEVER or character.isspace() or unicodedata.category(character) == "Cf" for character in url
    )
