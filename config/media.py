"""Pictures from the local storage, served so that nothing else could ever run from there."""

from __future__ import annotations

import mimetypes
from pathlib import PurePosixPath

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

PICTURE_TYPES = {"image/png", "image/jpeg", "image/webp", "image/avif", "image/gif"}


@require_safe
def serve(request: HttpRequest, name: str) -> FileResponse:
    """A stored file: a picture inline, anything that somebody put there by hand as a download."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or "\x00" in name:
        raise Http404
    try:
        file = default_storage.open(name)
    except (OSError, ValueError):  # not there, a folder, a name that no file can have
        raise Http404 from None
    kind = mimetypes.guess_type(name)[0]
    is_picture = kind in PICTURE_TYPES
    response = FileResponse(
        file, as_attachment=not is_picture, filename=path.name,
        content_type=kind if is_picture else "application/octet-stream",
    )  # fmt: skip
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "public, max-age=31536000, immutable" if is_picture else "no-store"
    return response
