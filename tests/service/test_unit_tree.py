"""The tree level by level: ways, counts of whole subtrees, what is out of sight, and the same few statements."""

import pytest
from sqlalchemy import Engine

from models import Hazard, Task, Unit
from models.kinds import HazardState
from service import store, sweeps, unit_tree
from service.access import SYSTEM
from service.errors import NotFound
from service.rules.steps import change, make
from service.unit_tree import Branch
from tests.service import worlds
from tests.service.worlds import at, drive, once

NOW = at("2026-03-09 09:00")


def furnished(engine: Engine) -> Engine:
    """The small town with two overdue tasks and some hazards, one of them closed."""
    worlds.launch(worlds.found(engine), drive(once("2026-03-02", window={"days": 30})), at("2026-01-01"))
    sweeps.sweep(engine, NOW)
    facts = {"description": "x", "level": "general", "mode": "by_deadline", "source": "other", "due_at": NOW}
    facts |= {"found_on": NOW.date()}
    states = {"a": ("e1", "registered"), "b": ("e1", "closed"), "c": ("v1", "rectifying"), "d": ("h1", "void"),
              "e": ("c1", "assigned")}  # fmt: skip
    worlds.write(
        engine, *(make(Hazard, key, "made", facts | {"unit": u, "state": s}) for key, (u, s) in states.items())
    )
    return engine


def branch(engine: Engine, who: str, top: str | None = None, **more: bool) -> Branch:
    with store.reading(engine) as session:
        actor = SYSTEM if who == "zhiban" else worlds.actor(session, who)
        return unit_tree.branch(session, actor, top, now=NOW, **more)


def test_each_level_counts_what_lies_beneath(engine: Engine) -> None:
    furnished(engine)
    assert [task.state for task in worlds.rows(engine, Task)] == ["open", "open"]
    (town,) = branch(engine, "coord").twigs
    assert (town.key, town.beneath, town.open_hazards, town.overdue_tasks) == ("town", 6, 2, 2)
    level = branch(engine, "coord", "town")
    assert level.whole == (6, 2, 2)
    assert [(one.key, one.beneath, one.open_hazards, one.overdue_tasks) for one in level.twigs] == [
        ("v1", 2, 2, 1), ("v2", 2, 0, 1),
    ]  # fmt: skip
    leaf = branch(engine, "coord", "e1")
    assert leaf.whole == (0, 1, 0)
    assert ([step.key for step in leaf.way], leaf.twigs) == (["town", "v1", "e1"], ())


def test_everywhere_begins_at_the_roots(engine: Engine) -> None:
    assert [twig.key for twig in branch(furnished(engine), "zhiban").twigs] == ["city", "town"]
    assert branch(engine, "zhiban", "city").twigs[0].open_hazards == 1


def test_nobody_sees_beyond_their_reach(engine: Engine) -> None:
    furnished(engine)
    for hidden in ("city", "c1", "nowhere", "../x"):
        with pytest.raises(NotFound):
            branch(engine, "coord", hidden)
    mine = branch(engine, "staff", "e1")
    assert [step.key for step in mine.way] == ["v1", "e1"], "the way begins at the top of one's own reach"
    # staff see units, and no hazards or tasks but their own
    (top,) = branch(engine, "staff").twigs
    assert (top.key, top.beneath, top.open_hazards, top.overdue_tasks) == ("v1", 2, 0, 0)
    assert branch(engine, "boss1").twigs == ()


def test_what_is_under_way_beneath_a_unit(engine: Engine) -> None:
    furnished(engine)
    with store.reading(engine) as session:
        coord, stranger = worlds.actor(session, "coord"), worlds.actor(session, "stranger")
        found = unit_tree.open_tasks(session, coord, "/town/", limit=10)
        assert [(task.name, task.unit_name, task.due_at) for task in found] == [
            ("once", "v1", at("2026-03-03")), ("once", "v2", at("2026-03-03")),
        ]  # fmt: skip
        assert unit_tree.open_tasks(session, coord, "/town/", limit=1) == found[:1]
        assert unit_tree.open_tasks(session, coord, "/town/v2/", limit=9) == found[1:]
        assert unit_tree.open_tasks(session, stranger, "/town/", limit=9) == []
        assert unit_tree.open_tasks(session, coord, "/TOWN/", limit=9) == [], "a code is not another in capitals"


def test_closed_ones_are_shown_when_asked_for(engine: Engine) -> None:
    furnished(engine)
    worlds.write(engine, change(Unit, "e2", 1, "closed", {"closed_on": NOW.date()}))
    assert [twig.key for twig in branch(engine, "coord", "v1").twigs] == ["e1"]
    assert [(twig.key, twig.closed) for twig in branch(engine, "coord", "v1", closed=True).twigs] == [
        ("e1", False), ("e2", True),
    ]  # fmt: skip
    assert (branch(engine, "coord", "v1").whole.beneath, branch(engine, "coord", "e2").whole.beneath) == (1, 0)


def test_a_thousand_units_cost_no_more_statements(engine: Engine) -> None:
    furnished(engine)
    with worlds.counting(engine) as few:
        branch(engine, "zhiban", "town")
    tree = [("v1", None, "village", "", ""), *((f"g{n:04}", "v1", "grid", "", "") for n in range(1000))]
    facts = [{**step.values, "path": f"/town{step.values['path']}"} for step in worlds.unit_steps(tree)[1:]]
    worlds.write(engine, *(make(Unit, f"g{n:04}", "made", values) for n, values in enumerate(facts)))
    with worlds.counting(engine) as many:
        level = branch(engine, "zhiban", "v1")
    assert (len(level.twigs), level.more) == (unit_tree.SHOWN_AT_MOST, True)
    assert level.whole.beneath == 1002, "what is not shown is counted all the same"
    assert (
        len([sql for sql, _ in many if sql.startswith("SELECT")])
        == len([sql for sql, _ in few if sql.startswith("SELECT")])
        == 3
    )
    assert HazardState.closed not in unit_tree.OPEN_HAZARDS
