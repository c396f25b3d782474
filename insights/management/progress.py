"""Progress bar for long commands; shown on a terminal only."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Sized
from typing import TextIO

WIDTH = 30
PAUSE = 0.1  # seconds between two drawings


def track[Item](
    items: Iterable[Item], label: str, *, total: int | None = None, stream: TextIO | None = None
) -> Iterator[Item]:
    """Yield the items with a bar on `stream` (default: stderr); `total` is for items without a length."""
    stream = stream or sys.stderr
    if total is None and isinstance(items, Sized):
        total = len(items)
    if not stream.isatty():
        yield from items
        return
    drawn, done = 0.0, 0
    try:
        for done, item in enumerate(items):
            if time.monotonic() - drawn > PAUSE:
                drawn = time.monotonic()
                stream.write(f"\r\x1b[K{bar(label, done, total)}")
                stream.flush()
            yield item
    finally:
        stream.write("\r\x1b[K")
        stream.flush()


def bar(label: str, done: int, total: int | None) -> str:
    """Return one line such as `Articles ██████░░░░ 12/20`."""
    if not total:
        return f"{label} {done}"
    filled = WIDTH * min(done, total) // total
    return f"{label} {'█' * filled}{'░' * (WIDTH - filled)} {done}/{total}"
