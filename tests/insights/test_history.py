"""The history of an article at the desk: what it tells, two versions compared, one read, and the way back."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from insights.drafting import bring_back, keep, write
from insights.models import Article, AuditEntry, HistoryEntry, SiteSettings, Version
from insights.timeline import timeline
from tests.factories import make_article, make_author, make_category, make_picture, make_series, make_tag, make_user
from tests.insights.desk import change_url
from tests.insights.test_comparing import seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    user = make_user("Editor", name="Ann")
    client.force_login(user)
    return user


def history_url(article: Article) -> str:
    return f"/admin/insights/article/{article.pk}/history/"


def version_url(version: Version, deed: str = "") -> str:
    return f"/admin/insights/article/{version.article_id}/versions/{version.pk}/{deed}"


def compare_url(before: Version, after: Version, **more: str) -> str:
    query = "".join(f"&{name}={value}" for name, value in more.items())
    return f"/admin/insights/article/{before.article_id}/compare/?from={before.pk}&to={after.pk}{query}"


def text_of(answer) -> str:
    """What the page's content says, in one line."""
    content = re.search(r'<div id="content".*<footer', answer.content.decode(), re.DOTALL)
    assert content
    return " ".join(re.sub(r"<[^>]+>", " ", seen(content[0])).replace("&#x27;", "'").split())


def said(client, article: Article) -> str:
    return text_of(client.get(history_url(article)))


