"""The article form: drafts, submitting for review, publishing, and refusals with messages."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from insights.models import Article, AuditEntry, Picture, Redirect, SiteSettings, Version
from tests.factories import (
    make_article,
    make_author,
    make_category,
    make_picture,
    make_series,
    make_step,
    make_tag,
    make_user,
)
from tests.insights.article_form import ADD, change_url, local_tomorrow, send
from tests.insights.pictures.test_uploads import picture_bytes

pytestmark = pytest.mark.django_db


def errors(answer, name: str) -> str:
    return " ".join(answer.context["adminform"].form.errors.get(name, []))


class TestADraft:
    def test_everything_that_was_typed_is_kept(self, client, editor):
        category, series, step = make_category(), make_series(), make_step("model-card")
        tags, authors = [make_tag(), make_tag()], [make_author("Zoe"), make_author("Adam")]
        cover = make_picture()
        answer = send(
            client, None, title="A draft", excerpt="In short.", body="## One\r\n\r\nTwo.\r\n", category=category.pk,
            tags=[tag.pk for tag in tags], series=series.pk, series_part="2", cover=cover.pk, cover_alt="A field",
            cover_caption="Caption", cover_credit="Credit", seo_title="SEO", seo_description="Described.",
            canonical="https://example.com/x", pinned_step=step.pk, authors_0=authors[0].pk, authors_1=authors[1].pk,
        )  # fmt: skip
        article = Article.objects.get()
        version = article.working_version()
        assert answer.status_code == 302
        assert answer.url == change_url(article)
        assert (article.slug, article.created_by, article.status()) == ("a-draft", editor, "draft")
        assert (version.title, version.excerpt, version.body) == ("A draft", "In short.", "## One\n\nTwo.\n")
        assert (version.category, version.series, version.series_part, version.cover) == (category, series, 2, cover)
        assert (version.cover_alt, version.cover_caption, version.cover_credit) == ("A field", "Caption", "Credit")
        assert (version.seo_title, version.seo_description) == ("SEO", "Described.")
        assert (version.canonical, version.pinned_step) == ("https://example.com/x", step)
        assert [byline.author for byline in version.bylines.all()] == authors
        assert set(version.tags.all()) == set(tags)
        assert '<h2 id="s-one" aria-label="One">' in version.html

    def test_an_untouched_form_changes_nothing(self, client, editor):
        article = make_article(published=None, authors=[make_author()], tags=[make_tag()], category=make_category())
        before = Version.objects.values().get()
        assert send(client, article).status_code == 302
        after = Version.objects.values().get()
        assert after["kept_as"] == "saved"  # the button adds the history entry
        assert after == before | {name: after[name] for name in ("kept_at", "kept_as")}

    def test_authors_change_places(self, client, editor):
        first, second = make_author(), make_author()
        article = make_article(published=None, authors=[first, second])
        send(client, article, authors_0=second.pk, authors_1=first.pk)
        assert [byline.author for byline in article.working_version().bylines.all()] == [second, first]

    def test_an_author_named_twice_stands_once(self, client, editor):
        first = make_author()
        send(client, None, title="Twice", authors_0=first.pk, authors_1=first.pk)
        assert Version.objects.get().bylines.count() == 1

    def test_the_page_names_the_time_zone_of_the_publication_date(self, client, editor):
        SiteSettings(time_zone="Europe/Berlin").save()
        assert "Time zone: Europe/Berlin." in client.get(ADD).content.decode()


class TestRefusals:
    """Each answers 400, keeps the text, stores nothing and says beside the field what to change."""

    def refused(self, answer, name: str) -> str:
        assert answer.status_code == 400
        assert not Article.objects.exists()
        assert "Kept words." in answer.content.decode()
        return errors(answer, name)

    def send(self, client, **changes):
        return send(client, None, **{"title": "A title", "excerpt": "Kept words.", **changes})

    def test_no_title(self, client, editor):
        assert "Enter a title." in self.refused(self.send(client, title=" "), "title")

    def test_a_title_without_latin_characters_asks_for_a_slug(self, client, editor):
        answer = self.send(client, title="中国的人工智能")
        assert "Enter a slug in Latin letters" in self.refused(answer, "slug")
        assert self.send(client, title="中国的人工智能", slug="chinese-ai").status_code == 302
        assert Article.objects.get().slug == "chinese-ai"

    @pytest.mark.parametrize("slug", ["search", "category", "tag", "author", "series", "Search", "feed"])
    def test_an_address_of_ours(self, client, editor, slug):
        assert "This slug is not available. You can use" in self.refused(self.send(client, slug=slug), "slug")

    def test_a_title_that_would_make_an_address_of_ours(self, client, editor):
        assert "This slug is not available." in self.refused(self.send(client, title="Search"), "slug")

    @pytest.mark.parametrize("slug", ["a b", "a/b", "feed.xml", "ünïcode", "<b>"])
    def test_no_slug_at_all(self, client, editor, slug):
        assert self.refused(self.send(client, slug=slug), "slug")

    def test_an_address_that_is_taken(self, client, editor):
        make_article(slug="taken")
        answer = self.send(client, slug="taken")
        assert answer.status_code == 400
        assert "This slug is not available. You can use taken-2." in errors(answer, "slug")
        assert Article.objects.count() == 1

    @pytest.mark.parametrize("published", [True, None, dt.timedelta(days=1)])
    def test_an_address_that_is_taken_by_what_an_author_may_not_see(self, client, published):
        """E13: the same message for another author's draft, for a visible article, and for a page of the site."""
        client.force_login(make_user("Author"))
        at = timezone.now() + published if isinstance(published, dt.timedelta) else published
        make_article("Layoffs at Example", slug="layoffs-at-example", published=at)
        for slug in ("layoffs-at-example", "search"):
            said = errors(self.send(client, slug=slug), "slug")
            assert said == f"This slug is not available. You can use {slug}-2."

    def test_a_picture_of_another_host(self, client, editor):
        answer = self.send(client, body="![x](https://evil.example/a.png)")
        assert "is not on this site. Upload the file" in self.refused(answer, "body")

    def test_a_picture_that_does_not_exist(self, client, editor):
        answer = self.send(client, body="![x](picture:00000000-0000-4000-8000-000000000000)")
        assert "no picture with the reference" in self.refused(answer, "body")

    def test_a_picture_without_alt_text(self, client, editor):
        picture = make_picture(alt="")
        answer = self.send(client, body=f"![]({picture.reference})")
        assert "has no alt text" in self.refused(answer, "body")
        assert self.send(client, body=f"![A field]({picture.reference})").status_code == 302

    def test_a_body_above_200_kb(self, client, editor):
        answer = self.send(client, body="ä" * 100_001)
        assert "200 kB" in self.refused(answer, "body")

    def test_a_body_of_just_200_kb(self, client, editor):
        assert self.send(client, body="word " * 39_999).status_code == 302

    def test_a_part_without_a_series(self, client, editor):
        assert "Choose the series of this part" in self.refused(self.send(client, series_part="2"), "series")

    @pytest.mark.parametrize("address", ["http://example.com/", "javascript:alert(1)", "//evil.example", "x"])
    def test_a_canonical_address_that_is_none(self, client, editor, address):
        assert self.refused(self.send(client, canonical=address), "canonical")

    @pytest.mark.parametrize("date", ["tomorrow", "2026-13-01T00:00", "99999-01-01T00:00", "2026-11-24T09:00:00+99:99"])
    def test_an_invalid_publication_date(self, client, editor, date):
        assert self.refused(self.send(client, publish_at=date), "publish_at")

    def test_an_hour_that_the_clocks_skip(self, client, editor):
        SiteSettings(time_zone="Europe/Berlin").save()
        assert self.refused(self.send(client, publish_at="2027-03-28T02:30"), "publish_at")

    def test_a_null_byte(self, client, editor):
        assert self.refused(self.send(client, body="a\x00b"), "body")


