"""A roster in use as a form: what its file says filled in, and the file as it was filled in anew.

Asks no database and knows no rule of rosters: the file's own reading says what is wrong. What the file says and the
form does not know (watches, blocks, pairs, what members served) stays as it is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from service.duty.file import USUAL_AHEAD_DAYS
from service.duty.usual import NEEDS, NUMBER, ROLES

Document = dict[str, Any]

# a field of the form → where the file says it
FIELDS: Mapping[str, tuple[str, ...]] = {
    "name": ("name",), "phone": ("phone",), "note": ("note",), "checks_a_week": ("checks_a_week",),
    "drafted_ahead_days": ("drafted_ahead_days",), "rest_days": ("rest_days",), "rest_hours": ("rest_hours",),
    "in_7_days": ("max_in", "7"), "in_30_days": ("max_in", "30"), "fair_total": ("fair", "total"),
    "fair_rest_day": ("fair", "rest_day"), "fair_holiday": ("fair", "holiday"),
}  # fmt: skip
WORDS = ("name", "phone", "note")
# what holds where the file says nothing
USUAL = {
    "checks_a_week": "0", "drafted_ahead_days": str(USUAL_AHEAD_DAYS), "fair_total": "10", "fair_rest_day": "10",
    "fair_holiday": "15",
}  # fmt: skip
RESTS = ("rest_days", "rest_hours")
# what a member's entry says of the person, whichever role it stands in
PERSONAL = ("leave", "wishes", "available", "max_in")
STAYS = {"from": "from", "until": "to"}


@dataclass(frozen=True, slots=True)
class RoleFilled:
    """A role: how many it needs, by the kind of day or `kind:watch`; who is in it; its own rest between watches."""

    code: str
    need: Mapping[str, str]
    members: Sequence[str]
    rests: Mapping[str, str]

    @property
    def is_meant(self) -> bool:
        return bool(any(self.need.values()) or self.members)


@dataclass(frozen=True, slots=True)
class Filled:
    """The form as it was filled in: `plain` and, of members, `stays` by the name of each field (`until:code`)."""

    plain: Mapping[str, str]
    roles: Sequence[RoleFilled]
    stays: Mapping[str, str]


def filled(document: Document) -> Filled:
    """What the file says, as the form shows it."""
    plain = {name: typed(at(document, path), USUAL.get(name, "")) for name, path in FIELDS.items()}
    known = {role["role"]: role for role in document["roles"]}
    roles = [
        RoleFilled(
            code, {kind: typed(need) for kind, need in needs(known.get(code, {})).items()},
            [code_of(one) for one in known.get(code, {}).get("members", [])],
            {name: typed(known.get(code, {}).get(name)) for name in RESTS},
        )
        for code in [*known, *(code for code in ROLES if code not in known)]
    ]  # fmt: skip
    stays = {
        f"{name}:{code}": typed(at(entry_of(document, code), ("available", word)))
        for code in sorted({one for role in roles for one in role.members})
        for name, word in STAYS.items()
    }
    return Filled(plain, roles, stays)


def changed(document: Document, told: Filled) -> Document:
    """The file as the form would have it; a role with nothing filled in is kept no longer."""
    found = deepcopy(document)
    for name, path in FIELDS.items():
        value = told.plain[name]
        if value != typed(at(found, path), USUAL.get(name, "")):
            put(found, path, value if name in WORDS else number(value), keep=name == "name")
    entries = {code: deepcopy(entry_of(document, code)) for code in people_in(document)}
    known = {role["role"]: role for role in found["roles"]}
    found["roles"] = [
        fill_role(known.get(role.code, {"role": role.code}), role) for role in told.roles if role.is_meant
    ]
    listed = [code_of(one) for one in found.get("members", [])]
    if listed:
        found["members"] += [code for code in people_in(found) if code not in listed]
    for code in people_in(found):
        carry(found, code, entries.get(code, {}))
        for name, word in STAYS.items():
            if f"{name}:{code}" in told.stays:
                put_stay(found, code, word, told.stays[f"{name}:{code}"])
    return found


def fill_role(role: Document, told: RoleFilled) -> Document:
    """A role of the file with its needs, members and rest as they were filled in."""
    need = {kind: number(value) for kind, value in told.need.items() if value}
    if need != needs(role):
        put(role, ("need",), need["default"] if need.keys() == {"default"} and bare(role) else by_kind(need) or "")
    before = {code_of(one): one for one in role.get("members", [])}
    kept = [one for code, one in before.items() if code in told.members]
    role["members"] = [*kept, *(code for code in dict.fromkeys(told.members) if code not in before)]
    for name, value in told.rests.items():
        if value != typed(role.get(name)):
            put(role, (name,), number(value))
    return role


def needs(role: Document) -> dict[str, Any]:
    """How many a role needs by the kind of day, by `kind:watch` where its watches need different numbers."""
    need = role.get("need") or {}
    found: dict[str, Any] = {}
    for kind, value in (need if isinstance(need, dict) else {"default": need}).items():
        found |= {f"{kind}:{watch}": n for watch, n in value.items()} if isinstance(value, dict) else {kind: value}
    return found


def bare(role: Document) -> bool:
    """Whether the file says one number for all days."""
    return "need" in role and not isinstance(role["need"], dict)


def by_kind(flat: Mapping[str, Any]) -> Document:
    """Needs as the file writes them."""
    found: Document = {}
    for place, value in flat.items():
        kind, _, watch = place.partition(":")
        if watch:
            found.setdefault(kind, {})[watch] = value
        else:
            found[kind] = value
    return found


def kinds_of(role: RoleFilled) -> list[str]:
    """The fields of a role's needs: those of the usual kinds of day, by watch where the file says so, and its own."""
    split = {place.partition(":")[0] for place in role.need if ":" in place}
    usual = [kind for kind in NEEDS if kind not in split and kind not in role.need]
    order = {kind: n for n, kind in enumerate(NEEDS)}
    return sorted([*role.need, *usual], key=lambda place: order.get(place.partition(":")[0], len(order)))


