"""Double opt-in: no subscriber without a press of the button behind a link in their own mailbox."""

import datetime as dt

import pytest
import time_machine
from django.core import mail, signing
from django.utils import timezone

from newsletter import tokens
from newsletter.models import Consent, Subscriber, Suppression, SuppressionKey
from tests.newsletter.conftest import link_in
from tests.newsletter.factories import make_subscriber

pytestmark = pytest.mark.django_db


def confirmation_path(subscriber) -> str:
    return tokens.confirmation_url(subscriber).removeprefix("https://hub.example.com")


def test_signing_up_makes_a_pending_row_and_one_mail(sign_up, run_tasks):
    """N01: a new email address is pending, gets one email, and is not confirmed yet."""
    response = sign_up("reader@example.com")
    run_tasks()
    assert response.status_code == 200
    assert "Check your inbox" in response.text
    assert [message.to for message in mail.outbox] == [["reader@example.com"]]
    assert Subscriber.objects.get().status == "pending"
    assert not Subscriber.objects.confirmed().exists()


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_link_does_not_confirm(client, mailed_link, method):
    """N03: scanners open links. Only the button on the page confirms."""
    link = mailed_link()
    for _ in range(3):
        response = getattr(client, method)(link, headers={"user-agent": "LinkScanner/1.0"})
        assert response.status_code == 200
    assert Subscriber.objects.get().status == "pending"
    assert '<form method="post"><button>' in client.get(link).text


def test_pressing_the_button_confirms_once(client, mailed_link, run_tasks):
    """N04: the second press says so, sends no second email and keeps the time of consent."""
    link = mailed_link()
    assert "You are subscribed" in client.post(link).text
    first = Subscriber.objects.get()
    assert first.status == "confirmed"
    again = client.post(link)
    run_tasks()
    assert again.status_code == 200
    assert "You are already subscribed" in again.text
    assert Subscriber.objects.get().confirmed_at == first.confirmed_at
    assert Consent.objects.filter(what="confirmed").count() == 1
    assert len(mail.outbox) == 1


def test_a_confirmed_subscriber_can_leave_before_the_first_issue(client, mailed_link):
    """N27: the page after the button, and the same link opened again, lead to unsubscribing. Neither is cached."""
    link = mailed_link()
    assert "Unsubscribe" not in client.get(link).text
    leave_url = tokens.leaving_url(Subscriber.objects.get())
    for response in (client.post(link), client.get(link), client.post(link)):
        assert f'<a href="{leave_url}">Unsubscribe</a>' in response.text
        assert response["Cache-Control"] == "no-store"
        assert response["X-Robots-Tag"] == "noindex"
        assert response["Referrer-Policy"] == "no-referrer"
    client.get(leave_url)
    assert Subscriber.objects.get().status == "confirmed"
    client.post(leave_url)
    assert Subscriber.objects.get().status == "left"


def test_an_expired_link_unsubscribes_no_one(client, mailed_link):
    link = mailed_link()
    client.post(link)
    with time_machine.travel(timezone.now() + dt.timedelta(days=3)):
        page = client.get(link).text
    assert "You are already subscribed" in page
    assert "Unsubscribe" not in page


def test_a_link_older_than_two_days_offers_a_new_mail(client, mailed_link, run_tasks):
    """N07: 410 by GET and by POST. The row stays pending, and one press sends a fresh link that works."""
    link = mailed_link()
    with time_machine.travel(timezone.now() + dt.timedelta(hours=48, minutes=1)):
        for answer in (client.get(link), client.post(link)):
            assert answer.status_code == 410
            assert "This link no longer works" in answer.text
            assert 'name="again"' in answer.text
        assert Subscriber.objects.get().status == "pending"
        assert "Check your inbox" in client.post(link, {"again": "1"}).text
        run_tasks()
        assert len(mail.outbox) == 2
        client.post(link_in(mail.outbox[1].body))
        assert Subscriber.objects.get().status == "confirmed"


def test_a_link_works_until_its_last_hour(client, mailed_link):
    link = mailed_link()
    with time_machine.travel(timezone.now() + dt.timedelta(hours=47)):
        assert client.post(link).status_code == 200
    assert Subscriber.objects.get().status == "confirmed"


def test_asking_for_new_links_is_limited_as_signing_up_is(client, mailed_link, run_tasks):
    """N15: the button of an expired link cannot flood a mailbox."""
    link = mailed_link()
    with time_machine.travel(timezone.now() + dt.timedelta(hours=49)):
        for _ in range(5):
            assert client.post(link, {"again": "1"}).status_code == 200
        run_tasks()
    assert len(mail.outbox) == 2


def changed(token: str) -> str:
    """Return `token` with its middle character changed."""
    middle = len(token) // 2
    return token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :]


def longer_token(subscriber) -> str:
    """Return the token of a confirmation link as earlier releases wrote it."""
    return signing.dumps({"u": subscriber.uid.hex, "n": subscriber.nonce}, salt=tokens.CONFIRM_SALT)


def _counted_up(token: str) -> str:
    """Return the link as a stranger would get it ten minutes later.

    The last character before the signature is increased.
    """
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return token[:11] + digits[(digits.index(token[11]) + 1) % 64] + token[12:]


