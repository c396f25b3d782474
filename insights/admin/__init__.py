"""The publication at the desk."""

from . import articles, audit, outside_links, people, pictures, redirects, site, steps, taxonomy

__all__ = ["articles", "audit", "outside_links", "people", "pictures", "redirects", "site", "steps", "taxonomy"]
