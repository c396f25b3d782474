"""Absolute URLs, and article HTML for places outside its page, such as feeds.

Stored HTML passes the sanitizer again, which parses it, so URLs are rewritten as attributes and never as text. Classes,
ids, heading links and picture sizes are removed, because only the page's CSS and scripts use them.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin

import nh3
from django.conf import settings

from insights.markup import SCHEMES

_TAGS = {
    *("a", "b", "blockquote", "br", "code", "del", "div", "em", "figcaption", "figure", "h2", "h3", "h4", "h5", "h6"),
    *("hr", "i", "img", "li", "ol", "p", "pre", "s", "section", "span", "strong", "sub", "sup"),
    *("table", "tbody", "td", "th", "thead", "tr", "ul"),
}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "th": {"scope"},
}
# As the sanitizer writes it: attributes always in double quotes, and no quote inside them.
_HEADING_LINK = re.compile(r'<a(?=[^<]*?\sclass="anchor")(?:\s+[\w:-]+="[^"]*")*\s*>.*?</a>', re.DOTALL)


def absolutize_urls(html: str, page: str) -> str:
    """Sanitize `html` and make its URLs absolute; fragment links point into `page`, an absolute URL."""

    def absolute(tag: str, attribute: str, value: str) -> str:
        return urljoin(page, value) if attribute in ("href", "src") else value

    return nh3.clean(
        _HEADING_LINK.sub("", html),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=SCHEMES,
        attribute_filter=absolute,
        link_rel="noopener",
    )


def absolute_url(url: str) -> str:
    """Return `url` under SITE_URL; an absolute URL (such as a picture on a media host) stays as it is."""
    if url.startswith("/") and not url.startswith("//"):  # a path of this site: `urljoin` takes ten times as long
        return f"{settings.SITE_URL}{url}"
    return urljoin(f"{settings.SITE_URL}/", url)
