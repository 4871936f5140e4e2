"""Good campaign files: what they say, what holds where they are silent, and the line of everything."""

import time
from datetime import date
from pathlib import Path

import pytest

from models.kinds import ActivityKind, Festival, RestDayRule, Risk, Role, SeasonKind
from service.campaignfile import fault, read
from service.rules.plan import (
    Assignee,
    Lookback,
    OnDate,
    OnEvent,
    OnHoliday,
    OnRule,
    OnSeason,
    Phase,
    Plan,
    Rung,
    Span,
    Targets,
)

GOLDEN = Path(__file__).parents[1] / "golden/campaigns"
LEAST = "key: k\nname: n\nowner: o\nfrom: 2026-01-01\nto: 2026-12-31\n"


def golden(name: str) -> Plan:
    return read((GOLDEN / name).read_bytes())


def activity(when: str) -> Plan:
    return read(f"{LEAST}activities:\n  - {{key: a, kind: visit, when: {when}}}\n")


def test_the_drive_of_2023_is_read_whole() -> None:
    plan = golden("three-year-2023.yaml")
    assert (plan.key, plan.name, plan.owner) == ("three-year-2023", "安全生产专项整治三年行动", "yanjing")
    assert (plan.basis, plan.parent) == ("井安委〔2023〕4号", None)
    assert (plan.from_on, plan.to_on) == (date(2023, 4, 1), date(2023, 12, 31))
    assert plan.phases == (
        Phase("动员部署", date(2023, 4, 1), date(2023, 6, 30)),
        Phase("排查整治", date(2023, 7, 1), date(2023, 12, 31)),
    )
    assert plan.targets == Targets("yanjing", kinds=("enterprise", "site"), min_risk=Risk.blue)
    assert plan.lookback == Lookback((30, 90), Span(working_days=5), 1.0)
    assert plan.deadlines == {"general": Span(working_days=10), "major": Span(days=30)}
    assert plan.escalation == (
        Rung(Span(hours=0)),
        Rung(Span(working_days=1), 2),
        Rung(Span(working_days=2), 3),
        Rung(Span(working_days=3), 4),
        Rung(Span(working_days=5), 3, of_parent=True),
    )


def test_its_activities() -> None:
    plan = golden("three-year-2023.yaml")
    holidays, monthly, patrol, day = plan.activities
    all_but_new_year = tuple(festival for festival in Festival if festival is not Festival.new_year)
    assert holidays.when == OnHoliday(all_but_new_year, 7, 1)
    assert (holidays.kind, holidays.name) == (ActivityKind.inspection, "节前安全检查")
    assert (holidays.assignee, holidays.checklist) == (Assignee(level=2), "general")
    assert holidays.figures == ("people", "vehicles")
    assert holidays.due == Span(days=6), "opens 7 days before, is due 1 day before"
    assert monthly.when == OnRule("FREQ=MONTHLY;BYMONTHDAY=10", RestDayRule.next_workday)
    assert (monthly.name, monthly.targets) == ("monthly-self-check", plan.targets)
    assert (patrol.when, patrol.due) == (OnSeason(SeasonKind.flood, 7), Span(days=2))
    assert patrol.targets == Targets("yanjing", kinds=("hazard_point",))
    assert (day.when, day.due, day.assignee) == (OnDate(date(2023, 6, 16)), Span(days=0), Assignee(level=1))
    assert {a.window for a in plan.activities} == {Span(working_days=5)}


def test_a_file_may_say_nothing_but_who_and_when() -> None:
    plan = golden("overall-plan.yaml")
    assert plan.targets == Targets("luohu")
    assert (plan.activities, plan.phases) == ((), ())
    assert (plan.lookback, plan.deadlines, plan.escalation) == (None, None, None)


