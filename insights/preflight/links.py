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
_TAKE_AWAY = "Search the article by its title, or take the link away."


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
            yield _error(link, f"The link “{link.text}” has no address.", "Write one between its brackets.")
            continue
        target = draft.targets[link.url]
        if target.is_absolute and target.meaning != "outside":
            cure = f"Write {target.short}, which holds wherever the site moves."
            yield _warning(link, f"“{_brief(link.url)}” names this site's own host.", cure, target.short)
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
    cure = f"The nearest is #{near[0]}." if near else "A heading's link begins with #s-, as in its page."
    yield _error(link, f"No heading of this text is “#{_brief(target.anchor)}”.", cure, f"#{near[0]}" if near else "")


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
            yield _warning(link, f"{named} has moved; readers are led on to {moved}.", f"Write {moved}.", moved)
        else:
            yield _nowhere(link)
    elif standing.state == "withdrawn":
        yield _error(link, f"{named} was withdrawn; readers get “not found”.", _TAKE_AWAY)
    elif standing.state != "published":
        message = f"{named} is not out yet at that moment; until it is, readers get “not found”."
        yield _warning(link, message, "Publish that one first, or leave the link for later.")


def _page(link: Link, target: LinkTarget) -> Iterator[Finding]:
    named = f"“{_brief(link.url)}”"
    if target.meaning == "admin":
        yield _error(link, f"{named} leads into the desk, which readers may not enter.", "Link to the public page.")
    elif target.meaning == "preview":
        yield _error(link, f"{named} is a preview link, which expires.", "Link to the article itself.")
    elif target.meaning == "unreadable":
        yield _error(link, f"{named} cannot be read as an address.", "Write it anew.")
    elif target.meaning == "nowhere":
        yield _nowhere(link)
    elif target.meaning == "other":
        yield from _other(link)


def _other(link: Link) -> Iterator[Finding]:
    scheme, _, rest = link.url.partition(":")
    if scheme.lower() not in SCHEMES:
        sentence = f"Readers cannot follow links that begin with “{scheme}:”; only the words are shown."
        yield _error(link, sentence, f"Use one of {_SCHEMES}, or write the address as text.")
    elif not rest.strip("/ "):
        yield _error(link, f"The link “{link.text}” ends after “{scheme}:”.", "Write the rest of its address.")


def _nowhere(link: Link) -> Finding:
    message = f"“{_brief(link.url)}” leads nowhere on this site."
    if _FILE.search(link.url):
        cure = "Files beside the text are not published. Link to a page on the web, or take the link away."
        return _error(link, message, cure)
    if _HOST.match(link.url):
        return _error(link, message, "Write https:// before it, if another site is meant.", f"https://{link.url}")
    return _error(link, message, _TAKE_AWAY)


def _outside(link: Link, draft: Draft) -> Iterator[Finding]:
    standing: TargetState | None = draft.standings.get(("outside", key_of(link.url)))
    if standing is not None:
        message = f"“{_brief(link.url)}”: {standing.leads_to}"
        yield _warning(link, message, "Link to where it is now, or take the link away.")


def _error(link: Link, message: str, cure: str, fix: str = "") -> Finding:
    return Finding(Level.ERROR, "link", "body", message, cure, link.line, link.url or NO_URL, fix)


def _warning(link: Link, message: str, cure: str, fix: str = "") -> Finding:
    return Finding(Level.WARNING, "link", "body", message, cure, link.line, link.url, fix)


def _brief(url: str) -> str:
    return url if len(url) <= 80 else f"{url[:79]}…"
