"""Views of the Markdown editor: preview, picture upload and paste.

We use django-markdownx's widget and protocol but not its views. They are open to everybody, trust the client's file
name and type, and sanitize nothing. Our views take POST with a CSRF token and answer 403 without a redirect.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from insights.admin.permissions import staff_only
from insights.editor.paste import MAX_BYTES, TooLarge, to_markdown
from insights.models.pictures import picture_code
from insights.pictures import uploads
from insights.publishing.rendering import render_text


@never_cache
@require_POST
@staff_only("insights.add_article", "insights.change_article")
def preview_markdown(request: HttpRequest) -> HttpResponse:
    """Render the posted `content` (Markdown) as an HTML fragment, with its problems above it."""
    content = request.POST.get("content")
    if content is None:
        return HttpResponse("The request has no “content”.", status=400, content_type="text/plain")
    return render(request, "admin/insights/_preview.html", {"rendered": render_text(content)})


@never_cache
@require_POST
@staff_only("insights.add_picture")
def upload(request: HttpRequest) -> HttpResponse:
    """Store the posted `image`; answer its Markdown, or `{"error": sentence}` with 400, 413, 429 or 503 (disk full)."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > uploads.MAX_BYTES + 100_000:
        return _refusal(uploads.PictureTooLarge("The picture is larger than 10 MB. Upload a smaller one."))
    file = request.FILES.get("image")
    if file is None:
        return _refusal(uploads.PictureRefused("The request contains no picture."))
    words = {name: request.POST.get(name, "") for name in ("alt", "caption", "credit")}
    try:
        picture = uploads.store_picture(file, name=file.name or "", user=request.user, **words)  # type: ignore[arg-type]
    except uploads.PictureRefused as refused:
        return _refusal(refused)
    return JsonResponse({"image_code": picture_code(picture), "reference": picture.reference, "url": picture.file.url})


@never_cache
@require_POST
@staff_only("insights.add_article", "insights.change_article")
def paste(request: HttpRequest) -> JsonResponse:
    """Convert the clipboard's HTML to `{"markdown", "note"}`; `markdown` is empty if plain text is enough."""
    if request.content_type == "text/html":
        html: str | None = request.read(MAX_BYTES + 1).decode(errors="replace")
    else:
        html = request.POST.get("html")
    if html is None:
        return JsonResponse({"error": "The request contains nothing to paste."}, status=400)
    try:
        pasted = to_markdown(html)
    except TooLarge as refused:
        return JsonResponse({"error": str(refused)}, status=413)
    return JsonResponse({"markdown": pasted.markdown, "note": pasted.note})


def _refusal(refused: uploads.PictureRefused) -> JsonResponse:
    response = JsonResponse({"error": refused.message}, status=refused.status)
    if refused.retry_after:
        response["Retry-After"] = str(refused.retry_after)
    return response
