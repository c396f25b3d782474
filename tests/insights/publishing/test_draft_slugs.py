"""Changed slugs of published articles: part of the draft, and public only once the changes are published."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from config.tasks.periodic import run_due
from insights.models import Article, AuditEntry, Redirect, Version
from insights.publishing import slugs
from insights.publishing.drafts import discard, restore, undo_restore
from tests.factories import make_article
from tests.insights.article_form import change_url, form_values, local_tomorrow, send

pytestmark = pytest.mark.django_db


def status_of(client, *slugs: str) -> list[int]:
    return [client.get(f"/insights/{slug}/").status_code for slug in slugs]


def autosave(client, article: Article, **changes):
    values = form_values(client, change_url(article))
    return client.post(f"/admin/insights/article/{article.pk}/autosave/", {**values, **changes}).json()


@pytest.fixture
def article(editor):
    return make_article("Old title", slug="old", body="Live words.\n")


class TestWaiting:
    def test_save_as_draft_leaves_the_live_url(self, client, article):
        """Fault C6: the changed slug is stored with the draft. Its page and preview show it."""
        send(client, article, slug="new", title="New title")
        assert status_of(client, "old", "new") == [200, 404]
        assert article.working_version().new_slug == "new"
        assert form_values(client, change_url(article))["slug"] == "new"
        page = client.get(change_url(article)).content.decode()
        assert "URL after publishing: /insights/new/. Current URL: /insights/old/." in page
        preview = client.get(f"/admin/insights/article/{article.pk}/preview/").content.decode()
        assert "URL after publishing: /insights/new/" in preview
        assert "/insights/old/" not in preview

    def test_publish_changes_moves_it_and_redirects(self, client, article):
        """Fault C6: after "Publish changes" the old URL redirects, and the message names the new one."""
        send(client, article, slug="new")
        answer = client.get(
            client.post(change_url(article), {**form_values(client, change_url(article)), "_publish": "1"}).url
        )
        assert "Its URL is now /insights/new/." in answer.content.decode()
        moved = client.get("/insights/old/")
        assert (moved.status_code, moved.url) == (301, "/insights/new/")
        assert status_of(client, "new") == [200]
        assert not Version.objects.with_new_slug().exists()

    def test_changed_and_published_at_once(self, client, article):
        send(client, article, "_publish", slug="new", body="Other words.")
        assert status_of(client, "old", "new") == [301, 200]

    def test_autosave_stores_it_and_says_it_back(self, client, article):
        """Fault F1: the answer of an autosave names the typed slug, not the public one."""
        result = autosave(client, article, slug="new", body="Draft words.")
        assert (result["slug"], result["problems"]) == ("new", {})
        assert autosave(client, article, body="More words.")["slug"] == "new"
        assert status_of(client, "old", "new") == [200, 404]

    def test_a_slug_that_is_emptied_stays_as_it_is(self, client, article):
        assert autosave(client, article, slug="", title="Another title")["slug"] == "old"
        send(client, article, "_publish", slug="")
        assert status_of(client, "old") == [200]

    def test_put_back_before_publishing(self, client, article):
        send(client, article, slug="new")
        send(client, article, slug="old")
        assert article.working_version().new_slug == ""
        send(client, article, "_publish")
        assert status_of(client, "old", "new") == [200, 404]
        assert not Redirect.objects.exists()

    def test_discarding_the_draft_gives_it_up(self, client, article):
        send(client, article, slug="new", body="Draft words.")
        discard(article)
        assert form_values(client, change_url(article))["slug"] == "old"
        other = make_article("Other", slug="other")
        assert send(client, other, slug="new").status_code == 302

    def test_restoring_a_version_keeps_it(self, client, article, editor):
        send(client, article, slug="new", body="Draft words.")
        restored = restore(article, article.live_version(), user=editor)
        assert restored.new_slug == "new"
        assert undo_restore(article, user=editor).new_slug == "new"


class TestScheduled:
    @pytest.mark.django_db(transaction=True)  # a periodic task takes a connection of its own
    def test_changes_that_are_scheduled_move_it_when_they_go_live(self, client, article, time_machine):
        """Fault C6: a scheduled change moves its slug at its own time."""
        send(client, article, "_publish", slug="new", body="Later words.", publish_at=local_tomorrow())
        assert status_of(client, "old", "new") == [200, 404]
        slugs.apply_scheduled_slugs()
        assert status_of(client, "old", "new") == [200, 404]
        time_machine.move_to(timezone.now() + dt.timedelta(days=2))
        run_due()
        assert status_of(client, "old", "new") == [301, 200]

    def test_unscheduled_it_waits_with_the_draft(self, client, article):
        send(client, article, "_publish", slug="new", body="Later words.", publish_at=local_tomorrow())
        article.refresh_from_db()
        assert article.unschedule().new_slug == "new"

    def test_an_article_that_was_never_out_has_it_at_once(self, client, editor):
        article = make_article("First", slug="old", published=timezone.now() + dt.timedelta(days=1))
        send(client, article, "_publish", slug="new")
        article.refresh_from_db()
        assert article.slug == "new"

    def test_taken_in_between_is_reported(self, client, article, time_machine, caplog):
        send(client, article, "_publish", slug="new", body="Later words.", publish_at=local_tomorrow())
        make_article("Comes between", slug="new")
        time_machine.move_to(timezone.now() + dt.timedelta(days=2))
        slugs.apply_scheduled_slugs()
        assert "was not changed: another article now uses “new”" in caplog.text
        assert AuditEntry.objects.filter(verb="could not change slug of article").exists()
        assert status_of(client, "old") == [200]
        assert not Version.objects.with_new_slug().exists()


class TestConflicts:
    def test_a_slug_that_waits_is_taken_for_others(self, client, article):
        """Fault C6: two drafts cannot wait for one URL. The second is refused beside the field."""
        send(client, article, slug="new")
        other = make_article("Other", slug="other")
        refused = send(client, other, slug="new")
        assert refused.status_code == 400
        assert "This slug is not available" in refused.content.decode()
        assert "This slug is not available" in autosave(client, other, slug="new")["problems"]["slug"][0]
        draft = make_article("New", slug="draft", published=None)
        assert autosave(client, draft, title="Now new", slug="")["slug"] == "now-new"
        assert slugs.free_slug("New") == "new-2"

    def test_taken_before_publishing_is_said_beside_the_field(self, client, article):
        send(client, article, slug="new")
        make_article("Comes between", slug="new")
        refused = send(client, article, "_publish")
        assert refused.status_code == 400
        assert "This slug is not available" in refused.content.decode()
        assert status_of(client, "old") == [200]

    def test_two_editors(self, client, article):
        """Fault C6: an editor who overwrites another's changed slug gets a message and sees both."""
        values = form_values(client, change_url(article))
        autosave(client, article, slug="new", body="Draft words.")
        answer = client.post(change_url(article), {**values, "slug": "newer", "_save": "1"})
        assert answer.status_code == 409
        page = answer.content.decode()
        assert "<td>newer</td><td>new</td>" in page
