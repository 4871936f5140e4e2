"""Hazards found by any piece of their words: exactly those that hold it, on both engines, however they were written."""

from collections.abc import Callable, Iterable
from pathlib import Path
from string import ascii_letters, ascii_lowercase
from typing import Any

import pytest
from alembic import command
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text
from sqlmodel import col

from models import Hazard, HazardCycle, HazardWords
from models.base import table_of
from service import migrate, store
from service.access import actor_for
from service.backup import backup, restore
from service.ledger import lists as ledger_lists
from service.ledger import ways as ledger_ways
from service.ledger import words as ledger_words
from service.rules.steps import Step, change, make, remove
from tests.databases import Databases
from tests.service import hazard_worlds as worlds
from tests.service.hazard_worlds import FOUND, write

# few signs, so that they meet: Chinese, Latin in both cases, what either database reads as its own, and rare ones
SIGNS = "消防通道Aaé07 '\"\\%_*:&|!()<-\n𠮷😀\x01"
WORDS = st.text(SIGNS, min_size=1, max_size=9)
A_TO_Z = str.maketrans(ascii_letters, ascii_lowercase * 2)


def hazard(number: int, description: str, place: str = "") -> list[Step]:
    code = f"Yj-{number:04}"
    values = {
        "unit": "e1", "description": description, "place": place, "level": "general", "mode": "by_deadline",
        "source": "inspection", "found_on": FOUND.date(), "due_at": FOUND, "state": "assigned", "found_by": "boss",
    }  # fmt: skip
    first = {"hazard": code, "cycle": 1, "found_on": FOUND.date(), "first_due_at": FOUND, "due_at": FOUND}
    return [make(Hazard, code, "made", values), make(HazardCycle, f"{code}:cycle:1", "made", first)]


def all_of(steps: Iterable[list[Step]]) -> list[Step]:
    return [step for some in steps for step in some]


def found(engine: Engine, wanted: str, **asked: Any) -> set[str]:
    with store.reading(engine) as session:
        actor = actor_for(session, "coord")
        page = ledger_lists.hazards(session, actor, now=FOUND, text=wanted, limit=200, **asked)
        return {row.key for row in page.items}


def holding(engine: Engine, wanted: str) -> set[str]:
    """What anybody finds who reads all of it."""
    table, small = table_of(Hazard), wanted.translate(A_TO_Z)
    with engine.connect() as connection:
        rows = connection.execute(select(table.c.key, table.c.description, table.c.place)).all()
    return {row.key for row in rows if any(small in words.translate(A_TO_Z) for words in row)}


def words_kept(engine: Engine) -> None:
    """The words are those of the hazards, and the index is that of the words."""
    with engine.begin() as connection:
        rows = connection.execute(select(table_of(Hazard))).all()
        kept = connection.execute(select(col(HazardWords.key), col(HazardWords.words))).all()
        assert dict(tuple(row) for row in kept) == {
            row.key: f"{row.description}\x01{row.place}\x01{row.key}\x01\x01".translate(A_TO_Z) for row in rows
        }
        if engine.dialect.name == "sqlite":
            connection.execute(text("INSERT INTO hazardwords_pieces (hazardwords_pieces) VALUES ('integrity-check')"))


