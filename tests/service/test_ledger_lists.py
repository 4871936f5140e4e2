"""The ledger's orders, page by page, whether few are sorted or many are walked: each hazard once, in its place."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from models import Hazard, HazardCycle
from service import store
from service.access import actor_for
from service.errors import Refused
from service.ledger import lists as ledger_lists
from service.ledger import ways as ledger_ways
from service.rules.steps import make
from tests.service import hazard_worlds as worlds
from tests.service.hazard_worlds import FOUND, write

ORDERED: dict[str, Callable[[Any], Any]] = {
    "found": lambda row: (-row.found_on.toordinal(), tuple(-ord(sign) for sign in row.key)),
    "due": lambda row: (row.due_at, row.key),
    "level": lambda row: (row.level != "major", -row.found_on.toordinal(), tuple(-ord(sign) for sign in row.key)),
    "rank": lambda row: (
        (0, row.rank, row.key) if row.rank else (1, -row.found_on.toordinal(), tuple(-ord(sign) for sign in row.key))
    ),
}
STATES = ("registered", "assigned", "rectifying", "submitted", "closed")


@pytest.fixture
def county(engine: Engine) -> Engine:
    """Sixty hazards of every kind at two enterprises."""
    steps = []
    for number in range(60):
        due_at = FOUND + timedelta(days=number * 7 % 23 - 9)
        found_on = date(2026, 2, 1) + timedelta(days=number * 5 % 17)
        values = {
            "unit": ("e1", "e2", "v1")[number % 3], "description": f"隐患{number}", "found_by": "boss",
            "level": "major" if number % 7 == 0 else "general", "mode": "by_deadline", "source": "inspection",
            "rank": number % 4 + 1 if number % 5 == 0 else None, "found_on": found_on, "due_at": due_at,
            "state": STATES[number % 5], "responsible": "grid" if number % 6 == 0 else None,
        }  # fmt: skip
        cycle = {"hazard": f"H-{number:02}", "cycle": 1, "found_on": found_on, "first_due_at": due_at, "due_at": due_at}
        steps.append(make(Hazard, f"H-{number:02}", "made", values))
        steps.append(make(HazardCycle, f"H-{number:02}:cycle:1", "made", cycle))
    write(worlds.found(engine), *steps)
    return engine


def paged(engine: Engine, person: str, limit: int, **asked: Any) -> list[Any]:
    """Every page one after the other."""
    rows: list[Any] = []
    after: str | None = None
    with store.reading(engine) as session:
        actor = actor_for(session, person)
        while True:
            page = ledger_lists.hazards(session, actor, now=FOUND, limit=limit, after=after, **asked)
            rows += page.items
            after = page.next
            if after is None:
                return rows
            assert len(page.items) == limit


# few are sorted, also what is seldom in two ways; many are walked
WAYS = [(1_000, 8), (5, 8), (5, 1_000_000)]


def found_by(monkeypatch: pytest.MonkeyPatch, way: tuple[int, int]) -> None:
    counted, dear = way
    monkeypatch.setattr(ledger_lists, "COUNTED", counted)
    monkeypatch.setattr(ledger_ways, "FEW", counted)
    monkeypatch.setattr(ledger_ways, "DEAR", dear)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("limit", [7, 12])
@pytest.mark.parametrize("sort", list(ORDERED))
def test_every_hazard_comes_once_in_its_order(
    county: Engine, monkeypatch: pytest.MonkeyPatch, sort: str, limit: int, way: tuple[int, int]
) -> None:
    found_by(monkeypatch, way)
    for asked in ({}, {"states": ["registered", "submitted"]}, {"late": True}, {"unit": "e1"}, {"level": "major"}):
        rows = paged(county, "coord", limit, sort=sort, **asked)
        assert [row.key for row in rows] == [row.key for row in sorted(rows, key=ORDERED[sort])], asked
        assert len({row.key for row in rows}) == len(rows)
        assert len(rows) == len(paged(county, "coord", 200, **asked)) > 0


@pytest.mark.parametrize("way", WAYS)
def test_all_ways_find_the_same(county: Engine, monkeypatch: pytest.MonkeyPatch, way: tuple[int, int]) -> None:
    found_by(monkeypatch, way)

    def keys(person: str, **asked: Any) -> set[int]:
        return {int(row.key[2:]) for row in paged(county, person, 9, **asked)}

    every = set(range(60))
    assert keys("coord") == keys("above") == every
    assert keys("boss") == every  # who found them all
    assert keys("grid") == {n for n in every if n % 6 == 0 or n % 3 == 2}  # theirs, and those of their village
    assert keys("stranger") == keys("nobody") == set()
    assert keys("keeper") == every
    assert keys("coord", late=True) == {n for n in every if n % 5 < 4 and n * 7 % 23 <= 9}
    late = {n for n in every if n % 5 < 4 and n * 7 % 23 <= 9}
    assert keys("grid", late=True) == late & keys("grid")
    assert keys("coord", late=True, unit="e1", level="major") == {n for n in late if n % 3 == 0 and n % 7 == 0}
    assert keys("coord", late=True, text="隐患1") == {n for n in late if str(n).startswith("1")}
    assert keys("coord", unit="e2", level="major") == {n for n in every if n % 3 == 1 and n % 7 == 0}
    assert keys("coord", text="隐患1") == {n for n in every if str(n).startswith("1")}
    assert keys("coord", text="%") == keys("coord", text="_") == set()
    assert keys("grid", text="H-0") == {0, 2, 5, 6, 8}
    day = date(2026, 3, 1)
    assert keys("coord", due_from=day, due_to=day) == {
        n for n in every if (FOUND + timedelta(days=n * 7 % 23 - 9)).date() == day
    }
    assert keys("coord", found_from=date(2026, 2, 3), found_to=date(2026, 2, 4)) == {
        n for n in every if n * 5 % 17 in (2, 3)
    }


def test_how_many_there_are_is_counted_so_far_and_no_further(county: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with store.reading(county) as session:
        actor = actor_for(session, "coord")
        assert ledger_lists.ledger(session, actor, now=FOUND).many == 60
        assert ledger_lists.ledger(session, actor, now=FOUND, states=["closed"]).many == 12
        assert ledger_lists.ledger(session, actor, now=FOUND, text="隐患1").many == 11
        assert ledger_lists.ledger(session, actor, now=FOUND, text="锅炉").many == 0
        monkeypatch.setattr(ledger_lists, "COUNTED", 20)
        for few in (1_000, 5):  # all are looked at, or they are walked
            monkeypatch.setattr(ledger_ways, "FEW", few)
            assert ledger_lists.ledger(session, actor, now=FOUND).many == 21
            assert ledger_lists.ledger(session, actor, now=FOUND, states=["closed"], late=True, sort="due").many == 0
            assert ledger_lists.ledger(session, actor, now=FOUND, states=["closed"]).many == 12
            assert ledger_lists.ledger(session, actor, now=FOUND, states=["void"], level="major").many == 0
        assert ledger_lists.ledger(session, actor, now=FOUND, text="隐患1").many is None


def test_a_cursor_is_good_for_its_own_order_only(county: Engine) -> None:
    def page(sort: str, after: str | None = None) -> Any:
        with store.reading(county) as session:
            return ledger_lists.hazards(
                session, actor_for(session, "coord"), now=FOUND, sort=sort, limit=3, after=after
            )

    cursors = {sort: page(sort).next for sort in ORDERED}
    for sort in ORDERED:
        for other, cursor in cursors.items():
            if sort == other:
                assert page(sort, cursor).items
            else:
                with pytest.raises(Refused):
                    page(sort, cursor)
    for bad in ("x", "W10", "e30", "WzEsMl0", "W3RydWUsImEiXQ"):
        for sort in ORDERED:
            with pytest.raises(Refused):
                page(sort, bad)
