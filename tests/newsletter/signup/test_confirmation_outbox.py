"""The outbox of confirmation emails: refused connections, busy servers, killed workers, and no duplicates."""

import datetime as dt
import email.policy
import re

import pytest
import time_machine
from django.core.mail import mailers
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from insights.models import SiteSettings
from newsletter import tokens
from newsletter.models import ConfirmationMail, MailAllowance, Subscriber
from newsletter.signup import confirmation_outbox
from newsletter.signup.confirmation_mail import build_confirmation_email
from tests.newsletter.conftest import smtp
from tests.newsletter.factories import make_subscriber
from tests.ports import free_port

pytestmark = pytest.mark.django_db


def the_mail() -> ConfirmationMail:
    return ConfirmationMail.objects.get()


def after(**time) -> time_machine.travel:
    return time_machine.travel(timezone.now() + dt.timedelta(**time))


def test_the_mail_is_two_parts_with_one_link_and_our_own_id(sink, sign_up, run_tasks):
    """S08: one envelope recipient, the one in To. A text and an HTML part with the same absolute link."""
    sign_up("reader@example.com")
    run_tasks()
    [(recipients, message)] = sink.envelopes
    assert recipients == ["reader@example.com"]
    assert message["To"] == "reader@example.com"
    assert message["Cc"] is message["Bcc"] is None
    assert message["From"] == "AI Scope Weekly <weekly@hub.example.com>"
    assert re.fullmatch(r"<confirm\.[0-9a-f]{32}@hub\.example\.com>", message["Message-ID"])
    text, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    [link] = set(re.findall(r"https://hub\.example\.com/newsletter/confirm/[^\s\"]+", text + html))
    assert not re.search(r"<script|<form|<img|@import", html)
    assert len(message.as_bytes()) < 10_000
    assert link.endswith("/")
    assert (the_mail().state, the_mail().tries) == ("sent", 1)


def test_a_reader_on_the_list_learns_that_and_how_to_leave(sink, sign_up, run_tasks, client):
    make_subscriber("reader@example.com", status="confirmed")
    sign_up("reader@example.com")
    run_tasks()
    [message] = sink.to("reader@example.com")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = message["List-Unsubscribe"].strip("<>")
    client.post(link.removeprefix("https://hub.example.com"), {"List-Unsubscribe": "One-Click"})
    assert Subscriber.objects.get().status == "left"


def header_lines(raw: bytes) -> list[bytes]:
    """Return the header lines of a message, as they were sent."""
    return raw.partition(b"\r\n\r\n")[0].split(b"\r\n")


def test_mail_programs_find_the_link_to_leave_on_one_bare_line(settings, sink, sign_up, run_tasks):
    """S09: not folded and not encoded, for any length of the site's name. A non-ASCII subject still is."""
    settings.SITE_URL = f"https://{'a-long-name-of-a-house.' * 10}example.com"
    publication = SiteSettings.current()
    publication.newsletter_name = "Der wöchentliche Brief über künstliche Intelligenz und ihre Maße – 人工智能周报"
    publication.save()
    reader = make_subscriber("reader@example.com", status="confirmed")
    sign_up(reader.email)
    run_tasks()
    [raw], [message] = sink.raw, sink.to(reader.email)
    lines, link = header_lines(raw), message["List-Unsubscribe"].strip("<>")
    assert f"List-Unsubscribe: <{link}>".encode() in lines
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines
    assert link.startswith(settings.SITE_URL)
    assert tokens.read_leaving(link.rstrip("/").rpartition("/")[2]) == reader.uid
    assert f"Message-ID: <already.{the_mail().uid.hex}@{settings.SITE_URL[8:]}>".encode() in lines
    assert message["Subject"] == f"You are already subscribed: {publication.newsletter_name}"
    assert raw.isascii()
    assert all(len(line) < 998 for line in lines)


def test_the_link_to_leave_is_whole_in_what_any_backend_writes():
    """S09: the bytes are the same for a file, for a socket, and for a policy with other line ends."""
    mail = ConfirmationMail.objects.queue(make_subscriber(status="confirmed"))
    confirmation = build_confirmation_email(mail)
    bare = f"List-Unsubscribe: {confirmation.extra_headers['List-Unsubscribe']}".encode()
    for raw in (confirmation.message().as_bytes(), confirmation.message(policy=email.policy.SMTP).as_bytes(),
                confirmation.message().as_bytes(policy=email.policy.SMTP)):  # fmt: skip
        assert bare in raw.splitlines()
        assert b"=?" not in raw.partition(b"List-Unsubscribe:")[2].splitlines()[0]


def test_an_international_host_is_written_to_in_its_ascii_form(sink, sign_up, run_tasks):
    sign_up("a@bücher.example")
    run_tasks()
    assert len(sink.to("a@xn--bcher-kva.example")) == 1


