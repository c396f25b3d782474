"""Admin for external links: broken ones first, with the pages that use them and actions to ignore them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from insights import signals
from insights.admin.model_admin import HubModelAdmin, badge
from insights.link_checker.dashboard_panel import uses
from insights.local_time import format_local
from insights.models import ExternalHost, ExternalLink, ExternalLinkUse, Version
from insights.models.external_links import ExternalLinkQuerySet

SHOWN_USES = 5


class LinkStateFilter(admin.SimpleListFilter):
    """State filter; by default broken and suspicious links that are not ignored."""

    title = "status"
    parameter_name = "state"

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        first, *others = super().choices(changelist)
        yield {**first, "display": "Broken or suspicious"}
        yield from others

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        states = [(str(value), label) for value, label in ExternalLink.State.choices]
        return [*states, ("ignored", "Ignored"), ("all", "All")]

    def queryset(self, request: HttpRequest, queryset: Any) -> ExternalLinkQuerySet:
        links: ExternalLinkQuerySet = queryset
        chosen = self.value()
        if chosen == "ignored":
            return links.ignored()
        if chosen == "all":
            return links
        return (
            links.not_ignored().filter(state=chosen)
            if chosen in ExternalLink.State.values
            else links.broken_or_suspicious()
        )


@admin.register(ExternalLink)
class ExternalLinkAdmin(HubModelAdmin):
    list_display = ("target", "pages", "standing", "happened", "state_since")
    list_display_links = None
    list_filter = (LinkStateFilter,)
    search_fields = ("url", "uses__version__title")
    search_help_text = "Search by URL or article title."
    empty_list = "No broken or suspicious links. To see other links, choose a status."
    ordering = ("-since", "-pk")
    list_select_related = ("host",)
    actions = ("ignore_url", "ignore_host", "take_back", "look_again")
    fields = readonly_fields = ("target", "pages", "standing", "happened", "state_since", "decided")

    class Media:
        css = {"all": ("insights/admin/link-checker.css",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[ExternalLink]:
        links = ExternalLink.objects.all()
        known = links.linked() | links.ignored()
        live = ExternalLinkUse.objects.filter(link=OuterRef("pk"), version__in=Version.objects.readable())
        counted = live.order_by().values("link").annotate(count=Count("pk")).values("count")
        return known.select_related("host").prefetch_related(uses(SHOWN_USES)).annotate(use_count=Subquery(counted))

    # Columns

    @admin.display(description="URL", ordering="url")
    def target(self, link: ExternalLink) -> SafeString:
        text = _brief(link.url)
        if not link.url.lower().startswith(("https://", "http://")):
            return format_html("{}", text)
        return format_html('<a href="{}" rel="noopener noreferrer">{}</a>', link.url, text)

    @admin.display(description="Used in")
    def pages(self, link: ExternalLink) -> SafeString:
        found = link.live_uses  # type: ignore[attr-defined]
        count = link.use_count or 0  # type: ignore[attr-defined]
        shown = format_html_join(
            "",
            '<li><a href="{}">{}</a>{}</li>',
            (
                (
                    reverse("admin:insights_article_change", args=[use.version.article_id]),
                    use.version.title,
                    f": “{use.words}”" if use.words else "",
                )
                for use in found
            ),
        )
        more = f"and {count - SHOWN_USES} more" if count > SHOWN_USES else ""
        return format_html('<ul class="uses">{}</ul>{}', shown, more) if found else SafeString("no published article")

    @admin.display(description="Status", ordering="state")
    def standing(self, link: ExternalLink) -> SafeString:
        if link.is_ignored:
            text = "Host ignored" if link.host.ignored_at else "Ignored"
            return format_html("{}<br>{}", badge("ignored", text), self.decided(link))
        return badge(link.state, ExternalLink.State(link.state).label)

    @admin.display(description="Last check", ordering="looked_at")
    def happened(self, link: ExternalLink) -> SafeString:
        if link.looked_at is None:
            return SafeString("Not checked yet.")
        return format_html('{}<br><span class="small">Checked {}</span>', link.reason, format_local(link.looked_at))

    @admin.display(description="Since", ordering="since")
    def state_since(self, link: ExternalLink) -> str:
        return format_local(link.since)

    @admin.display(description="Ignored by")
    def decided(self, link: ExternalLink) -> str:
        row = link.host if link.host.ignored_at else link
        return f"{row.ignored_by_name}, {format_local(row.ignored_at)}" if row.ignored_at else "not ignored"

    # Permissions: the link checker writes the rows; editors may only ignore links or ask for a check.

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ExternalLink | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ExternalLink | None = None) -> bool:
        return False

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("insights.change_externallink")

    # Actions

    @admin.action(description="Ignore selected links", permissions=["decide"])
    def ignore_url(self, request: HttpRequest, links: QuerySet[ExternalLink]) -> None:
        chosen = list(links)
        for link in chosen:
            link.ignore(request.user)  # type: ignore[arg-type]
        self._done(request, "ignored external link", chosen, "{} link{s} ignored.")

    @admin.action(description="Ignore all links to the hosts of selected links", permissions=["decide"])
    def ignore_host(self, request: HttpRequest, links: QuerySet[ExternalLink]) -> None:
        hosts = list({link.host_id: link.host for link in links}.values())
        for host in hosts:
            host.ignore(request.user)  # type: ignore[arg-type]
        self._done(request, "ignored external host", hosts, "{} host{s} ignored, with all links to {them}.")

    @admin.action(description="Stop ignoring selected links and their hosts", permissions=["decide"])
    def take_back(self, request: HttpRequest, links: QuerySet[ExternalLink]) -> None:
        chosen = list(links)
        for link in chosen:
            link.unignore()
        for host in {link.host_id: link.host for link in chosen if link.host.ignored_at}.values():
            host.unignore()
            _tell_the_audit(request, "stopped ignoring external host", host)
        text = "Stopped ignoring {} link{s}, including all links to the same host{s}."
        self._done(request, "stopped ignoring external link", chosen, text)

    @admin.action(description="Check selected links now", permissions=["decide"])
    def look_again(self, request: HttpRequest, links: QuerySet[ExternalLink]) -> None:
        chosen = [link for link in links if not link.is_ignored]
        if not chosen:
            messages.warning(
                request, "Ignored links are not checked. First choose “Stop ignoring selected links and their hosts”."
            )
            return
        ExternalLink.objects.filter(pk__in=[link.pk for link in chosen]).update(look_at=timezone.now())
        self._done(request, "requested check of external link", chosen, "{} link{s} will be checked within minutes.")

    def _done(self, request: HttpRequest, verb: str, rows: list[Any], text: str) -> None:
        for row in rows:
            _tell_the_audit(request, verb, row)
        plural = len(rows) != 1
        messages.success(request, text.format(len(rows), s="s" if plural else "", them="them" if plural else "it"))


def _tell_the_audit(request: HttpRequest, verb: str, row: ExternalLink | ExternalHost) -> None:
    signals.audit_event.send(sender=type(row), actor=request.user, verb=verb, subject=row, details={"id": row.pk})


def _brief(url: str) -> str:
    shown = url.removeprefix("https://").removeprefix("http://")
    return shown if len(shown) <= 90 else f"{shown[:89]}…"
