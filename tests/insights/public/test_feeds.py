"""Feeds, as a feed reader parses them."""

from __future__ import annotations

import datetime as dt
import json
import re
from xml.etree import ElementTree as ET

import feedparser
import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from insights.publishing.drafts import import_version
from tests.cpu import cpu_seconds
from tests.factories import make_article, make_author, make_category, make_picture, make_tag

pytestmark = pytest.mark.django_db

SITE = settings.SITE_URL
FEEDS = ("/insights/feed.xml", "/insights/feed.json")
MAY = dt.datetime(2026, 5, 25, 9, tzinfo=dt.UTC)
BODY = """## A heading

Words with a [link](/insights/other/), a [place](#s-a-heading), a note[^1] and `code`.

![A field](picture:{uid} "What it shows")

| a | b |
|---|--:|
| 1 | 2 |

[^1]: The note.
"""


@pytest.fixture
def article():
    return make_article(
        "China AI in tokens",
        published=MAY,
        category=make_category("Analysis"),
        authors=[make_author("First Desk"), make_author("Second Desk")],
        tags=[make_tag("Inference")],
        excerpt="What China reads & writes.",
        body=BODY.format(uid=make_picture().uid),
    )


def atom(client, address="/insights/feed.xml"):
    """Return the feed as feedparser reads it, without any complaint."""
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    parsed = feedparser.parse(response.content, response_headers={"content-type": response["Content-Type"]})
    assert not parsed.bozo, parsed.get("bozo_exception")
    assert parsed.version == "atom10"
    return parsed


def items(client, address="/insights/feed.json"):
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/feed+json; charset=utf-8"
    parsed = json.loads(response.content)
    assert parsed["version"] == "https://jsonfeed.org/version/1.1"
    assert parsed["feed_url"] == f"{SITE}{address}"
    return parsed["items"]


def test_a_reader_gets_the_whole_article(client, article):
    parsed = atom(client)
    assert parsed.feed.title == "AI Scope Hub"
    (entry,) = parsed.entries
    assert entry.id == article.uid.urn
    assert entry.title == "China AI in tokens"
    assert entry.link == f"{SITE}/insights/china-ai-in-tokens/"
    assert entry.summary == "What China reads & writes."
    assert [author.name for author in entry.authors] == ["First Desk", "Second Desk"]
    assert [tag.term for tag in entry.tags] == ["Analysis", "Inference"]
    assert entry.published_parsed[:4] == (2026, 5, 25, 9)
    assert "<table>" in entry.content[0].value
    assert "The note." in entry.content[0].value


def test_both_forms_say_the_same(client, article):
    (entry,), (item,) = atom(client).entries, items(client)
    assert (item["id"], item["url"], item["title"]) == (entry.id, entry.link, entry.title)
    assert item["date_published"] == "2026-05-25T09:00:00+00:00"
    assert item["tags"] == ["Analysis", "Inference"]
    xml = ET.fromstring(client.get("/insights/feed.xml").content)
    assert xml.findtext("{*}entry/{*}content") == item["content_html"]


def test_every_address_in_the_text_is_absolute(client, article):
    html = items(client)[0]["content_html"]
    addresses = re.findall(r'(?:href|src)="([^"]*)"', html)
    assert f"{SITE}/insights/other/" in addresses
    assert f"{SITE}/insights/china-ai-in-tokens/#s-a-heading" in addresses
    assert any(address.startswith(f"{SITE}/media/") for address in addresses)
    assert [address for address in addresses if not address.startswith(SITE)] == []


def test_nothing_of_the_page_that_means_nothing_elsewhere(client, article):
    html = items(client)[0]["content_html"]
    assert "anchor" not in html
    assert not re.search(r"\s(?:id|class|tabindex|role|loading)=", html)
    assert "<h2>A heading</h2>" in html


def test_the_tree_is_that_of_the_page(client, article):
    """M12: the same elements in the same order in page and feed, without the links beside headings."""
    stored = re.sub(r'<a class="anchor".*?</a>', "", article.live_version().html)
    elements = re.compile(r"</?[a-z0-9]+")
    assert elements.findall(items(client)[0]["content_html"]) == elements.findall(stored)


