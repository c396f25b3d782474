"""The publication's rows in the admin, without the writing view (`insights.editor`)."""

from . import accounts, audit, link_checker, pictures, redirects, site, steps, taxonomy

__all__ = ["accounts", "audit", "link_checker", "pictures", "redirects", "site", "steps", "taxonomy"]
