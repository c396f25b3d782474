"""Renditions: each picture in several widths as AVIF and WebP, made from the stored file after its upload.

We use a hundred lines on Pillow instead of a package. The package django-pictures 1.8 keeps no record of files, so its
pages name missing files. It overwrites files in place, while caches keep ours for a year, and needs Celery, RQ or
Dramatiq. Another, easy-thumbnails 2.10, makes files during a GET request, has no AVIF and names no Django after 5.2.
Check again when either keeps a record and uses Django's tasks.

A row's `renditions` lists its files, so a page needs no further query. File names follow from the stored SHA-256 and
RECIPE, so they are the same in every database. Until files exist, a page shows the stored file only.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db import transaction
from django.db.models.functions import Left
from django.tasks import task
from django.utils import timezone

from insights import signals
from insights.models import Article, Author, Category, Picture, Series, Tag, Version
from insights.models.pictures import RENDITIONS_FOLDER as FOLDER
from insights.models.pictures import PictureQuerySet
from insights.pictures import bounded, rendition_encoding
from insights.pictures.rendition_encoding import Drawn, UnreadablePicture
from insights.publishing.rerendering import rerender

logger = logging.getLogger(__name__)

RECIPE = 1  # increase it when the same picture should give other files; all are then made again
STEM = 20  # characters of the SHA-256 in a file name
LEASE = dt.timedelta(minutes=10)  # how long a task may take, or wait in the queue, before it counts as lost
AGAIN_AFTER = dt.timedelta(days=1)  # delay before a missing file is tried again
PER_SWEEP = 20
LIMITS = bounded.Limits(cpu=60, wall=180, memory=700 * bounded.MEGABYTE)

Summary = dict[str, Any]  # {"key": "1/<20 hex>", "avif": [480, …], "webp": […]}; empty if no file was worth keeping


def enqueue_missing_renditions() -> None:
    """Enqueue a task for up to PER_SWEEP pictures without renditions; each is reserved for LEASE."""
    now = timezone.now()
    waiting = Picture.objects.without_renditions(RECIPE, now).order_by("pk")
    for pk, retry_at in list(waiting.values_list("pk", "renditions_retry_at")[:PER_SWEEP]):
        with transaction.atomic():
            mine = Picture.objects.filter(pk=pk, renditions_retry_at=retry_at, renditions_recipe__lt=RECIPE)
            if mine.update(renditions_retry_at=now + LEASE):
                make_for.enqueue(pk)


@task(priority=-20)  # emails and previews go first
def make_for(pk: int) -> None:
    picture = Picture.objects.filter(pk=pk, renditions_recipe__lt=RECIPE).first()
    if picture is not None:
        make_renditions(picture)


def make_renditions(picture: Picture, *, force: bool = False) -> bool:
    """Make renditions and update pages; return False if it fails. `force`: even if an equal picture has them."""
    twin = _twins(picture).filter(renditions_recipe=RECIPE).first()
    if twin is not None and not force:
        _record(picture, twin.renditions)
        return True
    try:
        with picture.file.open("rb") as stream:
            made = drawn_renditions(stream.read())
    except (FileNotFoundError, UnreadablePicture) as error:
        logger.warning("Picture %s has no renditions: %s.", picture.pk, _reason(error))
        picture.renditions_retry_at = timezone.now() + AGAIN_AFTER
        picture.save(update_fields=["renditions_retry_at"])
        return False
    summary = summarise(picture.stored_sha256, made)
    if not _stored(picture, files(picture.stored_sha256, made)):
        return False
    _record(picture, summary)
    return True


def _stored(picture: Picture, contents: Mapping[str, bytes]) -> bool:
    """Store all files, or no new one if the disk is full or read-only; a later task tries again."""
    storage, written = picture.file.storage, []
    try:
        for name, content in contents.items():
            if put(storage, name, content):
                written.append(name)
    except OSError as error:
        logger.warning("The renditions of picture %s could not be stored: %s.", picture.pk, error.strerror)
        with contextlib.suppress(OSError):
            for name in written:
                storage.delete(name)
        return False
    return True


def drawn_renditions(content: bytes, wanted: Mapping[str, Sequence[int]] | None = None) -> Drawn:
    try:
        values, made = bounded.run(rendition_encoding.encode_in_child, content, LIMITS, wanted=wanted)
    except bounded.TooMuchWork as error:
        raise UnreadablePicture(str(error)) from None
    if values["made"] is None:
        raise UnreadablePicture
    by_format: Drawn = {format_: {} for format_ in values["formats"]}
    for (format_, width), file in zip(values["made"], made, strict=True):
        by_format[format_][width] = file
    return by_format


def summarise(stored_sha256: str, drawn: Mapping[str, Mapping[int, bytes]]) -> Summary:
    kept = {format_: sorted(by_width) for format_, by_width in drawn.items() if by_width}
    return {"key": key(stored_sha256), **kept} if kept else {}


def key(stored_sha256: str) -> str:
    """Return the common start of the names of all renditions of a picture, below FOLDER."""
    return f"{RECIPE}/{stored_sha256[:STEM]}"


def files(stored_sha256: str, drawn: Mapping[str, Mapping[int, bytes]]) -> dict[str, bytes]:
    return {
        f"{FOLDER}/{key(stored_sha256)}-{width}.{format_}": content
        for format_, by_width in drawn.items()
        for width, content in by_width.items()
    }


def names(summary: Mapping[str, Any]) -> list[str]:
    return [
        f"{FOLDER}/{summary['key']}-{width}.{format_}"
        for format_, widths in summary.items()
        if format_ != "key"
        for width in widths
    ]


def put(storage: Storage, name: str, content: bytes) -> bool:
    """Store a file under exactly this name; return whether none was there. An error restores the old bytes."""
    before = _content(storage, name)
    if before == content:
        return False  # pages may use the file already
    storage.delete(name)
    try:
        _save(storage, name, content)
    except OSError:
        if before:
            with contextlib.suppress(OSError):
                _save(storage, name, before)
        raise
    return before is None


def _content(storage: Storage, name: str) -> bytes | None:
    try:
        with storage.open(name) as file:
            return file.read()
    except FileNotFoundError:
        return None


def _save(storage: Storage, name: str, content: bytes) -> None:
    file = ContentFile(content)
    file.content_type = f"image/{name.rpartition('.')[2]}"  # type: ignore[attr-defined]  # the Content-Type that a bucket serves
    stored = storage.save(name, file)
    if stored != name:  # another worker was faster, with the same bytes
        storage.delete(stored)


def remove(picture: Picture) -> None:
    """Delete the renditions of a deleted picture, unless another picture has the same bytes."""
    if _twins(picture).exists():
        return
    for name in names(picture.renditions):
        picture.file.storage.delete(name)


def unknown_files(candidates: Sequence[str]) -> list[str]:
    stems = {name.rpartition("/")[2][:STEM] for name in candidates}
    rows = Picture.objects.annotate(stem=Left("stored_sha256", STEM)).filter(stem__in=stems)
    known = {name for summary in rows.values_list("renditions", flat=True) for name in names(summary)}
    return [name for name in candidates if name not in known]


def _twins(picture: Picture) -> PictureQuerySet:
    return Picture.objects.filter(stored_sha256=picture.stored_sha256).exclude(pk=picture.pk)


@transaction.atomic
def _record(picture: Picture, summary: Summary) -> None:
    """Save the renditions and update every page that shows the picture, in one transaction."""
    rows = Picture.objects.select_for_update(no_key=True)  # versions that are saved at the same time may refer to it
    row = rows.filter(pk=picture.pk).first()
    if row is None:  # deleted meanwhile; `remove_orphans` deletes the files
        return
    row.keep_renditions(summary, RECIPE)
    rerender(Version.objects.filter(picture_uses__picture=row))
    covered = Version.objects.current().filter(cover=row, live_from__isnull=False)
    for article in Article.objects.filter(pk__in=covered.values("article")):
        signals.article_changed.send(sender=Article, article=article)
    facets: Sequence[Any] = (
        Category.objects.filter(picture=row), Tag.objects.filter(picture=row),
        Series.objects.filter(picture=row), Author.objects.filter(avatar=row),
    )  # fmt: skip
    if any(rows.exists() for rows in facets):
        signals.listing_changed.send(sender=Picture)


def _reason(error: Exception) -> str:
    return "its file is missing" if isinstance(error, FileNotFoundError) else "its file cannot be read"
