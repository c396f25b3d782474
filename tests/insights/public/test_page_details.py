"""Details of pages, feeds and structured data that matter to other programs."""

from __future__ import annotations

import datetime as dt
import json
import re
from html import unescape
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from django.utils import timezone

from insights.markup import render
from insights.markup.picture_html import PLACES
from insights.models import SiteSettings
from tests.factories import make_article, make_author, make_category, make_picture, make_series, make_tag
from tests.feedback.factories import make_answer

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def article():
    at = timezone.now() - dt.timedelta(days=3, microseconds=123_456)
    row = make_article(
        "On tokens", slug="on-tokens", published=at, category=make_category("Analysis"), tags=[make_tag("Tokens")],
        authors=[make_author("Ann Lee", line="Reads papers", initials="AL", text="Ann reads papers.")],
        series=make_series("Reading"), series_part=2,
    )  # fmt: skip
    make_answer(row, "Well said.", status="approved", name="Bo")
    return row


PAGES = [
    "/", "/insights/", "/insights/on-tokens/", "/insights/search/?q=tokens", "/insights/tag/tokens/",
    "/insights/author/ann-lee/", "/insights/series/reading/", "/newsletter/", "/privacy/",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_times_are_given_to_the_second(client, article, path):
    """Fault D: HTML's `datetime` knows three digits of a second at most."""
    for at in re.findall(r'<time datetime="([^"]*)"', client.get(path).text):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", at)


def test_times_are_given_in_the_sites_time_zone(client, article):
    """Fault D: with its offset, as before."""
    SiteSettings(time_zone="Asia/Tokyo").save()
    assert re.search(r'<time datetime="[^"]+\+09:00"', client.get("/insights/on-tokens/").text)


class Words(HTMLParser):
    """A text browser's output: blocks begin a line, all other tags are ignored."""

    BLOCKS = (
        *("address", "article", "aside", "blockquote", "body", "br", "button", "dd", "details", "div", "dl", "dt"),
        *("fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header"),
        *("hr", "html", "input", "label", "legend", "li", "main", "meta", "nav", "ol", "option", "p", "pre", "script"),
        *("section", "style", "summary", "svg", "table", "td", "th", "title", "tr", "ul"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.lines, self.glued, self.last, self.is_open = [""], [], "", False

    def handle_starttag(self, tag, attrs):
        if tag in self.BLOCKS:
            self.lines.append("")

    def handle_endtag(self, tag):
        if tag in self.BLOCKS:
            self.lines.append("")
        else:
            self.is_open = True

    def handle_data(self, data):
        line = self.lines[-1]
        if self.is_open and line and data and line[-1].isalnum() and data[0].isalnum():
            self.glued.append(f"{line[-30:]}|{data[:30]}")
        self.lines[-1] += data
        self.is_open = False


@pytest.mark.parametrize("path", PAGES)
def test_no_two_words_stand_together_without_a_style_sheet(client, article, path):
    """Fault F8: "AnalysisMay 25, 20262 views3 min read" in w3m and lynx."""
    words = Words()
    words.feed(client.get(path).text)
    assert words.glued == []


def test_the_line_above_an_article_reads_as_a_list(client, article):
    """Fault F8: category, date, views and reading time, separated also where numbers meet."""
    words = Words()
    words.feed(client.get("/insights/on-tokens/").text)
    line = next(line for line in words.lines if "min read" in line)
    assert re.fullmatch(r"Analysis, [A-Z][a-z]+ \d+, \d{4}, 0 views, 1 min read", line)


def test_initials_are_no_words(client, article):
    """Fault F7: the ring beside a byline is not read aloud."""
    page = client.get("/insights/on-tokens/").text
    assert '<span class="who" aria-hidden="true">AL</span>' in page
    assert not re.search(r'class="who"(?! aria-hidden)', page)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("## A Historic Milestone", "A Historic Milestone"),
        ("### `vLLM` & *friends*", "vLLM & friends"),
        ('## "Quoted" <b>', '"Quoted" <b>'),
        ("#### Depth", "Depth"),
    ],
)
def test_a_heading_is_named_by_its_words(text, name):
    """Fault F7: the link inside is not included, and keeps a name of its own."""
    html = render(f"{text}\n\nWords.\n").html
    found = re.search(r'<h\d id="[^"]+" aria-label="([^"]*)">', html)
    assert found
    assert unescape(found[1]) == name
    assert 'class="anchor"' in html


@pytest.mark.parametrize("place", PLACES)
def test_a_condition_and_its_width_are_apart(place):
    """Fault D: `sizes` as the HTML standard writes it."""
    assert not re.search(r"\(min-width:[^)]*\)\S", PLACES[place].sizes)


def test_an_article_lets_search_engines_show_its_picture_large(client, article):
    """Fault D: max-image-preview on articles only, not on a preview or a list."""
    tag = '<meta name="robots" content="max-image-preview:large">'
    assert tag in client.get("/insights/on-tokens/").text
    assert tag not in client.get("/insights/").text


def blocks(page: str) -> list[dict]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert found
    return json.loads(found[1])["@graph"]


def test_an_authors_page_is_a_profile_page(client, article):
    """Fault D: ProfilePage about the person, with a picture and text where there are any."""
    make_author("Bo Wu", avatar=make_picture(), line="Writes")
    page, crumbs = blocks(client.get("/insights/author/ann-lee/").text)
    assert (page["@type"], crumbs["@type"]) == ("ProfilePage", "BreadcrumbList")
    ann = page["mainEntity"]
    assert (ann["@type"], ann["name"], ann["description"]) == ("Person", "Ann Lee", "Ann reads papers.")
    assert ann["url"].endswith("/insights/author/ann-lee/")
    assert "image" not in ann
    bo = blocks(client.get("/insights/author/bo-wu/").text)[0]["mainEntity"]
    assert bo["description"] == "Writes"
    assert bo["image"].startswith("https://hub.example.com/")
    make_author("AI Scope Hub")
    assert blocks(client.get("/insights/author/ai-scope-hub/").text)[0]["mainEntity"]["@type"] == "Organization"
    assert blocks(client.get("/insights/tag/tokens/").text)[0]["@type"] == "BreadcrumbList"


@pytest.mark.parametrize(("path", "title"), [("/newsletter/", "AI Scope Weekly"), ("/privacy/", "Privacy")])
def test_pages_of_their_own_have_open_graph_and_a_canonical_link(client, path, title):
    """Fault B5: like every other public page."""
    head = client.get(path).text.partition("</head>")[0]
    assert f'<link rel="canonical" href="https://hub.example.com{path}">' in head
    assert f'<meta property="og:title" content="{title}">' in head
    assert f'<meta property="og:url" content="https://hub.example.com{path}">' in head
    for name in ("og:type", "og:site_name", "og:description", "og:image", "og:image:alt"):
        assert re.search(rf'<meta property="{name}" content="[^"]+">', head), name
    assert head.count('name="description"') == 1


def test_a_form_with_a_mistake_is_no_page_to_share(client):
    """Fault B5: neither canonical nor Open Graph."""
    head = client.post("/newsletter/subscribe/", {"email": "no"}).text.partition("</head>")[0]
    assert "og:" not in head
    assert 'rel="canonical"' not in head


def updated(client) -> dt.datetime:
    return dt.datetime.fromisoformat(ET.fromstring(client.get("/insights/feed.xml").content).findtext(f"{ATOM}updated"))


def test_an_empty_feed_is_as_old_as_its_publication(client):
    """Fault F8: not a constant. Two requests get one answer, or no client could ask "changed since?"."""
    first = updated(client)
    assert first == updated(client)
    assert first <= timezone.now()
    assert first != dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    answer = client.get("/insights/feed.xml")
    assert client.get("/insights/feed.xml", headers={"if-none-match": answer["ETag"]}).status_code == 304


def test_a_feed_that_was_emptied_changed_then(client):
    """Fault F8: when its last article was unpublished."""
    article = make_article("One")
    article.unpublish()
    assert updated(client) == article.unpublished_at


def test_a_json_feed_names_a_large_icon(client, settings):
    """Fault D: 512 pixels, as JSON Feed suggests. The file exists."""
    icon = client.get("/insights/feed.json").json()["icon"]
    assert icon.endswith("/icons/icon-512.png")
    assert (settings.BASE_DIR / "config/static/icons/icon-512.png").read_bytes()[16:24] == bytes([0, 0, 2, 0] * 2)
