"""Addresses of rows, each worked out once.

A page names a dozen of its own addresses, and `reverse` walks the resolver for each. They depend on name and slug
alone and change with the code only, so each process remembers those it has been asked for.
"""

from functools import lru_cache

from django.urls import reverse


@lru_cache(maxsize=8192)
def address(name: str, *arguments: str) -> str:
    """Return the path of the page `name`, such as "insights:article" with a slug."""
    return reverse(name, args=arguments)
