"""The limit of confirmation emails with real processes: two web workers, two task workers, a mail server."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import pytest

from tests.patience import status_once_taken
from tests.site import MANAGE, Site, wait_until

SLACK = 0.25  # seconds: the site's clock and ours are read one after the other


class Flood(NamedTuple):
    addresses: int
    networks: int
    count: int  # of the ceiling
    seconds: int


@pytest.fixture(params=[Flood(45, 9, 10, 3), pytest.param(Flood(220, 44, 20, 5), marks=pytest.mark.endurance)])
def flood(request) -> Flood:
    return request.param


@pytest.fixture
def site(start_site, flood):
    site = start_site(TRUSTED_PROXIES="127.0.0.1", CONFIRMATION_CEILING=f"{flood.count}/{flood.seconds}")
    yield site
    site.stop()


def post(site: Site, email: str, network: int) -> int:
    client = f"198.51.{network}.7"
    return status_once_taken(lambda: site.post("/newsletter/subscribe/", {"email": email}, x_forwarded_for=client))


def test_a_flood_from_many_networks_leaves_window_by_window(site, flood):
    """E7, N28: many email addresses over many networks: never more than the ceiling, all in the end, one alert.

    Earlier emails are sent, and every sign-up gets the same answer throughout.
    """
    arrivals: list[tuple[float, str]] = []

    def note(address: str) -> str:
        arrivals.append((time.monotonic(), address))
        return ""

    site.mailbox.answers = note
    site.log_in(role="Newsletter manager", email="manager@example.org")
    site._start("worker-2", [*MANAGE, "worker", "--interval", "0.1", "--period", "0.5"])
    assert post(site, "before@example.com", 200) == 303
    site.mailbox.wait_for("before@example.com")
    sign_ups = [(f"flood{number}@example.com", number % flood.networks) for number in range(flood.addresses)]
    with ThreadPoolExecutor(8) as pool:
        assert Counter(pool.map(lambda pair: post(site, *pair), sign_ups)) == {303: flood.addresses}
    assert post(site, "late@example.com", 201) == 303
    wait_until(lambda: len(confirmations(arrivals)) == flood.addresses + 2, "all emails", 240)
    sent = confirmations(arrivals)
    assert len({address for _, address in sent}) == flood.addresses + 2
    times = [at for at, _ in sent]
    waits = [later - earlier for earlier, later in zip(times, times[flood.count :], strict=False)]
    assert min(waits) > flood.seconds - SLACK
    assert "late@example.com" in {address for _, address in sent[-4:]}  # two workers may swap neighbors
    assert len(site.mailbox.wait_for("manager@example.org")) == 1
    logs = site.logs()
    assert (
        logs.count(f"CONFIRMATION_CEILING reached: {flood.count} confirmation emails in {flood.seconds} seconds.") == 1
    )
    assert "flood1" not in logs
    assert "late@" not in logs


def confirmations(arrivals: list[tuple[float, str]]) -> list[tuple[float, str]]:
    return [(at, address) for at, address in arrivals if address.endswith("@example.com")]
