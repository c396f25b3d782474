"""Stores of cached pages: the memory of each process, and a store that several processes share.

Without CACHE_URL it is a folder of at most FILES files, so requests cannot fill the disk; else Redis (`redis_sync.py`).
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
import zlib
from pathlib import Path
from typing import NamedTuple, Protocol

from config.page_cache.generations import Generations, group_of
from config.page_cache.page import CachedPage

FILES = 2048


class Memory:
    """Pages of one process, up to `most` bytes, with second-chance eviction."""

    def __init__(self, most: int) -> None:
        self.pages: dict[str, CachedPage] = {}
        self.get = self.pages.get
        self._most = most
        self._bytes = 0
        self._lock = threading.Lock()

    def put(self, page: CachedPage) -> None:
        with self._lock:
            before = self.pages.pop(page.key, None)
            self._bytes += page.size - (before.size if before else 0)
            self.pages[page.key] = page
            while self._bytes > self._most and len(self.pages) > 1:
                self._drop_one()

    def _drop_one(self) -> None:
        for key in list(self.pages):
            page = self.pages.pop(key)
            if page.used:
                page.used = False
                self.pages[key] = page
            else:
                self._bytes -= page.size
                return
        key, page = next(iter(self.pages.items()))
        del self.pages[key]
        self._bytes -= page.size

    def clear(self) -> None:
        with self._lock:
            self.pages.clear()
            self._bytes = 0


class Generation(NamedTuple):
    """Generations of the whole site and of a page's own group, as the shared store counts them."""

    site: str
    own: str


class Shared(Protocol):
    def read(self, key: str, path: str) -> tuple[CachedPage | None, bool, Generation | None]:
        """Return the page at `key`, whether it is valid, and the current generations of `path` (None: unknown)."""

    def write(self, page: CachedPage, generation: Generation) -> None:
        """Store the page; `generation` was read before it was rendered."""


class FolderStore:
    def __init__(self, folder: Path, generations: Generations) -> None:
        self._folder = folder
        with contextlib.suppress(OSError):  # without it, each process keeps its own pages
            self._folder.mkdir(parents=True, exist_ok=True)
        self._counters = generations.counters

    def read(self, key: str, path: str) -> tuple[CachedPage | None, bool, Generation | None]:
        today = Generation(str(self._counters[0]), str(self._counters[group_of(path)]))
        try:
            found = CachedPage.unpacked(self._file(key).read_bytes(), key)
        except OSError:
            found = None
        if found is None:
            return None, False, today
        page, site, own = found
        return page, (site, own) == today, today

    def write(self, page: CachedPage, generation: Generation) -> None:
        """Write a temporary file and move it, so that a file is complete or missing."""
        with contextlib.suppress(OSError):  # a full disk loses the copy, not the response
            number, name = tempfile.mkstemp(dir=self._folder)
            try:
                with os.fdopen(number, "wb") as file:
                    file.write(page.packed(*generation))
                Path(name).replace(self._file(page.key))
            except OSError:
                Path(name).unlink(missing_ok=True)

    def _file(self, key: str) -> Path:
        return self._folder / f"{zlib.crc32(key.encode()) % FILES:03x}"
