"""Scheduled publishing and unpublishing in the admin, in the publication's time zone."""

from __future__ import annotations

import datetime as dt
import html

import pytest
import time_machine
from django.utils import timezone

from insights.models import Article, AuditEntry, SiteSettings, User
from insights.publishing.drafts import import_version
from tests.factories import make_article, make_user
from tests.insights.article_form import change_url, send

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
# In Europe/Berlin clocks skip 02:00–03:00 on 28 March 2027, and have 02:00–03:00 twice on 31 October 2027.


@pytest.fixture(autouse=True)
def editor(client) -> User:
    SiteSettings(time_zone="Europe/Berlin").save()
    user = make_user("Editor")
    client.force_login(user)
    return user


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def page_of(client, article: Article) -> str:
    """Return the text of the article's page in the admin. The account logged in just now, by the changed clock."""
    client.force_login(User.objects.get())
    return html.unescape(client.get(change_url(article)).content.decode())


def post_action(client, article: Article, name: str, **data: str):
    return client.post(f"/admin/insights/article/{article.pk}/{name}/", data)


def fresh(article: Article) -> Article:
    return Article.objects.get(pk=article.pk)


class TestAcrossAChangeOfTheClocks:
    @pytest.mark.parametrize(
        ("typed", "scheduled_at", "expected"),
        [
            ("2027-03-27T09:00", "2027-03-27T08:00", "March 27, 2027, 09:00 CET"),
            ("2027-03-28T01:59", "2027-03-28T00:59", "March 28, 2027, 01:59 CET"),
            ("2027-03-28T03:00", "2027-03-28T01:00", "March 28, 2027, 03:00 CEST"),
            ("2027-03-28T09:00", "2027-03-28T07:00", "March 28, 2027, 09:00 CEST"),
            ("2027-10-30T09:00", "2027-10-30T07:00", "October 30, 2027, 09:00 CEST"),
            ("2027-10-31T01:59", "2027-10-30T23:59", "October 31, 2027, 01:59 CEST"),
            ("2027-10-31T03:00", "2027-10-31T02:00", "October 31, 2027, 03:00 CET"),
            ("2027-10-31T09:00", "2027-10-31T08:00", "October 31, 2027, 09:00 CET"),
        ],
    )
    def test_the_typed_hour_is_the_hour_at_which_it_goes_out(self, client, typed, scheduled_at, expected):
        article = make_article("Timely", published=None)
        with time_machine.travel(utc("2027-03-20T12:00"), tick=False):
            client.force_login(User.objects.get())
            assert send(client, article, "_publish", publish_at=typed).status_code == 302
            assert expected in page_of(client, article)
            form = client.get(change_url(article)).context["adminform"].form
            assert f'value="{typed}"' in str(form["publish_at"])
        with time_machine.travel(utc(scheduled_at) - dt.timedelta(seconds=1), tick=False):
            assert client.get(article.get_absolute_url()).status_code == 404
            assert expected in page_of(client, article)
        with time_machine.travel(utc(scheduled_at), tick=False):
            assert client.get(article.get_absolute_url()).status_code == 200
        with time_machine.travel(utc(scheduled_at) + 3 * DAY, tick=False):
            assert expected in page_of(client, article)

    def test_a_withdrawal_keeps_its_hour_as_well(self, client):
        article = make_article("Timely")
        assert post_action(client, article, "unpublish", at="2027-03-28T09:00").status_code == 302
        with time_machine.travel(utc("2027-03-28T06:59:59"), tick=False):
            assert client.get(article.get_absolute_url()).status_code == 200
            assert "Will be unpublished on March 28, 2027, 09:00 CEST" in page_of(client, article)
        with time_machine.travel(utc("2027-03-28T07:00"), tick=False):
            assert client.get(article.get_absolute_url()).status_code == 410

    @pytest.mark.parametrize(
        ("typed", "why"),
        [
            ("2027-03-28T02:30", "The clocks are set forward then, so 02:30 does not exist in Europe/Berlin"),
            ("2027-10-31T02:30", "The clocks are set back then, so 02:30 exists twice in Europe/Berlin"),
        ],
    )
    def test_an_hour_that_is_skipped_or_there_twice_is_refused_in_words(self, client, typed, why):
        article, draft = make_article(), make_article(published=None)
        scheduled = send(client, draft, "_publish", publish_at=typed, body="Kept words.\n")
        unpublished = post_action(client, article, "unpublish", at=typed)
        for answer in (scheduled, unpublished):
            words = html.unescape(answer.content.decode())
            assert answer.status_code == 400
            assert f"{why}. Choose an earlier or later time." in words
        assert "Kept words." in scheduled.content.decode()
        assert fresh(article).unpublished_at is fresh(draft).published_at is None

    @pytest.mark.parametrize(
        ("zone", "words"),
        [
            ("America/New_York", "March 28, 2027, 09:00 CEST, 03:00 your time."),
            ("Pacific/Honolulu", "March 28, 2027, 09:00 CEST, March 27, 21:00 your time."),
            ("Europe/Paris", "March 28, 2027, 09:00 CEST."),
            ("", "March 28, 2027, 09:00 CEST."),
        ],
    )
    def test_an_account_in_another_time_zone_sees_its_own_time_too(self, client, editor, zone, words):
        editor.time_zone = zone
        editor.save()
        article = make_article("Timely", published=utc("2027-03-28T07:00"))
        assert f"This version will be published on {words}" in page_of(client, article)


