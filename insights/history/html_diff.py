"""Comparison of two rendered texts: the new page with insertions and deletions marked.

We walk both trees, aligned as in `alignment.py`: blocks first, then the words of a line with their marks. We do not
use lxml.html.diff: it mixes blocks and words, loses text in tables and lists, and is a large binary.
The input is sanitized. Only `<ins>`, `<del>` and spans are added, never around a row or a list item.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise

from django.utils.html import escape
from django.utils.safestring import SafeString

from insights.history.alignment import Effort, align, pair_similar, runs, smooth
from insights.history.html_tree import BLOCKS, Element, Node, Token, parse_html, source, text_of, tokens_of
from insights.history.text_diff import ADDED, REMOVED, SAME, bag_of, compare_line, mark
from insights.markup import sanitise

_INSIDE = {"li", "td", "th", "figcaption"}  # marked inside, not around
_ROWS = {"thead", "tbody", "tr"}  # marked inside their cells
_ALWAYS = {"blockquote", "div", "figcaption", "figure", "ol", "section", "table", "tbody", "thead", "ul", ""}


def compare_pages(before: str, after: str, effort: Effort | None = None) -> SafeString:
    """Return the HTML `after` (`Version.html`) with the changes since `before` marked."""
    effort = effort or Effort()
    old, new = parse_html(sanitise(before)), parse_html(sanitise(after))
    return SafeString(_Writer(effort).blocks(_grouped(old), _grouped(new)))


class _Writer:
    """Writer of one comparison; it writes each id once."""

    def __init__(self, effort: Effort) -> None:
        self.effort = effort
        self.written: set[str] = set()

    def blocks(self, left: Sequence[Element], right: Sequence[Element]) -> str:
        if len(left) == len(right) and all(block.tag in ("td", "th") for block in (*left, *right)):
            return "".join(self.pair(*cells) for cells in zip(left, right, strict=True))
        parts: list[str] = []
        keys = [block.key for block in left], [block.key for block in right]
        for equal, low, high, from_, to in runs(align(*keys, self.effort), len(left), len(right)):
            if equal:
                parts += [self.plain(block) for block in right[from_:to]]
            else:
                parts += self.replaced(left[low:high], right[from_:to])
        return "".join(parts)

    def replaced(self, left: Sequence[Element], right: Sequence[Element]) -> Iterator[str]:
        if len(left) == len(right) == 1 and left[0].tag == right[0].tag and left[0].tag in _ALWAYS:
            pairs = [(0, 0)]
        else:
            pairs = pair_similar([_bag(block) for block in left], [_bag(block) for block in right], self.effort)
        i = j = 0
        for next_i, next_j in [*pairs, (len(left), len(right))]:
            if next_i < len(left) and left[next_i].tag != right[next_j].tag:
                continue
            yield from (self.whole(REMOVED, block) for block in left[i:next_i])
            yield from (self.whole(ADDED, block) for block in right[j:next_j])
            if next_i < len(left):
                yield self.pair(left[next_i], right[next_j])
            i, j = next_i + 1, next_j + 1

    def pair(self, left: Element, right: Element) -> str:
        if left.is_line and right.is_line:
            return self.wrapped(right, self.line(left, right))
        return self.wrapped(right, self.blocks(_grouped(left), _grouped(right)))

    def whole(self, kind: str, block: Element) -> str:
        if block.tag in _ROWS:
            return self.wrapped(block, "".join(self.whole(kind, child) for child in _grouped(block)), kind)
        if block.tag in _INSIDE:
            return self.wrapped(block, mark(kind, SafeString(self.inner(block, kind))), kind)
        html = self.inner(block, kind) if not block.tag else self.wrapped(block, self.inner(block, kind), kind)
        return mark(kind, SafeString(html))

    def plain(self, node: Node, kind: str = SAME) -> str:
        if isinstance(node, str):
            return escape(node)
        if node.is_mere_anchor:
            return ""
        return self.wrapped(node, self.inner(node, kind), kind)

    def inner(self, element: Element, kind: str) -> str:
        return "".join(self.plain(child, kind) for child in element.children)

    def wrapped(self, element: Element, inner: str, kind: str = SAME) -> str:
        return f"{self.opening(element, kind)}{inner}{element.closing}" if element.tag else inner

    def opening(self, element: Element, kind: str = SAME) -> str:
        """Return the opening tag. A removed element loses its id and changes its `aria-label`, to avoid duplicates."""
        attributes = []
        for name, value in element.attributes:
            if name == "id" and (kind == REMOVED or value in self.written):
                continue
            if name == "id":
                self.written.add(value)
            if name == "aria-label" and kind == REMOVED:
                value = f"Removed: {value}"
            attributes.append(f' {name}="{escape(value)}"')
        return f"<{element.tag}{''.join(attributes)}>"

    # One line: words, each with the marks around it.

    def line(self, left: Element, right: Element) -> str:
        is_exact = right.tag == "pre"
        old, new = tokens_of(left, exact=is_exact), tokens_of(right, exact=is_exact)
        pairs = align([token.key for token in old], [token.key for token in new], self.effort)
        same = {id(theirs): ours for i, j in pairs for theirs, ours in zip(old[i].path, new[j].path, strict=False)}
        texts = _texts(old), _texts(new)
        parts: list[tuple[str, Token]] = []
        for equal, low, high, from_, to in smooth(runs(pairs, len(old), len(new)), *texts):
            if equal:
                parts += [(SAME, token) for token in new[from_:to]]
            elif _is_same_picture(old[low:high], new[from_:to]):
                parts.append((SAME, new[from_].with_note(_alt_note(old[low], new[from_]))))
            else:
                parts += [(REMOVED, token.within(same)) for token in old[low:high]]
                parts += [(ADDED, token) for token in new[from_:to]]
        return self.nested(parts, 0)

    def nested(self, parts: Sequence[tuple[str, Token]], depth: int) -> str:
        """Return words as HTML: neighbors share their common marks, and changes are innermost."""

        def outer(part: tuple[str, Token]) -> int:
            path = part[1].path
            return id(path[depth]) if len(path) > depth else 0

        html = []
        for is_marked, group in groupby(parts, outer):
            rows = list(group)
            if not is_marked:
                html.append(self.words(rows))
                continue
            element = rows[0][1].path[depth]
            kinds = {kind for kind, _ in rows}
            html.append(self.wrapped(element, self.nested(rows, depth + 1), kinds.pop() if len(kinds) == 1 else SAME))
        return "".join(html)

    def words(self, parts: Iterable[tuple[str, Token]]) -> str:
        html = []
        for kind, group in groupby(parts, lambda part: part[0]):
            inner = "".join(
                (self.plain(token.atom, kind) if token.atom else escape(token.text)) + token.note for _, token in group
            )
            html.append(inner if kind == SAME else mark(kind, SafeString(inner)))
        return "".join(html)


def _grouped(parent: Element) -> list[Element]:
    """Return the children as blocks; text between blocks becomes a block without a tag."""
    blocks: list[Element] = []
    for is_block, group in groupby(parent.children, lambda node: isinstance(node, Element) and node.tag in BLOCKS):
        children = list(group)
        if is_block:
            blocks += [child for child in children if isinstance(child, Element)]
        elif any(not isinstance(child, str) or child.strip() for child in children):
            blocks.append(Element("", (), children))
    return blocks


def _bag(block: Element) -> Counter[str]:
    bag = bag_of(text_of(block))
    for atom in block.atoms():
        if url := source(atom):
            bag[url] += 20
    return bag


def _texts(tokens: Sequence[Token]) -> list[str]:
    """Return the texts of tokens, with a line end where marks change, so that no change crosses it."""
    ends = ["\n" if token.path != after.path else "" for token, after in pairwise(tokens)]
    rows = zip(["", *ends], tokens, [*ends, ""], strict=True) if tokens else ()
    return [f"{before}{token.text}{after}" for before, token, after in rows]


def _is_same_picture(old: Sequence[Token], new: Sequence[Token]) -> bool:
    if len(old) != 1 or len(new) != 1 or not (old[0].atom and new[0].atom):
        return False
    return bool(source(new[0].atom)) and source(old[0].atom) == source(new[0].atom)


def _alt_note(old: Token, new: Token) -> str:
    words = compare_line(old.text.strip("\ufffc"), new.text.strip("\ufffc"))
    return f'<span class="alt-text">Alt text: {words}</span>'
