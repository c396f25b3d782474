"""Import of next steps: steps and rules first, since articles need them; their target articles last."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError

from insights.exchange.problems import ExchangeRefused, Problem
from insights.exchange.publication import NAME, WEIGHTS, Publication, flag, problem
from insights.exchange.publication_in import refused, settle_row
from insights.exchange.string_yaml import YamlTable
from insights.models import Article, Rule, Step

TEXTS = ("kind", "heading", "text", "button", "target_url")
DECIDING = {"threshold", "position", "is_active", "is_default", "new", "keywords", *WEIGHTS}


class StepsIn:
    def __init__(self, publication: Publication) -> None:
        self.tables = publication.rows.get("steps", [])
        self.changes: list[str] = []  # a sentence per new or changed step
        self.needs_recalculation = False  # articles may get another next step

    def apply(self) -> None:
        if not self.tables:
            return
        problems: list[Problem] = []
        defaults = [table for table in self.tables if "is_default" in table and flag(table, "is_default")]
        if len(defaults) > 1:
            raise ExchangeRefused(problem(defaults[1], "is_default", "Only one next step can be the default."))
        if defaults and Step.objects.filter(is_default=True).exclude(slug=defaults[0]["slug"]).update(is_default=False):
            self.needs_recalculation = True
        for number, table in enumerate(self.tables, 1):
            try:
                self._step(table, number)
            except ExchangeRefused as error:
                problems += error.problems
        if not problems and not Step.objects.filter(is_default=True).exists():
            problems.append(Problem(NAME, "No next step is the default. Add “is_default: yes” to one of them."))
        if problems:
            raise ExchangeRefused(*problems)

    def aim(self) -> None:
        """Link steps to their articles, which exist by now. Raises ExchangeRefused."""
        problems = []
        for table in self.tables:
            step = Step.objects.get(slug=table["slug"])
            target = self._target(table, step)
            wanted = table.get("target_article")
            # An export writes an empty value if the article was deleted; a missing key is an error.
            if target is None and (wanted or (wanted is None and step.kind == Step.Kind.ARTICLE)):
                sentence = (
                    f"There is no article with the slug “{wanted}”." if wanted else "Write the slug of an article."
                )
                problems.append(problem(table, "target_article", sentence))
            elif target != step.target_article:
                step.target_article = target
                step.save(update_fields=["target_article"])
                self.changes.append(f"next step {step}: target_article")
        if problems:
            raise ExchangeRefused(*problems)

    def _target(self, table: YamlTable, step: Step) -> Article | None:
        if "target_article" not in table:
            return step.target_article
        return Article.objects.filter(slug=table["target_article"]).first()

    def _step(self, table: YamlTable, number: int) -> None:
        step = Step.objects.filter(slug=table["slug"]).first()
        is_new = step is None
        step = step or Step(slug=table["slug"])
        values: dict[str, Any] = {key: table[key] for key in TEXTS if key in table}
        values |= {key: flag(table, key) for key in ("is_active", "is_default") if key in table}
        values["position"] = _whole(table, "position") if "position" in table else step.position if step.pk else number
        if "threshold" in table:
            values["threshold"] = _decimal(table, "threshold")
        differing = settle_row(step, values, table)
        if step.kind == Step.Kind.LINK:
            try:
                step.clean()
            except ValidationError as error:
                raise refused(table, error) from None
        differing += self._rule(step, table.get("rule"))
        if differing:
            self.changes.append(f"next step {step}: {'new' if is_new else ', '.join(differing)}")
            self.needs_recalculation |= not DECIDING.isdisjoint(differing)

    def _rule(self, step: Step, table: YamlTable | None) -> list[str]:
        if table is None:
            return []
        rule = Rule.objects.filter(step=step).first() or Rule(step=step)
        values: dict[str, Any] = {
            key: _decimal(table, key) if key.endswith("weight") else _whole(table, key)
            for key in WEIGHTS
            if key in table
        }
        if "keywords" in table:
            values["keywords"] = "\n".join(table["keywords"])
        differing = settle_row(rule, values, table)
        try:
            rule.clean()
        except ValidationError as error:
            raise refused(table, error) from None
        return differing


def _whole(table: YamlTable, key: str) -> int:
    value = table[key]
    if not (value.isascii() and value.isdecimal() and int(value) <= 32767):
        raise ExchangeRefused(problem(table, key, "Write a whole number from 0 to 32767."))
    return int(value)


def _decimal(table: YamlTable, key: str) -> Decimal:
    try:
        number = Decimal(table[key])
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise ExchangeRefused(problem(table, key, "Write a number such as 3 or 1.5."))
    return number
