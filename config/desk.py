"""The editors' desk: Django's admin under the publication's name."""

from django.contrib.admin import AdminSite


class Desk(AdminSite):
    site_header = "AI Scope Hub"
    site_title = "AI Scope Hub desk"
    index_title = "Today at the desk"
    enable_nav_sidebar = True
