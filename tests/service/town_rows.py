"""A random town written down: its records as rows, past every act."""

from typing import Any

from sqlalchemy import Engine

from models import (
    Activity,
    Campaign,
    Enforcement,
    Hazard,
    HazardCycle,
    Incident,
    PresenceCheck,
    Recheck,
    Task,
    TaskAnswer,
    TaskFigure,
    Watch,
)
from models.base import table_of
from service import store
from tests.service.random_towns import CAMPAIGNS, FIRST, NOW, TREE
from tests.service.worlds import unit_steps, write


def fill(engine: Engine, town: dict[str, Any]) -> None:
    """Write a random town as it is, past every act."""
    write(engine, *unit_steps(TREE))
    rows: list[tuple[Any, list[dict[str, Any]]]] = [
        (
            Campaign,
            [
                {
                    "key": key,
                    "version": 1,
                    "name": key,
                    "owner": "city",
                    "basis": "",
                    "parent": "main" if key == "sub" else None,
                    "from_on": FIRST,
                    "to_on": FIRST,
                    "state": "active",
                    "plan": 1,
                }
                for key in CAMPAIGNS
            ],
        ),
        (
            Activity,
            [
                {
                    "key": f"{key}:a",
                    "version": 1,
                    "campaign": key,
                    "name": "a",
                    "kind": "inspection",
                    "within": "city",
                    "stale": False,
                    "retired": False,
                }
                for key in CAMPAIGNS
            ],
        ),
    ]
    hazards, cycles, tasks, numbers, answers, watches, checks = [], [], [], [], [], [], []
    for n, one in enumerate(town["hazards"]):
        own = {name: value for name, value in one.items() if name != "cycles"}
        first, last = one["cycles"][0], one["cycles"][-1]
        hazards.append(
            {
                "key": f"H{n}",
                "version": 1,
                "place": "",
                "description": "x",
                "category": "",
                "found_on": first["found_on"],
                "found_by": "",
                "cycle": len(one["cycles"]),
                "due_at": last["due_at"],
                "reason": "",
                "note": "",
                **own,
            }
        )
        for number, cycle in enumerate(one["cycles"], 1):
            cycles.append(
                {
                    "key": f"H{n}:cycle:{number}",
                    "version": 1,
                    "hazard": f"H{n}",
                    "cycle": number,
                    "first_due_at": cycle["due_at"],
                    "rectified": "",
                    "rejections": 0,
                    **cycle,
                }
            )
    for n, one in enumerate(town["tasks"]):
        late = one["state"] in ("submitted", "accepted")
        tasks.append(
            {
                "key": f"T{n}",
                "version": 1,
                "campaign": one["campaign"],
                "activity": f"{one['campaign']}:a",
                "unit": one["unit"],
                "kind": one["kind"],
                "phase": "",
                "planned_on": one["planned_on"],
                "opens_at": one["due_at"],
                "due_at": one["due_at"],
                "closes_at": one["due_at"],
                "state": one["state"],
                "note": "",
                "reason": "",
                "submitted_at": one["submitted_at"] if late else None,
            }
        )
        numbers += [
            {"key": f"T{n}:{name}", "version": 1, "task": f"T{n}", "name": name, "value": value}
            for name, value in one["numbers"].items()
        ]
        answers += [
            {"key": f"T{n}:i{i}", "version": 1, "task": f"T{n}", "item": f"i{i}", "mark": mark, "note": ""}
            for i, mark in enumerate(one["answers"])
        ]
    many = len(hazards)
    measures = [
        {
            "key": f"E{n}",
            "version": 1,
            "goods": "",
            "document": "",
            "note": "",
            "by": "x",
            **one,
            "hazard": None if one["hazard"] is None or not many else f"H{one['hazard'] % many}",
        }
        for n, one in enumerate(town["measures"])
    ]
    looks = [
        {
            "key": f"R{n}",
            "version": 1,
            "hazard": "H0",
            "cycle": 1,
            "opens_at": one["due_at"],
            "note": "",
            "reason": "",
            **one,
            "done_at": one["done_at"] if one["state"] == "done" else None,
            "result": one["result"] if one["state"] == "done" else None,
        }
        for n, one in enumerate(town["looks"])
        if many
    ]
    for n, one in enumerate(town["watches"]):
        watches.append(
            {
                "key": f"W{n}",
                "version": 1,
                "unit": one["unit"],
                "watch": "",
                "role": "officer",
                "place": 1,
                "starts_at": one["starts_at"],
                "ends_at": one["starts_at"],
                "state": one["state"],
                "sequence": 0,
                "reason": "",
            }
        )
        checks.append(
            {
                "key": f"W{n}:check:1",
                "version": 1,
                "watch": f"W{n}",
                "seed": 1,
                "due_at": one["starts_at"],
                "made_at": one["made_at"],
                "present": one["present"],
                "note": "",
            }
        )
    incidents = [
        {
            "key": f"I{n}",
            "version": 1,
            "category": "road",
            "happened_at": NOW,
            "known_at": NOW,
            "place": "",
            "description": "x",
            "missing": 0,
            "grade": "",
            "lines": 1,
            "changes": 0,
            "reported_at": NOW,
            "reported_by": "x",
            "basis": "",
            "office_minutes": 0,
            "level_minutes": 0,
            "changes_days": 0,
            "ends_at": NOW,
            "reason": "",
            **one,
        }
        for n, one in enumerate(town["incidents"])
    ]
    rows += [
        (Hazard, hazards),
        (HazardCycle, cycles),
        (Task, tasks),
        (TaskFigure, numbers),
        (TaskAnswer, answers),
        (Enforcement, measures),
        (Recheck, looks),
        (Watch, watches),
        (PresenceCheck, checks),
        (Incident, incidents),
    ]
    with store.transaction(engine) as session:
        for model, values in rows:
            if values:
                # one statement each, so that what a row leaves out is the column's own default
                session.execute(table_of(model).insert(), values)
