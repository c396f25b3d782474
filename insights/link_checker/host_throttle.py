"""No host is hurried: one worker asks it at a time, with a pause between two requests."""

from __future__ import annotations

import datetime as dt
import time

from django.utils import timezone

from insights.models import ExternalHost

PAUSE = 2.0  # seconds between two requests to one host
LEASE = dt.timedelta(minutes=5)  # how long a host stays with a worker that says no more


class HostBusy(Exception):
    """Another worker is asking that host, or it wants to be left alone."""


class Turns:
    """The hosts that one look has taken. Call it with a host before each request; `release` in the end."""

    def __init__(self, taken: str, pause: float = PAUSE) -> None:
        self.pause = pause
        self.asked: dict[str, float] = {taken: float("-inf")}  # host → when it was last asked, on the machine's clock

    def __call__(self, host: str) -> None:
        """Wait until the host may be asked. Raises HostBusy."""
        if host not in self.asked:
            take(host)
        elif (wait := self.asked[host] + self.pause - time.monotonic()) > 0:
            time.sleep(wait)
        self.asked[host] = time.monotonic()

    def release(self, seconds: float = 0) -> None:
        """Leave the hosts to others, after the pause or after `seconds` if that is more."""
        free_at = timezone.now() + dt.timedelta(seconds=max(self.pause, seconds))
        ExternalHost.objects.filter(name__in=self.asked).update(free_at=free_at)


def take(host: str) -> None:
    """Take a host for this worker. Raises HostBusy."""
    now = timezone.now()
    ExternalHost.objects.bulk_create([ExternalHost(name=host[:270], free_at=now)], ignore_conflicts=True)
    if not ExternalHost.objects.filter(name=host[:270], free_at__lte=now).update(free_at=now + LEASE):
        raise HostBusy
