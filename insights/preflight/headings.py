"""Checks of headings: without words, of the first level (the title's), or skipping a level."""

from __future__ import annotations

from collections.abc import Iterator

from .findings import MANY, Draft, Finding, Level


def check_headings(draft: Draft) -> Iterator[Finding]:
    before, found = 1, 0
    for heading in draft.body.headings:
        if found >= MANY:
            return
        near = heading.text[:60]
        if not near:
            found += 1
            cure = "Write the heading text, or delete the heading."
            yield Finding(Level.WARNING, "heading", "body", "This heading is empty.", cure, heading.line)
        if heading.level == 1:
            found += 1
            message, cure = "This is a level 1 heading; only the title can be level 1.", "Begin it with ##."
            yield Finding(Level.WARNING, "heading", "body", message, cure, heading.line, near)
        elif heading.level > before + 1:
            found += 1
            message = f"A level {heading.level} heading follows a level {before} heading."
            cure = f"Begin it with {'#' * (before + 1)}, or add the missing heading before it."
            yield Finding(Level.WARNING, "heading", "body", message, cure, heading.line, near)
        before = max(heading.level, 2)
