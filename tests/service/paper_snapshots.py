"""Snapshots for tests of papers: one with every kind of block in it, written by hand as `zhiban-report/1` has it."""

from copy import deepcopy
from typing import Any

NASTY = "=1+1 | *重* <b>x</b> _甲_ [乙](丙) & \ufffe𠮷🔥"


def figure(key: str, value: float | None, shown: str, unit_word: str, **more: Any) -> dict[str, Any]:
    """A figure whose words are as good as any."""
    return {
        "figure": key.split("@")[0], "narrowed": {}, "label": "Hazards found", "unit_word": unit_word, "value": value,
        "shown": shown, "definition": "Measures of all kinds taken on days of the period.",
        "scope": "records of the unit and everything beneath it", "basis": "found_on",
        "records": f"/api/v1/figures/{key}/records?unit=yanjing", "of": None, "counted": value, "stated": None,
        "from": {"records": value, "reports": []}, "parts": [], "comparison": None, "findings": [], **more,
    }  # fmt: skip


def ref(name: str) -> dict[str, Any]:
    return {"id": name, "style": "exact", "unit_word": None, "about": None}


def sentence(msgid: str, **figures: str) -> dict[str, Any]:
    return {"msgid": msgid, "figures": {name: ref(one) for name, one in figures.items()}, "facts": {}}


def head(text: str) -> dict[str, Any]:
    return {"text": text}


FOUND = sentence("There were {accidents} accidents, with {deaths} dead and {injured} injured.",
                 accidents="hazards.found", deaths="hazards.rate", injured="enforcement.fines")  # fmt: skip
TABLE = {
    "kind": "table", "id": "by_unit", "caption": head("隐患分村统计"), "corner": head("单位"),
    "columns": [
        {"msgid": "Hazards found", "unit_word": "items (hazards)"}, {"msgid": "Fines", "unit_word": "10,000 yuan"},
    ],
    "rows": [
        {"head": head("=幸福村"), "cells": ["hazards.found@unit=v1", None]},
        {"head": head(NASTY), "cells": ["hazards.found@unit=v2", None]},
    ],
    "total": {"head": head("合计"), "cells": ["hazards.found", "enforcement.fines"]},
}  # fmt: skip
FORM = {
    "kind": "form", "id": "monthly", "caption": head("隐患排查治理情况月报表"),
    "rows": [{"label": head("发现隐患"), "cell": "hazards.found"}, {"label": head("整改率"), "cell": "hazards.rate"}],
}  # fmt: skip
DAYS = {
    "kind": "days", "id": "duty", "caption": head("值班表"),
    "rows": [
        {"on": "2026-10-01", "festival": "national_day", "class": "statutory_holiday", "roles": {
            "leader": [{"name": "李示例", "post": "镇长", "mobile": "13800130001"}],
            "officer": [
                {"name": "王示例", "post": "", "mobile": "13800130002"},
                {"name": "赵示例", "post": "干事", "mobile": ""},
            ],
        }},
        {"on": "2026-10-09", "festival": None, "class": "workday", "roles": {}},
    ],
}  # fmt: skip


def section(name: str, level: int, *blocks: dict[str, Any]) -> dict[str, Any]:
    return {"id": name, "level": level, "heading": head(f"标题{name}"), "blocks": list(blocks)}


WHOLE: dict[str, Any] = {
    "format": "zhiban-report/1", "key": "report:yanjing:town_summary:2026-01-01:2026-07-31:-", "edition": 2,
    "reason": "漏报一宗", "template": "town_summary",
    "unit": {"code": "yanjing", "name": "研经镇", "kind": "town", "path": "/yanjing/"},
    "period": {"from": "2026-01-01", "to": "2026-07-31", "kind": "other"}, "campaign": None,
    "scope": {"units": 3, "zone": "Asia/Shanghai"},
    "drawn_at": "2026-08-01T00:00:00+00:00", "frozen_at": "2026-08-01T16:30:00+00:00",
    "frozen_by": {"code": "y01", "name": "协调员"},
    "title": {
        "msgid": "{unit}: {template}, {period}", "facts": {"unit": "研经镇", "template": "Summary of work safety"},
    },
    "sections": [
        section("1", 1, {"kind": "text", "name": "intro"}),
        section("2", 2, {"kind": "paragraph", "sentences": [FOUND]}, TABLE),
        section("3", 2, FORM),
        section("4", 1),
        section("5", 2, DAYS),
        section("6", 1, {"kind": "text", "name": "problems"}),
        section("7", 2),
    ],
    "figures": {
        "hazards.found": figure("hazards.found", 81, "81", "items (hazards)", findings=[0, 1], parts=[
            {"by": "unit", "of": ["hazards.found@unit=v1", "hazards.found@unit=v2"], "sum": 80, "sums": False},
        ]),
        "hazards.found@unit=v1": figure("hazards.found@unit=v1", 30, "30", "items (hazards)", narrowed={"unit": "v1"}),
        "hazards.found@unit=v2": figure("hazards.found@unit=v2", 50, "50", "items (hazards)", narrowed={"unit": "v2"}),
        "hazards.rate": figure("hazards.rate", 99.4, "99.4", "%", records=None),
        "enforcement.fines": figure("enforcement.fines", 6_337_450, "633.745", "10,000 yuan"),
        "incidents.deaths": figure("incidents.deaths", None, "—", "people (count)", findings=[2]),
    },
    "texts": {"intro": {"text": f"{NASTY}\n\n- 第二段\n1. 第三段", "by": "y01", "at": "2026-08-01T00:00:00+00:00"}},
    "findings": [
        {"kind": "parts", "figure": "hazards.found", "by": "unit", "total": 81, "sum": 80,
         "shown": {"total": "81", "sum": "80", "off": "1"}},
        {"kind": "stated", "figure": "hazards.found", "stated": 81, "counted": 79,
         "shown": {"stated": "81", "counted": "79"}},
        {"kind": "stated", "figure": "incidents.deaths", "stated": 1, "counted": 0,
         "shown": {"stated": "1", "counted": "0"}},
    ],
    "sources": [{"unit": "v1", "name": "幸福村", "report": "report:v1", "edition": 1, "sha256": "ab" * 32}],
}  # fmt: skip


def whole(**changes: Any) -> dict[str, Any]:
    """The snapshot with everything in it, changed here and there."""
    return deepcopy(WHOLE) | changes
