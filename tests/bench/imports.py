"""Importing a ledger against openpyxl's bare read of it: `python -m tests.bench.imports [--smoke] [--rounds N]`.

"bare" opens the same bytes read-only and takes every row's values, as its manual shows; ours reads, checks, resolves
and writes the ledger (hazards, time rounds, look-backs, journal) and commits. Both run in turn; each line is the ratio
of the two fastest rounds.
"""

import argparse
import io
import statistics
import time
from datetime import UTC, date, datetime, timedelta
from random import Random

from openpyxl import Workbook, load_workbook
from sqlalchemy import Engine, func, select

from models import Hazard, Journal, Recheck, Unit
from models.base import table_of
from service import store
from service.access import SYSTEM
from service.imports import kinds as imports
from service.imports.hazards import COLUMNS
from service.rules.steps import make
from tests.bench.engines import ENGINES, fresh

ROWS = 23_708
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
WANTED = 3.0
WORDS = (
    "配电箱无防护盖", "消防通道堵塞，堆放杂物", "灭火器压力不足且未登记检查", "粉尘清扫不及时，积尘超过规定厚度",
    "特种作业人员证件过期", "有限空间未设置警示标识", "气瓶未固定存放", "应急照明损坏", "临边防护缺失", "电缆私拉乱接",
)  # fmt: skip
PLACES = ("配电室", "二号车间", "仓库东门", "打磨工位", "三楼走廊", "锅炉房", "食堂后厨", "危化品库")


def ledger(rows: int, units: int) -> bytes:
    """A year's ledger as an office keeps it: dates as dates, most hazards closed, some looked back at."""
    random = Random(23_708)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("隐患台账")
    sheet.append(["序号", *(column.headings[0] for column in COLUMNS)])
    for number in range(1, rows + 1):
        found = date(2025, 3, 1) + timedelta(days=random.randrange(360))
        done = found + timedelta(days=random.randrange(1, 9))
        shut = done if random.random() < 0.9 and done < date(2026, 3, 1) else None
        major = random.random() < 0.03
        sheet.append([
            number, f"YJ-{found.year}-{number:05}", "", f"u{random.randrange(units):05}", random.choice(PLACES),
            f"{random.choice(WORDS)}（第{number}项）", "现场管理", "重大隐患" if major else "一般隐患", "检查", found,
            "检查一组", "立即整改并举一反三，落实专人负责", "", "负责人" if shut else "", "",
            round(random.randrange(1, 300) / 100, 2), found + timedelta(days=30 if major else 10),
            "现场监护" if major else "", shut, "验收组" if shut else "", shut, shut, "", "", "",
        ])  # fmt: skip
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def settle(engine: Engine, units: int) -> None:
    """A town and its enterprises."""
    town = make(Unit, "town", "made", {"name": "镇", "parent": None, "path": "/town/", "kind": "town"})
    enterprise = {"parent": "town", "kind": "enterprise"}
    rest = [
        make(Unit, f"u{n:05}", "made", enterprise | {"name": f"企业{n}", "path": f"/town/u{n:05}/"})
        for n in range(units)
    ]
    with store.transaction(engine) as session:
        store.require(session, [town], now=NOW, by="bench")
        store.require(session, rest, now=NOW, by="bench")


def bare(data: bytes) -> float:
    """Seconds in which openpyxl alone reads every row."""
    began = time.perf_counter()
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    count = sum(1 for _ in book.worksheets[0].iter_rows(values_only=True))
    book.close()
    assert count > 1
    return time.perf_counter() - began


def ours(engine: Engine, data: bytes, rows: int) -> tuple[float, float]:
    """Seconds from the bytes to the commit, and those of the same sheet again, which changes nothing."""
    taken = []
    for made in (rows, 0):
        began = time.perf_counter()
        sheet = imports.read_sheet(data, "ledger.xlsx")
        with store.transaction(engine) as session:
            report = imports.import_hazards(session, SYSTEM, sheet, now=NOW)
        taken.append(time.perf_counter() - began)
        assert (report.read, report.made, report.unchanged) == (rows, made, rows - made), report
    return taken[0], taken[1]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--smoke", action="store_true", help="a small sheet: does it run at all")
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--engine", choices=ENGINES, action="append")
    given = asked.parse_args()
    rows, units = (300, 20) if given.smoke else (ROWS, 1_000)
    data = ledger(rows, units)
    for kind in given.engine or ENGINES:
        read, first, second = [], [], []
        written: dict[str, int] = {}
        for _ in range(1 if given.smoke else given.rounds):
            with fresh(kind) as engine:
                settle(engine, units)
                read.append(bare(data))
                once, again = ours(engine, data, rows)
                first.append(once)
                second.append(again)
                with store.reading(engine) as session:
                    for model in (Hazard, Recheck, Journal):
                        count = select(func.count()).select_from(table_of(model))
                        written[model.__name__.lower()] = session.execute(count).scalar_one()
        print(
            f"{kind:10} {rows:,} hazards of {len(data) / 1e6:.1f} MB: bare read {min(read):.2f} s"
            f"  import {min(first):.2f} s  ratio {min(first) / min(read):.2f} ({WANTED:.2f} at most wanted)"
            f"  again {min(second):.2f} s  (medians {statistics.median(read):.2f}, {statistics.median(first):.2f})"
            f"  wrote {written}",
            flush=True,
        )


if __name__ == "__main__":
    main()
