"""Recycling of web workers by memory use, which limits memory leaks of libraries, one worker at a time.

We use this instead of gunicorn's `max_requests`: at 8,000 cached pages a second, 5,000 requests take a second or two.
Each new worker starts with an empty cache.
"""

from __future__ import annotations

import fcntl
import os
import struct
import tempfile
import time
from pathlib import Path
from typing import Any

LOOK_SECONDS = 1.0  # between two checks of a worker's memory
PAUSE_SECONDS = 5.0  # between the ends of two workers; the new one is ready long before

_MEMORY = Path("/proc/self/statm")  # Linux only; elsewhere no worker is recycled
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class Recycling:
    """Memory limit for workers. Create it before the fork: workers share a file with the time of the last end."""

    def __init__(self, limit: int) -> None:
        self._limit = limit  # bytes
        with tempfile.TemporaryFile() as file:
            self._turns = os.dup(file.fileno())  # stays open until the process ends
        self._next_look = 0.0

    def check(self, worker: Any) -> None:
        now = time.monotonic()
        if now < self._next_look or not worker.alive:
            return
        self._next_look = now + LOOK_SECONDS
        resident = resident_bytes()
        if resident > self._limit and self._takes_turn(now):
            worker.log.info(
                "Worker %d uses %d MB, more than WORKER_MEMORY. It is being replaced.",
                worker.pid,
                resident // 1_000_000,
            )
            worker.alive = False

    def _takes_turn(self, now: float) -> bool:
        """Return whether this process may end now. Its lock is released when it ends."""
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
    try:
        return int(_MEMORY.read_bytes().split()[1]) * _PAGE_BYTES
    except OSError:
        return 0