class TestTheCover:
    def test_a_new_file_is_reencoded_and_used(self, client, editor):
        file = SimpleUploadedFile("card.jpg", picture_bytes("JPEG"), "image/jpeg")
        assert send(client, None, title="With cover", cover_file=file, cover_alt="A card").status_code == 302
        picture = Picture.objects.get()
        assert Version.objects.get().cover == picture
        assert (picture.name, picture.alt, picture.uploaded_by) == ("card.jpg", "A card", editor)
        assert list(picture.uses.values_list("version_id", flat=True)) == [Version.objects.get().pk]

    def test_it_needs_alt_text(self, client, editor):
        file = SimpleUploadedFile("card.jpg", picture_bytes("JPEG"), "image/jpeg")
        answer = send(client, None, title="With cover", cover_file=file)
        assert answer.status_code == 400
        assert "The cover has no alt text. Describe what it shows." in errors(answer, "cover_alt")
        # The file is kept and chosen, so that it need not be uploaded twice.
        assert answer.context["adminform"].form["cover"].value() == str(Picture.objects.get().pk)

    def test_a_file_that_is_no_picture_is_refused_beside_the_field(self, client, editor):
        file = SimpleUploadedFile("card.png", b"<svg/>", "image/png")
        answer = send(client, None, title="With cover", cover_file=file, cover_alt="A card")
        assert answer.status_code == 400
        assert "This is an SVG drawing" in errors(answer, "cover_file")
        assert not Article.objects.exists()


