"""“Send confirmation emails”: pending subscribers of a file get one email, at a limited rate."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.db.models import F
from django.utils import timezone

from insights.models import AuditEntry
from newsletter.models import ConfirmationMail, ConfirmationSlot, Erasure, MailAllowance, Subscriber
from newsletter.signup import bulk_confirmation, confirmation_outbox
from tests.factories import make_user
from tests.newsletter.conftest import link_in
from tests.newsletter.factories import make_subscriber
from tests.newsletter.subscribers.test_csv_import import read

pytestmark = pytest.mark.django_db

LIST = "/admin/newsletter/subscriber/"


@pytest.fixture(autouse=True)
def manager(client):
    user = make_user("Newsletter manager")
    client.force_login(user)
    return user


@pytest.fixture
def press(client):
    """Choose the action for these subscribers, or for all in the list. Returns the message."""

    def post(*subscribers: Subscriber, **more: str) -> str:
        chosen = [row.pk for row in subscribers] or [Subscriber.objects.values_list("pk", flat=True).first()]
        more = more if subscribers else {"select_across": "1", **more}
        data = {"action": "send_confirmations", "_selected_action": chosen, "index": "0", **more}
        answer = client.post(LIST, data, follow=True)
        assert answer.status_code == 200
        [message] = [str(message) for message in answer.context["messages"]]
        return message

    return post


def send(run_tasks) -> list[str]:
    """Run the worker's periodic task. Returns the recipients since the start."""
    confirmation_outbox.requeue_confirmations()
    run_tasks()
    return [message.to[0] for message in mail.outbox]


def pass_window() -> None:
    ConfirmationSlot.objects.update(occupied_until=F("occupied_until") - dt.timedelta(seconds=301))


def test_a_file_of_bare_addresses_is_no_dead_end(press, client, run_tasks):
    """Fault C9: import, send, and a press of the button in the email confirms."""
    read("email,name\nana@example.org,Ana\nben@example.org,Ben\n")
    assert press() == (
        "2 confirmation emails queued. They are sent in the background, after the emails of new sign-ups, "
        "at most 100 in 5 minutes."
    )
    assert sorted(send(run_tasks)) == ["ana@example.org", "ben@example.org"]
    message = mail.outbox[0]
    assert "Your email address is on a list of AI Scope Hub" in message.body
    assert "hopefully you" not in message.body
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    client.post(link_in(message.body))
    assert Subscriber.objects.get(email=message.to[0]).status == "confirmed"


def test_it_is_written_down_with_its_numbers(press, manager):
    """Fault C9: the audit log has the account and the count, but no email address."""
    press(make_subscriber(), make_subscriber(status="left"))
    entry = AuditEntry.objects.get(verb="queued confirmation emails")
    assert (entry.actor, entry.details) == (manager, {"count": 1, "skipped": {"off": 1}})


def test_who_is_skipped_is_said_with_the_reason(press, run_tasks):
    """Fault C9: no email to people who are off the list, had one lately, or have one in the queue."""
    lately = make_subscriber("lately@example.com")
    press(lately)
    assert send(run_tasks) == ["lately@example.com"]
    rows = [make_subscriber(f"{status}@example.com", status=status) for status in ("confirmed", "left", "bounced")]
    rows.append(make_subscriber("going@example.com", erasure=Erasure.objects.create(count=1)))
    rows += [lately, waiting := make_subscriber("waiting@example.com"), make_subscriber("new@example.com")]
    ConfirmationMail.objects.queue(waiting)
    assert press(*rows) == (
        "1 confirmation email queued. It is sent in the background, after the emails of new sign-ups, at most 100 in 5 "
        "minutes. Skipped: 4 already confirmed, unsubscribed, bounced or being erased; 1 with an email already queued; "
        "1 already asked in the last 7 days."
    )
    assert press(lately) == "0 confirmation emails queued. Skipped: 1 already asked in the last 7 days."
    ConfirmationMail.objects.filter(state="sent").update(sent_at=timezone.now() - dt.timedelta(days=8))
    assert press(lately).startswith("1 confirmation email queued.")


def test_a_sign_up_of_yesterday_counts_as_asked(press, sign_up, run_tasks):
    sign_up("reader@example.com")
    run_tasks()
    assert "1 already asked in the last 7 days" in press(Subscriber.objects.get())


def test_pressing_twice_sends_once(press, run_tasks):
    reader = make_subscriber()
    press(reader)
    assert "1 with an email already queued" in press(reader)
    assert len(send(run_tasks)) == 1


def test_the_ceiling_holds_and_sign_ups_go_first(press, run_tasks, settings, sign_up):
    """Fault C9: half of the ceiling at most. The rest is sent window by window."""
    settings.CONFIRMATION_CEILING = (4, 300)
    read("email\n" + "".join(f"r{number}@example.com\n" for number in range(5)))
    assert "at most 2 in 5 minutes" in press()
    assert len(send(run_tasks)) == 2
    sign_up("first@example.com")
    assert send(run_tasks)[2:] == ["first@example.com"]
    pass_window()
    assert len(send(run_tasks)) == 5
    pass_window()
    assert len(send(run_tasks)) == 6
    assert len(set(send(run_tasks))) == 6


def test_who_leaves_or_confirms_while_it_waits_gets_nothing(press, run_tasks):
    """Fault C9: an email that waited for days is checked again before it is sent."""
    left, confirmed = make_subscriber(), make_subscriber()
    press(left, confirmed)
    left.leave("test")
    confirmed.confirm("test")
    assert send(run_tasks) == []
    assert set(ConfirmationMail.objects.values_list("state", "trouble")) == {("failed", "NoLongerPending")}
    assert not ConfirmationSlot.objects.exists()


def test_an_email_of_many_counts_for_its_address(press, run_tasks, sign_up):
    """Fault C9: a sign-up right after it does not send a second one."""
    press(make_subscriber("reader@example.com"))
    send(run_tasks)
    assert MailAllowance.objects.count() == 1
    sign_up("reader@example.com")
    assert send(run_tasks) == ["reader@example.com"]


def test_a_press_has_an_end(press, monkeypatch):
    """Fault C9: for a list of a million the rest is counted, and sent by another press."""
    monkeypatch.setattr(bulk_confirmation, "AT_MOST", 3)
    monkeypatch.setattr(bulk_confirmation, "BATCH", 2)
    read("email\n" + "".join(f"r{number}@example.com\n" for number in range(5)))
    assert press().startswith("3 confirmation emails queued.")
    assert press().startswith("2 confirmation emails queued.")


@pytest.mark.parametrize("role", ["Editor", "Moderator"])
def test_other_staff_cannot_ask(client, role):
    reader = make_subscriber()
    client.force_login(make_user(role))
    data = {"action": "send_confirmations", "_selected_action": [reader.pk], "index": "0"}
    assert client.post(LIST, data).status_code == 403
    assert not ConfirmationMail.objects.exists()
