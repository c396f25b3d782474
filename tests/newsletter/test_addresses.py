"""Which addresses we take, and which spellings are one."""

import pytest
from django.core import mail
from django.core.exceptions import ValidationError

from newsletter.addresses import address_key, ascii_address, clean_address, masked
from newsletter.models import Subscriber

BAD = [
    "a@b.co\r\nBcc: v@x.co",
    "a@b.co\nBcc: v@x.co",
    "a@b.co\u2028Bcc: v@x.co",
    "a@b.co\r",
    "a@x.co,b@x.co",
    "a@x.co;b@x.co",
    "a@x.co b@x.co",
    "<a@x.co>",
    "Ada <a@x.co>",
    "a@localhost",
    "a@mail.localhost",
    "a@printer.local",
    "a@db.internal",
    "a@[127.0.0.1]",
    "a@127.0.0.1",
    "a@10.0.0.10",
    "a@[IPv6:::1]",
    "a@b",
    "a",
    "@x.co",
    "a@",
    "",
    "   ",
    "a@x..co",
    "a@-x.co",
    ".a@x.co",
    '"a b"@x.co',
    "ü@x.co",
    "a\x00@x.co",
    "a" * 65 + "@x.co",
    "a@" + "x" * 250 + ".co",
    "a@x.co@y.co",
    "\u017fam@x.co",
    "a@x.co\u202e",
]


@pytest.mark.parametrize("text", BAD)
@pytest.mark.django_db
def test_what_cannot_be_written_to_is_refused_in_words(sign_up, run_tasks, text):
    """N12: header breaks, several addresses, display names, local hosts and numbers: 400, no row, no mail."""
    response = sign_up(text)
    run_tasks()
    assert response.status_code == 400
    assert 'class="err"' in response.text
    assert not Subscriber.objects.exists()
    assert not mail.outbox


@pytest.mark.parametrize(
    "text",
    [
        "a@x.co",
        "=cmd|x@x.co",
        "+1@x.co",
        "-a@x.co",
        "first.last+tag@sub.example.com",
        "o'neil@x.co",
        "a@bücher.example",
    ],
)
def test_unusual_addresses_that_can_be_written_to_are_taken(text):
    assert clean_address(text) == text


def test_white_space_around_an_address_is_dropped():
    assert clean_address(" a@x.co\t") == "a@x.co"


@pytest.mark.django_db
def test_spellings_of_one_address_are_one_row_and_one_mail(sign_up, run_tasks):
    """N14: case and white space make no second reader."""
    for spelling in ("A@X.CO", " a@x.co ", "a@x.co"):
        assert sign_up(spelling).status_code == 200
    run_tasks()
    assert Subscriber.objects.count() == 1
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A@X.CO", "a@x.co"),
        ("a@BÜCHER.example", "a@xn--bcher-kva.example"),
        ("a@bu\u0308cher.example", "a@b\u00fccher.example"),
        ("Straße@x.co", "STRASSE@x.co"),
    ],
)
def test_the_key_of_an_address_is_one_for_all_its_spellings(one, other):
    assert address_key(one) == address_key(other)


def test_the_key_of_nonsense_is_no_error():
    assert address_key(" No Address ") == "no address"
    assert address_key("a@" + "x" * 300) == "a@" + "x" * 300


def test_a_masked_address_shows_where_it_goes_and_not_whose_it_is():
    assert masked("renata@example.com") == "r…@example.com"


def test_mail_servers_get_the_hosts_ascii_form():
    assert ascii_address("a@bücher.example") == "a@xn--bcher-kva.example"


def test_every_refusal_says_what_to_change():
    for text in BAD:
        with pytest.raises(ValidationError) as caught:
            clean_address(text)
        assert len(caught.value.messages[0]) > 20
