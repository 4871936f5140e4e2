"""A campaign file from its text to a `Plan`, or every fault it has."""

from datetime import date
from typing import Any

from service.campaignfile import nodes, parts, values
from service.campaignfile.activities import activities
from service.campaignfile.faults import Faults, Stop, fault_at
from service.campaignfile.nodes import Mapping, Node
from service.campaignfile.text import readable
from service.errors import Fault
from service.rules.plan import Plan

_NEED = ("key", "name", "owner", "from", "to")
_MAY = ("basis", "parent", "phases", "targets", "activities", "lookback", "deadlines", "escalation")


def read(text: str | bytes) -> Plan:
    """The campaign that a YAML or JSON file describes.

    Asks no database: whether its units, checklists and parent exist is for the caller to say, who names the line with
    `fault`. Raises Refused with every fault found, in the order of their lines.
    """
    faults = Faults()
    try:
        root, lines = nodes.parse(readable(text, faults), faults)
        plan = _plan(faults, root, lines)
    except Stop:
        raise faults.refusal() from None
    if faults:
        raise faults.refusal()
    return plan


def fault(plan: Plan, path: str, reason: str, **facts: Any) -> Fault:
    """A fault found after the reading (an unknown unit, a cycle of parents), with the line of `path` in the file.

    A path that the file doesn't name (`activities[2].targets.within`, inherited) is found at what encloses it.
    """
    return fault_at(_line(plan.lines, path), path, reason, facts)


def _line(lines: dict[str, int], path: str) -> int:
    while path and path not in lines:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return lines.get(path, 1)


def _plan(faults: Faults, root: Node, lines: dict[str, int]) -> Plan:
    got = values.mapping(faults, root, _MAY, _NEED)
    key, owner = values.key(faults, got.get("key")), values.code(faults, got.get("owner"))
    period = parts.period(faults, got)
    over = parts.targets(faults, got.get("targets"), owner)
    _say_where_within_comes_from(got, lines)
    return Plan(
        key=key,
        name=values.text(faults, got.get("name")),
        owner=owner,
        from_on=period.from_on or date.min,
        to_on=period.to_on or date.min,
        targets=over,
        activities=activities(faults, got.get("activities"), period, key, over),
        phases=parts.phases(faults, got.get("phases"), period),
        basis=values.text(faults, got.get("basis")),
        parent=_parent(faults, got.get("parent"), key),
        lookback=parts.lookback(faults, got.get("lookback")),
        deadlines=parts.deadlines(faults, got.get("deadlines")),
        escalation=parts.escalation(faults, got.get("escalation")),
        lines=lines,
    )


def _parent(faults: Faults, node: Node | None, own: str) -> str | None:
    parent = values.key(faults, node)
    if node is not None and parent and parent == own:
        faults.blame(node, "The campaign is named as its own parent")
    return parent or None


def _say_where_within_comes_from(got: dict[str, Node], lines: dict[str, int]) -> None:
    """An inherited `within` is wrong where it is written, not where it is used."""
    written = lines.get("targets.within", lines.get("owner", 1))
    lines.setdefault("targets.within", written)
    listed = getattr(got.get("activities"), "items", None) or []
    for item in listed:
        if isinstance(item, Mapping):
            lines.setdefault(f"{item.path}.targets.within", written)
