"""Which machines may be asked: public ones, on the two ports of the web.

An allow list, since lists of what is forbidden miss the next special range: `ipaddress` calls multicast, NAT64 and the
IPv4-compatible addresses global, and each version of Python knows other blocks. An IPv6 address must be global unicast
(2000::/3) and no tunnel; one that carries an IPv4 address is judged by that. The blocks below are those of IANA's
special-purpose registries (RFC 6890, RFC 8190; entries up to 2025) that are not globally reachable, whole protocol
blocks included, and addresses that a cloud answers inside its own network.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Machine = IPv4Address | IPv6Address

PORTS = frozenset({80, 443})
_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})  # in the interface's half, before an IPv4 address (RFC 5214)
_SPECIAL_4 = tuple(map(IPv4Network, (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
    "224.0.0.0/4", "240.0.0.0/4",
    "168.63.129.16/32",  # Azure's platform: DNS, health and metadata, at a public address
)))  # fmt: skip
_SPECIAL_6 = tuple(map(IPv6Network, (
    "2001::/23",  # protocol assignments: Teredo, benchmarking, ORCHID, drone identifiers
    "2001:db8::/32", "2002::/16", "3fff::/20",
)))  # fmt: skip


def read_ip_address(text: str) -> Machine:
    """A machine's address as the resolver gives it, perhaps with the interface it is reached by. Raises ValueError."""
    return ip_address(text.partition("%")[0])


def may_ask(machine: Machine, port: int) -> bool:
    """Whether a stranger's link may make us connect to this machine."""
    return port in PORTS and is_public(machine)


def is_public(machine: Machine) -> bool:
    """Whether the address belongs to a machine that everybody on the internet can reach."""
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