def broken_tokens() -> dict[str, str]:
    ours, other = make_subscriber("a@example.com"), make_subscriber("b@example.com")
    token, longer = confirmation_path(ours).split("/")[3], longer_token(ours)
    _, timestamp, signature = longer.split(":")
    forged = signing.b64_encode(b'{"u":"%s","n":"%s"}' % (other.uid.hex.encode(), other.nonce.encode())).decode()
    counted_up = signing.dumps({"u": ours.pk + 1, "n": ours.nonce}, salt=tokens.CONFIRM_SALT)
    return {
        "one letter changed": changed(token),
        "one letter of a longer link changed": changed(longer),
        "the first letter changed": ("A" if token[0] != "A" else "B") + token[1:],
        "the last letter changed": token[:-1] + ("A" if token[-1] != "A" else "B"),
        "the next time": _counted_up(token),
        "a letter too many": f"{token}A",
        "a letter too few": token[:-1],
        "padding": f"{token[:-1]}=",
        "a letter of another alphabet": f"{token[:-1]}Ａ",
        "the id of another": f"{forged}:{timestamp}:{signature}",
        "an id counted up": counted_up,
        "the purpose of another": tokens.leaving_url(ours).split("/")[5],
        "the longer purpose of another": signing.dumps({"u": ours.uid.hex}, salt=tokens.LEAVE_SALT),
        "a list in place of an object": signing.dumps(["u"], salt=tokens.CONFIRM_SALT),
        "no signature": "abc",
        "not even text of ours": "%00%ff",
        "compressed noise": ".eJw:1:2",
    }


@pytest.mark.parametrize("kind", ["confirm", "unsubscribe"])
def test_a_token_that_is_not_ours_is_not_found(client, kind):
    """N08: a changed character, another subscriber's id, an increased id, an empty token: 404, and no change."""
    cases = broken_tokens()
    if kind == "unsubscribe":
        cases = {name: token for name, token in cases.items() if "purpose" not in name}
    for name, token in cases.items():
        for method in ("get", "post"):
            assert getattr(client, method)(f"/newsletter/{kind}/{token}/").status_code == 404, (name, method)
    assert client.get(f"/newsletter/{kind}//").status_code == 404
    assert client.post(f"/newsletter/{kind}/").status_code == 404
    assert set(Subscriber.objects.values_list("status", flat=True)) == {"pending"}


@pytest.mark.parametrize("kind", ["confirm", "unsubscribe"])
def test_the_subscribers_own_pages_are_never_cached(client, kind):
    """N27: no-store, noindex, no referrer, nothing from other hosts, the email address masked."""
    subscriber = make_subscriber("renata@example.com", status="pending" if kind == "confirm" else "confirmed")
    url = tokens.confirmation_url(subscriber) if kind == "confirm" else tokens.leaving_url(subscriber)
    for response in (client.get(url), client.post(url), client.get(url)):
        assert response["Cache-Control"] == "no-store"
        assert response["X-Robots-Tag"] == "noindex"
        assert response["Referrer-Policy"] == "no-referrer"
        assert not response.cookies
        assert '<meta name="robots" content="noindex">' in response.text
        assert "renata" not in response.text
    assert "r…@example.com" in client.get(confirmation_path(make_subscriber("rudi@example.com"))).text


def test_a_reader_who_confirms_after_leaving_is_back(client, mailed_link):
    reader = make_subscriber("reader@example.com", status="left")
    client.post(mailed_link("reader@example.com"))
    reader.refresh_from_db()
    assert (reader.status, reader.left_at) == ("confirmed", None)


def test_an_old_link_does_not_resubscribe(client, mailed_link):
    link = mailed_link()
    client.post(link)
    Subscriber.objects.get().leave("test")
    assert client.post(link).status_code == 410
    assert Subscriber.objects.get().status == "left"


def test_confirming_ends_a_bounce_and_a_suppression(client, mailed_link):
    reader = make_subscriber("reader@example.com", status="bounced")
    Suppression.objects.add(SuppressionKey.hash_address(reader.email))
    client.post(mailed_link("reader@example.com"))
    assert Subscriber.objects.get().status == "confirmed"
    assert not Suppression.objects.exists()


def test_the_link_of_an_erased_reader_is_gone(client, mailed_link):
    """X11: the link has no email address, so nothing can be sent again. The page leads to the form."""
    link = mailed_link()
    Subscriber.objects.get().erase()
    for answer in (client.get(link), client.post(link, {"again": "1"})):
        assert answer.status_code == 410
        assert "sign up again" in answer.text
    assert not Subscriber.objects.exists()


def test_other_methods_are_refused(client, mailed_link):
    """H18: a page takes GET, HEAD and POST. The sign-up only POST."""
    assert client.put(mailed_link()).status_code == 405
    assert client.get("/newsletter/subscribe/").status_code == 405


@pytest.mark.parametrize("kind", ["confirm", "unsubscribe"])
def test_a_link_page_takes_posts_from_a_null_origin(client, kind):
    """Browsers post from a no-referrer page with `Origin: null`. The token alone is the proof."""
    subscriber = make_subscriber(status="pending" if kind == "confirm" else "confirmed")
    url = tokens.confirmation_url(subscriber) if kind == "confirm" else tokens.leaving_url(subscriber)
    assert client.post(url, headers={"origin": "null", "sec-fetch-site": "same-origin"}).status_code == 200
    subscriber.refresh_from_db()
    assert subscriber.status == ("confirmed" if kind == "confirm" else "left")
