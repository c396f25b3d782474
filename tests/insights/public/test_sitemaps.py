"""Files for crawlers: sitemap index and parts, robots.txt."""

from __future__ import annotations

import datetime as dt
import re
from xml.etree import ElementTree as ET

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from insights.public import sitemaps
from insights.publishing.drafts import import_version
from tests.factories import make_article, make_author, make_category, make_picture, make_series, make_tag

pytestmark = pytest.mark.django_db

SITE = settings.SITE_URL
MAY = dt.datetime(2026, 5, 25, 9, tzinfo=dt.UTC)


def read(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    return ET.fromstring(response.content)


def parts(client) -> dict[str, str]:
    """Return path → last change of every part that the index names."""
    root = read(client, "/sitemap.xml")
    assert root.tag.endswith("}sitemapindex")
    return {entry.findtext("{*}loc").removeprefix(SITE): entry.findtext("{*}lastmod") for entry in root}


def pages(client) -> dict[str, str]:
    """Return path → last change of every page in all parts."""
    return {
        url.findtext("{*}loc").removeprefix(SITE): url.findtext("{*}lastmod")
        for address in parts(client)
        for url in read(client, address)
    }


def test_every_public_page_is_listed_once(client):
    author, tag, category, series = make_author("A Desk"), make_tag("T"), make_category("C"), make_series("S")
    make_article("One", authors=[author], tags=[tag], category=category, series=series)
    make_article("Two", authors=[author], tags=[tag], category=category)
    make_tag("Nothing under it")
    listed = pages(client)
    assert set(listed) == {
        "/", "/insights/", "/newsletter/", "/privacy/", "/insights/one/", "/insights/two/", "/insights/author/a-desk/",
        "/insights/tag/t/", "/insights/category/c/", "/insights/series/s/",
    }  # fmt: skip
    for path in listed:
        assert client.get(path).status_code == 200, path


def test_a_part_tells_when_something_in_it_last_changed(client):
    article = make_article("One", published=MAY)
    first = pages(client)["/insights/one/"]
    with time_machine.travel(timezone.now() + dt.timedelta(hours=1)):
        article.publish(import_version(article, {"title": "One, better"}))
        later = pages(client)["/insights/one/"]
        assert later > first
        assert set(filter(None, parts(client).values())) == {later}


def test_an_empty_publication_has_a_sitemap(client):
    assert list(parts(client)) == ["/sitemap-pages.xml"]
    assert "/newsletter/" in pages(client)


def test_parts_are_cut_by_id_and_keep_their_articles(client, monkeypatch):
    monkeypatch.setattr(sitemaps, "PART_SIZE", 3)
    articles = [make_article(f"Number {number}") for number in range(8)]
    listed = {
        address: [url.findtext("{*}loc") for url in read(client, address)]
        for address in parts(client)
        if address.startswith("/sitemap-article-")
    }
    assert len(listed) in {3, 4}
    assert max(map(len, listed.values())) <= 3
    assert {url for urls in listed.values() for url in urls} == {f"{SITE}{row.get_absolute_url()}" for row in articles}
    make_article("One more")
    for address, urls in list(listed.items())[:-1]:
        assert [url.findtext("{*}loc") for url in read(client, address)] == urls


def test_pictures_stand_with_the_article_that_shows_them(client):
    cover, shown = make_picture(), make_picture()
    article = make_article("One", cover=cover, body=f"![A field]({shown.reference})\n")
    make_article("Plain")
    address = f"/sitemap-article-{article.pk // sitemaps.PART_SIZE}.xml"
    listed = {
        url.findtext("{*}loc"): {loc.text for loc in url.iterfind("{*}image/{*}loc")} for url in read(client, address)
    }
    assert listed == {
        f"{SITE}/insights/one/": {f"{SITE}{cover.file.url}", f"{SITE}{shown.file.url}"},
        f"{SITE}/insights/plain/": set(),
    }


def test_what_is_not_out_is_in_no_part(client):
    """H14: draft, future and unpublished articles are absent, and categories and tags that only they have."""
    hidden = make_tag("Hidden")
    make_article("A draft", published=None, tags=[hidden])
    later = make_article("Later", published=timezone.now() + dt.timedelta(hours=2), tags=[hidden])
    make_article("Taken back", tags=[hidden]).unpublish()
    assert set(pages(client)) == {"/", "/insights/", "/newsletter/", "/privacy/"}
    assert client.get(f"/sitemap-article-{later.pk // sitemaps.PART_SIZE}.xml").status_code == 404
    with time_machine.travel(timezone.now() + dt.timedelta(hours=3)):
        assert {"/insights/later/", "/insights/tag/hidden/"} <= set(pages(client))


@pytest.mark.parametrize(
    "address",
    ["/sitemap-article-777777.xml", "/sitemap-tag-99999999999999999999999.xml", "/sitemap-user-0.xml", "/sitemap-.xml"],
)
def test_a_part_that_is_none_is_404(client, address):
    assert client.get(address).status_code == 404


def test_hostile_words_leave_the_sitemap_well_formed(client):
    """M11: a title with `]]>`, `&`, U+000B."""
    make_article("]]>&\x0b<b>", slug="hostile", cover=make_picture(alt="]]>&\x0b"))
    assert "/insights/hostile/" in pages(client)


def test_an_unchanged_part_is_304(client):
    make_article("One")
    for address in ("/sitemap.xml", *parts(client)):
        etag = client.get(address)["ETag"]
        assert client.get(address, headers={"If-None-Match": etag}).status_code == 304


def test_costs_no_more_queries_with_more_articles(client, django_assert_num_queries):
    for number in range(5):
        article = make_article(f"Number {number}", cover=make_picture(), tags=[make_tag()])
    with django_assert_num_queries(5):
        client.get("/sitemap.xml")
    with django_assert_num_queries(3):
        client.get(f"/sitemap-article-{article.pk // sitemaps.PART_SIZE}.xml")


def test_robots_may_read_all_but_the_admin_and_personal_pages(client):
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    text = response.content.decode()
    assert text.startswith("User-agent: *\nDisallow: /admin/\n")
    assert text.endswith(f"\nSitemap: {SITE}/sitemap.xml\n")
    assert not re.search(r"Disallow: /(?:insights/)?\n", text)
    for path in pages(client):
        assert not any(path.startswith(closed) for closed in settings.ROBOTS_KEEP_OUT), path