def test_the_cover_stands_above_the_text(client):
    make_article("Covered", cover=make_picture(alt="A card"), cover_caption='Seen "here"', cover_credit="A desk")
    (item,) = items(client)
    assert item["content_html"].startswith(f'<figure><img src="{item["image"]}" alt="A card" width="60" height="40">')
    assert "<figcaption>Seen &quot;here&quot; A desk</figcaption>" in item["content_html"]
    assert item["image"].startswith(f"{SITE}/media/pictures/")


def test_an_entry_keeps_its_id_when_its_address_changes(client, article):
    before = atom(client).entries[0]
    article.change_slug("counted-in-tokens")
    after = atom(client).entries[0]
    assert after.id == before.id
    assert after.link == f"{SITE}/insights/counted-in-tokens/"


def test_a_new_text_is_an_update_of_the_same_entry(client, article):
    before = atom(client).entries[0]
    article.publish(import_version(article, {"title": "A better title"}))
    after = atom(client).entries[0]
    assert (after.id, after.published, after.title) == (before.id, before.published, "A better title")
    assert after.updated_parsed >= before.updated_parsed


def test_an_imported_article_was_not_changed_by_coming_in(client, tmp_path):
    from django.core.management import call_command

    for name, updated in (("first", ""), ("second", "updated: 2026-06-01T10:00:00+00:00\n")):
        text = f"---\ntitle: {name}\ndate: 2026-05-25T09:00:00+00:00\n{updated}status: published\n---\nWords.\n"
        (tmp_path / f"{name}.md").write_text(text)
    call_command("import_articles", str(tmp_path))
    changed = {item["title"]: item["date_modified"] for item in items(client)}
    assert changed == {"first": "2026-05-25T09:00:00+00:00", "second": "2026-06-01T10:00:00+00:00"}


@pytest.mark.parametrize("kind", ["category", "tag", "author"])
class TestFeedsOfOneKind:
    makers = {"category": make_category, "tag": make_tag, "author": make_author}

    def filed(self, kind, row):
        return {"category": {"category": row}, "tag": {"tags": [row]}, "author": {"authors": [row]}}[kind]

    def test_holds_what_is_filed_there_and_nothing_else(self, client, kind):
        row = self.makers[kind]("Here")
        make_article("Within", **self.filed(kind, row))
        make_article("Without")
        address = row.get_absolute_url()
        parsed = atom(client, f"{address}feed.xml")
        assert [entry.title for entry in parsed.entries] == ["Within"]
        assert parsed.feed.title == "Here. AI Scope Hub"
        assert parsed.feed.link == f"{SITE}{address}"
        assert [item["title"] for item in items(client, f"{address}feed.json")] == ["Within"]

    def test_is_valid_while_it_is_empty(self, client, kind):
        address = self.makers[kind]("Empty").get_absolute_url()
        parsed = atom(client, f"{address}feed.xml")
        assert parsed.entries == []
        assert parsed.feed.updated
        assert parsed.feed.id.startswith("urn:uuid:")
        assert items(client, f"{address}feed.json") == []

    def test_follows_a_changed_address_in_one_hop(self, client, kind):
        from insights.models import Redirect

        row = self.makers[kind]("Here")
        before = atom(client, f"{row.get_absolute_url()}feed.xml").feed.id
        for slug in ("there", "yonder"):
            old_slug, row.slug = row.slug, slug
            row.save()
            Redirect.objects.leave(kind, old_slug, **{kind: row})
        for old_slug in ("here", "there"):
            for ending in ("xml", "json"):
                answer = client.get(f"/insights/{kind}/{old_slug}/feed.{ending}")
                assert (answer.status_code, answer["Location"]) == (301, f"/insights/{kind}/yonder/feed.{ending}")
        assert atom(client, f"/insights/{kind}/yonder/feed.xml").feed.id == before

    def test_is_404_where_nothing_ever_was(self, client, kind):
        assert client.get(f"/insights/{kind}/nothing/feed.xml").status_code == 404


def test_the_newest_twenty_stand_in_the_feed(client):
    for day in range(1, 24):
        make_article(f"Day {day}", published=dt.datetime(2026, 5, day, tzinfo=dt.UTC))
    titles = [entry.title for entry in atom(client).entries]
    assert titles == [f"Day {day}" for day in range(23, 3, -1)]


