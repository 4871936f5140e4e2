"""The sweep of tasks: who gets them, who is told, how many statements it takes, and that one round is enough."""

from typing import Any

import pytest
from sqlalchemy import Engine

from models import Person, Task, Unit, Watch
from service.campaigns import planning
from service.rules.steps import change, make
from service.store import Applied
from service.tasks import sweep as task_sweep
from tests.service import worlds
from tests.service.worlds import at, drive, once

OPENS = at("2026-03-02")


def opened(engine: Engine, **facts: Any) -> dict[str, tuple[str | None, str | None]]:
    """Unit → the two people who get its task of 2 March, and the town swept at nine that morning."""
    known: dict[str, Any] = {"due": {"days": 3}, "window": {"days": 3}, "targets": {"within": "town"}}
    worlds.launch(engine, drive(once("2026-03-02", **(known | facts))), at("2026-02-20"))
    planning.sweep(engine, at("2026-02-20"))
    task_sweep.sweep(engine, at("2026-03-02 09:00"))
    return {task.unit: (task.assignee, task.co_assignee) for task in worlds.rows(engine, Task)}


def reasons(engine: Engine) -> dict[str, str]:
    return {subject.rsplit(":", 1)[1]: why for _, act, subject, why in worlds.journal(engine, "assigned")}


def test_a_level_of_the_chain_inherited_from_above(engine: Engine) -> None:
    assert opened(worlds.found(engine), assignee={"level": 1}) == {
        "v1": ("grid1", None), "e1": ("boss1", None), "e2": ("grid1", None),
        "v2": ("grid2", None), "e3": ("grid2", None), "h1": ("grid2", None), "town": ("chief", "mayor"),
    }  # fmt: skip
    assert reasons(engine)["town"] == "passed over to level 3, nobody holds the one asked for"
    assert reasons(engine)["v1"] == ""


def test_two_on_one_level_both_have_it(engine: Engine) -> None:
    assert set(opened(worlds.found(engine), assignee={"level": 3}).values()) == {("chief", "mayor")}
    assert len(worlds.notices(engine)) == 14
    assert {one.kind for one in worlds.notices(engine).values()} == {"task_assigned"}


def test_who_has_left_is_passed_over(engine: Engine) -> None:
    worlds.write(worlds.found(engine), change(Person, "grid1", 1, "left", {"left_on": OPENS.date()}))
    found = opened(engine, assignee={"level": 1})
    assert (found["v1"], found["v2"]) == (("deputy", None), ("grid2", None))


def test_a_role_granted_there_or_above(engine: Engine) -> None:
    assert set(opened(worlds.found(engine), assignee={"role": "inspector"}).values()) == {("inspector", None)}


def test_a_person_by_name(engine: Engine) -> None:
    assert set(opened(worlds.found(engine), assignee={"person": "viewer"}).values()) == {("viewer", None)}


@pytest.mark.parametrize("assignee", [{"level": 9}, {"person": "viewer"}, {"role": "staff"}])
def test_where_there_is_nobody_the_coordinator_hears_of_it(engine: Engine, assignee: dict[str, Any]) -> None:
    worlds.write(worlds.found(engine), change(Person, "viewer", 1, "left", {"left_on": OPENS.date()}))
    found = opened(engine, assignee=assignee)
    assert found["v2"] == (None, None)
    (told,) = [one for one in worlds.notices(engine).values() if one.subject.endswith(":v2")]
    assert (told.kind, told.recipient, told.facts["unassigned"]) == ("task_assigned", "coord", True)


def watch(key: str, unit: str, role: str, first: str, last: str, served_by: str | None) -> Any:
    facts = {"unit": unit, "role": role, "starts_at": at(first), "ends_at": at(last), "served_by": served_by}
    return make(Watch, key, "made", facts)


