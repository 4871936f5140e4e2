"""The only writer: what is made, taken, changed, refused, and that a lost race leaves nothing behind."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlmodel import col

from models import Activity, Campaign, Journal, Notice, Person, Season, Task, Unit
from models.kinds import CampaignState
from service import store
from service.errors import Conflict
from service.rules.steps import Step, Telling, change, make, remove
from service.store import Applied
from tests import databases
from tests.service import worlds
from tests.service.worlds import at

NOW = at("2026-03-02 09:00")
TOLD = Telling("task_assigned", "coord", NOW, {"name": "巡查"})


def unit(key: str, name: str = "somewhere", tell: tuple[Telling, ...] = (), **facts: Any) -> Step:
    values = {"name": name, "path": f"/{key}/", "kind": "village"} | facts
    return make(Unit, key, "made", values, "because", tell)


def renamed(key: str, expects: int, name: str, tell: tuple[Telling, ...] = ()) -> Step:
    return change(Unit, key, expects, "renamed", {"name": name}, "because", tell)


def applied(engine: Engine, *steps: Step, now: datetime = NOW, journal: bool = True) -> Applied:
    with store.transaction(engine) as session:
        return store.apply(session, steps, now=now, by="coord", journal=journal)


def named(engine: Engine) -> dict[str, tuple[str, int]]:
    return {row.key: (row.name, row.version) for row in worlds.rows(engine, Unit)}


def test_a_made_row_stands_with_its_defaults_its_line_and_its_notice(engine: Engine) -> None:
    assert applied(engine, unit("a", tell=(TOLD,))) == Applied(applied=1)
    (row,) = worlds.rows(engine, Unit)
    assert (row.key, row.version, row.sector, row.parent, row.closed_on) == ("a", 1, "", None, None)
    (line,) = worlds.rows(engine, Journal)
    assert (line.at, line.by, line.act, line.subject, line.reason) == (NOW, "coord", "made", "a", "because")
    (notice,) = worlds.rows(engine, Notice)
    assert (notice.key, notice.subject, notice.recipient) == ("a:task_assigned:coord", "a", "coord")
    assert (notice.facts, notice.owed_at, notice.attend_at) == ({"name": "巡查"}, NOW, NOW)
    assert (notice.state, notice.attempts, notice.urgent, notice.version) == ("owed", 0, False, 1)


def test_a_key_that_stands_is_taken_and_nothing_of_the_step_remains(engine: Engine) -> None:
    applied(engine, unit("a"))
    assert applied(engine, unit("a", "another", (TOLD,)), unit("b")) == Applied(applied=1, taken=1)
    assert named(engine) == {"a": ("somewhere", 1), "b": ("somewhere", 1)}
    assert [line[2] for line in worlds.journal(engine)] == ["a", "b"]
    assert worlds.notices(engine) == {}


def test_a_change_grows_the_version_and_a_stale_one_is_refused_whole(engine: Engine) -> None:
    applied(engine, unit("a"), unit("b"))
    done = applied(
        engine, renamed("a", 1, "new"), renamed("b", 7, "lost", (TOLD,)), renamed("c", 1, "nowhere", (TOLD,))
    )
    assert done == Applied(applied=1, refused=2)
    assert named(engine) == {"a": ("new", 2), "b": ("somewhere", 1)}
    assert worlds.journal(engine, "renamed") == [("coord", "renamed", "a", "because")]
    assert worlds.notices(engine) == {}


def test_a_removal_at_its_version_only(engine: Engine) -> None:
    applied(engine, unit("a"), unit("b"))
    assert applied(engine, remove(Unit, "a", 1, "gone"), remove(Unit, "b", 2, "gone")) == Applied(1, 0, 1)
    assert list(named(engine)) == ["b"]
    assert worlds.journal(engine, "gone") == [("coord", "gone", "a", "")]


def test_of_two_steps_for_one_key_in_a_batch_the_first_wins_with_its_own_notice(engine: Engine) -> None:
    other = TOLD._replace(recipient="leader")
    assert applied(engine, unit("a", "first", (TOLD,)), unit("a", "second", (other,))) == Applied(1, 1, 0)
    assert named(engine) == {"a": ("first", 1)}
    assert list(worlds.notices(engine)) == ["a:task_assigned:coord"]
    both = applied(engine, renamed("a", 1, "third", (other,)), renamed("a", 1, "fourth", (TOLD._replace(nth="2"),)))
    assert both == Applied(1, 0, 1)
    assert named(engine) == {"a": ("third", 2)}
    assert "a:task_assigned:leader" in worlds.notices(engine)
    assert len(worlds.notices(engine)) == 2
    assert applied(engine, remove(Unit, "a", 2, "gone"), remove(Unit, "a", 2, "gone")) == Applied(1, 0, 1)
    assert len(worlds.journal(engine, "gone")) == 1


def test_a_notice_is_told_once_however_often_its_cause_returns(engine: Engine) -> None:
    applied(engine, unit("a", tell=(TOLD, TOLD)))
    applied(engine, change(Unit, "a", 1, "again", {"name": "x"}, "", (TOLD, TOLD._replace(nth="2"))))
    assert sorted(worlds.notices(engine)) == ["a:task_assigned.2:coord", "a:task_assigned:coord"]
    assert len(worlds.journal(engine)) == 2


def test_groups_of_every_kind_in_one_batch(engine: Engine) -> None:
    applied(engine, unit("a"), unit("b"))
    person = make(Person, "p1", "made", {"name": "张三", "unit": "c"})
    moved = change(Unit, "b", 1, "moved", {"name": "b", "sector": "dust"})
    done = applied(engine, unit("c"), person, renamed("a", 1, "new"), moved, remove(Unit, "d", 1, "gone"))
    assert done == Applied(applied=4, refused=1)
    assert [row.unit for row in worlds.rows(engine, Person)] == ["c"]


def test_nothing_is_nothing(engine: Engine) -> None:
    with worlds.counting(engine) as counted:
        assert applied(engine) == Applied()
    assert len(counted) == 0


def test_without_a_journal_the_rows_stand_alone(engine: Engine) -> None:
    assert applied(engine, unit("a", tell=(TOLD,)), journal=False) == Applied(1)
    assert (worlds.journal(engine), worlds.notices(engine)) == ([], {})


def test_a_transaction_keeps_all_or_nothing(engine: Engine) -> None:
    def break_off() -> None:
        with store.transaction(engine) as session:
            store.apply(session, [unit("a", tell=(TOLD,))], now=NOW, by="coord")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    assert (named(engine), worlds.journal(engine), worlds.notices(engine)) == ({}, [], {})


@pytest.mark.parametrize("lost", [unit("a"), renamed("a", 2, "x"), remove(Unit, "a", 2, "gone")])
def test_an_act_that_loses_leaves_nothing(engine: Engine, lost: Step) -> None:
    applied(engine, unit("a"))
    with pytest.raises(Conflict), store.transaction(engine) as session:
        store.require(session, [unit("b"), lost], now=NOW, by="coord")
    assert list(named(engine)) == ["a"]


NAIVE = NOW.replace(tzinfo=None)


def activity(instant: datetime) -> list[Step]:
    on = NOW.date()
    whole = {"name": "c", "owner": "a", "from_on": on, "to_on": on, "state": CampaignState.draft}
    facts = {"campaign": "c", "name": "x", "kind": "drill", "within": "a", "attend_at": instant}
    return [unit("a"), make(Campaign, "c", "made", whole), make(Activity, "c:x", "made", facts)]


def test_a_naive_instant_is_refused_wherever_it_comes_from(engine: Engine) -> None:
    with pytest.raises(ValueError, match="timezone"):
        applied(engine, *activity(NAIVE))
    with pytest.raises(ValueError, match="timezone"):
        applied(engine, unit("a"), now=NAIVE)
    with pytest.raises(ValueError, match="timezone"):
        applied(engine, unit("a", tell=(TOLD._replace(owed_at=NAIVE),)))
    assert (named(engine), worlds.journal(engine), worlds.notices(engine)) == ({}, [], {})


def test_an_instant_comes_back_zoned_and_the_same(engine: Engine) -> None:
    moment = NOW + timedelta(microseconds=123456)
    applied(engine, *activity(moment))
    (row,) = worlds.rows(engine, Activity)
    assert row.attend_at == moment
    assert row.attend_at.utcoffset() == timedelta(0)
    assert (row.stale, row.retired, row.planned_until_at) == (True, False, None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "巡查",
        "𠮷野家",
        "🧯👩‍🚒",
        "a'b\"c\\d\n\t\r;--",
        "{1,2}",
        "NULL",
        "%s ? :x",
        "\\N",
        "\\.",
        "e\u0301",
        "\x01\x7f",
    ],
)
def test_any_text_comes_back_as_it_went_in(engine: Engine, text: str) -> None:
    facts = {"name": text, "deep": [{"a": [1, 2.5, None, True, text]}], text: 1}
    applied(engine, unit("a" + text, text, (TOLD._replace(facts=facts),)))
    (row,) = worlds.rows(engine, Unit)
    assert (row.key, row.name) == ("a" + text, text)
    (notice,) = worlds.rows(engine, Notice)
    assert notice.facts == facts
    applied(engine, change(Unit, row.key, 1, "renamed", {"name": text + text}, text))
    assert worlds.rows(engine, Unit)[0].name == text + text
    assert worlds.journal(engine)[1][3] == text


def test_text_that_no_database_keeps_is_refused_on_both(engine: Engine) -> None:
    for text in ("a\x00b", "\ud800"):
        with pytest.raises(ValueError):
            applied(engine, unit("a", text))
        with pytest.raises(ValueError):
            applied(engine, unit("b" + text))
        with pytest.raises(ValueError):
            applied(engine, unit("c", tell=(TOLD._replace(recipient=text),)))
    assert named(engine) == {}


def test_words_of_an_enum_are_kept_as_plain_text(engine: Engine) -> None:
    applied(engine, *activity(NOW))
    (row,) = worlds.rows(engine, Campaign)
    assert row.state == "draft"
    with store.reading(engine) as session:
        assert session.connection().exec_driver_sql("SELECT state, kind FROM campaign, activity").one() == (
            "draft",
            "drill",
        )


def test_dates_and_nothing_at_all(engine: Engine) -> None:
    on = NOW.date()
    applied(engine, make(Season, "s", "made", {"kind": "flood", "unit": None, "from_on": on, "to_on": on}))
    (row,) = worlds.rows(engine, Season)
    assert (row.from_on, row.unit, row.name) == (on, None, "")
    assert worlds.rows(engine, Task) == []


def test_postgresql_plans_a_page_for_memory_in_every_session(all_databases: databases.Databases) -> None:
    with all_databases.postgresql.connect() as connection:
        connection.rollback()
        asked = [plan.partition(" = ") for plan in store.POSTGRESQL_PLANS]
        assert [connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name, _, _ in asked] == [
            value for _, _, value in asked
        ]


def test_sqlite_takes_days_for_texts_only_where_no_index_is_looked_for(tmp_path: Path) -> None:
    engine = store.open_engine(f"sqlite:///{tmp_path / 'plain.sqlite'}")
    late, state = col(Task.due_at) <= NOW, col(Task.state) == "open"
    text = str(select(func.count().filter(late, state)).where(late, state).compile(engine))
    assert "FILTER (WHERE +task.due_at <= ? AND task.state = ?)" in text
    assert text.endswith("WHERE task.due_at <= ? AND task.state = ?")


def test_days_in_filters_are_compared_alike_on_both(engine: Engine) -> None:
    applied(engine, *activity(NOW))
    for on, many in ((NOW.date(), 1), (NOW.date() - timedelta(days=1), 0), (NOW.date() + timedelta(days=1), 1)):
        with store.reading(engine) as session:
            filtered = select(func.count().filter(col(Campaign.from_on) <= on))
            assert session.execute(filtered).scalar_one() == many
