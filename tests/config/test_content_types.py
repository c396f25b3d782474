"""What a client claims about the encoding of its form changes nothing, however strange the claim."""

from __future__ import annotations

import io

import pytest
from django.test import RequestFactory

from config.content_types import settled
from config.wsgi import application
from newsletter.models import Subscriber

pytestmark = pytest.mark.django_db

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


def asked(method: str, path: str, content_type: str, body: str = "") -> str:
    """The status line with which the WSGI application answers."""
    environ = RequestFactory().generic(method, path, secure=True).environ
    content = body.encode()
    environ |= {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": str(len(content)), "wsgi.input": io.BytesIO(content)}
    told: list[str] = []
    b"".join(application(environ, lambda status, headers, *rest: told.append(status)))
    return told[0]


def test_a_form_is_read_as_what_the_site_speaks():
    """G0: whatever codec of Python's is named, the form is read as UTF-8."""
    for claim in CLAIMS:
        content_type = f"multipart/form-data; {claim}; boundary=x"
        assert asked("POST", "/newsletter/subscribe/", content_type, PART) == "200 OK", claim
    assert Subscriber.objects.get().email == "ada@example.com"


def test_an_address_is_read_as_what_the_site_speaks():
    """G0: a claim about a body that is not there does not reach the address either."""
    for claim in CLAIMS:
        assert asked("GET", "/insights/search/?q=model", f"text/plain; {claim}") == "200 OK", claim


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
