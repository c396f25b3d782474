"""Article admin: the list, the permissions, and the form with its scripts.

Authors edit their own articles until these have a publication date. Editors (`change_any_article`) edit all, and
`publish_article` allows publishing. The list shows the newest version of each article.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Prefetch, QuerySet
from django.forms import Script
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.csp import csp_override

from insights import review
from insights.admin.edit_session import edit_session
from insights.admin.model_admin import with_link
from insights.admin.redirects import redirects_shown
from insights.editor import autosave, history_pages, live_preview_views, publication_pages, review_pages
from insights.editor.add_links import offer_new
from insights.editor.filters import ArticleStateFilter, AuthorFilter, CategoryFilter
from insights.editor.form import ArticleForm
from insights.editor.locked_form import LockedFormAdmin
from insights.editor.preflight_views import checks_view, preflight_context, saved_warnings
from insights.editor.save_messages import page_link, time_not_kept, what_is_wrong
from insights.editor.score_views import score_panel, scores_view
from insights.editor.status import state_badges, status_context
from insights.local_time import format_local
from insights.models import Article, Version

# One subject each. They communicate by events on the form, which are listed at the top of each file.
EDITOR_SCRIPTS = (
    "title", "insert", "toolbar", "live-preview", "scroll-sync", "scores", "preflight", "pictures", "library",
    "link-search", "slug", "paste", "errors", "create-row", "backstop", "browser-copy", "autosave", "presence",
    "conflict", "publish-at", "clipboard", "add-links", "close-panels", "auto-height", "status",
)  # fmt: skip
NONE = mark_safe('<span class="none">-</span>')  # for a cell of the list without a value
EDITOR_STYLES = (
    "css/admin-pages", "insights/editor/editor", "insights/admin/pictures", "insights/editor/preflight",
    "insights/editor/history", "insights/editor/review", "insights/editor/saving",
)  # fmt: skip
FILED_UNDER = "Category, tags and authors"
NO_BYLINE = (
    "This article has no author, because your account is not linked to one. Ask an administrator to create an author "
    "for your account. Then save the article again to add this author."
)
FIELDSETS: Any = (
    (None, {"fields": ("base", "title", "excerpt", "body"), "classes": ("text",)}),
    ("Next step", {"fields": ("pinned_step",)}),
    (FILED_UNDER, {"fields": ("category", "tags", ("series", "series_part"), "authors")}),
    ("Cover", {"fields": ("cover", "cover_file", "cover_alt", "cover_caption", "cover_credit")}),
    ("Date and slug", {"fields": ("publish_at", "slug", "takes_feedback")}),
    ("Search engines", {"fields": ("seo_title", "seo_description", "canonical"), "classes": ("collapse",)}),
)


@admin.register(Article)
class ArticleAdmin(LockedFormAdmin):
    form = ArticleForm
    picture_files = ("cover_file",)
    list_display = ("title", "state", "category", "date", "views", "byline")
    list_filter = (ArticleStateFilter, CategoryFilter, AuthorFilter)
    search_fields = ("slug", "versions__title")
    search_help_text = "Search by title or slug."
    ordering = ("-created_at", "-pk")
    change_form_template = "admin/insights/article/change_form.html"
    fieldsets = FIELDSETS

    class Media:
        css = {"all": tuple(f"{path}.css" for path in EDITOR_STYLES)}
        js = tuple(Script(f"insights/editor/{name}.js", defer=True) for name in EDITOR_SCRIPTS)

    # The list

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        newest = Version.objects.newest().listed().prefetch_related("bylines__author")
        states = Article.objects.with_state().with_review_state()
        rows = states.prefetch_related(Prefetch("versions", newest, to_attr="newest_versions"))  # type: ignore[no-redef]  # Article declares the attribute
        return rows if _may_edit_any(request) else rows.written_by(request.user)

    @admin.display(ordering="versions__title")
    def title(self, article: Article) -> str:
        return str(article)

    @admin.display(description="Status", ordering="state")
    def state(self, article: Article) -> SafeString:
        return state_badges(article)

    @admin.display(empty_value=NONE)
    def category(self, article: Article) -> str:
        versions = article.newest_versions
        return str(versions[0].category or "") if versions else ""

    @admin.display(description="Publication date", ordering="published_at", empty_value=NONE)
    def date(self, article: Article) -> str:
        return format_local(article.published_at) if article.published_at else ""

    @admin.display(description="Authors", empty_value=NONE)
    def byline(self, article: Article) -> str:
        versions = article.newest_versions
        return ", ".join(str(byline.author) for byline in versions[0].bylines.all()) if versions else ""

    # Permissions

    def has_view_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return super().has_view_permission(request, obj) and (obj is None or may_see_article(request, obj))

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or may_write_article(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        """Refuse to delete an article with a publication date, since URLs and comments refer to it."""
        is_draft = obj is None or obj.published_at is None
        return (
            is_draft
            and super().has_delete_permission(request, obj)
            and (obj is None or may_write_article(request, obj))
        )

    # The form

    def get_form(self, request: HttpRequest, obj: Article | None = None, change: bool = False, **kwargs: Any) -> Any:
        site = self.admin_site

        class BoundForm(ArticleForm):
            makes_another = edit_session(request).makes_another

            def __init__(self, *args: Any, **options: Any) -> None:
                super().__init__(*args, user=request.user, **options)
                self.use_autocomplete(site)
                offer_new(self)
                if obj and request.method == "GET":
                    slug = self.fields["slug"]
                    slug.help_text = format_html("{} {}", slug.help_text, redirects_shown(obj, request.user))

        return BoundForm

    @method_decorator(csp_override(live_preview_views.WITH_THE_FRAME))
    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        here = form_url or request.get_full_path()  # an empty action would keep the URL's fragment
        return super().changeform_view(request, object_id, here, extra_context)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> HttpResponse:
        form, article = context["adminform"].form, context.get("original")
        title, excerpt, body = (str(form[name].value() or "") for name in ("title", "excerpt", "body"))
        if form.lacks_byline:
            self._tell_missing_byline(context["adminform"])
        context |= score_panel(title, excerpt, body, _pin(form))
        context |= status_context(request, article, form) | preflight_context(form)
        if form.is_merging and not form.is_stale:
            context["errors"] = []
        context |= autosave.above_the_form(request, article, form)
        context["wrong"] = what_is_wrong(form)
        response = super().render_change_form(request, context, *args, **options)
        context["errors"] = []  # `wrong` replaces Django's own error note
        if form.is_stale:
            response.status_code = 409
        return response

    @staticmethod
    def _tell_missing_byline(adminform: Any) -> None:
        adminform.fieldsets = [
            (name, {**options, "description": NO_BYLINE} if name == FILED_UNDER else options)
            for name, options in adminform.fieldsets
        ]

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Article:
        return form.instance

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        if "_publish" in request.POST:
            version = form.publish()
            is_future = version.live_from > timezone.now()
            when = format_local(version.live_from, request.user)
            words = f"Scheduled for {when}." if is_future else "Published."
            words += saved_warnings(form)
        else:
            version = form.write()
            words = "Draft saved." if form.has_stored else "No changes to save."
            if "_submit" in request.POST and version.is_working:
                is_new = review.submit(version, user=publication_pages.who(request), note=form.cleaned_data["note"])
                words = "Submitted for review." if is_new else "This article is already in review."
            words += time_not_kept(form)
        words += page_link(form, version)
        obj.newest_versions = [version]
        if {"_publish", "_submit"} & set(request.POST):
            publication_pages.log_to_admin(request, obj, words)
        messages.success(request, _with_way_to_page(obj, version, words))
        if form.cleaned_data["note"] and "_submit" not in request.POST:
            message = "Your note was not sent. To send it, press “Submit for review”. Your note: “{}”"
            messages.warning(request, message.format(form.cleaned_data["note"]))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Do nothing, since `save_model` stored the relations."""

    def response_add(self, request: HttpRequest, obj: Article, post_url_continue: str | None = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:insights_article_change", args=[obj.pk]))

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        return self.response_add(request, obj)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        article = self.get_object(request, object_id)
        return history_pages.history(request, article.pk) if article else super().history_view(request, object_id)

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        own = [
            path("scores/", scores_view, name="insights_article_scores"),
            path("checks/", checks_view, name="insights_article_checks"),
            path("page/", live_preview_views.live_preview, name="insights_article_page"),
            path("autosave/", autosave.autosave_new, name="insights_article_autosave_new"),
            path("<int:pk>/autosave/", autosave.autosave, name="insights_article_autosave"),
            path("<int:pk>/presence/", autosave.beat, name="insights_article_presence"),
            path("linkable/", live_preview_views.linkable_articles, name="insights_article_linkable"),
        ]
        return own + review_pages.review_urls(guard) + history_pages.history_urls(guard) + super().get_urls()


def _with_way_to_page(article: Article, version: Version, words: str) -> SafeString:
    is_live = version.live_from is not None and version.live_from <= timezone.now()
    if is_live and article.status() == Article.Status.PUBLISHED:
        return with_link(words, article.get_absolute_url())
    return with_link(words, reverse("admin:insights_article_preview", args=[article.pk]), "Preview")


def _pin(form: ArticleForm) -> Any:
    if "pinned_step" in form.fields:
        return form["pinned_step"].value()
    return form.stored.pinned_step_id if form.stored else None


def _may_edit_any(request: HttpRequest) -> bool:
    return request.user.has_perm("insights.change_any_article")


def may_see_article(request: HttpRequest, article: Article) -> bool:
    """Return whether the account may see it: editors all articles, authors their own."""
    if _may_edit_any(request):
        return True
    if article.is_own is not None:  # annotated by the query
        return article.is_own
    return Article.objects.written_by(request.user).filter(pk=article.pk).exists()


def may_write_article(request: HttpRequest, article: Article) -> bool:
    """Return whether the account may edit it: editors always, authors until it has a publication date."""
    return _may_edit_any(request) or (article.published_at is None and may_see_article(request, article))
