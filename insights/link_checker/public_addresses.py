"""Allow list for outgoing requests: public IP addresses, ports 80 and 443.

We use an allow list, because a block list misses the next special range. `ipaddress` treats multicast, NAT64 and
IPv4-compatible addresses as global, and each Python version knows other blocks. An IPv6 address must be global unicast
(2000::/3) and no tunnel, or carry a public IPv4 address. The blocks below are those of IANA (RFC 6890, RFC 8190;
entries up to 2025) that are not globally reachable. They include whole protocol blocks, and IP addresses that a cloud
answers inside its own network.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Machine = IPv4Address | IPv6Address

PORTS = frozenset({80, 443})
_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})  # in the interface id, before an IPv4 address (RFC 5214)
_SPECIAL_4 = tuple(map(IPv4Network, (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
    "224.0.0.0/4", "240.0.0.0/4",
    "168.63.129.16/32",  # Azure's platform: DNS, health and metadata, at a public IP address
)))  # fmt: skip
_SPECIAL_6 = tuple(map(IPv6Network, (
    "2001::/23",  # protocol assignments: Teredo, benchmarking, ORCHID, drone identifiers
    "2001:db8::/32", "2002::/16", "3fff::/20",
)))  # fmt: skip


def read_ip_address(text: str) -> Machine:
    """Return the IP address from the resolver, without a zone. Raise ValueError if it is malformed."""
    return ip_address(text.partition("%")[0])


def may_ask(machine: Machine, port: int) -> bool:
    return port in PORTS and is_public(machine)


def is_public(machine: Machine) -> bool:
    if isinstance(machine, IPv6Address):
        if machine.ipv4_mapped is not None:
            return is_public(machine.ipv4_mapped)
        if machine in _NAT64:
            return is_public(IPv4Address(int(machine) & 0xFFFFFFFF))
        if machine not in _UNICAST or any(machine in block for block in _SPECIAL_6):
            return False
        if int(machine) >> 32 & 0xFFFFFFFF in _ISATAP:
            return False
    elif any(machine in block for block in _SPECIAL_4):
        return False
    return machine.is_global and not (machine.is_multicast or machine.is_reserved or machine.is_unspecified)
