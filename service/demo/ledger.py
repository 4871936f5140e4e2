"""The town's ledger: hazards are found, assigned, rectified, accepted and looked back at; some of it goes wrong."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import and_, select
from sqlmodel import Session, col

from models import HazardCycle, Recheck
from models.kinds import HazardLevel, RecheckState
from service import enforcement, evidence, reports_in, store
from service.access import Actor
from service.demo import facts, photos
from service.demo.colleagues import moment_of_day
from service.demo.diary import Diary
from service.hazards import acts as hazards
from service.hazards import reporting as hazard_reports
from service.rechecks import acts as rechecks

MAJOR, APPROVER = HazardLevel.major, "JY001"
RESULTS = {
    "held": "现场复查，整改措施保持良好",
    "rebounded": "回头看发现同样问题再次出现",
    "blocked": "现场停业锁门，未能查看",
}  # what is written down at a look-back
PHOTOGRAPHED = 4  # every fourth hazard of the ledger has its photos
Deed = Callable[[Session, datetime], Any]


class Ledger:
    """What happens to each hazard; `looks` are the results that its look-backs will have, in turn."""

    def __init__(self, diary: Diary) -> None:
        self.diary, self.crew = diary, diary.crew
        self.looks: dict[str, list[str]] = {}
        self.scenes: dict[str, int] = {}
        self._seen: set[str] = set()

    def found_at_tasks(self, codes: Sequence[str], finder: str, now: datetime) -> None:
        """What an inspection found is put right while the inspector is there."""
        for code in codes:
            if code not in self.looks:
                self.looks[code] = []
                self.fixed_on_the_spot(code, finder, now, "当场整改完毕，复查合格")

    def tell(self, today: date) -> None:
        """Note all that is told of the months before today."""
        noted = facts.noted("hazards")
        for nth, one in enumerate(noted["told"]):
            self.enter(today - timedelta(days=one["ago"]), one | noted["sorts"][one["sort"]], nth)
        for nth, one in enumerate(noted["enforcement"]):
            self.enforce(today - timedelta(days=one["ago"]), dict(one), nth)
        for one in noted["public"]:
            self.diary.enter(self.hour(today - timedelta(days=one["ago"]), 1), one["unit"], seen_by_anybody(one))

    def hour(self, on: date, nth: int) -> datetime:
        """A moment of office hours on a day, always the same one for the same matter."""
        return moment_of_day(self.diary.days, on, Random(f"{self.diary.seed} {on} {nth}"))

    def enter(self, on: date, one: dict[str, Any], nth: int) -> None:
        """Note one hazard's course, from the finding on."""
        finder = self.crew.inspectors[nth % len(self.crew.inspectors)]
        at, actor = self.hour(on, nth), self.diary.people[finder]
        told = {"place": one["place"], "category": one["category"], "level": one.get("level", HazardLevel.general)}
        told |= {"source": one.get("source", "inspection"), "mode": "on_spot" if one.get("spot") else "by_deadline"}

        def find(session: Session, now: datetime) -> None:
            code = hazard_reports.report(session, actor, now=now, unit=one["unit"], description=one["words"], **told)
            self.looks[code] = list(one.get("looks", ()))
            if nth % PHOTOGRAPHED == 0:
                self.scenes[code] = nth
                self.show(session, actor, code, now, "before")
            if one.get("spot"):
                self.fixed_on_the_spot(code, finder, now, one["done_words"])
            elif one["to"]:
                self.follow(code, on, one, nth)

        self.diary.enter(at, f"hazard {nth:03}", find)

    def fixed_on_the_spot(self, code: str, finder: str, at: datetime, words: str) -> None:
        """Put right while the inspector stands there, and accepted by somebody else."""
        self.show_mended(code, at + timedelta(minutes=20), finder)
        self.do(code, at + timedelta(minutes=25), finder, hazards.submit, note=words)
        judge = self.crew.checker_of(finder, afield=False)
        self.do(code, at + timedelta(hours=3), judge, hazards.accept)

    def follow(self, code: str, on: date, one: dict[str, Any], nth: int) -> None:
        """Assigned the next working day, rectified `done` days after it was found, accepted soon after."""
        days, crew = self.diary.days, self.crew
        assured = {"measures": one["measures"], "contingency": one.get("contingency", "")}
        assigned_at = self.hour(days.add_working_days(on, 1), nth)
        self.do(
            code, assigned_at, crew.coordinator, hazards.assign, responsible=one["to"],
            funds_yuan=one.get("funds"), **assured,
        )  # fmt: skip
        if one.get("level") == MAJOR:
            self.do(code, assigned_at + timedelta(minutes=20), crew.leaders[0], hazards.supervise, supervisor=APPROVER)
        self.do(code, assigned_at + timedelta(hours=1), one["to"], hazards.begin)
        if "done" in one:
            done_on = max(on + timedelta(days=one["done"]), days.civil(assigned_at) + timedelta(days=1))
            self.hand_in(code, done_on, one, nth)

    def hand_in(self, code: str, on: date, one: dict[str, Any], nth: int) -> None:
        days, judge = self.diary.days, self.crew.inspectors[-1]
        self.show_mended(code, self.hour(on, nth) - timedelta(minutes=5), one["to"])
        self.do(code, self.hour(on, nth), one["to"], hazards.submit, note=one["done_words"])
        if one.get("back"):
            on = days.add_working_days(on, 1)
            self.do(code, self.hour(on, nth), judge, hazards.reject, reason="整改照片看不清部位，请补充")
            on = days.add_working_days(on, 2)
            self.do(code, self.hour(on, nth), one["to"], hazards.submit, note=f"{one['done_words']}，已补拍")
        accepted_at = self.hour(days.add_working_days(on, 1), nth) + timedelta(minutes=5)
        self.do(code, accepted_at, judge, hazards.accept)
        if one.get("level") == MAJOR:
            self.do(code, accepted_at + timedelta(days=1), APPROVER, hazards.approve)

    def do(self, code: str, at: datetime, person: str, act: Callable[..., Any], **what: Any) -> None:
        """Note one act of somebody's on a hazard."""
        actor = self.diary.people[person]
        self.diary.enter(at, f"hazard {code}", lambda session, now: act(session, actor, code, now=now, **what))

    def show(self, session: Session, actor: Actor, code: str, now: datetime, stage: str) -> None:
        """Add the photo of a hazard's place, as it was or as it is now."""
        photo = photos.photo(self.scenes[code], mended=stage == "after")
        evidence.add(session, actor, code, now=now, photo=photo, stage=stage)

    def show_mended(self, code: str, at: datetime, person: str) -> None:
        """Note that whoever put it right photographs it, where it was photographed when it was found."""
        if code in self.scenes:
            actor = self.diary.people[person]
            self.diary.enter(at, f"hazard {code}", lambda session, now: self.show(session, actor, code, now, "after"))

    def enforce(self, on: date, one: dict[str, Any], nth: int) -> None:
        inspector = self.diary.people[self.crew.inspectors[0]]
        told = {name: value for name, value in one.items() if name != "ago"}
        told["document"] = one.get("document", "").format(year=on.year)
        self.diary.enter(
            self.hour(on, nth), f"enforcement {nth}",
            lambda session, now: enforcement.record(session, inspector, now=now, **told),
        )  # fmt: skip

    def look_around(self, now: datetime) -> None:
        """Note who looks back at what has come open since the last look, and what they will find."""
        with store.reading(self.diary.engine) as session:
            opened = (
                select(col(Recheck.key), col(Recheck.hazard), col(HazardCycle.submitted_by))
                .join(
                    HazardCycle,
                    and_(
                        col(HazardCycle.hazard) == col(Recheck.hazard),
                        col(HazardCycle.cycle) == col(Recheck.cycle),
                    ),
                )
                .where(col(Recheck.state) == RecheckState.open)
            )
            found = [row for row in session.execute(opened.order_by(col(Recheck.key))) if row.key not in self._seen]
        for nth, row in enumerate(found):
            self._seen.add(row.key)
            left = self.looks.get(row.hazard, [])
            outcome = left.pop(0) if left else "held"
            if outcome != "missed":
                on = self.diary.days.add_working_days(self.diary.days.civil(now), 1 + nth % 3)
                self.diary.enter(self.hour(on, nth), row.key, self.look_back(row, outcome, on))

    def look_back(self, row: Any, outcome: str, on: date) -> Deed:
        """Another than who rectified it goes and looks; what is there again is assigned anew, and rectified."""
        key, code = row.key, row.hazard
        inspector = self.diary.people[next(one for one in self.crew.inspectors[::-1] if one != row.submitted_by)]

        def look(session: Session, now: datetime) -> None:
            rechecks.result(session, inspector, key, outcome, now=now, note=RESULTS[outcome])
            if outcome == "rebounded":
                holder = hazards.find(session, inspector, code).hazard.responsible
                again = {
                    "to": holder,
                    "measures": "重新整改并落实每日巡查",
                    "done": 6,
                    "done_words": "已重新整改，专人每日检查",
                }
                self.follow(code, on, again, len(code))

        return look


def seen_by_anybody(one: dict[str, Any]) -> Deed:
    """Somebody reports what they saw, without signing in."""

    def report(session: Session, now: datetime) -> None:
        reports_in.report_publicly(session, unit=one["unit"], text=one["words"], contact=one["contact"], now=now)

    return report
