"""The publication at the desk."""

from . import articles, audit, people, pictures, site, steps, taxonomy

__all__ = ["articles", "audit", "people", "pictures", "site", "steps", "taxonomy"]
