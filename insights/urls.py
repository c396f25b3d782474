"""Addresses of the publication."""

from django.urls import path

from insights import feeds, view_counts, views

app_name = "insights"

urlpatterns = [
    path("", views.front, name="front"),
    path("insights/", views.latest, name="list"),
    path("insights/feed.xml", feeds.atom, name="atom"),
    path("insights/feed.json", feeds.json_feed, name="json"),
    *(
        path(f"insights/{kind}/<slug:slug>/feed.{ending}", view, {"kind": kind}, name=f"{kind}_{form}")
        for kind in feeds.FACET_ROWS
        for ending, form, view in (("xml", "atom", feeds.atom), ("json", "json", feeds.json_feed))
    ),
    path("insights/category/<slug:slug>/", views.category, name="category"),
    path("insights/tag/<slug:slug>/", views.tag, name="tag"),
    path("insights/author/<slug:slug>/", views.author, name="author"),
    path("insights/series/<slug:slug>/", views.series, name="series"),
    path("insights/<slug:slug>/view/", view_counts.count, name="view"),
    path("insights/<slug:slug>/", views.article, name="article"),
]
