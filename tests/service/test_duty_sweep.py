"""The sweep of duty: drafted ahead, changes proposed and never made, reminders, empty posts, people who left."""

from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from models import Case, DutyTable, Notice, Person, PresenceCheck, PresenceDraw, RosterVersion, Watch
from models.base import table_of
from models.kinds import SeasonKind
from service import cases as climbing
from service import store
from service.access import SYSTEM
from service.calendar import days, seasons
from service.duty import presence, publishing, serving, sweep, tables
from service.errors import Conflict
from service.people import person_acts as people_persons
from service.rules.steps import change
from service.rules.watches import drawn, moment_in
from tests.service import worlds
from tests.service.duty_worlds import FILE, FROM, TO, kept, publish, published, roster, turns, watches

AHEAD = FILE.replace("key: night", "key: night\ndrafted_ahead_days: 10")
ALONE = FILE.replace("key: night", "key: night\ndrafted_ahead_days: 0")
DAY = timedelta(days=1)


def told(engine: Engine) -> Counter[tuple[str, str]]:
    return Counter((one.kind, one.recipient) for one in worlds.rows(engine, Notice))


def versions(engine: Engine) -> list[tuple[int, str, date, date]]:
    rows = sorted(worlds.rows(engine, RosterVersion), key=lambda row: row.number)
    return [(row.number, row.state, row.from_on, row.to_on) for row in rows]


def sensitive(engine: Engine, on: date, now: datetime) -> None:
    with store.transaction(engine) as session:
        steps = days.declare_season(session, kind=SeasonKind.sensitive, from_on=on, to_on=on, unit="town")
        store.require(session, steps, now=now, by="coord")


def test_a_roster_is_drafted_ahead_to_the_end_of_the_month(engine: Engine, now: datetime) -> None:
    kept(engine, now, AHEAD)
    assert sweep.sweep(engine, now).applied > 0
    assert versions(engine) == [(1, "draft", date(2026, 11, 24), date(2026, 12, 31))]
    assert told(engine)["roster_drafted", "coord"] == 1
    assert sweep.sweep(engine, now).applied == 0
    publish(engine, "night:1", now)
    sweep.sweep(engine, worlds.at("2026-12-25 08:00"))
    assert versions(engine)[1:] == [(2, "draft", date(2027, 1, 1), date(2027, 1, 31))]


def test_a_draft_follows_days_that_changed(engine: Engine, now: datetime) -> None:
    kept(engine, now, AHEAD)
    sweep.sweep(engine, now)
    sensitive(engine, FROM, now)
    sweep.sweep(engine, now + DAY)
    assert [one[1] for one in versions(engine)] == ["discarded", "draft"]
    leaders = [one for one in turns(engine, "night:2") if one.on == FROM and one.role == "leader"]
    assert len(leaders) == 2


def test_what_is_published_gets_a_proposal_and_never_a_silent_change(engine: Engine, now: datetime) -> None:
    kept(engine, now, ALONE)
    published(engine, now)
    sensitive(engine, FROM + DAY, now)
    before = watches(engine)
    sweep.sweep(engine, now + DAY)
    assert watches(engine) == before
    assert versions(engine)[1:] == [(2, "draft", FROM + DAY, FROM + DAY)]
    assert told(engine)["roster_change_proposed", "coord"] == 1
    sweep.sweep(engine, now + 2 * DAY)
    assert len(versions(engine)) == 2
    with store.reading(engine) as session:
        shown = publishing.difference(session, SYSTEM, "night:2", now=now)
    assert [(one.seat.role, one.seat.place, one.was) for one in shown.moved] == [("leader", 2, None)]
    publish(engine, "night:2", now + 2 * DAY)
    assert len(watches(engine)) == len(before) + 1
    assert {key: row for key, row in watches(engine).items() if key in before} == before


