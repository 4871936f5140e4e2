"""Importing units: the tree as the sheet has it, the same sheet again, what it no longer names, and twenty thousand."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select
from sqlmodel import Session, col

from models import Activity, Campaign, Journal, Unit, UnitTag
from models.kinds import ActivityKind
from service import people, store
from service.access import SYSTEM
from service.errors import Refused
from service.imports.kinds import Report, import_units, read_sheet
from service.rules.steps import make
from tests.service.towns import UNITS as TOWN
from tests.service.towns import someone
from tests.service.workbooks import UNITS, csv, sheet, xlsx

TODAY = date(2026, 11, 23)


def run(engine: Engine, now: datetime, *rows: Any, who: str = "", **options: Any) -> Report:
    with store.transaction(engine) as session:
        actor = someone(session, who) if who else SYSTEM
        return import_units(session, actor, sheet(UNITS, *rows), now=now, **options)


def lines(engine: Engine) -> int:
    with store.reading(engine) as session:
        return session.execute(select(func.count()).select_from(Journal)).scalar_one()


def paths(session: Session) -> dict[str, str]:
    return dict(session.execute(select(col(Unit.key), col(Unit.path))).tuples().all())


def test_a_tree_is_made_whatever_the_order_of_its_rows(engine: Engine, now: datetime) -> None:
    rows = [
        ("g1", "一网格", "c1", "网格"),
        ("c1", "一村", "z", "村", "农业", "黄色", "重点、临水", "河边路", "0999-1234567"),
        ("z", "某镇", "", "乡镇", "", "", "", "", ""),
        ("k1", "某矿", "z", "mine", "", "red", "重点;高瓦斯", "", "13800130000"),
    ]
    assert run(engine, now, *rows) == Report(read=4, made=4)
    with store.reading(engine) as session:
        assert paths(session) == {"z": "/z/", "c1": "/z/c1/", "g1": "/z/c1/g1/", "k1": "/z/k1/"}
        made = people.unit(session, SYSTEM, "c1")
        assert (made.kind, made.sector, made.risk, made.tags) == ("village", "农业", "yellow", ("临水", "重点"))
        assert (made.address, made.phone, made.version) == ("河边路", "0999-1234567", 1)
    before = lines(engine)
    random.Random(1).shuffle(rows)
    assert run(engine, now + timedelta(days=3), *rows) == Report(read=4, unchanged=4)
    assert lines(engine) == before


def test_xlsx_and_csv_say_the_same(engine: Engine, now: datetime) -> None:
    rows = [("1001", "某镇", None, "镇", None, "红", None, None, None), ("1002.0", "某村", "1001", "村", *[None] * 5)]
    numbers = [(1001, *rows[0][1:]), (1002.0, "某村", 1001.0, "村", *[None] * 5)]
    with store.transaction(engine) as session:
        assert import_units(session, SYSTEM, read_sheet(xlsx([UNITS, *numbers]), "表.xlsx"), now=now).made == 2
        assert paths(session) == {"1001": "/1001/", "1002": "/1001/1002/"}
        text = csv([UNITS, *([cell or "" for cell in row] for row in rows)]).replace(b"1002.0", b"1002")
        assert import_units(session, SYSTEM, read_sheet(text, "表.csv"), now=now).unchanged == 2


def test_full_width_codes_and_line_breaks_are_made_plain(engine: Engine, now: datetime) -> None:
    data = xlsx([(*UNITS[:4], "地址"), ("Ａ０１", "某镇", None, "镇", "河边路\n3号")])
    with store.transaction(engine) as session:
        import_units(session, SYSTEM, read_sheet(data, "表.xlsx"), now=now)
        assert people.unit(session, SYSTEM, "A01").address == "河边路 3号"


def test_changes_moves_and_new_units_in_one_sheet(town: Engine, now: datetime) -> None:
    rows = [
        ("dongcun", "东村", "xinzone", "村"),
        ("xinzone", "新片区", "yanjing", "场所"),
        ("huagong", "盐井化工厂", "yanjing", "企业", "化工", "红", "重点"),
        ("xicun", "西村", "yanjing", "村"),
    ]
    assert run(town, now, *rows, who="y01") == Report(read=4, made=1, changed=2, unchanged=1)
    with store.reading(town) as session:
        assert paths(session)["dong-grid1"] == "/district/yanjing/xinzone/dongcun/dong-grid1/"
        assert paths(session)["dongcun"] == "/district/yanjing/xinzone/dongcun/"
        found = people.unit(session, SYSTEM, "huagong")
        assert (found.risk, found.sector, found.tags) == ("red", "化工", ("重点",))
        acts = select(col(Journal.act)).where(col(Journal.subject) == "dong-grid1").order_by(col(Journal.id))
        assert session.execute(acts).scalars().all() == ["added", "moved along"]


def test_a_coordinator_imports_her_own_top_with_the_parent_she_cannot_see(town: Engine, now: datetime) -> None:
    report = run(town, now, ("yanjing", "盐井古镇", "district", "镇"), ("new", "新村", "yanjing", "村"), who="y01")
    assert report == Report(read=2, made=1, changed=1)


def test_columns_that_are_missing_stay_as_they_are(town: Engine, now: datetime) -> None:
    with store.transaction(town) as session:
        people.change_unit(session, SYSTEM, "xicun", {"risk": "red", "address": "西街", "zone": "Asia/Urumqi"}, now=now)
        people.tag_unit(session, SYSTEM, "xicun", "重点", now=now)
        brief = sheet(("code", "name", "parent", "kind"), ("xicun", "西边村", "yanjing", "village"))
        assert import_units(session, SYSTEM, brief, now=now).changed == 1
        found = people.unit(session, SYSTEM, "xicun")
        assert (found.name, found.risk, found.address, found.tags) == ("西边村", "red", "西街", ("重点",))
        assert import_units(session, SYSTEM, sheet(UNITS, ("xicun", "西边村", "yanjing", "村")), now=now).changed == 1
        found = people.unit(session, SYSTEM, "xicun")
        assert (found.risk, found.address, found.tags, found.zone) == ("", "", (), "Asia/Urumqi")


def test_tags_come_and_go_with_their_history(town: Engine, now: datetime) -> None:
    for days, tags in ((0, "重点 临水"), (1, "重点"), (1, "重点、临水"), (2, "临水"), (5, "重点，临水")):
        run(town, now + timedelta(days=days), ("xicun", "西村", "yanjing", "村", "", "", tags))
    with store.reading(town) as session:
        columns = (col(UnitTag.tag), col(UnitTag.from_on), col(UnitTag.until_on))
        kept = [tuple(row) for row in session.execute(select(*columns).order_by(col(UnitTag.key)))]
    days = [TODAY + timedelta(n) for n in range(6)]
    assert kept == [("临水", days[0], None), ("重点", days[0], days[2]), ("重点", days[5], None)]


def rows_of_town(*without: str) -> list[tuple[str, str, str, str]]:
    return [(code, name, parent or "", kind) for code, name, kind, parent in TOWN if code not in without]


def test_units_no_longer_named_are_closed_when_asked(town: Engine, now: datetime) -> None:
    rows = rows_of_town("dongcun", "dong-grid1", "district")
    assert run(town, now, *rows) == Report(read=5, unchanged=5)
    assert run(town, now, *rows, removals="close") == Report(read=5, unchanged=5, removed=2)
    with store.reading(town) as session:
        closed = select(col(Unit.key)).where(col(Unit.closed_on) == TODAY).order_by(col(Unit.key))
        assert session.execute(closed).scalars().all() == ["dong-grid1", "dongcun"]
    assert run(town, now, *rows, removals="close") == Report(read=5, unchanged=5)
    assert run(town, now, *rows_of_town(), removals="close") == Report(read=8, changed=2, unchanged=6)


def test_closing_reaches_no_further_than_the_importer(town: Engine, now: datetime) -> None:
    assert run(town, now, ("xicun", "西村", "yanjing", "村"), who="y01", removals="close").removed == 3
    with store.reading(town) as session:
        still = select(col(Unit.key)).where(col(Unit.closed_on).is_(None)).order_by(col(Unit.key))
        assert session.execute(still).scalars().all() == ["bailu", "district", "nancun", "xicun", "yanjing"]


def test_a_closed_unit_may_move_with_the_one_above_it(town: Engine, now: datetime) -> None:
    rows = [("dongcun", "东村", "xicun", "村"), ("xicun", "西村", "yanjing", "村")]
    assert run(town, now, *rows, who="y01", removals="close") == Report(read=2, changed=1, unchanged=1, removed=2)
    with store.reading(town) as session:
        found = people.unit(session, SYSTEM, "dong-grid1")
        assert (found.path, found.closed_on) == ("/district/yanjing/xicun/dongcun/dong-grid1/", TODAY)


def test_a_suspicious_mass_removal_is_refused(engine: Engine, now: datetime) -> None:
    rows = [("z", "镇", "", "镇"), *((f"c{n}", "村", "z", "村") for n in range(59))]
    run(engine, now, *rows)
    with pytest.raises(Refused) as refused:
        run(engine, now, *rows[:-7], removals="close")
    assert str(refused.value.faults[0]) == ("表.csv: would take away 7 of the 60 that stand: say that this is meant")
    assert run(engine, now, *rows[:-7], removals="close", dry_run=True).refused == 1
    assert run(engine, now, *rows[:-6], removals="close").removed == 6  # ten per cent, no more
    assert run(engine, now, *rows[:-46], removals="close", allow_mass=True).removed == 40


def test_a_dry_run_writes_nothing(town: Engine, now: datetime) -> None:
    before = lines(town)
    rows = [("new", "新村", "yanjing", "村", "", "", "重点"), *rows_of_town("dong-grid1")]
    report = run(town, now, *rows, removals="close", dry_run=True)
    assert report == Report(read=8, made=1, unchanged=7, removed=1)
    assert lines(town) == before
    assert run(town, now, *rows, removals="close") == report


def test_campaigns_look_again_only_when_targets_may_differ(town: Engine, now: datetime) -> None:
    with store.transaction(town) as session:
        steps = [make(Campaign, "c", "made", {"name": "行动", "owner": "district", "from_on": TODAY, "to_on": TODAY})]
        for within in ("yanjing", "bailu"):
            values = {"campaign": "c", "name": "查", "kind": ActivityKind.patrol, "within": within, "stale": False}
            steps.append(make(Activity, f"c:{within}", "made", values))
        store.require(session, steps, now=now, by="test")
    stale = select(col(Activity.within)).where(col(Activity.stale).is_(True))
    run(town, now, ("xicun", "西边村", "yanjing", "村"))
    with store.reading(town) as session:
        assert session.execute(stale).scalars().all() == []
    run(town, now, ("xicun", "西边村", "yanjing", "村", "", "红"))
    with store.reading(town) as session:
        assert session.execute(stale).scalars().all() == ["yanjing"]


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements sent to the database meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_twenty_thousand_units_take_few_statements(engine: Engine, now: datetime) -> None:
    rows = [(f"u{n}", f"单位{n}", f"u{(n - 1) // 10}" if n else "", "村", "", "黄", "重点") for n in range(20_000)]
    random.Random(7).shuffle(rows)
    big = sheet(UNITS, *rows)
    with counted(engine) as first, store.transaction(engine) as session:
        assert import_units(session, SYSTEM, big, now=now) == Report(read=20_000, made=20_000)
    # SQLite takes a thousand rows a statement, so 20 for the units and 20 for their tags
    assert len(first) < 90
    with counted(engine) as again, store.transaction(engine) as session:
        assert import_units(session, SYSTEM, big, now=now) == Report(read=20_000, unchanged=20_000)
    assert len(again) < 10
    moved = sheet(UNITS, *[(row[0], f"{row[1]}改", *row[2:6], "") for row in rows])
    with counted(engine) as changes, store.transaction(engine) as session:
        assert import_units(session, SYSTEM, moved, now=now) == Report(read=20_000, changed=20_000)
    assert len(changes) < 90
