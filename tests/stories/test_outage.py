"""Sleep = ticks: ten days asleep, or a year, end as if somebody had looked at every moment, and say less."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.databases import Databases
from tests.service import worlds
from tests.service.worlds import at, drive, once, tenths
from tests.stories.lives import Life, heard, live, lives, outcome, turning_points

deep = settings(deadline=None, max_examples=8, suppress_health_check=list(HealthCheck))


def every(life: Life, step: timedelta) -> list[datetime]:
    return [life.started_at + n * step for n in range(timedelta(days=365) // step + 1)]


@deep
@given(lives(), st.lists(st.integers(0, 365 * 24 * 60), max_size=20))
def test_sleep_is_ticks(
    all_databases: Databases, tmp_path_factory: pytest.TempPathFactory, life: Life, minutes: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("outage")
    asleep = all_databases.sqlite(folder / "asleep.sqlite")
    live(asleep, life, [])
    expected, told = outcome(asleep), heard(asleep)
    points = turning_points(asleep)
    asleep.dispose()
    somewhen = [life.started_at + timedelta(minutes=minute) for minute in minutes]
    # whoever looks at each turning point and the moment before it looks as often as the clock could ask for
    always = [*points, *(point - timedelta(microseconds=1) for point in points)]
    heard_so_far = told
    for name, looks in (("tens", every(life, timedelta(days=10))), ("some", somewhen), ("always", always)):
        engine = all_databases.sqlite(folder / f"{name}.sqlite")
        live(engine, life, looks)
        assert outcome(engine) == expected, name
        assert told <= heard(engine), name
        assert name != "always" or heard_so_far <= heard(engine)
        heard_so_far = heard_so_far | heard(engine)
        engine.dispose()


def test_a_month_by_the_hour(all_databases: Databases, tmp_path: Path) -> None:
    """The same, minute by minute as far as a test has time: 31 days of hours against one look at their end."""
    weekly = once("2026-03-02", key="w", when={"rrule": "FREQ=WEEKLY;BYDAY=MO"}, due={"hours": 30})
    text = drive(weekly, tenths(), from_="2026-03-01", to="2026-03-31")
    ends = at("2026-04-01")
    ticking = worlds.found(all_databases.sqlite(tmp_path / "ticking.sqlite"))
    sleeping = worlds.found(all_databases.sqlite(tmp_path / "sleeping.sqlite"))
    for engine, hours in ((ticking, 1), (sleeping, 31 * 24)):
        worlds.launch(engine, text, at("2026-03-01"))
        worlds.sweep_by_the_hour(engine, at("2026-03-01"), ends, hours)
    assert outcome(ticking) == outcome(sleeping)
    assert heard(sleeping) < heard(ticking)
    ticking.dispose()
    sleeping.dispose()
