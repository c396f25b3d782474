"""Recycling of web workers by memory: what a library leaks stays small, and no worker ends for having worked.

Chosen against gunicorn's `max_requests`: at 8,000 cached pages a second 5,000 requests are over in a second or two, and
each new worker starts with an empty cache. A worker above the limit ends after the request in hand, and one at a time:
the listening socket is shared, so what comes meanwhile is answered by the others.
"""

from __future__ import annotations

import fcntl
import os
import struct
import tempfile
import time
from pathlib import Path
from typing import Any

LOOK_SECONDS = 1.0  # between two looks at a worker's memory
PAUSE_SECONDS = 5.0  # between the ends of two workers: the new one is there long before

_MEMORY = Path("/proc/self/statm")  # only Linux has it; elsewhere no worker is recycled
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class Recycling:
    """Made before the workers are forked: they share its file, which holds the time at which the last of them ended."""

    def __init__(self, limit: int) -> None:
        self._limit = limit  # bytes
        with tempfile.TemporaryFile() as file:
            self._turns = os.dup(file.fileno())  # open as long as the process
        self._next_look = 0.0

    def check(self, worker: Any) -> None:
        """End `worker` after this request if its memory is above the limit and no other has just ended."""
        now = time.monotonic()
        if now < self._next_look or not worker.alive:
            return
        self._next_look = now + LOOK_SECONDS
        resident = resident_bytes()
        if resident > self._limit and self._takes_turn(now):
            worker.log.info("Worker %d ends with %d MB; a new one takes its place.", worker.pid, resident // 1_000_000)
            worker.alive = False

    def _takes_turn(self, now: float) -> bool:
        """Whether this process is the one that ends now. Its lock is released by its end."""
        try:
            fcntl.lockf(self._turns, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        last = os.pread(self._turns, 8, 0)
        if last and now < struct.unpack("d", last)[0] + PAUSE_SECONDS:
            fcntl.lockf(self._turns, fcntl.LOCK_UN)
            return False
        os.pwrite(self._turns, struct.pack("d", now), 0)
        return True


def resident_bytes() -> int:
    """This process's resident memory; 0 where the system does not say."""
    try:
        return int(_MEMORY.read_bytes().split()[1]) * _PAGE_BYTES
    except OSError:
        return 0
