"""Root URL configuration."""

from django.contrib import admin
from django.urls import include, path

from config import icons, media, unavailable, views
from insights.editor import markdown_views as markdown_views

handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler500 = unavailable.server_error

urlpatterns = [
    path("admin/markdown/upload/", markdown_views.upload, name="markdownx_upload"),
    path("admin/markdown/preview/", markdown_views.preview_markdown, name="markdownx_markdownify"),
    path("admin/markdown/paste/", markdown_views.paste, name="markdown_paste"),
    path("admin/", admin.site.urls),
    path("privacy/", views.privacy, name="privacy"),
    *(path(name, icons.icon_file, {"name": name}, name=f"icon_{number}") for number, name in enumerate(icons.ICONS)),
    path("media/<path:name>", media.serve, name="media"),
    path("newsletter/", include("newsletter.urls")),
    path("", include("feedback.urls")),
    path("", include("insights.urls")),
]
