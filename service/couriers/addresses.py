"""Which addresses are taken: kinds on a list, hosts the operator allows, nothing inside the network unasked.

An address is a secret: no reason given here repeats more of it than its kind and its host.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import unquote

from service.couriers.reach import refuse_unreachable, resolve_name
from service.couriers.refusal import AddressRefused
from service.couriers.robots import ADDRESS
from service.couriers.schemes import FIXED, HOSTED, MAIL, OWN, TRAPS, Kind
from service.couriers.seals import SealBroken, new_key, reseal, seal, unseal
from service.couriers.shown import options_in, shown

__all__ = [
    "AddressRefused",
    "SealBroken",
    "check",
    "host_of",
    "new_key",
    "reseal",
    "seal",
    "shown",
    "taken_apart",
    "unseal",
]

LONGEST = 1000
# Plain ASCII and no character on which two readers of URLs have ever disagreed: no backslash, `#`, `;`, space, quote.
GRAMMAR = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9]*)://(?P<authority>[^/?]+)(?P<path>/[^?]*)?(?:\?(?P<query>.*))?")
CHARACTERS = re.compile(r"[A-Za-z0-9._~:/?\[\]@!$&'()*+,=%-]+")
HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?\.?")
OPTION = re.compile(r"[+:-][a-z0-9_.-]+")
MAILBOX = re.compile(r"[A-Za-z0-9._%+=-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")


@dataclass(frozen=True, slots=True)
class Parts:
    """An address taken apart; `host` in lower case, `segments` and `options` decoded."""

    scheme: str
    user: str
    password: str
    host: str
    port: int | None
    segments: tuple[str, ...]
    options: tuple[tuple[str, str], ...]

    def option(self, name: str) -> str:
        return next((value for key, value in self.options if key == name), "")


def check(
    address: str,
    *,
    allowed_hosts: frozenset[str] = frozenset(),
    allow_private: bool = False,
    resolve: Callable[[str], Iterable[str]] = resolve_name,
) -> None:
    """Says nothing if the address may be used, and raises `AddressRefused` with the reason if not.

    1. The kind is on the list, and the address has its form and no option that isn't listed.
    2. A kind that names a host names one in `allowed_hosts`: `host`, `host:port`, or `*.domain` for all below it.
    3. Every address the host resolves to is public, or private with `allow_private`; link-local, multicast and
       unspecified ones never.
    """
    scheme = address.partition("://")[0].lower()
    if scheme in OWN:
        found = ADDRESS.fullmatch(address)
        if found is None or (found["secret"] and scheme not in ("dingtalk", "feishu", "lark")):
            raise AddressRefused("This is not an address of the form {form}.", form=f"{scheme}://TOKEN")
        return
    kind = FIXED.get(scheme) or HOSTED.get(scheme)
    if kind is None:
        if scheme in TRAPS:
            raise AddressRefused(
                "Addresses of the kind {scheme} are not taken: use {form}.", scheme=scheme, form=TRAPS[scheme]
            )
        raise AddressRefused("Addresses of this kind are not taken.")
    parts = taken_apart(address)
    _check_form(parts, kind)
    if scheme in HOSTED:
        for host, port in _reached(parts):
            if not _allowed(host, port, allowed_hosts):
                raise AddressRefused("The host {host} is not among those the operator allows.", host=host)
            refuse_unreachable(host, allow_private=allow_private, resolve=resolve)


def taken_apart(address: str) -> Parts:
    """The parts of an address, read strictly: what could be read in two ways is refused."""
    if len(address) > LONGEST:
        raise AddressRefused("An address has at most {most} characters.", most=LONGEST)
    found = GRAMMAR.fullmatch(address)
    if found is None or not CHARACTERS.fullmatch(address) or re.search(r"%(?![0-9A-Fa-f]{2})", address):
        raise AddressRefused(
            "This is not an address: it has the form KIND://…, with special characters written as %XX."
        )
    user, password, place = _split_authority(found["authority"])
    host, port = _split_place(place)
    segments = tuple(unquote(segment) for segment in (found["path"] or "").split("/") if segment)
    options = tuple(options_in(found["query"] or ""))
    if any(ord(character) < 32 for text in (user, password, *segments, *(v for _, v in options)) for character in text):
        raise AddressRefused("An address holds no control characters.")
    return Parts(found["scheme"].lower(), user, password, host, port, segments, options)


def host_of(address: str) -> str:
    """The host an address of a host-naming kind is sent to, in lower case."""
    return _reached(taken_apart(address))[-1][0]


def _split_authority(authority: str) -> tuple[str, str, str]:
    if authority.count("@") > 1:
        raise AddressRefused("Write an @ inside a name or a password as %40.")
    login, _, place = authority.rpartition("@")
    user, _, password = login.partition(":")
    return unquote(user), unquote(password), place


def _split_place(place: str) -> tuple[str, int | None]:
    if place.startswith("["):
        # Apprise 1.13 reads [2001:4860::8] as 2001:4860::, another host.
        raise AddressRefused("Write the name of the host, not its IPv6 address.")
    host, _, port = place.partition(":")
    if not HOST.fullmatch(host) or (port and not (re.fullmatch(r"\d{1,5}", port) and 0 < int(port) < 65536)):
        raise AddressRefused("The host of this address can't be read.")
    return host.lower().rstrip("."), int(port) if port else None


def _check_form(parts: Parts, kind: Kind) -> None:
    names = [name for name, _ in parts.options]
    for name in names:
        free = OPTION.fullmatch(name) and name.startswith(kind.prefixes or ("\0",)) and name != "+host"
        if name not in kind.options and not free:
            raise AddressRefused("{scheme}:// takes no option {option}.", scheme=parts.scheme, option=name[:40])
    if len(names) != len(set(names)):
        raise AddressRefused("An option stands twice in this address.")
    if not kind.least_segments <= len(parts.segments) <= kind.most_segments:
        raise AddressRefused("This is not an address of the form {form}.", form=kind.form)
    if parts.scheme in MAIL:
        _check_mail(parts)


def _check_mail(parts: Parts) -> None:
    """One message goes to one mailbox: with several, a retry for one would reach the others twice."""
    receiver = parts.option("to") or (parts.user if "@" in parts.user else f"{parts.user}@{parts.host}")
    if not MAILBOX.fullmatch(receiver):
        raise AddressRefused("A mail address names exactly one receiver: {form}.", form=HOSTED["mailto"].form)
    sender = parts.option("from")
    if "@" in sender and not MAILBOX.fullmatch(sender):
        raise AddressRefused("The sender of this mail address can't be read.")


def _reached(parts: Parts) -> list[tuple[str, int | None]]:
    """Every host the address names, the one that is connected to last."""
    reached = [(parts.host, parts.port)]
    if parts.scheme in MAIL and parts.option("smtp"):
        # Apprise takes the port from the address, the host from the option.
        reached.append((_split_place(parts.option("smtp"))[0], parts.port))
    return reached


def _allowed(host: str, port: int | None, allowed_hosts: frozenset[str]) -> bool:
    names = {name.lower().rstrip(".") for name in allowed_hosts}
    domains = tuple(name[1:] for name in names if name.startswith("*."))
    return host in names or f"{host}:{port}" in names or host.endswith(domains or ("\0",))
