"""Pictures: handed in on a page without JavaScript, described, found again, deleted only when nothing shows them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from insights import renditions, rerendering
from insights.admin.desk import DeskAdmin
from insights.forms.pictures import PictureAddForm, PictureForm
from insights.markdown_views import picture_code
from insights.models import Picture, PictureUse, User
from insights.templatetags.insights_tags import picture as shown_picture


@admin.register(Picture)
class PictureAdmin(DeskAdmin):
    list_display = ("thumbnail", "name", "alt", "pixels", "uses", "uploaded_by", "uploaded_at")
    list_display_links = ("thumbnail", "name")
    list_select_related = ("uploaded_by",)
    ordering = ("-uploaded_at", "-pk")  # a counted list forgets the model's own
    search_fields = ("name", "alt", "caption", "credit")
    readonly_fields = ("shown", "markdown", "pixels", "used_in", "uploaded_by", "uploaded_at")
    fieldsets = (
        (None, {"fields": ("shown", "markdown", "alt", "caption", "credit")}),
        ("Where it is looked at first", {"fields": (("focal_x", "focal_y"),), "classes": ("collapse",)}),
        ("About the file", {"fields": ("pixels", "used_in", "uploaded_by", "uploaded_at")}),
    )
    add_fieldsets = ((None, {"fields": ("upload", "alt", "caption", "credit")}),)

    class Media:
        css = {"all": ("css/desk.css",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Picture]:
        return super().get_queryset(request).annotate(use_count=Count("uses__version__article", distinct=True))

    def get_fieldsets(self, request: HttpRequest, obj: Picture | None = None) -> Any:
        return self.fieldsets if obj else self.add_fieldsets

    def get_form(self, request: HttpRequest, obj: Picture | None = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is not None:
            return super().get_form(request, obj, change, **{**kwargs, "form": PictureForm})
        user = request.user if isinstance(request.user, User) else None
        return type("PictureAddForm", (PictureAddForm,), {"user": user})

    def get_readonly_fields(self, request: HttpRequest, obj: Picture | None = None) -> Any:
        return self.readonly_fields if obj else ()

    @admin.display(description="")
    def thumbnail(self, picture: Picture) -> SafeString:
        alt = picture.alt or "No alt text"
        return shown_picture(picture, "thumb", alt, css="thumb")

    @admin.display(description="Picture")
    def shown(self, picture: Picture) -> SafeString:
        return shown_picture(picture, "shown", picture.alt, css="shown")

    @admin.display(description="In Markdown")
    def markdown(self, picture: Picture) -> SafeString:
        return format_html('<code class="reference">{}</code>', picture_code(picture))

    @admin.display
    def pixels(self, picture: Picture) -> str:
        return f"{picture.width} × {picture.height}"

    @admin.display(description="Used in", ordering="use_count")
    def uses(self, picture: Picture) -> str:
        count = picture.use_count  # type: ignore[attr-defined]
        return f"{count} article{'s' if count != 1 else ''}" if count else "nothing"

    @admin.display(description="Used in")
    def used_in(self, picture: Picture) -> SafeString | str:
        newest_first = PictureUse.objects.filter(picture=picture).select_related("version").order_by("-version_id")
        titles = {use.version.article_id: use.version.title for use in reversed(newest_first[:500])}
        rows = [(reverse("admin:insights_article_change", args=[pk]), title) for pk, title in titles.items()]
        return format_html_join(mark_safe("<br>"), '<a href="{}">{}</a>', rows) or "nothing"

    def has_delete_permission(self, request: HttpRequest, obj: Picture | None = None) -> bool:
        """A picture that a version shows stays, also when that version is an old one."""
        return super().has_delete_permission(request, obj) and not (obj is not None and obj.uses.exists())

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Picture:
        return form.instance

    def save_model(self, request: HttpRequest, obj: Picture, form: Any, change: bool) -> None:
        if not change:
            return  # stored while the form was checked
        obj.save(update_fields=list(PictureForm.Meta.fields))
        if {"alt", "caption", "credit"} & set(form.changed_data) and obj.uses.exists():
            rerendering.rerender_uses.enqueue(obj.pk)
            messages.info(request, "The articles that show it are being set anew with these words.")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """A picture has no rows of its own beside it."""

    def response_add(self, request: HttpRequest, obj: Picture, post_url_continue: str | None = None) -> HttpResponse:
        """Its own page shows the Markdown to copy."""
        if "_popup" in request.POST:
            return super().response_add(request, obj, post_url_continue)
        messages.success(request, "Stored. Copy the line below into a text.")
        return HttpResponseRedirect(reverse("admin:insights_picture_change", args=[obj.pk]))

    def delete_model(self, request: HttpRequest, obj: Picture) -> None:
        gone = Picture(file=obj.file.name, stored_sha256=obj.stored_sha256, renditions=obj.renditions)
        super().delete_model(request, obj)
        transaction.on_commit(lambda: gone.file.storage.delete(str(gone.file.name)))
        transaction.on_commit(lambda: renditions.remove(gone))
