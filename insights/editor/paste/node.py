"""Element of the clipboard's HTML."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Node:
    """Element with its attributes (`values`) and children."""

    name: str
    values: dict[str, str] = field(default_factory=dict)
    style: str = ""  # lower case, without blanks
    keeps: bool = False  # line ends in it are shown
    is_layout: bool = False  # a table with a table or code in it, which Markdown cannot show
    children: list[Node | str] = field(default_factory=list)

    def words(self) -> str:
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> list[str]:
        texts: list[str] = []
        for child in self.children:
            texts += [child] if isinstance(child, str) else child._texts()
        return texts
