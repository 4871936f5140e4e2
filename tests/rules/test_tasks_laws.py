"""Sleep = ticks, for one task: it ends alike however often somebody looks, and a sleeper hears no more."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from models.kinds import TaskState
from service.rules.chain import Holders
from service.rules.tasks import TaskFacts, advance, pass_time
from tests.rules.plans import at

START = at("2026-03-02")
stretches = st.integers(0, 30).map(lambda n: timedelta(hours=4 * n))
instants = st.integers(-20, 120).map(lambda n: START + timedelta(hours=4 * n))
FRONT = Holders(("a", "b"), 1, False)


@st.composite
def tasks(draw: st.DrawFn) -> TaskFacts:
    """One that has not opened, or an open one that will be looked at when it is due or when its window ends."""
    due_at = START + draw(stretches)
    closes_at = due_at + draw(stretches)
    opened = draw(st.booleans())
    attend_at = draw(st.sampled_from((due_at, closes_at))) if opened else draw(st.sampled_from((START, None)))
    state = TaskState.open if opened else TaskState.planned
    a, b = ("a", "b") if opened else (None, None)
    return TaskFacts("t", 1, "c", "c:a", "u", state, START, due_at, closes_at, a, b, attend_at)


def live(task: TaskFacts, looks: list[datetime]) -> tuple[TaskFacts, set[tuple[str, str, datetime]]]:
    """The task after somebody looked at these instants, and everything that was told: kind, to whom, of when."""
    told = set()
    for now in looks:
        if task.attend_at is None and task.state != TaskState.planned:
            break
        step = advance(task, now, FRONT)
        if step:
            told |= {(telling.kind, telling.recipient, telling.owed_at) for telling in step.tell}
            known = {name: value for name, value in step.values.items() if name in TaskFacts._fields}
            task = task._replace(version=task.version + 1, **known)
    return task, told


@settings(deadline=None, max_examples=400)
@given(tasks(), st.lists(instants, max_size=30), instants)
def test_sleep_is_ticks(task: TaskFacts, looks: list[datetime], at_last: datetime) -> None:
    ticks = sorted([look for look in looks if look <= at_last] + [at_last])
    ticked, heard = live(task, ticks)
    slept, told = live(task, [at_last])
    assert ticked._replace(version=0) == slept._replace(version=0)
    assert told <= heard


@settings(deadline=None, max_examples=400)
@given(tasks(), instants)
def test_a_second_look_at_one_instant_owes_nothing(task: TaskFacts, now: datetime) -> None:
    after, _ = live(task, [now])
    assert after.state == TaskState.missed or pass_time(after, now) is None
    assert live(after, [now]) == (after, set())


@settings(deadline=None, max_examples=400)
@given(tasks(), instants)
def test_the_next_look_is_ahead_and_skips_nothing(task: TaskFacts, now: datetime) -> None:
    passed = pass_time(task, now)
    if passed is None:
        return
    attend_at = passed.values["attend_at"]
    assert passed.at <= now
    if attend_at is None:
        assert passed.values["state"] == TaskState.missed
        assert now >= task.closes_at
    else:
        assert now < attend_at <= task.closes_at
        after = task._replace(state=passed.values["state"], attend_at=attend_at)
        assert pass_time(after, attend_at - timedelta(microseconds=1)) is None
        assert pass_time(after, attend_at) is not None
