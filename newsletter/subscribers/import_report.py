"""What an import says of a file, row by row."""

from __future__ import annotations

from dataclasses import dataclass, field

MOST_PROBLEMS = 500  # a file that is wrong in every row needs no longer list
MOST_OUTCOMES = 500  # that are remembered; all of them are counted
KINDS = ("new", "changed", "unchanged", "left out")


@dataclass(frozen=True)
class RowProblem:
    """Why a row cannot be taken. `line` counts from 1, the header's; 0 is the file as a whole."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}" if self.line else self.message


@dataclass(frozen=True)
class RowOutcome:
    """What became of a good row: `kind` is one of KINDS, `why` where that is worth a word."""

    line: int
    kind: str
    why: str = ""

    def __str__(self) -> str:
        return f"line {self.line}: {self.kind}" + (f" ({self.why})" if self.why else "")


@dataclass
class ImportReport:
    """`is_applied` only when every row was good and it was no dry run. `counts` has all four kinds.

    `notes` are sentences about the file as a whole, such as which columns were skipped.
    """

    problems: list[RowProblem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    outcomes: list[RowOutcome] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    is_applied: bool = False

    def complain(self, line: int, message: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(RowProblem(line, message))

    def count(self, found: dict[str, int]) -> None:
        """Take over how many rows there are of each kind."""
        self.counts = {kind: found.get(kind, 0) for kind in KINDS}

    def tell(self, outcome: RowOutcome) -> None:
        if len(self.outcomes) < MOST_OUTCOMES:
            self.outcomes.append(outcome)

    def sort(self) -> None:
        self.problems.sort(key=lambda problem: problem.line)

    @property
    def rows(self) -> int:
        """How many good rows there are."""
        return sum(self.counts.values())

    def trouble(self) -> str:
        """What stands in the way, in one phrase: so many rows, or what concerns all of them."""
        if any(problem.line <= 1 for problem in self.problems):
            return "The file cannot be taken"
        rows = len({problem.line for problem in self.problems})
        most = "At least " if len(self.problems) >= MOST_PROBLEMS else ""
        return f"{most}{rows:,} row{'' if rows == 1 else 's'} cannot be taken"

    def summary(self) -> str:
        return ", ".join(f"{count} {kind}" for kind, count in self.counts.items())
