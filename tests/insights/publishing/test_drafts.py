"""Drafts: replaced, kept as versions, restored, discarded."""

from __future__ import annotations

import pytest

from insights.models import HistoryEntry
from insights.publishing.drafts import discard, import_version, keep, restore
from insights.publishing.rendering import TextRefused
from tests.factories import make_article, make_author, make_category, make_series, make_tag, make_user

pytestmark = pytest.mark.django_db


def draft(user, **values):
    return make_article("A draft", published=None, user=user, **values)


class TestADraft:
    def test_of_ones_own_is_written_in_place(self):
        user = make_user("Editor")
        article = draft(user)
        first = article.working_version()
        assert import_version(article, {"body": "Further.\n"}, user=user).pk == first.pk
        assert article.versions.count() == 1

    def test_that_was_kept_is_never_written_to_again(self):
        user = make_user("Editor")
        article = draft(user, body="As it was.\n")
        kept = article.working_version()
        keep(kept, user=user, label="For the lawyer")
        now = import_version(article, {"body": "Further.\n"}, user=user)
        kept.refresh_from_db()
        assert (kept.body, kept.label, kept.is_working) == ("As it was.\n", "For the lawyer", False)
        assert article.working_version() == now

    def test_of_another_account_is_kept_as_a_version_before_it_is_overwritten(self):
        """D02: the first one's text stays."""
        first, second = make_user("Editor"), make_user("Editor")
        article = draft(first, body="By the first.\n")
        import_version(article, {"body": "By the second.\n"}, user=second)
        kept = article.versions.get(kept_as="handed_on")
        assert (kept.body, kept.updated_by) == ("By the first.\n", first)
        assert article.working_version().body == "By the second.\n"

    def test_stays_submitted_while_it_is_edited_but_loses_its_approval(self):
        user = make_user("Author")
        article = draft(user)
        version = article.working_version()
        version.submit()
        version.approve()
        keep(version, user=user)
        now = import_version(article, {"body": "One word more.\n"}, user=user)
        assert now.submitted_at == version.submitted_at
        assert now.approved_at is None

    def test_keeps_byline_and_tags_when_a_new_row_begins(self):
        user, author, tag = make_user("Editor"), make_author(), make_tag()
        article = draft(user, authors=[author], tags=[tag])
        keep(article.working_version(), user=user)
        now = import_version(article, {"title": "Another"}, user=user)
        assert [byline.author for byline in now.bylines.all()] == [author]
        assert list(now.tags.all()) == [tag]


class TestKeeping:
    def test_twice_is_one_step_of_the_history(self):
        user = make_user("Editor")
        version = draft(user).working_version()
        keep(version, user=user)
        keep(version, user=user)
        assert [str(entry) for entry in HistoryEntry.objects.all()] == [f"{user} saved a version"]


class TestRestoring:
    def test_gives_the_old_text_and_keeps_what_was_being_written(self):
        user = make_user("Editor")
        article = make_article(body="As it went out.\n", user=user)
        live = article.live_version()
        import_version(article, {"body": "Half a thought.\n"}, user=user)
        now = restore(article, live, user=user)
        assert article.working_version() == now
        assert (now.body, now.html, now.restored_from) == (live.body, live.html, live)
        aside = article.versions.get(kept_as="set_aside")
        assert aside.body == "Half a thought.\n"
        undone = restore(article, aside, user=user)
        assert undone.body.encode() == aside.body.encode()
        assert article.live_version() == live

    def test_names_what_has_been_deleted_since(self):
        user = make_user("Editor")
        category, series = make_category("Analysis"), make_series("Reading evaluations")
        article = draft(user, category=category, series=series, series_part=2)
        old = article.working_version()
        keep(old, user=user)
        import_version(article, {"category": None, "series": None, "series_part": None}, user=user)
        category.delete()
        series.delete()
        old.refresh_from_db()
        now = restore(article, old, user=user)
        assert (now.category, now.category_was) == (None, "Analysis")
        assert (now.series, now.series_was) == (None, "Reading evaluations")

    def test_of_a_text_that_is_refused_today_changes_nothing(self):
        user = make_user("Editor")
        article = draft(user)
        old = article.working_version()
        keep(old, user=user)
        import_version(article, {"body": "Newer.\n"}, user=user)
        type(old).objects.filter(pk=old.pk).update(body="![x](https://elsewhere.example/x.png)\n")
        old.refresh_from_db()
        with pytest.raises(TextRefused):
            restore(article, old, user=user)
        assert article.working_version().body == "Newer.\n"


class TestDiscarding:
    def test_leaves_what_readers_have_and_the_draft_in_the_history(self):
        user = make_user("Editor")
        article = make_article(body="Out.\n", user=user)
        import_version(article, {"body": "A change.\n"}, user=user)
        dropped = discard(article, user=user)
        assert dropped.body == "A change.\n"
        assert article.newest_version().body == "Out.\n"
        assert article.working_version() is None

    def test_is_not_offered_where_nothing_else_is(self):
        user = make_user("Editor")
        article = draft(user)
        assert discard(article, user=user) is None
        assert article.working_version() is not None
