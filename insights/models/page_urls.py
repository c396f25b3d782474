"""Paths of pages, cached in each process since a page contains a dozen, and slugs that articles cannot have."""

from functools import lru_cache

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.urls import reverse


@lru_cache(maxsize=8192)
def page_url(name: str, *arguments: str) -> str:
    return reverse(name, args=arguments)


# Path segments under /insights/ that other pages use.
RESERVED_SLUGS = frozenset({"search", "category", "tag", "author", "series", "feed", "feed.xml", "feed.json"})


def validate_article_slug(slug: str) -> None:
    validate_slug(slug)
    if slug.lower() in RESERVED_SLUGS:
        message = "“%(slug)s” is reserved for a page of the site. Choose another slug."
        raise ValidationError(message, code="reserved", params={"slug": slug})
