"""The flows' own work, without a server: a round on a real database, tried again where that helps, told as a table."""

import asyncio

import pytest
from prefect.states import exception_to_failed_state
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from flows import campaigns, records, rounds
from flows.database import gave_way, on_database
from models import Task
from service import sweeps
from service.store import Applied


def tasks(engine: Engine) -> int:
    with Session(engine) as session:
        return session.execute(select(func.count()).select_from(Task)).scalar_one()


def test_a_round_makes_the_tasks_and_the_next_owes_none(county: Engine) -> None:
    first = asyncio.run(rounds.swept.fn(campaigns.NOUNS))
    made = tasks(county)
    second = asyncio.run(rounds.swept.fn(campaigns.NOUNS))
    assert made > 0
    assert first["planning"].applied >= made
    assert tasks(county) == made
    assert second == dict.fromkeys(campaigns.NOUNS, Applied())


def test_a_round_beneath_another_unit_leaves_this_one(county: Engine) -> None:
    asyncio.run(rounds.swept.fn(campaigns.NOUNS, ["county00-e0"]))
    assert tasks(county) == 0


def test_a_round_sends_what_it_owes(county: Engine) -> None:
    asyncio.run(rounds.swept.fn(campaigns.NOUNS))
    sent = asyncio.run(rounds.sent.fn())
    assert sent.notices >= sent.messages
    assert asyncio.run(rounds.sent.fn()).messages == 0


def test_the_roots_are_what_is_dealt_out(county: Engine) -> None:
    assert asyncio.run(on_database(sweeps.roots)) == ["county00"]


@pytest.mark.parametrize(
    ("fault", "again"),
    [(OperationalError("SELECT 1", {}, Exception("the server is starting up")), True), (ValueError("no zone"), False)],
)
def test_only_a_database_that_gave_way_is_tried_again(fault: Exception, again: bool) -> None:
    async def asked() -> bool:
        return await gave_way(None, None, await exception_to_failed_state(fault))

    assert asyncio.run(asked()) is again


def test_what_was_done_reads_as_a_table() -> None:
    text = records.table(("noun", *Applied._fields), [("planning", 12, 0, 1)])
    assert text == "| noun | applied | taken | refused |\n| --- | --- | --- | --- |\n| planning | 12 | 0 | 1 |\n"
