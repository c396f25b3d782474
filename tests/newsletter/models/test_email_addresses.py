"""Accepted email addresses, and equal spellings."""

import pytest
from django.core import mail
from django.core.exceptions import ValidationError

from newsletter.models import Subscriber
from newsletter.models.email_addresses import address_key, clean_address, mask_email, older_address_key

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
    "a@x.co.",
    "a\u200b@x.co",
    "a@x\u00ad.co",
    "a@x\u2060.co",
    "a@x\u034f.co",
    "a@x\ufe0f.co",
    "a@x\u200c.co",
    "a\u00a0b@x.co",
    "a@x.\u3000co",
    "\u0131@x.co",
    "a@" + "\u00df" * 2_000 + ".co",
]


@pytest.mark.parametrize("text", BAD)
@pytest.mark.django_db
def test_what_cannot_be_written_to_is_refused_in_words(sign_up, run_tasks, text):
    """N12: header breaks, several email addresses, display names, local hosts and numbers: 400, no row, no email."""
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
    ],
)
def test_unusual_addresses_that_can_be_written_to_are_taken(text):
    assert clean_address(text) == text


def test_white_space_around_an_address_is_dropped():
    assert clean_address(" a@x.co\t") == "a@x.co"


@pytest.mark.django_db
def test_spellings_of_one_address_are_one_row_and_one_mail(sign_up, run_tasks):
    """N14: case and white space make no second subscriber."""
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
        ("a@stra\u00dfe.example", "a@xn--strae-oqa.example"),
        ("a@STRA\u1e9eE.example", "A@XN--STRAE-OQA.EXAMPLE"),
        ("a@\u03c3\u03bf\u03c6\u03cc\u03c2.example", "a@xn--0xagbn4a.example"),
        ("a@ｅｘａｍｐｌｅ．ｃｏｍ", "a@example.com"),
        ("a@example。com", "a@example.com"),
        ("a@\u212aelvin.example", "a@kelvin.example"),
        ("\u212aate@x.co", "kate@x.co"),
    ],
)
def test_the_key_of_an_address_is_one_for_all_its_spellings(one, other):
    assert address_key(one) == address_key(other)


def test_the_key_of_nonsense_is_no_error():
    assert address_key(" No Address ") == "no address"
    assert address_key("a@" + "x" * 300) == "a@" + "x" * 300


def test_a_masked_address_shows_where_it_goes_and_not_whose_it_is():
    assert mask_email("renata@example.com") == "r…@example.com"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a@stra\u00dfe.example", "a@strasse.example"),
        ("a@STRASSE.example", "a@stra\u00dfe.example"),
        ("a@\u03c3\u03bf\u03c6\u03cc\u03c2.example", "a@\u03c3\u03bf\u03c6\u03cc\u03c3.example"),
        ("a@\u0130x.example", "a@ix.example"),
        ("a@\u0131x.example", "a@ix.example"),
        ("a@\u0646\u0627\u0645\u0647\u200c\u0627\u06cc.example", "a@\u0646\u0627\u0645\u0647\u0627\u06cc.example"),
    ],
)
def test_hosts_that_may_have_two_owners_have_two_keys(one, other):
    """B2: ß and ss, final and other sigma, dotted and dotless i, with and without a joiner."""
    assert address_key(one) != address_key(other)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Ada@b\u00fccher.example", "Ada@xn--bcher-kva.example"),
        ("a@Stra\u00dfe.Example", "a@xn--strae-oqa.example"),
        ("a@XN--STRAE-OQA.example", "a@xn--strae-oqa.example"),
        ("a@\u0646\u0627\u0645\u0647\u200c\u0627\u06cc.com", "a@xn--mgba3gch31f060k.com"),
        ("a@EXAMPLE\uff61com", "a@example.com"),
    ],
)
def test_an_address_is_stored_with_the_ascii_form_of_its_host(typed, stored):
    """B2: one form of a host everywhere, which is also the one that mail servers expect."""
    assert clean_address(typed) == stored
    assert clean_address(stored) == stored


@pytest.mark.parametrize(
    "around",
    [
        "\u00a0",
        "\u200b",
        "\ufeff",
        "\u202a",
        "\u202e",
        "\u2060",
        "\u00ad",
        "\u3000",
        "\u200d",
        "\ufe0f",
        "\u115f",
        "\u2800",
    ],
)
def test_blanks_and_invisible_characters_around_an_address_are_dropped(around):
    """B2: characters that are copied along from a web page or a spreadsheet."""
    assert clean_address(f"{around}a@x.co{around} {around}") == "a@x.co"
    assert address_key(f"{around} A@x.co{around}") == "a@x.co"


@pytest.mark.parametrize(
    ("typed", "words"), [("a\u200b@x.co", "an invisible character"), ("a\u00a0b@x.co", "can't contain spaces")]
)
def test_an_invisible_character_inside_an_address_is_named(typed, words):
    """B2: it could be part of the name, so it is not dropped."""
    with pytest.raises(ValidationError, match=words):
        clean_address(typed)


def test_the_older_key_is_what_earlier_releases_stored():
    """B2: hashes on the suppression list were made from it."""
    for spelling in ("a@stra\u00dfe.example", "a@xn--strae-oqa.example"):
        assert older_address_key(spelling) == "a@strasse.example"
    assert older_address_key("A@x.co") == address_key("A@x.co")


def test_a_masked_address_names_its_host_as_people_write_it():
    assert mask_email("ada@xn--bcher-kva.example") == "a…@b\u00fccher.example"


def test_every_refusal_says_what_to_change():
    for text in BAD:
        with pytest.raises(ValidationError) as caught:
            clean_address(text)
        assert len(caught.value.messages[0]) > 20
