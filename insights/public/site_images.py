"""Site icon made of the logo, and a helper that opens stored pictures."""

from __future__ import annotations

import hashlib
import logging

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe
from PIL import Image, ImageOps

from insights.models import SiteSettings
from insights.models.page_urls import page_url
from insights.public.stored_images import cached_png

logger = logging.getLogger(__name__)

TAB, TOUCH = 32, 180  # pixels of the icon in a browser's tab and on a home screen
GROUND = (250, 251, 251, 255)  # home screens show no transparency
SECONDS = 86_400


def open_picture(name: str, box: tuple[int, int], *, covers: tuple[float, float] | None = None) -> Image.Image | None:
    """Return a stored picture as RGBA, fitted into `box` or cropped around `covers`; None if unreadable."""
    try:
        with default_storage.open(name) as file, Image.open(file) as picture:
            picture.draft("RGB", (box[0] * 2, box[1] * 2))  # a large JPEG is decoded smaller
            whole = ImageOps.exif_transpose(picture).convert("RGBA")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        logger.warning("The picture %s could not be used in a share image: %s.", name, type(error).__name__)
        return None
    if covers is not None:
        return ImageOps.fit(whole, box, centering=covers)
    return ImageOps.contain(whole, box)


def icon_url(site: SiteSettings, size: int) -> str:
    return page_url("insights:icon", _tag(site.logo.file.name or ""), str(size)) if site.logo else ""


@require_safe
def logo_icon(request: HttpRequest, tag: str, size: int) -> HttpResponse:
    """Return the logo as a square PNG of `size` pixels; redirect the URL of an old logo."""
    logo = SiteSettings.current().logo
    if logo is None or size not in (TAB, TOUCH):
        raise Http404
    name = logo.file.name or ""
    if tag != _tag(name):
        return redirect(page_url("insights:icon", _tag(name), str(size)))
    response = get_conditional_response(request, f'"{tag}"')
    if response is None:
        content = cached_png(f"icon {size} {name}", lambda: _square(name, size))
        if content is None:
            raise Http404
        response = HttpResponse(content, content_type="image/png")
    response["ETag"] = f'"{tag}"'
    response["Cache-Control"] = f"public, max-age={SECONDS}"
    return response


def _square(name: str, size: int) -> Image.Image | None:
    room = size if size == TAB else round(size * 0.84)
    logo = open_picture(name, (room, room))
    if logo is None:
        return None
    square = Image.new("RGBA", (size, size), GROUND if size == TOUCH else (0, 0, 0, 0))
    square.alpha_composite(logo, ((size - logo.width) // 2, (size - logo.height) // 2))
    return square


def _tag(name: str) -> str:
    return hashlib.blake2b(f"1{name}".encode(), digest_size=5).hexdigest()