def test_reminded_then_absent_and_the_leader_on_duty_hears_within_a_quarter(engine: Engine, now: datetime) -> None:
    kept(engine, now, ALONE)
    published(engine, now)
    first = {row.role: row for row in watches(engine).values() if row.on == FROM}
    officer, leader = first["officer"], first["leader"]
    sweep.sweep(engine, officer.starts_at - DAY)
    assert told(engine)["duty_soon", officer.served_by] == 1
    with store.transaction(engine) as session:
        serving.check_in(session, worlds.actor(session, leader.served_by), leader.key, now=leader.starts_at)
    now = officer.starts_at
    while now < officer.starts_at + timedelta(minutes=15):
        sweep.sweep(engine, now)
        now += timedelta(minutes=5)
    (notice,) = [one for one in worlds.rows(engine, Notice) if one.kind == "duty_absent"]
    assert (notice.recipient, notice.urgent, notice.subject) == (leader.served_by, True, officer.key)
    assert worlds.row(engine, Watch, officer.key).state == "absent"
    with store.transaction(engine) as session:
        serving.check_in(session, worlds.actor(session, officer.served_by), officer.key, now=now)
    assert worlds.row(engine, Watch, officer.key).state == "on_duty"
    sweep.sweep(engine, officer.ends_at + timedelta(minutes=30))
    assert told(engine)["duty_handover_due", officer.served_by] == 1


def test_a_leader_who_does_not_come_is_told_to_the_coordinators(engine: Engine, now: datetime) -> None:
    kept(engine, now, ALONE)
    published(engine, now)
    leader = next(row for row in watches(engine).values() if row.role == "leader" and row.on == FROM)
    sweep.sweep(engine, leader.starts_at + timedelta(minutes=10))
    heard = {
        one.recipient for one in worlds.rows(engine, Notice) if one.kind == "duty_absent" and one.subject == leader.key
    }
    assert heard == {"coord"}


@pytest.mark.parametrize("steps", [1, 40])
def test_sleep_is_ticks_for_watches(engine: Engine, now: datetime, steps: int) -> None:
    kept(engine, now, ALONE)
    published(engine, now)
    ends = worlds.at("2026-12-06 12:00")
    for n in range(1, steps + 1):
        sweep.sweep(engine, now + (ends - now) * n / steps)
    states = Counter(row.state for row in watches(engine).values())
    assert states == {"absent": 12, "published": 16}
    assert sweep.sweep(engine, ends).applied == 0


def test_who_has_left_leaves_gaps_that_are_told(engine: Engine, now: datetime) -> None:
    kept(engine, now, ALONE)
    published(engine, now)
    gone = next(row.served_by for row in watches(engine).values() if row.role == "officer")
    owed = [row.key for row in watches(engine).values() if row.served_by == gone]
    person = worlds.row(engine, Person, gone)
    worlds.write(engine, change(Person, gone, person.version, "left", {"left_on": date(2026, 11, 24)}))
    sweep.sweep(engine, now + DAY)
    vacant = worlds.rows(engine, Watch, table_of(Watch).c.state == "vacant")
    assert sorted(row.key for row in vacant) == sorted(owed)
    assert told(engine)["duty_gap", "coord"] == len(owed)
    assert told(engine)["duty_gaps", "coord"] == 1
    version = published(engine, now + DAY, TO + DAY, TO + 6 * DAY)
    assert gone not in {one.person for one in turns(engine, version)}


def test_who_leaves_in_the_middle_of_a_day_leaves_gaps_at_the_next_sweep(engine: Engine, now: datetime) -> None:
    kept(engine, now)
    published(engine, now)
    sweep.sweep(engine, now)
    assert roster(engine).attend_at > now
    on = now.astimezone(worlds.SHANGHAI).date()
    with store.transaction(engine) as session:
        people_persons.change_person(session, SYSTEM, "grid1", {"left_on": on}, now=now)
    assert roster(engine).attend_at == now
    sweep.sweep(engine, now)
    ahead = [row for row in watches(engine).values() if row.starts_at > now]
    assert "grid1" not in {row.served_by for row in ahead}
    assert told(engine)["duty_gap", "coord"] > 0