def test_a_search_finds_what_holds_it_and_nothing_else(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    write(worlds.found(engine), *all_of(hazard(n, f"隐患{n}") for n in range(3)))
    versions = {f"Yj-{n:04}": 1 for n in range(3)}

    def found_in_all_ways(wanted: str) -> list[set[str]]:
        """All that have it are looked at; or they are walked; or the last that came say that it is no rare thing."""
        ways = []
        for few, lately, often in ((1_000, 1_000, 50), (1, 1_000, 50), (1, 2, 1)):
            monkeypatch.setattr(ledger_ways, "FEW", few)
            monkeypatch.setattr(ledger_words, "LATELY", lately)
            monkeypatch.setattr(ledger_words, "OFTEN", often)
            ways.append(found(engine, wanted))
        return ways

    @settings(max_examples=20, deadline=None)
    @given(st.tuples(WORDS, st.text(SIGNS, max_size=5)), WORDS, st.integers(0, 12), st.integers(1, 5))
    def law(written: tuple[str, str], other: str, start: int, length: int) -> None:
        code = f"Yj-{len(other) % 3:04}"
        values = dict(zip(("description", "place"), written, strict=True))
        write(engine, change(Hazard, code, versions[code], "changed", values))
        versions[code] += 1
        whole = "".join(written)
        for wanted in {other, whole[start : start + length], whole[-2:], code[2:].lower(), other[0]} - {""}:
            assert found_in_all_ways(wanted) == [holding(engine, wanted)] * 3, repr(wanted)

    law()
    words_kept(engine)


def test_words_are_found_wherever_they_stand(engine: Engine) -> None:
    texts = (("消防通道堵塞", "东门"), ("无消防栓", ""), ("防 '\"", "消"), ("café", ""))
    write(worlds.found(engine), *all_of(hazard(n, *words) for n, words in enumerate(texts)))
    for wanted, numbers in (
        ("消防", {0, 1}), ("防", {0, 1, 2}), ("消防通道堵塞", {0}), ("yj-0003", {3}), ("YJ-", {0, 1, 2, 3}),
        ("03", {3}), ("防 '", {2}), ("道东", ()), ("塞东", ()), ("\x01", ()), ("锅炉", ()), ("É", ()), ("é", {3}),
        ("FÉ", ()), ("FÉ".lower(), {3}),
    ):  # fmt: skip
        assert found(engine, wanted) == {f"Yj-{n:04}" for n in numbers} == holding(engine, wanted), wanted


def test_words_follow_the_ledger_however_it_is_written(engine: Engine) -> None:
    write(worlds.found(engine), *all_of(hazard(n, f"隐患第{n}处") for n in range(1_200)))  # enough for COPY
    words_kept(engine)
    assert found(engine, "第1199处") == {"Yj-1199"}
    assert len(found(engine, "第119")) == 11
    with store.transaction(engine) as session:  # what stands already is not written again
        assert store.apply(session, hazard(3, "来过了"), now=FOUND, by="tests").taken == 2
    gone = [remove(HazardCycle, "Yj-1199:cycle:1", 1, "gone"), remove(Hazard, "Yj-1199", 1, "gone")]
    write(engine, *gone, change(Hazard, "Yj-0000", 1, "changed", {"place": "锅炉房"}))
    assert found(engine, "第1199处") == found(engine, "来过") == set()
    assert found(engine, "锅炉") == {"Yj-0000"}
    write(engine, change(Hazard, "Yj-0000", 2, "changed", {"place": "门卫室", "description": "灭火器过期"}))
    assert found(engine, "锅炉") == found(engine, "第0处") == set()
    assert found(engine, "卫室") == found(engine, "灭火器过") == {"Yj-0000"}
    words_kept(engine)


def test_an_older_ledger_gets_its_words(engine: Engine) -> None:
    write(worlds.found(engine), *hazard(1, "早就写下的消防隐患"))
    with engine.begin() as connection:
        command.downgrade(migrate.config(connection), "0011")
    migrate.upgrade(engine)
    assert migrate.drift(engine) == []
    assert found(engine, "下的消防") == {"Yj-0001"}
    words_kept(engine)


def test_words_come_back_with_a_backup(engine: Engine, all_databases: Databases, tmp_path: Path) -> None:
    write(worlds.found(engine), *hazard(1, "消防通道堵塞"))
    assert "hazardwords" not in backup(engine, tmp_path / "town.tar")
    restore(engine, tmp_path / "town.tar", replace=True)
    other = all_databases.sqlite(tmp_path / "other.sqlite")
    restore(other, tmp_path / "town.tar")
    for one in (engine, other):
        assert found(one, "通道") == {"Yj-0001"}
        words_kept(one)
    other.dispose()


def test_few_are_gathered_and_no_more(engine: Engine) -> None:
    write(worlds.found(engine), *all_of(hazard(n, "消防" * (1 + n % 2)) for n in range(9)))
    some: Callable[[str, int], Any] = lambda wanted, few: ledger_words.few_holding(session, wanted, few)  # noqa: E731
    with store.reading(engine) as session:
        assert len(some("消防", 9)) == 9
        assert some("消防", 8) is None
        assert sorted(some("消防消", 4)) == [f"Yj-{n:04}" for n in (1, 3, 5, 7)]
        assert some("消防消", 3) is None
        assert list(some("锅炉", 3)) == []
