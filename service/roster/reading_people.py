"""Members read from a roster problem: who they are, when they can't serve, what they wish, what they have served.

A member is a code, or an object. What belongs to the person (leave, wishes, availability, limits) may stand in the
top-level `members` or in one of the roles; what they served belongs to the role it stands in.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

from service.roster.facts import Leave, Person, Served, Wish
from service.roster.scan import NO_WATCH, Scan

PERSONAL = {"leave", "wishes", "available", "max_in"}
MEMBER_KEYS = {"code", "name", "served", *PERSONAL}


class Members:
    """The people of a problem as they are met, and what each has served in each role."""

    def __init__(self, scan: Scan, watches: frozenset[str], max_in: tuple[tuple[int, int], ...]) -> None:
        self._scan, self._watches, self._max_in = scan, watches, max_in
        self._people: dict[str, Person] = {}
        self._told: dict[str, str] = {}
        self.listed = False

    @property
    def codes(self) -> frozenset[str]:
        """Everyone's code."""
        return frozenset(self._people)

    def persons(self) -> dict[str, Person]:
        """Everyone, in the order they were met."""
        return dict(self._people)

    def meet(self, given: Any, path: str, *, inside_role: bool) -> tuple[str, Served | None]:
        """Reads one member; answers their code and what they served, if that is said."""
        scan = self._scan
        if isinstance(given, str):
            code = scan.text(given, path)
            if code and code not in self._people:
                self._add_unknown(code, path, inside_role)
            return code, None
        body = scan.table(given, path, MEMBER_KEYS, required={"code"})
        code = scan.text(body.get("code"), f"{path}.code")
        if code and code not in self._people:
            self._add_unknown(code, f"{path}.code", inside_role)
        if code in self._people and PERSONAL & body.keys():
            if code in self._told:
                scan.wrong(
                    path,
                    "leave, wishes and limits of {code} were given at {place} already",
                    code=code,
                    place=self._told[code],
                )
            else:
                self._told[code] = path
                self._people[code] = self._person(code, body, path)
        if "served" in body and not inside_role:
            scan.wrong(f"{path}.served", "what was served belongs to a role: give it in the role's members")
        return code, _served(scan, body["served"], f"{path}.served", self._watches) if "served" in body else None

    def _add_unknown(self, code: str, path: str, inside_role: bool) -> None:
        if inside_role and self.listed:
            self._scan.wrong(path, "unknown member {code}: not among members", code=code)
        self._people[code] = Person(code, max_in=self._max_in)

    def _person(self, code: str, body: Mapping[str, Any], path: str) -> Person:
        scan = self._scan
        person = Person(
            code,
            leave=_leave(scan, body.get("leave"), f"{path}.leave"),
            wishes=tuple(
                wish
                for i, item in enumerate(scan.items(body.get("wishes"), f"{path}.wishes"))
                if (wish := _wish(scan, item, f"{path}.wishes[{i}]", self._watches))
            ),
            max_in=read_max_in(scan, body["max_in"], f"{path}.max_in") if "max_in" in body else self._max_in,
        )
        return _limited(scan, person, body.get("available"), f"{path}.available", self._watches)


def read_members(scan: Scan, body: Mapping[str, Any], watches: frozenset[str]) -> Members:
    """The people of the top-level `members`; without that list the roles' members are the people."""
    members = Members(scan, watches, read_max_in(scan, body.get("max_in", {}), "max_in"))
    for i, item in enumerate(scan.items(body.get("members"), "members")):
        before = len(members.codes)
        code, _ = members.meet(item, f"members[{i}]", inside_role=False)
        if code and len(members.codes) == before:
            scan.wrong(f"members[{i}]", "{code} is listed twice", code=code)
    members.listed = bool(body.get("members"))
    return members


def read_max_in(scan: Scan, given: Any, path: str) -> tuple[tuple[int, int], ...]:
    """Most watches in any so many days: {"7": 2} or {7: 2}."""
    if not isinstance(given, Mapping):
        scan.wrong(path, "expected days with the most watches in them, like 7: 2")
        return ()
    limits = []
    for window, most in given.items():
        digits = str(window)
        length = scan.count(int(digits) if digits.isdecimal() else digits, f"{path}.{digits}", least=1, most=366)
        limits.append((length, scan.count(most, f"{path}.{digits}")))
    return tuple(sorted(limits))


