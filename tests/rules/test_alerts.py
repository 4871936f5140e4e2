"""Alerts: who is warned first, how the silent are chased in order and without end, and what the sender hears."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from models import AlertReceipt, AlertStep
from models.kinds import AlertState, CaseState, ReachedVia, RungState
from service.rules.alerts import AlertFacts, Said, Warned, attend, first_look, receipt, steps_of
from service.rules.chain import Chain
from tests.rules.ladders import CALENDAR, Life, born, live, look
from tests.rules.plans import at

STORM = at("2026-06-06 01:30")
MINUTE = timedelta(minutes=1)
SAID = Said("A-2026-000001", "暴雨橙色预警", "转移危险区群众", "orange")
FULL = Chain({1: ("secretary",), 2: ("deputy", "second"), 3: ("chief",)})


def chased(warned: Warned, steps: tuple[int, ...] = (5, 10, 20)) -> Life:
    (case,) = receipt(SAID, warned, steps, CALENDAR, STORM).then
    return born(case)


def stands(life: Life) -> list[tuple[int, str | None, str]]:
    return [((one["due_at"] - STORM) // MINUTE, one["person"], one["state"]) for one in life.rungs.values()]


def test_a_unit_is_told_at_once_and_its_case_begins() -> None:
    step = receipt(SAID, Warned("v1", ("night1", "night2"), ReachedVia.duty, 0, FULL), (5, 10, 20), CALENDAR, STORM)
    assert (step.table, step.key, step.act) == (AlertReceipt, "alert:A-2026-000001:v1", "warned")
    assert step.values == {
        "alert": SAID.key, "unit": "v1", "person": "night1", "co_person": "night2", "via": ReachedVia.duty,
    }  # fmt: skip
    assert [(one.kind, one.recipient, one.urgent, one.owed_at) for one in step.tell] == [
        ("alert", "night1", True, STORM), ("alert", "night2", True, STORM),
    ]  # fmt: skip
    assert step.tell[0].facts == {
        "name": SAID.title, "text": SAID.text, "level": "orange", "code": SAID.key, "about": "alert", "unit": "v1",
    }  # fmt: skip
    until = STORM + timedelta(hours=6)
    bounded = receipt(
        SAID._replace(until_at=until), Warned("v1", ("n",), ReachedVia.duty, 0, FULL), (5,), CALENDAR, STORM
    )
    assert bounded.tell[0].facts["until_at"] == until.isoformat()
    (case,) = step.then
    assert (case.values["subject"], case.values["kind"], case.values["repeat_minutes"]) == (step.key, "alert", 20)


def test_the_chain_is_chased_above_whoever_was_told_first() -> None:
    duty = chased(Warned("v1", ("night1",), ReachedVia.duty, 0, FULL))
    assert stands(duty) == [
        (5, "secretary", RungState.waiting), (10, "deputy", RungState.waiting), (20, "chief", RungState.waiting),
    ]  # fmt: skip
    chain = chased(Warned("v1", ("secretary",), ReachedVia.chain, 1, FULL))
    # nobody holds level 4: there is nothing above it whose instant could be sooner
    assert stands(chain) == [
        (5, "deputy", RungState.waiting), (10, "chief", RungState.waiting), (20, None, RungState.passed_over),
    ]  # fmt: skip


def test_where_there_is_nobody_to_chase_the_first_hear_again_and_again() -> None:
    alone = chased(Warned("v1", ("only",), ReachedVia.coordinator, 3, Chain({})))
    assert stands(alone)[-1] == (5, "only", RungState.waiting)
    for minutes, repeats in ((5, 0), (24, 0), (25, 1), (45, 2), (24 * 60, 71)):
        life = live(alone, [STORM + minutes * MINUTE])
        assert (life.open, life.case["repeats"]) == (True, repeats)


def test_the_steps_are_frozen_as_rows() -> None:
    steps = steps_of("A-1", (5, 10))
    assert {step.table for step in steps} == {AlertStep}
    assert [(step.key, step.values["after_minutes"]) for step in steps] == [("A-1:1", 5), ("A-1:2", 10)]


people = st.lists(st.sampled_from("abcdef"), max_size=2, unique=True).map(tuple)
chains = st.dictionaries(st.integers(1, 5), people, max_size=5).map(Chain)
paces = st.lists(st.integers(1, 90), min_size=1, max_size=6, unique=True).map(sorted).map(tuple)
instants = st.integers(0, 60 * 24).map(lambda n: STORM + n * MINUTE)
lives = st.builds(
    lambda first, level, chain, pace: chased(Warned("v1", first, ReachedVia.chain, level, chain), pace),
    st.lists(st.sampled_from("xyz"), min_size=1, max_size=2, unique=True).map(tuple), st.integers(0, 4), chains, paces,
)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(lives, st.lists(instants, max_size=30), instants)
def test_the_chase_is_in_order_never_silent_and_sleep_is_ticks(
    life: Life, looks: list[datetime], at_last: datetime
) -> None:
    seen = life
    for now in sorted({*looks, at_last}):
        seen = look(seen, now)
        taken = [one for one in seen.rungs.values() if one["state"] == RungState.taken]
        waiting = [one for one in seen.rungs.values() if one["state"] == RungState.waiting]
        assert all(one["due_at"] <= now for one in taken)
        assert all(one["due_at"] > now for one in waiting), "those nearest come first, none is left out"
        assert seen.case["state"] == CaseState.open, "while nobody acknowledges it never ends by itself"
        assert seen.case["attend_at"] is not None
        assert now < seen.case["attend_at"]
        assert seen.case["attend_at"] - now <= max(90, life.case["repeat_minutes"]) * MINUTE, "never silent for long"
    slept = live(life, [at_last])
    upto = live(life, [now for now in sorted({*looks, at_last}) if now <= at_last])
    assert slept.reached == upto.reached
    assert slept.told.items() <= upto.told.items()


def alert(silent: int = 3, attend_at: datetime = STORM + 20 * MINUTE, until_at: datetime | None = None) -> AlertFacts:
    return AlertFacts(
        SAID.key, 2, "town", SAID.title, SAID.text, SAID.level, STORM, "coord", 12, attend_at, 20, silent, until_at
    )  # fmt: skip


def test_the_sender_hears_how_many_are_silent_after_each_round() -> None:
    assert attend(alert(), STORM + 19 * MINUTE) is None
    for minutes, nth, following in ((20, "1", 40), (39, "1", 40), (40, "2", 60), (24 * 60, "72", 24 * 60 + 20)):
        step = attend(alert(), STORM + minutes * MINUTE)
        assert step is not None
        assert (step.act, step.values) == ("some are silent", {"attend_at": STORM + following * MINUTE})
        (told,) = step.tell
        assert (told.kind, told.recipient, told.nth, told.owed_at) == (
            "alert_silent", "coord", nth, STORM + int(nth) * 20 * MINUTE,
        )  # fmt: skip
        assert (told.facts["n"], told.facts["total"], told.facts["about"]) == (3, 12, "")


def test_when_all_have_answered_the_sender_hears_no_more() -> None:
    step = attend(alert(silent=0), STORM + 20 * MINUTE)
    assert step is not None
    assert (step.act, step.values, step.tell) == ("all answered", {"attend_at": None}, ())


def test_it_ends_by_itself_when_its_validity_is_over_and_nobody_is_told() -> None:
    ends = STORM + 30 * MINUTE
    assert (first_look(STORM, None), first_look(STORM, ends), first_look(ends + MINUTE, ends)) == (STORM, STORM, ends)
    step = attend(alert(until_at=ends), STORM + 20 * MINUTE)
    assert step is not None
    assert (step.act, step.values) == ("some are silent", {"attend_at": ends})
    step = attend(alert(silent=0, until_at=ends), STORM + 20 * MINUTE)
    assert step is not None
    assert (step.act, step.values) == ("all answered", {"attend_at": ends})
    for silent in (0, 3):
        step = attend(alert(silent, ends, ends), ends)
        assert step is not None
        values = {"state": AlertState.ended, "ended_at": ends, "attend_at": None}
        assert (step.act, step.values, step.tell) == ("expired", values, ())
