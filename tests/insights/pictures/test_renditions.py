"""Renditions: made by the worker after an upload, recorded, shown, and deleted with their picture."""

from __future__ import annotations

import datetime as dt
import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from insights import signals
from insights.models import Picture, PictureUse
from insights.pictures import renditions
from insights.pictures.orphans import GRACE, remove_orphans
from insights.pictures.renditions import AGAIN_AFTER, LEASE, RECIPE, enqueue_missing_renditions, make_renditions, names
from insights.pictures.uploads import store_picture
from insights.publishing.drafts import import_version
from tests.factories import make_article, make_author, make_category, make_picture, make_user
from tests.insights.photos import make_photo, photo_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard():
    """Yield the articles that were invalidated, and whether all pages were."""
    articles, everything = [], []

    def hear_article(article, **kwargs):
        articles.append(article)

    def hear_listing(**kwargs):
        everything.append(True)

    signals.article_changed.connect(hear_article)
    signals.listing_changed.connect(hear_listing)
    yield articles, everything
    signals.article_changed.disconnect(hear_article)
    signals.listing_changed.disconnect(hear_listing)


def stored(settings) -> list[str]:
    folder = Path(settings.MEDIA_ROOT)
    return sorted(path.relative_to(folder).as_posix() for path in (folder / "renditions").rglob("*") if path.is_file())


class TestTheWorker:
    def test_it_finds_new_uploads(self, run_tasks, settings):
        picture = store_picture(photo_bytes(), name="a.jpg", alt="A photograph")
        assert picture.renditions == {}
        enqueue_missing_renditions()
        run_tasks()
        picture.refresh_from_db()
        key = f"{RECIPE}/{picture.stored_sha256[:20]}"
        assert picture.renditions == {"key": key, "avif": [320, 480, 900], "webp": [320, 480, 900]}
        assert stored(settings) == sorted(names(picture.renditions))
        assert stored(settings)[0] == f"renditions/{key}-320.avif"
        enqueue_missing_renditions()
        assert not DBTaskResult.objects.ready().exists()

    def test_a_picture_is_enqueued_once_and_again_when_its_task_was_lost(self):
        """D13: a killed worker leaves nothing undone."""
        make_picture()
        enqueue_missing_renditions()
        enqueue_missing_renditions()
        assert DBTaskResult.objects.count() == 1
        with time_machine.travel(timezone.now() + LEASE + dt.timedelta(seconds=1)):
            enqueue_missing_renditions()
            enqueue_missing_renditions()
        assert DBTaskResult.objects.count() == 2

    def test_two_tasks_for_one_picture_do_no_harm(self, run_tasks, settings):
        picture = make_photo()
        for _ in range(2):
            renditions.make_for.enqueue(picture.pk)
        run_tasks()
        assert len(stored(settings)) == 6

    def test_many_pictures_are_taken_some_at_a_time(self, monkeypatch):
        monkeypatch.setattr(renditions, "PER_SWEEP", 2)
        for _ in range(3):
            make_picture()
        enqueue_missing_renditions()
        assert DBTaskResult.objects.count() == 2
        enqueue_missing_renditions()
        assert DBTaskResult.objects.count() == 3

    def test_a_mail_goes_before_a_picture(self):
        make_picture()
        enqueue_missing_renditions()
        assert DBTaskResult.objects.get().priority < 0

    def test_a_new_recipe_makes_them_again(self, run_tasks, monkeypatch):
        picture = make_photo()
        make_renditions(picture)
        monkeypatch.setattr(renditions, "RECIPE", RECIPE + 1)
        enqueue_missing_renditions()
        run_tasks()
        picture.refresh_from_db()
        assert picture.renditions_recipe == RECIPE + 1
        assert picture.renditions["key"].startswith(f"{RECIPE + 1}/")

    def test_what_a_killed_worker_left_half_written_is_replaced(self, settings):
        picture = make_photo()
        name = f"renditions/{RECIPE}/{picture.stored_sha256[:20]}-480.webp"
        default_storage.save(name, ContentFile(b"half"))
        make_renditions(picture)
        assert (Path(settings.MEDIA_ROOT) / name).read_bytes()[:4] == b"RIFF"
        assert len(stored(settings)) == 6

    def test_a_picture_that_was_deleted_meanwhile(self):
        picture = make_photo()
        Picture.objects.all().delete()
        assert make_renditions(picture) is True
        assert not Picture.objects.exists()

    def test_another_storage_takes_them_as_well(self, settings):
        """A bucket, for example: names and URLs are the storage's, and nothing asks for a path."""
        settings.STORAGES = settings.STORAGES | {
            "default": {
                "BACKEND": "django.core.files.storage.InMemoryStorage",
                "OPTIONS": {"base_url": "https://bucket.example.com/"},
            }
        }
        picture = make_photo()
        make_renditions(picture)
        assert picture.file.storage.exists(names(Picture.objects.get().renditions)[0])
        html = make_article(body=f"![]({picture.reference})\n").live_version().html
        assert f'srcset="https://bucket.example.com/renditions/{RECIPE}/' in html


