"""CPU time in seconds of one reference computer, so that a limit means the same work on a slower one."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

REFERENCE = 0.0027  # CPU seconds of `_loop` on the computer on which the limits were set


def cpu_seconds(work: Callable[[], Any]) -> float:
    """Return the CPU seconds that `work` takes in this process, divided by the current slowness of this computer."""
    before = _loop()
    start = time.process_time()
    work()
    taken = time.process_time() - start
    return taken / max(1, (before + _loop()) / 2 / REFERENCE)


def _loop() -> float:
    """Return the CPU seconds of a fixed piece of work: the median of three runs."""
    runs = []
    for _ in range(3):
        start, total = time.process_time(), 0
        for number in range(50_000):
            total += number & 7
        runs.append(time.process_time() - start)
    return sorted(runs)[1]
