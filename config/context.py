"""What every template may use."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from insights.models import SiteSettings


def publication(request: HttpRequest) -> dict[str, Any]:
    """`publication`: the site settings, read when a template asks for them."""
    return {"publication": SimpleLazyObject(SiteSettings.current)}
