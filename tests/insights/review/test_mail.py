"""Review emails: recipients, content, and each sent once or reported."""

from __future__ import annotations

import datetime as dt
import os
import re
import signal
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.core import mail as outgoing
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from insights.mail.outbox import LEASE, WAITS
from insights.models import Article, ReviewEmail, User, Version
from insights.publishing.drafts import import_version
from insights.review import approve, name_reviewer, request_changes, seen_as, submit
from insights.review import mail as review_mail
from tests.factories import make_article, make_author, make_user
from tests.newsletter.conftest import smtp
from tests.ports import free_port
from tests.site import Mailbox, Site, wait_until

pytestmark = pytest.mark.django_db

NASTY = '"><script>alert(1)</script>'  # M09


@pytest.fixture
def sink(settings) -> Iterator[Mailbox]:
    """Yield a real SMTP server, to which the site sends during the test."""
    mailbox = Mailbox()
    settings.MAILERS = {"default": smtp(mailbox.port)}
    yield mailbox
    mailbox.stop()


@pytest.fixture
def author() -> User:
    return make_user("Author", name="Ann Author", email="ann@example.com")


@pytest.fixture
def editor() -> User:
    return make_user("Editor", name="Ed Editor", email="ed@example.com")


@pytest.fixture
def article(author) -> Article:
    return make_article("A text", published=None, user=author)


def text_of(article: Article) -> Version:
    version = article.working_version()
    assert version is not None
    return version


def recipients() -> list[str]:
    return sorted(ReviewEmail.objects.values_list("recipient__email", flat=True))


class TestRecipients:
    def test_everyone_who_may_publish_except_the_submitter(self, author, editor, article):
        make_user("Editor", email="second@example.com")
        make_user(superuser=True, email="admin@example.com")
        make_user("Editor", email="closed@example.com", is_active=False)
        make_user("Editor", email="outside@example.com", is_staff=False)
        make_user("Moderator")
        submit(text_of(article), user=author)
        assert recipients() == ["admin@example.com", "ed@example.com", "second@example.com"]

    def test_the_other_editors_if_an_editor_submits(self, editor):
        make_user("Editor", email="second@example.com")
        submit(text_of(make_article(published=None, user=editor)), user=editor)
        assert recipients() == ["second@example.com"]

    def test_the_named_reviewer_alone(self, author, editor, article):
        reviewer = make_user("Editor", email="rita@example.com")
        name_reviewer(article, reviewer, user=editor)
        ReviewEmail.objects.all().delete()
        submit(text_of(article), user=author)
        assert recipients() == ["rita@example.com"]

    def test_all_when_the_reviewer_has_left(self, author, editor, article):
        reviewer = make_user("Editor", email="rita@example.com")
        name_reviewer(article, reviewer, user=editor)
        ReviewEmail.objects.all().delete()
        reviewer.is_active = False
        reviewer.save()
        submit(text_of(article), user=author)
        assert recipients() == ["ed@example.com"]

    def test_a_reviewer_who_is_named(self, editor, article):
        name_reviewer(article, make_user("Editor", email="rita@example.com"), user=editor, note="Yours?")
        assert recipients() == ["rita@example.com"]

    def test_no_account_about_its_own_action(self, editor, article):
        name_reviewer(article, editor, user=editor)
        assert recipients() == []

    @pytest.mark.parametrize("event", ["approved", "returned"])
    def test_the_submitter_and_the_accounts_of_the_bylines(self, author, editor, article, event):
        co_author = make_user("Author", email="co@example.com")
        closed = make_user("Author", email="closed@example.com", is_active=False)
        bylines = [make_author(user=author), make_author(user=co_author), make_author(user=closed), make_author()]
        import_version(article, {}, authors=bylines, user=author)
        submit(text_of(article), user=author)
        ReviewEmail.objects.all().delete()
        seen = seen_as(text_of(article))
        if event == "approved":
            approve(article, seen=seen, user=editor)
        else:
            request_changes(article, seen=seen, note="Mend.", user=editor)
        assert recipients() == ["ann@example.com", "co@example.com"]