def test_what_is_not_out_is_in_no_feed(client):
    """H14: draft, future and unpublished article are absent. The future one is added by the clock alone."""
    category = make_category("Analysis")
    make_article("A draft", published=None, category=category)
    make_article("Later", published=timezone.now() + dt.timedelta(hours=2), category=category)
    make_article("Taken back", category=category).unpublish()
    addresses = (*FEEDS, *(f"{category.get_absolute_url()}feed.{ending}" for ending in ("xml", "json")))
    for address in addresses:
        text = client.get(address).content.decode()
        assert not re.search("A draft|Later|Taken back", text), address
    with time_machine.travel(timezone.now() + dt.timedelta(hours=3)):
        assert [entry.title for entry in atom(client).entries] == ["Later"]


@pytest.mark.parametrize("hostile", ['"><script>alert(1)</script>', "]]>&\x0b<b>", "<![CDATA[", "a\ufffeb\U0001f600"])
def test_hostile_words_leave_the_feed_well_formed(client, hostile):
    """M09, M11: title, summary, names, alt text with `]]>`, `&`, U+000B are text in well-formed XML and JSON."""
    make_article(
        hostile, slug="hostile", excerpt=hostile, tags=[make_tag(hostile, slug="x")], cover=make_picture(alt=hostile),
        authors=[make_author(hostile, slug="x", initials="X")], body=f"{hostile}\n\n`{hostile}`\n", cover_alt=hostile,
    )  # fmt: skip
    legible = hostile.replace("\x0b", "").replace("\ufffe", "")
    response = client.get("/insights/feed.xml")
    root = ET.fromstring(response.content)
    assert root.findtext("{*}entry/{*}title") == legible
    assert root.findtext("{*}entry/{*}summary") == legible
    assert "<script" not in root.findtext("{*}entry/{*}content")
    assert not atom(client).bozo
    assert items(client)[0]["title"] == hostile


@pytest.mark.parametrize("address", FEEDS)
class TestConditionalRequests:
    def test_an_unchanged_feed_is_304(self, client, article, address):
        first = client.get(address)
        for header in ({"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
            again = client.get(address, headers=header)
            assert again.status_code == 304
            assert again.content == b""
            assert again["ETag"] == first["ETag"]

    def test_whatever_a_feed_shows_changes_its_tag(self, client, article, address):
        tags = [client.get(address)["ETag"]]
        author = article.live_version().bylines.first().author
        author.name = "Another Name"
        author.save()
        tags.append(client.get(address)["ETag"])
        make_article("A second one")
        tags.append(client.get(address)["ETag"])
        article.unpublish()
        tags.append(client.get(address)["ETag"])
        assert len(set(tags)) == 4
        assert client.get(address, headers={"If-None-Match": tags[2]}).status_code == 200

    def test_a_withdrawal_is_a_change_for_those_who_ask_by_time(self, client, article, address):
        make_article("Another", published=MAY)
        with time_machine.travel(timezone.now() + dt.timedelta(minutes=5)):
            first = client.get(address)
        with time_machine.travel(timezone.now() + dt.timedelta(minutes=10)):
            article.unpublish()
            again = client.get(address, headers={"If-Modified-Since": first["Last-Modified"]})
        assert again.status_code == 200

    def test_costs_few_queries_however_many_articles(self, client, address, django_assert_max_num_queries):
        for number in range(12):
            make_article(f"Number {number}", tags=[make_tag()], authors=[make_author()], category=make_category())
        client.get(address)
        with django_assert_max_num_queries(6):
            client.get(address)

    def test_answers_twenty_long_articles_quickly(self, client, address):
        for number in range(20):
            make_article(f"Number {number}", body="Words and [a link](/x/).\n\n" * 600)
        client.get(address)
        answers = []
        assert cpu_seconds(lambda: answers.append(client.get(address))) < 1
        assert [answer.status_code for answer in answers] == [200]


@pytest.mark.parametrize("query", ["?page=1e9", "?tag=x'%20OR%201=1--", "?author__password__startswith=p"])
def test_unknown_parameters_change_nothing(client, article, query):
    """H19: on feeds."""
    assert client.get(f"/insights/feed.xml{query}").content == client.get("/insights/feed.xml").content
