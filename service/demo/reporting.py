"""The town's own reports in the sample town: those of 2023 frozen, signed and sent; last month's form under way."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from models import Report
from models.kinds import ReportPeriod, ReportState
from service.access import Actor
from service.demo.diary import Diary
from service.demo.founding import TOWN
from service.reports import freezing, sending, writing
from service.reports.asked import ask
from service.reports.found import find
from service.reports.templates import template
from service.rules.reports import stretch_before, stretch_holding

HALF_A_DAY, BEGUN_BEFORE = timedelta(hours=12), timedelta(days=3)
WORDS = {
    "intro": "今年以来，全镇认真贯彻上级关于安全生产工作的部署要求，压紧压实各方责任，安全生产形势总体平稳。",
    "problems": "一是部分企业主体责任落实不到位，自查自改流于形式；二是基层网格员专业能力不足，隐患辨识不够准确。",
    "next_steps": "一是持续开展隐患排查整治，对账销号；二是加强网格员培训；三是严格落实值班值守制度。",
}
FOOT = "数据截至月末，以台账为准。"


class Reporting:
    """Enters what becomes of the reports: drafted by the sweep, they are written, frozen, signed and sent by people."""

    def __init__(self, diary: Diary) -> None:
        self.diary = diary
        self.coordinator = diary.people[diary.crew.coordinator]
        self.leader = diary.people[diary.crew.leaders[-1]]

    def close_year(self, on: date) -> None:
        """At noon of a day all of the town's own reports are frozen; all but the last are signed and sent as well."""
        self.diary.enter(self.diary.days.start_of(on) + HALF_A_DAY, f"reports {on:%Y}", self.hand_in)

    def hand_in(self, session: Session, now: datetime) -> None:
        drafts = select(col(Report.key)).where(col(Report.unit) == TOWN, col(Report.state) == ReportState.drafting)
        keys = session.execute(drafts.order_by(col(Report.to_on), col(Report.key))).scalars().all()
        for key in keys:
            self.freeze(session, key, now)
        for key in keys[:-1]:
            sending.sign(session, self.leader, key, now=now)
            sending.send(session, self.coordinator, key, now=now)

    def freeze(self, session: Session, key: str, now: datetime) -> None:
        """Write the parts that people write, and freeze what the records say with them."""
        for name in template(find(session, self.coordinator, key).template).texts():
            if name in WORDS:
                writing.write(session, self.coordinator, key, name, WORDS[name], now=now)
        report = find(session, self.coordinator, key)
        drawing = writing.drawing_in(session, report, now=now)
        freezing.freeze(session, self.coordinator, drawing, now=now)

    def go_on(self, now: datetime) -> None:
        """A few days before now the form of last month is begun."""
        self.diary.enter(now - BEGUN_BEFORE, "monthly form", self.begin)

    def begin(self, session: Session, now: datetime) -> None:
        today = self.diary.days.civil(now)
        month = stretch_before(stretch_holding(ReportPeriod.month, today))
        actor: Actor = self.coordinator
        asked = ask(session, actor, unit=TOWN, from_on=month.from_on, to_on=month.to_on)
        key = writing.begin(session, actor, asked, now=now)
        writing.write(session, actor, key, "remarks", FOOT, now=now)
        report = find(session, actor, key)
        drawing = writing.drawing_in(session, report, now=now)
        writing.redraft(session, actor, drawing, now=now)