class TestWhatWaits:
    def test_a_first_publication_is_taken_off_the_schedule(self, client, editor):
        scheduled_at = timezone.now() + DAY
        article = make_article("Soon", published=scheduled_at)
        assert post_action(client, article, "unschedule").status_code == 302
        assert fresh(article).status() == "draft"
        assert ">Unschedule</button>" not in page_of(client, article)
        with time_machine.travel(scheduled_at + DAY):
            assert client.get(article.get_absolute_url()).status_code == 404
        assert article.history.get(verb="unscheduled").actor == editor
        assert AuditEntry.objects.filter(verb="unscheduled", actor=editor).exists()

    def test_of_a_change_readers_keep_what_they_have(self, client):
        article = make_article("As it is")
        scheduled_at = timezone.now() + DAY
        article.publish(import_version(article, {"title": "As it will be"}), scheduled_at)
        page = page_of(client, article)
        assert "This version will be published on" in page
        assert "Until then, readers see the published version." in page
        post_action(client, article, "unschedule")
        assert fresh(article).working_version().title == "As it will be"
        with time_machine.travel(scheduled_at + DAY):
            assert "As it is" in client.get(article.get_absolute_url()).content.decode()

    def test_a_draft_beside_a_scheduled_version_is_explained(self, client):
        article = make_article("Scheduled title", published=timezone.now() + DAY)
        import_version(article, {"title": "Draft title"})
        page = page_of(client, article)
        assert "You are editing a draft. “Scheduled title” is scheduled for" in page
        assert "without these changes. To replace it, press “Publish changes” or “Schedule”. " in page
        assert ">Unschedule</button>" in page
        post_action(client, article, "unschedule")
        assert fresh(article).working_version().title == "Draft title"

    def test_what_went_out_meanwhile_cannot_be_taken_off(self, client):
        article = make_article("Soon", published=timezone.now() + DAY)
        with time_machine.travel(timezone.now() + 2 * DAY):
            client.force_login(User.objects.get())
            answer = post_action(client, article, "unschedule")
        assert answer.status_code == 409
        assert "Nothing is scheduled. The article was already published or unscheduled." in answer.content.decode()
        assert fresh(article).published_at

    def test_a_past_date_is_refused_for_a_change(self, client):
        article = make_article("Out")
        answer = post_action(client, article, "unpublish", at="2020-01-01T09:00")
        assert answer.status_code == 400
        assert (
            "This time is in the past. Choose a later time, or leave the field empty to unpublish now."
            in answer.content.decode()
        )
        assert fresh(article).unpublished_at is None


