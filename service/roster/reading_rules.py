"""Roles and the rules between people, watches and seats, read from a roster problem."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

from service.roster.facts import ANY_WATCH, Day, Fixed, Pair, Role, Served, Watch
from service.roster.reading_people import Members
from service.roster.scan import NO_MEMBER, NO_ROLE, NO_WATCH, Scan

ROLE_KEYS = {"role", "need", "members", "rest_days", "rest_hours", "blocks"}
MOST_SEATS = 500


def read_roles(
    scan: Scan, body: Mapping[str, Any], days: tuple[Day, ...], watches: frozenset[str], members: Members
) -> tuple[Role, ...]:
    """The roles in order, their members met on the way."""
    usual_days = scan.count(body.get("rest_days", 0), "rest_days", most=60)
    usual_rest = scan.hours(body.get("rest_hours", 0), "rest_hours")
    roles: list[Role] = []
    for i, item in enumerate(scan.items(body.get("roles"), "roles")):
        path = f"roles[{i}]"
        told = scan.table(item, path, ROLE_KEYS, required={"role", "need", "members"})
        code = scan.text(told.get("role"), f"{path}.role")
        if code in {role.code for role in roles}:
            scan.wrong(f"{path}.role", "{code} is given twice", code=code)
        codes, served = _members(scan, told.get("members"), f"{path}.members", members, days)
        roles.append(
            Role(
                code=code,
                need=_need_by_class(scan, told.get("need", {}), f"{path}.need", watches),
                members=codes,
                served=served,
                rest_days=scan.count(told["rest_days"], f"{path}.rest_days", most=60)
                if "rest_days" in told
                else usual_days,
                rest_minutes=scan.hours(told["rest_hours"], f"{path}.rest_hours")
                if "rest_hours" in told
                else usual_rest,
                blocks=_blocks(scan, told.get("blocks"), f"{path}.blocks"),
            )
        )
    if not roles:
        scan.wrong("roles", "at least one role")
    _check_wishes(scan, members, frozenset(role.code for role in roles))
    return tuple(roles)


def _members(
    scan: Scan, given: Any, path: str, members: Members, days: tuple[Day, ...]
) -> tuple[tuple[str, ...], dict[str, Served]]:
    codes: dict[str, None] = {}
    served: dict[str, Served] = {}
    for i, item in enumerate(scan.items(given, path)):
        code, behind = members.meet(item, f"{path}[{i}]", inside_role=True)
        if code in codes:
            scan.wrong(f"{path}[{i}]", "{code} is listed twice", code=code)
        codes[code] = None
        if behind is not None:
            served[code] = behind
            if behind.last and days and behind.last[-1][0] >= days[0].on:
                scan.wrong(f"{path}[{i}].served.last", "{on} is not before the first day", on=behind.last[-1][0])
    return tuple(codes), served


def _need_by_class(scan: Scan, given: Any, path: str, watches: frozenset[str]) -> dict[str, dict[str, int]]:
    if not isinstance(given, Mapping):
        return {"default": _seats(scan, given, path, watches)}
    return {str(kind): _seats(scan, value, f"{path}.{kind}", watches) for kind, value in given.items()}


def _seats(scan: Scan, given: Any, path: str, watches: frozenset[str]) -> dict[str, int]:
    if not isinstance(given, Mapping):
        return {ANY_WATCH: scan.count(given, path, most=MOST_SEATS)}
    return {
        scan.one_of(watch, f"{path}.{watch}", watches | {ANY_WATCH}, NO_WATCH): scan.count(
            value, f"{path}.{watch}", most=MOST_SEATS
        )
        for watch, value in given.items()
    }


def read_need_by_hand(
    scan: Scan, given: Any, days: tuple[Day, ...], roles: tuple[Role, ...], watches: frozenset[str]
) -> tuple[Day, ...]:
    """The days again, with the seats that some of them set by hand for a role."""
    codes = frozenset(role.code for role in roles)
    settled = list(days)
    for i, (item, day) in enumerate(zip(scan.items(given, "days"), days, strict=False)):
        path = f"days[{i}].need"
        need = item.get("need") if isinstance(item, Mapping) else None
        if need is not None:
            body = scan.table(need, path, set(codes))
            settled[i] = replace(
                day, need={str(role): _seats(scan, value, f"{path}.{role}", watches) for role, value in body.items()}
            )
    return tuple(settled)


def _check_wishes(scan: Scan, members: Members, roles: frozenset[str]) -> None:
    for person in members.persons().values():
        for wish in person.wishes:
            if wish.role is not None and wish.role not in roles:
                scan.wrong(
                    "wishes", "{code} names {value}, which is not a known role", code=person.code, value=wish.role
                )


def _blocks(scan: Scan, given: Any, path: str) -> tuple[tuple[int, ...], ...]:
    blocks: list[tuple[int, ...]] = []
    for i, item in enumerate(scan.items(given, path)):
        run = tuple(
            scan.count(day, f"{path}[{i}][{j}]", least=1, most=7)
            for j, day in enumerate(scan.items(item, f"{path}[{i}]"))
        )
        if len(run) < 2 or any(b != a % 7 + 1 for a, b in pairwise(run)):
            scan.wrong(f"{path}[{i}]", "expected two or more weekdays that follow each other, like [5, 6, 7]")
        elif set(run) & {day for block in blocks for day in block}:
            scan.wrong(f"{path}[{i}]", "shares a weekday with another block")
        else:
            blocks.append(run)
    return tuple(blocks)


def read_pairs(scan: Scan, given: Any, people: frozenset[str]) -> tuple[Pair, ...]:
    """`together` and `apart` as lists of people, `with` as {who, with}; together is `with` in both directions."""
    body = scan.table({} if given is None else given, "pairs", {"together", "apart", "with"})
    pairs: list[Pair] = []
    for kind in ("together", "apart"):
        for i, item in enumerate(scan.items(body.get(kind), f"pairs.{kind}")):
            path = f"pairs.{kind}[{i}]"
            group = [scan.one_of(code, path, people, NO_MEMBER) for code in scan.items(item, path)]
            if len(group) < 2 or len(set(group)) < len(group):
                scan.wrong(path, "expected two or more different members")
            elif kind == "apart":
                pairs += [Pair("apart", a, (b,)) for i, a in enumerate(group) for b in group[i + 1 :]]
            else:
                pairs += [Pair("with", a, (b,)) for a in group for b in group if a != b]
    for i, item in enumerate(scan.items(body.get("with"), "pairs.with")):
        path = f"pairs.with[{i}]"
        told = scan.table(item, path, {"who", "with"}, required={"who", "with"})
        who = scan.one_of(told.get("who"), f"{path}.who", people, NO_MEMBER)
        others = [scan.one_of(code, f"{path}.with", people, NO_MEMBER) for code in scan.items(told.get("with"), path)]
        if not others or who in others:
            scan.wrong(f"{path}.with", "expected other members")
        pairs.append(Pair("with", who, tuple(dict.fromkeys(others))))
    return tuple(pairs)


def read_successions(scan: Scan, given: Any, watches: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """Watches that may not follow each other on the next day: [["night", "day"]]."""
    pairs = []
    for i, item in enumerate(scan.items(given, "successions")):
        path = f"successions[{i}]"
        codes = [scan.one_of(code, path, watches, NO_WATCH) for code in scan.items(item, path)]
        if len(codes) != 2:
            scan.wrong(path, "expected two watches: the earlier and the one that may not follow it")
        else:
            pairs.append((codes[0], codes[1]))
    return tuple(dict.fromkeys(pairs))


def read_fixed(
    scan: Scan,
    given: Any,
    days: tuple[Day, ...],
    watches: tuple[Watch, ...],
    roles: tuple[Role, ...],
    people: frozenset[str],
) -> tuple[Fixed, ...]:
    """Seats filled by hand. A fixed person need not be a member of the role, but must be known."""
    dates: frozenset[date] = frozenset(day.on for day in days)
    role_codes, watch_codes = frozenset(role.code for role in roles), frozenset(watch.code for watch in watches)
    seats: dict[tuple[object, ...], None] = {}
    found = []
    for i, item in enumerate(scan.items(given, "fixed")):
        path = f"fixed[{i}]"
        told = scan.table(item, path, {"date", "role", "place", "watch", "person"}, required={"date", "role", "person"})
        on = scan.date(told.get("date"), f"{path}.date")
        if on and on not in dates:
            scan.wrong(f"{path}.date", "{on} is not one of the days", on=on)
        role = scan.one_of(told.get("role"), f"{path}.role", role_codes, NO_ROLE)
        person = scan.one_of(told.get("person"), f"{path}.person", people, NO_MEMBER)
        usual = watches[0].code if len(watches) == 1 else None
        watch = scan.one_of(told.get("watch", usual), f"{path}.watch", watch_codes, NO_WATCH)
        place = scan.count(told["place"], f"{path}.place", least=1, most=MOST_SEATS) if told.get("place") else None
        for seat in ((on, watch, role, "person", person), (on, watch, role, "place", place)):
            if seat[-1] is not None and seat in seats:
                scan.wrong(path, "{value} is fixed twice on {on}", value=seat[-1], on=on)
            seats[seat] = None
        if on:
            found.append(Fixed(on, watch, role, person, place))
    return tuple(found)