class TestWhatShowsIt:
    def test_texts_are_rendered_again_and_pages_invalidated(self, run_tasks, heard):
        picture, other = make_photo(), make_picture()
        shown = make_article(body=f"![Words]({picture.reference})\n")
        covered = make_article(cover=picture, cover_alt="Words")
        make_article(body=f"![]({other.reference})\n")
        draft = make_article(published=None, body=f"![]({picture.reference})\n")
        before = shown.live_version()
        assert "<picture>" not in before.html
        heard[0].clear()
        renditions.make_for.enqueue(picture.pk)
        run_tasks()
        after = shown.live_version()
        assert "<picture><source" in after.html
        assert 'alt="Words"' in after.html
        assert after.updated_at == before.updated_at
        assert "<picture><source" in draft.working_version().html
        assert set(heard[0]) == {shown, covered}
        assert not heard[1]

    @pytest.mark.parametrize("make_facet", [lambda p: make_category(picture=p), lambda p: make_author(avatar=p)])
    def test_the_picture_of_a_facet_tells_every_page(self, heard, make_facet):
        picture = make_photo()
        make_facet(picture)
        heard[1].clear()
        make_renditions(picture)
        assert heard[1]

    def test_an_unused_picture_sends_no_signal(self, heard):
        make_renditions(make_photo())
        assert heard == ([], [])

    def test_a_text_that_cannot_be_set_today_keeps_what_it_has(self):
        picture = make_photo()
        article = make_article(body=f"![]({picture.reference})\n")
        article.versions.update(body=f"![]({picture.reference})\n![x](https://evil.example/x.png)\n")
        html = article.live_version().html
        make_renditions(picture)
        assert article.live_version().html == html
        assert Picture.objects.get().renditions


@pytest.mark.django_db(transaction=True)
def test_they_are_written_down_while_a_text_that_shows_the_picture_is_being_saved():
    """D01: on PostgreSQL neither waits for the other, so none of them fails. SQLite has one writer at a time."""
    picture, version = make_picture(), make_article().newest_version()
    with transaction.atomic():
        PictureUse.objects.create(picture=picture, version=version)
        if connection.features.has_select_for_update:
            with ThreadPoolExecutor(1) as pool:
                assert pool.submit(make_beside, picture).result()
        else:
            assert make_renditions(picture)
    picture.refresh_from_db()
    assert picture.renditions_recipe == RECIPE


