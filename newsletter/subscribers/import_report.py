"""Report of an import, row by row."""

from __future__ import annotations

from dataclasses import dataclass, field

MOST_PROBLEMS = 500  # a file with an error in every row needs no longer list
MOST_OUTCOMES = 500  # kept in the report; all are counted
KINDS = ("new", "changed", "unchanged", "skipped")


@dataclass(frozen=True)
class RowProblem:
    """Reason why a row is refused. `line` starts at 1, the header; 0 is the whole file."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}" if self.line else self.message


@dataclass(frozen=True)
class RowOutcome:
    """Result of a valid row: `kind` is one of KINDS, `why` is an optional reason."""

    line: int
    kind: str
    why: str = ""

    def __str__(self) -> str:
        return f"line {self.line}: {self.kind}" + (f" ({self.why})" if self.why else "")


@dataclass
class ImportReport:
    """`is_applied`: every row was valid and it was no dry run. `notes`: sentences about the whole file."""

    problems: list[RowProblem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    outcomes: list[RowOutcome] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    is_applied: bool = False

    def add_problem(self, line: int, message: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(RowProblem(line, message))

    def count(self, found: dict[str, int]) -> None:
        self.counts = {kind: found.get(kind, 0) for kind in KINDS}

    def tell(self, outcome: RowOutcome) -> None:
        if len(self.outcomes) < MOST_OUTCOMES:
            self.outcomes.append(outcome)

    def sort(self) -> None:
        self.problems.sort(key=lambda problem: problem.line)

    @property
    def rows(self) -> int:
        return sum(self.counts.values())

    def trouble(self) -> str:
        if any(problem.line <= 1 for problem in self.problems):
            return "The file can't be imported"
        rows = len({problem.line for problem in self.problems})
        most = "At least " if len(self.problems) >= MOST_PROBLEMS else ""
        return f"{most}{rows:,} row{'' if rows == 1 else 's'} can't be imported"

    def summary(self) -> str:
        return ", ".join(f"{count} {kind}" for kind, count in self.counts.items())
