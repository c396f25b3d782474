"""The real start of the site, with and without nginx."""

from __future__ import annotations

from tests.site import Site


def test_the_site_serves_pages_and_static_files_over_https(site: Site) -> None:
    page = site.get("/")
    assert page.status == 200
    assert "Set-Cookie" not in page.headers
    assert site.get("/healthz").status == 200
    assert site.get("/readyz").text == "ok\n"


def test_a_restart_keeps_the_data(site: Site) -> None:
    site.shell("from insights.models import Tag; Tag.objects.create(name='Kept', slug='kept')")
    site.restart()
    assert site.shell("from insights.models import Tag; print(Tag.objects.filter(slug='kept').count())") == "1"


def test_nginx_passes_pages_and_serves_hashed_static_files(proxied_site: Site) -> None:
    page = proxied_site.get("/")
    assert page.status == 200
    assert page.headers["Server"] == "nginx"
