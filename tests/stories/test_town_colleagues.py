"""The sample town's colleagues: what they do to a task is drawn from a seed; and any day can be the town's present."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random

import pytest

from service.calendar.days import calendar_with
from service.demo import facts
from service.demo.colleagues import Deed, Office, Owed, course
from service.demo.founding import crew_of
from service.demo.living import present_plan
from service.rules.campaigns import Setting, occurrences
from service.settings import settings


@pytest.fixture
def office() -> Office:
    crew = crew_of(facts.noted("accounts"))
    return Office(facts.noted("colleagues"), crew, calendar_with(settings().zone_info(), (), ()))


def draw(seed: int, office: Office) -> list[list[Deed]]:
    opens_at = datetime(2023, 5, 9, 22, tzinfo=UTC)
    task = Owed(
        "k", "a", "self_check", "u", "hongtuxian", date(2023, 5, 10), opens_at + timedelta(days=7),
        opens_at + timedelta(days=14), "AQ01", None,
    )  # fmt: skip
    return [course(task, opens_at, office, "CW09", Random(f"{seed} {n}")) for n in range(300)]


def test_another_seed_lives_another_year(office: Office) -> None:
    assert draw(1, office) == draw(1, office)
    assert draw(1, office) != draw(2, office)


def test_deeds_come_in_order_and_by_two_people(office: Office) -> None:
    courses = draw(3, office)
    assert [] in courses
    for deeds in courses:
        assert [deed.at for deed in deeds] == sorted(deed.at for deed in deeds)
        doers = {deed.by for deed in deeds if deed.verb == "submit"}
        checkers = {deed.by for deed in deeds if deed.verb in ("accept", "reject")}
        assert not doers & checkers


@pytest.mark.parametrize("today", [date(2026, 1, 1) + timedelta(days=9 * n) for n in range(41)] + [date(2028, 2, 29)])
def test_any_present_has_an_open_self_check_and_patrol(today: date, office: Office) -> None:
    plan, _ = present_plan(today)
    assert plan.from_on <= today < plan.to_on
    noon = datetime.combine(today, time(12), settings().zone_info())
    for activity in plan.activities:
        if activity.key in ("self-checks", "patrols"):
            turns = occurrences(plan, activity, Setting(office.days))
            assert any(turn.opens_at <= noon < turn.due_at <= noon + timedelta(days=7) for turn in turns)