def test_the_holiday_table_must_be_up_five_days_before(engine: Engine, now: datetime) -> None:
    kept(engine, now, ALONE)
    sweep.sweep(engine, worlds.at("2026-12-23 08:00"))
    assert worlds.rows(engine, DutyTable) == []
    sweep.sweep(engine, worlds.at("2026-12-24 08:00"))
    sweep.sweep(engine, worlds.at("2026-12-25 08:00"))
    (table,) = worlds.rows(engine, DutyTable)
    assert (table.key, table.state, table.due_at) == ("night:table:2027-01-01", "owed", worlds.at("2026-12-28"))
    assert told(engine)["duty_table_due", "coord"] == 1
    with store.transaction(engine) as session:
        tables.put_up(session, worlds.actor(session, "coord"), table.key, "posted", now=worlds.at("2026-12-26 09:00"))
    sweep.sweep(engine, worlds.at("2026-12-28 08:00"))
    done = worlds.row(engine, DutyTable, table.key)
    assert (done.state, done.how, done.done_by, done.attend_at) == ("done", "posted", "coord", None)
    assert worlds.rows(engine, Case) == []
    with pytest.raises(Conflict), store.transaction(engine) as session:
        tables.put_up(session, SYSTEM, table.key, "sent", now=worlds.at("2026-12-28 09:00"))


def test_a_table_that_is_not_up_climbs_the_chain_until_it_is(engine: Engine, now: datetime) -> None:
    kept(engine, now, ALONE)
    sweep.sweep(engine, worlds.at("2026-12-26 08:00"))
    sweep.sweep(engine, worlds.at("2026-12-28 00:00"))
    (case,) = worlds.rows(engine, Case)
    assert (case.subject, case.kind, case.state) == ("night:table:2027-01-01", "duty_table", "open")
    assert worlds.row(engine, DutyTable, case.subject).state == "missed"
    climbing.sweep(engine, worlds.at("2026-12-29 12:00"))
    assert told(engine)["escalated", "coord"] == 1
    with store.transaction(engine) as session:
        tables.put_up(session, SYSTEM, case.subject, "sent", now=worlds.at("2026-12-29 13:00"), note="补发")
    assert worlds.row(engine, Case, case.key).state == "ended"
    assert worlds.row(engine, DutyTable, case.subject).state == "done"


def test_a_notice_that_moves_the_days_off_moves_the_table(engine: Engine, now: datetime) -> None:
    kept(engine, now, ALONE)
    sweep.sweep(engine, worlds.at("2026-12-24 08:00"))
    holiday = [("2026-12-31", "adjusted_rest_day, festival: new_year")]
    holiday += [(f"2027-01-0{day}", "statutory_holiday, festival: new_year") for day in (1, 2, 3)]
    worlds.announce(engine, 2026, holiday[:1], worlds.at("2026-12-24 09:00"))
    worlds.announce(engine, 2027, [*holiday[1:], ("2027-01-09", "makeup_workday")], worlds.at("2026-12-24 09:00"))
    sweep.sweep(engine, worlds.at("2026-12-25 08:00"))
    (table,) = worlds.rows(engine, DutyTable)
    assert (table.from_on, table.due_at) == (date(2026, 12, 31), worlds.at("2026-12-27"))
    assert ("sweep", "table not owed", "night:table:2027-01-01", "the days off were moved") in worlds.journal(engine)


def test_a_week_of_checks_is_drawn_once_and_can_be_drawn_again(
    engine: Engine, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence.secrets, "secret", lambda: "a secret of the house")
    kept(engine, now, ALONE.replace("phone:", "checks_a_week: 3\nphone:"))
    published(engine, now)
    sweep.sweep(engine, worlds.at("2026-11-30 06:00"))
    (draw,) = worlds.rows(engine, PresenceDraw)
    assert (draw.key, draw.population, draw.size) == ("night:draw:2026-11-30", 12, 3)
    sweep.sweep(engine, worlds.at("2026-12-02 06:00"))
    checks = worlds.rows(engine, PresenceCheck)
    assert len(worlds.rows(engine, PresenceDraw)) == 1
    population = [row.key for row in watches(engine).values() if row.on <= date(2026, 12, 6)]
    assert sorted(row.watch for row in checks) == drawn(population, seed=draw.seed, count=draw.size)
    for check in checks:
        watch = worlds.row(engine, Watch, check.watch)
        assert check.draw == draw.key
        assert watch.starts_at < check.due_at < watch.ends_at
    assert ("sweep", "drawn", draw.key, f"seed {draw.seed}: 3 of 12") in worlds.journal(engine, "drawn")
    sweep.sweep(engine, worlds.at("2026-12-07 06:00"))
    assert {row.key for row in worlds.rows(engine, PresenceDraw)} == {draw.key, "night:draw:2026-12-07"}


