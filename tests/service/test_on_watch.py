"""Who answers for a unit right now: its own watch, then its chain, then whoever coordinates; nobody else."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from models import Watch
from models.kinds import ReachedVia
from service import store
from service.on_watch import answering
from service.rules.steps import make
from tests.service.worlds import at, counting, found, write

NIGHT = at("2026-03-02 22:00")


@pytest.fixture
def town(engine: Engine) -> Engine:
    return found(engine)


def watch(engine: Engine, key: str, who: str | None, **facts: object) -> None:
    known = {
        "unit": "v1", "role": "officer", "starts_at": NIGHT - timedelta(hours=2), "ends_at": NIGHT, "served_by": who,
        "turn_of": who, "state": "published",
    }  # fmt: skip
    write(engine, make(Watch, key, "made", known | facts))


def asked(engine: Engine, unit: str, minutes: int = -1) -> tuple[tuple[str, ...], str, int]:
    with store.reading(engine) as session:
        found = answering(session, [unit, "v2"], NIGHT + timedelta(minutes=minutes))[unit]
    return found.people, found.via, found.level


def test_the_officers_on_watch_then_the_chain(town: Engine) -> None:
    assert asked(town, "v1") == (("grid1",), ReachedVia.chain, 1)
    watch(town, "a", "staff")
    assert asked(town, "v1") == (("staff",), ReachedVia.duty, 0)
    assert asked(town, "v1", 0) == (("grid1",), ReachedVia.chain, 1), "the watch is over"
    assert asked(town, "v1", -121) == (("grid1",), ReachedVia.chain, 1), "it has not begun"
    watch(town, "b", "deputy")
    watch(town, "c", "chief")
    assert asked(town, "v1")[0] == ("staff", "deputy"), "two at most"


@pytest.mark.parametrize(
    "facts", [{"state": "absent"}, {"state": "cancelled"}, {"state": "handed_over"}, {"role": "leader"}]
)
def test_who_is_not_there_does_not_answer(town: Engine, facts: dict[str, str]) -> None:
    watch(town, "a", "staff", **facts)
    watch(town, "vacant", None, state="vacant")
    assert asked(town, "v1")[1] == ReachedVia.chain


def test_a_watch_above_does_not_answer_for_those_beneath(town: Engine) -> None:
    watch(town, "a", "coord", unit="town")
    assert asked(town, "town") == (("coord",), ReachedVia.duty, 0)
    assert asked(town, "v1") == (("grid1",), ReachedVia.chain, 1)


def test_a_level_nobody_holds_is_passed_over_and_at_last_the_coordinators_hear(town: Engine) -> None:
    assert asked(town, "town") == (("chief", "mayor"), ReachedVia.chain, 3)
    assert asked(town, "c1") == (("stranger",), ReachedVia.coordinator, 0)


def test_many_units_are_asked_in_a_handful_of_statements(town: Engine) -> None:
    with store.reading(town) as session, counting(town) as sent:
        answering(session, ["town", "v1", "v2", "e1", "e2", "e3", "h1", "city", "c1"], NIGHT)
    assert len(sent) <= 8
