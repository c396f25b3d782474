"""Preview links for people without an account: content, expiry, and privacy."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from config.logs.filters import redact
from insights.models import Article, AuditEntry, DailyViews, HistoryEntry, PreviewLink, SiteSettings
from insights.publishing.drafts import import_version
from tests.factories import make_article, make_picture, make_preview_link, make_user

pytestmark = pytest.mark.django_db

TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")


def address(link: PreviewLink) -> str:
    return f"/preview/{link.token}/"


@pytest.fixture
def draft() -> Article:
    return make_article("A draft", published=None, body="The first words.\n")


@pytest.fixture
def link(draft) -> PreviewLink:
    return make_preview_link(draft)


class TestWhatItShows:
    def test_the_draft_in_the_site_s_own_page_marked_as_one(self, client, draft, link):
        SiteSettings(time_zone="Europe/Berlin").save()
        answer = client.get(address(link))
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "The first words." in page
        assert "This is a draft for AI Scope Hub. Please do not share it." in page
        assert re.search(r"This link works until [A-Z][a-z]+ \d+, \d{4}, \d\d:\d\d CES?T\.", page)

    def test_it_follows_the_newest_draft(self, client, draft, link):
        client.get(address(link))
        import_version(draft, {"title": "A better title", "body": "Other words.\n"})
        page = client.get(address(link)).content.decode()
        assert "A better title" in page
        assert "The first words." not in page

    def test_a_draft_beside_what_is_out(self, client):
        article = make_article("Out")
        import_version(article, {"title": "Rewritten"})
        link = make_preview_link(article)
        assert "Rewritten" in client.get(address(link)).content.decode()
        assert "Rewritten" not in client.get(article.get_absolute_url()).content.decode()

    def test_what_is_scheduled(self, client):
        article = make_article("Soon", published=timezone.now() + dt.timedelta(days=1))
        assert "Soon" in client.get(address(make_preview_link(article))).content.decode()

    def test_pictures_and_cover_are_there(self, client):
        cover, inside = make_picture(name="cover.png"), make_picture(name="inside.png")
        body = f"![A field]({inside.reference})\n"
        link = make_preview_link(make_article(published=None, body=body, cover=cover, cover_alt="A cover"))
        page = client.get(address(link)).content.decode()
        for picture in (cover, inside):
            assert picture.file.url in page
            answer = client.get(picture.file.url)
            assert answer.status_code == 200
            assert answer.getvalue()

    def test_it_counts_nothing_and_takes_nothing(self, client, link):
        page = client.get(address(link)).content.decode()
        assert "data-view" not in page
        assert '<form method="post"' not in page
        assert "feedback/" not in page
        assert not DailyViews.objects.exists()


class TestWhatItKeepsToItself:
    def test_the_page_is_not_cached_indexed_or_sent_as_a_referrer(self, client, link):
        """H15: random, no-store, noindex. No session, no cookie, no referrer."""
        for answer in (client.get(address(link)), client.head(address(link))):
            assert answer.status_code == 200
            assert answer["Cache-Control"] == "no-store"
            assert answer["X-Robots-Tag"] == "noindex, nofollow"
            assert answer["Referrer-Policy"] == "no-referrer"
            assert not answer.cookies
            assert "Cookie" not in answer.get("Vary", "")
        assert TOKEN.fullmatch(link.token)

    def test_it_is_the_same_for_staff(self, link, admin_client):
        assert admin_client.get(address(link)).content == Client().get(address(link)).content

    def test_a_draft_is_reached_by_nothing_else(self, client, draft, link):
        """H14: its own URL, its Markdown and the list show nothing of it."""
        assert client.get(draft.get_absolute_url()).status_code == 404
        assert client.get(f"/insights/{draft.slug}.md").status_code == 404
        assert draft.slug not in client.get("/insights/").content.decode()
        assert link.token not in client.get("/sitemap.xml").content.decode()

    def test_a_changed_character_is_404(self, client, link):
        """H15: a changed character -> 404, like every other invalid token."""
        for place in range(len(link.token)):
            other = "A" if link.token[place] != "A" else "B"
            wrong = link.token[:place] + other + link.token[place + 1 :]
            assert client.get(f"/preview/{wrong}/").status_code == 404
        swapped = link.token.swapcase()
        for wrong in (
            swapped,
            link.token[:-1],
            f"{link.token}A",
            "x",
            "%00" * 4,
            "%ff",
            "ü" * 32,
            "A" * 5000,
            "' OR 1=1--",
        ):
            assert client.get(f"/preview/{wrong}/").status_code == 404, wrong

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_it_is_only_read(self, client, link, method):
        assert getattr(client, method)(address(link)).status_code == 405

    def test_no_log_tells_the_token(self, link):
        line = f'GET {address(link)} 200 "https://hub.example.com{address(link)}"'
        assert link.token not in redact(line)

    def test_a_token_that_is_none_costs_one_look_up(self, client, link, django_assert_num_queries):
        """Besides the settings, which every page reads."""
        with django_assert_num_queries(2):
            client.get("/preview/" + "A" * 32 + "/")


class TestWhenItEnds:
    def test_after_its_days(self, client, link):
        """H15: expires."""
        with time_machine.travel(link.expires_at - dt.timedelta(seconds=2)):
            assert client.get(address(link)).status_code == 200
        with time_machine.travel(link.expires_at + dt.timedelta(seconds=1)):
            answer = client.get(address(link))
        assert answer.status_code == 410
        assert "It has expired or was revoked." in answer.content.decode()
        assert answer["Cache-Control"] == "no-store"

    def test_when_it_is_taken_back(self, client, link):
        link.revoke()
        answer = client.get(address(link))
        assert answer.status_code == 410
        assert "The first words" not in answer.content.decode()

    def test_it_leads_to_the_article_once_that_is_out(self, client, draft, link):
        draft.publish(draft.working_version())
        import_version(draft, {"title": "A draft after it"})
        answer = client.get(address(link))
        assert answer.status_code == 302
        assert answer["Location"] == draft.get_absolute_url()
        assert answer["Cache-Control"] == "no-store"

    def test_at_the_scheduled_time(self, client, draft, link):
        scheduled_at = timezone.now() + dt.timedelta(days=2)
        draft.publish(draft.working_version(), scheduled_at)
        assert client.get(address(link)).status_code == 200
        with time_machine.travel(scheduled_at + dt.timedelta(seconds=1)):
            assert client.get(address(link)).status_code == 302

    def test_without_a_draft_it_leads_to_the_article(self, client):
        article = make_article("Out")
        assert client.get(address(make_preview_link(article))).status_code == 302

    def test_an_article_that_was_withdrawn_again(self, client, draft, link):
        draft.publish(draft.working_version())
        draft.unpublish()
        assert client.get(address(link)).status_code == 410

    def test_one_that_went_out_with_an_earlier_date(self, client, draft, link):
        draft.publish(draft.working_version(), timezone.now() - dt.timedelta(days=90))
        import_version(draft, {"title": "A draft after it"})
        assert client.get(address(link)).status_code == 302

    def test_no_link_shows_an_unpublished_text(self, client):
        article = make_article("Out")
        link = make_preview_link(article)
        article.unpublish()
        assert client.get(address(link)).status_code == 410
        import_version(article, {"title": "Rewritten"})
        assert "Rewritten" in client.get(address(link)).content.decode()

    def test_nor_while_its_successor_waits(self, client, draft, link):
        draft.publish(draft.working_version())
        draft.unpublish()
        draft.publish(import_version(draft, {"title": "Next"}), timezone.now() + dt.timedelta(days=1))
        assert client.get(address(link)).status_code == 410

    def test_with_the_article(self, client, draft, link):
        draft.delete()
        assert client.get(address(link)).status_code == 404


class TestInTheAdmin:
    @pytest.fixture
    def editor(self, client):
        user = make_user("Editor", name="Ed Editor")
        client.force_login(user)
        return user

    def make(self, client, article: Article, **data: str):
        return client.post(f"/admin/insights/article/{article.pk}/preview-links/", data, follow=True)

    @pytest.mark.parametrize("days", [1, 7, 30])
    def test_a_link_is_made_for_some_days_and_shown_with_its_end_and_its_maker(self, client, editor, draft, days):
        SiteSettings(time_zone="Europe/Berlin").save()
        answer = self.make(client, draft, days=str(days))
        made = PreviewLink.objects.get()
        assert made.expires_at - made.created_at == dt.timedelta(days=days)
        assert made.created_by == editor
        page = answer.content.decode()
        assert f"https://hub.example.com{address(made)}" in page
        assert re.search(r"Expires on [A-Z][a-z]+ \d+, \d{4}, \d\d:\d\d CES?T, created by Ed Editor", page)

    @pytest.mark.parametrize("days", ["", "2", "365", "-1", "x"])
    def test_no_other_time_can_be_chosen(self, client, editor, draft, days):
        answer = self.make(client, draft, days=days)
        assert not PreviewLink.objects.exists()
        assert any(word in answer.content.decode() for word in ("Choose 1, 7 or 30 days.", "This field is required."))

    def test_each_step_is_in_history_and_audit_and_no_token_is(self, client, editor, draft):
        self.make(client, draft, days="7")
        made = PreviewLink.objects.get()
        revoke = f"/admin/insights/article/{draft.pk}/preview-links/{made.pk}/revoke/"
        for _ in range(2):
            assert client.post(revoke).status_code == 302
        made.refresh_from_db()
        assert made.revoked_at
        assert [entry.verb for entry in draft.history.order_by("pk")] == ["link_made", "link_revoked"]
        assert draft.history.get(verb="link_made").effective_at == made.expires_at
        verbs = ["created preview link", "revoked preview link"]
        assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == verbs
        stored = f"{list(AuditEntry.objects.values())} {list(HistoryEntry.objects.values())}"
        assert made.token not in stored
        history = client.get(f"/admin/insights/article/{draft.pk}/history/").content.decode()
        assert "created a preview link" in history
        assert made.token not in history

    def test_only_open_links_are_shown(self, client, editor, draft):
        links = [
            make_preview_link(draft), make_preview_link(draft, days=-1),
            make_preview_link(draft, revoked_at=timezone.now()), make_preview_link(make_article(published=None)),
        ]  # fmt: skip
        page = client.get(f"/admin/insights/article/{draft.pk}/change/").content.decode()
        assert [link.token in page for link in links] == [True, False, False, False]

    def test_twenty_open_links_are_enough(self, client, editor, draft):
        for _ in range(20):
            make_preview_link(draft)
        assert (
            "This article already has 20 active preview links. Revoke one first."
            in self.make(client, draft, days="7").content.decode()
        )
        assert PreviewLink.objects.count() == 20

    def test_an_author_lets_others_read_what_is_theirs_to_write(self, client):
        author = make_user("Author")
        client.force_login(author)
        own, out = make_article(published=None, user=author), make_article(user=author)
        assert self.make(client, own, days="7").status_code == 200
        assert self.make(client, out, days="7").status_code == 403
        assert self.make(client, make_article(published=None), days="7").status_code == 403
        assert PreviewLink.objects.get().article == own

    def test_a_link_is_taken_back_only_where_it_stands(self, client, editor, draft, link):
        other = make_article(published=None)
        assert client.post(f"/admin/insights/article/{other.pk}/preview-links/{link.pk}/revoke/").status_code == 404
        link.refresh_from_db()
        assert link.revoked_at is None
