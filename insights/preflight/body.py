"""Parsed body: its parts with their lines; a text that is too expensive to parse is not checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it.token import Token

from insights.markup import MAX_BYTES, parse_markdown
from insights.markup.bounds import TooMuchMarkup
from insights.markup.figures import picture_uid


@dataclass(frozen=True, slots=True)
class BodyHeading:
    line: int
    level: int
    text: str
    id: str


@dataclass(frozen=True, slots=True)
class Link:
    line: int
    url: str
    text: str


@dataclass(frozen=True, slots=True)
class BodyPicture:
    line: int
    uid: str
    alt: str
    title: str
    alone: bool  # in a paragraph of its own, where it takes the full width of the text
    url: str


@dataclass(frozen=True, slots=True)
class Words:
    line: int
    text: str  # outside code


@dataclass(frozen=True, slots=True)
class TypedText:
    """Text of a block as `insights.markup.source_facts` notes it; it may have several lines."""

    line: int
    text: str
    opens: str = ""  # "list_item" or "blockquote", if this is the first text of one


@dataclass(frozen=True, slots=True)
class Note:
    line: int
    label: str


@dataclass(frozen=True, slots=True)
class Body:
    """Parts of a text; lines count from 1. `problem`: a sentence, if the text was not parsed."""

    headings: tuple[BodyHeading, ...] = ()
    links: tuple[Link, ...] = ()
    pictures: tuple[BodyPicture, ...] = ()
    words: tuple[Words, ...] = ()
    typed: tuple[TypedText, ...] = ()
    marks: tuple[Note, ...] = ()
    notes: tuple[Note, ...] = ()
    references: frozenset[str] = frozenset()  # labels of link definitions, in upper case
    visible: str = ""
    problem: str = ""


def parse_body(text: str) -> Body:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text.encode(errors="replace")) > MAX_BYTES:
        return Body(problem=f"The text is larger than {MAX_BYTES // 1000} kB. Split it into several articles.")
    try:
        blocks = parse_markdown(text)
    except TooMuchMarkup as refused:
        return Body(problem=str(refused))
    walk = _Walk(text.split("\n"))
    walk.over(blocks.tokens)
    return Body(
        headings=tuple(walk.headings),
        links=tuple(walk.links),
        pictures=tuple(walk.pictures),
        words=tuple(walk.words),
        typed=tuple(walk.typed),
        marks=tuple(walk.marks),
        notes=tuple(Note(line + 1, label) for label, line in blocks.notes),
        references=blocks.references,
        visible=blocks.visible,
    )


_OPENINGS = {"list_item_open", "blockquote_open"}


class _Walk:
    def __init__(self, source: list[str]) -> None:
        self.source = source
        self.headings: list[BodyHeading] = []
        self.links: list[Link] = []
        self.pictures: list[BodyPicture] = []
        self.words: list[Words] = []
        self.typed: list[TypedText] = []
        self.marks: list[Note] = []

    def over(self, tokens: list[Token]) -> None:
        block = (0, 1)
        for position, token in enumerate(tokens):
            if token.map:
                block = (token.map[0], max(token.map[1], token.map[0] + 1))
            if token.type == "heading_open":
                level = len(token.markup) if token.markup.startswith("#") else 1 if token.markup == "=" else 2
                text = " ".join(token.meta["text"].split())
                self.headings.append(BodyHeading(block[0] + 1, level, text, token.meta["id"]))
            elif token.type == "inline":
                before = tokens[position - 2].type if position > 1 else ""
                opens = before.removesuffix("_open") if before in _OPENINGS else ""
                self.typed.append(TypedText(block[0] + 1, str(token.meta.get("typed", "")), opens))
                self._inline(token.children or [], block)
            elif token.type == "footnote_block_open" and position:
                block = (0, len(self.source))

    def _inline(self, children: list[Token], block: tuple[int, int]) -> None:
        line = block[0]
        opened: list[tuple[str, int, list[str]]] = []  # URL, line and words of each open link
        for child in children:
            if child.type in ("softbreak", "hardbreak"):
                line += 1
            elif child.type == "link_open":
                url = str(child.attrGet("href") or "")
                line = self._line_of(f"]({url}" if url else "](", line, block)
                opened.append((url, line, []))
                self._say(str(child.attrGet("title") or ""), line, block)
            elif child.type == "link_close" and opened:
                url, place, parts = opened.pop()
                self.links.append(Link(place + 1, url, " ".join("".join(parts).split())[:80]))
            elif child.type == "footnote_ref":
                label = str(child.meta["label"])
                self.marks.append(Note(self._line_of(f"[^{label}]", line, block) + 1, label))
            elif child.type == "image":
                line = self._image(child, len(children) == 1, line, block)
            elif child.type in ("text", "code_inline"):
                for _, _, parts in opened:
                    parts.append(child.content)
                if child.type == "text":
                    self._say(child.content, line, block)

    def _image(self, token: Token, alone: bool, line: int, block: tuple[int, int]) -> int:
        url = str(token.attrGet("src") or "")
        line = self._line_of(url, line, block)
        alt = "".join(_texts(token.children or []))
        title = str(token.attrGet("title") or "")
        self.pictures.append(BodyPicture(line + 1, picture_uid(url), " ".join(alt.split()), title, alone, url))
        self._say(alt, line, block)
        self._say(title, line, block)
        return line

    def _say(self, text: str, line: int, block: tuple[int, int]) -> None:
        if text.strip():
            self.words.append(Words(self._line_of(text.strip(), line, block) + 1, text))

    def _line_of(self, needle: str, line: int, block: tuple[int, int]) -> int:
        """Return the line of a block, from `line` on, that contains `needle`; else `line`, as with escapes."""
        for number in range(line, min(block[1], line + 50, len(self.source))):
            if needle in self.source[number]:
                return number
        return line


def _texts(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        if token.children:
            yield from _texts(token.children)
        elif token.type == "text":
            yield token.content
