"""Plain versions of articles for programs: `/insights/<slug>.md` and `/llms.txt`."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from django.utils import timezone

from insights.exchange import string_yaml
from insights.publishing.drafts import import_version
from insights.publishing.rendering import TextRefused
from tests.factories import make_article, make_author, make_category, make_picture, make_series, make_step, make_tag

pytestmark = pytest.mark.django_db

SITE = settings.SITE_URL
MAY = dt.datetime(2026, 5, 25, 9, tzinfo=dt.UTC)


def twin(client, slug="one"):
    """Return the front matter and the text of an article's Markdown."""
    response = client.get(f"/insights/{slug}.md")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/markdown; charset=utf-8"
    _, head, body = response.content.decode().split("---\n", 2)
    return string_yaml.read_yaml(head), body


def test_the_twin_holds_the_public_facts_and_the_text(client):
    picture = make_picture()
    article = make_article(
        "One: a title",
        slug="one",
        published=MAY,
        category=make_category("Analysis"),
        authors=[make_author("First Desk"), make_author("Second Desk")],
        tags=[make_tag("Safety"), make_tag("Inference")],
        series=make_series("Reading"),
        series_part=2,
        excerpt="What it says.",
        cover=picture,
        cover_caption="A caption",
        body=f"## A heading\n\n![A field]({picture.reference})\n\n`picture:{picture.uid}`\n",
    )
    facts, body = twin(client)
    url = f"{SITE}{picture.file.url}"
    assert facts.pop("updated") >= "2026-05-25"
    assert facts == {
        "title": "One: a title",
        "url": f"{SITE}/insights/one/",
        "id": str(article.uid),
        "date": "2026-05-25T09:00:00+00:00",
        "category": "Analysis",
        "authors": ["First Desk", "Second Desk"],
        "tags": ["Inference", "Safety"],
        "series": "Reading",
        "series_part": "2",
        "excerpt": "What it says.",
        "cover": url,
        "cover_alt": "A blue field",
        "cover_caption": "A caption",
    }
    assert body == f"## A heading\n\n![A field]({url})\n\n`picture:{picture.uid}`\n"


def test_nothing_of_the_admin_is_in_it(client):
    """Internal values (a pinned next step, the search description) are not included."""
    article = make_article("One", user=None, seo_title="For engines", pinned_step=make_step("pinned-step"))
    import_version(article, {"title": "A newer draft", "body": "Unfinished words."})
    text = client.get("/insights/one.md").content.decode()
    for secret in ("For engines", "pinned-step", "newer draft", "Unfinished"):
        assert secret not in text


def test_a_picture_that_is_gone_stays_a_reference(client):
    article = make_article("One", body="Words.\n")
    gone = "picture:00000000-0000-4000-8000-000000000000"
    article.versions.update(body=f"![x]({gone})\n")
    assert twin(client)[1] == f"![x]({gone})\n"


@pytest.mark.parametrize("like", ["-" * 36, "a" * 36])
def test_what_only_looks_like_a_reference_is_text(client, like):
    article = make_article(slug="like", body=f"Write `picture:{like}`.\n")
    for address in (article.get_absolute_url(), "/insights/like.md"):
        assert f"picture:{like}" in client.get(address).text
    with pytest.raises(TextRefused, match=r"is not on this site\. Upload"):
        import_version(article, {"body": f"![A field](picture:{like})\n"})


def test_the_page_names_its_twin_and_the_twin_its_page(client):
    make_article("One")
    assert client.get("/insights/one.md")["Link"] == f'<{SITE}/insights/one/>; rel="canonical"'
    page = client.get("/insights/one/").content.decode()
    assert '<link rel="alternate" type="text/markdown" href="/insights/one.md">' in page


def test_a_changed_slug_leads_on_in_one_hop(client):
    article = make_article("One")
    article.change_slug("second")
    article.change_slug("third")
    for slug in ("one", "second"):
        answer = client.get(f"/insights/{slug}.md")
        assert (answer.status_code, answer["Location"]) == (301, "/insights/third.md")
    article.change_slug("one")
    assert twin(client)[0]["title"] == "One"


def test_what_is_not_out_has_no_twin(client):
    """H14: draft and future article are 404. An unpublished one is 410, also by an old slug. None is in a list."""
    make_article("Draft", published=None)
    make_article("Future", published=timezone.now() + dt.timedelta(hours=2))
    unpublished = make_article("Former")
    unpublished.change_slug("withdrawn")
    unpublished.unpublish()
    for slug, status in {"draft": 404, "future": 404, "former": 410, "withdrawn": 410, "nothing": 404}.items():
        assert client.get(f"/insights/{slug}.md").status_code == status, slug
    text = client.get("/llms.txt").content.decode()
    assert not any(word in text for word in ("Draft", "Future", "Former"))


def test_an_unchanged_twin_is_304(client):
    make_article("One")
    for address in ("/insights/one.md", "/llms.txt", "/robots.txt"):
        etag = client.get(address)["ETag"]
        assert client.get(address, headers={"If-None-Match": etag}).status_code == 304


def test_the_twin_costs_few_queries(client, django_assert_max_num_queries):
    picture = make_picture()
    make_article("One", tags=[make_tag()], authors=[make_author()], body=f"![x]({picture.reference})\n")
    with django_assert_max_num_queries(5):
        client.get("/insights/one.md")


def test_the_list_names_every_article_newest_first(client):
    make_article("Older", published=MAY, excerpt="Words\nin two lines.")
    make_article("Newer [a](b) # `x`", slug="newer", published=MAY + dt.timedelta(days=1))
    response = client.get("/llms.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    text = response.content.decode()
    assert text.startswith("# AI Scope Hub\n\n> How artificial intelligence is built")
    lines = [line for line in text.split("## Optional")[0].splitlines() if line.startswith("- ")]
    assert lines == [
        f"- [Newer \\[a\\](b) \\# \\`x\\`]({SITE}/insights/newer.md)",
        f"- [Older]({SITE}/insights/older.md): Words in two lines.",
    ]
    for address in ("newer.md", "older.md"):
        assert client.get(f"/insights/{address}").status_code == 200
