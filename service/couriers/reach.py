"""Where a host leads: never to the inside of the network unless the operator allows it."""

import ipaddress
import socket
from collections.abc import Callable, Iterable

from service.couriers.refusal import AddressRefused

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
BROADCAST = ipaddress.IPv4Address("255.255.255.255")
IPV4_COMPATIBLE = ipaddress.IPv6Network("::/96")


def resolve_name(host: str) -> list[str]:
    """Every IP address the name leads to, as the sending library would find them."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def refuse_unreachable(host: str, *, allow_private: bool, resolve: Callable[[str], Iterable[str]]) -> None:
    """Raises `AddressRefused` unless every address of the host may be reached.

    Private and loopback ones may with `allow_private`. Link-local (where clouds keep their credentials), multicast,
    unspecified and broadcast addresses never: no channel lives there.
    """
    addresses = _addresses(host, resolve)
    for address in addresses:
        for meant in _meant(address):
            if meant.is_link_local or meant.is_multicast or meant.is_unspecified or meant == BROADCAST:
                raise AddressRefused("The host {host} leads to an address that is never used.", host=host)
            if not meant.is_global and not allow_private:
                raise AddressRefused(
                    "The host {host} leads inside the network, which the operator does not allow.", host=host
                )


def _addresses(host: str, resolve: Callable[[str], Iterable[str]]) -> list[Address]:
    try:
        return [ipaddress.ip_address(host)]
    except ValueError:
        pass
    try:
        found = [ipaddress.ip_address(text.partition("%")[0]) for text in resolve(host)]
    except (OSError, ValueError):
        found = []
    if not found:
        raise AddressRefused("The host {host} can't be found.", host=host)
    return found


def _meant(address: Address) -> list[Address]:
    """The address and every IPv4 address wrapped in it: mapped, compatible, NAT64, 6to4, Teredo."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    wrapped: list[Address] = []
    if address in NAT64:
        # The prefix itself is public; what counts is where the gateway takes it.
        return [ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)]
    if address in IPV4_COMPATIBLE and int(address) > 1:
        wrapped.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    if address.sixtofour is not None:
        wrapped.append(address.sixtofour)
    if address.teredo is not None:
        wrapped.extend(address.teredo)
    return [address, *wrapped]
