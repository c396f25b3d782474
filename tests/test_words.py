"""Words: no retired word in what people read, short sentences in documents, and few docstrings."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_architecture import ROOT
from tests.test_names import DEMO, STORED, files, is_ours, retired_in

DOCUMENTS = [path for path in files() if path.suffix == ".md" and not path.is_relative_to(ROOT / DEMO)]
GLOSSARY = ROOT / "docs" / "glossary.md"  # it names the retired words

LONGEST_SENTENCE = 25  # words
DOCSTRING_SHARE = 0.08  # of the lines that are not blank

# The alphabet, a property of CSS, a setting that operators have set, a stored value, keys of the browser's storage.
_EXEMPT = re.compile(
    r"(?:Latin|lowercase) letters?|letters? or digits?|letter-spacing|letterSpacing|CHECK_OUTSIDE_LINKS|handed_in|"
    + STORED.pattern
)

_BLOCK = re.compile(r"^(`{3,}|~{3,}).*?^\1", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"`[^`\n]*`")
_HTML_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_TAG = re.compile(r"{%.*?%}|{{.*?}}|<[^>]*>", re.DOTALL)
_ITEM = re.compile(r"^(?:[-*+]|\d+\.)\s+|^#+\s+|^>\s?")
_END = re.compile(r"(?<=[.!?:;])[”\")*_]*\s+")


def docstrings(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        documented = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        if documented and (text := ast.get_docstring(node)):
            yield text


def written(path: Path) -> Iterator[str]:
    """Yield the docstrings, comments and sentences of a file; of a test, whose data is anybody's, no sentences."""
    text = path.read_text()
    if path.suffix == ".py":
        tree = ast.parse(text)
        yield from docstrings(tree)
        yield from (
            token.string
            for token in tokenize.generate_tokens(io.StringIO(text).readline)
            if token.type == tokenize.COMMENT
        )
        if path.relative_to(ROOT).parts[0] != "tests":
            yield from (
                node.value
                for node in ast.walk(tree)
                if isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and (" " in node.value or "--" in node.value)
            )
    elif path.suffix in {".html", ".txt", ".xml"}:
        yield from (string for string in re.findall(r'"([^"<>]* [^"<>]*)"', text))
        yield _TAG.sub(" ", text.replace("{#", "").replace("#}", ""))
    else:
        yield text


def retired_words_of(path: Path) -> list[str]:
    return [word for text in written(path) if (word := retired_in(_EXEMPT.sub("", text)))]


def is_read(path: Path) -> bool:
    """Whether people read a file's words: code, templates and documents of ours."""
    name = path.relative_to(ROOT)
    if name.is_relative_to(DEMO) or name.is_relative_to("tests/inputs") or path == GLOSSARY:
        return False
    if name.parts[0] == "templates":
        return True
    return is_ours(path) or path.suffix in {".md", ".conf", ".service", ".socket", ".toml"} or name.name == "Makefile"


def test_no_text_has_a_retired_word():
    found = {str(path.relative_to(ROOT)): retired_words_of(path) for path in files() if is_read(path)}
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Your text is handed\n    in.", "handed in"), ("One letter a week", "letter"), ("Somebody waits", "somebody"),
        ("at least 3 Latin letters", ""), ("a letter or digit", ""), ("our newsletter", ""), ("letter-spacing: 0", ""),
    ],
)  # fmt: skip
def test_a_retired_word_of_a_text_is_found(text, word):
    assert retired_in(_EXEMPT.sub("", text)) == word


def sentences(document: str) -> Iterator[str]:
    """Yield the sentences of Markdown text; a heading, an item and a table's cell end one."""
    text = _LINK.sub(r"\1", _CODE.sub("code", _HTML_COMMENT.sub("", _BLOCK.sub("", document))))
    block: list[str] = []
    for line in [*text.splitlines(), ""]:
        bare = "" if line.startswith("    ") and not block else line.strip()  # an indented line is code
        starts = not bare or _ITEM.match(bare) or bare.startswith("|")
        if starts and block:
            yield from _END.split(" ".join(block))
            block = []
        if bare.startswith("|"):
            for cell in bare.strip("|").split("|"):
                yield from _END.split(cell.strip())
        elif bare:
            block.append(_ITEM.sub("", bare))


def test_a_sentence_ends_where_a_reader_stops():
    text = "# One two\n\n- three\n  four. Five `six seven` eight\n- nine\n\n| ten. Eleven | twelve |\n\n```\nno\n```\n"
    assert list(sentences(text)) == [
        "One two", "three four.", "Five code eight", "nine", "ten.", "Eleven", "twelve",
    ]  # fmt: skip


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_no_sentence_of_a_document_is_long(document):
    assert [text for text in sentences(document.read_text()) if len(text.split()) > LONGEST_SENTENCE] == []


@pytest.mark.parametrize("document", sorted((ROOT / "docs").glob("*.md")), ids=lambda path: path.name)
def test_a_page_of_the_docs_opens_with_whom_it_is_for(document):
    title, opening = document.read_text().split("\n\n")[:2]
    assert title.startswith("# ")
    assert opening.startswith("For "), opening


def test_docstrings_are_a_small_share_of_the_code():
    lines = documented = 0
    for path in files():
        if path.suffix == ".py" and is_ours(path) and path.relative_to(ROOT).parts[0] != "tests":
            text = path.read_text()
            lines += sum(bool(line.strip()) for line in text.splitlines())
            for docstring in docstrings(ast.parse(text)):
                documented += sum(bool(line.strip()) for line in docstring.splitlines())
    assert documented / lines <= DOCSTRING_SHARE
