"""Problems of an import or export, collected and reported together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError


@dataclass(frozen=True, slots=True)
class Problem:
    file: str  # relative to the folder
    sentence: str
    line: int = 0  # from 1; 0 for the whole file
    keeps_unpublished: bool = False  # prevents publishing, but not importing as a draft

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{place}: {self.sentence}"


class ExchangeRefused(Exception):
    """Nothing was imported or exported; `problems` has the reasons."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def sentences(error: ValidationError | Iterable[str]) -> str:
    return " ".join(dict.fromkeys(error.messages if isinstance(error, ValidationError) else error))
