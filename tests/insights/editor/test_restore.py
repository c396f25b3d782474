"""Restoring an old version in the admin: restore, undo, discard."""

from __future__ import annotations

import pytest

from insights.models import AuditEntry, Version
from insights.publishing.drafts import import_version, keep, restore
from tests.factories import make_article, make_author, make_category, make_picture, make_series, make_tag, make_user
from tests.insights.article_form import change_url, form_values
from tests.insights.editor.test_history_pages import history_url, said, text_of, version_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    user = make_user("Editor", name="Ann")
    client.force_login(user)
    return user


FIELDS = (
    "title", "excerpt", "body", "html", "contents", "words", "search_text", "category_id", "series_id", "series_part",
    "cover_id", "cover_alt", "cover_caption", "cover_credit", "seo_title", "seo_description", "canonical",
    "pinned_step_id", "step_id", "decision", "submitted_at", "changes_requested_at",
)  # fmt: skip


def all_of(version: Version) -> dict[str, object]:
    version.refresh_from_db()
    values: dict[str, object] = {name: getattr(version, name) for name in FIELDS}
    bylines = [(byline.author_id, byline.position) for byline in version.bylines.all()]
    pictures = sorted(version.picture_uses.values_list("picture", flat=True))
    return values | {"bylines": bylines, "tags": sorted(tag.pk for tag in version.tags.all()), "pictures": pictures}


class TestRestoring:
    @pytest.fixture
    def article(self, editor):
        picture = make_picture()
        article = make_article(
            "Live", body=f"## Head\r\n\r\nLive.\n\n![A]({picture.reference})\n", user=editor,
            category=make_category(), tags=[make_tag(), make_tag()], authors=[make_author(), make_author()],
        )  # fmt: skip
        import_version(
            article,
            {"title": "Draft", "body": "A *draft*.\u00a0\n", "series": make_series(), "series_part": 2},
            tags=[make_tag()],
            authors=[make_author()],
            user=editor,
        )
        return article

    def test_makes_the_old_text_the_draft_and_readers_keep_theirs(self, client, editor, article):
        live = article.live_version()
        answer = client.post(version_url(live, "restore/"))
        assert answer.url == change_url(article)
        now = article.working_version()
        assert (now.body, now.html, now.restored_from) == (live.body, live.html, live)
        assert article.live_version() == live
        form = client.get(change_url(article))
        assert "Undo" in text_of(form)
        assert form.context["adminform"].form["body"].value() == live.body
        assert "restored a version" in said(client, article)
        assert AuditEntry.objects.filter(verb="restored version of article").exists()

    def test_undone_gives_the_same_bytes(self, client, editor, article):
        draft = article.working_version()
        draft.submit()
        before = all_of(draft)
        client.post(version_url(article.live_version(), "restore/"))
        assert article.working_version().submitted_at == before["submitted_at"]
        answer = client.post(f"/admin/insights/article/{article.pk}/undo/", follow=True)
        assert "Restore undone. The text is as it was before." in text_of(answer) + str(answer.content)
        assert article.working_version() == draft
        assert all_of(article.working_version()) == before
        assert article.versions.filter(kept_as="brought_back").exists()

    def test_undone_without_a_draft_before_leaves_what_readers_have(self, client, editor):
        article = make_article("Live", user=editor)
        first = article.live_version()
        article.publish(import_version(article, {"body": "Second.\n"}, user=editor), actor=editor)
        client.post(version_url(first, "restore/"))
        assert article.working_version() is not None
        client.post(f"/admin/insights/article/{article.pk}/undo/")
        assert article.working_version() is None
        assert article.newest_version().body == "Second.\n"

    def test_is_not_undone_after_further_edits(self, client, editor, article):
        client.post(version_url(article.live_version(), "restore/"))
        written = import_version(article, {"body": "Written on.\n"}, user=editor)
        assert "Undo" not in text_of(client.get(change_url(article)))
        answer = client.post(f"/admin/insights/article/{article.pk}/undo/", follow=True)
        assert "the text was changed after the restore" in answer.content.decode()
        assert article.working_version() == written

    def test_of_a_text_that_fails_the_checks_of_today_shows_the_problem_and_the_text(self, client, editor, article):
        live, draft = article.live_version(), article.working_version()
        Version.objects.filter(pk=live.pk).update(body="![x](https://elsewhere.example/x.png)\n")
        answer = client.post(version_url(live, "restore/"))
        assert answer.status_code == 400
        assert "is not on this site. Upload the file" in text_of(answer)
        assert "![x](https://elsewhere.example/x.png)" in answer.content.decode()
        assert article.working_version() == draft

    def test_names_beside_the_field_what_is_gone(self, client, editor):
        category = make_category("Analysis")
        article = make_article("Filed", published=None, category=category, user=editor)
        old = article.working_version()
        keep(old, user=editor)
        import_version(article, {"category": None}, user=editor)
        category.delete()
        restore(article, Version.objects.get(pk=old.pk), user=editor)
        assert "Analysis" in text_of(client.get(change_url(article)))
        import_version(article, {"title": "Still without"}, user=editor)
        assert article.working_version().category_was == "Analysis"
        import_version(article, {"category": make_category("Notes")}, user=editor)
        assert article.working_version().category_was == ""

    def test_choices_deleted_while_the_form_is_open_are_reported_without_ids(self, client, editor):
        article = make_article("Open", published=None, user=editor)
        category, tag, author = make_category(), make_tag(), make_author()
        typed = {**form_values(client, change_url(article)), "body": "Kept words.\n"}
        typed |= {"category": category.pk, "tags": [tag.pk], "authors_0": author.pk}
        for row in (category, tag, author):
            row.delete()
        answer = client.post(change_url(article), {**typed, "_save": "1"})
        errors = answer.context["adminform"].form.errors
        message = ["Your choice no longer exists. Please choose again."]
        assert (answer.status_code, errors) == (400, {"category": message, "tags": message, "authors": message})
        assert "Kept words." in answer.content.decode()


class TestDiscarding:
    def test_keeps_the_published_text_and_can_be_restored(self, client, editor):
        article = make_article("Out", body="Out.\n", user=editor)
        draft = import_version(article, {"body": "A change.\n"}, user=editor)
        assert "Discard draft…" in text_of(client.get(change_url(article)))
        answer = client.post(f"/admin/insights/article/{article.pk}/discard/", follow=True)
        assert "It stays in the history" in answer.content.decode()
        assert article.working_version() is None
        client.post(version_url(draft, "restore/"))
        assert article.working_version().body == "A change.\n"

    def test_is_not_there_for_what_never_was_out(self, client, editor):
        article = make_article("Draft", published=None, user=editor)
        client.post(f"/admin/insights/article/{article.pk}/discard/")
        assert article.working_version() is not None


class TestAnAuthor:
    @pytest.fixture
    def author(self, client):
        user = make_user("Author")
        client.force_login(user)
        return user

    def test_reads_and_restores_own_versions_until_publication(self, client, author):
        article = make_article("Mine", published=None, user=author, article={"created_by": author})
        version = article.working_version()
        keep(version, user=author)
        import_version(article, {"body": "Further.\n"}, user=author)
        assert "saved a version" in said(client, article)
        client.post(version_url(version, "restore/"))
        assert article.working_version().body == version.body
        article.publish(article.working_version())
        assert client.get(history_url(article)).status_code == 200
        assert client.post(version_url(version, "restore/")).status_code == 403

    def test_does_not_read_what_is_of_others(self, client, author):
        version = make_article().live_version()
        for where in (history_url(version.article), version_url(version), version_url(version, "page/")):
            assert client.get(where).status_code == 403
