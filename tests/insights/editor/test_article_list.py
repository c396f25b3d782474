"""The article list of the admin: published articles, drafts, and search results."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.utils import timezone

from insights.publishing.drafts import import_version
from tests.factories import make_article, make_author, make_category
from tests.insights.article_form import change_url

pytestmark = pytest.mark.django_db

LIST = "/admin/insights/article/"
DAY = dt.timedelta(days=1)


def states(client, article):
    """Return the state labels of an article in its row."""
    page = client.get(LIST, {"q": article.slug}).content.decode()
    return re.findall(r'class="state state-\w+">([^<]+)<', page)


def test_the_list_tells_which_articles_have_changes_that_readers_do_not_have(client, editor):
    out = make_article("Out")
    assert states(client, out) == ["Published"]
    import_version(out, {"body": "Changed.\n"}, user=editor)
    assert states(client, out) == ["Published", "Changes in draft"]
    out.publish(out.working_version(), timezone.now() + DAY)
    assert states(client, out) == ["Published", "Changes scheduled"]
    import_version(out, {"body": "Changed once more.\n"}, user=editor)
    assert states(client, out) == ["Published", "Changes in draft"]
    out.unpublish()
    assert states(client, out) == ["Unpublished", "Changes in draft"]
    assert states(client, make_article("New", published=None)) == ["Draft"]
    assert states(client, make_article("Soon", published=timezone.now() + DAY)) == ["Scheduled"]


def test_telling_it_asks_nothing_more_of_the_database(client, editor, django_assert_max_num_queries):
    def asked(count):
        for number in range(count):
            article = make_article(f"Changed {count} {number}")
            import_version(article, {"body": "Changed.\n"}, user=editor)
        client.get(LIST)
        with django_assert_max_num_queries(100) as queries:
            client.get(LIST)
        return len(queries)

    assert asked(2) == asked(9)


def test_it_is_narrowed_by_what_the_newest_version_is_filed_under(client, editor):
    before, after, ann, ben = make_category("Before"), make_category("After"), make_author("Ann"), make_author("Ben")
    moved = make_article("Moved", category=before, authors=[ann])
    make_article("Stays", category=before, authors=[ann])
    import_version(moved, {"category": after}, user=editor, authors=[ben])

    def titles(**narrowed):
        return [str(row) for row in client.get(LIST, narrowed).context["cl"].result_list]

    assert titles(category=before.pk) == titles(author=ann.pk) == ["Stays"]
    assert titles(category=after.pk) == titles(author=ben.pk) == ["Moved"]
    assert titles(author="x") == ["Stays", "Moved"]


def test_a_search_counts_what_it_found_and_leads_back(client, editor):
    make_article("Zebras")
    page = client.get(LIST).content.decode()
    assert "found</span>" not in page
    assert "Show all" not in page
    page = client.get(LIST, {"q": "zebras"}).content.decode()
    assert "1 found</span>" in page
    assert '<a class="small" href="?">Show all</a>' in page


def test_an_empty_list_says_so_and_offers_no_actions(client, editor):
    page = client.get(LIST).content.decode()
    assert "This list is empty." in page
    page = client.get(LIST, {"q": "zebras"}).content.decode()
    assert "No results." in page
    page = client.get("/admin/insights/externallink/").content.decode()
    assert "No broken or suspicious links." in page
    assert 'name="action"' not in page


def test_a_withdrawn_article_tells_when_it_was_withdrawn(client, editor):
    article = make_article("Gone", published=dt.datetime(2026, 1, 2, 9, tzinfo=dt.UTC))
    article.unpublish(dt.datetime(2026, 3, 4, 9, tzinfo=dt.UTC))
    page = client.get(change_url(article)).content.decode()
    assert "<span>March 4, 2026, 09:00 UTC</span>" in page
    assert "Published January 2, 2026, 09:00 UTC" in page


def test_an_error_page_of_the_admin_links_back_to_the_admin(client, editor):
    page = client.get("/admin/nonsense/")
    assert page.status_code == 404
    assert '<a href="/admin/">Back to the admin</a>' in page.content.decode()
    assert "Back to the admin" not in client.get("/insights/nonsense/").content.decode()
