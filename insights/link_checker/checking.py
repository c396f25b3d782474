"""Periodic check of external links: find due links and enqueue one task per URL.

Tasks have the lowest priority, so that an email waits for one response at most. A task leases its link by moving
`look_at` ahead. If its worker is killed, the link becomes due again by itself.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from typing import Any

from django.conf import settings
from django.db import transaction
from django.tasks import task
from django.utils import timezone

from insights.link_checker import extraction
from insights.link_checker.client import fetch_link
from insights.link_checker.host_throttle import LEASE, PAUSE, HostBusy, HostLease
from insights.link_checker.verdicts import record_response
from insights.models import ExternalHost, ExternalLink, SiteSettings

logger = logging.getLogger(__name__)

EVERY_SECONDS = 20.0
FORGET_SECONDS = 3600.0
PER_SWEEP = 5
LATER = dt.timedelta(minutes=1)  # when a host was busy

_next_sweep = _next_forgetting = 0.0


def enqueue_due_links() -> None:
    """Extract links of new versions and enqueue due ones, at most every EVERY_SECONDS per process."""
    global _next_sweep, _next_forgetting  # one clock per process
    now = time.monotonic()
    if now < _next_sweep or not settings.CHECK_OUTSIDE_LINKS:
        return
    _next_sweep = now + EVERY_SECONDS
    extraction.extract_new()
    if now >= _next_forgetting:
        _next_forgetting = now + FORGET_SECONDS
        extraction.delete_ended()
    enqueue_due()


def enqueue_due() -> int:
    """Enqueue at most PER_SWEEP due links, at most one per host; return their number."""
    now = timezone.now()
    hosts: set[int] = set()
    enqueued = 0
    for pk, host, look_at in list(
        ExternalLink.objects.due(now).values_list("pk", "host_id", "look_at")[: PER_SWEEP * 4]
    ):
        if host in hosts or enqueued == PER_SWEEP:
            continue
        hosts.add(host)
        with transaction.atomic():
            if _lease(pk, look_at, now):
                check_link.enqueue(pk, (now + LEASE).isoformat())
                enqueued += 1
    return enqueued


@task(priority=-40)  # after emails, previews and pictures
def check_link(pk: int, leased_until: str) -> None:
    """Check one link, if this task still holds its lease."""
    now = timezone.now()
    with transaction.atomic():
        is_mine = ExternalLink.objects.filter(pk=pk, look_at=dt.datetime.fromisoformat(leased_until)).exists()
        if not is_mine or not _lease(pk, dt.datetime.fromisoformat(leased_until), now, is_renewed=True):
            return
    link = ExternalLink.objects.select_related("host").filter(pk=pk).first()
    if link is not None:
        fetch_and_record(link)


def fetch_and_record(link: ExternalLink, **ways: Any) -> None:
    """Check a link and store the result. `ways`: `pause`, and further arguments of `fetch_link`."""
    turns = HostLease(link.host.name, pause=ways.pop("pause", PAUSE))
    wait = 0
    try:
        answer = fetch_link(link.url, agent=agent(), turn=turns, **ways)
    except HostBusy:
        ExternalLink.objects.filter(pk=link.pk).update(look_at=timezone.now() + LATER)
    else:
        wait = answer.wait
        record_response(link, answer, timezone.now())
    finally:
        turns.release(wait)


def agent() -> str:
    name = SiteSettings.current().name.encode("ascii", "ignore").decode()
    words = " ".join("".join(character for character in name if character.isprintable()).split()) or "Link check"
    return f"{words} link check (+{settings.SITE_URL})"


def _lease(pk: int, look_at: dt.datetime, now: dt.datetime, *, is_renewed: bool = False) -> bool:
    """Lease a link and its host for LEASE if both are free; with `is_renewed` the host is ours already."""
    if not ExternalLink.objects.filter(pk=pk, look_at=look_at).update(look_at=now + LEASE):
        return False
    host = ExternalHost.objects.filter(links=pk)
    if not is_renewed:
        host = host.filter(free_at__lte=now)
    if not ExternalHost.objects.filter(pk__in=host.values("pk")).update(free_at=now + LEASE):
        transaction.set_rollback(True)
        return False
    return True
