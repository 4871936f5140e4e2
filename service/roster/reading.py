"""A roster problem read from its JSON, every mistake named by where it stands.

The shape is the one README documents: `days`, `watch` or `watches`, `roles` with `need` and `members`, and optionally
`members`, `pairs`, `successions`, `fixed`, `fair`, `rest_days`, `rest_hours`, `max_in`, `seed`.
"""

import json
from collections.abc import Mapping
from typing import Any

from service.roster.facts import Fair, Problem
from service.roster.naming import N_
from service.roster.reading_people import read_members
from service.roster.reading_rules import read_fixed, read_need_by_hand, read_pairs, read_roles, read_successions
from service.roster.reading_time import read_days, read_watches
from service.roster.scan import Scan

MOST_DAYS = 800
MOST_MEMBERS = 2_000
MOST_CHOICES = 600_000
KEYS = {
    "key", "name", "owner", "watch", "watches", "days", "roles", "members", "pairs", "successions", "fixed", "fair",
    "rest_days", "rest_hours", "max_in", "seed",
}  # fmt: skip


def read(source: str | bytes | Mapping[str, Any]) -> Problem:
    """The problem a text or an already parsed document states.

    Raises ProblemError with every (field path, reason) found, fifty at most; a problem too large to be planned in
    bounded time and memory is refused before anything is built from it.
    """
    scan = Scan()
    document = _parsed(source, scan)
    body = scan.table(document, "", KEYS, required={"days", "roles"})
    scan.stop_if_wrong()
    watches = read_watches(scan, body)
    days = read_days(scan, body.get("days"), MOST_DAYS)
    _refuse_if_large(scan, body, len(days), len(watches))
    codes = frozenset(watch.code for watch in watches)
    people = read_members(scan, body, codes)
    roles = read_roles(scan, body, days, codes, people)
    days = read_need_by_hand(scan, body.get("days"), days, roles, codes)
    pairs = read_pairs(scan, body.get("pairs"), people.codes)
    successions = read_successions(scan, body.get("successions"), codes)
    fixed = read_fixed(scan, body.get("fixed"), days, watches, roles, people.codes)
    problem = Problem(
        days=days,
        watches=watches,
        people=people.persons(),
        roles=roles,
        pairs=pairs,
        successions=successions,
        fixed=fixed,
        fair=_fair(scan, body.get("fair")),
        seed=scan.count(body.get("seed", 0), "seed", most=2**31 - 1),
        key=scan.text(body.get("key", ""), "key", empty=True),
    )
    scan.stop_if_wrong()
    return problem


def _parsed(source: str | bytes | Mapping[str, Any], scan: Scan) -> Any:
    if isinstance(source, Mapping):
        return source
    try:
        return json.loads(source)
    except (ValueError, RecursionError) as error:
        scan.wrong("", "not JSON: {error}", error=error)
        scan.stop_if_wrong()


def _refuse_if_large(scan: Scan, body: Mapping[str, Any], days: int, watches: int) -> None:
    roles = body.get("roles")
    if not isinstance(roles, list):
        return
    choices = 0
    for index, role in enumerate(roles):
        members = role.get("members") if isinstance(role, Mapping) else None
        count = len(members) if isinstance(members, list) else 0
        if count > MOST_MEMBERS:
            why = N_("{n} members; the engine plans {most} in a role at most")
            scan.wrong(f"roles[{index}].members", why, n=count, most=MOST_MEMBERS)
        choices += count * days * watches
    if choices > MOST_CHOICES:
        why = N_("{n} choices (members x days x watches); the engine plans {most} at most")
        scan.wrong("roles", why, n=choices, most=MOST_CHOICES)
    scan.stop_if_wrong()


def _fair(scan: Scan, given: Any) -> Fair:
    known = {"total": 10, "rest_day": 10, "holiday": 15}
    body = scan.table({} if given is None else given, "fair", set(known))
    weights = {name: scan.count(body.get(name, usual), f"fair.{name}", most=10_000) for name, usual in known.items()}
    return Fair(**weights)
