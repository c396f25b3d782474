"""Erasure leaves nothing of a subscriber but a keyed hash."""

from __future__ import annotations

import base64

import pytest
from django.apps import apps
from django.core import mail

from newsletter.models import ConfirmationMail, Consent, Subscriber, Suppression, SuppressionKey
from tests.factories import make_user
from tests.newsletter.factories import make_subscriber

pytestmark = pytest.mark.django_db


def whole_database() -> str:
    """Return every value of every row of every table, sessions decoded."""
    values = [str(list(model._base_manager.values())) for model in apps.get_models(include_auto_created=True)]
    sessions = apps.get_model("sessions", "Session").objects.all()
    return "".join([*values, *(str(session.get_decoded()) for session in sessions)]).lower()


@pytest.fixture
def manager(client):
    user = make_user("Newsletter manager")
    client.force_login(user)
    return user


@pytest.fixture
def renata(sign_up, run_tasks, client) -> Subscriber:
    """Make a subscriber who signed up, got an email, and confirmed."""
    sign_up("renata@example.com")
    run_tasks()
    reader = Subscriber.objects.get()
    reader.confirm("test")
    return reader


def erase_in_the_admin(client, reader) -> None:
    response = client.post(f"/admin/newsletter/subscriber/{reader.pk}/delete/", {"post": "yes"})
    assert response.status_code == 302


def erase_from_the_list(client, reader) -> None:
    data = {"action": "erase_selected", "_selected_action": [reader.pk], "post": "yes"}
    assert client.post("/admin/newsletter/subscriber/", data).status_code == 302


@pytest.mark.parametrize("way", [erase_in_the_admin, erase_from_the_list])
def test_no_row_no_task_and_no_log_holds_the_address(client, manager, renata, way, caplog):
    """X11: searched for in every table, with the admin's log and the messages. The hash stays on the list."""
    assert "renata" in whole_database()
    way(client, renata)
    assert "renata" not in whole_database()
    assert base64.b64encode(b"renata@example.com").decode().lower() not in whole_database()
    assert "renata" not in caplog.text
    assert not (Consent.objects.exists() or ConfirmationMail.objects.exists())
    assert Suppression.objects.get().address_hash == SuppressionKey.hash_address("Renata@Example.com")


def test_the_erasure_is_in_the_audit(client, manager, renata):
    erase_in_the_admin(client, renata)
    entry = apps.get_model("insights", "AuditEntry").objects.get(verb="erased subscribers")
    assert (entry.actor, entry.details) == (manager, {"count": 1})


def test_a_mail_under_way_is_not_sent_any_more(sign_up, run_tasks):
    """X11: the task finds no row, and that is no error."""
    sign_up("renata@example.com")
    Subscriber.objects.get().erase()
    run_tasks()
    assert not mail.outbox
    results = apps.get_model("django_tasks_database", "DBTaskResult").objects
    assert results.get().return_value == "not due"


def test_signing_up_again_sends_the_confirmation_mail_and_nothing_else(sign_up, run_tasks):
    """X11: the suppression stays until the subscriber confirms again."""
    make_subscriber("renata@example.com", status="confirmed").erase()
    sign_up("renata@example.com")
    run_tasks()
    assert [message.subject for message in mail.outbox] == ["Please confirm: AI Scope Weekly"]
    assert Suppression.objects.count() == 1
    Subscriber.objects.get().confirm("test")
    assert not Suppression.objects.exists()


def test_the_hash_survives_a_rotation_of_the_secret(settings):
    """The key is a row of its own, made once."""
    before = SuppressionKey.hash_address("renata@example.com")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 10, []
    assert SuppressionKey.hash_address("Renata@example.com ") == before
    assert SuppressionKey.objects.count() == 1


def test_hashes_of_different_purposes_differ():
    assert SuppressionKey.hash("address", "x") != SuppressionKey.hash("network", "x")


def test_a_moderator_may_not_erase(client, renata):
    client.force_login(make_user("Moderator"))
    response = client.post(f"/admin/newsletter/subscriber/{renata.pk}/delete/", {"post": "yes"})
    assert response.status_code == 403
    assert Subscriber.objects.exists()
