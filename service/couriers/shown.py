"""An address as it may be shown: its kind, its host where it names one, and never what opens it."""

import re
from urllib.parse import unquote

from service.couriers.schemes import FIXED, HOSTED, MAIL, OWN
from service.couriers.secrecy import HIDDEN

# A token this long doesn't become guessable by four of its characters, and two robots can be told apart.
LONG_TOKEN = 20


def shown(address: str) -> str:
    """The address without its secrets: `wecombot://****c4d1`, `jsons://host/****`, `mailto://host?to=name@host`."""
    found = re.fullmatch(r"([A-Za-z][A-Za-z0-9]*)://([^/?]*)(/[^?]*)?(?:\?(.*))?", address, re.DOTALL)
    scheme = found[1].lower() if found else ""
    if found is None or scheme not in OWN | set(FIXED) | set(HOSTED):
        return HIDDEN
    authority, path, query = found[2], found[3] or "", found[4] or ""
    login, _, place = authority.rpartition("@")
    if scheme in MAIL:
        return _shown_mail(scheme, login, place, query)
    if scheme in HOSTED:
        return f"{scheme}://{place}" + (f"/{HIDDEN}" if login or query or path.strip("/") else "")
    token = authority
    return f"{scheme}://{HIDDEN}{token[-4:] if scheme in OWN and len(token) >= LONG_TOKEN else ''}"


def secrets_of(address: str) -> list[str]:
    """Every part of an address that must not be repeated, decoded."""
    found = re.fullmatch(r"([A-Za-z][A-Za-z0-9]*)://([^/?]*)(/[^?]*)?(?:\?(.*))?", address, re.DOTALL)
    if found is None:
        return [address, unquote(address)]
    scheme = found[1].lower()
    login, _, place = found[2].rpartition("@")
    user, _, password = login.partition(":")
    parts = [password, *(found[3] or "").split("/")]
    if scheme not in MAIL:
        parts.append(user)
    if scheme not in HOSTED:
        parts.append(place)
    open_names = ("to", "from", "name", "smtp", "mode", "user", "method") if scheme in MAIL else ("method",)
    closed = [value for name, value in options_in(found[4] or "") if name not in open_names]
    whole = [part for part in (*map(unquote, parts), *closed) if part]
    # "Bearer TOKEN": the token is a secret without its first word, too.
    return [*whole, *(word for part in whole if " " in part for word in part.split())]


def options_in(query: str) -> list[tuple[str, str]]:
    """The options of an address as Apprise reads them: `+` is itself, names in lower case, values decoded."""
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    return [(unquote(name).lower(), unquote(value)) for name, _, value in pairs]


def _shown_mail(scheme: str, login: str, place: str, query: str) -> str:
    options = dict(options_in(query))
    user = unquote(login.partition(":")[0])
    host = place.partition(":")[0]
    receiver = options.get("to") or (user if "@" in user else f"{user}@{host}" if user else "")
    return f"{scheme}://{place}" + (f"?to={receiver}" if receiver else "")
