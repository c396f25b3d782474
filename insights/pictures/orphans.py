"""Removal of picture and rendition files without a row, left by a worker killed before the commit.

Files are written before their row, and a file younger than `GRACE` may belong to an open transaction.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import batched

from django.core.files.storage import default_storage
from django.utils import timezone

from insights.models import Picture
from insights.pictures import renditions

logger = logging.getLogger(__name__)

FOLDER = "pictures"
GRACE = dt.timedelta(hours=1)
EVERY_SECONDS = 3600.0
BATCH = 500

_next_look = 0.0


def remove_orphans_hourly() -> None:
    """Remove orphans, at most once an hour in each process."""
    global _next_look  # one clock per process
    if time.monotonic() >= _next_look:
        _next_look = time.monotonic() + EVERY_SECONDS
        remove_orphans()


def remove_orphans() -> int:
    removed = _remove_below(FOLDER, _unknown) + _remove_below(renditions.FOLDER, renditions.unknown_files)
    if removed:
        logger.warning("Removed unused picture files: %d.", removed)
    return removed


def _remove_below(folder: str, unknown: Callable[[Sequence[str]], list[str]]) -> int:
    removed = 0
    for batch in batched(_old_files(folder), BATCH):
        for name in unknown(batch):
            default_storage.delete(name)
            removed += 1
    return removed


def _unknown(names: Sequence[str]) -> list[str]:
    known = set(Picture.objects.filter(file__in=names).values_list("file", flat=True))
    return [name for name in names if name not in known]


def _old_files(folder: str) -> Iterator[str]:
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for file in files:
        name = f"{folder}/{file}"
        if _is_old(name):
            yield name
    for inner in folders:
        yield from _old_files(f"{folder}/{inner}")


def _is_old(name: str) -> bool:
    try:
        return timezone.now() - default_storage.get_modified_time(name) > GRACE
    except FileNotFoundError:  # deleted since its folder was listed
        return False
