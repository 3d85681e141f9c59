"""Which hosts may be connected to, and at which addresses."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from typing import Final, NamedTuple

from docarchive.errors import ReaderError

_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")


class Address(NamedTuple):
    """Where a host can be reached."""

    family: socket.AddressFamily
    at: tuple[str, int]
    is_private: bool


def is_private(ip: str) -> bool:
    """Tells whether an address is of this machine or of a network that is not the internet.

    >>> [is_private(ip) for ip in ("127.0.0.1", "10.1.2.3", "::1", "::ffff:10.0.0.1", "169.254.169.254", "8.8.8.8")]
    [True, True, True, True, True, False]
    """
    found = ipaddress.ip_address(ip.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if found in _NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return not inner.is_global
    return not found.is_global or found.is_multicast


def resolve(host: str, port: int, private: Callable[[str], bool]) -> list[Address]:
    """Returns the addresses of a host.

    Raises:
        ReaderError: There is no such host.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise ReaderError(f"the host {host[:200]!r} is not found; check the address and the network") from None
    return [
        Address(family, (str(at[0]), port), private(str(at[0])))
        for family, _, _, _, at in found
        if family in (socket.AF_INET, socket.AF_INET6)
    ]
