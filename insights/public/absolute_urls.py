"""An article's HTML for places that are not its page: feeds, and whatever else carries it away.

The stored HTML is the only source (what a reader sees here and there is one tree); it passes the sanitiser a second
time, which is a real parser, so that addresses are rewritten as attributes and never as text. What only the page's own
sheet and script can use is left out: classes, ids, the links beside headings, the further sizes of a picture.
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
# As the sanitiser writes it: attributes always in double quotes, and no quote inside them.
_HEADING_LINK = re.compile(r'<a(?=[^<]*?\sclass="anchor")(?:\s+[\w:-]+="[^"]*")*\s*>.*?</a>', re.DOTALL)


def absolutize_urls(html: str, page: str) -> str:
    """`html`, sanitised when it was saved, with every address absolute; `page` is the absolute address it stands at.

    A link to a place within the text (a footnote, a heading) leads to that place on the page.
    """

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
    """`address` under the site's public one; an address of the pictures' own host stays as it is."""
    if url.startswith("/") and not url.startswith("//"):  # a path of ours: joining takes ten times as long
        return f"{settings.SITE_URL}{url}"
    return urljoin(f"{settings.SITE_URL}/", url)
