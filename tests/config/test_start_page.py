"""The desk's start page says what needs a hand, to whoever can lend one."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.start_page import signup_chart
from feedback.models import Answer
from newsletter.models import Subscriber
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db

HEADINGS = ["To review", "Scheduled", "Your drafts", "Feedback waiting", "Sign-ups, last 30 days"]


def page_for(client, user) -> str:
    client.force_login(user)
    return client.get("/admin/").content.decode()


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        ("Author", ["Your drafts"]),
        ("Editor", ["To review", "Scheduled", "Your drafts"]),
        ("Moderator", ["Feedback waiting"]),
        ("Newsletter manager", ["Sign-ups, last 30 days"]),
    ],
)
def test_each_role_sees_its_own_panels(client, role, shown):
    page = page_for(client, make_user(role))
    assert [heading for heading in HEADINGS if heading in page] == shown


def test_what_waits_is_named(client):
    author = make_user("Author", name="Arthur")
    make_article("Handed in", published=None, user=author).working_version().submit()
    make_article("In a week", published=timezone.now() + dt.timedelta(days=7))
    page = page_for(client, make_user("Editor"))
    for words in ("Handed in", "Arthur, waiting", "In a week", "UTC"):
        assert words in page


def test_a_withdrawn_article_does_not_wait_for_its_moment(client):
    make_article("Called off", published=timezone.now() + dt.timedelta(days=7)).withdraw()
    assert "Called off" not in page_for(client, make_user("Editor"))


def test_an_author_sees_own_drafts_only(client):
    author = make_user("Author")
    make_article("Mine to finish", published=None, user=author)
    make_article("Not mine", published=None, user=make_user("Author"))
    page = page_for(client, author)
    assert "Mine to finish" in page
    assert "Not mine" not in page


def test_what_readers_wrote_is_text(client):
    """M09, F01: an answer that waits is shown escaped."""
    Answer.objects.create(article=make_article(), helpful=True, message="<script>alert(1)</script>", name="<b>x")
    page = page_for(client, make_user("Moderator"))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_sign_ups_are_counted_by_the_publication_s_days():
    zone = zoneinfo.ZoneInfo("Pacific/Auckland")
    now = dt.datetime(2026, 11, 24, 12, 30, tzinfo=dt.UTC)  # the 25th in Auckland
    moments = [now, now - dt.timedelta(hours=1), now - dt.timedelta(hours=2), now - dt.timedelta(days=31)]
    for number, moment in enumerate(moments):
        Subscriber.objects.create(email=f"r{number}@example.com", address_key=f"r{number}", confirmed_at=moment)
    Subscriber.objects.create(email="waiting@example.com", address_key="waiting")
    chart = signup_chart(now, zone)
    assert chart["total"] == 3
    assert chart["days"][-1] == {"day": dt.date(2026, 11, 25), "count": 2}
    assert chart["days"][-2] == {"day": dt.date(2026, 11, 24), "count": 1}
    assert len(chart["days"]) == 30
    assert chart["line"].count("M") == 2


def test_a_month_without_sign_ups_is_drawn_too():
    chart = signup_chart(timezone.now(), zoneinfo.ZoneInfo("UTC"))
    assert (chart["total"], chart["line"], chart["dot"]) == (0, "", "")


def test_its_queries_do_not_grow_with_the_rows(client):
    superuser = make_user(superuser=True)
    page_for(client, superuser)
    counts = []
    for _ in range(2):
        for number in range(4):
            make_article(published=None, user=make_user("Author")).working_version().submit()
            make_article(published=timezone.now() + dt.timedelta(days=number + 1))
        with CaptureQueriesContext(connection) as queries:
            client.get("/admin/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20
