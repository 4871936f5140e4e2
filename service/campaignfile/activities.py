"""The activities of a campaign file, each on its own and against each other."""

from models.kinds import ActivityKind
from service.campaignfile import parts, values
from service.campaignfile.faults import Faults
from service.campaignfile.nodes import Mapping, Node, Scalar
from service.campaignfile.parts import Period
from service.campaignfile.when import when
from service.rules.plan import ActivityPlan, OnDate, OnEvent, OnHoliday, OnSeason, Span, Targets, When

MOST_ACTIVITIES = 500
MOST_FIGURES = 30
MOST_PARTIES = 12
USUAL_SPAN = Span(working_days=5)
_MAY = ("name", "targets", "assignee", "due", "window", "checklist", "figures", "minutes", "parties")
_LONGEST_SEASON_DUE = 30


def activities(
    faults: Faults, node: Node | None, period: Period, campaign: str, over: Targets
) -> tuple[ActivityPlan, ...]:
    """Every activity; `over` are the campaign's targets, which hold where an activity names none."""
    nodes = values.listing(faults, node, MOST_ACTIVITIES)
    found = [_activity(faults, item, period, campaign, over) for item in nodes]
    keys = [activity.key if activity else "" for activity in found]
    key_nodes = [item.entries.get("key", item) if isinstance(item, Mapping) else item for item in nodes]
    values.once(faults, key_nodes, keys)
    _check_approvals(faults, dict(zip(keys, nodes, strict=True)), campaign, [a for a in found if a])
    return tuple(activity for activity in found if activity)


def _activity(faults: Faults, node: Node, period: Period, campaign: str, over: Targets) -> ActivityPlan | None:
    got = values.mapping(faults, node, _MAY, ("key", "kind", "when"))
    key, kind = values.key(faults, got.get("key")), values.word(faults, got.get("kind"), ActivityKind)
    comes = when(faults, got.get("when"), period, campaign)
    activity = ActivityPlan(
        key=key,
        kind=kind or ActivityKind.inspection,
        name=values.text(faults, got.get("name")) or key,
        when=comes or OnEvent(""),
        targets=parts.targets(faults, got["targets"], over.within) if "targets" in got else over,
        assignee=parts.assignee(faults, got.get("assignee")),
        due=_due(faults, got.get("due"), comes),
        window=values.span(faults, got.get("window")) or USUAL_SPAN,
        checklist=values.code(faults, got.get("checklist")) or None,
        figures=_figures(faults, got.get("figures")),
        minutes=values.span(faults, got.get("minutes")),
        parties=_parties(faults, got.get("parties")),
    )
    _check_meeting(faults, got, kind)
    return activity if key else None


def _due(faults: Faults, node: Node | None, comes: When | None) -> Span:
    """What the file says, or what its form makes sensible (told in the package's docstring)."""
    if isinstance(comes, OnHoliday):
        if node is not None:
            faults.blame(node, "Beside a holiday the due day is due_days_before: leave due out")
        return Span(days=comes.opens_days_before - comes.due_days_before)
    if said := values.span(faults, node):
        return said
    if isinstance(comes, OnSeason):
        return Span(days=min(comes.every_days - 1, _LONGEST_SEASON_DUE))
    return Span(days=0) if isinstance(comes, OnDate) else USUAL_SPAN


def _figures(faults: Faults, node: Node | None) -> tuple[str, ...]:
    nodes = values.listing(faults, node, MOST_FIGURES)
    found = [values.key(faults, item) for item in nodes]
    values.once(faults, nodes, found)
    return tuple(found)


def _parties(faults: Faults, node: Node | None) -> tuple[str, ...]:
    nodes = values.listing(faults, node, MOST_PARTIES)
    found = [values.text(faults, item) for item in nodes]
    values.once(faults, nodes, found)
    return tuple(name for name in found if name)


def _check_meeting(faults: Faults, got: dict[str, Node], kind: ActivityKind | None) -> None:
    """Minutes and parties are of meetings and study alone."""
    for word in ("minutes", "parties"):
        if word in got and kind is not None and kind not in (ActivityKind.meeting, ActivityKind.study):
            faults.blame(got[word], "Only a meeting or study has {word}", word=word)


def _check_approvals(faults: Faults, nodes: dict[str, Node], campaign: str, found: list[ActivityPlan]) -> None:
    """Each `on_approval` names an activity of this file, and none waits for itself, however many others between."""
    prefix = f"approved:{campaign}:"
    events = {a.key: a.when.name for a in found if isinstance(a.when, OnEvent)}
    waits = {key: name.removeprefix(prefix) for key, name in events.items() if name.startswith(prefix)}
    for key, other in waits.items():
        at = _approval_node(nodes[key])
        if not other:
            continue
        if other not in nodes:
            if near := values.nearest(other, tuple(nodes)):
                faults.blame(at, "There is no activity {key} in this file; did you mean {near}?", key=other, near=near)
            else:
                faults.blame(at, "There is no activity {key} in this file", key=other)
        elif _waits_for_itself(key, waits):
            faults.blame(at, "{key} waits for its own approval and so never begins", key=key)


def _waits_for_itself(key: str, waits: dict[str, str]) -> bool:
    seen: set[str] = set()
    other = waits[key]
    while other in waits and other not in seen and other != key:
        seen.add(other)
        other = waits[other]
    return other == key


def _approval_node(node: Node) -> Node:
    comes = node.entries.get("when") if isinstance(node, Mapping) else None
    entry = comes.entries.get("on_approval") if isinstance(comes, Mapping) else None
    return entry if isinstance(entry, Scalar) else node
