"""The limit of confirmation emails for the whole site. Emails above it are sent later, in order."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core import mail
from django.db.models import F
from django.utils import timezone

from newsletter.models import ConfirmationCeiling, ConfirmationMail, ConfirmationSlot, StaffAlert, Subscriber
from newsletter.signup import ceiling, confirmation_outbox
from tests.factories import make_user
from tests.newsletter.conftest import link_in, smtp
from tests.newsletter.factories import make_subscriber
from tests.ports import free_port

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_ceiling(settings):
    settings.CONFIRMATION_CEILING = (3, 300)


@pytest.fixture
def flood(sign_up, run_tasks):
    """Sign up so many, each from another network, and let the worker send what it can."""

    def run(count: int) -> list[str]:
        emails = [f"r{number}@example.com" for number in range(count)]
        answers = {sign_up(email).content for email in emails}
        assert len(answers) == 1
        run_tasks()
        return emails

    return run


def mailed() -> list[str]:
    return [message.to[0] for message in mail.outbox if "confirm" in message.subject]


def alerted() -> list[str]:
    return [message.to[0] for message in mail.outbox if "are waiting" in message.subject]


def pass_window(run_tasks) -> None:
    """Let the window of the taken slots end, and run the worker's periodic task."""
    ConfirmationSlot.objects.update(occupied_until=F("occupied_until") - dt.timedelta(seconds=301))
    confirmation_outbox.requeue_confirmations()
    run_tasks()


def test_emails_stop_at_the_ceiling_and_go_on_in_the_order_of_request(flood, run_tasks):
    """E7, N28: 3 of 8 are sent at once, the others window by window, each once."""
    emails = flood(8)
    assert mailed() == emails[:3]
    confirmation_outbox.requeue_confirmations()
    run_tasks()
    assert mailed() == emails[:3]
    for sent in (6, 8, 8):
        pass_window(run_tasks)
        assert mailed() == emails[:sent]
    assert set(ConfirmationMail.objects.values_list("state", flat=True)) == {"sent"}


def test_the_answer_is_the_same_above_the_ceiling(flood, sign_up):
    """E7, N02: the sign-up does not depend on the ceiling. `flood` has compared the bytes, here are the rows."""
    flood(5)
    before = sign_up("before@example.com")
    again = sign_up("before@example.com")
    assert (before.status_code, before.content) == (again.status_code, again.content)
    assert Subscriber.objects.for_email("before@example.com").get().status == "pending"
    assert ConfirmationMail.objects.filter(subscriber__email="before@example.com").count() == 1


def test_staff_in_charge_are_alerted_once_an_episode(flood, run_tasks, sign_up, caplog):
    """E7, N28: newsletter managers and administrators, once per flood. The log says so once."""
    manager, administrator = make_user("Newsletter manager"), make_user(superuser=True)
    make_user("Editor")
    make_user("Newsletter manager", is_active=False)
    flood(8)
    for number in range(3):
        pass_window(run_tasks)
        sign_up(f"more{number}@example.com")
        run_tasks()
    assert sorted(alerted()) == sorted([manager.email, administrator.email])
    assert caplog.text.count("CONFIRMATION_CEILING reached: 3 confirmation emails in 300 seconds.") == 1
    assert "r1@" not in caplog.text
    assert "more1@" not in caplog.text
    # Long after the last email that had to wait, the next flood is another episode.
    later = timezone.now() + dt.timedelta(hours=2)
    for _ in range(4):
        pass_window(run_tasks)
    with time_machine.travel(later):
        confirmation_outbox.requeue_confirmations()
        assert ConfirmationCeiling.objects.get().began_at is None
        for number in range(8):
            sign_up(f"later{number}@example.com")
        run_tasks()
    assert len(alerted()) == 4


def test_an_alert_survives_a_mail_server_that_is_away(settings, flood, run_tasks, sink):
    """E7: it is a row like every email of ours."""
    make_user("Newsletter manager")
    settings.MAILERS = {"default": smtp(free_port())}
    for _ in range(3):
        ConfirmationSlot.objects.create(occupied_until=timezone.now() + dt.timedelta(seconds=300))
    flood(1)
    alert = StaffAlert.objects.get()
    assert (alert.state, alert.tries) == ("queued", 1)
    settings.MAILERS = {"default": smtp(sink.port)}
    with time_machine.travel(alert.next_attempt_at):
        run_tasks()
    [message] = sink.to(alert.recipient.email)
    assert "limit of 3 confirmation emails in 5 minutes" in message.get_body(("plain",)).get_content()


def test_the_start_page_shows_the_ceiling_while_it_lasts(client, flood, run_tasks):
    """E7: the number of waiting emails, for accounts that see subscribers."""
    client.force_login(make_user("Newsletter manager"))
    assert "Confirmation emails waiting" not in client.get("/admin/").text
    flood(5)
    page = client.get("/admin/").text
    assert 'Confirmation emails waiting <span class="count">2</span>' in page
    assert "limit of 3 confirmation emails in 5 minutes" in page
    client.force_login(make_user("Author"))
    assert "Confirmation emails waiting" not in client.get("/admin/").text


def test_the_link_of_a_late_email_works_for_two_days_from_its_sending(flood, run_tasks, client):
    """E7: its time begins when the email is sent."""
    flood(4)
    with time_machine.travel(timezone.now() + dt.timedelta(hours=20)):
        pass_window(run_tasks)
    assert mailed()[-1] == "r3@example.com"
    link = link_in(mail.outbox[-1].body)
    with time_machine.travel(timezone.now() + dt.timedelta(hours=20 + 47)):
        assert client.post(link).status_code == 200
    assert Subscriber.objects.get(email="r3@example.com").status == "confirmed"