class TestPublishing:
    def test_now(self, client, editor):
        article = make_article(published=None)
        send(client, article, "_publish")
        article.refresh_from_db()
        assert article.status() == "published"
        assert client.get(article.get_absolute_url()).status_code == 200
        assert AuditEntry.objects.filter(verb="published", actor=editor).exists()

    def test_a_new_article_at_once(self, client, editor):
        send(client, None, "_publish", title="Fresh", body="Words.")
        assert Article.objects.get().status() == "published"

    @pytest.mark.parametrize("body", ["", " \n\n", "---", "[x]: https://example.com/", "\u202e"])
    def test_nothing_to_read_is_not_published(self, client, editor, body):
        answer = send(client, None, "_publish", title="Empty", body=body)
        assert answer.status_code == 400
        assert "The body is empty." in errors(answer, "body")
        assert not Article.objects.exists()
        assert send(client, None, title="Empty", body=body).status_code == 302

    @pytest.mark.parametrize("title", ["", " ", "\u200b\u2066"])
    def test_nor_is_what_has_no_title(self, client, editor, title):
        answer = send(client, None, "_publish", title=title, body="Words.", slug="words")
        assert answer.status_code == 400
        assert "Enter a title." in errors(answer, "title")

    def test_a_picture_or_a_line_of_code_is_enough(self, client, editor):
        for number, body in enumerate([f"![A field]({make_picture().reference})", "```\nx = 1\n```"]):
            assert send(client, None, "_publish", title=f"Short {number}", body=body).status_code == 302

    def test_neither_category_nor_excerpt_is_needed(self, client, editor):
        assert send(client, None, "_publish", title="Bare", body="Words.", category="", excerpt="").status_code == 302

    def test_a_future_date_is_scheduled_in_the_sites_time_zone(self, client, editor):
        SiteSettings(time_zone="America/New_York").save()
        article = make_article(published=None)
        with time_machine.travel(dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC), tick=False) as clock:
            answer = send(client, article, "_publish", publish_at="2026-11-24T09:30")
            article.refresh_from_db()
            assert article.published_at == dt.datetime(2026, 11, 24, 14, 30, tzinfo=dt.UTC)
            assert article.status() == "scheduled"
            assert client.get(article.get_absolute_url()).status_code == 404
            page = client.get(answer.url).content.decode()
            assert "This version will be published on November 24, 2026, 09:30 EST." in page
            assert 'value="2026-11-24T09:30"' in page
            clock.move_to(dt.datetime(2026, 11, 24, 14, 31, tzinfo=dt.UTC))
            assert client.get(article.get_absolute_url()).status_code == 200

    def test_a_scheduled_article_is_rescheduled(self, client, editor):
        article = make_article(published=timezone.now() + dt.timedelta(days=3))
        send(client, article, "_publish", publish_at=local_tomorrow())
        article.refresh_from_db()
        assert article.status() == "scheduled"
        assert article.published_at < timezone.now() + dt.timedelta(days=2)
        assert Version.objects.count() == 1

    def test_a_past_date_is_mentioned(self, client, editor):
        article = make_article(published=None)
        answer = send(client, article, "_publish", publish_at="2026-05-25T09:00")
        assert answer.status_code == 400
        assert "This time is in the past. Choose a later time, or leave the field empty to publish now." in errors(
            answer, "publish_at"
        )
        assert article.working_version() is not None


