"""Erasing ten thousand subscribers at once: confirmed with their number, audited, run in the background."""

from __future__ import annotations

import datetime as dt
import signal

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from insights.models import AuditEntry
from newsletter.models import Consent, Erasure, Subscriber, Suppression
from newsletter.models.email_addresses import address_key
from newsletter.subscribers import erasure
from tests.factories import make_user
from tests.newsletter.factories import make_subscriber
from tests.site import Site, wait_until

LIST = "/admin/newsletter/subscriber/"
ALL = {"action": "erase_selected", "index": "0", "select_across": "1"}


@pytest.fixture
def manager(client, db):
    user = make_user("Newsletter manager", name="Mona")
    client.force_login(user)
    return user


def many(count: int) -> list[str]:
    """Return the email addresses of as many new subscribers, each with a consent."""
    addresses = [f"reader{number}@example.com" for number in range(count)]
    rows = Subscriber.objects.bulk_create(
        Subscriber(email=address, address_key=address_key(address)) for address in addresses
    )
    Consent.objects.bulk_create(Consent(subscriber=row, what="asked", wording="w", proof="p") for row in rows)
    return addresses


def some_pk() -> int:
    return Subscriber.objects.values_list("pk", flat=True)[0]


@pytest.mark.django_db
class TestTenThousand:
    def test_are_asked_for_with_their_number_and_erased_in_the_background(self, client, manager, run_tasks):
        """A13, X11: the question names 10,000 and has no ids. “Yes” answers at once. No row is left afterwards."""
        addresses = many(10_000)
        question = client.post(LIST, {**ALL, "_selected_action": some_pk()})
        assert question.status_code == 200
        assert "Erase 10,000 subscribers?" in question.text
        assert question.text.count('name="_selected_action"') == 1
        answer = client.post(LIST, {**ALL, "_selected_action": some_pk(), "count": "10000", "post": "yes"})
        assert answer.status_code == 302
        assert Subscriber.objects.count() == 10_000
        assert "Erasing subscribers: 10000 of 10000 remaining. Requested by Mona on " in client.get(LIST).text
        entry = AuditEntry.objects.get(verb="requested the erasure of subscribers")
        assert (entry.actor, entry.details["count"]) == (manager, 10_000)
        run_tasks()
        assert not (Subscriber.objects.exists() or Consent.objects.exists())
        assert Suppression.objects.count() == 10_000
        assert Suppression.suppressed(addresses[:3]) == set(addresses[:3])
        assert AuditEntry.objects.get(verb="erased subscribers").details["count"] == 10_000
        assert "Erasing subscribers" not in client.get(LIST).text

    def test_the_lists_filters_say_which(self, client, manager, run_tasks):
        many(150)
        kept = make_subscriber("kept@example.com", status="confirmed")
        address = f"{LIST}?status=pending"
        assert "Erase 150 subscribers?" in client.post(address, {**ALL, "_selected_action": some_pk()}).text
        client.post(address, {**ALL, "_selected_action": some_pk(), "count": "150", "post": "yes"})
        run_tasks()
        assert list(Subscriber.objects.all()) == [kept]

    def test_another_number_by_the_yes_is_asked_again(self, client, manager):
        many(150)
        answer = client.post(LIST, {**ALL, "_selected_action": some_pk(), "count": "149", "post": "yes"})
        assert answer.status_code == 200
        assert "Your selection has changed: it now has 150 subscribers." in answer.text
        assert not Erasure.objects.exists()

    def test_a_few_are_gone_with_the_answer(self, client, manager):
        chosen = [make_subscriber().pk for _ in range(3)]
        data = {"action": "erase_selected", "_selected_action": chosen}
        assert "Erase 3 subscribers?" in client.post(LIST, data).text
        client.post(LIST, {**data, "count": "3", "post": "yes"})
        assert not Subscriber.objects.exists()
        assert not Erasure.objects.exists()

    def test_a_marked_subscriber_gets_no_issue(self, manager):
        many(150)
        Subscriber.objects.update(confirmed_at=timezone.now())
        assert Subscriber.objects.confirmed().count() == 150
        erasure.order(Subscriber.objects.all(), manager)
        assert not Subscriber.objects.confirmed().exists()

    def test_who_signs_up_meanwhile_is_not_meant(self, manager, run_tasks):
        many(150)
        erasure.order(Subscriber.objects.all(), manager)
        make_subscriber("late@example.com")
        run_tasks()
        assert [reader.email for reader in Subscriber.objects.all()] == ["late@example.com"]

    def test_a_reader_stays_with_the_first_order(self, manager, run_tasks):
        many(150)
        first, second = (erasure.order(Subscriber.objects.all(), manager) for _ in range(2))
        assert (first.count, second.count) == (150, 0)
        run_tasks()
        assert not Subscriber.objects.exists()

    def test_a_task_whose_worker_was_killed_is_enqueued_again(self, manager, run_tasks):
        """D13: and finishes the rest."""
        many(1_200)
        order = erasure.order(Subscriber.objects.all(), manager)
        DBTaskResult.objects.all().delete()
        assert erasure._next_batch(order.pk)
        Erasure.objects.update(progressed_at=timezone.now() - dt.timedelta(minutes=2))
        erasure.requeue_erasures()
        run_tasks()
        assert not Subscriber.objects.exists()
        order.refresh_from_db()
        assert order.finished_at

    @pytest.mark.parametrize("role", ["Author", "Editor", "Moderator"])
    def test_others_may_not(self, client, db, role):
        make_subscriber()
        client.force_login(make_user(role))
        assert client.post(LIST, {**ALL, "_selected_action": some_pk(), "post": "yes"}).status_code == 403
        assert Subscriber.objects.exists()


ORDER = """
from newsletter.models import Subscriber; from newsletter.subscribers import erasure
from tests.factories import make_user
from tests.newsletter.subscribers.test_bulk_erasure import many
many(6000); erasure.order(Subscriber.objects.all(), make_user("Newsletter manager"))
"""


def test_a_killed_worker_resumes(fresh_site: Site) -> None:
    """A13, D13: killed in the middle, started again, and every subscriber is erased once."""
    site = fresh_site
    left = "from newsletter.models import Subscriber; print(Subscriber.objects.count())"
    site.shell(ORDER)
    wait_until(lambda: int(site.shell(left)) < 6000, "the first batch")
    site.end("worker", signal.SIGKILL)
    remaining = int(site.shell(left))
    site.shell(
        "import datetime as dt; from django.utils import timezone; from newsletter.models import Erasure;"
        "Erasure.objects.filter(finished_at=None).update(progressed_at=timezone.now() - dt.timedelta(minutes=2))"
    )
    site.start_worker()
    wait_until(lambda: site.shell(left) == "0", f"the remaining {remaining}", 60)
    count = "from newsletter.models import Suppression; print(Suppression.objects.count())"
    assert site.shell(count) == "6000"