def test_a_sub_plan_with_every_form() -> None:
    plan = golden("sub-plan.yaml")
    by_key = {a.key: a for a in plan.activities}
    assert (plan.parent, plan.from_on) == ("总体方案-2026", date(2026, 3, 1))
    assert plan.targets.sectors == ("危险化学品", "粉尘涉爆")
    assert by_key["节前"].when == OnHoliday((Festival.national_day,), 7, 3)
    assert by_key["weekly"].when == OnRule("FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20261231", RestDayRule.skip)
    assert by_key["last-friday"].assignee == Assignee(role=Role.inspector)
    assert by_key["heat"].assignee == Assignee(duty="officer")
    assert (by_key["heat"].due, by_key["heat"].window) == (Span(hours=12), Span(days=1))
    assert by_key["opening"].assignee == Assignee(person="A001")
    assert by_key["minutes"].when == OnEvent("approved:hazchem-2026:opening")
    assert by_key["before-works"].when == OnEvent("project-registered")
    assert by_key["before-works"].targets == Targets("luohu-works")
    assert by_key["visits"].targets == Targets("luohu", tags=("独居老人",))
    assert plan.lookback == Lookback((30, 90), Span(working_days=5), 0.25)
    assert plan.deadlines == {"major": Span(days=60)}
    assert plan.escalation == (), "an empty list tells nobody; silence leaves it to the parent"


def test_json_is_read_too_with_its_tabs_and_surrogate_pairs() -> None:
    plan = golden("drive.json")
    assert plan.name == "山林防火 𠀀"
    assert [a.when for a in plan.activities] == [OnSeason(SeasonKind.forest_fire, 3), OnDate(date(2026, 3, 12))]
    assert fault(plan, "activities[1].due", "Too short").field == "line 9: activities[1].due"


@pytest.mark.parametrize(
    ("when", "due"),
    [
        ("{season: flood}", Span(days=6)),
        ("{season: flood, every_days: 1}", Span(days=0)),
        ("{season: flood, every_days: 90}", Span(days=30)),
        ("{date: 2026-05-05}", Span(days=0)),
        ("{rrule: FREQ=WEEKLY}", Span(working_days=5)),
        ("{event: registered}", Span(working_days=5)),
        ("{holiday: [qingming]}", Span(days=6)),
        ("{holiday: [qingming], opens_days_before: 0}", Span(days=0)),
        ("{holiday: [qingming], due_days_before: 10}", Span(days=0)),
    ],
)
def test_due_where_the_file_is_silent(when: str, due: Span) -> None:
    assert activity(when).activities[0].due == due


def test_null_is_silence_and_a_byte_order_mark_is_nothing() -> None:
    said = LEAST + "basis: null\nparent: ~\nphases:\nlookback: null\nescalation:\n"
    assert read(b"\xef\xbb\xbf" + said.encode()) == read(LEAST)


def test_lines_end_as_they_like() -> None:
    text = (GOLDEN / "three-year-2023.yaml").read_text("utf-8")
    windows = read(text.replace("\n", "\r\n"))
    assert windows == read(text)
    assert windows.lines == read(text).lines


def test_ten_years_are_the_longest_period() -> None:
    assert read(LEAST.replace("to: 2026-12-31", "to: 2035-12-31")).to_on == date(2035, 12, 31)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("owner", 3),
        ("parent", 5),
        ("phases[1].to", 10),
        ("targets.within", 11),
        ("activities[0].checklist", 18),
        ("activities[0].when.holiday[3]", 16),
        ("activities[0].targets.within", 11),
        ("activities[2].targets.within", 11),
        ("activities[2].targets.kinds", 28),
        ("activities[2].targets.tags", 28),
        ("activities[3].checklist", 30),
        ("activities[3].assignee.level", 30),
        ("lookback.sample", 33),
        ("escalation[4].to.of", 40),
        ("", 1),
        ("nowhere", 1),
    ],
)
def test_later_faults_find_their_line(path: str, line: int) -> None:
    found = fault(golden("three-year-2023.yaml"), path, "There is no unit {code}", code="x")
    assert found.field == (f"line {line}: {path}" if path else f"line {line}")
    assert (found.reason, found.facts) == ("There is no unit {code}", {"code": "x"})


def test_targets_that_name_no_unit_point_at_the_owner() -> None:
    plan = activity("{event: e}")
    assert fault(plan, "targets.within", "x").field == "line 3: targets.within"
    assert fault(plan, "activities[0].targets.within", "x").field == "line 3: activities[0].targets.within"


def test_reading_takes_no_time_to_speak_of() -> None:
    raw = (GOLDEN / "three-year-2023.yaml").read_bytes()
    read(raw)
    began = time.process_time()
    for _ in range(20):
        read(raw)
    assert (time.process_time() - began) / 20 < 0.02
