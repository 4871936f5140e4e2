"""What is wrong with a roster's form as it was filled in, each fault at its field."""

import re
from collections.abc import Sequence
from typing import Any

from service.duty.filling import FIELDS, Document, Filled, code_of
from service.errors import Fault

ROLE_PLACE = re.compile(r"roles\[([0-9]+)\](?:\.(\w+))?(.*)")
STAY_PLACE = re.compile(r"\[([0-9]+)\]\.available\.(from|to)")


def nobody_in(told: Filled) -> list[Fault]:
    """The roles that need people and have none."""
    return [Fault(f"{role.code}[members]", "is missing") for role in told.roles if role.is_meant and not role.members]


def field_of(path: str, document: Document) -> str:
    """The form's field for a place in the file as it would be; what the form does not know is called by its head."""
    place = ROLE_PLACE.fullmatch(path)
    if place is not None and int(place[1]) < len(document["roles"]):
        role = document["roles"][int(place[1])]
        part, rest = place[2] or "members", place[3]
        if part == "need":
            return f"{role['role']}[{rest[1:].replace('.', ':') or 'default'}]"
        if part == "members" and (stay := STAY_PLACE.fullmatch(rest)):
            return stay_field(role["members"], stay)
        return f"{role['role']}[{part}]"
    if stay := STAY_PLACE.fullmatch(path.removeprefix("members")):
        return stay_field(document["members"], stay)
    named = {".".join(one): name for name, one in FIELDS.items()}
    return named.get(path, re.split(r"[.\[]", path)[0])


def stay_field(members: Sequence[Any], stay: re.Match[str]) -> str:
    return f"{'from' if stay[2] == 'from' else 'until'}:{code_of(members[int(stay[1])])}"
