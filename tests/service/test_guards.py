"""What one may do now, asked ahead: an act that is offered is done, one that is not is refused with the same words."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from models.kinds import RecheckState
from service import store
from service.access import actor_for
from service.errors import NotFound, Trouble
from service.hazards import acts as hazards
from service.hazards import found as hazard_found
from service.hazards import guards as hazard_guards
from service.ledger import whole as ledger_whole
from service.rechecks import acts as rechecks
from service.rechecks import guards as recheck_guards
from tests.service import hazard_worlds as worlds
from tests.service.hazard_worlds import FOUND, MAJOR, bring_to

PEOPLE = ("boss", "inspector", "coord", "leader", "viewer", "above", "grid", "keeper")
FORMS: dict[str, dict[str, Any]] = {
    "assign": {"responsible": "boss", **MAJOR}, "begin": {}, "submit": {"note": "已整改"}, "accept": {}, "approve": {},
    "reject": {"reason": "未清理"}, "extend": {"due_on": "2026-06-01", "reason": "待料"},
    "supervise": {"supervisor": "chief"}, "delist": {}, "rank": {"rank": 1}, "void": {"reason": "重复登记"},
}  # fmt: skip
STATES = ("registered", "assigned", "rectifying", "submitted", "closed", "void")
VERBS: dict[str, Callable[..., Any]] = {name: getattr(hazards, name) for name in FORMS}


@pytest.fixture
def county(engine: Engine) -> Engine:
    return worlds.found(engine)


def attempt(engine: Engine, person: str, code: str, name: str) -> Trouble | None:
    """What comes of an act that is then undone."""
    try:
        with store.transaction(engine) as session:
            VERBS[name](session, actor_for(session, person), code, now=FOUND, **FORMS[name])
            session.rollback()
    except Trouble as why:
        return why
    return None


@pytest.mark.parametrize("level", ["general", "major"])
@pytest.mark.parametrize("state", [*STATES, "accepted"])
def test_what_is_offered_is_what_the_act_allows(county: Engine, state: str, level: str) -> None:
    if state == "accepted" and level == "general":
        return  # it closes at once
    code = bring_to(county, state, level)
    for person in PEOPLE:
        try:
            with store.reading(county) as session:
                actor = actor_for(session, person)
                found = hazard_found.find(session, actor, code, to_read=True)
                offered = hazard_guards.allowed(session, actor, found, now=FOUND)
        except NotFound:
            assert attempt(county, person, code, "accept").__class__ is NotFound
            continue
        for name in FORMS:
            came = attempt(county, person, code, name)
            if name in offered:
                assert str(came) == str(offered[name]), (person, name)
            else:
                assert came is not None, (person, name)
                assert came.status == 403, (person, name)


@pytest.mark.parametrize("person", PEOPLE)
def test_a_look_back_offers_what_its_acts_allow(county: Engine, person: str) -> None:
    code = worlds.closed(county)
    later = FOUND + timedelta(days=31)
    worlds.sweep(county, later)
    key = next(one.key for one in worlds.looks(county, code).values() if one.state == RecheckState.open)
    with store.reading(county) as session:
        actor = actor_for(session, person)
        try:
            row = rechecks.find(session, actor, key)[0]
        except NotFound:
            return
        hazard, cycle, path = ledger_whole.looked_back_at(session, code, 1)
        offered = recheck_guards.allowed(actor, row, hazard, path, cycle.submitted_by)
    for name, verb, form in (
        ("result", rechecks.result, {"outcome": "held"}),
        ("waive", rechecks.waive, {"reason": "已拆除"}),
    ):
        try:
            with store.transaction(county) as session:
                verb(session, actor_for(session, person), key, now=later, **form)
                session.rollback()
            came = None
        except Trouble as why:
            came = why
        assert (came is None) == (name in offered and offered[name] is None), (person, name, came)
    assert "result" not in offered or person != "boss"
