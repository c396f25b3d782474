"""One element of the clipboard's HTML."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Node:
    """One element. `style`: lower case without blanks. `keeps`: line ends in it are shown.

    `is_layout`: a table that holds another or code, which no table of Markdown can show.
    """

    name: str
    values: dict[str, str] = field(default_factory=dict)
    style: str = ""
    keeps: bool = False
    is_layout: bool = False
    children: list[Node | str] = field(default_factory=list)

    def words(self) -> str:
        """Return all text in it, with one blank for each run of them."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> list[str]:
        texts: list[str] = []
        for child in self.children:
            texts += [child] if isinstance(child, str) else child._texts()
        return texts