class TestChangingWhatIsOut:
    def test_a_draft_leaves_the_live_text_alone(self, client, editor):
        article = make_article("Old title", body="Old words.\n")
        send(client, article, title="New title", body="New words.")
        assert article.live_version().title == "Old title"
        assert article.working_version().title == "New title"
        reader = client.get(article.get_absolute_url()).content.decode()
        assert "Old words." in reader
        assert "New words." not in reader
        page = client.get(change_url(article)).content.decode()
        assert "Readers see the published version until you publish these changes." in page
        assert 'value="Publish changes"' in page

    def test_publishing_changes_keeps_the_publication_date(self, client, editor):
        date = timezone.now() - dt.timedelta(days=3)
        article = make_article("Old title", published=date)
        send(client, article, "_publish", title="New title")
        article.refresh_from_db()
        assert article.live_version().title == "New title"
        assert article.published_at == date
        assert article.versions.count() == 2

    def test_the_draft_becomes_the_live_text(self, client, editor):
        article = make_article("Old title")
        send(client, article, title="New title")
        send(client, article, "_publish")
        assert article.live_version().title == "New title"
        assert article.working_version() is None

    def test_changes_can_be_scheduled(self, client, editor):
        article = make_article("Old title", published=timezone.now() - dt.timedelta(days=1))
        send(client, article, "_publish", title="New title", publish_at=local_tomorrow())
        article.refresh_from_db()
        assert article.status() == "published"
        assert article.live_version().title == "Old title"
        assert article.live_version(timezone.now() + dt.timedelta(days=2)).title == "New title"

    def test_an_untouched_form_publishes_nothing_again(self, client, editor):
        article = make_article(published=timezone.now() - dt.timedelta(days=1))
        before = Version.objects.values().get()
        send(client, article, "_publish")
        assert Version.objects.values().get() == before
        send(client, article)
        assert Version.objects.values().get() == before

    def test_publishing_an_untouched_withdrawn_article_gives_it_back(self, client, editor):
        article = make_article()
        article.unpublish()
        send(client, article, "_publish")
        article.refresh_from_db()
        assert article.status() == "published"
        assert article.versions.count() == 1

    def test_a_new_address_leads_the_old_one_on(self, client, editor):
        article = make_article(slug="old")
        send(client, article, "_publish", slug="new")
        answer = client.get("/insights/old/")
        assert answer.status_code == 301
        assert answer.url == "/insights/new/"

    def test_the_address_of_a_draft_leaves_no_trace(self, client, editor):
        article = make_article(slug="old", published=None)
        send(client, article, slug="new")
        assert not Redirect.objects.exists()
        article.refresh_from_db()
        assert article.slug == "new"

    def test_withdraw_and_restore(self, client, editor):
        article = make_article()
        client.post(f"/admin/insights/article/{article.pk}/unpublish/")
        assert client.get(article.get_absolute_url()).status_code == 410
        assert ">Publish again</button>" in client.get(change_url(article)).content.decode()
        client.post(f"/admin/insights/article/{article.pk}/republish/")
        assert client.get(article.get_absolute_url()).status_code == 200
        assert set(AuditEntry.objects.values_list("verb", flat=True)) >= {"unpublished", "published again"}
        history = client.get(f"/admin/insights/article/{article.pk}/history/").content.decode()
        assert "</b> unpublished</p>" in history
        assert "</b> published again</p>" in history

    @pytest.mark.parametrize(
        "action", ["unpublish", "republish", "unschedule", "approve", "request-changes", "reviewer"]
    )
    def test_an_action_answers_no_get(self, client, editor, action):
        assert client.get(f"/admin/insights/article/{make_article().pk}/{action}/").status_code == 405

    def test_what_was_published_is_not_deleted(self, client, editor):
        article = make_article()
        assert client.post(f"/admin/insights/article/{article.pk}/delete/", {"post": "yes"}).status_code == 403
        draft = make_article(published=None)
        assert client.post(f"/admin/insights/article/{draft.pk}/delete/", {"post": "yes"}).status_code == 302
        assert list(Article.objects.all()) == [article]
