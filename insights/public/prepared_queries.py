"""A queryset whose SQL is compiled once and then asked again and again with other values.

Chosen: of the time that the article's page took, more than half went into turning the same four querysets into the same
four statements. SQL by hand would be as fast, but would say a second time what "readable" means; a page cache is
another matter, and still has to fill itself. So the queryset stays the only source, and its compiled form is kept per
process. It leans on inner names of Django's compiler (`Query.get_compiler`, `SQLCompiler.as_sql`, `get_converters`);
look at it again with each Django release: `tests/insights/public/test_prepared_queries.py` compares with the plain
queryset on both engines.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connections, models

Value = str | int | dt.datetime

# Values that no row has, put in place of the real ones while the statement is compiled, and found again in it.
_MARKS: dict[type, Callable[[int], Value]] = {
    str: lambda number: f"\ue000{number}\ue000",
    int: lambda number: 7_340_111_222_333_444_000 + number,
    dt.datetime: lambda number: dt.datetime(1, 1, 2, 3, 4, 5, 600_000 + number, tzinfo=dt.UTC),
}


@dataclass(frozen=True, slots=True)
class _Statement:
    """A compiled queryset: for each of its parameters, the name of the value that belongs there, or a constant."""

    queryset: models.QuerySet[Any]
    compiler: Any
    converters: Any
    sql: str
    parameters: tuple[tuple[str, Any], ...]


class PreparedQuery[Row]:
    """`Prepared(build, slug=str, now=datetime)`: `build` makes the queryset from those values and from nothing else.

    The queryset may use `select_related`, `only`, annotations and `values_list`; it may not prefetch, or slice or
    branch by a value: what it looks like must not depend on the values.
    """

    def __init__(self, build: Callable[..., models.QuerySet[Any, Row]], **kinds: type) -> None:
        self._build = build
        self._kinds = kinds
        self._statements: dict[str, _Statement] = {}

    def rows(self, **values: Value) -> list[Row]:
        """The rows for these values; one query."""
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
        """The first row for these values, or None."""
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
    """A shallow copy; `copy.copy` would evaluate a queryset."""
    twin = object.__new__(type(original))
    twin.__dict__.update(original.__dict__)
    return twin


def _adapted(value: Value, alias: str) -> Any:
    """A value as the engine's driver takes it: SQLite stores moments as text."""
    if isinstance(value, dt.datetime):
        return connections[alias].ops.adapt_datetimefield_value(value)
    return value
