"""Querysets compiled to SQL once per process and run again with other values.

Compiling the same four querysets took more than half of the article page's time. We use this instead of SQL by hand,
which would define "readable" a second time. It needs internals of Django's compiler (`Query.get_compiler`,
`SQLCompiler.as_sql`, `get_converters`). Check them with each Django release:
`tests/insights/public/test_prepared_queries.py` compares with plain querysets on both engines.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connections, models

Value = str | int | dt.datetime

# Placeholders for the real values during compilation. No row has them, so they can be found in the statement.
_MARKS: dict[type, Callable[[int], Value]] = {
    str: lambda number: f"\ue000{number}\ue000",
    int: lambda number: 7_340_111_222_333_444_000 + number,
    dt.datetime: lambda number: dt.datetime(1, 1, 2, 3, 4, 5, 600_000 + number, tzinfo=dt.UTC),
}


@dataclass(frozen=True, slots=True)
class _Statement:
    """Compiled queryset. Each parameter is a pair: value name and placeholder, or "" and a constant."""

    queryset: models.QuerySet[Any]
    compiler: Any
    converters: Any
    sql: str
    parameters: tuple[tuple[str, Any], ...]


class PreparedQuery[Row]:
    """Query such as `PreparedQuery(build, slug=str, now=datetime)`; `build` makes the queryset from these values only.

    The queryset may use `select_related`, `only`, annotations and `values_list`. It may not prefetch, and no slice or
    branch may depend on a value.
    """

    def __init__(self, build: Callable[..., models.QuerySet[Any, Row]], **kinds: type) -> None:
        self._build = build
        self._kinds = kinds
        self._statements: dict[str, _Statement] = {}

    def rows(self, **values: Value) -> list[Row]:
        alias = "default"
        statement = self._statements.get(alias)
        if statement is None:
            statement = self._statements[alias] = self._compile(alias)
        adapted = {name: _adapted(value, alias) for name, value in values.items()}
        parameters = tuple(adapted[name] if name else constant for name, constant in statement.parameters)
        compiler = _twin(statement.compiler)
        compiler.connection = connections[alias]
        compiler.as_sql = lambda *args, **kwargs: (statement.sql, parameters)
        compiler.get_converters = lambda expressions: statement.converters
        queryset = _twin(statement.queryset)
        queryset._query = _twin(statement.queryset.query)
        queryset._query.get_compiler = lambda *args, **kwargs: compiler
        return list(queryset._iterable_class(queryset))

    def first(self, **values: Value) -> Row | None:
        rows = self.rows(**values)
        return rows[0] if rows else None

    def _compile(self, alias: str) -> _Statement:
        marks = {name: _MARKS[kind](number) for number, (name, kind) in enumerate(self._kinds.items())}
        names = {_adapted(mark, alias): name for name, mark in marks.items()}
        queryset = self._build(**marks).using(alias)
        compiler = queryset.query.get_compiler(using=alias)
        sql, parameters = compiler.as_sql()
        found = tuple((names.get(value, ""), value) for value in parameters)
        missing = set(marks) - {name for name, _ in found}
        if missing:
            raise ValueError(f"The statement does not use {', '.join(sorted(missing))}.")
        converters = compiler.get_converters([column for column, _, _ in compiler.select])
        return _Statement(queryset, compiler, converters, sql, found)


def _twin(original: Any) -> Any:
    """Return a shallow copy; `copy.copy` would evaluate a queryset."""
    twin = object.__new__(type(original))
    twin.__dict__.update(original.__dict__)
    return twin


def _adapted(value: Value, alias: str) -> Any:
    """Convert a value for the database driver: SQLite stores datetimes as text."""
    if isinstance(value, dt.datetime):
        return connections[alias].ops.adapt_datetimefield_value(value)
    return value
