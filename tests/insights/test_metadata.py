"""What a page's head says to search engines, to those who share a link, and to readers' programs."""

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
    """What stands in a page's head: `meta` by name or property, `links` by rel, `data` of the JSON-LD blocks."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.meta: dict[str, str] = {}
        self.links: dict[str, list[dict[str, str]]] = {}
        self.data: list[dict] = []
        self.scripts = 0
        self._is_data = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag == "meta" and "content" in told:
            name = told.get("name") or told.get("property")
            assert name not in self.meta or name == "theme-color", f"{name} stands twice"
            self.meta[name] = told["content"]
        elif tag == "link":
            self.links.setdefault(told["rel"], []).append(told)
        elif tag == "script":
            self.scripts += 1
            self._is_data = told.get("type") == "application/ld+json"

    def handle_data(self, data):
        if self._is_data:
            told = json.loads(data)
            assert told["@context"] == "https://schema.org"
            self.data += told["@graph"]
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
        told = head(client, self.address)
        assert [link["href"] for link in told.links["canonical"]] == [self.url]
        assert told.meta["description"] == "What China reads & writes."
        assert told.meta["robots"] == "max-image-preview:large"

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
        told = head(client, self.address).meta
        assert told["og:type"] == "article"
        assert told["og:site_name"] == "AI Scope Hub"
        assert told["og:title"] == "China AI in tokens"
        assert told["og:description"] == "What China reads & writes."
        assert told["og:url"] == self.url
        assert (told["og:image:width"], told["og:image:height"]) == ("1200", "630")
        assert told["og:image:alt"]
        assert told["article:published_time"] == "2026-05-25T09:00:00+00:00"
        assert told["article:section"] == "Analysis"
        assert told["twitter:card"] == "summary_large_image"

    def test_is_a_news_article_with_all_that_is_known(self, client, article):
        told = head(client, self.address).thing("NewsArticle")
        assert told["headline"] == "China AI in tokens"
        assert told["datePublished"] == "2026-05-25T09:00:00+00:00"
        assert told["dateModified"] >= told["datePublished"]
        assert told["mainEntityOfPage"] == self.url
        assert told["articleSection"] == "Analysis"
        assert told["keywords"] == ["Inference", "Pricing"]
        assert told["publisher"]["name"] == "AI Scope Hub"
        assert [(author["@type"], author["name"], author["url"]) for author in told["author"]] == [
            ("Organization", "AI Scope Hub", f"{SITE}/insights/author/ai-scope-hub/"),
            ("Person", "Second Desk", f"{SITE}/insights/author/second-desk/"),
        ]
        share, cover = told["image"]
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
        told = head(client, self.address)
        addresses = [told.meta["og:image"], told.meta["og:url"]]
        addresses += [step["item"] for step in told.thing("BreadcrumbList")["itemListElement"]]
        addresses += [author["url"] for author in told.thing("NewsArticle")["author"]]
        for address in addresses:
            assert client.get(address.removeprefix(SITE)).status_code == 200, address

    def test_that_appeared_elsewhere_first_says_where(self, client):
        make_article("Syndicated", canonical="https://example.com/first/")
        told = head(client, "/insights/syndicated/")
        assert told.links["canonical"][0]["href"] == "https://example.com/first/"
        assert told.meta["og:url"] == f"{SITE}/insights/syndicated/"

    def test_says_what_editors_wrote_for_engines(self, client):
        make_article("One", excerpt="For readers.", seo_title="For engines", seo_description="Searched words.")
        told = head(client, "/insights/one/").meta
        assert (told["description"], told["og:title"]) == ("Searched words.", "For engines")

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
    """H14: the head of a draft has no share image, no data and no twin."""
    article = make_article("A draft", published=None)
    client.force_login(make_user("Editor"))
    from django.urls import reverse

    told = head(client, reverse("admin:insights_article_preview", args=[article.pk]))
    assert told.meta["robots"] == "noindex"
    assert told.data == []
    assert "og:image" not in told.meta


def test_the_front_page_says_how_the_publication_is_searched(client):
    told = head(client, "/")
    site = told.thing("WebSite")
    assert site["url"] == told.links["canonical"][0]["href"] == f"{SITE}/"
    assert site["potentialAction"]["target"]["urlTemplate"] == f"{SITE}/insights/search/?q={{search_term_string}}"
    assert site["potentialAction"]["query-input"] == "required name=search_term_string"
    assert client.get(told.meta["og:image"].removeprefix(SITE)).status_code == 200


@pytest.mark.parametrize(
    ("kind", "make"), [("category", make_category), ("tag", make_tag), ("author", make_author), ("series", make_series)]
)
def test_a_list_of_one_kind_has_a_head_of_its_own(client, kind, make):
    row = make("Here", text="What is filed here.")
    told = head(client, row.get_absolute_url())
    assert told.links["canonical"][0]["href"] == told.meta["og:url"] == f"{SITE}/insights/{kind}/here/"
    assert told.meta["description"] == "What is filed here."
    assert told.meta["og:type"] == "website"
    assert [step["name"] for step in told.thing("BreadcrumbList")["itemListElement"]] == ["Insights", "Here"]
    feeds = {link["href"] for link in told.links["alternate"]}
    own = {f"/insights/{kind}/here/feed.xml", f"/insights/{kind}/here/feed.json"}
    assert (own <= feeds) == (kind != "series")
    for address in feeds:
        assert client.get(address).status_code == 200


def test_the_list_of_everything_is_its_own_page_and_older_pages_are_for_nobodys_index(client):
    for day in range(1, 16):
        make_article(f"Day {day}", published=dt.datetime(2026, 5, day, tzinfo=dt.UTC))
    told = head(client, "/insights/")
    assert told.links["canonical"][0]["href"] == f"{SITE}/insights/"
    older = client.get("/insights/").context["page"].older
    told = head(client, f"/insights/?before={older}")
    assert told.meta["robots"] == "noindex, follow"
    assert "canonical" not in told.links


def test_no_words_can_end_the_data_or_an_attribute(client):
    """M09: title, summary, tag, author, category, alt text, settings with `</script>`, quotes, line separators."""
    SiteSettings(name=HOSTILE, headline=HOSTILE, introduction=HOSTILE, tagline=HOSTILE).save()
    category = make_category(HOSTILE, slug="c", text=HOSTILE)
    make_article(
        HOSTILE, slug="hostile", excerpt=HOSTILE, category=category, tags=[make_tag(HOSTILE, slug="t")],
        authors=[make_author(HOSTILE, slug="a", initials="X")], cover=make_picture(alt=HOSTILE), cover_alt=HOSTILE,
    )  # fmt: skip
    told = head(client, "/insights/hostile/")
    assert told.thing("NewsArticle")["headline"] == HOSTILE
    assert told.thing("NewsArticle")["keywords"] == [HOSTILE]
    assert told.meta["og:title"] == HOSTILE
    assert told.thing("BreadcrumbList")["itemListElement"][1]["name"] == HOSTILE
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


def test_a_new_title_is_told_at_once(client, article):
    before = head(client, "/insights/china-ai-in-tokens/")
    article.publish(import_version(article, {"title": "A better title"}))
    after = head(client, "/insights/china-ai-in-tokens/")
    assert after.thing("NewsArticle")["headline"] == "A better title"
    assert after.meta["og:image"] != before.meta["og:image"]
