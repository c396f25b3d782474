"""Code of a page: its lines and language, without the labels and buttons around it."""

from __future__ import annotations

import re

from insights.editor.paste.blocks import Block, Code, Paragraph, Run
from insights.editor.paste.node import Node
from insights.editor.paste.styles import TextStyle, is_block, is_button, is_copy_label, is_hidden, shift_of
from insights.editor.paste.superscripts import raised
from insights.markup.highlighting import LANGUAGES

_LANGUAGE = re.compile(r"(?:^|\s)(?:(?:language|lang|highlight|hljs)-|highlight-source-|brush:\s?)([\w+#-]+)")
# Language labels on other sites, besides the languages that our renderer knows.
_OTHER_LABELS = {
    *(
        "text",
        "plain text",
        "plaintext",
        "txt",
        "code",
        "c#",
        "csharp",
        "powershell",
        "terminal",
        "output",
        "php",
        "ruby",
    ),
    *("swift", "kotlin", "r", "jsx", "tsx", "scss", "graphql", "latex", "makefile", "perl", "lua", "dart", "http"),
}
_COPY_AT_THE_END = re.compile(r"\s*cop(?:y|ied)(?: code| to clipboard)?$")
_MARKDOWN = re.compile(r"^\s*(?:```|~~~)|\]\(\S+\)|^#{2,6} \S", re.MULTILINE)


def code_of(node: Node) -> Code:
    inner = [found for found in _descendants(node) if found.name == "code"]
    has_bar = len(inner) == 1 and (
        any(is_block(found) for found in _descendants(node))
        or label_of(node.words().removesuffix(inner[0].words())) is not None
    )
    lines = _Lines(inner[0] if has_bar else node)  # the element also has a bar with label and buttons
    language = ""
    for holder in (*inner[:1], node):
        named = _LANGUAGE.search(holder.values.get("class", "").lower())
        name = named[1] if named else holder.values.get("data-lang", holder.values.get("data-language", "")).lower()
        language = language or (name if name in LANGUAGES else "")
    return Code(_without_blank_ends("".join(lines.pieces)), language)


def label_of(words: str) -> str | None:
    """Return the language of a label such as “python Copy code”, empty for “Copy code”, None for other text."""
    label = words.strip().lower()
    if not label or is_copy_label(label):
        return "" if label else None
    name = _COPY_AT_THE_END.sub("", label)
    return name if name in LANGUAGES or name in _OTHER_LABELS else None


def reads_as_markdown(code: str) -> bool:
    """Return whether code from a code editor is Markdown, which is pasted unchanged."""
    return bool(_MARKDOWN.search(code))


def without_labels(blocks: list[Block]) -> list[Block]:
    """Remove copy buttons, language labels and empty paragraphs."""
    kept: list[Block] = []
    after_code = False
    for block in blocks:
        if isinstance(block, Code):
            _take_label(kept, block)
        elif isinstance(block, Paragraph) and after_code and (is_copy_label(block.words)):
            continue
        after_code = isinstance(block, Code)
        kept.append(block)
    return [block for block in kept if not (isinstance(block, Paragraph) and not block.words)]


def _take_label(before: list[Block], code: Code) -> None:
    has_button = False
    while before and isinstance(last := before[-1], Paragraph):
        language = label_of(last.words)
        if language == "" or not last.words:
            has_button = has_button or last.is_control or bool(last.words)
            before.pop()
            continue
        if language and (has_button or last.is_control or language != last.words.lower()):
            code.language = code.language or (language if language in LANGUAGES else "")
            before.pop()
        return


def _descendants(node: Node) -> list[Node]:
    found: list[Node] = []
    for child in node.children:
        if isinstance(child, Node):
            found += [child, *_descendants(child)]
    return found


class _Lines:
    def __init__(self, node: Node) -> None:
        self.pieces: list[str] = []
        self._fill(node)

    def _fill(self, node: Node) -> None:
        for child in node.children:
            if isinstance(child, str):
                self.pieces.append(child)
            elif child.name == "br":
                self.pieces.append("\n")
            elif is_hidden(child) or is_button(child):
                continue
            elif shift := shift_of(child):
                before = self.pieces[-1][-1:] if self.pieces else ""
                inner = "".join(_Lines(child).pieces)
                self.pieces += [run.text for run in raised([Run(inner, TextStyle(code=True))], shift, before)]
            elif is_block(child):
                self._end_line()
                self._fill(child)
                self._end_line()
            else:
                self._fill(child)

    def _end_line(self) -> None:
        last = next((piece for piece in reversed(self.pieces) if piece), "\n")
        if not last.endswith("\n"):
            self.pieces.append("\n")


def _without_blank_ends(text: str) -> str:
    """Remove blank lines at both ends, in linear time."""
    text = text.rstrip(" \t\n")
    before = len(text) - len(text.lstrip(" \t\n"))
    return text[text.rfind("\n", 0, before) + 1 :]
