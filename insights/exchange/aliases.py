"""Aliases in files: old slugs, and paths or whole URLs of this site's own pages."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError

from insights.models import Redirect
from insights.models.page_urls import page_url
from insights.preflight.own_urls import link_target
from insights.text.slugs import slug_of

_LONGEST = 80


class NoAlias(ValueError):
    """An alias that cannot be redirected; the message is a sentence."""


def read_alias(written: str, kind: str) -> str:
    """Return the slug that an alias of a `kind` such as "article" names. Raises NoAlias."""
    suggested = slug_of(_last_part(written), _LONGEST)
    if "/" in written:
        page = link_target(written, "/", settings.SITE_URL.rstrip("/"))
        if (page.meaning, page.kind) == ("row", kind):
            return page.slug
        instead = (
            f"Write “{suggested}” to redirect {_path(kind, suggested)}, or remove it" if suggested else "Remove it"
        )
        raise NoAlias(
            f"“{written}” cannot be redirected. An import redirects only paths like {_path(kind, 'old-name')}. "
            f"{instead} and redirect this path on the web server."
        )
    try:
        Redirect._meta.get_field("slug").clean(written, None)
    except ValidationError:
        instead = suggested or "old-name"
        raise NoAlias(
            f"“{written}” is not a valid slug. Use at most {_LONGEST} Latin letters, digits and hyphens, "
            f"such as “{instead}” or {_path(kind, instead)}."
        ) from None
    return written


def _path(kind: str, slug: str) -> str:
    return page_url(f"insights:{kind}", slug)


def _last_part(written: str) -> str:
    path = written.partition("?")[0].partition("#")[0]
    part = next((part for part in reversed(path.split("/")) if part), "")
    return part.removesuffix(".html").removesuffix(".php") if "/" in written else part
