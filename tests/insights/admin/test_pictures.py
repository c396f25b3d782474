"""Choosing a picture's file: clear refusals, and a notice for a file that is stored already."""

from __future__ import annotations

import hashlib
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from insights.models import Picture
from insights.pictures import uploads
from tests.factories import make_user
from tests.insights.pictures.test_uploads import picture_bytes

ADD = "/admin/insights/picture/add/"
LIBRARY = "/admin/insights/picture/library/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(client):
    user = make_user("Author")
    client.force_login(user)
    return user


def send(client, content: bytes = b"", **more: str):
    file = SimpleUploadedFile("field.png", content or picture_bytes(), "image/png")
    return client.post(ADD, {"upload": file, "alt": "A field", **more})


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "an SVG drawing"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><svg/>', "an SVG drawing"),
        (b"\n  <!-- made by hand --><svg/>", "an SVG drawing"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "a HEIC picture"),
        (b"\0\0\0\x18ftypavif\0\0\0\0mif1avif", "an AVIF picture"),
        (b"\0\0\0\x18ftypisom\0\0\0\0", "a video"),
        (b"II*\0\x08\0\0\0", "a TIFF picture"),
        (b"%PDF-1.7", "a PDF"),
        (b"8BPS\0\1", "a Photoshop file"),
        (b"BM\0\0\0\0", "a BMP picture"),
        (b"\0\0\0\x0cJXL \x0d\x0a", "a JPEG XL picture"),
        (b"\0\0\1\0\1\0", "an icon"),
    ],
)
def test_a_refusal_names_the_kind_of_the_file(client, author, content, kind):
    """Fault C11: the sentence names the kind of the file and what to upload."""
    answer = send(client, content)
    assert answer.status_code == 400
    assert f"This is {kind}, which is not supported. Upload a PNG, JPEG, GIF or WebP file." in answer.content.decode()
    assert not Picture.objects.exists()


def test_the_same_file_is_offered_and_added_only_when_that_is_wanted(client, author):
    """Fault C11: the same file twice made two entries."""
    assert send(client).status_code == 302
    answer = send(client)
    assert answer.status_code == 400
    first = Picture.objects.get()
    shown = answer.content.decode()
    assert "You already uploaded this file" in shown
    assert f'href="/admin/insights/picture/{first.pk}/change/"' in shown
    assert 'value="A field"' in shown
    assert send(client, again="on", alt="Another use").status_code == 302
    assert Picture.objects.count() == 2


def test_another_file_and_another_account_are_no_second_time(client, author):
    """Fault C11: uploads of others are not named."""
    uploads.store_picture(picture_bytes(), user=make_user("Author"))
    assert send(client).status_code == 302
    assert send(client, picture_bytes(size=(9, 9))).status_code == 302


def test_the_library_finds_a_file_by_its_hash(client, author):
    """Fault C11: as it was uploaded, or as it is stored, and only if the account may see it."""
    mine = uploads.store_picture(picture_bytes(), user=author, alt="Mine")
    others = uploads.store_picture(picture_bytes(size=(9, 9)), user=make_user("Author"), alt="Others")

    def found(sha256: str) -> list[str]:
        return re.findall(r'data-id="(\d+)"', client.get(LIBRARY, {"sha256": sha256}).content.decode())

    assert found(hashlib.sha256(picture_bytes()).hexdigest()) == [str(mine.pk)]
    assert found(mine.stored_sha256) == [str(mine.pk)]
    assert found(others.source_sha256) == []
    assert found("0" * 64) == found("x" * 999) == []


@pytest.mark.parametrize("role", ["Author", "Editor"])
def test_uploaded_by_is_a_name_and_no_link_that_is_refused(client, role):
    """Fault C11: "Uploaded by" led to 403."""
    client.force_login(make_user(role))
    picture = uploads.store_picture(picture_bytes(), user=make_user("Editor", email="other@example.com"))
    for url in (f"/admin/insights/picture/{picture.pk}/change/", "/admin/insights/picture/"):
        answer = client.get(url)
        if answer.status_code == 200:
            assert "/admin/insights/user/" not in answer.content.decode().partition('id="content"')[2]
