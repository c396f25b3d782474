"""The steps in use, fetched along with a version that is about to be saved, in the same query.

A save decides on the next step, and so needs every rule; a query of its own for them would be one of ten. They come as
JSON, one object a step; what is made of it are rows that are only read.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from django.db.models import F, StringAgg, Subquery, TextField, Value
from django.db.models.functions import Cast, JSONObject

from insights.models.steps import Rule, Step

_BETWEEN = "\x1e"  # which JSON escapes
_STEP = ("id", "slug", "threshold", "position", "is_default")
_RULE = ("keywords", *(f"{field}_{part}" for field in ("title", "excerpt", "content") for part in ("weight", "cap")))
_CENT = Decimal("0.01")


def snapshot_steps() -> Subquery:
    """To annotate with; `steps_in` reads it."""
    names: dict[str, F] = {name: F(name) for name in _STEP} | {f"rule__{name}": F(f"rule__{name}") for name in _RULE}
    one = Cast(JSONObject(rule_id=F("rule__pk"), **names), TextField())
    one_group = Step.objects.filter(is_active=True).order_by().values(all=Value(1))
    return Subquery(one_group.annotate(snapshot=StringAgg(one, Value(_BETWEEN))).values("snapshot"))


def steps_in(text: str | None) -> list[Step]:
    """The steps in the editors' order, with their rules; not to be saved."""
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
