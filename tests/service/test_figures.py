"""Two routes to every figure: the registry's grouped queries, and a walk in Python over the records of random towns."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from models import (
    Alert,
    Unit,
)
from models.base import table_of
from service import store
from service.access import SYSTEM
from service.errors import NotFound
from service.figures import FIGURES, Figure, Rate, Reach, counting, figure, listing, totals
from service.figures.base import Span
from service.figures.folding import Fold, Name
from service.figures.registry import counted, terms
from service.figures.sources import SOURCES
from service.reports.asked import Stretch, span_of
from service.reports.numbers import Numbers
from service.rules.reports import kind_of_stretch
from tests import databases
from tests.service.naive_figures import OF_NO_CAMPAIGN, WALKS, Town
from tests.service.random_towns import AT_EDGES, FIRST, JANUARY, NOW, PERIODS, TOWNS, TREE
from tests.service.town_rows import fill
from tests.service.worlds import unit_steps, write


def span_between(engine: Engine, first: date, last: date) -> Span:
    with store.reading(engine) as session:
        return span_of(session, Stretch(kind_of_stretch(first, last), first, last), "Asia/Shanghai")


def numbers_of(engine: Engine, path: str, span: Span, campaigns: tuple[str, ...] | None = None) -> Numbers:
    with store.steady(engine) as session:
        counted_ = counting.count(session, FIGURES, Reach(path, campaigns), span)
    return Numbers(Fold(counted_, [], path), {})


def totals_of(engine: Engine, path: str, span: Span, campaigns: tuple[str, ...] | None) -> Numbers:
    with store.steady(engine) as session:
        return Numbers(totals.count(session, FIGURES, Reach(path, campaigns), span), {})


def agree(engine: Engine, town: dict[str, Any], top: str, days: tuple[date, date], campaign: str | None) -> None:
    fill(engine, town)
    span = span_between(engine, *days)
    path = {"city": "/city/", "town": "/city/town/", "v1": "/city/town/v1/"}[top]
    with store.reading(engine) as session:
        members = counting.members(session, campaign) if campaign else None
    numbers, walked = numbers_of(engine, path, span, members), Town(engine, top, span, members)
    for key, walk in WALKS.items():
        counted_ = numbers.value(Name(key))
        if campaign and key.startswith(OF_NO_CAMPAIGN):
            assert counted_ is None, key
            continue
        expected = walk(walked)
        if isinstance(figure(key), Rate):
            assert (counted_ is None) == (expected is None), key
            assert expected is None or counted_ == pytest.approx(expected, abs=0.0501), key
        else:
            assert counted_ == expected, key
    totals_ = totals_of(engine, path, span, members)
    for key in FIGURES:
        assert totals_.value(Name(key)) == numbers.value(Name(key)), key


@given(TOWNS, st.sampled_from(["city", "town", "v1"]), PERIODS, st.sampled_from([None, "main"]))
@example(AT_EDGES, "city", JANUARY, None)
@example(AT_EDGES, "town", JANUARY, "main")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_figure_is_what_a_walk_over_all_records_finds(
    all_databases: databases.Databases,
    tmp_path_factory: pytest.TempPathFactory,
    town: Any,
    top: str,
    days: Any,
    campaign: Any,
) -> None:
    file = tmp_path_factory.mktemp("walk")
    with databases.empty(all_databases, "sqlite", file) as engine:
        agree(engine, town, top, days, campaign)


@given(TOWNS, st.sampled_from(["city", "town"]), PERIODS, st.sampled_from([None, "main"]))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_and_on_postgresql(all_databases: databases.Databases, town: Any, top: str, days: Any, campaign: Any) -> None:
    with databases.empty(all_databases, "postgresql", all_databases.folder) as engine:
        agree(engine, town, top, days, campaign)


@given(TOWNS, PERIODS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_lines_of_a_table_and_the_records_listed_make_the_total(
    all_databases: databases.Databases, tmp_path_factory: pytest.TempPathFactory, town: Any, days: Any
) -> None:
    with databases.empty(all_databases, "sqlite", tmp_path_factory.mktemp("lines")) as engine:
        fill(engine, town)
        span = span_between(engine, *days)
        numbers = numbers_of(engine, "/city/", span)
        paged: set[str] = set()
        with store.reading(engine) as session:
            for key, one in FIGURES.items():
                if not isinstance(one, Figure) or key not in numbers.fold.counted.cells:
                    continue
                for dim in ("unit", "sector"):
                    values = numbers.fold.values((key,), dim)
                    lines = sum(numbers.value(Name(key, dim, value)) or 0 for value in values)
                    assert lines == numbers.value(Name(key)), key
                # the first figure of each source is turned over three by three
                listed = all_records(session, key, span, limit=200 if one.source in paged else 3)
                paged.add(one.source)
                value = numbers.value(Name(key))
                if one.measure == "units":
                    assert len({record.unit for record in listed}) == value, key
                elif one.measure in ("rows", "value"):
                    assert sum(record.value for record in listed) == value, key


def all_records(session: Any, key: str, span: Span, *, limit: int) -> list[Any]:
    found: list[Any] = []
    after: str | None = None
    while True:
        page = listing.records(session, SYSTEM, key, Reach("/city/"), span, limit=limit, after=after)
        found += page.items
        after = page.next
        if after is None:
            return found


def test_every_definition_rests_on_records_that_there_are() -> None:
    for key, one in FIGURES.items():
        assert key == one.key
        assert all(part in FIGURES for parts in one.parts.values() for part in parts), key
        assert all(term in FIGURES for term in terms(one)), key
        for basic in counted(key):
            source = SOURCES[basic.source]
            assert set(basic.where) <= set(source.dims), key
            assert basic.measure in {"rows", "units", *source.measures}, key


def test_every_trait_of_a_figure_is_walked() -> None:
    """The walk knows at least one figure of every source but warnings, which have a test of their own."""
    walked = {basic.source for key in WALKS for basic in counted(key)}
    assert set(SOURCES) - walked == {"alerts"}


def test_warnings_are_counted_with_the_units_they_told(engine: Engine) -> None:
    write(engine, *unit_steps(TREE))
    alert = {
        "version": 1,
        "unit": "town",
        "kinds": "",
        "tags": "",
        "level": "red",
        "title": "暴雨",
        "text": "",
        "made_by": "x",
        "state": "open",
        "reason": "",
    }
    with store.transaction(engine) as session:
        inside = datetime(2026, 1, 5, tzinfo=UTC)
        session.execute(
            table_of(Alert).insert(),
            [alert | {"key": "A1", "made_at": inside, "units": 3}, alert | {"key": "A2", "made_at": NOW, "units": 9}],
        )
    numbers = numbers_of(engine, "/city/", span_between(engine, FIRST, date(2026, 1, 31)))
    assert (numbers.value(Name("alerts.made")), numbers.value(Name("alerts.units"))) == (1, 3)


def test_a_figure_that_is_none() -> None:
    with pytest.raises(NotFound, match="poems"):
        figure("poems")


def test_a_closed_unit_counts_no_longer(engine: Engine) -> None:
    write(engine, *unit_steps(TREE))
    with store.transaction(engine) as session:
        table = table_of(Unit)
        session.execute(table.update().where(table.c.key == "e1").values(closed_on=date(2026, 1, 15)))
    january, december = (
        span_between(engine, FIRST, date(2026, 1, 31)),
        span_between(engine, date(2025, 12, 1), date(2025, 12, 31)),
    )
    assert numbers_of(engine, "/city/", january).value(Name("units.enterprises")) == 2
    assert numbers_of(engine, "/city/", december).value(Name("units.enterprises")) == 3
