"""State × act × person: who may do what to a hazard when, on both engines."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from service import store
from service.access import actor_for
from service.errors import Trouble
from service.hazards import acts as hazards
from service.rules import hazards as rules
from tests.service import hazard_worlds as worlds
from tests.service.hazard_worlds import FOUND, bring_to

STATES = ("registered", "assigned", "rectifying", "submitted", "accepted", "closed", "void")
PERSONS = ("coord", "inspector", "leader", "keeper", "above", "viewer", "staff", "boss", "nobody", "stranger")
SEEING = {"coord", "inspector", "leader", "keeper", "above", "viewer", "boss"}  # the boss answers for it

CHECK = {"coord", "inspector", "leader", "keeper", "above"}
DECIDE = CHECK - {"inspector"}
RECTIFY = {"coord", "inspector", "keeper", "above", "boss"}

# act → how it is called, who may, the states that admit it
ACTS: dict[str, tuple[Callable[..., Any], dict[str, Any], set[str], set[str]]] = {
    "assign": (hazards.assign, {"responsible": "grid"}, CHECK, {"registered", "assigned", "rectifying"}),
    "begin": (hazards.begin, {}, RECTIFY, {"assigned"}),
    "submit": (hazards.submit, {"note": "已整改"}, RECTIFY, {"assigned", "rectifying"}),
    "reject": (hazards.reject, {"reason": "未到位"}, CHECK, {"submitted", "accepted"}),
    "accept": (hazards.accept, {}, CHECK, {"submitted"}),
    "approve": (hazards.approve, {}, DECIDE, {"accepted"}),
    "extend": (
        hazards.extend, {"due_on": date(2026, 5, 1), "reason": "等待配件"}, DECIDE, set(STATES) - {"closed", "void"},
    ),
    "supervise": (hazards.supervise, {"supervisor": "chief"}, DECIDE, set(STATES) - {"closed", "void"}),
    "rank": (hazards.rank, {"rank": 1}, CHECK, set(STATES) - {"closed", "void"}),
    "void": (hazards.void, {"reason": "重复登记"}, DECIDE, set(STATES) - {"closed", "void"}),
}  # fmt: skip


class Undone(Exception):
    """The act went through and was taken back."""


def tried(engine: Engine, verb: Callable[..., Any], who: str, code: str, **more: Any) -> str:
    """What an act comes to; nothing of it stays."""
    try:
        with store.transaction(engine) as session:
            verb(session, actor_for(session, who), code, now=FOUND, **more)
            raise Undone
    except Undone:
        return "done"
    except Trouble as refused:
        return type(refused).__name__


@pytest.mark.parametrize("level", ["general", "major"])
def test_every_act_in_every_state_by_everybody(engine: Engine, level: str) -> None:
    worlds.found(engine)
    wrong = []
    for state in STATES:
        if state == "accepted" and level == "general":
            continue
        code = bring_to(engine, state, level)
        for act, (verb, more, allowed, states) in ACTS.items():
            given = more | (worlds.MAJOR if act == "assign" and level == "major" else {})
            for who in PERSONS:
                expected = "NotFound" if who not in SEEING else "Forbidden" if who not in allowed else "done"
                if expected == "done" and (state not in states or (act == "approve" and level == "general")):
                    expected = "Conflict"
                came = tried(engine, verb, who, code, **given)
                if came != expected:
                    wrong.append((state, act, who, came, expected))
    assert wrong == []


def test_the_table_names_every_act() -> None:
    assert set(ACTS) | {"delist", "submit on the spot"} == set(rules.ADMITS)


def test_nobody_judges_what_they_rectified(engine: Engine) -> None:
    """Acceptor ≠ rectifier ≠ responsible, whatever role they hold."""
    worlds.found(engine)
    code = worlds.report(engine)
    worlds.act(engine, hazards.assign, "coord", code, responsible="keeper", **worlds.MAJOR)
    worlds.act(engine, hazards.begin, "inspector", code)
    worlds.act(engine, hazards.submit, "inspector", code, note="代为整改")
    for verb, more in ((hazards.accept, {}), (hazards.reject, {"reason": "不行"})):
        assert tried(engine, verb, "inspector", code, **more) == "Forbidden"  # handed it in
        assert tried(engine, verb, "keeper", code, **more) == "Forbidden"  # answers for it
        assert tried(engine, verb, "leader", code, **more) == "done"


def test_only_a_unit_above_approves_a_major_one(engine: Engine) -> None:
    from models import Grant
    from service.rules.steps import make

    worlds.found(engine)
    grant = make(Grant, "nobody:admin:e1", "made", {"person": "nobody", "role": "admin", "unit": "e1"})
    worlds.write(engine, grant)
    code = bring_to(engine, "accepted", "major")
    assert tried(engine, hazards.approve, "nobody", code) == "Forbidden"  # an admin of the enterprise itself
    assert tried(engine, hazards.approve, "keeper", code) == "done"  # the village right above


def test_a_root_approves_for_itself(engine: Engine) -> None:
    worlds.found(engine)
    code = worlds.report(engine, "above", unit="county", level="major")
    worlds.act(engine, hazards.assign, "above", code, responsible="office", **worlds.MAJOR)
    worlds.act(engine, hazards.begin, "office", code)
    worlds.act(engine, hazards.submit, "office", code, note="已整改")
    worlds.act(engine, hazards.accept, "above", code)
    worlds.act(engine, hazards.approve, "above", code)
    assert worlds.hazard(engine, code).state == "closed"


def test_whoever_must_rectify_does_not_extend(engine: Engine) -> None:
    worlds.found(engine)
    code = worlds.report(engine)
    worlds.act(engine, hazards.assign, "coord", code, responsible="keeper")
    more = {"due_on": date(2026, 5, 1), "reason": "忙"}
    assert tried(engine, hazards.extend, "keeper", code, **more) == "Forbidden"
    assert tried(engine, hazards.extend, "coord", code, **more) == "done"


@pytest.mark.parametrize("act", sorted(ACTS))
def test_a_stale_version_is_refused(engine: Engine, act: str) -> None:
    worlds.found(engine)
    verb, more, allowed, states = ACTS[act]
    level = "major" if act == "approve" else "general"
    code = bring_to(engine, next(state for state in STATES if state in states), level)
    who = min(allowed - {"boss"})
    stands = worlds.hazard(engine, code).version
    assert tried(engine, verb, who, code, version=stands - 1, **more) == "Conflict"
    assert tried(engine, verb, who, code, version=stands, **more) == "done"
