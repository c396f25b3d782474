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
        "Let the search index hold every text that readers can or will be able to read, and count its words anew. "
        "Publishing keeps it so by itself; this is for a restored database or a changed time zone. Safe to run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--anew", action="store_true", help="empty the index first; searches find less meanwhile")

    def handle(self, *args: Any, **options: Any) -> None:
        engine().install()
        if options["anew"]:
            index.clear()
        total = index.worth_indexing().count()
        wrong = index.refresh_all(tell=lambda done: self._show(done, total))
        self.stdout.write(f"The index holds {total} texts; {wrong} entries were put right.")

    def _show(self, done: int, total: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r\x1b[K{bar('Texts', done, total)}", ending="\n" if done >= total else "")
