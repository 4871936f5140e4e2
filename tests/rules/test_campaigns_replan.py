"""Making a turn's tasks, and bringing what has not opened in line with a plan that has changed."""

from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from models import Task
from models.kinds import TaskState
from service.rules.campaigns import NOT_ASKED, Occurrence, Setting, Standing, planned, replanned
from service.rules.plan import OnDate
from service.rules.steps import Op, Step, make
from tests.rules.plans import activity, at, china, plan, unit

ON = date(2026, 3, 2)
TIMES = ("state", "phase", "opens_at", "due_at", "closes_at")
WANTED: dict[str, Any] = {
    "state": TaskState.planned,
    "phase": "first",
    "opens_at": at("2026-03-02"),
    "due_at": at("2026-03-05"),
    "closes_at": at("2026-03-06"),
    "attend_at": at("2026-03-02"),
}


def wanted(key: str, **facts: Any) -> Step:
    return make(Task, key, "planned", WANTED | facts)


def standing(key: str, version: int = 3, **facts: Any) -> Standing:
    values = {name: value for name, value in (WANTED | facts).items() if name in TIMES}
    return Standing(key=key, version=version, planned_on=ON, **values)


def test_a_turn_makes_one_task_for_each_unit_it_comes_to() -> None:
    one = activity(OnDate(date(2026, 3, 2)), key="once")
    turn = Occurrence("2026-03-02", date(2026, 3, 2), at("2026-03-02"), at("2026-03-03"), at("2026-03-04"))
    units = [unit("a"), unit("b", closed_on=date(2026, 1, 1)), unit("c")]
    steps = list(planned(plan(), one, turn, units, Setting(china())))
    assert [(step.op, step.table, step.key, step.act) for step in steps] == [
        (Op.make, Task, "campaign:drive:once:2026-03-02:a", "planned"),
        (Op.make, Task, "campaign:drive:once:2026-03-02:c", "planned"),
    ]
    values = steps[1].values
    assert (values["unit"], values["state"], values["attend_at"]) == ("c", "planned", turn.opens_at)
    assert steps[0].tell == (), "nobody is told before a task opens"


def test_what_stands_as_wanted_is_left_alone() -> None:
    assert list(replanned([wanted("a")], [standing("a")])) == []
    assert list(replanned([], [])) == []


def test_what_is_missing_is_made() -> None:
    assert list(replanned([wanted("a")], [])) == [wanted("a")]


def test_what_has_moved_is_moved_at_the_version_it_was_read() -> None:
    (step,) = replanned([wanted("a")], [standing("a", 7, opens_at=at("2026-03-01"))])
    assert (step.op, step.key, step.expects, step.act) == (Op.change, "a", 7, "replanned")
    assert step.values == WANTED | {"reason": "", "unplanned": False}
    (step,) = replanned([wanted("a", phase="then")], [standing("a")])
    assert step.values["phase"] == "then"


def test_what_is_asked_for_again_is_taken_up_again() -> None:
    (step,) = replanned([wanted("a")], [standing("a", state=TaskState.cancelled)])
    assert (step.act, step.values["state"], step.values["reason"]) == ("replanned", TaskState.planned, "")
    assert step.values["attend_at"] == WANTED["opens_at"]


def test_what_is_not_asked_for_any_more_is_called_off_once() -> None:
    (step,) = replanned([], [standing("a"), standing("b", state=TaskState.cancelled)])
    assert (step.key, step.act, step.reason) == ("a", "cancelled", "the plan no longer asks for it")
    assert step.values == {"state": TaskState.cancelled, "reason": NOT_ASKED, "unplanned": True, "attend_at": None}


# -- a law -------------------------------------------------------------------------------------------------------------

hours = st.integers(0, 3).map(lambda n: at("2026-03-02") + timedelta(hours=n))


@st.composite
def timed(draw: st.DrawFn) -> dict[str, Any]:
    opens_at: datetime = draw(hours)
    times = {"opens_at": opens_at, "due_at": opens_at, "closes_at": draw(hours), "attend_at": opens_at}
    return times | {"phase": draw(st.sampled_from(("", "first")))}


keys = st.sampled_from("abcdef")
plans_wanted = st.dictionaries(keys, timed())
plans_standing = st.dictionaries(keys, st.tuples(timed(), st.sampled_from((TaskState.planned, TaskState.cancelled))))


@settings(deadline=None, max_examples=300)
@given(plans_wanted, plans_standing)
def test_replanning_ends_in_what_is_wanted_and_then_owes_nothing(
    asked: dict[str, dict[str, Any]], there: dict[str, tuple[dict[str, Any], TaskState]]
) -> None:
    steps = [wanted(key, **facts) for key, facts in asked.items()]
    before = {key: standing(key, 1, **facts, state=state) for key, (facts, state) in there.items()}
    after = dict(before)
    for step in replanned(steps, before.values()):
        known = {name: step.values[name] for name in TIMES if name in step.values}
        if step.op is Op.make:
            assert step.key not in after
            after[step.key] = Standing(key=step.key, version=1, planned_on=ON, **known)
        else:
            assert after[step.key].version == step.expects
            after[step.key] = after[step.key]._replace(version=2, **known)
    owed = {key: tuple(facts[name] for name in TIMES[1:]) for key, facts in asked.items()}
    held = {key: task[3:7] for key, task in after.items() if task.state == TaskState.planned}
    assert held == owed
    assert list(replanned(steps, after.values())) == []
