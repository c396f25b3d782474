"""Template tag for the feedback section of other pages."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from feedback.display import read_comments
from insights.models import Article
from insights.public.fragment_cache import fragment

register = template.Library()


@register.simple_tag
def feedback_section(article: Article) -> SafeString:
    return fragment(
        "feedback/_section.html",
        slug=article.slug,
        takes_feedback=article.takes_feedback,
        comments=read_comments(article),
    )
