"""Datetimes in the admin: one format, in the publication's time zone, which is named."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction

from feedback.models import Answer
from insights.models import Article, AuditEntry, SiteSettings, Version
from newsletter.models import Subscriber
from tests.factories import make_article, make_picture, make_user
from tests.feedback.factories import make_answer
from tests.newsletter.factories import make_subscriber

pytestmark = pytest.mark.django_db

AT = dt.datetime(2026, 5, 25, 7, 0, tzinfo=dt.UTC)
EXPECTED = "May 25, 2026, 09:00 CEST"


@pytest.fixture(autouse=True)
def everything_at_nine(client):
    SiteSettings(time_zone="Europe/Berlin").save()
    user = make_user(superuser=True, last_login=AT)
    client.force_login(user)
    type(user).objects.update(last_login=AT)
    article = make_article("Out", published=AT)
    Version.objects.update(updated_at=AT)
    Article.objects.update(created_at=AT)
    make_picture(uploaded_at=AT)
    make_subscriber(created_at=AT)
    with transaction.atomic():
        AuditEntry.objects.create(happened_at=AT, actor_name="Somebody", verb="did")
    Answer.objects.filter(pk=make_answer(article, "Words.").pk).update(answered_at=AT)
    assert Subscriber.objects.get().created_at == AT


@pytest.mark.parametrize(
    "page",
    ["insights/article/", "insights/picture/", "insights/auditentry/", "insights/user/", "newsletter/subscriber/",
     "feedback/answer/", ""],
)  # fmt: skip
def test_an_admin_page_writes_datetimes_in_the_one_format(client, page):
    assert EXPECTED in client.get(f"/admin/{page}").text


def test_a_time_zone_unknown_to_the_server_falls_back_to_utc(client):
    SiteSettings(time_zone="Mars/Olympus").save()
    make_article("Soon", published=AT.replace(year=2096))
    assert "Will be published on May 25, 2096, 07:00 UTC." in client.get("/admin/").text
