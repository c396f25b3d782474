"""Storage for generated pictures: drawn at the first request, stored under an unguessable name."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.crypto import salted_hmac
from PIL import Image

logger = logging.getLogger(__name__)

FOLDER = "share"


def cached_png(key: str, draw: Callable[[], Image.Image | None]) -> bytes | None:
    """Return the stored PNG, or draw and store it; None if `draw` returns None. Storage errors only cost time."""
    name = f"{FOLDER}/{salted_hmac('insights.share', key, algorithm='sha256').hexdigest()}.png"
    try:
        with default_storage.open(name) as file:
            return file.read()
    except OSError:
        pass
    picture = draw()
    if picture is None:
        return None
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    try:
        default_storage.save(name, ContentFile(stream.getvalue()))
    except OSError as error:
        logger.warning("A share image could not be stored: %s.", type(error).__name__)
    return stream.getvalue()
