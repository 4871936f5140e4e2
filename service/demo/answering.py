"""What colleagues write when they hand a task in: the figures asked for, each checklist item answered, a note."""

from collections.abc import Iterable, Mapping
from random import Random
from typing import Any

from models.kinds import AnswerMark
from service.demo.colleagues import Owed

SELDOM, RARELY = 0.035, 0.025  # how often an item does not pass, or does not apply


def figures(task: Owed, asked: Iterable[str], known: Mapping[str, Any], chance: Random) -> dict[str, float]:
    """A value for each figure: what the town's summaries say where they say it, else one that a town would have."""
    by_turn = known["fixed"].get(task.activity, {})
    said: Mapping[str, float] = by_turn.get(task.planned_on) or by_turn.get(task.unit) or by_turn.get("*") or {}
    found: dict[str, float] = {}
    for name in asked:
        low, high = known["attendance"].get(task.kind) if name == "people" and task.kind in known["attendance"] else (
            known["ranges"].get(name, (0, 1))
        )  # fmt: skip
        found[name] = said[name] if name in said else chance.randint(low, high)
    return found


def answers(
    task: Owed, items: Iterable[str], findings: Mapping[tuple[str, str, str], Mapping[int, str]], *,
    exact: bool, troubles: list[str], chance: Random,
) -> dict[str, tuple[str, str]]:  # fmt: skip
    """A mark and a note for each item. `exact`: only what was found is failed; else an item fails now and then."""
    found = findings.get((task.activity, task.planned_on.isoformat(), task.unit), {})
    given: dict[str, tuple[str, str]] = {}
    for place, item in enumerate(items, 1):
        drawn = chance.random()
        if place in found:
            given[item] = (AnswerMark.failed, found[place])
        elif drawn < SELDOM and not exact:
            given[item] = (AnswerMark.failed, chance.choice(troubles))
        elif drawn < SELDOM + RARELY:
            given[item] = (AnswerMark.not_applicable, "")
        else:
            given[item] = (AnswerMark.passed, "")
    return given
