"""The IP addresses of hosts, and which of them are private."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from typing import Final

from docarchive.errors import ReaderError
from docarchive.records import NamedTuple

_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")


class Address(NamedTuple):
    """An address at which a host can be reached.

    Attributes:
        family: IPv4 or IPv6.
        socket_address: The IP address and the port, as ``socket.connect`` takes them.
        is_private: Whether the address is in a private network.
    """

    family: socket.AddressFamily
    socket_address: tuple[str, int]
    is_private: bool


def is_private(ip: str) -> bool:
    """Returns whether an IP address belongs to this machine or to a private network.

    >>> [is_private(ip) for ip in ("127.0.0.1", "10.1.2.3", "::1", "::ffff:10.0.0.1", "169.254.169.254", "8.8.8.8")]
    [True, True, True, True, True, False]
    """
    address = ipaddress.ip_address(ip.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        embedded = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            embedded = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if embedded is not None:
            return not embedded.is_global
    return not address.is_global or address.is_multicast


def resolve(host: str, port: int, private: Callable[[str], bool]) -> list[Address]:
    """Returns the addresses of a host, by DNS.

    Args:
        host: The host's name or IP address.
        port: The port for the addresses.
        private: Returns whether an IP address is private.

    Raises:
        ReaderError: The host is not found.
    """
    try:
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise ReaderError(f"the host {host[:200]!r} is not found; check the address and the network") from None
    return [
        Address(family, (str(sockaddr[0]), port), private(str(sockaddr[0])))
        for family, _, _, _, sockaddr in infos
        if family in (socket.AF_INET, socket.AF_INET6)
    ]
