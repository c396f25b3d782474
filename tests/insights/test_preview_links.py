"""A link by which people without an account read a draft: what it shows, when it ends, and what it keeps to itself."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from config.log_filters import without_the_personal
from insights.drafting import write
from insights.models import Article, DailyViews, PreviewLink, SiteSettings
from tests.factories import make_article, make_picture, make_preview_link

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
        assert "Draft for AI Scope Hub. Please do not pass on. Open until" in page
        assert re.search(r"Open until \d+ \w{3} \d{4}, \d\d:\d\d CES?T\.", page)

    def test_it_follows_the_newest_draft(self, client, draft, link):
        client.get(address(link))
        write(draft, {"title": "A better title", "body": "Other words.\n"})
        page = client.get(address(link)).content.decode()
        assert "A better title" in page
        assert "The first words." not in page

    def test_a_draft_beside_what_is_out(self, client):
        article = make_article("Out")
        write(article, {"title": "Rewritten"})
        link = make_preview_link(article)
        assert "Rewritten" in client.get(address(link)).content.decode()
        assert "Rewritten" not in client.get(article.get_absolute_url()).content.decode()

    def test_what_waits_for_its_moment(self, client):
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
    def test_nobody_keeps_the_page_or_lists_it_or_learns_its_address(self, client, link):
        """H15: random, no-store, noindex; no session, no cookie, no referrer."""
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
        """H14: its own address, its Markdown and the list know nothing of it."""
        assert client.get(draft.get_absolute_url()).status_code == 404
        assert client.get(f"/insights/{draft.slug}.md").status_code == 404
        assert draft.slug not in client.get("/insights/").content.decode()
        assert link.token not in client.get("/sitemap.xml").content.decode()

    def test_a_changed_letter_leads_nowhere(self, client, link):
        """H15: a changed letter -> 404, as every other token that is none."""
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
        assert link.token not in without_the_personal(line)

    def test_a_token_that_is_none_costs_one_look_up(self, client, link, django_assert_num_queries):
        """Beside the settings, which every page reads."""
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
        assert "has run out, or was taken back" in answer.content.decode()
        assert answer["Cache-Control"] == "no-store"

    def test_when_it_is_taken_back(self, client, link):
        link.revoke()
        answer = client.get(address(link))
        assert answer.status_code == 410
        assert "The first words" not in answer.content.decode()

    def test_it_leads_to_the_article_once_that_is_out(self, client, draft, link):
        draft.publish(draft.working_version())
        write(draft, {"title": "A draft after it"})
        answer = client.get(address(link))
        assert answer.status_code == 302
        assert answer["Location"] == draft.get_absolute_url()
        assert answer["Cache-Control"] == "no-store"

    def test_in_the_very_moment_of_a_schedule(self, client, draft, link):
        moment = timezone.now() + dt.timedelta(days=2)
        draft.publish(draft.working_version(), moment)
        assert client.get(address(link)).status_code == 200
        with time_machine.travel(moment + dt.timedelta(seconds=1)):
            assert client.get(address(link)).status_code == 302

    def test_without_a_draft_it_leads_to_the_article(self, client):
        article = make_article("Out")
        assert client.get(address(make_preview_link(article))).status_code == 302

    def test_an_article_that_was_withdrawn_again(self, client, draft, link):
        draft.publish(draft.working_version())
        draft.withdraw()
        assert client.get(address(link)).status_code == 410

    def test_with_the_article(self, client, draft, link):
        draft.delete()
        assert client.get(address(link)).status_code == 404
