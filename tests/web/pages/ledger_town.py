"""A ledger for the sample town: hazards in every state with photos, names as long as they come, rare characters."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from PIL import Image, ImageDraw
from sqlalchemy import Engine, select
from sqlmodel import col

from models import Hazard, Person, Recheck, Unit
from models.kinds import RecheckState
from service import enforcement, evidence, reports_in, store, sweeps
from service.access import actor_for
from service.hazards import acts as hazards
from service.rechecks import acts as rechecks
from service.rules.steps import change
from tests.web.pages.rig import COORDINATOR, GRID_OFFICER, INSPECTOR, LEADER

UNIT, LONG_UNIT = "dunduntan", "yanjing"
LONG = (
    "配电室门口堆放废旧纸箱、油漆桶等可燃杂物，堵塞安全出口；配电箱无防护盖，接线裸露，漏电保护器失灵，"
    "且未张贴操作规程与警示标志，现场值班人员未持证上岗，应急照明损坏未更换"
)
MAJOR = {"measures": "更换除尘管道，拆除违建", "funds_yuan": 1_235_000, "contingency": "停产撤人，派人值守"}
LONG_NAME = "欧阳𠮷祥·买买提江·阿卜杜拉依木江诺夫"  # twenty characters, one of them rare


def act(engine: Engine, verb: Callable[..., Any], who: str, *what: Any, now: datetime, **more: Any) -> Any:
    """One act of a person, in a transaction of its own."""
    with store.transaction(engine) as session:
        return verb(session, actor_for(session, who), *what, now=now, **more)


def a_photo(words: str = "", size: tuple[int, int] = (1600, 1200), colour: str = "#7a8aa0") -> bytes:
    """A photo as a telephone takes it."""
    picture = Image.new("RGB", size, colour)
    draw = ImageDraw.Draw(picture)
    for n in range(0, size[0], 80):
        draw.line((n, 0, size[0] - n, size[1]), fill="#ffffff", width=3)
    draw.rectangle((size[0] // 3, size[1] // 3, size[0] * 2 // 3, size[1] * 2 // 3), fill="#c8443c", outline="black")
    if words:
        draw.text((40, 40), words, fill="white", font_size=80)
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=90)
    return written.getvalue()


def prove(engine: Engine, code: str, who: str, stage: str, colour: str, now: datetime) -> None:
    photo = evidence.read_photo(a_photo(stage, colour=colour))
    act(engine, evidence.add, who, code, now=now, photo=photo, stage=stage)


def report(engine: Engine, code: str, now: datetime, **what: Any) -> str:
    given = {"unit": UNIT, "description": "灭火器过期", "source": "inspection", "code": code} | what
    return str(act(engine, hazards.report, INSPECTOR, now=now, **given))


def bring(engine: Engine, code: str, *verbs: str, now: datetime, **what: Any) -> None:
    """A hazard and what people do to it, one after the other."""
    report(engine, code, now, **what)
    prove(engine, code, INSPECTOR, "before", "#8a4a3a", now)
    told = {"responsible": GRID_OFFICER} | (MAJOR if what.get("level") == "major" else {})
    for verb in verbs:
        now += timedelta(hours=1)
        if verb == "assign":
            act(engine, hazards.assign, COORDINATOR, code, now=now, **told)
        elif verb == "submit":
            prove(engine, code, GRID_OFFICER, "after", "#3a7a4a", now)
            act(engine, hazards.submit, GRID_OFFICER, code, now=now, note="已清理通道，更换灭火器")
        else:
            act(engine, getattr(hazards, verb), {"begin": GRID_OFFICER}.get(verb, INSPECTOR), code, now=now)


def settle(engine: Engine, now: datetime) -> None:
    """Fill the ledger; at `now` one hazard has rebounded, one look-back is open, and one case climbs."""
    whole = ("assign", "begin", "submit", "accept")
    long_ago, before = now - timedelta(days=45), now - timedelta(days=32)
    bring(engine, "H-rebound", *whole, now=before, description="消防通道堆放杂物", place="一号仓库东侧")
    bring(engine, "H-held", *whole, now=before, description="配电箱无防护盖", place="二楼")
    bring(engine, "H-late", "assign", now=long_ago, description="危墙未拆除", due_on=(now - timedelta(days=20)).date())
    sweeps.sweep(engine, now - timedelta(hours=2))
    with store.transaction(engine) as session:
        row = session.execute(
            select(Recheck.key).where(col(Recheck.hazard) == "H-rebound", col(Recheck.state) == RecheckState.open)
        ).scalar_one()
        name = session.get(Person, GRID_OFFICER)
        assert name is not None
        store.require(
            session, [change(Person, GRID_OFFICER, name.version, "named", {"name": LONG_NAME})], now=now, by="tests"
        )
    act(engine, rechecks.result, INSPECTOR, row, "rebounded", now=now - timedelta(hours=1), note="通道又堆满了纸箱")
    now -= timedelta(minutes=50)
    report(engine, "H-new", now, description=LONG, place="𠮷野家食品加工点二层东侧配电室外走廊尽头", category="电气")
    bring(engine, "H-assigned", "assign", now=now - timedelta(hours=1), description="燃气软管老化")
    bring(engine, "H-submitted", *whole[:3], now=now - timedelta(hours=4), description="楼梯扶手松动")
    bring(
        engine, "H-major", *whole[:1], now=now - timedelta(hours=2), level="major", description="粉尘车间除尘管道积尘"
    )
    act(engine, hazards.supervise, LEADER, "H-major", now=now, supervisor=LEADER)
    report(engine, "H-void", now, description="重复登记的一条")
    act(engine, hazards.void, COORDINATOR, "H-void", now=now, reason="与 H-new 重复")
    act(
        engine, enforcement.record, INSPECTOR, now=now, unit=UNIT, kind="penalty", hazard="H-late", amount_yuan=20_000,
        document="晏应急罚〔2026〕12号", note="逾期未整改",
    )  # fmt: skip
    with store.transaction(engine) as session:
        photo = evidence.read_photo(a_photo("夜里", colour="#223"))
        reports_in.report_publicly(session, UNIT, "夜间偷排粉尘，气味刺鼻", "13800130099", now=now, photo=photo)


__all__ = ["LONG", "LONG_NAME", "UNIT", "Hazard", "Unit", "a_photo", "act", "bring", "report", "settle"]