def code_of(member: Any) -> str:
    return str(member["code"] if isinstance(member, dict) else member)


def people_in(document: Document) -> dict[str, None]:
    """Everybody in a role, in the order of the file."""
    return {code_of(one): None for role in document["roles"] for one in role.get("members", [])}


def places_of(document: Document, code: str) -> Iterator[tuple[list[Any], int]]:
    """Where the file names a member: in its own list of members, and in roles."""
    for members in (document.get("members", []), *(role.get("members", []) for role in document["roles"])):
        yield from ((members, n) for n, one in enumerate(members) if code_of(one) == code)


def place_of(document: Document, code: str) -> tuple[list[Any], int]:
    """Where the file says what holds for a person: where it does already, else where it names them first."""
    places = list(places_of(document, code))
    return next((place for place in places if personal(place[0][place[1]])), places[0])


def entry_of(document: Document, code: str) -> Document:
    """What the file says of a person, in whichever role."""
    members, n = place_of(document, code)
    return personal(members[n])


def personal(member: Any) -> Document:
    return {name: member[name] for name in PERSONAL if name in member} if isinstance(member, dict) else {}


def carry(document: Document, code: str, known: Document) -> None:
    """Say of a person what the file said before, where the entry that said it is gone with its role."""
    members, n = place_of(document, code)
    if known and not personal(members[n]):
        members[n] = (members[n] if isinstance(members[n], dict) else {"code": code}) | known


def put_stay(document: Document, code: str, word: str, on: str) -> None:
    """From when, or until when, a member serves; an entry that says nothing more is the code alone."""
    members, n = place_of(document, code)
    if on == typed(at(personal(members[n]), ("available", word))):
        return
    entry = members[n] if isinstance(members[n], dict) else {"code": code}
    put(entry, ("available", word), on)
    members[n] = code if entry.keys() == {"code"} else entry


def at(document: Any, path: Iterable[str]) -> Any:
    """What stands at a path; None for nothing."""
    for word in path:
        document = document.get(word) if isinstance(document, dict) else None
    return document


def put(document: Document, path: Sequence[str], value: Any, *, keep: bool = False) -> None:
    """Put a value to a path; nothing takes away what stands there, and what then holds nothing any more."""
    word, *rest = path
    if rest:
        inner = dict(document.get(word, {}))
        put(inner, rest, value)
        value = inner or ""
    if value == "" and not keep:
        document.pop(word, None)
    else:
        document[word] = value


def typed(value: Any, usual: str = "") -> str:
    return usual if value is None else str(value)


def number(text: str) -> Any:
    """A number as the file has it; what is none stays as it was typed, which the file's reading then refuses."""
    if not NUMBER.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)
