"""The history pages of an article: the list, comparing two versions, opening one, and the way back."""

from __future__ import annotations

import datetime as dt
import random
import re

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from insights.history.timeline import timeline
from insights.models import Article, HistoryEntry, SiteSettings, Version
from insights.publishing.drafts import import_version, keep
from tests.factories import (
    make_article,
    make_author,
    make_category,
    make_history_entry,
    make_picture,
    make_tag,
    make_user,
)  # fmt: skip
from tests.insights.history.test_text_diff import seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    user = make_user("Editor", name="Ann")
    client.force_login(user)
    return user


def history_url(article: Article) -> str:
    return f"/admin/insights/article/{article.pk}/history/"


def version_url(version: Version, action: str = "") -> str:
    return f"/admin/insights/article/{version.article_id}/versions/{version.pk}/{action}"


def compare_url(before: Version, after: Version, **more: str) -> str:
    query = "".join(f"&{name}={value}" for name, value in more.items())
    return f"/admin/insights/article/{before.article_id}/compare/?from={before.pk}&to={after.pk}{query}"


def text_of(answer) -> str:
    """Return the text of the page's content, in one line."""
    content = re.search(r'<div id="content".*<footer', answer.content.decode(), re.DOTALL)
    assert content
    return " ".join(re.sub(r"<[^>]+>", " ", seen(content[0])).replace("&#x27;", "'").split())


def said(client, article: Article) -> str:
    return text_of(client.get(history_url(article)))


class TestWhatItTells:
    def test_a_withdrawal_that_was_called_off_is_not_a_return_to_readers(self, client, editor):
        article = make_article("A text")
        article.unpublish(timezone.now() + dt.timedelta(days=30), actor=editor)
        article.republish(actor=editor)
        assert "Ann canceled unpublishing" in said(client, article)
        assert "published again" not in said(client, article)

        article.unpublish(actor=editor)
        article.republish(actor=editor)
        assert "Ann published again" in said(client, article)

    def test_a_scheduled_change_counts_as_published_after_its_date(self, client, editor):
        article = make_article("A text", published=timezone.now() - dt.timedelta(days=7))
        changes = import_version(article, {"body": "Changes.\n"}, user=editor)
        keep(changes, user=editor)
        article.publish(changes, timezone.now() + dt.timedelta(days=2), actor=editor)
        assert "published since" not in said(client, article)

        begun, kept = timezone.now() - dt.timedelta(hours=1), timezone.now() - dt.timedelta(days=1)
        article.versions.filter(pk=changes.pk).update(live_from=begun, kept_at=kept)
        article.versions.exclude(pk=changes.pk).update(live_until=begun)

        (line,) = [line for line in timeline(article).lines if line.version and line.version.pk == changes.pk]
        assert (line.went_live_at, line.standing, line.version.name_in_history) == (begun, "live", "Published")
        assert f"published since {begun.astimezone(dt.UTC):%B %-d, %Y, %H:%M} UTC" in said(client, article)

    def test_named_versions_and_who_made_them_when(self, client, editor):
        SiteSettings.objects.update_or_create(pk=1, defaults={"time_zone": "Europe/Berlin"})
        SiteSettings.forget()
        article = make_article("A text", published=None, user=editor)
        version = article.working_version()
        keep(version, label="For the lawyer", user=editor)
        HistoryEntry.objects.update(happened_at=dt.datetime(2026, 7, 1, 10, tzinfo=dt.UTC))
        Version.objects.update(kept_at=dt.datetime(2026, 7, 1, 10, tzinfo=dt.UTC))
        page_text = said(client, article)
        assert "July 1, 2026, 12:00 CEST “For the lawyer”" in page_text
        assert f"{editor} saved a version" in page_text
        assert "Time zone: Europe/Berlin." in page_text

    def test_what_is_live_and_what_is_being_written(self, client, editor):
        article = make_article("Out", user=editor)
        import_version(article, {"title": "Out, and changed"}, user=editor)
        page_text = said(client, article)
        assert "Draft Current draft Out, and changed" in page_text
        assert "Published Visible to readers Out" in page_text

    def test_what_is_scheduled(self, client, editor):
        article = make_article("To come", published=timezone.now() + dt.timedelta(days=1), user=editor)
        assert "Scheduled Will be published on" in said(client, article)
        article.unpublish(timezone.now() + dt.timedelta(days=9), actor=editor)
        assert "scheduled unpublishing for" in said(client, article)

    def test_steps_with_their_notes_escaped(self, client, editor):
        article = make_article("Submitted for review", published=None, user=editor)
        person = make_user("Editor")
        make_history_entry(
            article, HistoryEntry.Verb.CHANGES_REQUESTED, editor, person=person, note="The <b>sources</b>,\nplease."
        )
        make_history_entry(article, HistoryEntry.Verb.NAMED_REVIEWER, editor, person=person)
        page = client.get(history_url(article)).content.decode()
        assert "The &lt;b&gt;sources&lt;/b&gt;,<br>please." in page
        assert f"changed the reviewer: {person}" in said(client, article)

    def test_moves_and_links(self, client, editor):
        article = make_article("Moving", slug="from-here", user=editor)
        article.change_slug("to-there", actor=editor)
        assert "changed the URL /insights/from-here/ → /insights/to-there/" in said(client, article)

    def test_versions_from_before_there_were_steps(self, client, editor):
        article = make_article("Old", user=editor)
        HistoryEntry.objects.all().delete()
        assert "Published Visible to readers Old" in said(client, article)

    def test_what_the_admin_noted_before_there_were_steps(self, client, editor):
        article = make_article("Old", published=None, user=editor)
        LogEntry.objects.log_actions(editor.pk, [article], CHANGE, "Unpublished. Not visible to readers.")
        LogEntry.objects.update(action_time=timezone.now() - dt.timedelta(days=400))
        keep(article.working_version(), user=editor)
        LogEntry.objects.log_actions(editor.pk, [article], CHANGE, "Noted beside a step.")
        page_text = said(client, article)
        assert "Unpublished. Not visible to readers." in page_text
        assert "Noted beside a step." not in page_text

    def test_the_newest_comes_first(self, client, editor):
        article = make_article("First", user=editor)
        for number in range(3):
            keep(import_version(article, {"title": f"Number {number}"}, user=editor), user=editor)
        assert [line.version.title for line in timeline(article).lines if line.version] == [
            "Number 2", "Number 1", "Number 0", "First",
        ]  # fmt: skip

    def test_nothing_stands_in_it_for_an_address_that_leads_nowhere(self, client, editor):
        article = make_article()
        for broken in ("x", "1-9-1", "999999999999999999-0-1", "1-0-"):
            assert client.get(f"{history_url(article)}?before={broken}").status_code == 404
        assert client.get(f"{history_url(article)}?from=x").status_code == 404
        assert client.get(f"{history_url(article)}?from=999999").status_code == 404


