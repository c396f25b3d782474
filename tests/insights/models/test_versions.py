"""Versions and their intervals: the published one at a time, and the constraints of the database."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from insights.models import Article, AuditEntry, Version
from insights.publishing.drafts import import_version
from insights.publishing.rendering import TextRefused
from tests.factories import (
    make_article,
    make_audit_entry,
    make_author,
    make_category,
    make_picture,
    make_tag,
    make_user,
)  # fmt: skip

pytestmark = pytest.mark.django_db


def in_hours(hours):
    return timezone.now() + dt.timedelta(hours=hours)


def test_the_states_of_an_article_follow_the_clock():
    article = make_article("A", published=None)
    assert article.status() == "draft"
    article.working_version().submit()
    assert article.status() == "review"
    article.publish(article.working_version(), in_hours(2))
    assert article.status() == "scheduled"
    assert article.status(in_hours(3)) == "published"
    article.unpublish(in_hours(5))
    assert article.status(in_hours(4)) == "published"
    assert article.status(in_hours(6)) == "withdrawn"


def test_a_scheduled_change_replaces_the_live_text_on_time():
    article = make_article("Old text")
    article.publish(import_version(article, {"title": "New text"}), in_hours(2))
    assert article.live_version().title == "Old text"
    assert article.live_version(in_hours(3)).title == "New text"


def test_publishing_before_a_scheduled_change_begins_sets_that_change_aside():
    article = make_article("First")
    article.publish(import_version(article, {"title": "Planned"}), in_hours(5))
    article.publish(import_version(article, {"title": "Sooner"}))
    assert article.live_version().title == "Sooner"
    assert article.live_version(in_hours(6)).title == "Sooner"
    assert article.versions.get(title="Planned").superseded_at is not None


def test_the_publication_date_is_the_first_one():
    article = make_article("A", published=in_hours(-48))
    first = article.published_at
    article.publish(import_version(article, {"title": "B"}))
    article.refresh_from_db()
    assert article.published_at == first
    assert article.live_version().listed_at == first


def test_rescheduling_an_unpublished_article_moves_its_publication_date():
    article = make_article("A", published=in_hours(24))
    article.publish(article.newest_version(), in_hours(48))
    assert article.status(in_hours(30)) == "scheduled"
    assert article.published_at > in_hours(47)


def test_a_live_version_is_never_written_to():
    article = make_article("Live", body="Old.")
    live = article.live_version()
    draft = import_version(article, {"body": "New."})
    live.refresh_from_db()
    assert draft.pk != live.pk
    assert live.body == "Old."
    assert import_version(article, {"body": "Newer."}).pk == draft.pk


def test_a_draft_over_a_live_text_brings_along_what_was_not_changed():
    author, tag, category = make_author("Desk"), make_tag("T"), make_category("C")
    article = make_article("Live", authors=[author], tags=[tag], category=category)
    draft = import_version(article, {"title": "Changed"})
    assert [byline.author for byline in draft.bylines.all()] == [author]
    assert list(draft.tags.all()) == [tag]
    assert draft.category == category


@pytest.mark.parametrize(
    "values",
    [
        {},  # a second working version
        {"live_from": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)},  # a second open-ended one
    ],
)
def test_the_database_refuses_a_second_version_of_its_kind(values):
    article = make_article("Live")
    import_version(article, {"title": "Working"})
    with pytest.raises(IntegrityError), transaction.atomic():
        Version.objects.create(article=article, title="Another", **values)


def test_a_refused_text_stores_nothing():
    """A picture of another host is refused with a message."""
    with pytest.raises(TextRefused, match=r"is not on this site\. Upload"):
        import_version(Article(slug="a"), {"title": "A", "body": "![x](https://elsewhere.example/x.png)"})
    assert not Article.objects.exists()


def test_the_pictures_of_a_text_and_its_cover_are_recorded_as_used():
    cover, inside, unused = make_picture(), make_picture(), make_picture()
    article = make_article("A", body=f"![A field]({inside.reference})", cover=cover)
    assert {use.picture for use in article.live_version().picture_uses.all()} == {cover, inside}
    import_version(article, {"body": "Without.", "cover": None})
    assert not article.working_version().picture_uses.exists()
    assert list(type(unused).objects.unused()) == [unused]


def test_publication_and_withdrawal_are_in_the_audit_with_the_name_as_text():
    editor = make_user("Editor", name="Editor on duty")
    article = make_article("A", published=None)
    article.publish(article.working_version(), actor=editor)
    article.unpublish(actor=editor)
    article.republish(actor=editor)
    entries = AuditEntry.objects.order_by("pk").values_list("actor_name", "verb")
    assert list(entries) == [(str(editor), verb) for verb in ("published", "unpublished", "published again")]


def test_an_audit_entry_is_written_once():
    entry = make_audit_entry(None, "did", "something")
    entry.verb = "undid"
    with pytest.raises(TypeError):
        entry.save()


def test_published_articles_are_those_that_readers_can_open():
    make_article("Draft", published=None)
    make_article("Later", published=in_hours(1))
    make_article("Gone").unpublish()
    make_article("Out")
    assert [article.slug for article in Article.objects.published()] == ["out"]
    with time_machine.travel(in_hours(2)):
        assert {article.slug for article in Article.objects.published()} == {"out", "later"}
