"""Which visitors count as one: a network of 256 IPv4 addresses, or what one IPv6 customer gets."""

from __future__ import annotations

import ipaddress


def network_of(client: str) -> str:
    """The /24 or /64 that the address `client` belongs to; all that is no address counts as one network."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    prefix = 24 if address.version == 4 else 64
    return str(ipaddress.ip_network(f"{address.compressed.partition('%')[0]}/{prefix}", strict=False))