class TestALongHistory:
    @pytest.fixture
    def article(self, editor):
        article = make_article("Long", user=editor)
        start = timezone.now() - dt.timedelta(days=300)
        live = article.live_version()
        Version.objects.filter(pk=live.pk).update(kept_at=start)
        rows = []
        for number in range(150):
            at = start + dt.timedelta(hours=number // 2 + 1)  # two at each time
            rows.append(
                Version(
                    article=article, title=f"Number {number}", body="x" * 2000, superseded_at=at, kept_at=at,
                    kept_as="saved", updated_by=editor, updated_at=at,
                )
            )  # fmt: skip
        Version.objects.bulk_create(rows)
        HistoryEntry.objects.all().delete()
        HistoryEntry.objects.bulk_create(
            HistoryEntry(article=article, actor_name="Ann", verb="approved", happened_at=row.kept_at) for row in rows
        )
        return article

    def test_is_paged_without_a_gap_or_a_repetition(self, client, article):
        versions, steps, cursor, pages = [], 0, "", 0
        while True:
            page = timeline(article, cursor)
            versions += [version.pk for version in page.versions]
            steps += sum(line.version is None for line in page.lines)
            cursor, pages = page.older, pages + 1
            if not cursor:
                break
        assert sorted(versions) == sorted(article.versions.values_list("pk", flat=True))
        assert len(versions) == len(set(versions)) == 151
        assert steps == 150
        assert pages == 8

    def test_costs_no_more_than_a_short_one(self, client, article, editor):
        """The whole request, session and permissions included, and the page's own queries."""
        short = make_article("Short", user=editor)
        costs = []
        for one in (short, article):
            client.get(history_url(one))
            with CaptureQueriesContext(
                connection,
            ) as asked:
                client.get(history_url(one))
            costs.append(len(asked))
        with CaptureQueriesContext(connection) as asked:
            timeline(article)
        assert len(asked) == 3
        assert costs[0] == costs[1] <= 13

    def test_leads_to_what_is_older(self, client, article):
        page = client.get(history_url(article))
        older = re.search(r'href="(\?before=[^"]+)"', page.content.decode())
        assert older
        answer = client.get(history_url(article) + older[1])
        assert "Number 149" not in text_of(answer)
        assert "Newest" in text_of(answer)

    def test_keeps_a_choice_from_another_page(self, client, article):
        newest = timeline(article).versions[0]
        page = client.get(f"{history_url(article)}?before={timeline(article).older}&from={newest.pk}")
        assert f'name="from" value="{newest.pk}" checked' in page.content.decode()


class TestComparing:
    @pytest.fixture
    def two(self, editor):
        article = make_article(
            "Old title", body="Some old words.\n\nThe same.\n", excerpt="In short.", user=editor,
            category=make_category("Analysis"), tags=[make_tag("Safety")], authors=[make_author("Zoe")],
            cover=make_picture(name="old.png"), cover_alt="A field",
        )  # fmt: skip
        before = article.live_version()
        after = import_version(
            article,
            {
                "title": "New title", "body": "Some new words.\n\nThe same.\n", "category": make_category("Notes"),
                "cover": make_picture(name="new.png"), "seo_title": "For machines",
            },
            tags=[],
            authors=[make_author("Adam")],
            user=editor,
        )  # fmt: skip
        return before, after

    def test_in_text_word_by_word(self, client, two):
        page = seen(client.get(compare_url(*two)).content.decode())
        assert "Some <del>old</del><ins>new</ins> words." in page
        assert "<del>Old</del><ins>New</ins> title" in page
        assert '<p class="same">The same.</p>' in page

    def test_in_rendered_form(self, client, two):
        page = seen(client.get(compare_url(*two, **{"as": "page"})).content.decode())
        assert "<p>Some <del>old</del><ins>new</ins> words.</p>" in page
        assert page.count('<figure class="compared-cover">') == 2

    def test_says_where_it_goes_no_further_than_whole_stretches(self, client, editor):
        chance = random.Random(1)
        texts = [" ".join(chance.choice("abcd") for _ in range(20_000)) for _ in range(2)]
        article = make_article("Chance", body=texts[0], user=editor)
        after = import_version(article, {"body": texts[1]}, user=editor)
        for form in ("text", "page"):
            page = client.get(compare_url(article.live_version(), after, **{"as": form})).content.decode()
            assert "some parts are shown as completely replaced" in page

    def test_names_the_other_fields_as_they_were_and_are(self, client, two):
        page_text = text_of(client.get(compare_url(*two)))
        for line in (
            "Category Analysis Notes", "Tags Safety empty", "Authors Zoe Adam", "Cover old.png new.png",
            "Title for search engines empty For machines",
        ):  # fmt: skip
            assert line in page_text
        assert "Cover caption" not in page_text

    def test_defaults_to_the_newest_and_the_live_version(self, client, two):
        before, after = two
        answer = client.get(f"/admin/insights/article/{before.article_id}/compare/")
        assert (answer.context["before"].pk, answer.context["after"].pk) == (before.pk, after.pk)

    def test_goes_the_other_way_round(self, client, two):
        before, after = two
        page = seen(client.get(compare_url(after, before)).content.decode())
        assert "Some <del>new</del><ins>old</ins> words." in page

    def test_does_not_open_versions_of_another_article(self, client, two):
        before, _ = two
        other = make_article().live_version()
        assert client.get(f"{compare_url(before, other)}").status_code == 404
        assert client.get(f"/admin/insights/article/{before.article_id}/versions/{other.pk}/").status_code == 404
        assert client.get(f"/admin/insights/article/{before.article_id}/compare/?from=x&to=1e9").status_code == 404

    def test_of_an_article_with_one_version_says_there_is_no_difference(self, client, editor):
        article = make_article()
        assert "No differences." in text_of(client.get(f"/admin/insights/article/{article.pk}/compare/"))

    def test_of_two_texts_that_a_script_sends(self, client, editor):
        where = "/admin/insights/article/compare/"
        answer = client.post(where, {"before": "One <b> word here.", "after": "One <i> word here."})
        assert seen(answer.content.decode()).count("<del>") == 1
        assert "<b>" not in answer.content.decode()
        assert "no-store" in answer["Cache-Control"]
        assert client.post(where, {"before": "x"}).status_code == 400
        two = {"before": "word " * 199_000, "after": "word " * 199_000}
        assert "No differences." in client.post(where, two).content.decode()
        answer = client.post(where, two | {"after": "x" * 1_000_001})
        assert (answer.status_code, answer.content[:31]) == (413, b"A text is larger than 1 MB, so ")


class TestOneVersion:
    def test_is_read_as_readers_would_have_got_it(self, client, editor):
        article = make_article("As it was", body="Some **old** words.\n", user=editor)
        old = article.live_version()
        article.publish(import_version(article, {"title": "As it is", "body": "New.\n"}, user=editor), actor=editor)
        page = client.get(version_url(old))
        assert "Some **old** words." in page.content.decode()
        assert version_url(old, "page/") in page.content.decode()
        framed = client.get(version_url(old, "page/"))
        assert "<strong>old</strong>" in framed.content.decode()
        assert "<script" not in framed.content.decode()
        assert framed["X-Frame-Options"] == "SAMEORIGIN"
        assert "frame-ancestors 'self'" in framed["Content-Security-Policy"]
        assert framed["X-Robots-Tag"] == "noindex, nofollow"
        assert "frame-src 'self'" in page["Content-Security-Policy"]

    def test_is_labelled_and_the_label_removed(self, client, editor):
        version = make_article(user=editor).live_version()
        client.post(version_url(version, "label/"), {"label": " Before\u202e the summer "})
        version.refresh_from_db()
        assert version.label == "Before the summer"
        client.post(version_url(version, "label/"), {"label": ""})
        version.refresh_from_db()
        assert version.label == ""

    def test_keeps_a_name_that_is_too_long_in_the_field(self, client, editor):
        version = make_article(user=editor).live_version()
        answer = client.post(version_url(version, "label/"), {"label": "x" * 81})
        assert answer.status_code == 400
        assert "at most 80" in text_of(answer)
        assert "x" * 81 in answer.content.decode()
