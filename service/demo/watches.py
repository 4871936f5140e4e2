"""The town's duty: a roster planned month by month, its watches kept, one swapped, one left vacant by an absence."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import combinations
from random import Random
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models import PresenceCheck, Watch
from models.kinds import WatchState
from service import store
from service.demo import facts
from service.demo.diary import Act, Diary
from service.duty import drafting, gaps, presence, publishing, rosters, serving, swaps
from service.duty.allowed import find_watch
from service.errors import Conflict

ROSTER = "town-24h"
DRAFTED_WITHIN_SECONDS = 20.0
LOGGED = (
    "巡查镇区一遍，未见异常",
    "接县应急办电话，要求报送雨情，已回复",
    "与各村值班员通话点名，均在岗",
    "辖区道路正常通行",
)
MATTER = "石板沟村报告路边落石约两方，已设警示，待交通站清理"


class Duty:
    """The roster of the sample town around today."""

    def __init__(self, diary: Diary) -> None:
        self.diary, self.coordinator = diary, diary.people[diary.crew.coordinator]
        self.leader = diary.people[diary.crew.leaders[0]]

    def begin(self, today: date, now: datetime) -> None:
        """Enter the roster and publish last month and this one, as they were planned then."""
        with store.transaction(self.diary.engine) as session:
            rosters.apply_file(session, self.coordinator, facts.text("roster"), now=now)
        self.publish(self.draft(first_of(today, -1), last_of(today), now), now)
        self.keep(now)

    def go_on(self, today: date, now: datetime) -> None:
        """Publish the month to come; what comes after it is drafted and stands beside it."""
        self.publish(self.draft(first_of(today, 1), last_of(first_of(today, 1)), now), now)
        self.draft(first_of(today, 2), last_of(first_of(today, 2)), now + timedelta(minutes=20))

    def draft(self, first: date, last: date, now: datetime) -> str:
        return drafting.draft(
            self.diary.engine, self.coordinator, ROSTER, first, last, now=now, seconds=DRAFTED_WITHIN_SECONDS, workers=1
        )

    def publish(self, version: str, now: datetime) -> None:
        with store.transaction(self.diary.engine) as session:
            publishing.publish(session, self.leader, version, now=now + timedelta(minutes=10))

    def keep(self, now: datetime) -> None:
        """Note that everybody confirms, comes and hands over; now and then a line is written down."""
        with store.reading(self.diary.engine) as session:
            columns = select(col(Watch.key), col(Watch.served_by), col(Watch.starts_at), col(Watch.ends_at))
            rows = session.execute(columns.where(col(Watch.roster) == ROSTER).order_by(col(Watch.key))).all()
        for row in rows:
            if row.starts_at < now:
                continue
            chance = Random(f"{self.diary.seed} {row.key}")
            early = timedelta(minutes=chance.randint(3, 25))
            self.diary.enter(row.starts_at - timedelta(hours=20), row.key, self.confirm(row.key))
            self.diary.enter(row.starts_at - early, row.key, self.come(row.key))
            if chance.random() < 0.25:
                at = row.starts_at + timedelta(hours=chance.randint(2, 12))
                self.diary.enter(at, row.key, self.write(row.key, chance.choice(LOGGED)))
            self.diary.enter(row.ends_at - timedelta(minutes=2), row.key, self.hand_over(row.key))

    def confirm(self, key: str) -> Act:
        def act(session: Session, now: datetime) -> None:
            watch = serves(session, key)
            if watch is not None and watch.state == WatchState.published:
                serving.confirm(session, self.diary.people[watch.served_by], key, now=now)

        return act

    def come(self, key: str) -> Act:
        def act(session: Session, now: datetime) -> None:
            watch = serves(session, key)
            if watch is not None:
                serving.check_in(session, self.diary.people[watch.served_by], key, now=now)

        return act

    def write(self, key: str, words: str) -> Act:
        def act(session: Session, now: datetime) -> None:
            watch = serves(session, key)
            if watch is not None:
                serving.log(session, self.diary.people[watch.served_by], key, words, now=now)

        return act

    def hand_over(self, key: str) -> Act:
        def act(session: Session, now: datetime) -> None:
            watch = serves(session, key)
            if watch is not None and watch.state == WatchState.on_duty:
                serving.hand_over(session, self.diary.people[watch.served_by], key, now=now, note="正常交接")

        return act

    def today(self, now: datetime) -> None:
        """What is on this week: a matter in the log, a swap that is asked for, and somebody who will be away."""
        with store.transaction(self.diary.engine) as session:
            ahead = select(col(Watch.key), col(Watch.role), col(Watch.served_by), col(Watch.on), col(Watch.state))
            ahead = ahead.where(col(Watch.roster) == ROSTER, col(Watch.ends_at) > now).order_by(col(Watch.starts_at))
            rows = [row for row in session.execute(ahead) if row.served_by]
            standing = next(row for row in rows if row.state == WatchState.on_duty and row.role == "officer")
            person = self.diary.people[standing.served_by]
            serving.log(session, person, standing.key, MATTER, now=now - timedelta(hours=2), matter=True)
            officers = [row for row in rows if row.role == "officer" and row.state == WatchState.published]
            away = officers[5]
            gaps.enter_absence(
                session, self.diary.people[away.served_by], away.served_by, away.on, away.on,
                now=now - timedelta(hours=3), reason="外出培训",
            )  # fmt: skip
            left = [row for row in officers if row.served_by != away.served_by]
        self.ask(left, now - timedelta(hours=1))
        self.check(now)

    def check(self, now: datetime) -> None:
        """Two of those who serve now are drawn to be looked for, and the first was found at the post."""
        days, crew = self.diary.days, self.diary.crew
        drawn_at = now - timedelta(hours=2)
        with store.transaction(self.diary.engine) as session:
            try:
                draw = presence.draw(
                    session, self.coordinator, ROSTER, days.civil(drawn_at), count=2, now=drawn_at, seed=self.diary.seed
                )
            except Conflict:
                return  # whoever served then has handed over
            drawn = select(col(PresenceCheck.key), col(Watch.served_by)).join(
                Watch, col(PresenceCheck.watch) == col(Watch.key)
            )
            drawn = drawn.where(col(PresenceCheck.draw) == draw, col(Watch.starts_at) < drawn_at)
            for key, served_by in session.execute(drawn.order_by(col(PresenceCheck.key)).limit(1)):
                looks = next(one for one in crew.inspectors if one != served_by)
                at = now - timedelta(hours=1)
                presence.record(session, self.diary.people[looks], key, present=True, now=at, note="电话抽查，在岗")

    def ask(self, officers: Sequence[Any], now: datetime) -> None:
        """The first two officers who may change places: one asks, the other has not answered yet."""
        with store.transaction(self.diary.engine) as session:
            for mine, theirs in combinations(officers[1:], 2):
                if mine.served_by == theirs.served_by or self.breaks(session, mine, theirs):
                    continue
                swaps.ask(
                    session, self.diary.people[mine.served_by], mine.key, theirs.served_by, now=now,
                    in_return=theirs.key, reason="家中有事",
                )  # fmt: skip
                return

    def breaks(self, session: Session, mine: Any, theirs: Any) -> bool:
        """Whether any rule of the roster is broken when two change places."""
        found = [find_watch(session, self.coordinator, one.key) for one in (mine, theirs)]
        return bool(swaps.weigh(session, found, {mine.key: theirs.served_by, theirs.key: mine.served_by}))


def serves(session: Session, key: str) -> Any:
    """Who serves a watch, and its state; None for one that nobody serves."""
    statement = select(col(Watch.served_by), col(Watch.state)).where(col(Watch.key) == key)
    return session.execute(statement.where(col(Watch.served_by).is_not(None))).one_or_none()


def first_of(day: date, months: int) -> date:
    """The first day of a month so many months on."""
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def last_of(day: date) -> date:
    return first_of(day, 1) - timedelta(days=1)
