"""Active next steps with their rules, loaded as JSON by the query for the version: a save needs no further one."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from django.db.models import F, StringAgg, Subquery, TextField, Value
from django.db.models.functions import Cast, JSONObject

from insights.models.steps import Rule, Step

_BETWEEN = "\x1e"  # a separator that JSON escapes
_STEP = ("id", "slug", "threshold", "position", "is_default")
_RULE = ("keywords", *(f"{field}_{part}" for field in ("title", "excerpt", "content") for part in ("weight", "cap")))
_CENT = Decimal("0.01")


def snapshot_steps() -> Subquery:
    """Return an expression to annotate with; `steps_in` parses its value."""
    names: dict[str, F] = {name: F(name) for name in _STEP} | {f"rule__{name}": F(f"rule__{name}") for name in _RULE}
    one = Cast(JSONObject(rule_id=F("rule__pk"), **names), TextField())
    one_group = Step.objects.filter(is_active=True).order_by().values(all=Value(1))
    return Subquery(one_group.annotate(snapshot=StringAgg(one, Value(_BETWEEN))).values("snapshot"))


def steps_in(text: str | None) -> list[Step]:
    """Return the steps with their rules in the editors' order; they are read-only."""
    rows = [json.loads(part, parse_float=Decimal) for part in (text or "").split(_BETWEEN) if part]
    return [_step(row) for row in sorted(rows, key=lambda row: (row["position"], row["id"]))]


def _step(row: dict[str, Any]) -> Step:
    step = Step(**{name: _value(name, row[name]) for name in _STEP})
    if row["rule_id"] is not None:
        Rule(pk=row["rule_id"], step=step, **{name: _value(name, row[f"rule__{name}"]) for name in _RULE})
    return step


def _value(name: str, value: Any) -> Any:
    if name == "threshold" or name.endswith("_weight"):
        return Decimal(str(value)).quantize(_CENT)
    return bool(value) if name == "is_default" else value
