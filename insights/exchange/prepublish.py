"""Pre-publish checks of imported texts: problems prevent publishing, other findings become notes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from insights.exchange.front_matter import KEYS, ArticleText
from insights.exchange.problems import Problem
from insights.models import Version
from insights.preflight import Finding, Level, check_version
from insights.preflight.body import parse_body
from insights.publishing.rendering import TextRefused

_KEYS = {"pinned_step": "next_step"}
_LINE = re.compile(r"Line (\d+): (.*)\Z", re.DOTALL)


def findings(text: ArticleText, version: Version) -> tuple[list[Problem], list[Problem]]:
    """Return the problems that prevent publishing, and the other findings."""
    refused: list[Problem] = []
    said: list[Problem] = []
    for finding in check_version(version).findings:
        keeps = finding.level == Level.ERROR and text.status == "published"
        (refused if keeps else said).append(_problem(text, finding, keeps=keeps))
    return refused, said


def _problem(text: ArticleText, finding: Finding, *, keeps: bool) -> Problem:
    sentence = f"{finding.message} {finding.cure}"
    key = _KEYS.get(finding.name, finding.name)
    if key in KEYS:
        sentence, line = f"{key}: {sentence}", text.lines.get(key, 0)
    else:
        line = text.head_lines + finding.line if finding.line else 0
    return Problem(text.file, sentence, line, keeps_unpublished=keeps)


def refusals(text: ArticleText, error: TextRefused) -> Iterator[Problem]:
    pictures = parse_body(text.body).pictures
    for sentence in error.problems:
        line = next((shown.line for shown in pictures if shown.url and shown.url[:80] in sentence), 0)
        if found := _LINE.match(sentence):
            line, sentence = int(found[1]), found[2]
        yield Problem(text.file, sentence, text.head_lines + line if line else 0)
