"""Metadata in a page's head: for search engines, shared links, and feed readers."""

from __future__ import annotations

import datetime as dt
import json
from html.parser import HTMLParser

import pytest
from django.conf import settings

from insights.models import SiteSettings
from insights.publishing.drafts import import_version
from tests.factories import (
    make_article,
    make_author,
    make_category,
    make_picture,
    make_series,
    make_tag,
    make_user,
)

pytestmark = pytest.mark.django_db

SITE = settings.SITE_URL
MAY = dt.datetime(2026, 5, 25, 9, tzinfo=dt.UTC)
HOSTILE = '</script><script>alert(1)</script><!--"&\u2028]]>'


class Head(HTMLParser):
    """The content of a page's head: `meta` by name or property, `links` by rel, `data` of the JSON-LD blocks."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.meta: dict[str, str] = {}
        self.links: dict[str, list[dict[str, str]]] = {}
        self.data: list[dict] = []
        self.scripts = 0
        self._is_data = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "meta" and "content" in attributes:
            name = attributes.get("name") or attributes.get("property")
            assert name not in self.meta or name == "theme-color", f"{name} stands twice"
            self.meta[name] = attributes["content"]
        elif tag == "link":
            self.links.setdefault(attributes["rel"], []).append(attributes)
        elif tag == "script":
            self.scripts += 1
            self._is_data = attributes.get("type") == "application/ld+json"

    def handle_data(self, data):
        if self._is_data:
            parsed = json.loads(data)
            assert parsed["@context"] == "https://schema.org"
            self.data += parsed["@graph"]
            self._is_data = False

    def thing(self, kind: str) -> dict:
        (found,) = [thing for thing in self.data if thing["@type"] == kind]
        return found


def head(client, address: str) -> Head:
    return Head(client.get(address).content.decode())


@pytest.fixture
def article():
    return make_article(
        "China AI in tokens",
        published=MAY,
        category=make_category("Analysis"),
        authors=[make_author("AI Scope Hub"), make_author("Second Desk")],
        tags=[make_tag("Inference"), make_tag("Pricing")],
        excerpt="What China reads & writes.",
        cover=make_picture(),
    )


class TestAnArticle:
    address = "/insights/china-ai-in-tokens/"
    url = f"{SITE}/insights/china-ai-in-tokens/"

    def test_tells_its_address_and_what_it_is_about(self, client, article):
        found = head(client, self.address)
        assert [link["href"] for link in found.links["canonical"]] == [self.url]
        assert found.meta["description"] == "What China reads & writes."
        assert found.meta["robots"] == "max-image-preview:large"

    def test_names_its_other_forms(self, client, article):
        forms = {link["type"]: link["href"] for link in head(client, self.address).links["alternate"]}
        assert forms == {
            "text/markdown": "/insights/china-ai-in-tokens.md",
            "application/atom+xml": "/insights/feed.xml",
            "application/feed+json": "/insights/feed.json",
        }
        for address in forms.values():
            assert client.get(address).status_code == 200

    def test_says_what_networks_show_of_it(self, client, article):
        found = head(client, self.address).meta
        assert found["og:type"] == "article"
        assert found["og:site_name"] == "AI Scope Hub"
        assert found["og:title"] == "China AI in tokens"
        assert found["og:description"] == "What China reads & writes."
        assert found["og:url"] == self.url
        assert (found["og:image:width"], found["og:image:height"]) == ("1200", "630")
        assert found["og:image:alt"]
        assert found["article:published_time"] == "2026-05-25T09:00:00+00:00"
        assert found["article:section"] == "Analysis"
        assert found["twitter:card"] == "summary_large_image"

    def test_is_a_news_article_with_all_that_is_known(self, client, article):
        found = head(client, self.address).thing("NewsArticle")
        assert found["headline"] == "China AI in tokens"
        assert found["datePublished"] == "2026-05-25T09:00:00+00:00"
        assert found["dateModified"] >= found["datePublished"]
        assert found["mainEntityOfPage"] == self.url
        assert found["articleSection"] == "Analysis"
        assert found["keywords"] == ["Inference", "Pricing"]
        assert found["publisher"]["name"] == "AI Scope Hub"
        assert [(author["@type"], author["name"], author["url"]) for author in found["author"]] == [
            ("Organization", "AI Scope Hub", f"{SITE}/insights/author/ai-scope-hub/"),
            ("Person", "Second Desk", f"{SITE}/insights/author/second-desk/"),
        ]
        share, cover = found["image"]
        assert share == head(client, self.address).meta["og:image"]
        assert cover == f"{SITE}{article.live_version().cover.file.url}"

    def test_stands_at_the_end_of_a_way(self, client, article):
        steps = head(client, self.address).thing("BreadcrumbList")["itemListElement"]
        assert [(step["position"], step["name"], step["item"]) for step in steps] == [
            (1, "Insights", f"{SITE}/insights/"),
            (2, "Analysis", f"{SITE}/insights/category/analysis/"),
            (3, "China AI in tokens", self.url),
        ]

    def test_every_address_of_ours_leads_to_a_page(self, client, article):
        found = head(client, self.address)
        addresses = [found.meta["og:image"], found.meta["og:url"]]
        addresses += [step["item"] for step in found.thing("BreadcrumbList")["itemListElement"]]
        addresses += [author["url"] for author in found.thing("NewsArticle")["author"]]
        for address in addresses:
            assert client.get(address.removeprefix(SITE)).status_code == 200, address

    def test_that_appeared_elsewhere_first_says_where(self, client):
        make_article("Syndicated", canonical="https://example.com/first/")
        found = head(client, "/insights/syndicated/")
        assert found.links["canonical"][0]["href"] == "https://example.com/first/"
        assert found.meta["og:url"] == f"{SITE}/insights/syndicated/"

    def test_says_what_editors_wrote_for_engines(self, client):
        make_article("One", excerpt="For readers.", seo_title="For engines", seo_description="Searched words.")
        found = head(client, "/insights/one/").meta
        assert (found["description"], found["og:title"]) == ("Searched words.", "For engines")

    def test_without_an_excerpt_is_described_by_its_first_words(self, client):
        make_article("One", body="## Heading\n\nFirst words & *more* of them.\n" + "Words. " * 100)
        description = head(client, "/insights/one/").meta["description"]
        assert description.startswith("Heading First words & more of them.")
        assert len(description) <= 200

    def test_costs_no_further_query(self, client, article, django_assert_num_queries):
        from insights.public.article_page import live_version
        from insights.templatetags.metadata_tags import article_metadata

        client.get(self.address)
        version = live_version("china-ai-in-tokens")
        with django_assert_num_queries(0):
            article_metadata(version)


def test_a_preview_tells_engines_nothing(client):
    """H14: the head of a draft has no share image, no data and no Markdown link."""
    article = make_article("A draft", published=None)
    client.force_login(make_user("Editor"))
    from django.urls import reverse

    found = head(client, reverse("admin:insights_article_preview", args=[article.pk]))
    assert found.meta["robots"] == "noindex"
    assert found.data == []
    assert "og:image" not in found.meta


def test_the_front_page_says_how_the_publication_is_searched(client):
    found = head(client, "/")
    site = found.thing("WebSite")
    assert site["url"] == found.links["canonical"][0]["href"] == f"{SITE}/"
    assert site["potentialAction"]["target"]["urlTemplate"] == f"{SITE}/insights/search/?q={{search_term_string}}"
    assert site["potentialAction"]["query-input"] == "required name=search_term_string"
    assert client.get(found.meta["og:image"].removeprefix(SITE)).status_code == 200


@pytest.mark.parametrize(
    ("kind", "make"), [("category", make_category), ("tag", make_tag), ("author", make_author), ("series", make_series)]
)
def test_a_list_of_one_kind_has_a_head_of_its_own(client, kind, make):
    row = make("Here", text="What is filed here.")
    found = head(client, row.get_absolute_url())
    assert found.links["canonical"][0]["href"] == found.meta["og:url"] == f"{SITE}/insights/{kind}/here/"
    assert found.meta["description"] == "What is filed here."
    assert found.meta["og:type"] == "website"
    assert [step["name"] for step in found.thing("BreadcrumbList")["itemListElement"]] == ["Insights", "Here"]
    feeds = {link["href"] for link in found.links["alternate"]}
    own = {f"/insights/{kind}/here/feed.xml", f"/insights/{kind}/here/feed.json"}
    assert (own <= feeds) == (kind != "series")
    for address in feeds:
        assert client.get(address).status_code == 200


def test_the_full_list_is_canonical_and_its_older_pages_are_noindex(client):
    for day in range(1, 16):
        make_article(f"Day {day}", published=dt.datetime(2026, 5, day, tzinfo=dt.UTC))
    found = head(client, "/insights/")
    assert found.links["canonical"][0]["href"] == f"{SITE}/insights/"
    older = client.get("/insights/").context["page"].older
    found = head(client, f"/insights/?before={older}")
    assert found.meta["robots"] == "noindex, follow"
    assert "canonical" not in found.links


def test_no_words_can_end_the_data_or_an_attribute(client):
    """M09: title, summary, tag, author, category, alt text, settings with `</script>`, quotes, line separators."""
    SiteSettings(name=HOSTILE, headline=HOSTILE, introduction=HOSTILE, tagline=HOSTILE).save()
    category = make_category(HOSTILE, slug="c", text=HOSTILE)
    make_article(
        HOSTILE, slug="hostile", excerpt=HOSTILE, category=category, tags=[make_tag(HOSTILE, slug="t")],
        authors=[make_author(HOSTILE, slug="a", initials="X")], cover=make_picture(alt=HOSTILE), cover_alt=HOSTILE,
    )  # fmt: skip
    found = head(client, "/insights/hostile/")
    assert found.thing("NewsArticle")["headline"] == HOSTILE
    assert found.thing("NewsArticle")["keywords"] == [HOSTILE]
    assert found.meta["og:title"] == HOSTILE
    assert found.thing("BreadcrumbList")["itemListElement"][1]["name"] == HOSTILE
    plain = make_article("Plain")
    scripts = head(client, plain.get_absolute_url()).scripts
    for address in ("/insights/hostile/", "/", category.get_absolute_url()):
        page = client.get(address).content.decode()
        assert "<script>alert" not in page
        assert Head(page).scripts == scripts


def test_addresses_are_the_sites_own_whatever_host_was_asked_for(client, article):
    page = client.get("/insights/china-ai-in-tokens/", headers={"Host": "localhost"}).content.decode()
    assert "http://localhost" not in page
    assert Head(page).meta["og:url"].startswith(SITE)


def test_a_new_title_is_used_at_once(client, article):
    before = head(client, "/insights/china-ai-in-tokens/")
    article.publish(import_version(article, {"title": "A better title"}))
    after = head(client, "/insights/china-ai-in-tokens/")
    assert after.thing("NewsArticle")["headline"] == "A better title"
    assert after.meta["og:image"] != before.meta["og:image"]
