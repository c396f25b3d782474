"""Counters in shared memory, by which every process of a server sees in microseconds that pages have changed.

All processes map one small file on a local disk, with a counter for the site and one per group of paths. A cached page
is valid while its two counters are unchanged. We do not ask a cache server because that costs as much as the page. A
change increments a counter under a lock. Reading needs none, since an aligned word of eight bytes is read whole. A
proxy on the same server cannot read counters. While a page's mark is in `edge/`, the proxy asks us.
"""

from __future__ import annotations

import fcntl
import logging
import mmap
import os
import re
import secrets
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

logger = logging.getLogger(__name__)

GROUPS = 4096  # paths share these counters by checksum; group 0 is the whole site
LOCKS = 256
WORD = 8
SIZE = 2 * GROUPS * WORD

_MARKED = re.compile(r"/insights/([-a-zA-Z0-9_]+)/\Z")  # paths for which deploy/nginx.conf has marks of their own
WHOLE_SITE = "_site"


def group_of(path: str) -> int:
    return 1 + zlib.crc32(path.encode()) % (GROUPS - 1)


class Generations:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._marks = folder / "edge"
        self._file = folder / "generations"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._marks.mkdir(exist_ok=True)
            memory = self._mapped_file()
        except OSError as error:
            logger.error(
                "Page cache: cannot use the folder %s (%s). Some processes may serve outdated pages.",
                folder,
                error.strerror,
            )
            # Only processes forked from this one share it. Others miss changes: their pages may be as old as PAGE_CACHE
            # allows.
            memory = mmap.mmap(-1, SIZE)
        words = memoryview(memory).cast("Q")
        self.counters, self._tokens = words[:GROUPS], words[GROUPS:]

    def _mapped_file(self) -> mmap.mmap:
        number = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o660)
        try:
            # Allocate all blocks now: on a full disk, touching a hole in a mapped file kills the process (SIGBUS).
            _allocate(number)
            return mmap.mmap(number, SIZE)
        finally:
            os.close(number)

    def invalidate(self, path: str = "", token: int = 0) -> int:
        """Invalidate the pages at `path`, or all, in every process of this server. Return the change's token."""
        group = group_of(path) if path else 0
        with _locked(self._file):
            # A change of another server reaches each process here, but only the first one counts it.
            if token and self._tokens[group] == token:
                return token
            self._tokens[group] = token = token or secrets.randbits(63) + 1
            self.counters[group] += 1
            self._mark(path)
        return token

    def _mark(self, path: str) -> None:
        match = _MARKED.match(path)
        try:
            (self._marks / (match[1] if match else WHOLE_SITE)).touch()
        # On a full disk, the proxy serves its copy until that expires.
        except OSError as error:
            logger.warning("Page cache: the proxy could not be notified of a changed page (%s).", error.strerror)

    def drop_marks(self, seconds: float) -> None:
        """Delete marks older than `seconds`; the proxy has no older pages left."""
        latest = time.time() - seconds
        with suppress(OSError), _locked(self._file):
            for mark in self._marks.iterdir():
                if mark.stat().st_mtime < latest:
                    mark.unlink()

    @contextmanager
    def rendering(self, group: int, seconds: float) -> Iterator[bool]:
        """Hold the lock for rendering pages of `group`, after at most `seconds`. Yield whether it is held."""
        try:
            number = os.open(self.folder / f"lock-{group % LOCKS}", os.O_RDONLY | os.O_CREAT, 0o660)
        # No room for the lock file: every process renders.
        except OSError:
            yield True
            return
        try:
            yield _lock_within(number, seconds)
        finally:
            os.close(number)


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    """Hold an exclusive lock, between threads too, since each call opens the file."""
    try:
        number = os.open(file, os.O_RDONLY)
    # Without a file, the counters are in memory, and two changes at once may count as one.
    except OSError:
        yield
        return
    try:
        fcntl.flock(number, fcntl.LOCK_EX)
        yield
    finally:
        os.close(number)


def _allocate(number: int) -> None:
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(number, 0, SIZE)
    elif os.fstat(number).st_size < SIZE:
        os.pwrite(number, b"\0" * (SIZE - os.fstat(number).st_size), os.fstat(number).st_size)


def _lock_within(number: int, seconds: float) -> bool:
    latest = time.monotonic() + seconds
    pause = 0.001
    while True:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() >= latest:
                return False
            time.sleep(pause)
            pause = min(2 * pause, 0.02)
        else:
            return True
