"""Addresses of rows, each worked out once.

A page names a dozen of its own addresses, and `reverse` walks the resolver for each. They depend on name and slug
alone and change with the code only, so each process remembers those it has been asked for.
"""

from functools import lru_cache

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.urls import reverse


@lru_cache(maxsize=8192)
def page_url(name: str, *arguments: str) -> str:
    """Return the path of the page `name`, such as "insights:article" with a slug."""
    return reverse(name, args=arguments)


# Path segments under /insights/ that are addresses of ours.
RESERVED_SLUGS = frozenset({"search", "category", "tag", "author", "series", "feed", "feed.xml", "feed.json"})


def validate_article_slug(slug: str) -> None:
    """Refuse what is no slug or is an address of ours. Raises ValidationError."""
    validate_slug(slug)
    if slug.lower() in RESERVED_SLUGS:
        message = "“%(slug)s” is an address of the site itself; choose another."
        raise ValidationError(message, code="reserved", params={"slug": slug})
