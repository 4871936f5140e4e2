"""Duties counted: people-times by role and class of day, whoever's turn it was."""

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine

from models import Watch
from service import store
from service.access import actor_for
from service.duty import counted
from service.errors import Forbidden, NotFound, Refused
from service.rules.steps import make
from tests.service.worlds import at, found, write

NOW = at("2026-10-20 12:00")
# on, role, who serves, state
WATCHES = (
    ("2026-10-01", "volunteer", "grid1", "handed_over"),  # 国庆
    ("2026-10-02", "volunteer", "grid1", "handed_over"),
    ("2026-10-02", "volunteer", "grid2", "confirmed"),
    ("2026-10-03", "volunteer", "grid2", "absent"),
    ("2026-10-03", "volunteer", None, "vacant"),
    ("2026-10-04", "leader", "chief", "handed_over"),
    ("2026-10-12", "volunteer", "grid1", "handed_over"),  # a Monday
    ("2026-10-17", "volunteer", "grid1", "cancelled"),
    ("2026-10-30", "volunteer", "grid1", "published"),  # still to come
)


@pytest.fixture
def town(engine: Engine) -> Engine:
    found(engine)
    steps = []
    for number, (on, role, person, state) in enumerate(WATCHES):
        starts_at: datetime = at(f"{on} 08:00")
        values: dict[str, Any] = {
            "unit": "v1", "on": date.fromisoformat(on), "watch": "day", "role": role, "starts_at": starts_at,
            "ends_at": starts_at.replace(hour=20), "turn_of": "mayor", "served_by": person, "state": state,
        }  # fmt: skip
        steps.append(make(Watch, f"w{number}", "made", values))
    write(engine, *steps)
    return engine


def duties(engine: Engine, who: str = "viewer", **asked: Any) -> counted.Counts:
    known = {"unit": "town", "from_on": date(2026, 10, 1), "to_on": date(2026, 10, 31), "now": NOW}
    with store.reading(engine) as session:
        return counted.duties(session, actor_for(session, who), **(known | asked))


def test_people_times_by_role_and_class_of_day(town: Engine) -> None:
    whole = duties(town)
    assert [(one.role, one.day_class, one.person, one.watches) for one in whole.people] == [
        ("leader", "rest_day", "chief", 1),
        ("volunteer", "statutory_holiday", "grid1", 2),
        ("volunteer", "statutory_holiday", "grid2", 1),
        ("volunteer", "workday", "grid1", 1),
    ]
    assert whole.totals == [
        {"role": "leader", "day_class": "rest_day", "watches": 1, "people": 1},
        {"role": "volunteer", "day_class": "statutory_holiday", "watches": 3, "people": 2},
        {"role": "volunteer", "day_class": "workday", "watches": 1, "people": 1},
    ]
    assert [one.role for one in duties(town, role="leader").people] == ["leader"]
    assert duties(town, to_on=date(2026, 10, 1)).totals[0]["watches"] == 1
    assert duties(town, unit="v2").people == []


def test_who_may_not_and_what_is_wrong(town: Engine) -> None:
    for who, unit, error in (("stranger", "town", NotFound), ("staff", "v1", Forbidden)):
        with pytest.raises(error):
            duties(town, who, unit=unit)
    for first, last in ((date(2026, 10, 2), date(2026, 10, 1)), (date(2025, 1, 1), date(2026, 10, 1))):
        with pytest.raises(Refused):
            duties(town, from_on=first, to_on=last)
