"""Extraction of external links from the stored HTML of live versions.

We use a periodic task instead of a hook at publication, because a scheduled version goes live without a job.
"""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from insights.link_checker.urls import host_of, key_of, without_place
from insights.models import ExternalHost, ExternalLink, ExternalLinkUse, LinksRead, Version

MOST = 500  # links per version
LONGEST = 2000  # characters of a URL; browsers and servers accept little more
LONGEST_HOST = 260  # a host name has at most 253 characters, plus a port
BATCH = 50


def links_in(html: str) -> dict[str, str]:
    """Return the external URLs in a text, each with the text of its first link; at most MOST."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    found: dict[str, str] = {}
    for url, words in reader.links:
        try:
            asked, host = without_place(url), host_of(url)
        except ValueError:
            continue
        is_whole = 0 < len(host) <= LONGEST_HOST and len(asked) <= LONGEST
        if is_whole and not _is_ours(asked) and len(found) < MOST:
            found.setdefault(asked, " ".join(words.split())[:200])
    return found


def extract_new() -> int:
    """Store the links of up to BATCH new live versions; return the number of versions."""
    new = Version.objects.live().filter(links_read__isnull=True).order_by("pk")
    versions = list(new.only("pk", "html")[:BATCH])
    for version in versions:
        extract_links(version)
    return len(versions)


@transaction.atomic
def extract_links(version: Version) -> None:
    found = links_in(version.html)
    hosts = {host_of(url) for url in found}
    ExternalHost.objects.bulk_create((ExternalHost(name=name) for name in sorted(hosts)), ignore_conflicts=True)
    by_name = {host.name: host for host in ExternalHost.objects.filter(name__in=hosts)}
    keys = {key_of(url): url for url in found}
    ExternalLink.objects.bulk_create(
        (ExternalLink(key=key, url=keys[key], host=by_name[host_of(keys[key])]) for key in sorted(keys)),
        ignore_conflicts=True,
    )
    ExternalLinkUse.objects.bulk_create(
        (
            ExternalLinkUse(link_id=pk, version_id=version.pk, words=found[keys[key]])
            for pk, key in ExternalLink.objects.filter(key__in=keys).values_list("pk", "key")
        ),
        ignore_conflicts=True,
    )
    LinksRead.objects.bulk_create([LinksRead(version_id=version.pk)], ignore_conflicts=True)


@transaction.atomic
def delete_ended() -> None:
    """Delete links of versions that are no longer live, and unused URLs and hosts unless ignored."""
    ended = Version.objects.filter(live_until__lte=timezone.now(), links_read__isnull=False)
    ExternalLinkUse.objects.filter(version__in=ended).delete()
    LinksRead.objects.filter(version__in=ended).delete()
    ExternalLink.objects.filter(uses__isnull=True, ignored_at__isnull=True).delete()
    ExternalHost.objects.filter(links__isnull=True, ignored_at__isnull=True).delete()


def _is_ours(url: str) -> bool:
    return host_of(url) == host_of(settings.SITE_URL) or urlsplit(url).hostname is None


class _Reader(HTMLParser):
    """Parser that collects `<a href="http…">` with its text."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self.url = ""
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "a":
            return
        href = dict(attrs).get("href") or ""
        self.url = href if href.lower().startswith(("http://", "https://", "//")) else ""
        if self.url.startswith("//"):
            self.url = f"{urlsplit(settings.SITE_URL).scheme}:{self.url}"
        self.words = []

    def handle_data(self, data: str) -> None:
        if self.url:
            self.words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.url:
            self.links.append((self.url, "".join(self.words)))
            self.url = ""
