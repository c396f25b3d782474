"""Clipboard content of mail programs, word processors, browsers, note takers and code editors, as Markdown."""

from __future__ import annotations

from pathlib import Path

import pytest

from insights.editor.paste import to_markdown
from insights.markup import render

PROGRAMS = sorted((Path(__file__).parent / "clipboard" / "programs").glob("*.html"))


@pytest.mark.parametrize("file", PROGRAMS, ids=lambda file: file.stem)
def test_a_program(file: Path) -> None:
    """Fault A1, A2, A3, A5: real clipboard content in a file, with the expected Markdown beside it."""
    markdown = to_markdown(file.read_text()).markdown
    assert markdown == file.with_suffix(".md").read_text().removesuffix("\n")
    assert render(markdown).problems == ()
