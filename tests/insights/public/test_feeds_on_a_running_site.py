"""Feeds, sitemap, Markdown and share images on a running site with cached pages and two workers."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import feedparser

from tests.site import Answer, Site

MAKE = "from tests.factories import *; make_article('Seen', tags=[make_tag('T')], body='First words.')"
CHANGE = (
    "from insights.models import *; from insights.publishing.drafts import import_version;"
    "row = Article.objects.get(slug='seen'); row.publish(import_version(row, {'title': 'Seen anew'}))"
)
WITHDRAW = "from insights.models import *; Article.objects.get(slug='seen').unpublish()"

ADDRESSES = ("/insights/feed.xml", "/insights/feed.json", "/insights/tag/t/feed.xml", "/insights/seen.md", "/llms.txt")


def everywhere(site: Site, path: str, **headers: str) -> list[Answer]:
    """Return enough answers at once that both workers gave some."""
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda _: site.get(path, **headers), range(12)))


def test_what_machines_read_is_fresh_on_every_worker(fresh_site: Site) -> None:
    """H05, H14: the same bytes for everybody, changed at once, and gone at once when the article is unpublished."""
    site = fresh_site
    site.shell(MAKE)
    image = re.search(r'og:image" content="https?://[^/"]*(/[^"]*)"', site.get("/insights/seen/").text)[1]
    assert site.get(image).headers["Content-Type"] == "image/png"
    for address in ADDRESSES:
        answers = everywhere(site, address)
        assert {answer.status for answer in answers} == {200}, address
        assert len({answer.body for answer in answers}) == 1, address
        assert not any("Set-Cookie" in answer.headers for answer in answers)
        etag = answers[0].headers["ETag"]
        assert {answer.status for answer in everywhere(site, address, if_none_match=etag)} == {304}, address
    parsed = feedparser.parse(site.get("/insights/feed.xml").body)
    assert (parsed.bozo, [entry.title for entry in parsed.entries]) == (False, ["Seen"])

    site.shell(CHANGE)
    for address in ADDRESSES:
        assert all("Seen anew" in answer.text for answer in everywhere(site, address)), address
    assert site.get(image).status == 302

    site.shell(WITHDRAW)
    for address in (*ADDRESSES, "/sitemap.xml"):
        for answer in everywhere(site, address):
            assert "Seen" not in answer.text, address
            assert "sitemap-article" not in answer.text
    assert {answer.status for answer in everywhere(site, "/insights/seen.md")} == {410}
    assert {answer.status for answer in everywhere(site, image)} == {404}
