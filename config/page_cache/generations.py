"""What tells every process of a machine, in microseconds, that pages have changed.

Chosen: a small file in VAR_DIR that all of them map into memory, with one counter for the whole site and one for each
group of addresses. A kept page remembers the two counters that it was rendered under and is good while both still
stand there: two reads of memory, where asking a cache server would cost as much as the page. Whoever changes something
adds one under a lock of the file; readers take none, since an aligned word of eight bytes is read whole. The file
belongs on a local disk. Beside it lie marks for a proxy on the same machine (`edge/`), which keeps pages of its own and
cannot read counters, but can look whether a file is there: while the mark of a page is, it asks us.
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

GROUPS = 4096  # addresses share these counters by a checksum; group 0 is the whole site
LOCKS = 256
WORD = 8
SIZE = 2 * GROUPS * WORD

_MARKED = re.compile(r"/insights/([-a-zA-Z0-9_]+)/\Z")  # the addresses that deploy/nginx.conf looks up by themselves
WHOLE_SITE = "_site"


def group_of(path: str) -> int:
    """The group of an address, from 1 to GROUPS - 1; the same on every machine."""
    return 1 + zlib.crc32(path.encode()) % (GROUPS - 1)


class Generations:
    """The counters in `folder`, made if they are not there.

    On a disk that is full or read-only they are in memory, which the processes share that are forked from this one.
    Others hear of no change then, so that a page of theirs may be as old as `PAGE_CACHE` lets it get.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._marks = folder / "edge"
        self._file = folder / "generations"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._marks.mkdir(exist_ok=True)
            memory = self._mapped_file()
        except OSError as error:
            logger.error("Changes of pages cannot be shared through %s: %s.", folder, error.strerror)
            memory = mmap.mmap(-1, SIZE)
        words = memoryview(memory).cast("Q")
        self.counters, self._tokens = words[:GROUPS], words[GROUPS:]

    def _mapped_file(self) -> mmap.mmap:
        number = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o660)
        try:
            # All of its blocks now: on a full disk, touching a hole in a mapped file kills the process (SIGBUS).
            _allocate(number)
            return mmap.mmap(number, SIZE)
        finally:
            os.close(number)

    def invalidate(self, path: str = "", token: int = 0) -> int:
        """Pages at `path`, or all, are old from now on, in every process of this machine.

        `token` names a change that another machine told of: each process here hears of it, the first one counts it.
        Returns the change's token, which is never 0.
        """
        group = group_of(path) if path else 0
        with _locked(self._file):
            if token and self._tokens[group] == token:
                return token
            self._tokens[group] = token = token or secrets.randbits(63) + 1
            self.counters[group] += 1
            self._mark(path)
        return token

    def _mark(self, path: str) -> None:
        """Without room for a mark, the proxy shows the page it has for as long as that says."""
        match = _MARKED.match(path)
        try:
            (self._marks / (match[1] if match else WHOLE_SITE)).touch()
        except OSError as error:
            logger.warning("The proxy was not informed of a changed page: %s.", error.strerror)

    def drop_marks(self, seconds: float) -> None:
        """Take away the marks that are older than `seconds`: the proxy has nothing left from before."""
        latest = time.time() - seconds
        with suppress(OSError), _locked(self._file):
            for mark in self._marks.iterdir():
                if mark.stat().st_mtime < latest:
                    mark.unlink()

    @contextmanager
    def rendering(self, group: int, seconds: float) -> Iterator[bool]:
        """Hold the right to render pages of `group` on this machine, waiting for at most `seconds`; whether it is held.

        The system takes it back from a process that dies. Without room for the lock's file everyone renders.
        """
        try:
            number = os.open(self.folder / f"lock-{group % LOCKS}", os.O_RDONLY | os.O_CREAT, 0o660)
        except OSError:
            yield True
            return
        try:
            yield _lock_within(number, seconds)
        finally:
            os.close(number)


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    """An exclusive lock that holds between threads as well, since each time is an opening of its own.

    Where there is no file, its counters are in memory, and two changes at once may count as one.
    """
    try:
        number = os.open(file, os.O_RDONLY)
    except OSError:
        yield
        return
    try:
        fcntl.flock(number, fcntl.LOCK_EX)
        yield
    finally:
        os.close(number)


def _allocate(number: int) -> None:
    """Give a file SIZE bytes on the disk, and keep what it holds. Raises OSError."""
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
