"""Upload of a picture: quota, re-encoding in a child process (`bounded.py`), file and row.

The client's content type and file name are not trusted. Renditions are made later (`renditions.py`). A file uploaded
twice can become two pictures, because its texts belong to one use; the earlier picture is offered first.
"""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from insights.models import Picture, User
from insights.pictures import bounded, quota, reencoding
from insights.pictures.reencoding import MAX_BYTES, PictureRefused
from insights.text import invisible_characters

logger = logging.getLogger(__name__)

LIMITS = bounded.Limits(cpu=8, wall=40, memory=400 * bounded.MEGABYTE)
TOO_MUCH_WORK = "This picture takes too much time or memory to process. Save it as a smaller JPEG or PNG."


class PictureTooLarge(PictureRefused):
    status = 413


class TooManyPictures(PictureRefused):
    status = 429

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class PictureNotStored(PictureRefused):
    """A failed write to the storage: the disk is full or read-only, or the bucket does not respond."""

    status = 503
    retry_after = 30


@dataclass(frozen=True, slots=True)
class Encoded:
    """A picture as it will be stored: `ReencodedPicture` with SHA-256 in hex."""

    content: bytes
    extension: str
    width: int
    height: int
    source_sha256: str  # of the upload
    stored_sha256: str  # of `content`


def reencode_upload(upload: IO[bytes] | bytes) -> Encoded:
    """Re-encode an upload, within LIMITS. Reads at most MAX_BYTES + 1 bytes. Raises PictureRefused."""
    source = _read(upload)
    try:
        values, files = bounded.run(reencoding.reencode_in_child, source, LIMITS)
    except bounded.TooMuchWork as error:
        logger.warning("A picture of %d bytes could not be processed: %s.", len(source), error)
        raise PictureRefused(TOO_MUCH_WORK) from None
    if "refused" in values:
        raise PictureRefused(values["refused"])
    content = files[0]
    size = values["extension"], values["width"], values["height"]
    return Encoded(content, *size, hashlib.sha256(source).hexdigest(), hashlib.sha256(content).hexdigest())


def reencode_before_transaction(uploads: Iterable[Any], user: User) -> None:
    """Re-encode uploads for `store_picture` now, since it takes seconds and no lock may be held so long."""
    for upload in uploads:
        if hasattr(upload, "reencoded"):  # the form is processed a second time
            continue
        try:
            upload.reencoded = _reencoded_for(upload, user)
        except PictureRefused as refused:
            upload.reencoded = refused


def store_picture(
    upload: IO[bytes] | bytes,
    *,
    name: str = "",
    alt: str = "",
    caption: str = "",
    credit: str = "",
    user: User | None = None,
) -> Picture:
    """Re-encode and store an upload under a random name, or nothing. `name`: kept as text. Raises PictureRefused."""
    encoded = getattr(upload, "reencoded", None) or _reencoded_for(upload, user)
    if isinstance(encoded, PictureRefused):
        raise encoded
    picture = Picture(
        name=tidy_name(name or getattr(upload, "name", "") or ""),
        alt=invisible_characters.single_line(alt)[:300],
        caption=invisible_characters.single_line(caption)[:300],
        credit=invisible_characters.single_line(credit)[:160],
        uploaded_by=user,
        width=encoded.width,
        height=encoded.height,
        source_sha256=encoded.source_sha256,
        stored_sha256=encoded.stored_sha256,
    )
    with transaction.atomic():
        if user is not None:
            # Uploads of one account are counted one after another; its other saves do not wait (no_key).
            User.objects.select_for_update(no_key=True).get(pk=user.pk)
            _check_rate(user)
        _store_file(picture, encoded)
        try:
            picture.save()
        except Exception:
            picture.file.delete(save=False)
            raise
    return picture


def earlier_upload(upload: Any, user: User | None) -> Picture | None:
    encoded = getattr(upload, "reencoded", None)
    if user is None or not isinstance(encoded, Encoded):
        return None
    return Picture.objects.filter(uploaded_by=user, source_sha256=encoded.source_sha256).first()


def tidy_name(name: str) -> str:
    """Return a client's file name as safe text: last part of the path, printable, at most 120 characters."""
    last = PurePosixPath(name.replace("\\", "/")).name
    tidy = "".join(character for character in last if character.isprintable()).strip()
    if len(tidy) > 120:
        tidy = f"{tidy[:100]}…{tidy[-19:]}"
    return tidy or "picture"


def _read(upload: IO[bytes] | bytes) -> bytes:
    source = upload if isinstance(upload, bytes) else upload.read(MAX_BYTES + 1)
    if len(source) > MAX_BYTES:
        raise PictureTooLarge(f"The picture is larger than {MAX_BYTES // 1024**2} MB. Upload a smaller one.")
    return source


def _reencoded_for(upload: IO[bytes] | bytes, user: User | None) -> Encoded:
    """Count the upload of `user` and re-encode it; a refused picture counts as well."""
    source = _read(upload)
    if user is not None:
        _check_rate(user)
        if wait := quota.count_upload(user, len(source)):
            limits = settings.PICTURE_UPLOADS
            raise TooManyPictures(
                f"You can upload at most {limits['per_day']:,} pictures and {limits['bytes_per_day'] // 1_000_000:,} MB"
                f" in 24 hours. Try again {_in_words(wait)}.",
                wait,
            )
    return reencode_upload(source)


def _check_rate(user: User | None) -> None:
    if user is None:
        return
    since, limit = timezone.now() - dt.timedelta(minutes=1), settings.PICTURE_UPLOADS["per_minute"]
    if Picture.objects.filter(uploaded_by=user, uploaded_at__gt=since).count() >= limit:
        raise TooManyPictures(f"You can upload at most {limit} pictures per minute. Wait a minute, then try again.", 60)


def _store_file(picture: Picture, encoded: Encoded) -> None:
    try:
        picture.file.save(f"{picture.uid.hex}.{encoded.extension}", ContentFile(encoded.content), save=False)
    except Exception as error:  # a disk raises OSError, a bucket's client exceptions of its own
        logger.error("A picture could not be stored (%s): %s", type(error).__name__, error)
        raise PictureNotStored(why_not_stored(error)) from None


def why_not_stored(error: Exception) -> str:
    number = error.errno if isinstance(error, OSError) else None
    why = {
        errno.ENOSPC: "There is not enough disk space",
        errno.EDQUOT: "There is not enough disk space",
        errno.EROFS: "The disk for pictures is read-only",
    }.get(number or 0, "The file storage returned an error")
    return f"{why}, so the picture was not saved. Tell your administrator and upload it again later."


def _in_words(seconds: int) -> str:
    minutes = -(-seconds // 60)
    return f"in {-(-seconds // 3600)} hours" if minutes > 60 else f"in {minutes} minute{'' if minutes == 1 else 's'}"
