"""Subscribers in the admin."""

from __future__ import annotations

import pytest

from newsletter.models import Consent, Subscriber
from newsletter.models.wording import PROOF_STAFF
from tests.factories import make_user
from tests.newsletter.factories import make_subscriber

pytestmark = pytest.mark.django_db

LIST = "/admin/newsletter/subscriber/"


@pytest.fixture(autouse=True)
def manager(client):
    user = make_user("Newsletter manager")
    client.force_login(user)
    return user


def test_the_list_shows_state_and_source_in_few_queries(client, django_assert_max_num_queries):
    for number in range(30):
        reader = make_subscriber(f"r{number}@example.com", status="confirmed")
        reader.consents.create(what="asked", article_slug="on-tokens", wording="w", proof="p")
    with django_assert_max_num_queries(12):
        page = client.get(LIST)
    assert page.text.count('class="state state-confirmed"') == 30
    assert page.text.count('class="field-source">on-tokens') == 30
    assert "Export 30 subscribers as CSV" in page.text


def test_the_export_button_carries_the_lists_filters(client):
    make_subscriber(status="confirmed")
    page = client.get(LIST, {"status": "confirmed"})
    assert 'action="/admin/newsletter/subscriber/export/?status=confirmed"' in page.text
    assert "Export 1 filtered subscriber as CSV" in page.text


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"status": "left"}, {"left@example.com"}),
        ({"article": "on-tokens"}, {"tokens@example.com"}),
        ({"q": "TOKENS@example.com"}, {"tokens@example.com"}),
        ({"q": "tokens@example"}, set()),
    ],
)
def test_readers_are_found_by_state_by_source_and_by_their_whole_address(client, filters, found):
    make_subscriber("left@example.com", status="left")
    reader = make_subscriber("tokens@example.com")
    reader.consents.create(what="asked", article_slug="on-tokens", wording="w", proof="p")
    reader.consents.create(what="asked", article_slug="on-tokens", wording="w", proof="p")
    page = client.get(LIST, filters)
    rows = [subscriber.email for subscriber in page.context["cl"].result_list]
    assert sorted(rows) == sorted(found)


def test_no_subscriber_is_added_or_changed_by_hand(client):
    reader = make_subscriber("reader@example.com")
    assert client.get(f"{LIST}add/").status_code == 403
    changed = {"email": "other@example.com", "status": "confirmed"}
    assert client.post(f"{LIST}{reader.pk}/change/", changed).status_code == 403
    reader.refresh_from_db()
    assert (reader.email, reader.status) == ("reader@example.com", "pending")


def test_a_reader_page_shows_the_consents_with_their_proof(client, sign_up):
    sign_up("reader@example.com", source="/newsletter/")
    page = client.get(f"{LIST}{Subscriber.objects.get().pk}/change/")
    assert page.status_code == 200
    for words in ("Requested", "One email a week.", "email address entered in the sign-up form", "Waiting"):
        assert words in page.text


def test_a_reader_who_asks_by_mail_is_taken_off_the_list(client):
    reader = make_subscriber(status="confirmed")
    client.post(LIST, {"action": "take_off", "_selected_action": [reader.pk]})
    reader.refresh_from_db()
    assert reader.status == "left"
    assert Consent.objects.get(what="left").proof == PROOF_STAFF


def test_the_usual_delete_action_is_offered_as_what_it_is(client):
    make_subscriber()
    page = client.get(LIST).text
    assert "Erase the selected subscribers" in page
    assert "Delete selected" not in page


@pytest.mark.parametrize("role", ["Author", "Moderator", "Editor"])
def test_other_staff_see_no_readers(client, role):
    reader = make_subscriber()
    client.force_login(make_user(role))
    for path in (LIST, f"{LIST}{reader.pk}/change/", f"{LIST}{reader.pk}/delete/", f"{LIST}{reader.pk}/history/"):
        assert client.get(path).status_code == 403
