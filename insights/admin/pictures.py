"""Admin for pictures: upload without JavaScript, texts, search, and deletion of unused pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.forms import Script
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from insights.admin import deletion
from insights.admin.model_admin import HubModelAdmin
from insights.admin.permissions import articles_seen_by, staff_only
from insights.forms.pictures import PictureAddForm, PictureForm
from insights.models import Picture, User
from insights.models.pictures import picture_code
from insights.pictures import renditions
from insights.pictures import uses as picture_uses
from insights.publishing import rerendering
from insights.templatetags.insights_tags import picture as shown_picture

IN_LIBRARY = 24  # pictures per page of the dialog
SHOWN_USES = 20  # places listed on a picture's page


@admin.register(Picture)
class PictureAdmin(HubModelAdmin):
    list_display = ("thumbnail", "name", "alt", "pixels", "uses", "uploaded_by", "uploaded_at")
    list_display_links = ("thumbnail", "name")
    list_select_related = ("uploaded_by",)
    ordering = ("-uploaded_at", "-pk")  # annotated counts drop the model's ordering
    search_fields = ("name", "alt", "caption", "credit")
    readonly_fields = ("shown", "markdown", "pixels", "used_in", "uploader", "uploaded_at")
    fieldsets = (
        (None, {"fields": ("shown", "markdown", "alt", "caption", "credit")}),
        (
            "Focal point",
            {
                "fields": (("focal_x", "focal_y"),),
                "description": "The part to keep when the picture is cropped, such as on cards and in portraits.",
            },
        ),
        ("File details", {"fields": ("pixels", "used_in", "uploader", "uploaded_at")}),
    )
    picture_files = ("upload",)
    add_fieldsets = ((None, {"fields": ("upload", "again", "alt", "caption", "credit")}),)

    class Media:
        css = {"all": ("css/admin-pages.css", "insights/admin/pictures.css")}
        js = (Script("insights/admin/picture-focus.js", defer=True),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Picture]:
        known = picture_uses.pictures_seen_by(request.user, Picture.objects.order_by(*self.ordering))
        return picture_uses.with_counts(known)

    def get_fieldsets(self, request: HttpRequest, obj: Picture | None = None) -> Any:
        return self.fieldsets if obj else self.add_fieldsets

    def get_form(self, request: HttpRequest, obj: Picture | None = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is not None:
            return super().get_form(request, obj, change, **{**kwargs, "form": PictureForm})
        user = request.user if isinstance(request.user, User) else None
        return type("PictureAddForm", (PictureAddForm,), {"user": user})

    def get_readonly_fields(self, request: HttpRequest, obj: Picture | None = None) -> Any:
        return self.readonly_fields if obj else ()

    @admin.display(description="Thumbnail")
    def thumbnail(self, picture: Picture) -> SafeString:
        alt = picture.alt or "No alt text"
        return shown_picture(picture, "thumb", alt, css="thumb")

    @admin.display(description="Picture")
    def shown(self, picture: Picture) -> SafeString:
        return shown_picture(picture, "shown", picture.alt, css="shown")

    @admin.display(description="Markdown code")
    def markdown(self, picture: Picture) -> SafeString:
        return format_html('<code class="reference">{}</code>', picture_code(picture))

    @admin.display
    def pixels(self, picture: Picture) -> str:
        return f"{picture.width} × {picture.height}"

    @admin.display(description="Uploaded by")
    def uploader(self, picture: Picture) -> str:
        """Return the name without a link, because most accounts may not open others."""
        return str(picture.uploaded_by or "-")

    @admin.display(description="Used in", ordering="article_count")
    def uses(self, picture: Picture) -> str:
        articles: int = picture.article_count  # type: ignore[attr-defined]
        pages: int = picture.page_count  # type: ignore[attr-defined]
        uses_shown = [f"{articles} article{'s' if articles != 1 else ''}"] if articles else []
        uses_shown += [f"{pages} page{'s' if pages != 1 else ''}"] if pages else []
        return " and ".join(uses_shown) or "not used"

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Picture | None:
        """Return pictures that the user may not see too, so that the permission check answers 403."""
        picture = self._any_picture(object_id)
        if picture is not None:
            picture.used_in = _uses_of([picture], request)[picture.pk]  # type: ignore[attr-defined]
        return picture

    def _any_picture(self, object_id: str) -> Picture | None:
        try:
            pk = Picture._meta.pk.to_python(object_id)
            return picture_uses.with_counts(Picture.objects.filter(pk=pk)).first()
        except (ValidationError, OverflowError):
            return None

    def has_view_permission(self, request: HttpRequest, obj: Picture | None = None) -> bool:
        may_view = super().has_view_permission(request, obj)
        return may_view and (obj is None or picture_uses.may_see_picture(request.user, obj.pk))

    @admin.display(description="Used in")
    def used_in(self, picture: Picture) -> SafeString | str:
        uses: list[picture_uses.Use] = picture.used_in  # type: ignore[attr-defined]
        rows = [
            (format_html('<a href="{}">{}</a>', use.url, use.title) if use.url else use.title,)
            for use in uses[:SHOWN_USES]
        ]
        rows += [(f"and {len(uses) - SHOWN_USES} more",)] if len(uses) > SHOWN_USES else []
        uses_shown = format_html_join(mark_safe("<br>"), "{}", rows)
        return format_html("{}<br>In use, so it can't be deleted.", uses_shown) if uses_shown else "not used"

    def has_delete_permission(self, request: HttpRequest, obj: Picture | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj is not None and picture_uses.is_shown(obj))

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Answer 403 with the places of use if the picture is in use."""
        picture = self.get_object(request, object_id) if super().has_delete_permission(request) else None
        if picture is None or not picture_uses.is_shown(picture):
            return super().delete_view(request, object_id, extra_context)
        context = {
            **self.admin_site.each_context(request),
            **deletion.deletion_context(request, picture, picture.used_in),  # type: ignore[attr-defined]
            "title": "In use, so it can't be deleted",
            "subtitle": None,
            "object_name": str(self.opts.verbose_name),
            "object": picture,
            "protected": True,
            "opts": self.opts,
            "app_label": self.opts.app_label,
        }
        response = self.render_delete_form(request, context)
        response.status_code = 403
        return response

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Picture:
        return form.instance

    def save_model(self, request: HttpRequest, obj: Picture, form: Any, change: bool) -> None:
        if not change:
            return  # stored during validation
        obj.save(update_fields=list(PictureForm.Meta.fields))
        if {"alt", "caption", "credit"} & set(form.changed_data) and obj.uses.exists():
            rerendering.rerender_uses.enqueue(obj.pk)
            messages.info(request, "Articles with this picture are being updated with the new texts.")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Skip: a picture has no inline rows."""

    def response_add(self, request: HttpRequest, obj: Picture, post_url_continue: str | None = None) -> HttpResponse:
        if "_popup" in request.POST:
            return super().response_add(request, obj, post_url_continue)
        messages.success(request, "Picture uploaded. To show it, copy its Markdown code into an article.")
        return HttpResponseRedirect(reverse("admin:insights_picture_change", args=[obj.pk]))

    def delete_model(self, request: HttpRequest, obj: Picture) -> None:
        gone = Picture(file=obj.file.name, stored_sha256=obj.stored_sha256, renditions=obj.renditions)
        super().delete_model(request, obj)
        transaction.on_commit(lambda: gone.file.storage.delete(str(gone.file.name)))
        transaction.on_commit(lambda: renditions.remove(gone))

    def get_urls(self) -> list[URLPattern]:
        return [path("library/", library, name="insights_picture_library"), *super().get_urls()]


@never_cache
@require_safe
@staff_only("insights.view_picture")
def library(request: HttpRequest) -> HttpResponse:
    """Return an HTML fragment for the editor's dialog. Parameters: `q` (words), `sha256` (of either file), `page`."""
    named = Q()
    for word in request.GET.get("q", "").split()[:8]:
        named &= (
            Q(name__icontains=word) | Q(alt__icontains=word) | Q(caption__icontains=word) | Q(credit__icontains=word)
        )
    if sha256 := request.GET.get("sha256", ""):
        # of the file as uploaded or as stored
        named &= Q(source_sha256=sha256[:64]) | Q(stored_sha256=sha256[:64])
    number = request.GET.get("page", "")
    first = IN_LIBRARY * max(0, int(number) - 1) if number.isdecimal() and len(number) < 5 else 0
    rows = list(picture_uses.pictures_seen_by(request.user).filter(named)[first : first + IN_LIBRARY + 1])
    uses = _uses_of(rows[:IN_LIBRARY], request)
    context = {
        "entries": [{"picture": row, "code": picture_code(row), "uses": uses[row.pk]} for row in rows[:IN_LIBRARY]],
        "next_page": first // IN_LIBRARY + 2 if len(rows) > IN_LIBRARY else None,
        "is_first": first == 0,
    }
    return render(request, "admin/insights/picture/_library.html", context)


def _uses_of(pictures: Sequence[Picture], request: HttpRequest) -> dict[int, list[picture_uses.Use]]:
    return picture_uses.uses_of([picture.pk for picture in pictures], articles_seen_by(request), request.user.has_perm)