def test_a_sign_up_that_waited_for_a_day_is_given_up(flood, run_tasks, sign_up, caplog):
    """E7: a flood of made-up email addresses is bounded. Signing up again works."""
    flood(5)
    with time_machine.travel(timezone.now() + dt.timedelta(hours=24, minutes=1)):
        confirmation_outbox.requeue_confirmations()
        assert ConfirmationMail.objects.filter(state="failed", trouble="WaitedTooLong").count() == 2
        assert "Confirmation emails not sent after waiting for a day: 2." in caplog.text
        pass_window(run_tasks)
        assert len(mailed()) == 3
        sign_up("r4@example.com")
        run_tasks()
    assert mailed()[-1] == "r4@example.com"


def test_erasing_the_recipients_frees_no_slot(flood, sign_up, run_tasks):
    """E7: sent emails still count."""
    flood(3)
    Subscriber.objects.all().erase()
    sign_up("next@example.com")
    run_tasks()
    assert "next@example.com" not in mailed()


def test_an_attempt_that_reached_no_recipient_takes_no_slot(settings, sign_up, run_tasks, sink):
    """E7: while the mail server is unavailable no alert is sent, and afterwards the ceiling holds."""
    settings.MAILERS = {"default": smtp(free_port())}
    for number in range(6):
        sign_up(f"r{number}@example.com")
    run_tasks()
    assert not ConfirmationCeiling.objects.filter(began_at__isnull=False).exists()
    settings.MAILERS = {"default": smtp(sink.port)}
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=20)):
        run_tasks()
    assert len(sink.envelopes) == 3


def test_an_attempt_that_may_have_sent_keeps_its_slot(sign_up, run_tasks, sink):
    """E7: after a broken connection, it may have been sent."""

    async def break_off(server, session, envelope):
        server.transport.abort()
        return "250 never heard"

    sink._controller.handler.handle_DATA = break_off
    for number in range(6):
        sign_up(f"r{number}@example.com")
    run_tasks()
    assert ConfirmationMail.objects.filter(trouble="SMTPServerDisconnected").count() == 3
    assert ConfirmationMail.objects.without_slot().count() == 3


@pytest.mark.parametrize(
    ("trouble", "keeps"),
    [
        ("SMTPRecipientsRefused 450", False), ("ConnectionRefusedError", False), ("SMTPAuthenticationError 535", False),
        ("SMTPServerDisconnected", True), ("AnymailRequestsAPIError", True), ("TimeoutError", True), ("OSError", True),
    ],
)  # fmt: skip
def test_only_an_email_that_surely_did_not_leave_frees_its_slot(sign_up, trouble, keeps):
    """E7: also of mail services, whose answer may be late. The ceiling is never exceeded."""
    sign_up("reader@example.com")
    mail = ConfirmationMail.objects.get()
    assert ceiling.acquire_slot(mail.pk)
    ConfirmationMail.objects.update(trouble=trouble)
    ceiling.settle_slot(mail.pk)
    assert ConfirmationSlot.objects.exists() == keeps
    assert ConfirmationMail.objects.get().slot is None


def test_a_killed_worker_keeps_its_slot_until_its_email_is_tried_again(sign_up, run_tasks):
    """E7, S03: the killed attempt counts as well as the next."""
    sign_up("reader@example.com")
    row = ConfirmationMail.objects.get()
    assert ceiling.acquire_slot(row.pk)
    assert ConfirmationMail.objects.claim(row.pk, timezone.now(), confirmation_outbox.LEASE)
    with time_machine.travel(timezone.now() + confirmation_outbox.LEASE):
        confirmation_outbox.requeue_confirmations()
        run_tasks()
    assert mailed() == ["reader@example.com"]
    assert ConfirmationSlot.objects.count() == 2


def test_emails_to_many_come_after_sign_ups_and_leave_them_room(settings, sign_up, run_tasks, caplog):
    """E7: staff may ask many to confirm: at a limited rate, after the sign-ups, and without an alert."""
    settings.CONFIRMATION_CEILING = (4, 300)
    make_user("Newsletter manager")
    for number in range(6):
        ConfirmationMail.objects.queue(make_subscriber(f"bulk{number}@example.com"), is_bulk=True)
    confirmation_outbox.requeue_confirmations()
    run_tasks()
    assert mailed() == ["bulk0@example.com", "bulk1@example.com"]
    sign_up("reader@example.com")
    sign_up("bulk5@example.com")  # a new sign-up need not wait behind the others
    run_tasks()
    confirmation_outbox.requeue_confirmations()
    run_tasks()
    assert mailed()[2:] == ["reader@example.com", "bulk5@example.com"]
    with time_machine.travel(timezone.now() + dt.timedelta(days=3)):
        pass_window(run_tasks)
        pass_window(run_tasks)
    assert sorted(mailed()) == sorted(["reader@example.com", *(f"bulk{number}@example.com" for number in range(6))])
    assert not alerted()
    assert "ceiling" not in caplog.text.lower()


def test_a_larger_ceiling_counts_from_the_next_email_on(settings, flood, run_tasks):
    emails = flood(6)
    settings.CONFIRMATION_CEILING = (5, 300)
    confirmation_outbox.requeue_confirmations()
    run_tasks()
    assert mailed() == emails[:5]
