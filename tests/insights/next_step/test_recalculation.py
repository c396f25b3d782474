"""Recalculation after a change: in batches, once, and to the end despite interruptions."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from insights import signals
from insights.models import Recalculation, Rule, Step, Version
from insights.next_step import recalculation
from insights.next_step.decisions import decision_of
from tests.factories import make_article, make_picture, make_step, make_user
from tests.insights.article_form import send

pytestmark = pytest.mark.django_db


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(recalculation, "BATCH", 2)


@pytest.fixture
def words():
    """Yield how often all pages were invalidated."""
    heard = []

    def hear(sender, **kwargs):
        heard.append(sender)

    signals.listing_changed.connect(hear)
    yield heard
    signals.listing_changed.disconnect(hear)


def decide_for_bread() -> Step:
    """Make a matching rule after the articles got their next steps."""
    return make_step("bread", keywords="bread")


def test_it_reaches_every_current_version(run_tasks, words):
    live = make_article("Bread, live")
    draft = make_article("Bread, draft", published=None)
    scheduled = make_article("Bread, scheduled", published=timezone.now() + dt.timedelta(days=1))
    other = make_article("Other")
    step = decide_for_bread()
    words.clear()
    row = recalculation.request_recalculation(make_user("Editor"))
    run_tasks()
    row.refresh_from_db()
    assert {article.newest_version().step for article in (live, draft, scheduled)} == {step}
    assert decision_of(other.newest_version()).source == "default"
    assert (row.total, row.done, row.changed) == (4, 4, 3)
    assert row.finished_at is not None
    assert len(words) == 1


def test_what_readers_once_saw_keeps_its_decision(client, run_tasks):
    client.force_login(make_user("Editor"))
    article = make_article("Bread, old")
    send(client, article, "_publish", title="Bread, new")
    decide_for_bread()
    recalculation.request_recalculation()
    run_tasks()
    old, new = article.versions.order_by("pk")
    assert (decision_of(old).source, decision_of(new).slug) == ("default", "bread")


def test_a_pin_stays(run_tasks):
    pin = make_step("pinned")
    article = make_article("Bread", pinned_step=pin)
    decide_for_bread()
    recalculation.request_recalculation()
    run_tasks()
    assert decision_of(article.live_version()).line() == "editor: pinned · confidence: 1.00 · source: editor"


def test_the_text_is_left_alone(run_tasks):
    article = make_article("Bread")
    before = Version.objects.values("html", "body", "updated_at", "words").get(article=article)
    decide_for_bread()
    recalculation.request_recalculation()
    run_tasks()
    assert Version.objects.values("html", "body", "updated_at", "words").get(article=article) == before


def test_nothing_changed_says_nothing(run_tasks, words):
    make_article("Bread")
    words.clear()
    row = recalculation.request_recalculation()
    run_tasks()
    row.refresh_from_db()
    assert (row.done, row.changed, words) == (1, 0, [])


def test_no_article_at_all(run_tasks):
    row = recalculation.request_recalculation()
    run_tasks()
    row.refresh_from_db()
    assert row.finished_at is not None


class TestAskedForAgain:
    def test_one_that_waits_serves_both(self):
        assert recalculation.request_recalculation() == recalculation.request_recalculation()
        assert DBTaskResult.objects.count() == 1

    def test_one_under_way_gives_way_to_the_newer(self, small_batches, run_tasks):
        articles = [make_article(f"Bread {number}") for number in range(5)]
        step = decide_for_bread()
        first = recalculation.request_recalculation()
        assert recalculation._next_batch(first.pk) is True
        Rule.objects.filter(step=step).update(keywords="butter")
        second = recalculation.request_recalculation()
        assert second.pk != first.pk
        run_tasks()
        first.refresh_from_db()
        second.refresh_from_db()
        assert first.finished_at is not None
        assert (first.done, second.done) == (2, 5)
        assert {decision_of(article.live_version()).source for article in articles} == {"default"}


class TestAKilledWorker:
    def test_it_goes_on_where_it_was(self, small_batches, run_tasks):
        """D13: finished work is kept. The periodic task finds the rest within minutes."""
        articles = [make_article(f"Bread {number}") for number in range(5)]
        step = decide_for_bread()
        row = recalculation.request_recalculation()
        recalculation._next_batch(row.pk)
        DBTaskResult.objects.all().delete()  # the worker died during the task
        recalculation.requeue_recalculations()
        assert not DBTaskResult.objects.exists()  # it may still be alive
        Recalculation.objects.update(progressed_at=timezone.now() - dt.timedelta(minutes=2))
        recalculation.requeue_recalculations()
        recalculation.requeue_recalculations()
        assert DBTaskResult.objects.count() == 1
        run_tasks()
        row.refresh_from_db()
        assert (row.done, row.changed) == (5, 5)
        assert {article.live_version().step for article in articles} == {step}

    def test_running_twice_does_no_harm(self, small_batches, run_tasks):
        for number in range(5):
            make_article(f"Bread {number}")
        decide_for_bread()
        row = recalculation.request_recalculation()
        recalculation.recalculate.enqueue(row.pk)
        run_tasks()
        row.refresh_from_db()
        assert (row.done, row.changed) == (5, 5)

    def test_one_that_is_finished_is_left_alone(self, run_tasks):
        recalculation.request_recalculation()
        run_tasks()
        Recalculation.objects.update(progressed_at=timezone.now() - dt.timedelta(hours=2))
        recalculation.requeue_recalculations()
        assert not DBTaskResult.objects.ready().exists()


def test_queries_do_not_grow_with_the_versions_of_a_batch(django_assert_max_num_queries):
    for number in range(30):
        make_article(f"Bread {number}", pinned_step=Step.objects.get() if number % 2 else None)
    decide_for_bread()
    row = recalculation.request_recalculation()
    with django_assert_max_num_queries(12):
        recalculation._next_batch(row.pk)


class TestRerender:
    def test_html_of_an_old_renderer_is_rendered_again(self, capsys):
        article = make_article(body="*Words*\n")
        Version.objects.update(html="<p>old</p>", renderer="0", search_text="old")
        call_command("rerender")
        version = article.live_version()
        assert "<em>Words</em>" in version.html
        assert version.search_text == "Words"
        assert "Rendered versions: 1. Changed: 1." in capsys.readouterr().out
        call_command("rerender")
        assert "Every version is up to date." in capsys.readouterr().out

    def test_all_of_them_on_request(self, capsys):
        make_article()
        call_command("rerender", "--all")
        assert "Rendered versions: 1. Changed: 0." in capsys.readouterr().out

    def test_a_text_that_cannot_be_set_is_named_and_kept(self):
        make_article("Good", body="Words\n")
        bad = make_article("Bad", body="Words\n")
        Version.objects.filter(article=bad).update(body="![x](https://evil.example/x.png)", html="kept")
        Version.objects.update(renderer="0")
        with pytest.raises(CommandError, match="Bad"):
            call_command("rerender")
        assert bad.live_version().html == "kept"
        assert Version.objects.exclude(article=bad).get().renderer != "0"

    def test_new_alt_text_reaches_the_pages(self, client, run_tasks):
        picture = make_picture(alt="Old words", caption="Old caption")
        article = make_article(body=f"![]({picture.reference})\n")
        client.force_login(make_user("Editor"))
        values = {"alt": "New words", "caption": "New caption", "credit": "", "focal_x": "0.5", "focal_y": "0.5"}
        assert client.post(f"/admin/insights/picture/{picture.pk}/change/", values).status_code == 302
        run_tasks()
        html = article.live_version().html
        assert 'alt="New words"' in html
        assert "New caption" in html
        assert "New caption" in article.live_version().search_text
