"""Laws of cases: sleep = ticks, nothing is told twice, none is ever left without a next instant."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from models.kinds import RungState
from service.rules.cases import Missed, begin, climb
from service.rules.chain import Chain
from service.rules.plan import Rung, Span
from tests.rules.ladders import BEGAN, CALENDAR, Life, born, ladder, live, look, missed, paused

instants = st.integers(0, 24 * 40).map(lambda n: BEGAN + timedelta(hours=n))
spans = st.one_of(
    st.integers(0, 200).map(lambda n: Span(hours=n)),
    st.integers(0, 600).map(lambda n: Span(minutes=n)),
    st.integers(0, 9).map(lambda n: Span(days=n)),
    st.integers(0, 9).map(lambda n: Span(working_days=n)),
)
rungs = st.builds(Rung, spans, st.one_of(st.none(), st.integers(1, 4)), st.booleans())
people = st.lists(st.sampled_from("abcdef"), max_size=3, unique=True).map(tuple)
chains = st.dictionaries(st.integers(1, 4), people, max_size=4).map(Chain)


@st.composite
def lives(draw: st.DrawFn) -> Life:
    """A case that has just begun, on any ladder, that may end by itself."""
    until_at = draw(st.one_of(st.none(), instants))
    paced = draw(st.one_of(st.none(), st.integers(5, 3_000)))
    about: Missed = missed(people=draw(people), until_at=until_at, repeat_minutes=paced)
    climbed = ladder(draw(st.lists(rungs, max_size=5)), draw(chains), draw(st.one_of(st.none(), chains)))
    return born(begin(about, climbed, CALENDAR))


def ticking(looks: list[datetime], at_last: datetime) -> list[datetime]:
    return sorted({look for look in looks if look <= at_last} | {at_last})


@settings(deadline=None, max_examples=500)
@given(lives(), st.lists(instants, max_size=25), instants)
def test_sleep_is_ticks(life: Life, looks: list[datetime], at_last: datetime) -> None:
    ticked, slept = live(life, ticking(looks, at_last)), live(life, [at_last])
    assert ticked.reached == slept.reached
    assert slept.told.items() <= ticked.told.items(), "a sleeper hears of nothing that a ticker does not"


@settings(deadline=None, max_examples=500)
@given(lives(), st.lists(instants, max_size=25), instants, instants, instants)
def test_sleep_is_ticks_around_an_acknowledgement(
    life: Life, looks: list[datetime], acknowledged_at: datetime, until_at: datetime, at_last: datetime
) -> None:
    first = live(life, ticking(looks, acknowledged_at))
    if not first.open or until_at <= acknowledged_at:
        return
    quiet = paused(first, until_at)
    later = ticking([one for one in looks if one > acknowledged_at], max(at_last, until_at))
    ticked, slept = live(quiet, later), live(quiet, later[-1:])
    assert ticked.reached == slept.reached
    assert slept.told.items() <= ticked.told.items()


@settings(deadline=None, max_examples=500)
@given(lives(), st.lists(instants, max_size=10))
def test_an_open_case_always_has_its_next_instant_ahead(life: Life, looks: list[datetime]) -> None:
    for now in sorted(looks):
        life = look(life, now)
        if life.open:
            assert life.case["attend_at"] is not None
            assert life.case["attend_at"] > now
            assert climb(life.facts, life.rung_facts, now) is None, "a second look at one instant owes nothing"
        else:
            assert life.case["attend_at"] is None
            assert life.case["ended_at"] <= now


@settings(deadline=None, max_examples=300)
@given(lives(), instants)
def test_every_rung_that_somebody_holds_is_told_by_its_instant(life: Life, now: datetime) -> None:
    """Nothing that is owed is missing, and nobody is told before the time."""
    after = live(life, [now])
    for rung in after.rungs.values():
        taken = rung["state"] == RungState.taken
        assert taken == (rung["person"] is not None and rung["due_at"] <= now)
        if taken:
            assert f"case:t:escalated.{rung['place']}:{rung['person']}" in after.told
