"""Admin pages of the publication, without the article editor (`insights.editor`)."""

from . import accounts, audit, link_checker, pictures, redirects, site, steps, taxonomy

__all__ = ["accounts", "audit", "link_checker", "pictures", "redirects", "site", "steps", "taxonomy"]
