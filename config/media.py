"""View for stored pictures; any other file in the storage is sent as a download."""

from __future__ import annotations

from pathlib import PurePosixPath

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

# By extension, not by `mimetypes`: the operating system's lists often lack WebP and AVIF.
PICTURE_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".gif": "image/gif",
}


@require_safe
def serve(request: HttpRequest, name: str) -> FileResponse:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or "\x00" in name:
        raise Http404
    try:
        file = default_storage.open(name)
    except (OSError, ValueError):  # missing, a folder, or an impossible file name
        raise Http404 from None
    kind = PICTURE_TYPES.get(path.suffix.lower())
    response = FileResponse(
        file, as_attachment=kind is None, filename=path.name, content_type=kind or "application/octet-stream"
    )  # fmt: skip
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "public, max-age=31536000, immutable" if kind else "no-store"
    return response
