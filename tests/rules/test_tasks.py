"""What becomes of a task as time passes, whom its opening names, and who is told."""

from datetime import timedelta
from typing import Any

import pytest

from models import Task
from models.kinds import TaskState
from service.rules.chain import Holders
from service.rules.steps import Op
from service.rules.tasks import TaskFacts, advance, opening_reason, pass_time, reached_state
from tests.rules.plans import at

PLANNED, OPEN, MISSED = TaskState.planned, TaskState.open, TaskState.missed
OPENS, SOON, DUE, CLOSES = at("2026-03-02"), at("2026-03-05"), at("2026-03-06"), at("2026-03-09")
MOMENT = timedelta(microseconds=1)


def task(**facts: Any) -> TaskFacts:
    """Opens on Monday 2 March 2026, due on Friday, its window ends on Monday 9."""
    known: dict[str, Any] = {
        "key": "t", "version": 4, "campaign": "drive", "activity": "drive:a", "unit": "village", "state": PLANNED,
        "opens_at": OPENS, "due_at": DUE, "closes_at": CLOSES, "assignee": None, "co_assignee": None,
        "attend_at": OPENS, "name": "节前检查",
    }  # fmt: skip
    return TaskFacts(**(known | facts))


def mine(**facts: Any) -> TaskFacts:
    """The same, open and given to two people."""
    return task(**({"state": OPEN, "assignee": "a", "co_assignee": "b", "attend_at": SOON} | facts))


@pytest.mark.parametrize(
    ("facts", "now", "expected"),
    [
        ({}, OPENS - MOMENT, None),
        ({}, OPENS, ("assigned", OPENS, OPEN, SOON)),
        ({}, SOON - MOMENT, ("assigned", OPENS, OPEN, SOON)),
        ({}, SOON, ("due_soon", SOON, OPEN, DUE)),
        ({}, DUE, ("overdue", DUE, OPEN, CLOSES)),
        ({}, CLOSES - MOMENT, ("overdue", DUE, OPEN, CLOSES)),
        ({}, CLOSES, ("missed", CLOSES, MISSED, None)),
        ({}, CLOSES + timedelta(days=400), ("missed", CLOSES, MISSED, None)),
        # one whose next look was never written down is looked at from its opening
        ({"attend_at": None}, DUE, ("overdue", DUE, OPEN, CLOSES)),
        # a day or less to do it in: being told of it is warning enough
        ({"due_at": OPENS + timedelta(days=1)}, OPENS, ("assigned", OPENS, OPEN, OPENS + timedelta(days=1))),
        # no time at all: opening, due and over in one moment is missed
        ({"due_at": OPENS, "closes_at": OPENS}, OPENS, ("missed", OPENS, MISSED, None)),
        # due and closing fall together
        ({"closes_at": DUE}, SOON, ("due_soon", SOON, OPEN, DUE)),
        ({"closes_at": DUE}, DUE, ("missed", DUE, MISSED, None)),
        # open already: nothing is told again of what was before the last look
        ({"state": OPEN, "attend_at": SOON}, SOON - MOMENT, None),
        ({"state": OPEN, "attend_at": SOON}, SOON, ("due_soon", SOON, OPEN, DUE)),
        ({"state": OPEN, "attend_at": CLOSES}, DUE, None),
        # sent back with a longer window, after it was due
        ({"state": OPEN, "attend_at": CLOSES}, CLOSES, ("missed", CLOSES, MISSED, None)),
    ],
)
def test_what_time_brings(facts: dict[str, Any], now: Any, expected: tuple[Any, ...] | None) -> None:
    passed = pass_time(task(**facts), now)
    if expected is None or passed is None:
        assert passed is None
        assert expected is None
        return
    assert (passed.event, passed.at, passed.values["state"], passed.values["attend_at"]) == expected
    assert passed.values.get("reason") == ("window ended" if expected[0] == "missed" else None)


def test_the_state_of_one_that_was_never_written_down() -> None:
    states = [reached_state(task(), now) for now in (OPENS - MOMENT, OPENS, DUE, CLOSES)]
    assert states == [PLANNED, OPEN, OPEN, MISSED]


# -- opening -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("people", "assignee", "co_assignee"),
    [((), None, None), (("a",), "a", None), (("a", "b"), "a", "b"), (("a", "b", "c"), "a", "b")],
)
def test_an_opening_names_two_people_at_most(
    people: tuple[str, ...], assignee: str | None, co_assignee: str | None
) -> None:
    step = advance(task(), OPENS, Holders(people, 1, False))
    assert step is not None
    assert (step.op, step.table, step.key, step.expects, step.act) == (Op.change, Task, "t", 4, "assigned")
    assert (step.values["assignee"], step.values["co_assignee"]) == (assignee, co_assignee)
    assert [told.recipient for told in step.tell] == list(people[:2])


@pytest.mark.parametrize(
    ("holders", "words"),
    [
        (Holders(("a",), 1, False), ""),
        (Holders(("a",), 3, True), "passed over to level 3, nobody holds the one asked for"),
        (Holders((), 1, True), "nobody holds the level asked for, nor any above it"),
    ],
)
def test_an_opening_says_whom_it_passed_over(holders: Holders, words: str) -> None:
    assert opening_reason(holders) == words
    step = advance(task(), OPENS, holders)
    assert step is not None
    assert step.reason == words


def test_what_is_told_of_an_opening() -> None:
    step = advance(task(), OPENS + timedelta(hours=5), Holders(("a",), 1, False), fallback=("c",))
    assert step is not None
    (told,) = step.tell
    assert (told.kind, told.recipient, told.owed_at) == ("task_assigned", "a", OPENS)
    assert told.facts == {"name": "节前检查", "unit": "village", "due_at": DUE.isoformat()}


def test_a_task_that_nobody_holds_is_told_to_those_above() -> None:
    step = advance(task(), OPENS, Holders((), 1, True), fallback=("c", "d"))
    assert step is not None
    assert [(told.recipient, told.facts["unassigned"]) for told in step.tell] == [("c", True), ("d", True)]
    later = advance(task(state=OPEN, attend_at=DUE), DUE, Holders(("x",), 1, False), fallback=("c",))
    assert later is not None
    assert [told.recipient for told in later.tell] == ["c"], "the holders of later days have no part in it"
    silent = advance(task(), OPENS, Holders((), 1, True))
    assert silent is not None
    assert silent.tell == ()


def test_an_open_task_keeps_its_people() -> None:
    step = advance(mine(), DUE, Holders(("x",), 1, False), fallback=("c",))
    assert step is not None
    assert step.values == {"state": OPEN, "attend_at": CLOSES}
    assert [(told.kind, told.recipient) for told in step.tell] == [("task_overdue", "a"), ("task_overdue", "b")]
    assert step.reason == ""


def test_a_task_that_time_passed_by_is_given_and_missed_at_once() -> None:
    step = advance(task(), CLOSES, Holders(("a",), 1, False))
    assert step is not None
    assert step.values == {
        "state": MISSED, "attend_at": None, "reason": "window ended", "assignee": "a", "co_assignee": None,
    }  # fmt: skip
    assert [(told.kind, told.owed_at) for told in step.tell] == [("task_missed", CLOSES)], "one word, not four"


def test_nothing_is_owed_before_its_time() -> None:
    assert advance(task(), OPENS - MOMENT, Holders(("a",), 1, False)) is None
    assert advance(mine(), SOON - MOMENT, Holders((), 1, True)) is None
