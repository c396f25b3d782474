"""Publication states by the clock alone: drafts over published texts, scheduled publishing and unpublishing."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from insights.models import HistoryEntry
from insights.publishing.drafts import import_version
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


def body_at(article, time):
    article.refresh_from_db()
    version = article.live_version(time)
    is_out = type(article).objects.published(time).filter(pk=article.pk).exists()
    return version.body if version and is_out else None


@pytest.fixture
def article():
    return make_article(body="First.\n")


@pytest.fixture
def change(article):
    return import_version(article, {"body": "Second.\n"})


class TestAScheduledChange:
    def test_replaces_the_text_on_time(self, article, change):
        now = timezone.now()
        article.publish(change, now + HOUR)
        assert body_at(article, now) == "First.\n"
        assert body_at(article, now + HOUR - dt.timedelta(microseconds=1)) == "First.\n"
        assert body_at(article, now + HOUR) == "Second.\n"

    def test_taken_off_the_schedule_is_a_draft_again(self, article, change):
        now, user = timezone.now(), make_user("Editor")
        article.publish(change, now + HOUR)
        assert article.unschedule(actor=user) == change
        assert article.working_version() == change
        assert body_at(article, now + 2 * HOUR) == "First.\n"
        assert article.status() == "published"
        entry = HistoryEntry.objects.first()
        assert (entry.verb, entry.effective_at, entry.actor) == ("unscheduled", now + HOUR, user)

    def test_taken_off_gives_way_to_a_newer_draft(self, article, change):
        article.publish(change, timezone.now() + HOUR)
        newer = import_version(article, {"body": "Third.\n"})
        article.unschedule()
        assert article.working_version() == newer
        assert change in article.versions.filter(superseded_at__isnull=False)

    def test_of_what_never_was_out_leaves_a_draft(self):
        article = make_article(published=timezone.now() + HOUR)
        article.unschedule()
        assert article.status() == "draft"
        assert article.published_at is None

    def test_nothing_to_take_off_changes_nothing(self, article):
        assert article.unschedule() is None


class TestAWithdrawal:
    def test_that_is_scheduled_happens_by_itself(self, article):
        now = timezone.now()
        article.unpublish(now + HOUR)
        assert article.status() == "published"
        assert body_at(article, now) == "First.\n"
        assert body_at(article, now + HOUR) is None
        with time_machine.travel(now + 2 * HOUR, tick=False):
            assert article.status() == "withdrawn"

    def test_called_off_leaves_the_article_out(self, article):
        now = timezone.now()
        article.unpublish(now + HOUR)
        article.republish()
        assert body_at(article, now + 2 * HOUR) == "First.\n"

    def test_that_is_to_come_outlives_the_publication_of_a_change(self, article, change):
        now = timezone.now()
        article.unpublish(now + HOUR)
        article.publish(change)
        assert body_at(article, timezone.now()) == "Second.\n"
        assert body_at(article, now + HOUR) is None

    def test_is_not_undone_before_the_next_text_goes_live(self, article, change):
        now = timezone.now()
        article.unpublish()
        article.publish(change, now + HOUR)
        assert body_at(article, timezone.now()) is None
        assert body_at(article, now + HOUR) == "Second.\n"
        article.unschedule()
        assert article.status() == "withdrawn"
        assert body_at(article, now + 2 * HOUR) is None
        article.republish()
        assert body_at(article, timezone.now()) == "First.\n"


class TestEachStep:
    def test_is_in_the_article_s_history(self, article, change):
        user = make_user("Editor")
        later = timezone.now() + HOUR
        article.publish(change, later, actor=user)
        article.unschedule(actor=user)
        article.publish(change, actor=user)
        article.unpublish(later, actor=user)
        article.republish(actor=user)
        article.unpublish(actor=user)
        article.change_slug("elsewhere", actor=user)
        verbs = [entry.verb for entry in HistoryEntry.objects.filter(actor=user).order_by("pk")]
        assert verbs == [
            "scheduled", "unscheduled", "published", "withdrawal_scheduled", "restored", "withdrew", "moved"
        ]  # fmt: skip
        assert HistoryEntry.objects.first().note.endswith("→ /insights/elsewhere/")
