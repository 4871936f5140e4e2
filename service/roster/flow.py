"""The instant bound: a minimum-cost flow from people through their counts and clusters to the watches.

Of the rest rule it keeps what a flow can carry: of neighbouring watches of one category that clash with each other (a
cluster: the days of one holiday, a weekend) a person takes one at most. The rest of the rule is left out, which can
only make a plan cheaper, so the flow's cost bounds every plan whose counts keep to the given limits. Flows are whole
by nature and solved exactly in seconds even for 400 people over a year.
"""

from service.roster.part import Part

Limits = dict[int, tuple[int, int]]
"""Lowest and highest level allowed, by category."""


def cheapest_counts(part: Part, limits: Limits) -> tuple[int, list[int]] | None:
    """Least wish cost, and the choices that reach it, when levels stay inside the limits and rest is ignored.

    None when no flow fills every watch inside them. For plain parts only.
    """
    from ortools.graph.python import min_cost_flow

    net = _Net(part, limits)
    flow = min_cost_flow.SimpleMinCostFlow()
    tails, heads, rooms, costs = (list(column) for column in zip(*net.arcs, strict=True)) if net.arcs else ([],) * 4
    flow.add_arcs_with_capacity_and_unit_cost(tails, heads, rooms, costs)
    for node, supply in net.supplies.items():
        flow.set_node_supply(node, supply)
    if flow.solve() != flow.OPTIMAL:
        return None
    flows = flow.flows(list(range(len(net.arcs))))
    if any(flows[arc] < room for arc, room in net.owed):
        return None
    chosen = [choice for choice, arc in enumerate(net.choice_arcs) if flows[arc]]
    return sum(part.costs[choice] for choice in chosen), chosen


class _Net:
    """Arcs source -> person -> the person's category -> watch -> sink; a lower limit is a part with a great reward."""

    def __init__(self, part: Part, limits: Limits) -> None:
        self._part, self._limits = part, limits
        self._reward = 1 + 2 * sum(abs(cost) for cost in part.costs)
        self.arcs: list[tuple[int, int, int, int]] = []
        self.owed: list[tuple[int, int]] = []
        self.choice_arcs: list[int] = []
        self._scales = {scale.category: scale for scale in part.scales}
        self._nodes = 1
        turn_nodes = {turn: self._node() for turn in part.by_turn}
        seats = {turn: part.need(turn) for turn in part.by_turn}
        self.supplies = {0: sum(seats.values()), **{node: -seats[turn] for turn, node in turn_nodes.items()}}
        entries: dict[str, dict[int, int]] = {}
        for person, choices in part.by_person.items():
            entries[person] = self._enter(person, choices)
        cluster = _clusters(part)
        gates: dict[tuple[str, int], int] = {}
        for choice, (person, turn) in enumerate(part.choices):
            gate = (person, cluster[turn])
            if gate not in gates:
                gates[gate] = self._node()
                self._arc(entries[person][_category(part, turn)], gates[gate], 1)
            self.choice_arcs.append(self._arc(gates[gate], turn_nodes[turn], 1, part.costs[choice]))

    def _node(self) -> int:
        self._nodes += 1
        return self._nodes - 1

    def _arc(self, tail: int, head: int, room: int, cost: int = 0) -> int:
        self.arcs.append((tail, head, room, cost))
        return len(self.arcs) - 1

    def _enter(self, person: str, choices: list[int]) -> dict[int, int]:
        """The person's node and one for each category they can serve; the category 0 stands for workdays."""
        node = self._node()
        self._limited(0, node, person, 0, len(choices))
        entries: dict[int, int] = {}
        for category in sorted({_category(self._part, self._part.choices[choice][1]) for choice in choices}):
            entries[category] = self._node()
            if category:
                self._limited(node, entries[category], person, category, len(choices))
            else:
                self._arc(node, entries[category], len(choices))
        return entries

    def _limited(self, tail: int, head: int, person: str, category: int, room: int) -> None:
        scale = self._scales.get(category)
        if scale is None or category not in self._limits or person not in scale.start:
            self._arc(tail, head, room)
            return
        low, high = (max(0, level - scale.start[person]) for level in self._limits[category])
        if low:
            self.owed.append((self._arc(tail, head, low, -self._reward), low))
        self._arc(tail, head, high - low)


def _category(part: Part, turn: int) -> int:
    counts = part.turns[turn].counts
    return 1 if counts[1] else 2 if counts[2] else 0


def _clusters(part: Part) -> dict[int, int]:
    """A number for each turn, shared by neighbouring turns of one category that all clash with each other."""
    numbers: dict[int, int] = {}
    ends: dict[int, tuple[int, int]] = {}
    for turn in sorted(part.turns.values(), key=lambda turn: (turn.start, turn.index)):
        category = _category(part, turn.index)
        number, until = ends.get(category, (-1, 0))
        if number < 0 or turn.start >= until:
            number, until = len(numbers), turn.until
        ends[category] = number, min(until, turn.until)
        numbers[turn.index] = number
    return numbers
