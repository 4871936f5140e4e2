"""Units, people, the chain and random ledgers out and in again: nothing is lost of them, whatever their signs."""

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from models import ChainLink, Hazard, Person, Unit, UnitTag
from service import people, store
from service.access import SYSTEM
from service.rules.steps import Step, make
from service.sheets.reading import read_sheet
from tests import databases
from tests.service import hazard_worlds as worlds
from tests.service.hazard_worlds import FOUND, act, rows
from tests.service.taken_out import FORMS, elsewhere, file_of, plain, sheet_of, standing, take


@pytest.fixture
def county(engine: Engine) -> Engine:
    return worlds.found(engine)


SIGNS = st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff")
CJK = st.sampled_from("𠮷𠀀𪚥㐀龘〇々＝＋－＠=+-@'\",;井研镇 0")
WORDS = st.text(SIGNS | CJK, max_size=30)
CODES = st.from_regex(r"[0-9a-z一-龥][0-9a-z一-龥.\-_]{0,8}", fullmatch=True)
PHONES = st.sampled_from(["", "0833-3700000", "+86 833 3700000", "(0833)3700000转01"])
KINDS = st.sampled_from(["town", "village", "enterprise", "hazard_point", "household", "grid"])
TOWNS = st.lists(
    st.tuples(CODES, WORDS, KINDS, WORDS, st.sampled_from(["", "red", "blue"]), st.lists(CODES, max_size=3), PHONES),
    min_size=1, max_size=8, unique_by=lambda unit: unit[0],
)  # fmt: skip


def settled(engine: Engine, town: list[Any]) -> None:
    """A random town: a tree, somebody in each unit who answers for it."""
    with store.transaction(engine) as session:
        codes: list[str] = []
        for number, (code, name, kind, sector, risk, tags, phone) in enumerate(town):
            parent = codes[number // 2] if codes else None
            name = name.strip() or "无名"
            people.add_unit(
                session, SYSTEM, now=FOUND, code=code, name=name, kind=kind, parent=parent, sector=sector, risk=risk,
                tags=tags, address=sector, phone=phone,
            )  # fmt: skip
            person = f"0{code}"
            people.add_person(
                session, SYSTEM, now=FOUND, code=person, name=name, unit=code, post=sector, mobile="13800130001"
            )
            store.require(session, [link(code, number % 3 + 1, person)], now=FOUND, by="tests")
            codes.append(code)


def link(unit: str, level: int, person: str) -> Step:
    return make(ChainLink, f"{unit}:{level}:1", "named", {"unit": unit, "level": level, "person": person})


@given(town=TOWNS, form=st.sampled_from(FORMS))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_random_towns_go_out_and_come_back(
    all_databases: databases.Databases, tmp_path_factory: pytest.TempPathFactory, town: list[Any], form: str
) -> None:
    folder = tmp_path_factory.mktemp("towns")
    engine = all_databases.sqlite(folder / "town.sqlite")
    copy = all_databases.sqlite(folder / "copy.sqlite")
    try:
        settled(engine, town)
        before = standing(engine, Unit, UnitTag, Person, ChainLink)
        for kind in ("units", "people", "chain"):
            file = file_of(engine, kind, form)
            sheet = read_sheet(file, f"{kind}.{form}")
            assert plain(take(engine, kind, sheet)) == (0, 0, 0)
            assert take(copy, kind, sheet).made == len(sheet.rows)
            assert file_of(copy, kind, form) == file
        assert standing(engine, Unit, UnitTag, Person, ChainLink) == before
    finally:
        engine.dispose()
        copy.dispose()


FINDINGS = st.fixed_dictionaries(
    {
        "description": WORDS.map(lambda words: words.strip() or "x"), "place": WORDS, "category": WORDS, "note": WORDS,
        "found_on": st.dates(date(2024, 1, 1), FOUND.date()),
        "source": st.sampled_from(["inspection", "self_check", "supervision", "patrol", "public", "webhook", "other"]),
        "mode": st.sampled_from(["on_spot", "by_deadline"]),
    }
)  # fmt: skip


@given(found=st.lists(FINDINGS, min_size=1, max_size=6), form=st.sampled_from(FORMS))
@settings(max_examples=15, deadline=None)
def test_random_ledgers_go_out_and_come_back(
    all_databases: databases.Databases, tmp_path_factory: pytest.TempPathFactory, found: list[Any], form: str
) -> None:
    folder = tmp_path_factory.mktemp("ledgers")
    with elsewhere(all_databases, folder, "first") as engine, elsewhere(all_databases, folder) as other:
        for number, one in enumerate(found):
            worlds.report(engine, code=f"{number:04}", **one)
        file = file_of(engine, "hazards", form)
        sheet = read_sheet(file, f"台账.{form}")
        assert plain(take(engine, "hazards", sheet)) == (0, 0, 0)
        assert take(other, "hazards", sheet).made == len(found)
        assert file_of(other, "hazards", form) == file
        for mine, theirs in zip(rows(engine, Hazard), rows(other, Hazard), strict=True):
            for name in ("key", "description", "place", "category", "note", "found_on", "source", "mode"):
                assert getattr(mine, name) == getattr(theirs, name), name


@pytest.mark.parametrize("form", FORMS)
def test_what_has_gone_stays_out_and_who_stands_may_stay(county: Engine, form: str) -> None:
    act(county, people.change_person, SYSTEM, "grid", {"left_on": FOUND.date()})
    act(county, people.change_unit, SYSTEM, "e2", {"closed_on": FOUND.date()})
    for kind in ("units", "people", "chain"):
        sheet = sheet_of(county, kind, form, "coord")
        assert "e2" not in [row.cells[0] for row in sheet.rows if kind == "units"]
        assert plain(take(county, kind, sheet, "coord")) == (0, 0, 0), kind
    chain = sheet_of(county, "chain", form, "keeper")  # who stands above is out of their sight
    assert plain(take(county, "chain", chain, "keeper")) == (0, 0, 0)