class TestWhatStandsInThem:
    def test_a_submission(self, settings, sink, author, editor, article, run_tasks):
        submit(text_of(article), user=author, note="Is the <b>end</b> right?\nThanks.")
        run_tasks()
        [(to, message)] = sink.envelopes
        assert to == ["ed@example.com"]
        assert message["To"] == "ed@example.com"
        assert message["Cc"] is message["Bcc"] is None
        assert message["Subject"] == "Submitted for review: A text"
        assert message["Auto-Submitted"] == "auto-generated"
        assert re.fullmatch(r"<hand-over\.[0-9a-f]{32}@hub\.example\.com>", message["Message-ID"])
        text, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
        link = f"https://hub.example.com/admin/insights/article/{article.pk}/change/"
        assert link in text
        assert f'href="{link}"' in html
        assert "Hello Ed," in text
        assert "Ann Author submitted “A text”" in text
        assert "Is the <b>end</b> right?\nThanks." in text.replace("\r", "")
        assert "Is the &lt;b&gt;end&lt;/b&gt; right?<br>Thanks." in html
        assert not re.search(r"<script|<form|<img|@import", html)

    @pytest.mark.parametrize(
        ("event", "subject", "words"),
        [
            ("returned", "Changes requested: A text", "requested changes to “A text”"),
            ("approved", "Approved: A text", "approved “A text”"),
            ("reviewer", "You are the reviewer: A text", "chose you as the reviewer of “A text”"),
        ],
    )
    def test_each_step_says_what_it_is(self, sink, author, editor, article, run_tasks, event, subject, words):
        submit(text_of(article), user=author)
        ReviewEmail.objects.all().delete()
        seen = seen_as(text_of(article))
        if event == "returned":
            request_changes(article, seen=seen, note="Mend the end.", user=editor)
        elif event == "approved":
            approve(article, seen=seen, user=editor)
        else:
            name_reviewer(article, make_user("Editor"), user=editor)
        run_tasks()
        [(_, message)] = sink.envelopes
        text = message.get_body(("plain",)).get_content()
        assert message["Subject"] == subject
        assert f"Ed Editor {words}" in text
        assert ("Mend the end." in text) == (event == "returned")

    @pytest.mark.parametrize(
        ("is_submitted", "words"),
        [(True, "Approve it or request changes."), (False, "You will get an email when it is submitted for review.")],
    )
    def test_a_named_reviewer_is_asked_to_review_once_it_is_submitted(
        self, sink, author, editor, article, run_tasks, is_submitted, words
    ):
        if is_submitted:
            submit(text_of(article), user=author)
            ReviewEmail.objects.all().delete()
        name_reviewer(article, make_user("Editor"), user=editor)
        run_tasks()
        [(_, message)] = sink.envelopes
        assert all(words in message.get_body((kind,)).get_content() for kind in ("plain", "html"))

    def test_a_title_is_text_in_subject_and_page(self, sink, author, editor, run_tasks):
        """M09, N12: escaped in HTML, one line in the header, no further recipient."""
        article = make_article(published=None, user=author, slug="nasty", title=NASTY)
        Version.objects.update(title=f"{NASTY}\r\nBcc: v@example.com")
        submit(text_of(article), user=author, note=NASTY)
        run_tasks()
        [(to, message)] = sink.envelopes
        assert to == ["ed@example.com"]
        assert message["Subject"] == f"Submitted for review: {NASTY} Bcc: v@example.com"
        assert message["Bcc"] is None
        html = message.get_body(("html",)).get_content()
        assert "<script>" not in html
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