@pytest.mark.parametrize("asleep", [True, False])
def test_a_sleeper_has_the_draws_the_checks_and_the_tables_of_the_weeks_slept_through(
    engine: Engine, now: datetime, monkeypatch: pytest.MonkeyPatch, asleep: bool
) -> None:
    monkeypatch.setattr(presence.secrets, "secret", lambda: "a secret of the house")
    kept(engine, now, ALONE.replace("phone:", "checks_a_week: 3\nphone:"))
    published(engine, now)
    ends = worlds.at("2027-01-02 12:05")
    ticks = [worlds.at("2026-11-24 00:05") + n * DAY for n in range(40)] if not asleep else []
    for tick in [*ticks, ends]:
        sweep.sweep(engine, tick)
    assert sweep.sweep(engine, ends).applied == 0
    stand = watches(engine).values()
    for monday, days_on in ((date(2026, 11, 30), (1, 7)), (date(2026, 12, 7), (7, 14)), (date(2026, 12, 14), (14, 15))):
        draw = worlds.row(engine, PresenceDraw, f"night:draw:{monday}")
        keys = [row.key for row in stand if days_on[0] <= row.on.day < days_on[1]]
        chosen = drawn(keys, seed=presence.seed_for(draw.key), count=3)
        at = worlds.at(f"{monday} 00:05")
        assert (draw.population, draw.size, draw.drawn_at, draw.to_on) == (len(keys), len(chosen), at, monday + 6 * DAY)
        checks = worlds.rows(engine, PresenceCheck, table_of(PresenceCheck).c.draw == draw.key)
        assert sorted(row.watch for row in checks) == chosen
        for check in checks:
            watch = worlds.row(engine, Watch, check.watch)
            due_at = moment_in(watch.starts_at, watch.ends_at, seed=draw.seed, key=watch.key)
            assert (check.due_at, check.made_at, check.attend_at, check.version) == (due_at, None, None, 2)
    assert len(worlds.rows(engine, PresenceDraw)) == 3
    (table,) = worlds.rows(engine, DutyTable)
    assert (table.key, table.state, table.version) == ("night:table:2027-01-01", "missed", 2)
    assert [case.subject for case in worlds.rows(engine, Case)] == [table.key]
    checks_told, tables_told = told(engine)["presence_check_due", "coord"], told(engine)["duty_table_due", "coord"]
    # a check whose watch is over is told to nobody: nothing is to be done about it
    assert (checks_told, tables_told) == (0, 0) if asleep else 0 < checks_told <= 3 + 3 + 2 and tables_told == 1


def test_a_check_that_is_due_is_told_once(engine: Engine, now: datetime) -> None:
    kept(engine, now, ALONE)
    published(engine, now)
    with store.transaction(engine) as session:
        presence.draw(session, SYSTEM, "night", FROM, seed=1, count=1, now=now)
    sweep.sweep(engine, worlds.at("2026-12-02 07:50"))
    sweep.sweep(engine, worlds.at("2026-12-02 07:55"))
    assert told(engine)["presence_check_due", "coord"] == 1
    assert roster(engine).attend_at > worlds.at("2026-12-02 07:55")


def test_only_what_lies_beneath_is_swept(engine: Engine, now: datetime) -> None:
    kept(engine, now, AHEAD)
    assert sweep.sweep(engine, now, within=["city"]).applied == 0
    assert versions(engine) == []
    assert sweep.sweep(engine, now, within=["town"]).applied > 0


def test_a_notice_that_comes_late_is_followed_at_the_next_sweep(engine: Engine, now: datetime) -> None:
    kept(engine, now, AHEAD)
    sweep.sweep(engine, now)
    publish(engine, "night:1", now)
    sweep.sweep(engine, now)
    before = watches(engine)
    with store.transaction(engine) as session:
        coord = worlds.actor(session, "coord")
        kind = SeasonKind.sensitive
        seasons.declare(session, coord, kind=kind, from_on=FROM, to_on=FROM, unit="town", name="两会", now=now)
    assert worlds.journal(engine, "stale")[-1][2] == "night"
    sweep.sweep(engine, now + timedelta(minutes=5))
    assert versions(engine)[1:] == [(2, "draft", FROM, FROM)]
    assert watches(engine) == before
    assert sweep.sweep(engine, now + timedelta(minutes=5)).applied == 0
    assert roster(engine).attend_at == worlds.at("2026-11-24 00:05")
