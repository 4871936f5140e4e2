"""The parts of a campaign file that stand beside its activities: phases, targets, look-back, deadlines, escalation."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from models.kinds import Risk, Role, UnitKind
from service.campaignfile import amounts, values
from service.campaignfile.faults import Faults
from service.campaignfile.nodes import Mapping, Node, Scalar, Void
from service.rules.plan import Assignee, Lookback, Phase, Rung, Span, Targets

HIGHEST_LEVEL = 9
_ASSIGNEE = ("level", "role", "person", "duty")


@dataclass(frozen=True, slots=True)
class Period:
    """The campaign's days, both included; None where the file has no good date."""

    from_on: date | None = None
    to_on: date | None = None

    def holds(self, on: date) -> bool:
        return not (self.from_on and on < self.from_on) and not (self.to_on and on > self.to_on)


def period(faults: Faults, got: dict[str, Node]) -> Period:
    """The campaign's first and last day: in this order, ten years at most."""
    first, last = amounts.day(faults, got.get("from")), amounts.day(faults, got.get("to"))
    if first and last:
        if last < first:
            faults.blame(got["to"], "The period runs backwards: {first} to {last}", first=str(first), last=str(last))
            return Period()
        if (last.year - 10, last.month, last.day) >= (first.year, first.month, first.day):
            faults.blame(got["to"], "The period is longer than ten years")
            return Period()
    return Period(first, last)


def phases(faults: Faults, node: Node | None, whole: Period) -> tuple[Phase, ...]:
    """The phases, within the period, one after the other; days between two of them belong to none."""
    nodes = values.listing(faults, node, 50)
    found = [_phase(faults, item, whole) for item in nodes]
    values.once(faults, nodes, [phase.name if phase else "" for phase in found])
    for (_, before), (at, after) in pairwise(zip(nodes, found, strict=True)):
        if before and after and after.from_on <= before.to_on:
            faults.blame(at, "The phase begins before the one above it has ended on {last}", last=str(before.to_on))
    return tuple(phase for phase in found if phase)


def _phase(faults: Faults, node: Node, whole: Period) -> Phase | None:
    got = values.mapping(faults, node, (), ("name", "from", "to"))
    name = values.text(faults, got.get("name"))
    first, last = amounts.day(faults, got.get("from")), amounts.day(faults, got.get("to"))
    for word, on in (("from", first), ("to", last)):
        if on and not whole.holds(on):
            faults.blame(got[word], "{day} is outside the campaign's period", day=str(on))
    if first is None or last is None:
        return None
    if last < first:
        faults.blame(got["to"], "The phase runs backwards: {first} to {last}", first=str(first), last=str(last))
        return None
    return Phase(name, first, last)


def targets(faults: Faults, node: Node | None, within: str) -> Targets:
    """Which units; `within` is what holds where the file names none."""
    got = values.mapping(faults, node, ("within", "kinds", "sectors", "tags", "min_risk"))
    return Targets(
        within=values.code(faults, got.get("within")) or within,
        kinds=values.words(faults, got.get("kinds"), UnitKind),
        sectors=_codes(faults, got.get("sectors")),
        tags=_codes(faults, got.get("tags")),
        min_risk=values.word(faults, got.get("min_risk"), Risk),
    )


def _codes(faults: Faults, node: Node | None) -> tuple[str, ...]:
    nodes = values.listing(faults, node, 100)
    found = [values.code(faults, item) for item in nodes]
    values.once(faults, nodes, found)
    return tuple(found)


def assignee(faults: Faults, node: Node | None) -> Assignee:
    """Who does it; level 1 of the unit's chain where the file is silent."""
    if node is None:
        return Assignee(level=1)
    got = values.mapping(faults, node, _ASSIGNEE)
    if len(got) != 1 and isinstance(node, Mapping) and not set(node.entries) - set(_ASSIGNEE):
        faults.blame(node, "Exactly one of level, role, person and duty is needed")
    return Assignee(
        level=amounts.whole(faults, got.get("level"), 1, HIGHEST_LEVEL),
        role=values.word(faults, got.get("role"), Role),
        person=values.code(faults, got.get("person")) or None,
        duty=values.code(faults, got.get("duty")) or None,
    )


def lookback(faults: Faults, node: Node | None) -> Lookback | None:
    """The recheck of what was closed, or None where the file is silent and the parent's holds."""
    if node is None:
        return None
    usual = Lookback()
    got = values.mapping(faults, node, ("after_days", "window", "sample"))
    return Lookback(
        after_days=_after_days(faults, got["after_days"]) if "after_days" in got else usual.after_days,
        window=values.span(faults, got.get("window")) or usual.window,
        sample=amounts.share(faults, got.get("sample")) or usual.sample,
    )


def _after_days(faults: Faults, node: Node) -> tuple[int, ...]:
    nodes = values.listing(faults, node, 12)
    found = [amounts.whole(faults, item, 1, 1000) for item in nodes]
    for (_, before), (at, after) in pairwise(zip(nodes, found, strict=True)):
        if before and after and after <= before:
            faults.blame(
                at, "{after} does not come after {before}: name the days in ascending order", before=before, after=after
            )
    return tuple(number for number in found if number)


def deadlines(faults: Faults, node: Node | None) -> dict[str, Span] | None:
    """How long a general and a major hazard may take, each where named; None where the file is silent."""
    if node is None:
        return None
    got = values.mapping(faults, node, ("general", "major"))
    spans = {level: values.span(faults, entry) for level, entry in got.items()}
    return {level: span for level, span in spans.items() if span}


def escalation(faults: Faults, node: Node | None) -> tuple[Rung, ...] | None:
    """The rungs, each no earlier than the one above; None where the file is silent, nobody where its list is empty."""
    if node is None:
        return None
    nodes = values.listing(faults, node, 20)
    found = [_rung(faults, item) for item in nodes]
    for (_, before), (at, after) in pairwise(zip(nodes, found, strict=True)):
        if before and after and _least_hours(after.after) < _least_hours(before.after):
            faults.blame(at, "This step comes before the one above it: name the steps in ascending order")
        elif before and before == after:
            faults.blame(at, "This step says the same as the one above it")
    return tuple(rung for rung in found if rung)


def _least_hours(span: Span) -> int:
    # A working day is a day at least, and more over a weekend: steps in different units are compared by what is sure.
    return span.hours or 24 * ((span.days or 0) + (span.working_days or 0))


def _rung(faults: Faults, node: Node) -> Rung | None:
    got = values.mapping(faults, node, (), ("after", "to"))
    after, to = values.span(faults, got.get("after")), got.get("to")
    if isinstance(to, Scalar):
        if to.text != "assignee":
            faults.blame(
                to, "{text} is not known; write assignee or a level ({example})", text=to.text, example="{level: 2}"
            )
        return Rung(after) if after else None
    to_whom = values.mapping(faults, to, ("of",), ("level",))
    level = amounts.whole(faults, to_whom.get("level"), 1, HIGHEST_LEVEL)
    of = to_whom.get("of")
    if of is not None and not isinstance(of, Void) and not (isinstance(of, Scalar) and of.text == "parent"):
        faults.blame(of, "Only parent can stand here: the unit above")
    return Rung(after, level, of is not None) if after else None
