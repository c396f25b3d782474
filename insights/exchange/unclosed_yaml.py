"""Search for brackets and quotation marks in YAML that are closed too early or not at all.

PyYAML reports them at a later key. So a refused text is scanned again; a value ends before the next key.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

_ENDS = {"[": "]", "{": "}"}
_LINE = re.compile(r"(?P<indent>[ \t]*)(?P<dashes>(?:-[ \t]+)*)(?:(?P<key>[\w-]+)[ \t]*:(?:[ \t]+|$))?(?P<value>.*)")
_NEXT = re.compile(r"(?P<indent>[ \t]*)(?:-[ \t]|[\w-]+[ \t]*:(?:[ \t]|$))")
_NAMES = {"[": "list", "{": "table", '"': "text", "'": "text"}


class Unclosed(NamedTuple):
    sentence: str
    line: int  # from 1


class _Sign(NamedTuple):
    sign: str
    line: int
    column: int


@dataclass(slots=True)
class _Value:
    """Scanner of one value. `opened`: signs without an end so far; `rest`: the text behind the last end."""

    opened: list[_Sign] = field(default_factory=list)
    last: str = ""  # the sign whose end was found last
    rest: str = ""
    rest_line: int = 0

    def read_line(self, line: str, number: int, column: int) -> bool:
        """Read a line from `column`; return whether the value continues on the next line."""
        may_open = True
        while column < len(line):
            sign = line[column]
            if self.opened and self.opened[-1].sign in "\"'":
                column = self._in_quotes(line, column)
            elif sign in "[{" or (sign in "\"'" and may_open):
                self.opened.append(_Sign(sign, number, column))
            elif self.opened and sign == _ENDS[self.opened[-1].sign]:
                self.last = self.opened.pop().sign
            elif sign == "#" and line[column - 1 : column].isspace():
                break
            may_open = sign in "[{,:" or (may_open and sign.isspace())
            column += 1
            if not self.opened:
                self.rest, self.rest_line = line[column:].strip(), number
                return False
        return True

    def _in_quotes(self, line: str, column: int) -> int:
        quote = self.opened[-1].sign
        if quote == '"' and line[column] == "\\":
            return column + 1
        if line[column] == quote:
            if quote == "'" and line[column + 1 : column + 2] == "'":
                return column + 1
            self.last = self.opened.pop().sign
        return column


def find_unclosed_value(text: str) -> Unclosed | None:
    lines = text.split("\n")
    number, top_key, block = 0, "", -1
    while number < len(lines):
        line = _LINE.match(lines[number])
        assert line is not None  # the pattern matches any line
        indent = len(line["indent"])
        start, number = number, number + 1
        if block >= 0 and (indent > block or not lines[start].strip()):
            continue  # the text of a block
        block = indent if line["value"][:1] in ("|", ">") else -1
        top_key = line["key"] or "" if indent == 0 and not line["dashes"] else top_key
        if line["value"][:1] not in ("[", "{", '"', "'"):
            continue
        value = _Value()
        goes_on = value.read_line(lines[start], start, line.start("value"))
        while goes_on and number < len(lines) and not _begins_another(lines[number], indent):
            goes_on = value.read_line(lines[number], number, 0)
            number += 1
        if found := _said(value, line["key"] or top_key, lines):
            return found
    return None


def _begins_another(line: str, indent: int) -> bool:
    found = _NEXT.match(line)
    return found is not None and len(found["indent"]) <= indent


def _said(value: _Value, key: str, lines: Sequence[str]) -> Unclosed | None:
    named = f"{key}: " if key else ""
    if value.opened:
        sign, line, column = value.opened[-1]
        end, what = _ENDS.get(sign, sign), _NAMES[sign]
        begins = _brief(lines[line][column:].strip())
        quotes = "" if sign in "\"'" else f" Put a text that begins with {sign} in quotes."
        return Unclosed(f"{named}The {what} “{begins}” has no closing {end}. Add {end} at the end.{quotes}", line + 1)
    if not value.rest or value.rest.startswith((":", "#", ",")):
        return None
    before = f"{named}The {_NAMES[value.last]} ends before “{_brief(value.rest)}”."
    cures = {
        "'": "Write '' for a ' in the text, or put the text in double quotes (\").",
        '"': 'Write \\" for a " in the text, or put the text in single quotes (\').',
    }
    cure = cures.get(value.last, "Remove this, or put the whole value in quotes.")
    return Unclosed(f"{before} {cure}", value.rest_line + 1)


def _brief(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
