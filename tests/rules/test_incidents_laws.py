"""Laws of reports upward: settles, sleep = ticks, frozen clocks, nobody asked twice, and none left to nobody."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from service.rules.incident_clocks import Level
from service.rules.incidents import begun
from tests.rules.incidents import KNEW, MINUTE, Life, born, look, made
from tests.rules.incidents import begun as life_of

instants = st.integers(0, 60 * 60).map(lambda n: KNEW + n * MINUTE)
acts = st.lists(st.tuples(instants, st.integers(0, 20)), max_size=8).map(sorted)


@st.composite
def ways(draw: st.DrawFn) -> tuple[Level, ...]:
    """Levels upward: up to some county by one clock, each above by its own."""
    many, county, office, level = (draw(st.integers(*span)) for span in ((1, 5), (1, 5), (10, 90), (10, 180)))
    return tuple(
        Level(place, f"u{place - 1}", f"u{place}", *((0, office) if place <= county else (place - 1, level)))
        for place in range(1, many + 1)
    )


def live(life: Life, doing: list[tuple[datetime, int]], looks: list[datetime], until: datetime) -> Life:
    """A life in which some reports are made, and that is looked at now and then, and before each act and at last."""
    moments = sorted({(look_at, -1) for look_at in looks} | {one for one in doing if one[0] <= until})
    for now, which in moments:
        if now <= until:
            life = look(life, now)
            if which >= 0:
                keys = sorted(life.reports)
                life = made(life, keys[which % len(keys)], now)
    return look(life, until)


@settings(deadline=None, max_examples=300)
@given(ways(), acts, st.lists(instants, max_size=20), instants)
def test_sleep_is_ticks(
    levels: tuple[Level, ...], doing: list[tuple[datetime, int]], looks: list[datetime], until: datetime
) -> None:
    ticked, slept = live(life_of(levels), doing, looks, until), live(life_of(levels), doing, [], until)
    assert ticked.reached == slept.reached
    assert ticked.late == slept.late
    assert slept.told <= ticked.told, "a sleeper hears of nothing that a ticker does not"


@settings(deadline=None, max_examples=300)
@given(ways(), acts, st.lists(instants, max_size=20), instants)
def test_it_settles_and_leaves_no_report_to_nobody(
    levels: tuple[Level, ...], doing: list[tuple[datetime, int]], looks: list[datetime], until: datetime
) -> None:
    life = live(life_of(levels), doing, looks, until)
    assert look(life, until) == life, "a second look at one instant owes nothing"
    for report in life.facts:
        if report.made_at is None and begun(report, life.facts):
            ahead = report.attend_at is not None and report.attend_at > until
            assert ahead or report.key in life.late, "it is looked at again, or its case has it"
        else:
            assert report.attend_at is None


@settings(deadline=None, max_examples=200)
@given(ways(), acts, instants)
def test_clocks_are_frozen(levels: tuple[Level, ...], doing: list[tuple[datetime, int]], until: datetime) -> None:
    """The spans and the latest instants never move; a due instant is its span after its clock began."""
    before, life = life_of(levels), live(life_of(levels), doing, [], until)
    for key, one in life.reports.items():
        first = before.reports[key]
        assert (one["within_minutes"], one["limit_at"]) == (first["within_minutes"], first["limit_at"])
        assert one["due_at"] == one["owed_at"] + timedelta(minutes=one["within_minutes"])


def test_a_life_without_reports_is_a_life() -> None:
    assert look(born([]), KNEW) == born([])