def test_a_refused_connection_is_tried_again_with_growing_waits(settings, sink, sign_up, run_tasks):
    """S05: the email waits in its row, longer each time, and is sent once when the server is back."""
    settings.MAILERS = {"default": smtp(free_port())}
    sign_up("reader@example.com")
    run_tasks()
    waits, now = [], timezone.now()
    for tries in range(1, 5):
        mail = the_mail()
        assert (mail.state, mail.tries, mail.trouble) == ("queued", tries, "ConnectionRefusedError")
        waits.append(mail.next_attempt_at - now)
        now = mail.next_attempt_at + dt.timedelta(milliseconds=10)
        with time_machine.travel(now):
            run_tasks()
    assert waits == sorted(waits)
    assert waits[-1] > 10 * waits[0]
    settings.MAILERS = {"default": smtp(sink.port)}
    with time_machine.travel(the_mail().next_attempt_at):
        run_tasks()
    assert len(sink.envelopes) == 1
    assert the_mail().state == "sent"


def test_a_server_that_is_down_for_two_days_ends_in_failed_and_is_not_forgotten(settings, sign_up, run_tasks):
    settings.MAILERS = {"default": smtp(free_port())}
    sign_up("reader@example.com")
    run_tasks()
    while (mail := the_mail()).state == "queued":
        with time_machine.travel(mail.next_attempt_at):
            run_tasks()
    assert (mail.state, mail.tries, mail.trouble) == ("failed", 9, "ConnectionRefusedError")
    assert mail.next_attempt_at - mail.created_at > dt.timedelta(hours=20)


def test_a_busy_server_is_asked_again_and_takes_the_mail_once(sink, sign_up, run_tasks):
    """S05: 450 is retried after a wait."""
    sink.answers = lambda address: "450 later, please"
    sign_up("reader@example.com")
    run_tasks()
    assert (the_mail().state, the_mail().trouble) == ("queued", "SMTPRecipientsRefused 450")
    sink.answers = lambda address: ""
    with after(seconds=10):
        run_tasks()
        assert not sink.envelopes
    with after(seconds=20):
        run_tasks()
        run_tasks()
    assert len(sink.envelopes) == 1


def test_a_mailbox_that_does_not_exist_is_tried_once(sink, sign_up, run_tasks):
    """S05: 550 is one try, failed, and the pending row is marked as bounced. Others are not affected."""
    sink.answers = lambda address: "550 no such mailbox" if address.startswith("unknown") else ""
    sign_up("unknown@example.com")
    sign_up("reader@example.com")
    run_tasks()
    with after(days=1):
        confirmation_outbox.requeue_confirmations()
        run_tasks()
    states = dict(ConfirmationMail.objects.values_list("subscriber__email", "state"))
    assert states == {"unknown@example.com": "failed", "reader@example.com": "sent"}
    assert Subscriber.objects.for_email("unknown@example.com").get().status == "bounced"


def test_a_confirmed_reader_is_not_given_up_for_one_refusal(sink, sign_up, run_tasks):
    reader = make_subscriber("reader@example.com", status="confirmed")
    sink.answers = lambda address: "550 full of rules"
    sign_up("reader@example.com")
    run_tasks()
    reader.refresh_from_db()
    assert reader.status == "confirmed"


def test_a_connection_that_breaks_off_in_the_middle_waits_for_the_pause(sink, sign_up, run_tasks):
    """N15: that email may have been sent, so the next does not follow within ten minutes."""

    async def break_off(server, session, envelope):
        server.transport.abort()
        return "250 never heard"

    take, sink.handle_DATA = sink.handle_DATA, break_off
    sink._controller.handler.handle_DATA = break_off
    sign_up("reader@example.com")
    run_tasks()
    assert (the_mail().state, the_mail().trouble) == ("queued", "SMTPServerDisconnected")
    sink.handle_DATA = take
    for minutes, sent in ((9, 0), (11, 1)):
        with after(minutes=minutes):
            confirmation_outbox.requeue_confirmations()
            run_tasks()
            assert len(sink.envelopes) == sent


def test_nothing_goes_out_in_clear_when_tls_is_asked_for(settings, sink, sign_up, run_tasks):
    """S15: a server without STARTTLS gets no email. The email waits."""
    settings.MAILERS = {"default": smtp(sink.port, use_tls=True)}
    sign_up("reader@example.com")
    run_tasks()
    assert not sink.envelopes
    assert (the_mail().state, the_mail().trouble) == ("queued", "SMTPNotSupportedError")


def claim_and_die() -> ConfirmationMail:
    """Claim the email as a worker that is then killed: its task never comes back."""
    mail = ConfirmationMail.objects.claim(the_mail().pk, timezone.now(), confirmation_outbox.LEASE)
    DBTaskResult.objects.update(status="RUNNING")
    return mail


def test_what_a_killed_worker_held_is_sent_by_the_next(sink, sign_up, run_tasks):
    """S03: no worker touches the email during the lease. Then a periodic task has it sent, once for each kill."""
    sign_up("reader@example.com")
    assert claim_and_die()
    confirmation_outbox.requeue_confirmations()
    run_tasks()
    assert not sink.envelopes
    with time_machine.travel(timezone.now() + confirmation_outbox.LEASE):
        for _ in range(3):
            confirmation_outbox.requeue_confirmations()
        run_tasks()
    assert len(sink.envelopes) == 1
    assert (the_mail().state, the_mail().tries) == ("sent", 2)


