"""The front page and the lists, as readers see them."""

import datetime as dt

import pytest
from django.utils import timezone

from insights.models import Redirect
from tests.factories import make_article, make_author, make_category, make_series, make_tag

pytestmark = pytest.mark.django_db


def test_an_empty_publication_says_so(client):
    assert "The first article is being written" in client.get("/").content.decode()
    assert "No articles yet" in client.get("/insights/").content.decode()


def test_an_empty_category_says_so_and_leads_on(client):
    page = client.get(make_category("Policy").get_absolute_url())
    assert page.status_code == 200
    assert "“Policy” has no articles yet." in page.content.decode()


@pytest.mark.parametrize("query", ["?before=broken", "?after=%C3%A4", "?before=zz-zz-zz"])
def test_a_broken_cursor_gets_a_plain_message(client, query):
    page = client.get(f"/insights/{query}")
    assert page.status_code == 400
    assert '<a href="/insights/">Go to the first page</a>' in page.content.decode()


def test_a_page_beyond_the_end_gets_a_plain_message(client):
    make_article("Only")
    page = client.get("/insights/?before=1-1")
    assert page.status_code == 404
    assert "No articles on this page" in page.content.decode()


@pytest.mark.parametrize(
    "query", ["?order=password", "?author__password__startswith=p", "?page=1e9", "?tag=x' OR 1=1--"]
)
def test_parameters_that_are_not_ours_change_nothing(client, query):
    """H19: unknown parameters of a list."""
    make_article("Only")
    assert client.get(f"/insights/{query}").content == client.get("/insights/").content


def test_drafts_future_and_withdrawn_articles_are_nowhere(client):
    """H14: page, lists and tag lists of articles that are not published."""
    tag, author = make_tag("Secret"), make_author("Desk")
    make_article("A draft", published=None, tags=[tag], authors=[author])
    make_article("A future", published=timezone.now() + dt.timedelta(hours=1), tags=[tag], authors=[author])
    make_article("A gone", tags=[tag], authors=[author]).unpublish()
    for address in ("/", "/insights/", tag.get_absolute_url(), author.get_absolute_url()):
        text = client.get(address).content.decode()
        assert not any(title in text for title in ("A draft", "A future", "A gone"))
    for slug, status in (("a-draft", 404), ("a-future", 404), ("a-gone", 410)):
        answer = client.get(f"/insights/{slug}/")
        assert answer.status_code == status
        assert slug.replace("-", " ").capitalize() not in answer.content.decode()


def test_an_old_slug_of_a_category_redirects_in_one_hop(client):
    category = make_category("New name")
    Redirect.objects.leave("category", "old-name", category=category)
    answer = client.get("/insights/category/old-name/")
    assert (answer.status_code, answer["Location"]) == (301, "/insights/category/new-name/")


@pytest.mark.parametrize(("address", "queries"), [("/", 4), ("/insights/", 3), ("/newsletter/", 1), ("/privacy/", 0)])
def test_the_queries_of_a_page_do_not_grow_with_its_articles(client, django_assert_max_num_queries, address, queries):
    author, category = make_author("Desk"), make_category("Analysis")
    for number in range(15):
        make_article(f"Number {number}", authors=[author], category=category)
    client.get(address)  # the site settings are cached now
    with django_assert_max_num_queries(queries):
        client.get(address)


def test_the_queries_of_a_facet_do_not_grow_with_its_articles(client, django_assert_max_num_queries):
    tag = make_tag("Inference")
    for number in range(15):
        make_article(f"Number {number}", tags=[tag], authors=[make_author()])
    client.get(tag.get_absolute_url())
    with django_assert_max_num_queries(4):
        client.get(tag.get_absolute_url())


def test_a_series_numbers_its_parts(client):
    series = make_series("Reading evaluations")
    for part in (1, 2):
        make_article(f"Chapter {part}", series=series, series_part=part)
    text = client.get(series.get_absolute_url()).content.decode()
    assert "<span>Part 2</span>" in text
    assert "<span>Part 1</span>" in text
    assert "<span>Part" not in client.get("/insights/").content.decode()
