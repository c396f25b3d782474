"""Related articles and their reasons: found at publication, shown only while readers can open them."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.utils import timezone

from insights import signals
from insights.models import Article, ReadNext, Version
from insights.public import neighbors, related
from tests.factories import make_article, make_author, make_category, make_series, make_tag

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def read_next(client, article) -> list[tuple[str, str]]:
    """Return titles under "Read next" and their reasons."""
    text = client.get(article.get_absolute_url()).content.decode()
    section = re.search(r'<nav class="more".*?</nav>', text, re.DOTALL)
    return re.findall(r"<li><a[^>]*>(.*?)</a><p[^>]*>(.*?) · ", section.group()) if section else []


@pytest.fixture
def topics():
    return {name: make_tag(name) for name in ("China", "Inference", "Pricing")}


class TestTheReason:
    def test_it_names_what_both_share(self, client, topics, run_tasks):
        author = make_author("Desk")
        one = make_article("One", tags=[topics["China"], topics["Inference"]], authors=[author])
        make_article("Two", tags=[topics["Inference"], topics["China"], topics["Pricing"]], authors=[author])
        run_tasks()
        assert read_next(client, one) == [("Two", "Also about China and Inference; same author")]

    @pytest.mark.parametrize(
        ("shared", "category", "sentence"),
        [
            ("tag:1 tag:2 tag:3 series author", "Analysis", "Also about A, B and C; same series; same author"),
            ("author category", "Analysis", "Same author; also in Analysis"),
            ("tag:1 category", "Analysis", "Also about A"),
            ("tag:9", "Analysis", ""),
            ("category", "", ""),
        ],
    )
    def test_it_is_a_short_sentence(self, shared, category, sentence):
        assert neighbors.reason(shared, {1: "A", 2: "B", 3: "C", 4: "D"}, category) == sentence

    def test_a_renamed_tag_is_named_as_it_is_called_now(self, client, topics, run_tasks):
        one = make_article("One", tags=[topics["China"]])
        make_article("Two", tags=[topics["China"]])
        run_tasks()
        topics["China"].name = "East Asia"
        topics["China"].save()
        assert read_next(client, one) == [("Two", "Also about East Asia")]

    def test_hostile_names_are_text(self, client, run_tasks):
        """M09: title and tag as markup, under another article."""
        tag = make_tag('"><script>alert(1)</script>', slug="x")
        one = make_article("One", tags=[tag])
        make_article('"><script>alert(2)</script>', slug="two", tags=[tag])
        run_tasks()
        text = client.get(one.get_absolute_url()).content.decode()
        assert "Also about &quot;&gt;&lt;script" in text
        assert "<script>alert" not in text


class TestTheOrder:
    def test_tags_bind_most_then_the_newer_comes_first(self, client, topics, run_tasks):
        author, category = make_author("Desk"), make_category("Analysis")
        one = make_article("One", tags=list(topics.values()), authors=[author], category=category)
        now = timezone.now()
        make_article("Same desk", authors=[author], category=category, published=now - DAY)
        make_article("Two tags", tags=[topics["China"], topics["Pricing"]], published=now - 9 * DAY)
        make_article("Old tag", tags=[topics["China"]], published=now - 8 * DAY)
        make_article("New tag", tags=[topics["China"]], published=now - 7 * DAY)
        run_tasks()
        assert [title for title, _ in read_next(client, one)] == ["Two tags", "New tag", "Old tag"]

    def test_it_does_not_depend_on_who_went_out_first(self, run_tasks, topics):
        """Added to lists one by one, or searched for again: the same."""
        start = timezone.now() - 30 * DAY
        sets = (["China"], ["Inference"], ["China", "Inference"], ["Pricing", "China"], list(topics))
        for number in range(15):
            tags = [topics[name] for name in sets[number % 5]]
            make_article(f"Number {number}", tags=tags, published=start + (number * 7 % 15) * DAY)
        run_tasks()
        stored = set(ReadNext.objects.values_list("article", "other", "score", "shared"))
        assert len(stored) == 15 * related.KEPT
        ReadNext.objects.all().delete()
        for article in Article.objects.all():
            related.refresh_related(article.pk)
        assert set(ReadNext.objects.values_list("article", "other", "score", "shared")) == stored

    def test_who_shares_nothing_has_no_neighbors(self, client, topics, run_tasks):
        lonely = make_article("Lonely", tags=[topics["Pricing"]])
        make_article("Two", tags=[topics["China"]])
        run_tasks()
        assert "Read next" not in client.get(lonely.get_absolute_url()).content.decode()


class TestWhoMayBeRead:
    def test_a_withdrawn_neighbor_is_gone_at_once_and_others_move_up(self, client, topics, run_tasks):
        """H14: neighbors of unpublished articles."""
        one = make_article("One", tags=[topics["China"], topics["Pricing"]])
        nearest = make_article("Nearest", tags=[topics["China"], topics["Pricing"]])
        for number in range(related.KEPT):
            make_article(f"Other {number}", tags=[topics["China"]])
        run_tasks()
        nearest.unpublish()
        assert "Nearest" not in [title for title, _ in read_next(client, one)]
        assert len(read_next(client, one)) == 3
        run_tasks()
        assert not ReadNext.objects.filter(other=nearest).exists()
        assert ReadNext.objects.filter(article=one).count() == related.KEPT
        nearest.republish()
        run_tasks()
        assert read_next(client, one)[0][0] == "Nearest"

    def test_a_withdrawal_to_come_needs_no_job(self, client, topics, run_tasks):
        """H14: neighbors of an article that is scheduled to be unpublished."""
        one = make_article("One", tags=[topics["China"]])
        two = make_article("Two", tags=[topics["China"]])
        run_tasks()
        two.unpublish(timezone.now() + DAY)
        assert [title for title, _ in read_next(client, one)] == ["Two"]
        with time_machine.travel(timezone.now() + 2 * DAY):
            assert read_next(client, one) == []

    def test_a_new_title_and_address_reach_the_neighbors(self, client, topics, run_tasks):
        from insights.publishing.drafts import import_version

        one = make_article("One", tags=[topics["China"]])
        two = make_article("Two", tags=[topics["China"]])
        run_tasks()
        two.publish(import_version(two, {"title": "Two anew"}))
        two.change_slug("two-anew")
        run_tasks()
        related.update_due_related()
        text = client.get(one.get_absolute_url()).content.decode()
        assert '<a href="/insights/two-anew/">Two anew</a>' in text

    def test_drafts_are_never_related_articles(self, client, topics, run_tasks):
        """H14: neighbors of a draft."""
        one = make_article("One", tags=[topics["China"]])
        make_article("Draft", tags=[topics["China"]], published=None)
        run_tasks()
        assert read_next(client, one) == []

    def test_a_scheduled_article_joins_by_the_clock_and_the_sweep(self, client, topics, run_tasks):
        """H14: neighbors of a future article."""
        one = make_article("One", tags=[topics["China"]])
        later = make_article("Later", tags=[topics["China"]], published=timezone.now() + DAY)
        run_tasks()
        related.update_due_related()
        assert read_next(client, one) == []
        with time_machine.travel(timezone.now() + 2 * DAY):
            assert read_next(client, later) == [("One", "Also about China")]  # searched for before its time
            related.update_due_related()
            assert read_next(client, one) == [("Later", "Also about China")]
            assert not Version.objects.filter(related_at=None).exists()

    def test_a_new_version_with_other_tags_finds_other_neighbors(self, client, topics, run_tasks):
        from insights.publishing.drafts import import_version

        one = make_article("One", tags=[topics["China"]])
        two = make_article("Two", tags=[topics["China"]])
        three = make_article("Three", tags=[topics["Pricing"]])
        run_tasks()
        draft = import_version(two, {"title": "Two anew"}, tags=[topics["Pricing"]])
        run_tasks()
        assert [title for title, _ in read_next(client, one)] == ["Two"]
        two.publish(draft)
        run_tasks()
        assert read_next(client, one) == []
        assert [title for title, _ in read_next(client, three)] == ["Two anew"]
        assert [title for title, _ in read_next(client, two)] == ["Three"]


class TestTheWork:
    def test_a_lost_task_is_made_up_for(self, client, topics):
        """D13: the worker died during the task."""
        one = make_article("One", tags=[topics["China"]])
        make_article("Two", tags=[topics["China"]])
        related.update_due_related()
        assert read_next(client, one) == [("Two", "Also about China")]

    def test_it_tells_once_when_pages_differ_and_not_when_none_does(self, topics, run_tasks):
        make_article("Far", tags=[topics["Pricing"]])
        make_article("One", tags=[topics["China"]])
        run_tasks()
        two = make_article("Two", tags=[topics["China"]])
        heard = []

        def hear(sender, **kwargs):
            heard.append(sender)

        signals.listing_changed.connect(hear)
        try:
            run_tasks()
            assert heard == [ReadNext]
            heard.clear()
            related.refresh_related(two.pk)
            assert heard == []
        finally:
            signals.listing_changed.disconnect(hear)

    def test_the_newer_one_takes_the_place_of_the_farthest(self, topics, run_tasks):
        start = timezone.now() - 100 * DAY
        one = make_article("One", tags=[topics["China"]])
        for number in range(related.KEPT + 2):
            make_article(f"Number {number}", tags=[topics["China"]], published=start + number * DAY)
        run_tasks()
        kept = Article.objects.filter(read_after__article=one).values_list("slug", flat=True)
        assert set(kept) == {f"number-{number}" for number in range(2, related.KEPT + 2)}

    def test_its_queries_do_not_grow_with_the_publication(self, topics, run_tasks, django_assert_max_num_queries):
        one = make_article("One", tags=[topics["China"]], category=make_category("Analysis"))
        for number in range(20):
            make_article(f"Number {number}", tags=[topics["China"]], category=one.live_version().category)
        run_tasks()
        with django_assert_max_num_queries(25):
            related.refresh_related(one.pk)


class TestASeries:
    def test_the_parts_before_and_after_are_named_and_not_repeated(self, client, run_tasks):
        series = make_series("Reading evaluations")
        parts = [make_article(f"Part no. {part}", series=series, series_part=part) for part in (3, 1, 2)]
        run_tasks()
        text = client.get(parts[2].get_absolute_url()).content.decode()
        assert 'rel="prev" href="/insights/part-no-1/"' in text
        assert 'rel="next" href="/insights/part-no-3/"' in text
        assert "Read next" not in text
        first = client.get(parts[1].get_absolute_url()).content.decode()
        assert 'rel="prev"' not in first
        assert 'rel="next" href="/insights/part-no-2/"' in first
        assert "Same series" in first  # the third part, which is not next to it

    def test_without_part_numbers_the_date_decides(self, client, run_tasks):
        series = make_series("Letters")
        now = timezone.now()
        first, second, third = (
            make_article(f"Letter {n}", series=series, published=now - (9 - n) * DAY) for n in (1, 2, 3)
        )
        run_tasks()
        text = client.get(second.get_absolute_url()).content.decode()
        assert f'rel="prev" href="{first.get_absolute_url()}"' in text
        assert f'rel="next" href="{third.get_absolute_url()}"' in text

    def test_who_leaves_a_series_is_passed_over(self, client, run_tasks):
        from insights.publishing.drafts import import_version

        series = make_series("Letters")
        parts = [make_article(f"Letter {part}", series=series, series_part=part) for part in (1, 2, 3)]
        run_tasks()
        parts[1].publish(import_version(parts[1], {"series": None, "series_part": None}))
        run_tasks()
        assert 'rel="next" href="/insights/letter-3/"' in client.get(parts[0].get_absolute_url()).content.decode()
        assert 'rel="prev" href="/insights/letter-1/"' in client.get(parts[2].get_absolute_url()).content.decode()
        assert 'rel="prev"' not in client.get(parts[1].get_absolute_url()).content.decode()

    def test_a_withdrawn_part_is_passed_over(self, client):
        """H14: neighbors in a series."""
        series = make_series("Letters")
        parts = [make_article(f"Letter {part}", series=series, series_part=part) for part in (1, 2, 3)]
        make_article("Letter 4", series=series, series_part=4, published=timezone.now() + DAY)
        parts[1].unpublish()
        assert 'rel="next" href="/insights/letter-3/"' in client.get(parts[0].get_absolute_url()).content.decode()
        assert 'rel="next"' not in client.get(parts[2].get_absolute_url()).content.decode()


def test_the_article_page_still_costs_four_queries(client, topics, run_tasks, django_assert_max_num_queries):
    author, series = make_author("Desk"), make_series("Letters")
    articles = [
        make_article(f"Letter {part}", series=series, series_part=part, tags=list(topics.values()), authors=[author])
        for part in range(1, 6)
    ]
    run_tasks()
    client.get(articles[2].get_absolute_url())
    with django_assert_max_num_queries(4):
        text = client.get(articles[2].get_absolute_url()).content.decode()
    assert "Read next" in text
