"""Atom 1.0 and JSON Feed 1.1 with full articles: for the whole site and for each category, tag and author.

We use two writers over one set of plain values (`feed_entries.py`) instead of Django's syndication framework. The
framework has no JSON Feed, rejects text with control characters, and writes the feed before it can answer 304. An
entry's id is the article's uid, which outlives title and URL.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from insights.models import Author, Category, Tag, Version
from insights.public.absolute_urls import absolute_url
from insights.public.feed_entries import Entry, Feed, last_change, read_feed
from insights.public.listing import FACETS
from insights.public.redirects import successor

ATOM = "application/atom+xml"
JSON = "application/feed+json"
SHARED_SECONDS = 10  # s-maxage for shared caches; feed readers always revalidate

FACET_ROWS: dict[str, type[models.Model]] = {"category": Category, "tag": Tag, "author": Author}

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@require_safe
def atom(request: HttpRequest, kind: str = "", slug: str = "") -> HttpResponse:
    return _answer(request, kind, slug, "atom", ATOM, written_as_atom)


@require_safe
def json_feed(request: HttpRequest, kind: str = "", slug: str = "") -> HttpResponse:
    return _answer(request, kind, slug, "json", JSON, written_as_json)


def _answer(
    request: HttpRequest, kind: str, slug: str, form: str, content_type: str, write: Callable[[Feed], bytes]
) -> HttpResponse:
    """Return the feed, 304 if it is unchanged, or 301 if its category, tag or author has a new slug."""
    if not kind:
        feed = read_feed(Version.objects.readable())
    else:
        row: Any = FACET_ROWS[kind]._default_manager.filter(slug=slug).first()
        if row is None:
            target = successor(kind, slug)
            return redirect(reverse(f"insights:{kind}_{form}", args=[target.slug]), permanent=True)
        field, date_field = FACETS[kind]
        feed = read_feed(Version.objects.readable().filter(**{field: row}), facet=row, kind=kind, date_field=date_field)
    etag, changed = feed.etag(form), last_change(feed).timestamp()
    response = get_conditional_response(request, etag, int(changed))
    if response is None:
        response = HttpResponse(write(feed), content_type=f"{content_type}; charset=utf-8")
    response["ETag"] = etag
    response["Last-Modified"] = http_date(changed)
    response["Cache-Control"] = f"public, max-age=0, s-maxage={SHARED_SECONDS}"
    return response


def xml_text(text: str) -> str:
    return _NOT_IN_XML.sub("", text)


def written_as_atom(feed: Feed) -> bytes:
    root = ET.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": "en"})
    _put(root, "id", feed.id)
    _put(root, "title", feed.title)
    _put(root, "subtitle", feed.description)
    _put(root, "updated", feed.updated.isoformat())
    _put(root, "link", rel="self", type=ATOM, href=f"{feed.stem}.xml")
    _put(root, "link", rel="alternate", type="text/html", href=feed.home)
    _put(root, "icon", absolute_url(static("icons/favicon.ico")))
    if feed.logo:
        _put(root, "logo", feed.logo)
    author = _put(root, "author")
    _put(author, "name", feed.site)
    _put(author, "uri", f"{settings.SITE_URL}/")
    for entry in feed.entries:
        _put_entry(root, entry)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _put_entry(root: ET.Element, entry: Entry) -> None:
    element = _put(root, "entry")
    _put(element, "id", entry.id)
    _put(element, "title", entry.title)
    _put(element, "link", rel="alternate", type="text/html", href=entry.url)
    _put(element, "published", entry.published.isoformat())
    _put(element, "updated", entry.updated.isoformat())
    for author in entry.authors:
        person = _put(element, "author")
        _put(person, "name", author.name)
        _put(person, "uri", author.url)
    for topic in entry.topics:
        _put(element, "category", term=topic.name)
    if entry.summary:
        _put(element, "summary", entry.summary)
    _put(element, "content", entry.content(), type="html")


def _put(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, tag, {name: xml_text(value) for name, value in attributes.items()})
    if text:
        element.text = xml_text(text)
    return element


def written_as_json(feed: Feed) -> bytes:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.description,
        "home_page_url": feed.home,
        "feed_url": f"{feed.stem}.json",
        "icon": feed.logo or absolute_url(static("icons/icon-512.png")),
        "favicon": absolute_url(static("icons/favicon.ico")),
        "authors": [{"name": feed.site, "url": f"{settings.SITE_URL}/"}],
        "language": "en",
        "items": [_item(entry) for entry in feed.entries],
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _item(entry: Entry) -> dict[str, Any]:
    document = {
        "id": entry.id,
        "url": entry.url,
        "external_url": entry.canonical,
        "title": entry.title,
        "summary": entry.summary,
        "content_html": entry.content(),
        "image": entry.cover.url if entry.cover else "",
        "date_published": entry.published.isoformat(),
        "date_modified": entry.updated.isoformat(),
        "authors": [{"name": author.name, "url": author.url} for author in entry.authors],
        "tags": [topic.name for topic in entry.topics],
        "language": "en",
    }
    return {key: value for key, value in document.items() if value}
