"""What is wrong with the files somebody handed in: collected, so that all of it is told at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: `file` relative to the folder, `line` from 1 (0: the file as a whole), a sentence.

    keeps_unpublished: it keeps a text from being published, and not from being imported as a draft.
    """

    file: str
    sentence: str
    line: int = 0
    keeps_unpublished: bool = False

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{place}: {self.sentence}"


class ExchangeRefused(Exception):
    """Nothing was read in or written out; `problems` say why."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def sentences(error: ValidationError | Iterable[str]) -> str:
    """Return the messages of a check in one line, each once: two validators may say the same."""
    return " ".join(dict.fromkeys(error.messages if isinstance(error, ValidationError) else error))
