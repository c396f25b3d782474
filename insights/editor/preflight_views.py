"""Panel of the pre-publish checks (`insights.preflight`) in the article's form."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from insights.admin.permissions import staff_only
from insights.editor.form import ArticleForm
from insights.editor.preflight_gate import check_form, check_post
from insights.forms.form_data import with_values
from insights.models.ids import is_id
from insights.pictures.uses import may_see_picture


@never_cache
@require_POST
@staff_only("insights.add_article", "insights.change_article")
def checks_view(request: HttpRequest) -> JsonResponse:
    """Check the posted form: `{"summary": sentence, "findings": html}`. Nothing is stored."""
    cover = request.POST.get("cover", "")
    is_known = is_id(cover) and may_see_picture(request.user, int(cover))
    typed = request.POST if is_known else with_values(request.POST, cover="")
    panel = check_post(typed, request.user)
    findings = render_to_string("admin/insights/article/_findings.html", {"checks": panel})
    return JsonResponse({"summary": panel.summary, "findings": findings})


def preflight_context(form: ArticleForm) -> dict[str, Any]:
    """Return the panel's context: the checks that just blocked publishing, else those of the form's values."""
    checks = form.checks or check_form(form)
    return {"checks": checks, "carries_byline": all(finding.rule != "byline" for finding in checks.findings)}


def saved_warnings(form: ArticleForm) -> str:
    count = len(form.checks.warnings) if form.checks else 0
    return f" {count} warning{'' if count == 1 else 's'} in the pre-publish checks." if count else ""
