"""What an import says of a file, row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

MOST_PROBLEMS = 500  # a file that is wrong in every row needs no longer list


@dataclass(frozen=True)
class Problem:
    """Why a row cannot be taken. `line` counts from 1, the header's; 0 is the file as a whole."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}" if self.line else self.message


@dataclass(frozen=True)
class Outcome:
    """What became of a good row: `kind` is new, changed, unchanged or left out, `why` where that is worth a word."""

    line: int
    kind: str
    why: str = ""

    def __str__(self) -> str:
        return f"line {self.line}: {self.kind}" + (f" ({self.why})" if self.why else "")


@dataclass
class Report:
    """`is_applied` only when every row was good and it was no dry run."""

    problems: list[Problem] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    is_applied: bool = False

    def complain(self, line: int, message: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(line, message))

    def tell(self, line: int, kind: str, why: str = "") -> None:
        self.outcomes.append(Outcome(line, kind, why))

    @property
    def counts(self) -> dict[str, int]:
        """How many rows of each kind; always all four kinds."""
        found = Counter(outcome.kind for outcome in self.outcomes)
        return {kind: found[kind] for kind in ("new", "changed", "unchanged", "left out")}

    def add_all(self, parts: Iterable[Report]) -> None:
        """Take over what reports on further rows say."""
        for part in parts:
            self.problems += part.problems[: MOST_PROBLEMS - len(self.problems)]
            self.outcomes += part.outcomes

    def trouble(self) -> str:
        """What stands in the way, in one phrase: so many rows, or what concerns all of them."""
        if any(problem.line <= 1 for problem in self.problems):
            return "The file cannot be taken"
        rows = len({problem.line for problem in self.problems})
        most = "At least " if len(self.problems) >= MOST_PROBLEMS else ""
        return f"{most}{rows:,} row{'' if rows == 1 else 's'} cannot be taken"

    def summary(self) -> str:
        return ", ".join(f"{count} {kind}" for kind, count in self.counts.items())