def test_a_mail_whose_workers_are_killed_each_time_ends_as_unknown(sign_up, run_tasks, sink):
    """S03: after the last attempt the email may have been sent, and the row says so."""
    sign_up("reader@example.com")
    now = timezone.now()
    for _ in range(len(confirmation_outbox.WAITS) + 1):
        with time_machine.travel(now):
            assert claim_and_die()
        now += confirmation_outbox.LEASE
        with time_machine.travel(now):
            confirmation_outbox.requeue_confirmations()
    assert (the_mail().state, the_mail().trouble) == ("unknown", "WorkerKilled")
    assert not sink.envelopes


def test_a_worker_whose_lease_ran_out_sends_nothing(sink, sign_up):
    """S01: when another worker has claimed the email meanwhile, the slow one stops before it connects."""
    sign_up("reader@example.com")
    slow = ConfirmationMail.objects.claim(the_mail().pk, timezone.now(), confirmation_outbox.LEASE)
    with time_machine.travel(timezone.now() + confirmation_outbox.LEASE):
        confirmation_outbox.requeue_confirmations()
        quick = ConfirmationMail.objects.claim(the_mail().pk, timezone.now(), confirmation_outbox.LEASE)
        assert not confirmation_outbox.CONFIRMATIONS.renew_lease(slow)
        assert confirmation_outbox.CONFIRMATIONS.renew_lease(quick)


def test_two_tasks_for_one_mail_send_it_once(sink, sign_up, run_tasks):
    """S01: the claim is a conditional UPDATE. The second finds no row."""
    sign_up("reader@example.com")
    for _ in range(3):
        confirmation_outbox.enqueue(the_mail())
    run_tasks()
    assert len(sink.envelopes) == 1


def test_a_mail_without_its_task_is_found(sink, sign_up, run_tasks):
    """D13: a task that disappeared is enqueued again, and only once while it waits."""
    sign_up("reader@example.com")
    DBTaskResult.objects.all().delete()
    confirmation_outbox.requeue_confirmations()
    assert not DBTaskResult.objects.exists()
    with after(minutes=1):
        confirmation_outbox.requeue_confirmations()
        confirmation_outbox.requeue_confirmations()
        assert DBTaskResult.objects.count() == 1
        run_tasks()
    assert len(sink.envelopes) == 1


def test_a_late_mail_begins_the_pause_of_its_address(settings, sink, sign_up, run_tasks):
    """N15: ten minutes lie between two emails as they are sent, not as they were requested."""
    settings.MAILERS = {"default": smtp(free_port())}
    sign_up("reader@example.com")
    run_tasks()
    settings.MAILERS = {"default": smtp(sink.port)}
    begin = timezone.now()
    for minutes, sent in ((9, 1), (15, 1), (18, 1), (20, 2)):
        with time_machine.travel(begin + dt.timedelta(minutes=minutes)):
            if minutes > 9:
                sign_up("reader@example.com")
            run_tasks()
            assert len(sink.envelopes) == sent, minutes


def test_while_a_mail_is_under_way_no_second_is_added(settings, sign_up, run_tasks):
    """N15: during an outage a second sign-up joins the waiting email."""
    settings.MAILERS = {"default": smtp(free_port())}
    sign_up("reader@example.com")
    with after(minutes=11):
        assert sign_up("reader@example.com").status_code == 200
    assert ConfirmationMail.objects.count() == 1


def test_a_roll_back_takes_the_mail_and_its_task_along(sign_up, monkeypatch):
    def break_down(self, subscriber):
        raise RuntimeError

    monkeypatch.setattr("newsletter.models.outbox.ConfirmationMailQuerySet.queue", break_down)
    with pytest.raises(RuntimeError):
        sign_up("reader@example.com")
    assert not Subscriber.objects.exists()
    assert not MailAllowance.objects.exists()
    assert not DBTaskResult.objects.exists()


def test_neither_task_nor_log_nor_row_names_the_address(settings, sink, sign_up, run_tasks, caplog):
    """D14: a refusal that quotes the email address leaves none in the queue, the outbox or the log."""
    sink.answers = lambda address: f"550 {address} is unknown"
    sign_up("renata@example.com")
    run_tasks()
    found = f"{list(DBTaskResult.objects.values())} {list(ConfirmationMail.objects.values())} {caplog.text}"
    assert "SMTPRecipientsRefused 550" in found
    assert "renata" not in found


def test_a_sweep_with_nothing_to_do_writes_nothing(django_assert_num_queries):
    with django_assert_num_queries(7):
        confirmation_outbox.requeue_confirmations()


def test_the_worker_calls_the_sweep(settings):
    assert "newsletter.signup.confirmation_outbox.requeue_confirmations" in settings.PERIODIC_TASKS


def test_the_mailer_of_the_tests_is_real(sink):
    with mailers.default as connection:
        assert connection.connection.noop()[0] == 250
