"""HTML as a small tree, for the comparison of two texts; the input comes from `insights.markup.sanitise`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from html.parser import HTMLParser

from insights.history.text_diff import split_words

BLOCKS = {
    *("blockquote", "div", "figcaption", "figure", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre"),
    *("section", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
ATOMS = {"br", "img", "picture"}  # parts of a line, like words
MAX_DEPTH = 150  # nested tags; the tree is walked recursively, and Python stops at 1000
_EMPTY = {"br", "hr", "img", "source"}
_PICTURE = "\ufffc"  # object replacement character


class Element:
    """Tag with attributes and children: elements, and text as str. An empty tag groups words between blocks."""

    def __init__(self, tag: str, attributes: Sequence[tuple[str, str]], children: list[Node] | None = None) -> None:
        self.tag, self.attributes = tag, tuple(attributes)
        self.children: list[Node] = children if children is not None else []

    def get(self, name: str) -> str:
        return next((value for key, value in self.attributes if key == name), "")

    @property
    def closing(self) -> str:
        return "" if self.tag in _EMPTY else f"</{self.tag}>"

    @property
    def is_mere_anchor(self) -> bool:
        """Return whether it is the anchor link of a heading, which a comparison leaves out."""
        return self.tag == "a" and not self.children and "anchor" in self.get("class").split()

    @property
    def is_line(self) -> bool:
        return not any(isinstance(child, Element) and child.tag in BLOCKS for child in self.children)

    @cached_property
    def key(self) -> str:
        """Return a value that is equal for elements that look the same; ids and renditions do not count."""
        if self.tag in ATOMS:
            return f"<{self.tag}>{atom_text(self)}{source(self)}"
        shown = [f"{name}={value}" for name, value in self.attributes if name in ("class", "href", "start", "title")]
        inner = (child if isinstance(child, str) else child.key for child in self.children)
        return "" if self.is_mere_anchor else f"<{self.tag} {' '.join(shown)}>{''.join(inner)}</>"

    def atoms(self) -> Iterator[Element]:
        for child in self.children:
            if isinstance(child, Element):
                yield from [child] if child.tag in ATOMS else child.atoms()


Node = Element | str


@dataclass(frozen=True, slots=True)
class Token:
    """Word or atom, with its marks from the outermost in. `note`: HTML that follows it."""

    text: str
    path: tuple[Element, ...]
    atom: Element | None = None
    note: str = field(default="")

    @property
    def key(self) -> tuple[str, ...]:
        """Return a value that is equal for equal words and marks; colors of code do not count."""
        marks = (f"{mark.tag} {mark.get('href')}" for mark in self.path if mark.tag != "span")
        return (self.atom.key if self.atom else self.text, *marks)

    def within(self, same: Mapping[int, Element]) -> Token:
        """Return the token inside the corresponding marks of the new text."""
        return replace(self, path=tuple(same.get(id(mark), mark) for mark in self.path))

    def with_note(self, note: str) -> Token:
        return replace(self, note=note)


def parse_html(html: str) -> Element:
    """Return the tree below an element without a tag. Only text is kept of tags deeper than MAX_DEPTH."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root


def tokens_of(line: Element, *, exact: bool) -> list[Token]:
    """Return the words of a line. `exact`: keep blanks as they are, as in code."""
    return list(_tokens(line, (), exact))


def _tokens(element: Element, path: tuple[Element, ...], exact: bool) -> Iterator[Token]:
    for child in element.children:
        if isinstance(child, str):
            for word in split_words(child):
                yield Token(" " if word.isspace() and not exact else word, path)
        elif child.tag in ATOMS:
            yield Token(atom_text(child), path, child)
        elif not child.is_mere_anchor:
            yield from _tokens(child, (*path, child), exact)


def text_of(element: Element) -> str:
    return "".join(
        child if isinstance(child, str) else "" if child.tag in ATOMS else f"{text_of(child)} "
        for child in element.children
    )


def source(atom: Element | None) -> str:
    image = _image(atom)
    return image.get("src") if image else ""


def atom_text(atom: Element) -> str:
    """Return the alt text of a picture between object characters, or a line end for a break."""
    image = _image(atom)
    return f"{_PICTURE}{image.get('alt')}{_PICTURE}" if image else "\n"


def _image(atom: Element | None) -> Element | None:
    if atom is None or atom.tag == "img":
        return atom
    return next((child for child in atom.children if isinstance(child, Element) and child.tag == "img"), None)


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", ())
        self.open = [self.root]
        self.left_out = 0  # open tags that are too deep

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        is_empty = tag in _EMPTY
        if len(self.open) > MAX_DEPTH and not is_empty:
            self.left_out += 1
            return
        element = Element(tag, [(name, value or "") for name, value in attrs])
        self.open[-1].children.append(element)
        if not is_empty:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if self.left_out and tag not in _EMPTY:
            self.left_out -= 1
        elif len(self.open) > 1 and self.open[-1].tag == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        children = self.open[-1].children
        if children and isinstance(children[-1], str):
            children[-1] += data
        else:
            children.append(data)
