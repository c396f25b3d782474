"""Request bodies on the running site: an odd claim about the encoding, or too many bytes."""

from __future__ import annotations

import pytest

from config.middleware.request_body import settled
from tests.site import Site

PART = '--x\r\nContent-Disposition: form-data; name="email"\r\n\r\nada@example.com\r\n--x--\r\n'
CLAIMS = [
    "charset=rot13",
    "charset=zlib",
    "charset=undefined",
    "charset=unicode_escape",
    "charset=utf-7",
    "charset*=utf-8''%00",
    "charset*=nope''utf-8",
    "boundary*=nope''x",
    "a*1=b",
    'note="a;b"',
]


def test_a_form_is_read_as_what_the_site_speaks(site: Site) -> None:
    """G0: with any codec of Python's named, the form is read as UTF-8."""
    for claim in CLAIMS:
        kind = f"multipart/form-data; {claim}; boundary=x"
        assert site.post("/newsletter/subscribe/", PART.encode(), content_type=kind).status == 303, claim
    found = site.shell("from newsletter.models import Subscriber; print(*Subscriber.objects.values_list('email'))")
    assert found.strip() == "('ada@example.com',)"


def test_an_address_is_read_as_what_the_site_speaks(site: Site) -> None:
    """G0: a claim about an absent body does not change the URL's encoding either."""
    for claim in CLAIMS:
        assert site.get("/insights/search/?q=model", content_type=f"text/plain; {claim}").status == 200, claim


@pytest.mark.parametrize("path", ["/admin/markdown/upload/", "/newsletter/subscribe/", "/nothing-here/"])
def test_who_sends_more_than_anybody_reads_hears_the_answer(site: Site, path: str) -> None:
    """Without reading on, the connection would be reset, and behind nginx the client would get another answer."""
    answer = site.post(path, b"x" * 9_000_000, content_type="multipart/form-data; boundary=x")
    assert answer.status in {403, 404, 413}


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("multipart/form-data; boundary=----a1", "multipart/form-data; boundary=----a1"),
        ('multipart/form-data;BOUNDARY="a b"; charset=utf-8', 'multipart/form-data; boundary="a b"'),
        ("text/html; charset=utf-8", "text/html"),
        ("application/x-www-form-urlencoded", "application/x-www-form-urlencoded"),
        (";", ""),
    ],
)
def test_only_type_and_boundary_are_heard(said, heard):
    assert settled(said) == heard
