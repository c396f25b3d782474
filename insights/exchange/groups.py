"""Grouping of files that are about the same article, and their order of import."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from insights.exchange.front_matter import ArticleText
from insights.exchange.identities import settled_slug
from insights.exchange.manifest import Manifest
from insights.exchange.problems import ExchangeRefused, Problem


@dataclass(frozen=True, slots=True)
class Placed:
    text: ArticleText
    is_one_of_several: bool = False  # other files are about the same article
    is_over: bool = False  # a scheduled text of these files has replaced it by now


def ordered(texts: list[ArticleText], manifest: Manifest) -> tuple[list[Placed], list[Problem]]:
    """Return the files in the order of import, and the problems between them.

    Articles of the manifest keep its order, others follow by date and name. The draft of an article comes last.
    """
    problems: list[Problem] = []
    groups: dict[str, list[ArticleText]] = {}
    for text in texts:
        try:
            key = str(text.uid or f"slug {settled_slug(text)}")
        except ExchangeRefused as refused:
            problems += refused.problems
            continue
        groups.setdefault(key, []).append(text)
    for group in groups.values():
        problems += _clashes(group, manifest)
    slugs: dict[str, str] = {}
    for key, group in groups.items():
        for slug in {text.slug for text in group if text.slug}:
            if slugs.setdefault(slug, key) != key:
                problems.append(
                    group[0].problem("slug", f"“{groups[slugs[slug]][0].file}” also has the slug “{slug}”. Change one.")
                )
    places = {str(uid): number for number, uid in enumerate(manifest.articles)}
    far = len(places)

    def place(key: str) -> tuple[int, str, str]:
        first = groups[key][0]
        return places.get(key, far), first.date.isoformat() if first.date else "~", first.file

    found = []
    for key in sorted(groups, key=place):
        group = sorted(groups[key], key=lambda text: _turn(text, manifest))
        begun = [text for text in group if text.is_live and _begins(text, manifest) <= timezone.now()]
        found += [Placed(text, len(group) > 1, text in begun[:-1]) for text in group]
    return found, problems


def _turn(text: ArticleText, manifest: Manifest) -> tuple[bool, dt.datetime, str]:
    return not text.is_live, _begins(text, manifest), text.file


def _begins(text: ArticleText, manifest: Manifest) -> dt.datetime:
    entry = manifest.file_entry(text.file)
    return (entry.live_from if entry else None) or dt.datetime.min.replace(tzinfo=dt.UTC)


def _clashes(group: list[ArticleText], manifest: Manifest) -> list[Problem]:
    written = [text for text in group if not text.is_live]
    live = [text for text in group if text.is_live]
    problems = [_clash(text, written[0]) for text in written[1:]]
    known = [entry for text in live if (entry := manifest.file_entry(text.file)) and entry.live_from]
    if len(known) < len(live):
        problems += [_clash(text, live[0]) for text in live[1:]]
    if len(written) == len(live) == 1 and any(not text.uid and not text.slug for text in group):
        problems.append(_clash(written[0], live[0]))  # a draft of the other article needs its id or slug
    return problems


def _clash(text: ArticleText, other: ArticleText) -> Problem:
    if text.uid and text.uid == other.uid:
        return text.problem("id", f"“{other.file}” has the same id. Remove the id from one of the two files.")
    slug = settled_slug(text)
    if text.slug:
        return text.problem("slug", f"“{other.file}” also has the slug “{slug}”. Write another slug.")
    sentence = f"“{other.file}” also has the slug “{slug}”, made from the title. Add a different slug."
    return text.problem("title", sentence)