def test_whoever_is_on_watch_there_or_nearest_above(engine: Engine) -> None:
    worlds.write(
        worlds.found(engine),
        watch("1", "town", "officer", "2026-03-01 08:00", "2026-03-02 08:00", "deputy"),
        watch("2", "town", "officer", "2026-03-01 08:00", "2026-03-02 08:00", "chief"),
        watch("3", "town", "officer", "2026-03-01 08:00", "2026-03-02 08:00", "mayor"),
        watch("4", "town", "officer", "2026-03-02 00:00", "2026-03-02 00:00", "viewer"),
        watch("5", "town", "officer", "2026-03-01 00:00", "2026-03-02 00:00", "leader"),
        watch("6", "town", "leader", "2026-03-01 08:00", "2026-03-02 08:00", "leader"),
        watch("7", "v1", "officer", "2026-03-02 00:00", "2026-03-02 08:00", "grid1"),
        watch("8", "e1", "officer", "2026-03-02 00:00", "2026-03-02 08:00", None),
        watch("9", "v2", "officer", "2026-03-02 00:01", "2026-03-02 08:00", "grid2"),
    )
    found = opened(engine, assignee={"duty": "officer"})
    assert (found["town"], found["v2"], found["h1"]) == ((("deputy", "chief"),) * 3)
    assert (found["v1"], found["e1"]) == ((("grid1", None),) * 2), "the village keeps its own watch"


def test_where_no_watch_is_kept_level_one_has_it(engine: Engine) -> None:
    assert opened(worlds.found(engine), assignee={"duty": "officer"})["v1"] == ("grid1", None)


def test_the_people_are_those_of_the_day_it_opens(engine: Engine) -> None:
    opened(worlds.found(engine), assignee={"level": 1})
    worlds.write(engine, change(Person, "grid1", 1, "left", {"left_on": OPENS.date()}))
    task_sweep.sweep(engine, at("2026-03-05"))
    assert {task.assignee for task in worlds.rows(engine, Task) if task.unit == "v1"} == {"grid1"}
    soon = [one.recipient for one in worlds.notices(engine).values() if one.kind == "task_due_soon"]
    assert len(soon) == 8


def test_only_beneath_the_units_named(engine: Engine) -> None:
    worlds.launch(worlds.found(engine), drive(once("2026-03-02")), at("2026-02-20"))
    planning.sweep(engine, at("2026-02-20"))
    assert task_sweep.sweep(engine, OPENS, within=["v2", "city"]) == Applied(1)
    assert worlds.states(engine) == {"once:2026-03-02:v1": "planned", "once:2026-03-02:v2": "open"}
    assert task_sweep.sweep(engine, OPENS, within=["nowhere"]) == Applied()
    assert task_sweep.sweep(engine, OPENS) == Applied(1)
    assert task_sweep.sweep(engine, OPENS) == Applied()


@pytest.mark.parametrize("assignee", [{"level": 1}, {"role": "inspector"}, {"person": "boss"}, {"duty": "officer"}])
def test_a_thousand_tasks_cost_the_statements_of_ten(engine: Engine, assignee: dict[str, Any]) -> None:
    worlds.write(engine, make(Unit, "town", "made", {"name": "town", "path": "/town/", "kind": "town"}))
    worlds.write(engine, *worlds.person_steps([("boss", "town")]), *worlds.chain_steps([("town", 1, "boss")]))
    for name, count in (("few", 10), ("many", 999)):
        tree = [(f"{name}{n}", "town", "village", "", "") for n in range(count)]
        worlds.write(engine, *worlds.unit_steps([("town", None, "town", "", ""), *tree])[1:])
    counts = []
    for month, kept, missed in (("03", "few", "many"), ("04", "many", "few")):
        close = {"closed_on": at("2026-01-01").date()}
        with engine.begin() as connection:
            connection.execute(Unit.__table__.update().where(Unit.key.startswith(missed)).values(close))  # type: ignore[attr-defined]
            connection.execute(Unit.__table__.update().where(Unit.key.startswith(kept)).values(closed_on=None))  # type: ignore[attr-defined]
        one = once(f"2026-{month}-02", assignee=assignee, due={"days": 3}, window={"days": 3})
        worlds.launch(engine, drive(one, key=f"drive{month}"), at(f"2026-{month}-01"))
        planning.sweep(engine, at(f"2026-{month}-01"))
        for now in (f"2026-{month}-02", f"2026-{month}-05", f"2026-{month}-06", f"2026-{month}-09"):
            with worlds.counting(engine) as sent:
                assert task_sweep.sweep(engine, at(now)).applied in (10, 999)
            counts.append(len(sent))
        with worlds.counting(engine) as sent:
            assert task_sweep.sweep(engine, at(f"2026-{month}-20")) == Applied()
        counts.append(len(sent))
    few, many = counts[:5], counts[5:]
    assert all(a <= b <= a + 6 for a, b in zip(few, many, strict=True)), (
        "more only where a statement takes no more rows"
    )
    assert max(counts) < 40
    assert counts[4] <= 2, "where nothing is due a sweep asks once"
