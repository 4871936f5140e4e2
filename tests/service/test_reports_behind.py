"""The records behind a frozen figure are those it counted, whatever has become of them since."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from models import ReportRecords
from service import store
from service.access import SYSTEM
from service.errors import NotFound
from service.hazards import acts as hazards
from service.reports import behind, kept
from service.reports.behind import CHANGED, GONE, SAME
from tests.service import hazard_worlds as ledger
from tests.service import report_worlds as world
from tests.service.hazard_worlds import FOUND, act

LATER = FOUND + timedelta(days=1)


@pytest.fixture
def county(engine: Engine) -> Engine:
    """A county: a hazard closed and one open in the town, one in the other."""
    ledger.found(engine)
    ledger.closed(engine)
    ledger.report(engine, unit="e2")
    ledger.report(engine, SYSTEM, unit="other")
    return engine


def counted(engine: Engine, key: str, figure: str = "hazards.found", who: Any = SYSTEM, **more: Any) -> behind.Behind:
    with store.reading(engine) as session:
        return behind.behind(session, world.actor(engine, who), key, figure, **more)


def since(found: behind.Behind) -> list[tuple[str, str]]:
    return [(one.key, one.since) for one in found.items]


def test_what_was_counted_stays_and_is_marked(county: Engine) -> None:
    key = world.frozen(county)
    closed, open_ = (one.key for one in counted(county, key).items)
    assert since(counted(county, key)) == [(closed, SAME), (open_, SAME)]
    assert since(counted(county, key, "hazards.rectified")) == [(closed, SAME)]
    ledger.close(county, open_, now=LATER)
    ledger.report(county, now=LATER)  # was not there to be counted
    act(county, hazards.void, "coord", ledger.report(county, now=LATER), now=LATER, reason="重复登记")
    assert since(counted(county, key)) == [(closed, SAME), (open_, CHANGED)]
    assert since(counted(county, key, "hazards.open")) == [(open_, GONE)]
    first = counted(county, key).items[0]
    assert (first.kind, first.unit, first.unit_name, first.on, first.value, first.link) == (
        "hazard", "e1", "e1", FOUND.date(), 1, f"/api/v1/hazards/{closed}",
    )  # fmt: skip


def test_as_many_are_kept_as_every_figure_says(county: Engine) -> None:
    """By two routes: the number that was frozen, and the records that were kept for it."""
    key = world.frozen(county, "county", "above", template_key="district_report")
    snapshot = world.whole(county, key).snapshot
    checked = 0
    for name, one in snapshot["figures"].items():
        if one["records"] is None:
            continue
        found = counted(county, key, name)
        assert found.kept
        rows = {row.unit for row in found.items} if one["unit_word"].startswith("units") else found.items
        total = len(rows) if one["unit_word"].startswith("units") else sum(row.value for row in rows)
        assert total == one["value"], name
        checked += bool(one["value"])
    assert checked > 12
    assert len(counted(county, key, "hazards.found@unit=town").items) == 2
    assert len(counted(county, key, "hazards.rate").items) == 3  # of a rate, those of the whole


def test_each_edition_has_its_own_and_pages_go_on(county: Engine) -> None:
    key = world.frozen(county)
    ledger.report(county, now=LATER)
    world.correct(county, key, now=LATER)
    assert [len(counted(county, key, number=n).items) for n in (1, 2)] == [2, 3]
    page = counted(county, key, limit=2)
    rest = counted(county, key, limit=2, after=page.next)
    assert len({one.key for one in (*page.items, *rest.items)}) == 3
    assert rest.next is None


def test_what_a_lower_report_gave_stands_in_that(county: Engine) -> None:
    below = world.frozen(county, "town")
    above = world.frozen(county, "county", "above")
    found = counted(county, above)
    assert [one.unit for one in found.items] == ["other"]
    assert [one["report"] for one in found.figure["from"]["reports"]] == [below]


def test_only_of_units_in_sight_and_of_reports_that_are_frozen(county: Engine) -> None:
    key = world.frozen(county)
    with pytest.raises(NotFound):
        counted(county, key, who="stranger")
    with pytest.raises(NotFound):
        counted(county, key, "poems.written")
    with pytest.raises(NotFound):
        counted(county, world.begin(county, "v1", "keeper"))


def test_too_many_are_counted_and_not_kept(county: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "KEPT_MOST", 1)
    key = world.frozen(county)
    found = counted(county, key)
    assert (found.kept, found.items, found.live) == (
        False, [], "/api/v1/figures/hazards.found/records?unit=town&from=2026-01-01&to=2026-12-31",
    )  # fmt: skip
    assert {one.records for one in ledger.rows(county, ReportRecords) if one.source == "hazards_found"} == {2}


def test_of_a_campaign_only_its_own_are_kept(county: Engine) -> None:
    ledger.campaign(county)
    key = world.frozen(county, campaign="drive")
    assert counted(county, key).items == []
    sources = {one.source for one in ledger.rows(county, ReportRecords)}
    assert "hazards_found" in sources
    assert "watches" not in sources
