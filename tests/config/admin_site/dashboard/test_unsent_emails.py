"""Emails that the mail server refuses, on the start page of the accounts that can act."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.utils import timezone

from insights.models import ReviewEmail
from insights.review import submit
from newsletter.models import ConfirmationMail
from tests.factories import make_article, make_user
from tests.newsletter.conftest import sign_up, smtp
from tests.newsletter.factories import make_subscriber
from tests.ports import free_port
from tests.site import Mailbox

pytestmark = pytest.mark.django_db
__all__ = ["sign_up"]

CONFIRMATIONS, REVIEWS = "Unsent confirmation emails", "Unsent review emails"


@pytest.fixture
def no_mail_server(settings) -> int:
    """Reserve the port at which a mail server is expected."""
    port = free_port()
    settings.MAILERS = {"default": smtp(port)}
    return port


def start_page(client, user) -> str:
    client.force_login(user)
    return " ".join(re.sub(r"<[^>]+>", " ", client.get("/admin/").text).split())


@pytest.mark.parametrize("role", ["Newsletter manager", "Administrator"])
def test_a_mail_server_that_is_away_is_seen_by_who_can_act(client, sign_up, run_tasks, no_mail_server, role):
    """Also once an article is published, and the first steps are gone."""
    make_article("Out")
    user = make_user(superuser=True) if role == "Administrator" else make_user(role)
    assert CONFIRMATIONS not in start_page(client, user)
    sign_up("one@example.com")
    sign_up("two@example.com")
    run_tasks()
    page = start_page(client, user)
    assert f"{CONFIRMATIONS} 2 The mail server did not accept 2 confirmation emails since" in page
    assert "Last error: ConnectionRefusedError. 2 will be retried automatically." in page
    assert CONFIRMATIONS not in start_page(client, make_user("Author"))


def test_it_goes_away_once_they_are_sent(client, sign_up, run_tasks, settings, no_mail_server):
    sign_up("one@example.com")
    run_tasks()
    manager = make_user("Newsletter manager")
    assert CONFIRMATIONS in start_page(client, manager)
    mailbox = Mailbox()
    settings.MAILERS = {"default": smtp(mailbox.port)}
    with time_machine.travel(ConfirmationMail.objects.get().next_attempt_at):
        run_tasks()
    assert len(mailbox.envelopes) == 1
    mailbox.stop()
    assert CONFIRMATIONS not in start_page(client, manager)


@pytest.mark.parametrize(
    ("state", "trouble", "days", "is_shown"),
    [
        ("failed", "SMTPSenderRefused 550", 6, True),
        ("failed", "SMTPSenderRefused 550", 8, False),
        ("failed", "SMTPRecipientsRefused 550", 1, False),  # there is no such mailbox
        ("queued", "SMTPRecipientsRefused 451", 1, True),
        ("failed", "WaitedTooLong", 1, False),  # the ceiling has a panel of its own
        ("failed", "NoLongerPending", 1, False),
        ("unknown", "WorkerKilled", 1, True),
        ("sent", "", 1, False),
    ],
)
def test_what_counts_as_unsent(client, state, trouble, days, is_shown):
    created_at = timezone.now() - dt.timedelta(days=days)
    ConfirmationMail.objects.create(
        subscriber=make_subscriber(), state=state, trouble=trouble, tries=1, created_at=created_at
    )
    assert (CONFIRMATIONS in start_page(client, make_user("Newsletter manager"))) == is_shown


def test_review_emails_are_shown_to_administrators(client, run_tasks, no_mail_server):
    author, editor = make_user("Author"), make_user("Editor")
    submit(make_article(published=None, user=author).working_version(), user=author)
    run_tasks()
    assert ReviewEmail.objects.get().recipient == editor
    page = start_page(client, make_user(superuser=True))
    assert f"{REVIEWS} 1 The mail server did not accept 1 review email since" in page
    assert "1 will be retried automatically." in page
    assert REVIEWS not in start_page(client, editor)