def make_beside(picture):
    """Run the worker's task while an editor saves. Fails where it would have to wait."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '2s'")
    try:
        return make_renditions(picture)
    finally:
        connection.close()


class TestTwins:
    """The same bytes uploaded twice are two pictures with one set of files."""

    def test_the_second_is_not_drawn_again(self, settings):
        first, second = make_photo(), make_photo()
        make_renditions(first)
        default_storage.delete(second.file.name)  # it is not even read
        assert make_renditions(second)
        assert second.__class__.objects.get(pk=second.pk).renditions == Picture.objects.get(pk=first.pk).renditions
        assert len(stored(settings)) == 6

    def test_the_files_go_with_the_last(self, client, settings, django_capture_on_commit_callbacks):
        pictures = [make_photo(), make_photo()]
        for picture in pictures:
            make_renditions(picture)
        client.force_login(make_user("Editor"))
        for picture, left in zip(pictures, (6, 0), strict=True):
            with django_capture_on_commit_callbacks(execute=True):
                answer = client.post(f"/admin/insights/picture/{picture.pk}/delete/", {"post": "yes"})
            assert answer.status_code == 302
            assert not default_storage.exists(picture.file.name)
            assert len(stored(settings)) == left


class TestAFileThatIsGone:
    def test_the_task_ends_well_and_looks_again_tomorrow(self, run_tasks, caplog):
        picture = make_photo()
        default_storage.delete(picture.file.name)
        enqueue_missing_renditions()
        with caplog.at_level(logging.WARNING, "insights.pictures.renditions"):
            run_tasks()
        assert "its file is missing" in caplog.text
        assert DBTaskResult.objects.get().status == "SUCCESSFUL"
        enqueue_missing_renditions()
        assert DBTaskResult.objects.count() == 1
        default_storage.save(picture.file.name, ContentFile(photo_bytes()))
        with time_machine.travel(timezone.now() + AGAIN_AFTER + dt.timedelta(minutes=1)):
            enqueue_missing_renditions()
            run_tasks()
        assert Picture.objects.get().renditions["avif"]

    def test_so_does_one_that_cannot_be_read(self, run_tasks, caplog):
        picture = make_photo()
        Path(picture.file.path).write_bytes(b"no picture at all")
        enqueue_missing_renditions()
        run_tasks()
        assert "cannot be read" in caplog.text
        assert Picture.objects.get().renditions == {}


class TestOrphans:
    def test_renditions_without_a_picture_go_and_others_stay(self, settings):
        """D04: no orphan file after the cleanup."""
        kept, gone = make_photo(), make_photo((640, 400))
        make_renditions(kept)
        make_renditions(gone)
        Picture.objects.filter(pk=gone.pk).delete()
        old = default_storage.save(f"renditions/0/{kept.stored_sha256[:20]}-480.avif", ContentFile(b"an old recipe's"))
        with time_machine.travel(timezone.now() + GRACE + dt.timedelta(minutes=1)):
            remove_orphans()
        kept.refresh_from_db()
        assert stored(settings) == sorted(names(kept.renditions))
        assert not default_storage.exists(old)

    def test_young_ones_may_be_about_to_be_recorded(self, settings):
        default_storage.save("renditions/1/0123-480.avif", ContentFile(b"young"))
        remove_orphans()
        assert len(stored(settings)) == 1


class TestTheCommand:
    def test_it_makes_what_is_missing(self, capsys, settings):
        make_photo()
        call_command("make_renditions")
        assert "Created smaller sizes for 1 picture." in capsys.readouterr().out
        assert len(stored(settings)) == 6
        call_command("make_renditions")
        assert "Every picture already has its smaller sizes." in capsys.readouterr().out

    def test_all_of_them_again_on_request(self, capsys, settings):
        make_renditions(make_photo())
        lost = Path(settings.MEDIA_ROOT) / stored(settings)[0]
        lost.unlink()
        call_command("make_renditions", "--all")
        assert lost.exists()

    def test_it_names_those_whose_file_is_gone(self, capsys):
        make_photo()
        gone = make_photo((640, 400))
        default_storage.delete(gone.file.name)
        with pytest.raises(CommandError, match=gone.file.name):
            call_command("make_renditions")
        assert "Created smaller sizes for 1 picture." in capsys.readouterr().out


def test_a_version_saved_later_names_them_at_once():
    picture = make_photo()
    make_renditions(picture)
    article = make_article(body=f"![]({picture.reference})\n")
    assert "<picture><source" in article.live_version().html
    assert "<picture><source" in import_version(article, {"title": "New"}).html
