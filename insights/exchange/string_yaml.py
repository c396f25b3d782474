"""YAML in which every value is text.

We use PyYAML's parser with our own composer instead of `safe_load`, so `no`, `2026` and `1e3` stay as written. Repeated
keys are refused. So are anchors, aliases and tags, which can turn a small file into a huge value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from insights.exchange import unclosed_yaml

MAX_DEPTH = 8
_NOTHING = {"null", "Null", "NULL", "~"}
_COMMENT = re.compile(r"[ \t]*(#[^\r\n]*)")
_SET_OFF = re.compile(r"(?:[ \t]{2}[ \t]*|\t)#(?:[ \t]|$)", re.MULTILINE)  # as in a column of comments
_KEY = re.compile(r"\s*(?:- +)?([\w-]+)\s*:\s")


class InvalidYaml(Exception):
    """Text that is not YAML of this kind; `line` counts from 1 in the given text."""

    def __init__(self, sentence: str, line: int) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.line = line


class YamlTable(dict[str, Any]):
    def __init__(self, line: int = 1) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}  # by key
        self.comments: dict[str, str] = {}  # by key: comment behind an unquoted value or list entry, with its #
        self.plain: set[str] = set()  # keys with an unquoted text
        self.blocks: set[str] = set()  # keys with a block text (> or |)
        self.nothing: dict[str, str] = {}  # by key: the word that means an empty value


class _Loader(yaml.BaseLoader):
    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = self.peek_event()
        line = event.start_mark.line + 1
        for sign, used in (
            ("*", isinstance(event, yaml.AliasEvent)),
            ("&", getattr(event, "anchor", None)),
            ("!", getattr(event, "tag", None)),
        ):
            if used:
                raise InvalidYaml(f"Put a text that begins with {sign} in quotes.", line)
        if self.depth >= MAX_DEPTH:
            raise InvalidYaml(f"There are too many nested levels: at most {MAX_DEPTH}.", line)
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def read_yaml(text: str) -> YamlTable:
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise InvalidYaml("This line has a character that cannot be read. Remove it.", line) from None
    except yaml.MarkedYAMLError as error:
        raise _explained(error, text) from None
    if node is None:
        return YamlTable()
    value = _value(node, text)
    if not isinstance(value, YamlTable):
        raise InvalidYaml("Write lines of the form “key: value” here.", node.start_mark.line + 1)
    return value


def lost_text(table: YamlTable, key: str, *, is_exact: bool) -> str:
    """Return a sentence if a comment may be meant as text. `is_exact`: values of `key` have no blanks."""
    comment = table.comments.get(key, "")
    is_word = not comment.startswith(("# ", "#\t")) and table[key] in ("", [""])
    if not comment or (is_exact and not is_word):
        return ""
    brief = comment if len(comment) <= 60 else f"{comment[:59]}…"
    how = f': {key}: "{table[key]} {comment}"' if isinstance(table[key], str) and len(comment) < 60 else ""
    return (
        f"“{brief}” would be lost, because # begins a comment. Write a comment on its own line or after two spaces. "
        f"Put a text with # in quotes{how or '.'}"
    )


def write_yaml(value: Mapping[str, Any]) -> str:
    """Return YAML that `read_yaml` reads without loss; inner lists of plain values are on one line."""
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=2**31, default_flow_style=None)


class _Dumper(yaml.SafeDumper):
    """YAML writer. Numbers and dates get no quotes; yes, no and null do, for other programs."""

    yaml_implicit_resolvers = {
        first: [
            (tag, pattern) for tag, pattern in resolvers if tag.rpartition(":")[2] not in ("int", "float", "timestamp")
        ]
        for first, resolvers in yaml.SafeDumper.yaml_implicit_resolvers.items()
    }

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_text(self, text: str) -> yaml.ScalarNode:
        # A line break in any other style may be folded into a space.
        style = None if text.isprintable() else '"'
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _Dumper.represent_text)


def _value(node: yaml.Node, text: str) -> Any:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        if "\0" in node.value or not _is_unicode(node.value):
            raise InvalidYaml("This line has a character that cannot be stored. Remove it.", line)
        return "" if node.style is None and node.value in _NOTHING else node.value
    if isinstance(node, yaml.SequenceNode):
        return [_value(entry, text) for entry in node.value]
    table = YamlTable(line)
    for key_node, value_node in node.value:
        key, key_line = _value(key_node, text), key_node.start_mark.line + 1
        if not isinstance(key, str):
            raise InvalidYaml("A key must be a single word.", key_line)
        if key in table:
            raise InvalidYaml(f"“{key}” is listed twice. Remove one.", key_line)
        table[key] = _value(value_node, text)
        table.lines[key] = key_line
        _note(table, key, value_node, text)
    return table


def _note(table: YamlTable, key: str, node: yaml.Node, text: str) -> None:
    if isinstance(node, yaml.ScalarNode):
        if node.style is None:
            table.plain.add(key)
            if node.value in _NOTHING:
                table.nothing[key] = node.value
        elif node.style in (">", "|"):
            table.blocks.add(key)
    entries = node.value if isinstance(node, yaml.SequenceNode) else [node]
    for entry in entries:
        if comment := _comment(entry, text):
            table.comments.setdefault(key, comment)


def _comment(node: yaml.Node, text: str) -> str:
    """Return the comment behind unquoted text if it may be meant as text; after two blanks it is a real comment."""
    if not isinstance(node, yaml.ScalarNode) or node.style is not None or _SET_OFF.match(text, node.end_mark.index):
        return ""
    found = _COMMENT.match(text, node.end_mark.index)
    return found[1].rstrip() if found else ""


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _explained(error: yaml.MarkedYAMLError, text: str) -> InvalidYaml:
    mark = error.problem_mark or error.context_mark
    if error.context == "while scanning a simple key" and error.context_mark:
        mark = error.context_mark  # the other mark is where the parser noticed the error
    number = mark.line if mark else 0
    found_open = unclosed_yaml.find_unclosed_value(text)
    if found_open and found_open.line <= number + 1:
        return InvalidYaml(found_open.sentence, found_open.line)
    lines = text.splitlines()
    line = lines[number] if number < len(lines) else ""
    found = _KEY.match(f"{line} ")
    key = found.group(1) if found else ""
    named = f"{key}: " if key else ""
    problem = error.problem or ""
    if "mapping values are not allowed" in problem and key:
        return InvalidYaml(f'The text of “{key}” has a colon and needs quotes: {key}: "…"', number + 1)
    if problem.startswith("expected '<document start>'"):
        return InvalidYaml("Write “---” only before and after the front matter.", max(number, 1))
    if "\\t" in problem or "\t" in line:
        return InvalidYaml(f"{named}Replace the tab with spaces, or put the text in quotes.", number + 1)
    if error.context == "while scanning a simple key":
        return InvalidYaml("Write a line of the form “key: value” here.", number + 1)
    return InvalidYaml(
        f"{named}This cannot be read. Put a text in quotes if it contains : or #, or begins with a symbol.",
        number + 1,
    )
