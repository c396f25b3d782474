"""Saved site settings apply from the very next request, on every worker, to cached pages too."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.site import Answer, Site

PAGE = "/admin/insights/sitesettings/1/change/"


def everywhere(site: Site, path: str, **headers: str) -> list[Answer]:
    """Return enough answers at once that every worker gave some."""
    with ThreadPoolExecutor(6) as pool:
        return list(pool.map(lambda _: site.get(path, **headers), range(8)))


@pytest.mark.parametrize("page_cache", ["1", "0"])
def test_the_next_request_has_them(start_site: Callable[..., Site], page_cache: str) -> None:
    site = start_site(THREADS="1", WORKERS="3", PAGE_CACHE=page_cache, with_worker=False)
    site.shell("from tests.factories import make_article; make_article('Out', slug='out')")
    administrator = site.log_in(superuser=True)
    addresses = ("/", "/insights/out/", "/insights/?unknown=1", "/admin/")
    for name in ("Morning Hub", "Evening Hub"):
        for path in addresses:
            everywhere(site, path, **administrator)
        words = {
            "tagline": "t",
            "headline": "h",
            "introduction": "i",
            "newsletter_name": "l",
            "signup_note": "n",
            "time_zone": "UTC",
        }
        assert site.post(PAGE, {"name": name, **words}, **administrator).status == 302
        for path in addresses:
            assert all(name in answer.text for answer in everywhere(site, path, **administrator)), (path, name)
