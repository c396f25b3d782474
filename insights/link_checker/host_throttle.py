"""Per-host rate limit for the link checker: one worker at a time, PAUSE seconds between two requests."""

from __future__ import annotations

import datetime as dt
import time

from django.utils import timezone

from insights.models import ExternalHost

PAUSE = 2.0  # seconds between two requests to one host
LEASE = dt.timedelta(minutes=5)  # until the host of a killed worker is free


class HostBusy(Exception):
    """Another worker uses the host, or the host asked not to be contacted."""


class HostLease:
    """Hosts leased by one check. Call it with a host before each request, and `release` at the end."""

    def __init__(self, taken: str, pause: float = PAUSE) -> None:
        self.pause = pause
        self.asked: dict[str, float] = {taken: float("-inf")}  # host → time.monotonic() of the last request

    def __call__(self, host: str) -> None:
        """Wait until the host may be contacted. Raise HostBusy if it is taken."""
        if host not in self.asked:
            take(host)
        elif (wait := self.asked[host] + self.pause - time.monotonic()) > 0:
            time.sleep(wait)
        self.asked[host] = time.monotonic()

    def release(self, seconds: float = 0) -> None:
        """Free the hosts after the pause, or after `seconds` if that is longer."""
        free_at = timezone.now() + dt.timedelta(seconds=max(self.pause, seconds))
        ExternalHost.objects.filter(name__in=self.asked).update(free_at=free_at)


def take(host: str) -> None:
    """Lease a host for this worker. Raise HostBusy if it is taken."""
    now = timezone.now()
    ExternalHost.objects.bulk_create([ExternalHost(name=host[:270], free_at=now)], ignore_conflicts=True)
    if not ExternalHost.objects.filter(name=host[:270], free_at__lte=now).update(free_at=now + LEASE):
        raise HostBusy
