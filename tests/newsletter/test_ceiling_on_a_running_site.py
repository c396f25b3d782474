"""The ceiling of confirmation emails with real processes: two web workers, two task workers, a mail server."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.site import MANAGE, Site, wait_until

COUNT, SECONDS = 60, 3
SLACK = 0.25  # seconds: the site's clock and ours are read one after the other


@pytest.fixture
def site(start_site):
    site = start_site(TRUSTED_PROXIES="127.0.0.1", CONFIRMATION_CEILING=f"{COUNT}/{SECONDS}")
    yield site
    site.stop()


def post(site: Site, email: str, network: int) -> int:
    client = f"198.51.{network}.7"
    return site.post("/newsletter/subscribe/", {"email": email}, x_forwarded_for=client).status


def test_a_flood_from_many_networks_leaves_window_by_window(site):
    """E7, N28: 220 addresses over 44 networks: never more than the ceiling, all in the end, one alert.

    What was asked for before the flood is sent, and every sign-up gets the same answer throughout.
    """
    arrivals: list[tuple[float, str]] = []

    def note(address: str) -> str:
        arrivals.append((time.monotonic(), address))
        return ""

    site.mailbox.answers = note
    site.log_in(role="Newsletter manager", email="manager@example.org")
    site._start("worker-2", [*MANAGE, "worker", "--interval", "0.1", "--sweep-seconds", "0.5"])
    assert post(site, "before@example.com", 200) == 200
    site.mailbox.wait_for("before@example.com")
    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(lambda number: post(site, f"flood{number}@example.com", number % 44), range(220))
        assert Counter(answers) == {200: 220}
    assert post(site, "late@example.com", 201) == 200
    wait_until(lambda: len(confirmations(arrivals)) == 222, "all emails", 120)
    sent = confirmations(arrivals)
    assert len({address for _, address in sent}) == 222
    times = [at for at, _ in sent]
    waits = [later - earlier for earlier, later in zip(times, times[COUNT:], strict=False)]
    assert min(waits) > SECONDS - SLACK
    assert "late@example.com" in {address for _, address in sent[-4:]}  # two workers may swap neighbors
    assert len(site.mailbox.to("manager@example.org")) == 1
    logs = site.logs()
    assert logs.count(f"reached their ceiling of {COUNT} in {SECONDS} seconds") == 1
    assert "flood1" not in logs
    assert "late@" not in logs


def confirmations(arrivals: list[tuple[float, str]]) -> list[tuple[float, str]]:
    return [(at, address) for at, address in arrivals if address.endswith("@example.com")]
