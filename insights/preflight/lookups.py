"""Database lookups of the checks: at most three queries for any text."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from insights.link_checker.urls import key_of
from insights.models import Article, Author, Category, ExternalLink, Picture, Redirect, Series, Step, Tag
from insights.models.articles import ArticleQuerySet
from insights.models.ids import is_id
from insights.next_step.decisions import step_rules
from insights.next_step.scoring import Decision, Text, choose_step
from insights.preflight.findings import PictureFacts, TargetState
from insights.preflight.own_urls import LinkTarget

MOST = 300  # links of one text that are looked up
_FACETS: Mapping[str, Any] = {"category": Category, "tag": Tag, "author": Author, "series": Series}


def pictures(uids: Iterable[str], cover: str) -> tuple[dict[str, PictureFacts], PictureFacts | None]:
    """Return the pictures of a text by uid, and the cover by its id; one query at most."""
    uids, pk = set(uids) - {""}, int(cover) if is_id(cover) else None
    if not uids and pk is None:
        return {}, None
    rows = list(Picture.objects.filter(Q(uid__in=uids) | Q(pk=pk)))
    facts = {row.pk: PictureFacts(row.name, row.width, row.alt, row.caption, row.credit) for row in rows}
    return {str(row.uid): facts[row.pk] for row in rows if str(row.uid) in uids}, facts.get(pk) if pk else None


def decision(text: Text, pinned: str) -> Decision | None:
    """Return the next step that the text would get; `pinned` is the id of a step, or empty. One query."""
    steps = list(Step.objects.in_use())
    default = next((step.slug for step in steps if step.is_default), "")
    pin = next((step.slug for step in steps if str(step.pk) == pinned), "")
    chosen = choose_step(step_rules(steps), text, default=default, pinned=pin)
    return chosen if chosen.slug else None


def standings(
    named: Iterable[LinkTarget], outside: Iterable[str], at: dt.datetime, seen: ArticleQuerySet | None = None
) -> dict[tuple[str, str], TargetState]:
    """Return states of rows at `at` and of broken external links; drafts only of `seen` (None: all). One query."""
    named = list(named)
    # Links beyond MOST count as working, so that none of them is reported.
    unasked = {(target.kind, target.slug): TargetState("published") for target in named[MOST:]}
    slugs: defaultdict[str, set[str]] = defaultdict(set)
    for target in named[:MOST]:
        slugs[target.kind].add(target.slug)
    parts = [_articles(slugs["article"], at, seen)] if slugs["article"] else []
    parts += [_facet(kind, slugs[kind]) for kind in _FACETS if slugs[kind]]
    if slugs:
        parts.append(_redirects(slugs, at))
    if keys := {key_of(url) for url in list(outside)[:MOST]}:
        parts.append(_outside(keys))
    if not parts:
        return {}
    rows = parts[0].union(*parts[1:], all=True).order_by() if len(parts) > 1 else parts[0]
    return unasked | {(kind, name): TargetState(state, leads_to) for kind, name, state, leads_to in rows}


def _row(rows: models.QuerySet[Any], kind: Any, name: str, state: Any, leads_to: Any) -> Any:
    columns = {"row_kind": kind, "row_name": F(name), "row_state": state, "row_leads_to": leads_to}
    return rows.order_by().annotate(**columns).values_list(*columns)


def _said(text: str) -> Value:
    return Value(text, CharField())


def _articles(slugs: set[str], at: dt.datetime, seen: ArticleQuerySet | None) -> Any:
    rows = Article.objects.with_state(at).filter(slug__in=slugs)
    if seen is not None:
        rows = rows.filter(Q(published_at__lte=timezone.now()) | Q(pk__in=seen.values("pk")))
    return _row(rows, _said("article"), "slug", F("state"), _said(""))


def _facet(kind: str, slugs: set[str]) -> Any:
    rows = _FACETS[kind].objects.filter(slug__in=slugs)
    return _row(rows, _said(kind), "slug", _said("published"), _said(""))


def _redirects(slugs: Mapping[str, set[str]], at: dt.datetime) -> Any:
    wanted = Q()
    for kind, names in slugs.items():
        wanted |= Q(kind=kind, slug__in=names)
    out = Article.objects.published(at).filter(pk=OuterRef("article"))
    state = Case(When(~Q(kind="article") | Exists(out), then=_said("published")), default=_said("withdrawn"))
    leads_to = Coalesce("article__slug", "category__slug", "tag__slug", "author__slug", "series__slug")
    named = models.functions.Concat(_said("former "), F("kind"), output_field=CharField())
    return _row(Redirect.objects.filter(wanted), named, "slug", state, leads_to)


def _outside(keys: set[str]) -> Any:
    rows = ExternalLink.objects.broken_or_suspicious().filter(key__in=keys)
    return _row(rows, _said("outside"), "key", F("state"), F("reason"))
