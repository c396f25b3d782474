"""Index of each engine: the newest places that hold all given terms.

We use FTS5 on SQLite and `tsvector` with GIN on PostgreSQL (no extension), in tables that `post_migrate` creates and
`insights/search/index.py` fills. Triggers would vanish when a migration rebuilds a table. Neither ranks: `bm25` and
`ts_rank` disagree, and read every match. The newest few hundred places cost the same among 1,000 and 100,000 articles:

- FTS5 walks its lists of rows backwards and stops at the limit; a place is the row's number.
- GIN has no order, so common words are first searched in the newest months (months are terms).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from django.db import connection

from insights.models import SearchEntry
from insights.search.documents import EDITION, GAP, month_of, month_term

TABLE = "insights_search_index"
ENTRIES = SearchEntry._meta.db_table
# A condition is met by any of its phrases (consecutive terms); all conditions must be met.
Conditions = Sequence[Sequence[Sequence[str]]]
Row = tuple[int, str]  # a place and the document there


class Engine(Protocol):
    def install(self) -> None:
        """Create the index if it is missing."""

    def clear(self) -> None:
        """Delete all documents."""

    def put(self, rows: Iterable[Row]) -> None:
        """Add documents at unused places."""

    def drop(self, rows: Iterable[Row]) -> None:
        """Remove documents; they must be equal to the added ones."""

    def find(self, wanted: Conditions, limit: int, *, frequent: bool) -> list[int]:
        """Return the newest `limit` places that meet all conditions; `frequent`: many places may."""

    def unheld(self) -> list[int]:
        """Return the ids of versions whose entry has no document in the index, or another one."""

    def has_strays(self) -> bool:
        """Return whether the index holds documents without an entry."""

    def bulk(self) -> AbstractContextManager[None]:
        """Speed up adding very many documents; there must be no search meanwhile."""


class SQLite:
    _TERMS = f"{TABLE}_terms"

    def install(self) -> None:
        # No content, since SearchEntry has it. `ascii`, like the terms: every version of SQLite splits them alike.
        self._run(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {TABLE} USING fts5("
            "document, content='', columnsize=0, tokenize=\"ascii tokenchars '.-'\")"
        )

    def clear(self) -> None:
        self._run(f"INSERT INTO {TABLE}({TABLE}) VALUES ('delete-all')")  # noqa: S608

    def put(self, rows: Iterable[Row]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {TABLE}(rowid, document) VALUES (%s, %s)", list(rows))  # noqa: S608

    def drop(self, rows: Iterable[Row]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {TABLE}({TABLE}, rowid, document) VALUES ('delete', %s, %s)",  # noqa: S608
                list(rows),
            )

    def find(self, wanted: Conditions, limit: int, *, frequent: bool) -> list[int]:
        match = " AND ".join(
            "(" + " OR ".join('"' + " ".join(phrase) + '"' for phrase in phrases) + ")" for phrases in wanted
        )
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s ORDER BY rowid DESC LIMIT %s",  # noqa: S608
                [match, limit],
            )
            return [place for (place,) in cursor.fetchall()]

    # An index without content lists rows only by terms: each row has a year, and a digest since edition 2.
    def unheld(self) -> list[int]:
        return self._look(
            f"SELECT version_id FROM {ENTRIES} WHERE"  # noqa: S608
            f" place NOT IN (SELECT doc FROM temp.{self._TERMS} WHERE term >= 'y.' AND term < 'y/')"
            f" OR digest LIKE %s AND NOT EXISTS"
            f" (SELECT 1 FROM temp.{self._TERMS} WHERE term = 'd.' || digest AND doc = place)",
            [f"{EDITION}%"],
        )

    def has_strays(self) -> bool:
        return bool(
            self._look(
                f"SELECT doc FROM temp.{self._TERMS} WHERE term >= 'y.' AND term < 'y/'"  # noqa: S608
                f" AND doc NOT IN (SELECT place FROM {ENTRIES}) LIMIT 1"
            )
        )

    @contextmanager
    def bulk(self) -> Iterator[None]:
        yield
        self._run(f"INSERT INTO {TABLE}({TABLE}) VALUES ('optimize')")  # noqa: S608

    def _look(self, query: str, values: Sequence[str] = ()) -> list[int]:
        self._run(f"CREATE VIRTUAL TABLE temp.{self._TERMS} USING fts5vocab(main, {TABLE}, instance)")
        try:
            with connection.cursor() as cursor:
                cursor.execute(query, values)
                return [row[0] for row in cursor.fetchall()]
        finally:
            self._run(f"DROP TABLE temp.{self._TERMS}")

    def _run(self, statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)


class PostgreSQL:
    WINDOWS = (1_000, 8_000)  # numbers of newest places that are searched first for common words
    _INDEX = f"CREATE INDEX IF NOT EXISTS {TABLE}_terms ON {TABLE} USING gin (terms) WITH (fastupdate = off)"

    def __init__(self) -> None:
        self._months: dict[int, list[str]] = {}  # by window; one query per search

    def install(self) -> None:
        # A small target stores the terms out of line, so that a match reads only the place.
        self._run(
            f"CREATE TABLE IF NOT EXISTS {TABLE} (place bigint PRIMARY KEY, terms tsvector NOT NULL)"
            " WITH (toast_tuple_target = 128)"
        )
        self._run(self._INDEX)

    def clear(self) -> None:
        self._run(f"DELETE FROM {TABLE}")  # noqa: S608

    def put(self, rows: Iterable[Row]) -> None:
        values = [(place, _tsvector(document)) for place, document in rows]
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {TABLE} (place, terms) VALUES (%s, %s::tsvector)", values)  # noqa: S608

    def drop(self, rows: Iterable[Row]) -> None:
        places = [place for place, _ in rows]
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {TABLE} WHERE place = ANY(%s)", [places])  # noqa: S608

    def find(self, wanted: Conditions, limit: int, *, frequent: bool) -> list[int]:
        if frequent:
            for window in self.WINDOWS:
                if window not in self._months:
                    self._months[window] = self._newest_months(window)
                months = self._months[window]
                if not months:
                    break
                found = self._ask([*wanted, [[month] for month in months]], limit)
                if len(found) >= limit:
                    return found
        return self._ask(wanted, limit)

    def unheld(self) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT version_id FROM {ENTRIES} LEFT JOIN {TABLE} USING (place) WHERE terms IS NULL"  # noqa: S608
                " OR digest LIKE %s AND NOT terms @@ quote_literal('d.' || digest)::tsquery",
                [f"{EDITION}%"],
            )
            return [version for (version,) in cursor.fetchall()]

    def has_strays(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT EXISTS (SELECT 1 FROM {TABLE} LEFT JOIN {ENTRIES} USING (place) WHERE digest IS NULL)"  # noqa: S608
            )
            return bool(cursor.fetchone()[0])

    @contextmanager
    def bulk(self) -> Iterator[None]:
        self._run(f"DROP INDEX IF EXISTS {TABLE}_terms")
        try:
            yield
        finally:
            self._run(self._INDEX)
        self._run(f"ANALYZE {TABLE}")

    def _ask(self, wanted: Conditions, limit: int) -> list[int]:
        query = " & ".join(
            "(" + " | ".join(" <-> ".join(f"'{term}'" for term in phrase) for phrase in phrases) + ")"
            for phrases in wanted
        )
        with connection.cursor() as cursor:
            # MATERIALIZED: otherwise the limit makes the planner read the terms of all rows in the order of places.
            cursor.execute(
                f"WITH found AS MATERIALIZED (SELECT place FROM {TABLE} WHERE terms @@ %s::tsquery)"  # noqa: S608
                " SELECT place FROM found ORDER BY place DESC LIMIT %s",
                [query, limit],
            )
            return [place for (place,) in cursor.fetchall()]

    def _newest_months(self, window: int) -> list[str]:
        """Return the months of the newest `window` places, newest first; none if there are no other places."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT (SELECT max(place) FROM {TABLE}),"  # noqa: S608
                f" (SELECT place FROM {TABLE} ORDER BY place DESC OFFSET %s LIMIT 1)",
                [window],
            )
            newest, edge = cursor.fetchone()
        if edge is None or month_of(newest) - month_of(edge) > 600:
            return []
        return [month_term(month) for month in range(month_of(newest), month_of(edge) - 1, -1)]

    def _run(self, statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)


def _tsvector(document: str) -> str:
    """Return a document as tsvector text: marks without positions, terms of the fields with them."""
    positions: dict[str, list[str]] = {}
    for number, term in enumerate(document.split(), 1):
        where = positions.setdefault(term, [])
        if "." not in term and term != GAP and len(where) < 255:  # PostgreSQL stores no more
            where.append(str(min(number, 16_383)))
    return " ".join(f"'{term}':{','.join(where)}" if where else f"'{term}'" for term, where in positions.items())


def engine() -> Engine:
    """Return an engine for the site's database; use a new one for each search."""
    return PostgreSQL() if connection.vendor == "postgresql" else SQLite()
