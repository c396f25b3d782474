"""Score panel of the article's form: each next step's rule applied to the current text."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from insights.admin.permissions import staff_only
from insights.models import Step
from insights.next_step.decisions import step_rules
from insights.next_step.scoring import Text, choose_step, plain_number, scores
from insights.publishing.rendering import render_text


def score_panel(title: str, excerpt: str, body: str, pinned: Any = None) -> dict[str, Any]:
    """Return the context of the panel. `pinned`: a next step, its id, or nothing.

    `rows`: `{"step", "points", "needs", "reaches", "parts", "won"}` per next step in use that has a rule.
    Numbers are text. `line`: the decision line; `reason`: the same as a sentence.
    """
    steps = list(Step.objects.in_use())
    rules = step_rules(steps)
    text = Text(title, excerpt, render_text(body).text)
    pinned_pk = pinned.pk if isinstance(pinned, Step) else pinned
    pin = next((step.slug for step in steps if str(step.pk) == str(pinned_pk or "")), "")
    default = next((step.slug for step in steps if step.is_default), "none")
    decision = choose_step(rules, text, default=default, pinned=pin)
    by_slug = {step.slug: step for step in steps}
    rows = [
        {
            "step": by_slug[score.slug],
            "points": plain_number(score.points),
            "needs": plain_number(by_slug[score.slug].threshold),
            "reaches": score.reaches_threshold,
            "parts": [(part.field, plain_number(part.points), part.words) for part in score.parts],
            "won": score.slug == decision.slug,
        }
        for score in scores(rules, text)
    ]
    return {"rows": rows, "line": decision.line(), "reason": decision.reason()}


@never_cache
@require_POST
@staff_only("insights.add_article", "insights.change_article")
def scores_view(request: HttpRequest) -> HttpResponse:
    values = [request.POST.get(name, "") for name in ("title", "excerpt", "body", "pinned_step")]
    return render(request, "admin/insights/_scores.html", score_panel(*values))