class TestWithdrawing:
    def test_at_once_without_a_date(self, client):
        article = make_article()
        assert post_action(client, article, "unpublish", at="").status_code == 302
        assert fresh(article).status() == "withdrawn"
        assert client.get(article.get_absolute_url()).status_code == 410

    def test_one_to_come_is_shown_changed_and_called_off(self, client, editor):
        article = make_article()
        post_action(client, article, "unpublish", at="2027-05-01T09:00")
        page = page_of(client, article)
        assert "Will be unpublished on May 1, 2027, 09:00 CEST." in page
        assert 'value="2027-05-01T09:00"' in page
        post_action(client, article, "unpublish", at="2027-06-01T09:00")
        assert fresh(article).unpublished_at == utc("2027-06-01T07:00")
        assert post_action(client, article, "republish").status_code == 302
        assert '<p role="status">Will be unpublished on' not in page_of(client, article)
        with time_machine.travel(utc("2027-07-01T09:00")):
            assert client.get(article.get_absolute_url()).status_code == 200
        verbs = list(article.history.filter(actor=editor).order_by("pk").values_list("verb", flat=True))
        assert verbs == ["withdrawal_scheduled", "withdrawal_scheduled", "restored"]
        called_off = AuditEntry.objects.get(verb="canceled unpublishing")
        assert (called_off.actor, called_off.details) == (editor, {"withdrawn_at": "2027-06-01T07:00:00+00:00"})

    def test_calling_off_says_that_the_article_stays(self, client):
        article = make_article()
        post_action(client, article, "unpublish", at="2027-05-01T09:00")
        answer = client.post(f"/admin/insights/article/{article.pk}/republish/", follow=True)
        assert "Unpublishing canceled." in answer.content.decode()

    def test_not_before_it_is_out(self, client):
        article = make_article(published=utc("2027-05-01T09:00"))
        answer = post_action(client, article, "unpublish", at="2027-04-01T09:00")
        assert answer.status_code == 400
        assert (
            "The article will not be published by then. Choose a later time, or unschedule it."
            in answer.content.decode()
        )
        assert post_action(client, article, "unpublish", at="2027-06-01T09:00").status_code == 302

    def test_nor_at_once_while_it_waits_for_its_date(self, client):
        article = make_article(published=utc("2027-05-01T09:00"))
        answer = post_action(client, article, "unpublish", at="")
        assert answer.status_code == 400
        assert "The article is not published yet. Choose a date after it is, or unschedule it." in answer.text
        assert fresh(article).status() == "scheduled"

    @pytest.mark.parametrize("typed", ["soon", "2027-13-01T09:00", "2099-01-01T09:00", "9999-12-31T23:59"])
    def test_an_invalid_date_is_refused_and_still_there(self, client, typed):
        article = make_article()
        answer = post_action(client, article, "unpublish", at=typed)
        assert answer.status_code == 400
        assert typed in answer.content.decode()
        assert fresh(article).unpublished_at is None

    def test_a_draft_cannot_be_withdrawn(self, client):
        draft = make_article(published=None)
        assert post_action(client, draft, "unpublish").status_code == 302
        assert fresh(draft).unpublished_at is None

    @pytest.mark.parametrize("changes", [{"title": "Changed"}, {}])
    def test_publishing_with_or_without_a_change_keeps_a_withdrawal_that_is_to_come(self, client, changes):
        article = make_article()
        post_action(client, article, "unpublish", at="2027-05-01T09:00")
        send(client, article, "_publish", **changes)
        assert fresh(article).unpublished_at == utc("2027-05-01T07:00")
