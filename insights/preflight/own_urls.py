"""Meaning of a link, by the site's own URLconf: an anchor, a row, another page of the site, or elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urljoin, urlsplit

from django.conf import settings
from django.urls import Resolver404, ResolverMatch, resolve

Meaning = Literal["anchor", "row", "page", "admin", "preview", "nowhere", "outside", "other", "unreadable"]
_ROWS = re.compile(r"insights:(?:(category|tag|author|series|article)|(category|tag|author)_(?:atom|json)|(markdown))")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LinkTarget:
    meaning: Meaning
    kind: str = ""  # of a row, with its slug
    slug: str = ""
    anchor: str = ""  # without the #
    short: str = ""  # the URL without our host
    is_absolute: bool = False  # names a host


def link_target(url: str, page: str, site: str) -> LinkTarget:
    """Return what `url` means in a text at the path `page` of `site`."""
    if _SCHEME.match(url) and not url.lower().startswith(("http:", "https:")):
        return LinkTarget("other")
    try:
        target, home = urlsplit(urljoin(site + page, url)), urlsplit(site)
        same_host = (target.hostname, target.port or _port(target.scheme)) in _hosts_of(home.hostname, home.port)
    except ValueError:
        return LinkTarget("unreadable")
    if not same_host:
        return LinkTarget("outside")
    path = target.path or "/"
    short = path + (f"?{target.query}" if target.query else "") + (f"#{target.fragment}" if target.fragment else "")
    is_absolute = bool(urlsplit(url).netloc)
    anchor = unquote(target.fragment)
    if path == page and anchor:
        return LinkTarget("anchor", anchor=anchor, short=f"#{target.fragment}", is_absolute=is_absolute)
    meaning, kind, slug = _page(unquote(path))
    return LinkTarget(meaning, kind, slug, anchor, short, is_absolute)


def _port(scheme: str) -> int:
    return 443 if scheme == "https" else 80


def _hosts_of(host: str | None, port: int | None) -> set[tuple[str | None, int]]:
    return {(host, port)} if port else {(host, 80), (host, 443)}


def _page(path: str) -> tuple[Meaning, str, str]:
    if path.startswith(f"/{settings.STATIC_URL.strip('/')}/"):
        return "page", "", ""
    try:
        match = _resolved(path)
    except Resolver404:
        return "nowhere", "", ""
    if match.app_names[:1] == ["admin"] or path.startswith("/admin/"):
        return "admin", "", ""
    if "preview" in match.view_name:
        return "preview", "", ""
    if row := _ROWS.fullmatch(match.view_name):
        return "row", row[1] or row[2] or "article", str(match.kwargs.get("slug", ""))
    return "page", "", ""


def _resolved(path: str) -> ResolverMatch:
    try:
        return resolve(path)
    except Resolver404:
        if path.endswith("/"):
            raise
        return resolve(f"{path}/")  # Django redirects such a request (APPEND_SLASH)
