"""A roster changed by its form, on both databases: the gaps are told, the past and what was not looked at stay."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import Engine

from models import Notice
from service import store
from service.access import SYSTEM, Actor
from service.duty.changing import change_roster, foreseen, mark_of, text_of
from service.duty.file import document_of, read
from service.duty.filling import Filled, filled
from service.errors import Forbidden, NotFound, Refused
from tests.service import worlds
from tests.service.duty_worlds import kept as keep
from tests.service.duty_worlds import published, roster, watches


def told(engine: Engine, **plain: str) -> Filled:
    """The form as it stands, without `grid2` among the officers."""
    stands = filled(document_of(roster(engine).text))
    roles = [replace(role, members=[one for one in role.members if one != "grid2"]) for role in stands.roles]
    return replace(stands, roles=roles, plain=dict(stands.plain) | plain)


def test_who_goes_leaves_gaps_that_are_told(engine: Engine, now: datetime) -> None:
    keep(engine, now)
    published(engine, now)
    form = told(engine)
    theirs = {key for key, watch in watches(engine).items() if watch.served_by == "grid2"}
    with store.reading(engine) as session:
        effects = foreseen(session, roster(engine), text_of(session, roster(engine), form), now=now)
    assert {one.key.partition(":")[2] for one in effects.watches} == theirs
    assert (effects.days, effects.drafts) == ([], [])
    with pytest.raises(Refused, match="look at it"), store.transaction(engine) as session:
        change_roster(session, SYSTEM, "night", form, now=now, version=None)
    assert {key for key, watch in watches(engine).items() if watch.served_by == "grid2"} == theirs
    with store.transaction(engine) as session:
        freed = change_roster(
            session, SYSTEM, "night", form, now=now, version=None, stood=mark_of(roster(engine)), seen=effects.mark,
            vacate=True,
        )  # fmt: skip
    assert freed == len(theirs)
    assert {key for key, watch in watches(engine).items() if watch.state == "vacant"} == theirs
    assert "grid2" not in read(roster(engine).text).problem.roles[1].members
    kinds = [(one.kind, one.recipient) for one in worlds.rows(engine, Notice)]
    assert kinds.count(("duty_freed", "grid2")) == len(theirs)


def test_what_a_change_does_not_touch_is_done_at_once(engine: Engine, now: datetime) -> None:
    keep(engine, now)
    with store.transaction(engine) as session:
        assert change_roster(session, SYSTEM, "night", told(engine, phone="13800130009"), now=now, version=1) == 0
    assert roster(engine).phone == "13800130009"
    with pytest.raises(Refused, match="Nothing is changed"), store.transaction(engine) as session:
        change_roster(session, SYSTEM, "night", told(engine), now=now, version=None)


def test_only_who_plans_there_changes_it(engine: Engine, now: datetime) -> None:
    keep(engine, now)
    viewer, stranger = Actor("viewer", (("viewer", "/town/"),)), Actor("stranger", (("coordinator", "/city/"),))
    for actor, refusal in ((viewer, Forbidden), (stranger, NotFound)):
        with pytest.raises(refusal), store.transaction(engine) as session:
            change_roster(session, actor, "night", told(engine), now=now, version=None)
