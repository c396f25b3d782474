"""Names: no retired word in an identifier or a file name, and one name for one class or function."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import tokenize
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from tests.test_architecture import ROOT

# Words that newcomers had to translate, singular and plural. `docs/glossary.md` has their replacements.
RETIRED = (
    "told", "anew", "deed", "deeds", "heed", "heeded", "whoever", "somebody", "nobody", "moment", "moments",
    "letter", "letters", "desk", "voice", "voices",
    "hand over", "hands over", "handed over", "handing over", "handover", "handovers",
    "hand in", "hands in", "handed in", "handing in",
    "bring back", "brings back", "brought back", "bringing back",
    "outside link", "outside links", "former address", "former addresses",
)  # fmt: skip

# Names about alphabets, a setting that operators have set, and a word of the standard library.
EXEMPT = {
    "_GREEK_LETTER", "_LETTER", "_LETTERS", "NO_LATIN_LETTERS", "PLAIN_LETTERS", "CHECK_OUTSIDE_LINKS", "ascii_letters",
}  # fmt: skip
STORED = re.compile(r'"desk\.\w+:?"')  # keys of the browser's storage, which hold texts of an earlier release
STANDARD = {"letter-spacing", "letterSpacing"}

DEMO = Path("insights/demo/articles")  # its files are content: a newsroom has desks

# Django finds these by their name.
BY_CONVENTION = {"Command", "DatabaseWrapper", "main"}

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_TOKEN = re.compile(r"[A-Za-z_][\w-]*")
_TAG = re.compile(r"{[{%].*?[%}]}", re.DOTALL)
_ATTRIBUTE = re.compile(r'(?:class|id|for|name|data-[\w-]+|aria-\w+)="[^"{]*"|data-[\w-]+')
_STRING = re.compile(r"'[^']*'|\"[^\"]*\"")


def retired_in(name: str) -> str:
    """Return the retired word in an identifier or a file name, or nothing."""
    words = f" {' '.join(_PARTS.findall(name)).lower()} "
    return next((word for word in RETIRED if f" {word} " in words), "")


@cache
def files() -> list[Path]:
    """Return all existing files under version control."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [path for line in listed.stdout.splitlines() if (path := ROOT / line).is_file()]


def identifiers(path: Path) -> set[str]:
    """Return the names that a module, script, style sheet or template uses."""
    text = path.read_text()
    if path.suffix == ".py":
        tokens = tokenize.generate_tokens(io.StringIO(text).readline)
        return {token.string for token in tokens if token.type == tokenize.NAME}
    if path.suffix == ".html":
        text = re.sub(r"{#.*?#}", "", text)
        tags = [_STRING.sub("", tag) for tag in _TAG.findall(text)]
        return set(_TOKEN.findall(" ".join([*tags, *_ATTRIBUTE.findall(text)])))
    text = re.sub(r"/\*.*?\*/", "", STORED.sub("", text), flags=re.DOTALL)
    text = re.sub(r"(^|\s)//[^\n]*", "", text)
    return set(_TOKEN.findall(text)) - STANDARD


def is_ours(path: Path) -> bool:
    """Return whether names in a file are chosen by us. Migrations use old names."""
    parts = path.relative_to(ROOT).parts
    return path.suffix in {".py", ".js", ".css", ".html"} and "migrations" not in parts and "vendor" not in parts


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("told_moments", "told"), ("handedIn", "handed in"), ("bar-deeds", "deeds"), ("HandOverMail", "hand over"),
        ("OutsideLink", "outside link"), ("test_nobody_is_asked", "nobody"), ("BROUGHT_BACK", "brought back"),
        ("first_letter", "letter"), ("DESK", "desk"), ("test_handover.py", "handover"),
        ("newsletter", ""), ("NewsletterConfig", ""), ("desktop", ""), ("TestANewArticle", ""), ("threshold", ""),
        ("handler", ""), ("invoice", ""), ("momentum", ""), ("a_hand_inside", ""),
    ],
)  # fmt: skip
def test_retired_words_are_found(name, word):
    assert retired_in(name) == word


def test_no_identifier_has_a_retired_word():
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in files()
        if is_ours(path)
        for name in sorted(identifiers(path) - EXEMPT)
        if retired_in(name)
    ]
    assert found == []


def test_no_file_name_has_a_retired_word():
    paths = [path.relative_to(ROOT) for path in files()]
    named = [path for path in paths if "migrations" not in path.parts and not path.is_relative_to(DEMO)]
    assert [str(path) for path in named if any(map(retired_in, path.parts))] == []


def test_every_exemption_is_needed():
    used = {name for path in files() if is_ours(path) for name in identifiers(path)}
    assert EXEMPT - used == set()
    assert all(map(retired_in, EXEMPT))


def test_one_name_is_one_class_or_function():
    found: dict[str, list[str]] = defaultdict(list)
    for path in files():
        if path.suffix != ".py" or not is_ours(path) or path.relative_to(ROOT).parts[0] == "tests":
            continue
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.name[0] != "_":
                found[node.name].append(str(path.relative_to(ROOT)))
    twice = {name: places for name, places in found.items() if len(places) > 1 and name not in BY_CONVENTION}
    assert twice == {}
