"""Pictures on a full disk: no partial file, a message for the sender, and a retry later."""

from __future__ import annotations

import io
import random

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from PIL import Image

from config.file_storage import WholeFileStorage
from insights.models import Article, Picture
from insights.pictures import renditions, uploads
from tests.factories import make_article, make_user
from tests.insights.photos import make_photo
from tests.small_disk import SmallDisk, on_a_small_disk, small_disk  # noqa: F401 (a fixture)

pytestmark = pytest.mark.django_db


def noise(side: int = 300) -> bytes:
    stream = io.BytesIO()
    Image.frombytes("L", (side, side), random.Random(side).randbytes(side * side)).save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture
def disk(small_disk, settings):  # noqa: F811
    disk = small_disk(2)
    settings.MEDIA_ROOT = disk.path / "media"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "config.file_storage.WholeFileStorage",
            "OPTIONS": {"location": str(settings.MEDIA_ROOT)},
        },
    }
    return disk


def files(disk: SmallDisk) -> list[str]:
    return sorted(path.name for path in (disk.path / "media").rglob("*") if path.is_file())


@on_a_small_disk
def test_no_part_of_a_file_stays(disk):
    """E6: with no space at all, and with space for a half."""
    for free in (0, 60_000):
        disk.fill()
        with (disk.path / "filled-by-a-test").open("r+b") as file:
            file.truncate(file.seek(0, 2) - free)
        with pytest.raises(OSError, match="No space left"):
            default_storage.save("pictures/a.png", ContentFile(noise()))
        assert files(disk) == []
        disk.free()
    assert default_storage.save("pictures/a.png", ContentFile(noise())) == "pictures/a.png"
    with default_storage.open("pictures/a.png") as file:
        assert file.read() == noise()


def test_no_name_is_used_twice(tmp_path):
    """E6: also for one that was created while the file was written."""
    storage = WholeFileStorage(tmp_path)

    class Slow(ContentFile):
        def chunks(self, chunk_size=None):
            (tmp_path / "a.txt").write_text("first")
            yield from super().chunks(chunk_size)

    name = storage.save("a.txt", Slow(b"second"))
    assert name != "a.txt"
    assert {path.read_text() for path in tmp_path.iterdir()} == {"first", "second"}


@on_a_small_disk
@pytest.mark.parametrize(
    ("url", "field", "typed"),
    [
        ("/admin/markdown/upload/", "image", {"alt": "A field"}),
        ("/admin/insights/picture/add/", "upload", {"alt": "A typed alt text"}),
        ("/admin/insights/article/add/", "cover_file", {"title": "A typed title", "body": "A typed text"}),
    ],
)
def test_every_way_in_says_so_and_keeps_what_was_typed(disk, client, url, field, typed):
    """E6: 503 with a message, and nothing stored. Once there is space the same form is accepted."""
    client.force_login(make_user("Editor"))

    def send():
        return client.post(url, {field: SimpleUploadedFile("a.png", noise(), "image/png"), **typed, "cover_alt": "A"})

    with disk.full():
        answer = send()
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    text = answer.content.decode()
    assert "There is not enough disk space" in text
    assert "image" in url or field == "image" or all(value in text for value in typed.values())
    assert not Picture.objects.exists()
    assert not Article.objects.exists()
    assert files(disk) == []
    assert send().status_code in {200, 302}
    assert Picture.objects.count() == len(files(disk)) == 1


@on_a_small_disk
def test_a_logo_as_well(disk, client):
    """E6: the site settings, with the other fields as a browser sends them."""
    client.force_login(make_user(superuser=True))
    with disk.full(), pytest.raises(uploads.PictureNotStored, match="not enough disk space"):
        uploads.store_picture(SimpleUploadedFile("logo.png", noise()), alt="A logo")
    assert files(disk) == []


@on_a_small_disk
def test_renditions_are_all_stored_or_none(disk, caplog):
    """E6: the worker goes on, and the page shows the stored file until there is space."""
    picture = make_photo()
    with disk.full():
        assert renditions.make_renditions(picture) is False
    assert "could not be stored: No space left" in caplog.text
    assert len(files(disk)) == 1
    assert renditions.make_renditions(picture) is True


@on_a_small_disk
def test_renditions_that_pages_name_stay_when_they_are_made_again(disk, monkeypatch):
    """E6: the same files are not written, and files of another encoder are restored."""
    picture = make_photo()
    assert renditions.make_renditions(picture) is True
    picture.refresh_from_db()
    names = renditions.names(picture.renditions)
    before = [(disk.path / "media" / name).read_bytes() for name in names]
    with disk.full():
        assert renditions.make_renditions(picture, force=True) is True
        for name in names:
            with pytest.raises(OSError, match="No space left"):
                renditions.put(default_storage, name, noise(900))
    assert [(disk.path / "media" / name).read_bytes() for name in names] == before


@on_a_small_disk
def test_an_import_brings_in_everything_or_nothing(disk, tmp_path):
    """E6: a folder whose pictures do not fit."""
    (tmp_path / "a.md").write_text("---\ntitle: A\ncover: a.png\ncover_alt: A field\n---\nText\n")
    (tmp_path / "a.png").write_bytes(noise())
    with disk.full(), pytest.raises(CommandError, match="Cannot save the import: No space left on device"):
        call_command("import_articles", str(tmp_path))
    assert (Article.objects.count(), Picture.objects.count(), files(disk)) == (0, 0, [])
    call_command("import_articles", str(tmp_path))
    assert (Article.objects.count(), len(files(disk))) == (1, 1)


@on_a_small_disk
def test_an_export_leaves_no_folder_behind(disk):
    """E6: a clear message, and no half of an export."""
    make_article("An article", body="Words. " * 5000)
    target = disk.path / "export"
    with disk.full(), pytest.raises(CommandError, match="Cannot write the export: No space left on device"):
        call_command("export_articles", str(target))
    assert [path.name for path in disk.path.iterdir() if "export" in path.name] == []
    call_command("export_articles", str(target))
    assert (target / "manifest.yaml").exists()