class TestThatEachGoesOutOnce:
    def the_mail(self) -> ReviewEmail:
        return ReviewEmail.objects.get()

    def test_a_busy_server_is_asked_again_and_takes_it_once(self, sink, author, editor, article, run_tasks):
        """S05: 450 is retried after a wait."""
        sink.answers = lambda address: "450 later, please"
        submit(text_of(article), user=author)
        run_tasks()
        assert (self.the_mail().state, self.the_mail().trouble) == ("queued", "SMTPRecipientsRefused 450")
        sink.answers = lambda address: ""
        with time_machine.travel(timezone.now() + dt.timedelta(seconds=20)):
            run_tasks()
            run_tasks()
        assert len(sink.envelopes) == 1
        assert self.the_mail().state == "sent"

    def test_an_unknown_mailbox_is_shown_on_the_article_s_page(self, sink, client, editor, author, article, run_tasks):
        sink.answers = lambda address: "550 no such mailbox"
        submit(text_of(article), user=author)
        run_tasks()
        assert self.the_mail().state == "failed"
        client.force_login(editor)
        page = client.get(f"/admin/insights/article/{article.pk}/change/").content.decode()
        assert "The review email to Ed Editor could not be delivered. Please contact them directly." in page

    def test_an_account_that_was_closed_meanwhile_gets_none(self, sink, author, editor, article, run_tasks):
        submit(text_of(article), user=author)
        editor.is_active = False
        editor.save()
        run_tasks()
        assert not sink.envelopes
        assert (self.the_mail().state, self.the_mail().trouble) == ("failed", "RecipientLeft")

    def test_a_server_that_is_down_ends_in_failed(self, settings, author, editor, article, run_tasks):
        settings.MAILERS = {"default": smtp(free_port())}
        submit(text_of(article), user=author)
        run_tasks()
        while (mail := self.the_mail()).state == "queued":
            with time_machine.travel(mail.next_attempt_at):
                run_tasks()
        assert (mail.state, mail.tries) == ("failed", len(WAITS) + 1)

    def test_a_worker_killed_before_it_spoke_leaves_the_mail_to_the_next(
        self, sink, author, editor, article, run_tasks
    ):
        """S03: it cannot have been sent."""
        submit(text_of(article), user=author)
        DBTaskResult.objects.all().delete()
        assert ReviewEmail.objects.claim(self.the_mail().pk, timezone.now(), LEASE)
        with time_machine.travel(timezone.now() + LEASE + dt.timedelta(seconds=1)):
            review_mail.requeue_review_emails()
            review_mail.requeue_review_emails()
            run_tasks()
        assert len(sink.envelopes) == 1
        assert self.the_mail().state == "sent"

    def test_a_worker_killed_while_it_spoke_sends_no_second_mail(self, sink, author, editor, article, run_tasks):
        """S03: it may have been sent, and the row says so."""
        submit(text_of(article), user=author)
        DBTaskResult.objects.all().delete()
        mail = ReviewEmail.objects.claim(self.the_mail().pk, timezone.now(), LEASE)
        assert review_mail.REVIEW_OUTBOX.renew_lease(mail)
        with time_machine.travel(timezone.now() + LEASE + dt.timedelta(seconds=1)):
            review_mail.requeue_review_emails()
            run_tasks()
        assert not sink.envelopes
        assert (self.the_mail().state, self.the_mail().trouble) == ("unknown", "WorkerKilled")

    def test_a_mail_without_its_task_is_found(self, sink, author, editor, article, run_tasks):
        """D13: a task that disappeared is enqueued again."""
        submit(text_of(article), user=author)
        DBTaskResult.objects.all().delete()
        with time_machine.travel(timezone.now() + dt.timedelta(minutes=1)):
            review_mail.requeue_review_emails()
            review_mail.requeue_review_emails()
            assert DBTaskResult.objects.count() == 1
            run_tasks()
        assert len(sink.envelopes) == 1

    def test_a_roll_back_takes_the_step_and_its_mails_along(self, author, editor, article):
        with pytest.raises(RuntimeError), transaction.atomic():
            submit(text_of(article), user=author)
            raise RuntimeError
        assert not ReviewEmail.objects.exists()
        assert not DBTaskResult.objects.exists()
        assert not article.history.exists()

    def test_neither_task_nor_log_nor_row_names_the_address(self, sink, author, editor, article, run_tasks, caplog):
        """D14: a refusal that quotes the email address leaves none in the queue, the ledger or the log."""
        sink.answers = lambda address: f"550 {address} is unknown"
        submit(text_of(article), user=author)
        run_tasks()
        found = f"{list(DBTaskResult.objects.values())} {list(ReviewEmail.objects.values())} {caplog.text}"
        assert "SMTPRecipientsRefused 550" in found
        assert "ed@" not in found

    def test_a_sweep_with_nothing_to_do_writes_nothing(self, settings, django_assert_num_queries):
        assert "insights.review.mail.requeue_review_emails" in settings.PERIODIC_TASKS
        with django_assert_num_queries(2):
            review_mail.requeue_review_emails()


SUBMIT_FOR_REVIEW = """
from insights.review import submit
from tests.factories import make_article, make_user
author = make_user("Author", name="Ann Author")
for number in range(4):
    make_user("Editor", email=f"editor{number}@example.com")
submit(make_article("A text", published=None, user=author).working_version(), user=author, note="Words.")
"""

STATES = """
import json
from insights.models import ReviewEmail
print(json.dumps(sorted(ReviewEmail.objects.values_list("state", flat=True))))
"""


def test_on_a_running_site_a_killed_worker_sends_no_email_twice(start_site: Callable[..., Site]) -> None:
    """S03, D13: kill -9 while emails are sent.

    Each recipient has at most one, and unsent ones are queued or reported.
    """
    site = start_site()
    take = site.mailbox.handle_DATA

    async def take_and_kill(server, session, envelope):
        answer = await take(server, session, envelope)
        if len(site.mailbox.envelopes) == 2:
            os.kill(site.processes["worker"].pid, signal.SIGKILL)
        return answer

    site.mailbox._controller.handler.handle_DATA = take_and_kill
    site.shell(SUBMIT_FOR_REVIEW)
    wait_until(lambda: site.processes["worker"].poll() is not None, "the worker's end")
    assert len(site.mailbox.envelopes) == 2
    site.mailbox._controller.handler.handle_DATA = take
    site.start_worker()
    wait_until(lambda: len(site.mailbox.envelopes) == 4, "the other mails", 60)
    found = [to for recipients, _ in site.mailbox.envelopes for to in recipients]
    assert sorted(found) == sorted(set(found))
    assert "sending" in site.shell(STATES)  # the one that the killed worker had claimed, until its lease expires
    assert "@example.com" not in site.logs("worker")
    site.stop()


def test_the_tests_own_outbox_gets_them_too(author, editor, article, run_tasks):
    submit(text_of(article), user=author)
    run_tasks()
    assert [message.to for message in outgoing.outbox] == [["ed@example.com"]]
