"""Cap on counted readers per network, article and day (`settings.READERS_PER_NETWORK`).

A visitor can send any number of User-Agents but has few networks: IPv4 /24 or IPv6 /64. Some providers give one
customer a whole /48, so a /48 counts for at most HOUSEHOLDS of them.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
from collections.abc import Sequence

from django.conf import settings
from django.db import connection

from insights.models import Article

HOUSEHOLDS = 40  # /64 networks in use behind one /48

# One statement, so that the cap holds exactly under parallel requests on both engines.
_TAKE_PLACE = """
INSERT INTO insights_networktoday (article_id, day, what, network, count) VALUES (%s, %s, %s, %s, 1)
ON CONFLICT (day, article_id, what, network) DO UPDATE SET count = insights_networktoday.count + 1
WHERE insights_networktoday.count < %s
RETURNING count
"""


def plain_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return the IP address without a zone, IPv4 if it is mapped into IPv6; None for any other text."""
    try:
        ip = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(ip, "ipv4_mapped", None) or ip


def network_of(text: str, *, prefix: int = 64) -> str:
    """Return the network of an IP address: its IPv4 /24 or its IPv6 /`prefix`; "" for any other text."""
    ip = plain_address(text)
    if ip is None:
        return ""
    return str(ipaddress.ip_network((ip, 24 if ip.version == 4 else prefix), strict=False))


def networks_of(text: str) -> tuple[str, ...]:
    """Return the networks whose caps apply to an IP address, smallest first."""
    nearest, widest = network_of(text), network_of(text, prefix=48)
    return (nearest,) if nearest == widest else (nearest, widest)


def count_network(what: str, article: Article, day: dt.date, networks: Sequence[bytes]) -> bool:
    """Take one place in each network; False if one is full (the caller must roll back to a savepoint)."""
    cap = settings.READERS_PER_NETWORK[what]
    with connection.cursor() as cursor:
        for network, households in zip(networks, (1, HOUSEHOLDS), strict=False):
            cursor.execute(_TAKE_PLACE, [article.pk, day, what, network, cap * households])
            if cursor.fetchone() is None:
                return False
    return True