class TestWhatItTells:
    def test_named_versions_and_who_made_them_when(self, client, editor):
        SiteSettings.objects.update_or_create(pk=1, defaults={"time_zone": "Europe/Berlin"})
        SiteSettings.forget()
        article = make_article("A text", published=None, user=editor)
        version = article.working_version()
        keep(version, label="For the lawyer", user=editor)
        HistoryEntry.objects.update(happened_at=dt.datetime(2026, 7, 1, 10, tzinfo=dt.UTC))
        Version.objects.update(kept_at=dt.datetime(2026, 7, 1, 10, tzinfo=dt.UTC))
        told = said(client, article)
        assert "1 Jul 2026, 12:00 CEST “For the lawyer”" in told
        assert f"{editor} saved a version" in told
        assert "Times are those of Europe/Berlin." in told

    def test_what_is_live_and_what_is_being_written(self, client, editor):
        article = make_article("Out", user=editor)
        write(article, {"title": "Out, and changed"}, user=editor)
        told = said(client, article)
        assert "Draft Being written Out, and changed" in told
        assert "Published Readers have this Out" in told

    def test_what_waits_for_its_moment(self, client, editor):
        article = make_article("To come", published=timezone.now() + dt.timedelta(days=1), user=editor)
        assert "Goes out" in said(client, article)
        article.withdraw(timezone.now() + dt.timedelta(days=9), actor=editor)
        assert "scheduled the withdrawal for" in said(client, article)

    def test_steps_with_their_notes_escaped(self, client, editor):
        article = make_article("Handed in", published=None, user=editor)
        person = make_user("Editor")
        HistoryEntry.record(
            article, HistoryEntry.Verb.RETURNED, editor, person=person, note="The <b>sources</b>,\nplease."
        )
        HistoryEntry.record(article, HistoryEntry.Verb.NAMED_REVIEWER, editor, person=person)
        page = client.get(history_url(article)).content.decode()
        assert "The &lt;b&gt;sources&lt;/b&gt;,<br>please." in page
        assert f"named a reviewer, {person}" in said(client, article)

    def test_moves_and_links(self, client, editor):
        article = make_article("Moving", slug="from-here", user=editor)
        article.move_to("to-there", actor=editor)
        assert "changed the address /insights/from-here/ → /insights/to-there/" in said(client, article)

    def test_versions_from_before_there_were_steps(self, client, editor):
        article = make_article("Old", user=editor)
        HistoryEntry.objects.all().delete()
        assert "Published Readers have this Old" in said(client, article)

    def test_what_the_admin_noted_before_there_were_steps(self, client, editor):
        article = make_article("Old", published=None, user=editor)
        LogEntry.objects.log_actions(editor.pk, [article], CHANGE, "Withdrawn: readers no longer find it.")
        LogEntry.objects.update(action_time=timezone.now() - dt.timedelta(days=400))
        keep(article.working_version(), user=editor)
        LogEntry.objects.log_actions(editor.pk, [article], CHANGE, "Noted beside a step.")
        told = said(client, article)
        assert "Withdrawn: readers no longer find it." in told
        assert "Noted beside a step." not in told

    def test_the_newest_comes_first(self, client, editor):
        article = make_article("First", user=editor)
        for number in range(3):
            keep(write(article, {"title": f"Number {number}"}, user=editor), user=editor)
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
            at = start + dt.timedelta(hours=number // 2 + 1)  # two at each moment
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
        """The whole request, session and rights included, and the page's own questions."""
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
        after = write(
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

    def test_names_the_other_fields_as_they_were_and_are(self, client, two):
        told = text_of(client.get(compare_url(*two)))
        for line in (
            "Category Analysis Notes", "Tags Safety nothing", "Byline Zoe Adam", "Cover old.png new.png",
            "Title for search engines nothing For machines",
        ):  # fmt: skip
            assert line in told
        assert "Cover caption" not in told

    def test_takes_the_newest_and_the_live_one_unless_told(self, client, two):
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
        assert "No difference." in text_of(client.get(f"/admin/insights/article/{article.pk}/compare/"))

    def test_of_two_texts_that_a_script_sends(self, client, editor):
        where = "/admin/insights/article/compare/"
        answer = client.post(where, {"before": "One <b> word here.", "after": "One <i> word here."})
        assert seen(answer.content.decode()).count("<del>") == 1
        assert "<b>" not in answer.content.decode()
        assert "no-store" in answer["Cache-Control"]
        assert client.post(where, {"before": "x"}).status_code == 400


class TestOneVersion:
    def test_is_read_as_readers_would_have_got_it(self, client, editor):
        article = make_article("As it was", body="Some **old** words.\n", user=editor)
        old = article.live_version()
        article.publish(write(article, {"title": "As it is", "body": "New.\n"}, user=editor), actor=editor)
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

    def test_is_named_and_named_anew(self, client, editor):
        version = make_article(user=editor).live_version()
        client.post(version_url(version, "name/"), {"label": " Before\u202e the summer "})
        version.refresh_from_db()
        assert version.label == "Before the summer"
        client.post(version_url(version, "name/"), {"label": ""})
        version.refresh_from_db()
        assert version.label == ""

    def test_keeps_a_name_that_is_too_long_in_the_field(self, client, editor):
        version = make_article(user=editor).live_version()
        answer = client.post(version_url(version, "name/"), {"label": "x" * 81})
        assert answer.status_code == 400
        assert "at most 80" in text_of(answer)
        assert "x" * 81 in answer.content.decode()


FIELDS = (
    "title", "excerpt", "body", "html", "contents", "words", "search_text", "category_id", "series_id", "series_part",
    "cover_id", "cover_alt", "cover_caption", "cover_credit", "seo_title", "seo_description", "canonical",
    "pinned_step_id", "step_id", "decision", "submitted_at", "returned_at",
)  # fmt: skip


def all_of(version: Version) -> dict[str, object]:
    version.refresh_from_db()
    told: dict[str, object] = {name: getattr(version, name) for name in FIELDS}
    bylines = [(byline.author_id, byline.position) for byline in version.bylines.all()]
    pictures = sorted(version.picture_uses.values_list("picture", flat=True))
    return told | {"bylines": bylines, "tags": sorted(tag.pk for tag in version.tags.all()), "pictures": pictures}


class TestBringingBack:
    @pytest.fixture
    def article(self, editor):
        picture = make_picture()
        article = make_article(
            "Live", body=f"## Head\r\n\r\nLive.\n\n![A]({picture.reference})\n", user=editor,
            category=make_category(), tags=[make_tag(), make_tag()], authors=[make_author(), make_author()],
        )  # fmt: skip
        write(
            article,
            {"title": "Draft", "body": "A *draft*.\u00a0\n", "series": make_series(), "series_part": 2},
            tags=[make_tag()],
            authors=[make_author()],
            user=editor,
        )
        return article

    def test_makes_the_old_text_the_draft_and_readers_keep_theirs(self, client, editor, article):
        live = article.live_version()
        answer = client.post(version_url(live, "bring-back/"))
        assert answer.url == change_url(article)
        now = article.working_version()
        assert (now.body, now.html, now.brought_back) == (live.body, live.html, live)
        assert article.live_version() == live
        form = client.get(change_url(article))
        assert "Undo" in text_of(form)
        assert form.context["adminform"].form["body"].value() == live.body
        assert "brought back a version" in said(client, article)
        assert AuditEntry.objects.filter(verb="brought back version of article").exists()

    def test_undone_gives_the_same_bytes(self, client, editor, article):
        draft = article.working_version()
        draft.submit()
        before = all_of(draft)
        client.post(version_url(article.live_version(), "bring-back/"))
        assert article.working_version().submitted_at == before["submitted_at"]
        answer = client.post(f"/admin/insights/article/{article.pk}/undo/", follow=True)
        assert "Undone: the text is as it was before." in text_of(answer) + str(answer.content)
        assert article.working_version() == draft
        assert all_of(article.working_version()) == before
        assert article.versions.filter(kept_as="brought_back").exists()

    def test_undone_without_a_draft_before_leaves_what_readers_have(self, client, editor):
        article = make_article("Live", user=editor)
        first = article.live_version()
        article.publish(write(article, {"body": "Second.\n"}, user=editor), actor=editor)
        client.post(version_url(first, "bring-back/"))
        assert article.working_version() is not None
        client.post(f"/admin/insights/article/{article.pk}/undo/")
        assert article.working_version() is None
        assert article.newest_version().body == "Second.\n"

    def test_is_not_undone_once_somebody_wrote_on(self, client, editor, article):
        client.post(version_url(article.live_version(), "bring-back/"))
        written = write(article, {"body": "Written on.\n"}, user=editor)
        assert "Undo" not in text_of(client.get(change_url(article)))
        answer = client.post(f"/admin/insights/article/{article.pk}/undo/", follow=True)
        assert "was changed since" in answer.content.decode()
        assert article.working_version() == written

    def test_of_a_text_that_is_refused_today_is_told_with_the_text(self, client, editor, article):
        live, draft = article.live_version(), article.working_version()
        Version.objects.filter(pk=live.pk).update(body="![x](https://elsewhere.example/x.png)\n")
        answer = client.post(version_url(live, "bring-back/"))
        assert answer.status_code == 400
        assert "is not one of ours" in text_of(answer)
        assert "![x](https://elsewhere.example/x.png)" in answer.content.decode()
        assert article.working_version() == draft

    def test_names_beside_the_field_what_is_gone(self, client, editor):
        category = make_category("Analysis")
        article = make_article("Filed", published=None, category=category, user=editor)
        old = article.working_version()
        keep(old, user=editor)
        write(article, {"category": None}, user=editor)
        category.delete()
        bring_back(article, Version.objects.get(pk=old.pk), user=editor)
        assert "Analysis" in text_of(client.get(change_url(article)))
        write(article, {"title": "Still without"}, user=editor)
        assert article.working_version().category_was == "Analysis"
        write(article, {"category": make_category("Notes")}, user=editor)
        assert article.working_version().category_was == ""


class TestDiscarding:
    def test_leaves_what_readers_have_and_can_be_brought_back(self, client, editor):
        article = make_article("Out", body="Out.\n", user=editor)
        draft = write(article, {"body": "A change.\n"}, user=editor)
        assert "Discard this draft" in text_of(client.get(change_url(article)))
        answer = client.post(f"/admin/insights/article/{article.pk}/discard/", follow=True)
        assert "It stays in the history" in answer.content.decode()
        assert article.working_version() is None
        client.post(version_url(draft, "bring-back/"))
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

    def test_reads_what_is_theirs_and_brings_back_until_it_is_out(self, client, author):
        article = make_article("Mine", published=None, user=author, article={"created_by": author})
        version = article.working_version()
        keep(version, user=author)
        write(article, {"body": "Further.\n"}, user=author)
        assert "saved a version" in said(client, article)
        client.post(version_url(version, "bring-back/"))
        assert article.working_version().body == version.body
        article.publish(article.working_version())
        assert client.get(history_url(article)).status_code == 200
        assert client.post(version_url(version, "bring-back/")).status_code == 403

    def test_does_not_read_what_is_of_others(self, client, author):
        version = make_article().live_version()
        for where in (history_url(version.article), version_url(version), version_url(version, "page/")):
            assert client.get(where).status_code == 403
