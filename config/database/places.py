"""Limited places for requests that wait long for a lock, so that one worker stays free for readers.

With two workers, an editor's save and a sign-up could hold both while they wait. So one request less than the server
can handle at once waits its full time. The others give up after SHORT_SECONDS. A single worker has one place. Visitors
take no place beside staff; one who already waits there goes on, for at most two seconds. Places are locked files, which
the system releases when a process dies.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.conf import settings

SHORT_SECONDS = 0.2
LOOK_SECONDS = 0.005


@contextmanager
def waiting_place(seconds: float) -> Iterator[float]:
    """Hold a place and yield the seconds to wait: `seconds`, or SHORT_SECONDS without a free place."""
    if seconds <= SHORT_SECONDS:
        yield seconds
        return
    with ExitStack() as held:
        yield seconds if _take(held, is_staff=seconds >= settings.LOCK_SECONDS) else SHORT_SECONDS


def _take(held: ExitStack, *, is_staff: bool) -> bool:
    folder = settings.VAR_DIR / "waiting"
    try:
        folder.mkdir(exist_ok=True)
        for number in range(max(1, settings.WORKERS * settings.THREADS - 1)):
            staff, visitors = folder / f"staff-{number}", folder / f"visitors-{number}"
            # A visitor's check locks the staff file for a very short time, so try it twice.
            if is_staff and (_lock(staff, held, fcntl.LOCK_EX) or _lock_soon(staff, held)):
                return True
            with ExitStack() as looked:
                if not is_staff and _lock(staff, looked, fcntl.LOCK_SH) and _lock(visitors, held, fcntl.LOCK_EX):
                    return True
    except OSError:  # the disk is full or read-only; the write itself reports it
        return True
    return False


def _lock_soon(file: Path, held: ExitStack) -> bool:
    time.sleep(LOOK_SECONDS)
    return _lock(file, held, fcntl.LOCK_EX)


def _lock(file: Path, held: ExitStack, how: int) -> bool:
    number = os.open(file, os.O_RDWR | os.O_CREAT, 0o660)
    try:
        fcntl.flock(number, how | fcntl.LOCK_NB)
    except OSError as error:
        os.close(number)
        if isinstance(error, BlockingIOError):
            return False
        raise
    held.callback(os.close, number)
    return True
