"""The article page, element by element."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from insights.models import Redirect, SiteSettings, Step
from insights.publishing.drafts import import_version
from tests.factories import (
    make_article,
    make_author,
    make_category,
    make_series,
    make_step,
    make_tag,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    return make_article(
        "China AI in tokens",
        published=dt.datetime(2026, 5, 25, 9, tzinfo=dt.UTC),
        category=make_category("Analysis"),
        authors=[make_author("AI Scope Hub", initials="AI", line="AI Research & Analysis")],
        tags=[make_tag("Inference")],
        excerpt="What China reads and writes.",
        body="## A first heading\n\nModels in China, counted in tokens.\n\n- **One:** a\n- two\n",
    )


def test_the_page_holds_every_element_in_its_order(client, article):
    text = client.get(article.get_absolute_url()).content.decode()
    elements = [
        "Back to Insights", "Analysis</a>", "May 25, 2026", "0 views", "China AI in tokens</h1>", ">AI</span>",
        "AI Scope Hub</a>", "AI Research &amp; Analysis", "A first heading", "Next Step",
        "Get weekly China AI intelligence in English", "Join AI Scope Weekly for China AI model updates", "<form",
        "Why this?", "rule: newsletter (score=7.5) title:3, excerpt:1.5, content:3 · confidence: 0.75 · source: rule",
        "Community Feedback",
    ]  # fmt: skip
    places = [text.index(element, text.index("<main")) for element in elements]
    assert places == sorted(places)


def test_the_page_costs_two_queries(client, article, django_assert_max_num_queries):
    client.get(article.get_absolute_url())
    with django_assert_max_num_queries(2):
        client.get(article.get_absolute_url())


def test_the_page_is_the_same_bytes_for_everybody_and_sets_no_cookie(client, article):
    """H05: a public page has no session and no token."""
    url = article.get_absolute_url()
    staff = Client()
    staff.force_login(make_user("Editor"))
    answers = [client.get(url), Client().get(url), staff.get(url)]
    assert len({answer.content for answer in answers}) == 1
    for answer in answers:
        assert not answer.cookies
        assert b"csrfmiddlewaretoken" not in answer.content
        assert "Cookie" not in answer.get("Vary", "")


def test_editing_a_live_article_leaves_it_alone_until_published(client, article):
    from insights.publishing.drafts import import_version

    draft = import_version(article, {"title": "A better title"})
    assert "A better title" not in client.get(article.get_absolute_url()).content.decode()
    article.publish(draft)
    text = client.get(article.get_absolute_url()).content.decode()
    assert "A better title" in text
    assert "May 25, 2026" in text  # the publication time stays
    assert "A first heading" in text  # unchanged values are kept
    assert "Inference" in text


def test_a_scheduled_article_appears_by_the_clock_alone(client):
    import time_machine

    article = make_article("Later", published=timezone.now() + dt.timedelta(hours=2))
    assert client.get(article.get_absolute_url()).status_code == 404
    with time_machine.travel(timezone.now() + dt.timedelta(hours=3)):
        assert client.get(article.get_absolute_url()).status_code == 200


def test_a_changed_slug_leads_on_in_one_hop_however_often_it_changed(client, article):
    first = article.get_absolute_url()
    article.change_slug("second")
    article.change_slug("third")
    for old in (first, "/insights/second/"):
        answer = client.get(old)
        assert (answer.status_code, answer["Location"]) == (301, "/insights/third/")


def test_moving_back_to_an_old_slug_makes_no_loop(client, article):
    article.change_slug("second")
    article.change_slug("china-ai-in-tokens")
    assert client.get("/insights/china-ai-in-tokens/").status_code == 200
    assert client.get("/insights/second/")["Location"] == "/insights/china-ai-in-tokens/"
    assert Redirect.objects.count() == 1


def test_an_old_slug_of_an_unpublished_article_does_not_redirect(client, article):
    article.change_slug("second")
    article.unpublish()
    assert client.get("/insights/china-ai-in-tokens/").status_code == 410


def test_a_withdrawn_article_can_be_restored(client, article):
    article.unpublish()
    assert client.get(article.get_absolute_url()).status_code == 410
    article.republish()
    assert client.get(article.get_absolute_url()).status_code == 200


def test_the_settings_can_hide_why(client, article):
    site = SiteSettings.current()
    site.shows_decision_line = False
    site.save()
    assert "Why this?" not in client.get(article.get_absolute_url()).content.decode()


def test_a_deleted_step_gives_way_to_the_default(client, caplog):
    """R04: the chosen step is gone. The default replaces it, and one line says so."""
    step = make_step("vanishing", keywords="gravity", threshold=1)
    article = make_article("Gravity")
    Step.objects.filter(pk=step.pk).delete()
    page = client.get(article.get_absolute_url())
    assert page.status_code == 200
    assert "default: newsletter · confidence: 0.00 · source: default" in page.content.decode()
    assert len([record for record in caplog.records if record.name == "insights.public.article_page"]) == 1


def test_a_step_to_a_withdrawn_article_gives_way_to_the_default(client):
    """R04: the next step leads to an article that readers cannot open."""
    target = make_article("Target")
    make_step("onward", kind="article", target_article=target, keywords="gravity", threshold=1)
    article = make_article("Gravity")
    assert "rule: onward" in client.get(article.get_absolute_url()).content.decode()
    target.unpublish()
    assert "default: newsletter" in client.get(article.get_absolute_url()).content.decode()
    target.publish(import_version(target, {"title": "Another text"}), timezone.now() + dt.timedelta(days=1))
    assert "default: newsletter" in client.get(article.get_absolute_url()).content.decode()


def test_the_series_and_its_part_are_named(client):
    series = make_series("Reading evaluations")
    article = make_article("Part two", series=series, series_part=2)
    assert "Part 2 of the series" in client.get(article.get_absolute_url()).content.decode()


@pytest.mark.parametrize("hostile", ['"><script>alert(1)</script>', "]]>&\u000b"])
def test_hostile_words_in_title_excerpt_and_tag_are_text(client, hostile):
    """M09: title, summary and tag as markup."""
    article = make_article(hostile, slug="hostile", excerpt=hostile, tags=[make_tag(hostile[:50], slug="x")])
    text = client.get(article.get_absolute_url()).content.decode()
    assert "<script>alert" not in text


def test_later_addresses_answer_404(client):
    make_article("Only")
    for address in (
        "/newsletter/issues/",
        "/preview/x/",
    ):
        assert client.get(address).status_code == 404, address
