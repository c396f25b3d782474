"""Command `index_search`: repair the search index."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from insights.management.progress import bar
from insights.search import index
from insights.search.engines import engine


class Command(BaseCommand):
    help = (
        "Repair the search index: add missing articles, remove outdated ones and count the words again. Run it after "
        "restoring a database or changing the time zone; publishing updates the index by itself. Safe to run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--rebuild", action="store_true", help="empty the index first; searches find less until it is done"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        engine().install()
        if options["rebuild"]:
            index.clear()
        total = index.worth_indexing().count()
        wrong = index.refresh_all(tell=lambda done: self._show(done, total))
        self.stdout.write(f"Texts in the search index: {total}. Repaired entries: {wrong}.")

    def _show(self, done: int, total: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r\x1b[K{bar('Texts', done, total)}", ending="\n" if done >= total else "")
