"""Checks of links: broken or redirected paths, our own host, missing anchors, broken external links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from itertools import islice

from insights.link_checker.urls import key_of
from insights.markup import SCHEMES
from insights.models.page_urls import page_url
from insights.preflight.own_urls import LinkTarget
from insights.preflight.placeholders import is_mark

from .body import Link
from .findings import MANY, NO_URL, Draft, Finding, Level, TargetState

_HOST = re.compile(r"(?:www\.)?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:/|\Z)", re.IGNORECASE)
_FOOTNOTE = re.compile(r"fn(?:ref)?\d+(?::\d+)?\Z")
_SLUG = re.compile(r"[-a-zA-Z0-9_]+\Z")
_FILE = re.compile(
    r"\.(?:md|markdown|pdf|png|jpe?g|gif|webp|svg|avif|docx?|xlsx?|pptx?|csv|txt|zip|html?|json)(?:[?#].*)?\Z", re.I
)
_SCHEMES = ", ".join(f"{scheme}:" for scheme in sorted(SCHEMES))
_TAKE_AWAY = "Link to another page, or remove the link."


def url_of_slug(slug: str) -> str:
    """Return the path of an article; `slug` as typed, “new” stands for an invalid one."""
    return page_url("insights:article", slug if _SLUG.match(slug) else "new")


def check_links(draft: Draft) -> Iterator[Finding]:
    return islice(_look(draft), MANY)


def _look(draft: Draft) -> Iterator[Finding]:
    places = {heading.id for heading in draft.body.headings}
    for link in draft.body.links:
        if is_mark(link.url):
            continue
        if not link.url:
            yield _error(link, f"The link “{link.text}” has no URL.", "Write the URL between ( and ).")
            continue
        target = draft.targets[link.url]
        if target.is_absolute and target.meaning != "outside":
            cure = f"Write {target.short} instead, which works even if the domain changes."
            yield _warning(link, f"“{_brief(link.url)}” contains this site's own domain.", cure, target.short)
        if target.meaning == "anchor":
            yield from _anchor(link, target, places)
        elif target.meaning == "outside":
            yield from _outside(link, draft)
        elif target.meaning == "row":
            yield from _row(link, target, draft)
        else:
            yield from _page(link, target)


def _anchor(link: Link, target: LinkTarget, places: set[str]) -> Iterator[Finding]:
    if target.anchor in places or _FOOTNOTE.match(target.anchor):
        return
    near = get_close_matches(target.anchor, sorted(places)[:200], 1)
    cure = f"Did you mean #{near[0]}?" if near else "Links to headings begin with #s-; copy one from the preview page."
    yield _error(link, f"No heading has the link “#{_brief(target.anchor)}”.", cure, f"#{near[0]}" if near else "")


def _row(link: Link, target: LinkTarget, draft: Draft) -> Iterator[Finding]:
    if (target.kind, target.slug) == ("article", draft.slug):
        return
    named = f"“{_brief(link.url)}”"
    standing = draft.standings.get((target.kind, target.slug))
    if standing is None:
        redirect = draft.standings.get((f"former {target.kind}", target.slug))
        if redirect and redirect.state == "published":
            moved = page_url(f"insights:{target.kind}", redirect.leads_to)
            moved += f"#{target.anchor}" if target.anchor else ""
            yield _warning(link, f"{named} redirects to {moved}.", f"Link to {moved} instead.", moved)
        else:
            yield _nowhere(link)
    elif standing.state == "withdrawn":
        yield _error(link, f"{named} is unpublished; readers can't open it.", _TAKE_AWAY)
    elif standing.state != "published":
        message = f"{named} will not be public yet when this article is published."
        yield _warning(link, message, "Publish that article first, or add the link later.")


def _page(link: Link, target: LinkTarget) -> Iterator[Finding]:
    named = f"“{_brief(link.url)}”"
    if target.meaning == "admin":
        yield _error(link, f"{named} is an admin page, which readers can't open.", "Link to the public page.")
    elif target.meaning == "preview":
        yield _error(link, f"{named} is a preview link, which expires.", "Link to the article instead.")
    elif target.meaning == "unreadable":
        yield _error(link, f"{named} is not a valid URL.", "Correct it.")
    elif target.meaning == "nowhere":
        yield _nowhere(link)
    elif target.meaning == "other":
        yield from _other(link)


def _other(link: Link) -> Iterator[Finding]:
    scheme, _, rest = link.url.partition(":")
    if scheme.lower() not in SCHEMES:
        sentence = f"Links that begin with “{scheme}:” don't work; readers see only their text."
        yield _error(link, sentence, f"Begin the URL with one of these: {_SCHEMES}. Or write it as plain text.")
    elif not rest.strip("/ "):
        yield _error(link, f"The link “{link.text}” has nothing after “{scheme}:”.", "Complete the link.")


def _nowhere(link: Link) -> Finding:
    message = f"“{_brief(link.url)}” is not a page on this site."
    if _FILE.search(link.url):
        cure = "Files from your computer are not published. Link to a page on the web, or remove the link."
        return _error(link, message, cure)
    if _HOST.match(link.url):
        return _error(link, message, "If you mean another site, add https:// before it.", f"https://{link.url}")
    return _error(link, message, _TAKE_AWAY)


def _outside(link: Link, draft: Draft) -> Iterator[Finding]:
    standing: TargetState | None = draft.standings.get(("outside", key_of(link.url)))
    if standing is not None:
        message = f"“{_brief(link.url)}”: {standing.leads_to}"
        yield _warning(link, message, "Update or remove the link.")


def _error(link: Link, message: str, cure: str, fix: str = "") -> Finding:
    return Finding(Level.ERROR, "link", "body", message, cure, link.line, link.url or NO_URL, fix)


def _warning(link: Link, message: str, cure: str, fix: str = "") -> Finding:
    return Finding(Level.WARNING, "link", "body", message, cure, link.line, link.url, fix)


def _brief(url: str) -> str:
    return url if len(url) <= 80 else f"{url[:79]}…"