def _leave(scan: Scan, given: Any, path: str) -> tuple[Leave, ...]:
    stretches: list[tuple[Leave, str]] = []
    for i, item in enumerate(scan.items(given, path)):
        here = f"{path}[{i}]"
        if isinstance(item, Mapping):
            body = scan.table(item, here, {"from", "to"}, required={"from", "to"})
            first, last = scan.date(body.get("from"), f"{here}.from"), scan.date(body.get("to"), f"{here}.to")
        else:
            first = last = scan.date(item, here)
        if first and last and last < first:
            scan.wrong(here, "ends on {last}, before it starts on {first}", first=first, last=last)
        elif first and last:
            stretches.append((Leave(first, last), here))
    stretches.sort(key=lambda pair: (pair[0].first, pair[0].last))
    for (earlier, _), (later, here) in pairwise(stretches):
        if later.first <= earlier.last:
            scan.wrong(here, "overlaps the leave {first} to {last}", first=earlier.first, last=earlier.last)
    return tuple(leave for leave, _ in stretches)


def _wish(scan: Scan, given: Any, path: str, watches: frozenset[str]) -> Wish | None:
    body = scan.table(given, path, {"on", "weight", "role", "watch", "want"}, required={"on"})
    on = scan.date(body.get("on"), f"{path}.on")
    want = body.get("want", False)
    if not isinstance(want, bool):
        scan.wrong(f"{path}.want", "expected true or false")
    weight = scan.count(body.get("weight", 1), f"{path}.weight", least=1, most=1_000)
    role = scan.text(body["role"], f"{path}.role") if body.get("role") is not None else None
    watch = scan.one_of(body["watch"], f"{path}.watch", watches, NO_WATCH) if body.get("watch") is not None else None
    return Wish(on, weight, want is True, role, watch) if on else None


def _limited(scan: Scan, person: Person, given: Any, path: str, watches: frozenset[str]) -> Person:
    if given is None:
        return person
    body = scan.table(given, path, {"weekdays", "watches", "from", "to"})
    if "weekdays" in body:
        days = [
            scan.count(day, f"{path}.weekdays[{i}]", least=1, most=7)
            for i, day in enumerate(scan.items(body["weekdays"], f"{path}.weekdays"))
        ]
        person = replace(person, weekdays=frozenset(days))
    if "watches" in body:
        codes = [
            scan.one_of(code, f"{path}.watches[{i}]", watches, NO_WATCH)
            for i, code in enumerate(scan.items(body["watches"], f"{path}.watches"))
        ]
        person = replace(person, watches=frozenset(codes))
    first = scan.date(body["from"], f"{path}.from") if body.get("from") is not None else None
    last = scan.date(body["to"], f"{path}.to") if body.get("to") is not None else None
    if first and last and last < first:
        scan.wrong(f"{path}.to", "{last} is before {first}", first=first, last=last)
    return replace(person, first=first, last=last)


def _served(scan: Scan, given: Any, path: str, watches: frozenset[str]) -> Served:
    body = scan.table(given, path, {"total", "rest_day", "holiday", "last"})
    last = []
    for i, item in enumerate(scan.items(body.get("last"), f"{path}.last")):
        here, watch = f"{path}.last[{i}]", None
        if isinstance(item, Mapping):
            told = scan.table(item, here, {"on", "watch"}, required={"on"})
            item = told.get("on")
            if told.get("watch") is not None:
                watch = scan.one_of(told["watch"], f"{here}.watch", watches, NO_WATCH)
        if on := scan.date(item, here):
            last.append((on, watch))
    counts = {name: scan.count(body.get(name, 0), f"{path}.{name}") for name in ("total", "rest_day", "holiday")}
    return Served(**counts, last=tuple(sorted(last, key=lambda pair: (pair[0], pair[1] or ""))))
