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
from contextlib import contextmanager
from pathlib import Path

logger = logging.getLogger(__name__)

GROUPS = 4096  # addresses share these counters by a checksum; group 0 is the whole site
LOCKS = 256
WORD = 8

_MARKED = re.compile(r"/insights/([-a-zA-Z0-9_]+)/\Z")  # the addresses that deploy/nginx.conf looks up by themselves
WHOLE_SITE = "_site"


def group_of(path: str) -> int:
    """The group of an address, from 1 to GROUPS - 1; the same on every machine."""
    return 1 + zlib.crc32(path.encode()) % (GROUPS - 1)


class Generations:
    """The counters in `folder`, made if they are not there. Raises OSError."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._marks = folder / "edge"
        self._marks.mkdir(exist_ok=True)
        self._file = folder / "generations"
        size = 2 * GROUPS * WORD
        number = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o660)
        try:
            if os.fstat(number).st_size != size:
                os.ftruncate(number, size)  # grows with zeros; twice does no harm
            words = memoryview(mmap.mmap(number, size)).cast("Q")
        finally:
            os.close(number)
        self.counters, self._tokens = words[:GROUPS], words[GROUPS:]

    def forget(self, path: str = "", token: int = 0) -> int:
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
        match = _MARKED.match(path)
        (self._marks / (match[1] if match else WHOLE_SITE)).touch()

    def drop_marks(self, seconds: float) -> None:
        """Take away the marks that are older than `seconds`: the proxy has nothing left from before."""
        latest = time.time() - seconds
        with _locked(self._file):
            for mark in self._marks.iterdir():
                if mark.stat().st_mtime < latest:
                    mark.unlink()

    @contextmanager
    def rendering(self, group: int, seconds: float) -> Iterator[bool]:
        """Hold the right to render pages of `group` on this machine, waiting for at most `seconds`; whether it is held.

        The system takes it back from a process that dies.
        """
        number = os.open(self.folder / f"lock-{group % LOCKS}", os.O_RDWR | os.O_CREAT, 0o660)
        try:
            yield _lock_within(number, seconds)
        finally:
            os.close(number)


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    """An exclusive lock that holds between threads as well, since each time is an opening of its own."""
    number = os.open(file, os.O_RDWR)
    try:
        fcntl.flock(number, fcntl.LOCK_EX)
        yield
    finally:
        os.close(number)


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
