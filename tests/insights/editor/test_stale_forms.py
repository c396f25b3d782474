"""A form that was opened before the article's status changed: it undoes nothing."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from insights.models import Version
from tests.factories import make_article, make_user
from tests.insights.article_form import change_url, form_values

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def editor(client):
    user = make_user("Editor")
    client.force_login(user)
    return user


def post_action(client, article, name: str) -> None:
    assert client.post(f"/admin/insights/article/{article.pk}/{name}/").status_code == 302


@pytest.mark.parametrize("changes", [{}, {"body": "Changed."}])
def test_a_withdrawal_is_not_undone(client, changes):
    """D02: opened while published, unpublished in another tab, “Publish changes”: 409, and it stays unpublished."""
    article = make_article(body="Words.\n")
    values = form_values(client, change_url(article))
    post_action(client, article, "unpublish")
    answer = client.post(change_url(article), {**values, **changes, "_publish": "1"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "This article was unpublished after you opened it." in page
    assert "saved this article" not in page
    assert changes.get("body", "Words.") in page
    assert Version.objects.count() == 1
    article.refresh_from_db()
    assert article.status() == "withdrawn"
    assert client.get(article.get_absolute_url()).status_code == 410


def test_an_editor_who_has_seen_the_notice_may_publish(client):
    article = make_article()
    values = form_values(client, change_url(article))
    post_action(client, article, "unpublish")
    answer = client.post(change_url(article), {**values, "_publish": "1"})
    base = answer.context["adminform"].form["base"].value()
    assert client.post(change_url(article), {**values, "base": base, "_publish": "1"}).status_code == 302
    article.refresh_from_db()
    assert article.status() == "published"


def test_a_draft_that_went_out_meanwhile_is_said_to_be_out(client):
    article = make_article(published=None)
    values = form_values(client, change_url(article))
    article.publish(article.working_version())
    answer = client.post(change_url(article), {**values, "title": "Other", "_save": "1"})
    assert answer.status_code == 409
    assert "This article was published or scheduled after you opened it." in answer.content.decode()
    assert Version.objects.count() == 1


def test_a_page_that_is_open_hears_what_became_of_its_article(client):
    """D02: a change of status is not reported as a change of text. A look at it says the same, and stores nothing."""
    article = make_article(published=None)
    values = form_values(client, change_url(article))
    article.publish(article.working_version())
    beat = {"tab": "0123456789abcdef" * 2, "base": values["base"]}
    message = "This article was published or scheduled after you opened it."
    assert client.post(f"/admin/insights/article/{article.pk}/presence/", beat).json()["newer"] == message
    assert (
        message
        in client.post(f"/admin/insights/article/{article.pk}/autosave/", {**values, "body": "x"}).json()["conflict"]
    )
    looked = client.post(change_url(article), {**values, "body": "Mine.", "_merge": "look"})
    assert looked.status_code == 409
    assert message in looked.content.decode()
    assert "Mine." in looked.content.decode()
    assert Version.objects.count() == 1


def test_a_withdrawal_that_is_to_come_is_not_said_to_have_happened(client):
    article = make_article()
    values = form_values(client, change_url(article))
    article.unpublish(timezone.now() + dt.timedelta(days=1))
    answer = client.post(change_url(article), {**values, "title": "Other", "_save": "1"})
    assert answer.status_code == 409
    assert "The dates for publishing or unpublishing this article changed" in answer.content.decode()
    assert "was unpublished" not in answer.content.decode()


def test_the_clock_alone_makes_no_form_stale(client):
    """A scheduled article that is published by the clock while an editor writes."""
    article = make_article(published=timezone.now() + dt.timedelta(minutes=10))
    values = form_values(client, change_url(article))
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=20)):
        assert client.post(change_url(article), {**values, "title": "Other", "_save": "1"}).status_code == 302
    assert Version.objects.count() == 2
