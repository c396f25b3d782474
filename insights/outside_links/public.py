"""Which machines may be asked: public ones, on the two ports of the web.

An allow list, since lists of what is forbidden miss the next special range: `ipaddress` calls multicast, NAT64 and the
IPv4-compatible addresses global. An IPv6 address must be global unicast (2000::/3) and no tunnel; one that carries an
IPv4 address is judged by that.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

Machine = IPv4Address | IPv6Address

PORTS = frozenset({80, 443})
_UNICAST = IPv6Network("2000::/3")
_TUNNELS = (IPv6Network("2001::/32"), IPv6Network("2002::/16"))
_NAT64 = IPv6Network("64:ff9b::/96")


def read(text: str) -> Machine:
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
        if machine not in _UNICAST or any(machine in tunnel for tunnel in _TUNNELS):
            return False
    return machine.is_global and not (machine.is_multicast or machine.is_reserved or machine.is_unspecified)
