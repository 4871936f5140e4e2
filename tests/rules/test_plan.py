"""The shape of a plan: its phases, what makes two plans the same, and that nobody changes one."""

from dataclasses import FrozenInstanceError, replace
from datetime import date

import pytest

from service.rules.plan import OnDate, Phase, Span
from tests.rules.plans import activity, plan

PHASES = (
    Phase("动员部署", date(2026, 1, 1), date(2026, 1, 31)),
    Phase("排查整治", date(2026, 2, 2), date(2026, 12, 31)),
)


@pytest.mark.parametrize(
    ("on", "name"),
    [
        (date(2025, 12, 31), ""),
        (date(2026, 1, 1), "动员部署"),
        (date(2026, 1, 31), "动员部署"),
        (date(2026, 2, 1), ""),
        (date(2026, 2, 2), "排查整治"),
        (date(2026, 12, 31), "排查整治"),
        (date(2027, 1, 1), ""),
    ],
)
def test_the_phase_of_a_day(on: date, name: str) -> None:
    assert plan(phases=PHASES).phase_on(on) == name


def test_a_plan_without_phases_has_none() -> None:
    assert plan().phase_on(date(2026, 6, 1)) == ""


def test_two_plans_are_the_same_wherever_their_lines_stand() -> None:
    one = plan("2026-01-01", "2026-12-31", activity(OnDate(date(2026, 3, 2))))
    assert one == replace(one, lines={"activities[0].key": 7})
    assert one != replace(one, name="another")
    assert one != replace(one, activities=(activity(OnDate(date(2026, 3, 2)), due=Span(hours=1)),))


@pytest.mark.parametrize("field", ["name", "activities", "from_on"])
def test_a_plan_is_not_changed_in_place(field: str) -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(plan(), field, None)
