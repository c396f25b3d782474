"""What feedback puts on other pages."""

from __future__ import annotations

from typing import Any

from django import template

from feedback.voices import read_voices
from insights.models import Article

register = template.Library()


@register.inclusion_tag("feedback/_section.html")
def feedback_section(article: Article) -> dict[str, Any]:
    """The question, how many found the article helpful, and the approved words of others; one query."""
    return {"article": article, "voices": read_voices(article)}
