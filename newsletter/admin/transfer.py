"""Admin views for export and import; `newsletter.subscribers` does the work."""

from __future__ import annotations

from itertools import batched
from typing import Any

from django import forms
from django.contrib.admin import ModelAdmin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from newsletter.models import Subscriber
from newsletter.subscribers import ImportReport, csv_lines, import_csv, record_export

MAX_BYTES = 10 * 1024 * 1024  # per upload; `import_subscribers` has no limit
SHOWN_ROWS = 200  # per report; the rest is counted
LINES_AT_ONCE = 200


class ImportForm(forms.Form):
    file = forms.FileField(
        label="CSV file", error_messages={"required": "Choose a file.", "empty": "The file is empty."}
    )


def export(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponseBase:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        readers = model_admin.get_changelist_instance(request).get_queryset(request)
    except IncorrectLookupParameters as error:
        raise BadRequest("These filters are not valid. Go back to the list and set them again.") from error
    return csv_response(request, readers, {"filter": _filters(request)})


def csv_response(request: HttpRequest, readers: QuerySet[Subscriber], details: dict[str, Any]) -> StreamingHttpResponse:
    """Return the streamed file. The audit log entry is committed before the first byte is sent."""
    chosen = Subscriber.objects.filter(pk__in=readers.order_by().values("pk"))
    record_export(chosen, actor=request.user, details=details)
    response = StreamingHttpResponse(
        ("".join(lines) for lines in batched(csv_lines(chosen), LINES_AT_ONCE)),
        content_type="text/csv; charset=utf-8",
    )
    response["Content-Disposition"] = f'attachment; filename="subscribers-{timezone.now():%Y-%m-%d}.csv"'
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def import_file(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Show the form, or a report by row; with `action=import` and no bad row, import the subscribers."""
    if request.method not in {"GET", "HEAD", "POST"}:
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    if request.method != "POST":
        return _import_page(model_admin, request, ImportForm(), None, 200)
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _import_page(model_admin, request, form, None, 400)
    file = form.cleaned_data["file"]
    if file.size > MAX_BYTES:
        words = f"The file is over {MAX_BYTES // 1024 // 1024} MB. Split it, or run import_subscribers on the server."
        form.add_error("file", words)
        return _import_page(model_admin, request, form, None, 413)
    is_dry_run = request.POST.get("action") != "import"
    report = import_csv(file.file, is_dry_run=is_dry_run, actor=request.user)
    return _import_page(model_admin, request, form, report, 400 if report.problems else 200)


def _import_page(
    model_admin: ModelAdmin, request: HttpRequest, form: ImportForm, report: ImportReport | None, status: int
) -> HttpResponse:
    rows: list[Any] = []
    if report:
        rows = [*report.problems] or [*report.outcomes]
    count = (len(report.problems) or report.rows) if report else 0
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "Import subscribers",
        "opts": Subscriber._meta,
        "form": form,
        "report": report,
        "rows": rows[:SHOWN_ROWS],
        "rest": max(0, count - SHOWN_ROWS),
    }
    return TemplateResponse(request, "admin/newsletter/subscriber/import.html", context, status=status)


def _filters(request: HttpRequest) -> str:
    """Return the list's filters for the audit log, without the email address of a search."""
    filters = request.GET.copy()
    if filters.get("q"):
        filters["q"] = "one email address"
    return filters.urlencode()
