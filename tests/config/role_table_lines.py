"""The lines of the role table, parsed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from tests.config.role_world import ACCOUNTS

_LINE = re.compile(r"(GET|POST) +(/\S*)(?: <([\w-]+)>)?((?: +\d{3}){7})")


class Line(NamedTuple):
    method: str
    address: str
    form: str
    statuses: dict[str, int]

    def __str__(self) -> str:
        return f"{self.method} {self.address}" + (f" <{self.form}>" if self.form else "")


def lines_of(text: str) -> Iterator[Line]:
    for row in text.splitlines():
        if row.strip() and not row.lstrip().startswith("anon"):
            match = _LINE.fullmatch(row)
            assert match, f"no line of the table: {row}"
            statuses = dict(zip(ACCOUNTS, map(int, match[4].split()), strict=True))
            yield Line(match[1], match[2], match[3] or "", statuses)
