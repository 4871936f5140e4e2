"""Whatever is asked, by whom and in whatever order: every way through the ledger finds what a naive look finds."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import col, select

from models import Hazard
from service import store
from service.access import actor_for
from service.ledger import lists as ledger_lists
from service.ledger import ways as ledger_ways
from service.ledger.orders import ORDERS
from service.rules.hazards import OPEN
from service.rules.steps import make
from tests.service import hazard_worlds as worlds
from tests.service.hazard_worlds import FOUND, write

STATES = (*OPEN, "closed", "void")
BENEATH = {"county": {"town", "v1", "e1", "e2", "other"}, "town": {"v1", "e1", "e2"}, "v1": {"e1", "e2"}}
PATHS = {
    "county": "/county/",
    "town": "/county/town/",
    "v1": "/county/town/v1/",
    "e1": "/county/town/v1/e1/",
    "e2": "/county/town/v1/e2/",
}
HERE = ZoneInfo("Asia/Shanghai")
SEES = {"coord": "town", "inspector": "town", "above": "county", "stranger": "other", "keeper": "v1"}
PEOPLE = ("coord", "inspector", "above", "stranger", "keeper", "grid", "boss", "staff", "nobody")
DAYS = st.none() | st.integers(0, 12).map(lambda n: date(2026, 2, 25) + timedelta(days=n))
ASKED: dict[str, Any] = {
    "unit": st.none() | st.sampled_from(("county", "town", "v1", "e1", "e2")),
    "level": st.none() | st.sampled_from(("major", "general")),
    "mode": st.none() | st.sampled_from(("by_deadline", "on_spot")),
    "source": st.none() | st.sampled_from(("inspection", "sheet")),
    "responsible": st.none() | st.sampled_from(("grid", "boss", "nobody")),
    "states": st.just(()) | st.lists(st.sampled_from(STATES), max_size=4, unique=True),
    "late": st.sampled_from((None, None, True, False)),
    "text": st.sampled_from((None, None, "隐患1", "7", "锅炉")),
    "found_from": DAYS, "found_to": DAYS, "due_from": DAYS, "due_to": DAYS,
}  # fmt: skip

QUESTIONS = st.lists(st.sampled_from(list(ASKED)), max_size=4, unique=True).flatmap(
    lambda names: st.fixed_dictionaries({name: ASKED[name] for name in names})
)


@pytest.fixture
def county(engine: Engine) -> Engine:
    """Ninety hazards of every kind, found and held by many, on the town's units and on another's."""
    steps = []
    for number in range(90):
        state = STATES[number % 6]
        values = {
            "unit": ("e1", "e2", "v1", "town", "other")[number % 5], "description": f"隐患{number}",
            "found_by": ("boss", "grid", "stranger", "coord")[number % 4],
            "mode": ("by_deadline", "on_spot")[number % 2],
            "level": "major" if number % 7 == 0 else "general", "source": "sheet" if number % 3 == 0 else "inspection",
            "rank": number % 4 + 1 if number % 5 == 0 else None, "state": state,
            "found_on": date(2026, 2, 25) + timedelta(days=number * 5 % 13),
            "due_at": FOUND + timedelta(days=number * 7 % 13 - 6), "closed_at": FOUND if state == "closed" else None,
            "responsible": (None, "grid", "nobody")[number % 8 % 3],
            "supervisor": "keeper" if number % 11 == 0 else None,
            "responsible_unit": "v1" if number % 9 == 0 else None,
        }  # fmt: skip
        steps.append(make(Hazard, f"H-{number:02}", "made", values))
    write(worlds.found(engine), *steps)
    return engine


def seen(row: Any, person: str) -> bool:
    """On a unit they see, naming them, or without a name on a unit they answer for."""
    top = SEES.get(person)
    answers_for = {unit for unit, level, who in worlds.CHAIN if who == person and level == 1}
    return (
        (top is not None and (row.unit == top or row.unit in BENEATH.get(top, ())))
        or person in (row.found_by, row.responsible, row.supervisor)
        or (row.responsible is None and (row.responsible_unit or row.unit) in answers_for)
    )


def is_asked(row: Any, asked: dict[str, Any]) -> bool:
    late = row.state in OPEN and row.due_at <= FOUND
    due_on = (row.due_at.astimezone(HERE) - timedelta(microseconds=1)).date()  # the day that ends then, or has it
    return all((
        asked["unit"] is None or row.unit == asked["unit"] or row.unit in BENEATH.get(asked["unit"], ()),
        *(asked[name] in (None, getattr(row, name)) for name in ("level", "mode", "source", "responsible")),
        not asked["states"] or row.state in asked["states"],
        asked["late"] in (None, late),
        asked["text"] is None or asked["text"] in f"{row.description} {row.place} {row.key}",
        (asked["found_from"] or date.min) <= row.found_on <= (asked["found_to"] or date.max),
        (asked["due_from"] or date.min) <= due_on <= (asked["due_to"] or date.max),
    ))  # fmt: skip


def place(row: Any, sort: str) -> tuple[Any, ...]:
    newest = (-row.found_on.toordinal(), -int(row.key[2:]))
    return {
        "found": newest, "due": (row.due_at, row.key), "level": (row.level != "major", *newest),
        "rank": (0, row.rank, row.key) if row.rank else (1, *newest),
    }[sort]  # fmt: skip


def test_every_way_finds_what_a_naive_look_finds(county: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with store.reading(county) as session:
        ledger = session.exec(select(Hazard).order_by(col(Hazard.key))).all()
        actors = {person: actor_for(session, person) for person in PEOPLE}

    @settings(max_examples=60, deadline=None)
    @given(
        st.sampled_from(PEOPLE), QUESTIONS, st.sampled_from(list(ORDERS)),
        st.sampled_from((7, 20, 100)), st.sampled_from(((1_000, 5_000), (5, 5_000), (5, 20), (0, 10))),
        st.sampled_from((8, 10_000, 0)), st.sampled_from((4, 1_000)), st.sampled_from((1_000, 10)),
    )  # fmt: skip
    @example("above", {"found_from": date(2026, 2, 27)}, "found", 7, (5, 20), 8, 4, 10)  # a walk's own ends
    @example("above", {"states": ["void", "registered"]}, "due", 7, (5, 20), 8, 4, 10)
    @example("above", {"unit": "county", "level": "major"}, "found", 7, (5, 20), 8, 4, 10)  # a top asks nothing
    @example("above", {"late": True}, "due", 7, (0, 10), 8, 4, 1_000)
    @example("above", {"level": "major"}, "level", 7, (0, 10), 8, 4, 1_000)
    def law(
        person: str,
        some: dict[str, Any],
        sort: str,
        limit: int,
        few: tuple[int, int],
        dear: int,
        told: int,
        counted: int,
    ) -> None:
        for name, value in (("FEW", few[0]), ("COUNTED_TO", few[1]), ("DEAR", dear), ("TOLD", told)):
            monkeypatch.setattr(ledger_ways, name, value)
        monkeypatch.setattr(ledger_lists, "COUNTED", counted)
        asked = dict.fromkeys(ASKED, None) | {"states": ()} | some
        wanted = [row for row in ledger if seen(row, person) and is_asked(row, asked)]
        wanted.sort(key=lambda row: place(row, sort))
        if asked["unit"] is not None and not actors[person].may("see units", PATHS[asked["unit"]]):
            return
        found: list[str] = []
        after: str | None = None
        with store.reading(county) as session:
            while True:
                page = ledger_lists.ledger(
                    session, actors[person], now=FOUND, sort=sort, limit=limit, after=after, **asked
                )
                if not asked["text"] or page.many is not None:
                    assert page.many == min(len(wanted), counted + 1)
                found += [row.key for row in page.items]
                after = page.next
                if after is None:
                    break
                assert len(page.items) == limit
        assert found == [row.key for row in wanted]

    law()
