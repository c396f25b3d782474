"""Media files are pictures or downloads, and none can run (U20)."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from tests.factories import make_picture

pytestmark = pytest.mark.django_db
SANDBOX = "default-src 'none'; sandbox"


def put(settings, name: str, content: bytes = b"<script>alert(1)</script>") -> str:
    path = Path(settings.MEDIA_ROOT) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return f"/media/{name}"


def test_a_picture_is_shown_and_kept_by_caches(client: Client) -> None:
    """U20: nosniff, the sandbox, an image type."""
    answer = client.get(make_picture().file.url, secure=True)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Security-Policy"] == SANDBOX
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in answer["Cache-Control"]
    assert "attachment" not in answer.get("Content-Disposition", "")
    assert b"".join(answer.streaming_content).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "name", ["evil.html", "evil.svg", "evil.php", "evil", "evil.png.html", "evil.xhtml", "evil.js"]
)
def test_what_is_no_picture_is_a_download(client: Client, settings, name: str) -> None:
    """U20: a .html put there manually → attachment, never text/html."""
    answer = client.get(put(settings, name), secure=True)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"] == SANDBOX
    assert answer["X-Content-Type-Options"] == "nosniff"
    answer.close()


@pytest.mark.parametrize(
    "name", ["", "folder", "folder/", "nothing.png", "../manage.py", "folder/../../secret", "a\\b.png"]
)
def test_there_is_no_list_and_no_way_out(client: Client, settings, name: str) -> None:
    """U20: listing → 404."""
    put(settings, "folder/picture.png", b"\x89PNG")
    assert client.get(f"/media/{name}", secure=True).status_code in {400, 404}


def test_media_is_only_read(client: Client, settings) -> None:
    assert client.post(put(settings, "picture.png", b"\x89PNG"), secure=True).status_code == 405
