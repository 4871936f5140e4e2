"""The usual roster, filled in as a form: what was typed as a roster's file, and the file's faults beside the fields.

Asks no database and knows no rule of rosters: the file's own reading says what is wrong.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from service.duty.file import KEY
from service.errors import Fault, Refused

ROLES = ("leader", "officer", "driver", "standby")
NEEDS = ("default", "rest_day", "holiday", "sensitive")
# how a day is divided → the code of each watch; each lasts an equal share of the day
DIVIDED: Mapping[str, tuple[str, ...]] = {"two": ("day", "night"), "three": ("day", "evening", "night")}
NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,3})?")
CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})")
PLACE = re.compile(r"line [0-9]+(?:: (.*))?")
ROLE_PLACE = re.compile(r"roles\[([0-9]+)\](?:\.(\w+))?(?:\.(\w+))?.*")
LONGEST_STEM = 56


class UsualRole(NamedTuple):
    """A role as it was filled in: how many it needs by the kind of day, who is in it, the days of rest between."""

    code: str
    need: Mapping[str, str]
    members: Sequence[str]
    rest_days: str

    @property
    def is_meant(self) -> bool:
        return bool(self.need or self.members)


@dataclass(frozen=True, slots=True)
class Usual:
    """The form as it was filled in; `divided` is `one` watch a day, `two` or `three`."""

    key: str
    name: str
    owner: str
    phone: str
    note: str
    divided: str
    starts: str
    hours: str
    checks_a_week: str
    roles: Sequence[UsualRole]

    @property
    def meant(self) -> list[UsualRole]:
        """The roles that anything was filled in for."""
        return [role for role in self.roles if role.is_meant]


def written(usual: Usual) -> str:
    """The roster's file that the form stands for."""
    lines = [f"key: {word(usual.key)}", f"name: {word(usual.name)}", f"owner: {word(usual.owner)}"]
    lines += [f"{name}: {word(value)}" for name, value in (("phone", usual.phone), ("note", usual.note)) if value]
    if usual.checks_a_week:
        lines.append(f"checks_a_week: {number(usual.checks_a_week)}")
    lines += watches(usual)
    lines += ["roles:", *(role_line(role) for role in usual.meant)] if usual.meant else ["roles: []"]
    return "\n".join(lines) + "\n"


def watches(usual: Usual) -> list[str]:
    """One watch of so many hours, or those that share the day."""
    codes = DIVIDED.get(usual.divided)
    if codes is None:
        hours = f", hours: {number(usual.hours)}" if usual.hours else ""
        return [f"watch: {{starts: {word(usual.starts)}{hours}}}"]
    each = 24 // len(codes)
    shares = [(code, later(usual.starts, n * each)) for n, code in enumerate(codes)]
    return ["watches:", *(f"  - {{code: {code}, starts: {word(at)}, hours: {each}}}" for code, at in shares)]


def later(starts: str, hours: int) -> str:
    """A time of day so many hours on; what is no time of day stays as it was typed."""
    clock = CLOCK.fullmatch(starts)
    return f"{(int(clock[1]) + hours) % 24:02}:{clock[2]}" if clock and int(clock[1]) < 24 else starts


def role_line(role: UsualRole) -> str:
    parts = [f"role: {role.code}"]
    if role.need:
        parts.append(f"need: {{{', '.join(f'{kind}: {number(need)}' for kind, need in role.need.items())}}}")
    parts.append(f"members: [{', '.join(word(code) for code in role.members)}]")
    if role.rest_days:
        parts.append(f"rest_days: {number(role.rest_days)}")
    return f"  - {{{', '.join(parts)}}}"


def word(text: str) -> str:
    """A text as it may stand anywhere in YAML."""
    return json.dumps(text, ensure_ascii=False)


def number(text: str) -> str:
    """A number as it is; what is none as a word, which the file's reading then refuses."""
    return text if NUMBER.fullmatch(text) else word(text)


def stem(owner: str, name: str) -> str:
    """The beginning of a key, of what in the unit's code and the name may stand in one."""
    parts = re.findall(r"[a-z0-9]+", f"{owner} {name}".lower())
    found = "-".join(parts if len(parts) > 1 else [*parts, "duty"])[:LONGEST_STEM].rstrip("-")
    return found if KEY.fullmatch(found) else "duty"


def nobody_in(usual: Usual) -> list[Fault]:
    """The roles that need people and have none: a form that was filled in halfway."""
    return [Fault(f"{role.code}[members]", "is missing") for role in usual.meant if not role.members]


def beside_fields(refused: Refused, field_at: Callable[[str], str]) -> list[Fault]:
    """The faults of the file, each at the field of the form that its place in the file came from."""
    found: dict[str, Fault] = {}
    for fault in refused.faults:
        place = PLACE.fullmatch(fault.field)
        name = field_at(place[1] or "") if place else fault.field
        found.setdefault(name, Fault(name, fault.reason, fault.facts))
    return list(found.values())


def field_of(path: str, usual: Usual) -> str:
    """The form's field for a place in the file."""
    inside = ROLE_PLACE.fullmatch(path)
    if inside is not None and int(inside[1]) < len(usual.meant):
        role, part = usual.meant[int(inside[1])].code, inside[2] or "members"
        return f"{role}[{inside[3] or 'default'}]" if part == "need" else f"{role}[{part}]"
    if path.startswith("watch"):
        return "hours" if path.endswith("hours") else "starts"
    return path
