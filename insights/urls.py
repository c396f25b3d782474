"""URLs of the public site."""

from django.urls import path

from insights.public import feeds, preview, site_images, sitemaps, view_counts, views
from insights.public import plain_views as machine_views
from insights.public import share_images as share_images
from insights.search.views import search_page

app_name = "insights"

urlpatterns = [
    path("", views.front, name="front"),
    path("insights/", views.latest, name="list"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-pages.xml", sitemaps.pages, name="sitemap_pages"),
    *(
        path(f"sitemap-{kind}-<int:number>.xml", sitemaps.part, {"kind": kind}, name=f"sitemap_{kind}")
        for kind in sitemaps.KINDS
    ),
    path("robots.txt", machine_views.robots, name="robots"),
    path("llms.txt", machine_views.llms, name="llms"),
    path("insights/<slug:slug>.md", machine_views.markdown_twin, name="markdown"),
    path("insights/feed.xml", feeds.atom, name="atom"),
    path("insights/feed.json", feeds.json_feed, name="json"),
    *(
        path(f"insights/{kind}/<slug:slug>/feed.{ending}", view, {"kind": kind}, name=f"{kind}_{form}")
        for kind in feeds.FACET_ROWS
        for ending, form, view in (("xml", "atom", feeds.atom), ("json", "json", feeds.json_feed))
    ),
    path("insights/search/", search_page, name="search"),
    path("insights/category/<slug:slug>/", views.category, name="category"),
    path("insights/tag/<slug:slug>/", views.tag, name="tag"),
    path("insights/author/<slug:slug>/", views.author, name="author"),
    path("insights/series/<slug:slug>/", views.series, name="series"),
    path("insights/icon-<slug:tag>-<int:size>.png", site_images.logo_icon, name="icon"),
    path("insights/share-<slug:tag>.png", share_images.site_image, name="share_site"),
    path("insights/<slug:slug>/share-<slug:tag>.png", share_images.article_image, name="share"),
    path("preview/<str:token>/", preview.preview_version, name="preview"),
    path("insights/<slug:slug>/view/", view_counts.count, name="view"),
    path("insights/<slug:slug>/", views.article, name="article"),
]
