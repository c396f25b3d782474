"""Pages that are answered from memory (`config.page_cache`), as `settings.PAGE_CACHE` holds them.

View name → for how many seconds at most (a change shows at once; only views that were counted show no earlier), and
which parameters of its URL a page looks at. A page asked for with any other is rendered by itself.
"""

from __future__ import annotations

from typing import Any

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
