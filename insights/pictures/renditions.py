"""Pictures in several widths, as AVIF and WebP, made from the stored file after it was handed in.

Chosen: about a hundred lines on Pillow, which encodes both formats itself. Looked at and left: django-pictures 1.8
(alive, small, well made) keeps no record of what exists, so that its page names files before they are there and after
their making failed; it takes names from the upload's and overwrites in place, where ours are kept by caches for a year;
its markup comes from a template per picture and its tasks from Celery, RQ or Dramatiq. easy-thumbnails 2.10 makes files
while a page is asked for, which costs the first reader seconds and writes on GET, keeps them in three tables, knows no
AVIF of its own and names no Django after 5.2. Look again when either keeps a record and takes Django's own tasks.

No table of files: a row's `renditions` names them all, so that a page needs no further query. Their names follow from
the SHA-256 of the stored file and from RECIPE, so that the same picture gets the same names in every database. Nobody
enqueues: `sweep` finds rows without renditions (after an upload, an import, a restore, a new RECIPE) within seconds,
and again when a worker was killed. Until then, and where the file is gone, the page shows the stored file alone.
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

RECIPE = 1  # raise it when other files should come out of the same picture; the sweep then makes all of them anew
STEM = 20  # letters of the SHA-256 that a name carries
LEASE = dt.timedelta(minutes=10)  # how long a task may take, or wait in the queue, before it counts as lost
AGAIN_AFTER = dt.timedelta(days=1)  # when to look again for a file that was gone
PER_SWEEP = 20
LIMITS = bounded.Limits(cpu=60, wall=180, memory=700 * bounded.MEGABYTE)

Summary = dict[str, Any]  # {"key": "1/<20 hex>", "avif": [480, …], "webp": […]}; empty when no file was worth keeping


def enqueue_missing_renditions() -> None:
    """Enqueue a task for each picture that waits for renditions, some at a time; each stays with its task for LEASE."""
    now = timezone.now()
    waiting = Picture.objects.without_renditions(RECIPE, now).order_by("pk")
    for pk, retry_at in list(waiting.values_list("pk", "renditions_retry_at")[:PER_SWEEP]):
        with transaction.atomic():
            mine = Picture.objects.filter(pk=pk, renditions_retry_at=retry_at, renditions_recipe__lt=RECIPE)
            if mine.update(renditions_retry_at=now + LEASE):
                make_for.enqueue(pk)


@task(priority=-20)  # whoever waits for a mail or a preview goes first
def make_for(pk: int) -> None:
    """Make the renditions of the picture with this id, unless somebody has."""
    picture = Picture.objects.filter(pk=pk, renditions_recipe__lt=RECIPE).first()
    if picture is not None:
        make_renditions(picture)


def make_renditions(picture: Picture, *, force: bool = False) -> bool:
    """Make the renditions of `picture` and set what shows it anew; False when its file is gone or cannot be read.

    `anew`: draw again also what another picture with the same bytes has already.
    """
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
    """Store all files, or no new one where the disk is full or read-only; the sweep tries again after LEASE."""
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
    """`rendition_encoding.encode`, within LIMITS. Raises Unreadable."""
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
    """What a picture's row says of its renditions."""
    kept = {format_: sorted(by_width) for format_, by_width in drawn.items() if by_width}
    return {"key": key(stored_sha256), **kept} if kept else {}


def key(stored_sha256: str) -> str:
    """What the names of all renditions of a picture begin with, below FOLDER."""
    return f"{RECIPE}/{stored_sha256[:STEM]}"


def files(stored_sha256: str, drawn: Mapping[str, Mapping[int, bytes]]) -> dict[str, bytes]:
    """The files to store, by name."""
    return {
        f"{FOLDER}/{key(stored_sha256)}-{width}.{format_}": content
        for format_, by_width in drawn.items()
        for width, content in by_width.items()
    }


def names(summary: Mapping[str, Any]) -> list[str]:
    """The names of all files that a row's `renditions` speaks of."""
    return [
        f"{FOLDER}/{summary['key']}-{width}.{format_}"
        for format_, widths in summary.items()
        if format_ != "key"
        for width in widths
    ]


def put(storage: Storage, name: str, content: bytes) -> bool:
    """Store a file under exactly this name, in place of what is there; whether none was there.

    Pages may name the file. So it stays where it holds these bytes, and comes back where the disk is full. Else it is
    what a killed worker left half written.
    """
    before = _content(storage, name)
    if before == content:
        return False
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
    file.content_type = f"image/{name.rpartition('.')[2]}"  # type: ignore[attr-defined]  # what a bucket answers with
    stored = storage.save(name, file)
    if stored != name:  # another worker was a moment quicker, with the same bytes
        storage.delete(stored)


def remove(picture: Picture) -> None:
    """Delete the renditions of a picture that is no longer there, unless another with the same bytes shows them."""
    if _twins(picture).exists():
        return
    for name in names(picture.renditions):
        picture.file.storage.delete(name)


def unknown_files(candidates: Sequence[str]) -> list[str]:
    """Those of the files below FOLDER, by name, that no picture's row speaks of."""
    stems = {name.rpartition("/")[2][:STEM] for name in candidates}
    rows = Picture.objects.annotate(stem=Left("stored_sha256", STEM)).filter(stem__in=stems)
    known = {name for summary in rows.values_list("renditions", flat=True) for name in names(summary)}
    return [name for name in candidates if name not in known]


def _twins(picture: Picture) -> PictureQuerySet:
    return Picture.objects.filter(stored_sha256=picture.stored_sha256).exclude(pk=picture.pk)


@transaction.atomic
def _record(picture: Picture, summary: Summary) -> None:
    """Write down what there is, and in the same transaction set anew what shows the picture: no page is forgotten."""
    rows = Picture.objects.select_for_update(no_key=True)  # texts that are saved meanwhile may name it
    row = rows.filter(pk=picture.pk).first()
    if row is None:  # deleted while it was drawn; the sweep for orphans takes the files
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
    return "its file is gone" if isinstance(error, FileNotFoundError) else "its file cannot be read"
