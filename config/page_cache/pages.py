"""Pages of the page cache: view name → maximum age in seconds, and the query parameters that a page uses."""

from __future__ import annotations

from typing import Any

# Changes show at once; only view counts may be that old.
CACHED_PAGES: dict[str, dict[str, Any]] = {
    "insights:front": {"seconds": 60},
    **{
        f"insights:{name}": {"seconds": 60, "query": ("before", "after")}
        for name in ("list", "category", "tag", "author", "series")
    },
    "insights:article": {"seconds": 60},
    **{
        f"insights:{kind}{form}": {"seconds": 60}
        for kind in ("", "category_", "tag_", "author_")
        for form in ("atom", "json")
    },
    **{f"insights:{name}": {"seconds": 60} for name in ("markdown", "llms", "robots")},
    **{
        f"insights:sitemap{part}": {"seconds": 600}
        for part in ("", "_pages", "_article", "_category", "_tag", "_author", "_series")
    },
    "newsletter:about": {"seconds": 60},
    "privacy": {"seconds": 60},
}
