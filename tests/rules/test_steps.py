"""Steps: what each kind says, and what it leaves unsaid."""

from models import Task
from service.rules.steps import Op, Step, Telling, change, make, remove
from tests.rules.plans import at

TOLD = Telling("task_assigned", "p1", at("2026-03-02"), {"name": "巡查"})


def test_a_row_that_shall_stand_expects_no_version() -> None:
    step = make(Task, "t", "planned", {"note": "n"}, "because", (TOLD,))
    assert step == Step(Op.make, Task, "t", "planned", {"note": "n"}, None, "because", (TOLD,))
    assert make(Task, "t", "planned", {}) == Step(Op.make, Task, "t", "planned", {}, None, "", ())


def test_a_change_expects_the_version_it_read() -> None:
    step = change(Task, "t", 4, "opened", {"note": "n"}, "because", (TOLD,))
    assert step == Step(Op.change, Task, "t", "opened", {"note": "n"}, 4, "because", (TOLD,))


def test_what_is_taken_away_gets_no_values_and_tells_nobody() -> None:
    assert remove(Task, "t", 4, "removed", "because") == Step(Op.remove, Task, "t", "removed", {}, 4, "because", ())


def test_a_telling_is_not_urgent_and_the_only_one_of_its_kind_unless_it_says_so() -> None:
    assert (TOLD.urgent, TOLD.nth) == (False, "")
