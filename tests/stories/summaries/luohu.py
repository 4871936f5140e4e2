"""Luohu district, January to November, built of its text: eight sub-plans, and what each of them counted."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from service import store
from service.access import SYSTEM, actor_for
from service.checklists import put
from service.incidents import acts as incidents
from tests.stories.summaries.office import DOER, Office, Place, at, days, once

TOP = "luohu"
STREETS = [Place(f"st{n:02}", f"示例街道{n}", TOP, "街道") for n in range(1, 11)]
# code of the sub-plan: sector, kind of its units, how many there are
SECTORS = {
    "hazchem": ("危险化学品", "企业", 250), "fire": ("消防", "场所", 73), "road": ("道路运输", "企业", 20),
    "construction": ("城市建设", "工地", 149), "parks": ("工业园区", "企业", 679), "waste": ("危险废物", "企业", 464),
}  # fmt: skip
SUBPLANS = {
    "study": "学习贯彻专题", "firms": "企业主体责任专题", "hazchem": "危险化学品安全整治", "fire": "消防安全整治",
    "road": "道路运输安全整治", "construction": "城市建设安全整治", "parks": "工业园区等功能区安全整治",
    "waste": "危险废物等安全整治",
}  # fmt: skip
SPAN = ("2023-01-01", "2023-11-30")
YEAR = ("2023-01-01", "2023-12-31")
BEGINS, END = date(2022, 12, 26), date(2023, 11, 30)
# found, rectified; nobody said how many of the parks' were
HAZARDS = {
    "hazchem": (2044, 1893), "fire": (9521, 8279), "road": (6012, 6012), "construction": (4655, 4655),
    "parks": (1394, 0), "waste": (215, 170),
}  # fmt: skip
STATED = {
    "hazards.found": 23_708, "hazards.rectified": 19_955, "enforcement.penalty": 1_019, "enforcement.fines": 6_337_450,
}  # fmt: skip
ROUNDS, LAST_ROUND = days("2023-01-09", 13, 21), date(2023, 10, 23)
SITES, PARKS, WASTE, REPAIRS = date(2023, 3, 20), date(2023, 4, 17), date(2023, 5, 22), date(2023, 8, 14)
DECLARED, STUDY, ONLINE, DRILLS = date(2023, 6, 5), date(2023, 2, 20), date(2023, 6, 16), date(2023, 11, 9)
FAIRS, STANDARDS, BOOKLETS = date(2023, 10, 10), date(2023, 7, 10), date(2023, 9, 5)
GATES, GUIDED = days("2023-02-14", 7, 30), days("2023-03-07", 13, 14)
ITEMS = [f"site:{n}" for n in range(1, 13)]
HERE = {"targets": {"kinds": ["district"]}}


def units_of(plan: str) -> list[Place]:
    """The units of a sub-plan's sector, spread over the streets."""
    sector, kind, many = SECTORS[plan]
    return [
        Place(f"{plan}-{n:03}", f"示例{sector}单位{n}", f"st{n % 10 + 1:02}", kind, sector, tags_of(plan, n))
        for n in range(1, many + 1)
    ]


def tags_of(plan: str, n: int) -> str:
    """The lists on which a unit stands: who is called to what is data."""
    lists = {
        "study": plan == "parks" and n <= 108, "drills": plan == "fire" or (plan == "hazchem" and n <= 50),
        "fairs": plan == "fire", "last": plan == "hazchem" and n <= 140, "checked": plan == "waste" and n <= 405,
        "repair": plan == "waste" and n <= 51, "standard": plan == "hazchem" and n <= 23,
    }  # fmt: skip
    return " ".join(name for name, on in lists.items() if on)


def found_district(engine: Any) -> Office:
    """The district with its streets and firms, its checklist, and the plan with its eight sub-plans and their own."""
    places = [Place(TOP, "罗湖区", "", "区"), *STREETS, *(unit for plan in SECTORS for unit in units_of(plan))]
    office = Office(engine, TOP, places, founded_on=date(2022, 12, 20))
    with store.transaction(engine) as session:
        words = [f"检查项目{n}" for n in range(1, 13)]
        put(session, SYSTEM, "site", name="在建项目检查表", owner=TOP, items=words, now=at(BEGINS))
    office.campaign(
        "luohu",
        "安全生产专项整治三年行动",
        *YEAR,
        quiet("luohu"),
        now=BEGINS,
        lookback={"after_days": [30], "sample": 0.01},
    )
    for key, name in SUBPLANS.items():
        office.campaign(key, name, *YEAR, *activities(key), parent="luohu", now=BEGINS)
    for key, parent, name in (
        ("roadmap", "construction", "重点项目路线图"), ("gates", "construction", "新建项目四方约谈"),
        ("repairs", "waste", "机动车维修行业危险废物整治"), ("standards", "hazchem", "安全生产标准化"),
        ("booklets", "hazchem", "事故警示教育"),
    ):  # fmt: skip
        office.campaign(key, name, *YEAR, *activities(key), parent=parent, now=BEGINS)
    return office


def quiet(key: str) -> dict[str, Any]:
    """An activity that lies after the period: a plan needs one."""
    return once(f"{key}-after", "meeting", "总结会", date(2023, 12, 28), **HERE)


def sector(plan: str, **more: Any) -> dict[str, Any]:
    return {"targets": {"sectors": [SECTORS[plan][0]]} | more}


def tagged(tag: str) -> dict[str, Any]:
    return {"targets": {"tags": [tag]}}


def activities(key: str) -> list[dict[str, Any]]:
    """What a sub-plan asks for."""
    visit = {"figures": ["people"]}
    asked: dict[str, list[dict[str, Any]]] = {
        "study": [
            once("sessions", "study", "专题学习", STUDY, **tagged("study"), figures=["people"]),
            once("online", "publicity", "平台推送", ONLINE, **HERE, figures=["posts", "reads"]),
        ],
        "hazchem": [
            *(
                once(f"round-{n}", "inspection", "涉危企业检查", on, **sector("hazchem"), **visit)
                for n, on in enumerate(ROUNDS)
            ),
            once("round-last", "inspection", "涉危企业检查", LAST_ROUND, **tagged("last"), **visit),
        ],
        "standards": [once("standard", "commitment", "标准化达标", STANDARDS, **tagged("standard"))],
        "booklets": [once("booklets", "publicity", "警示教育资料", BOOKLETS, **HERE, figures=["copies"])],
        "fire": [
            *(
                once(f"guided-{n}", "supervision", "督导检查", on, **HERE, figures=["groups", "units", "problems"])
                for n, on in enumerate(GUIDED)
            ),
            once("drills", "drill", "消防演练", DRILLS, **tagged("drills")),
            once("fairs", "publicity", "消防宣传", FAIRS, **tagged("fairs"), figures=["copies"]),
        ],
        "construction": [
            once("sites", "inspection", "在建项目检查", SITES, **sector("construction"), checklist="site"),
        ],
        "roadmap": [
            *(once(f"due-{n}", "self_check", "今年任务", date(2023, 6, 1 + n % 28), **HERE) for n in range(35)),
            *(once(f"later-{n}", "self_check", "后续任务", date(2023, 12, 10 + n), **HERE) for n in range(12)),
        ],
        "gates": [
            once(f"gate-{n}", "meeting", "四方约谈", on, **HERE, figures=["people", "projects"])
            for n, on in enumerate(GATES)
        ],
        "parks": [
            once("parks", "inspection", "园区执法检查", PARKS, **sector("parks")),
            *(once(f"drill-{n}", "drill", "应急演练", on, **HERE) for n, on in enumerate(days("2023-05-10", 2, 90))),
        ],
        "waste": [
            once("checks", "inspection", "产废企业检查", WASTE, **tagged("checked")),
            once("declared", "commitment", "固体废物申报登记", DECLARED, **sector("waste")),
        ],
        "repairs": [
            once("repair", "inspection", "维修企业核查", REPAIRS, **tagged("repair")),
        ],
    }  # fmt: skip
    return asked.get(key) or [quiet(key)]


def live(office: Office) -> None:
    """The eleven months, occasion by occasion."""
    steps: list[tuple[date, str, str, dict[str, Any]]] = [
        (STUDY, "study", "sessions", {"figures": lambda n, _unit: {"people": 47 if n < 84 else 46}}),
        (ONLINE, "study", "online", {"figures": {"posts": 391, "reads": 65_400}}),
        (LAST_ROUND, "hazchem", "round-last", {"figures": {"people": 2}}),
        (STANDARDS, "standards", "standard", {}), (BOOKLETS, "booklets", "booklets", {"figures": {"copies": 1_600}}),
        (DRILLS, "fire", "drills", {}),
        (FAIRS, "fire", "fairs", {"figures": lambda n, _unit: {"copies": 346 if n < 73 else 0}}),
        (SITES, "construction", "sites", {"answers": ITEMS}), (PARKS, "parks", "parks", {}),
        (WASTE, "waste", "checks", {}), (DECLARED, "waste", "declared", {"most": 461}),
        (REPAIRS, "repairs", "repair", {}),
    ]  # fmt: skip
    for n, on in enumerate(ROUNDS):
        # 171 inspections went out with three people, all others with two
        people = {"figures": lambda place, _unit, n=n: {"people": 3 if n == 0 and place < 171 else 2}}
        steps.append((on, "hazchem", f"round-{n}", people))
    for n, on in enumerate(GUIDED):
        shared = {"groups": 2 if n < 3 else 1, "units": 5 if n < 11 else 4, "problems": 5 if n < 11 else 4}
        steps.append((on, "fire", f"guided-{n}", {"figures": shared}))
    steps += [(on, "gates", f"gate-{n}", {"figures": {"people": 36, "projects": 12}}) for n, on in enumerate(GATES)]
    steps += [(on, "parks", f"drill-{n}", {}) for n, on in enumerate(days("2023-05-10", 2, 90))]
    steps += [(date(2023, 6, 1 + n % 28), "roadmap", f"due-{n}", {}) for n in range(35)]
    last = None
    for on, campaign, activity, more in sorted(steps, key=lambda one: one[:3]):
        if on != last:
            office.sweep(on)
            last = on
        assert office.do(campaign, activity, on, **more), (on, activity)


def ledger(office: Office) -> int:
    """The hazards of all sectors, imported as one sheet."""
    return office.ledger(hazard_rows(), END).made


def hazard_rows() -> Iterator[tuple[str, ...]]:
    for plan, (found, rectified) in HAZARDS.items():
        units = SECTORS[plan][2] if plan != "waste" else 215
        for n in range(found):
            on = date(2023, 1 + n % 10, 1 + n % 28)
            done = str(on) if n < rectified else ""
            source = "督导检查" if plan == "fire" and n < 63 else "检查"
            yield (
                code_of(plan, n), plan, f"{plan}-{n % units + 1:03}", f"隐患{n}", "一般", source, str(on), "2023-12-15",
                done, done,
            )  # fmt: skip


def code_of(plan: str, n: int) -> str:
    return f"{plan}-{n:05}"


def measures() -> Iterator[Mapping[str, Any]]:
    """Every measure of enforcement the text counts, each for a hazard of its sector."""
    yield from taken("hazchem", "filed_case", 1, 50_000)
    yield from taken("hazchem", "seizure", 2, 0)
    yield from taken("fire", "penalty", 9, 50_000)
    yield from taken("fire", "interview", 51, 0)
    yield from taken("road", "penalty", 1_059, 5_595_700)
    for kind, many, yuan in (
        ("stop_work", 119, 0), ("order", 1_138, 0), ("deduction", 732, 0), ("yellow_warning", 64, 0),
        ("red_warning", 12, 0), ("interview", 102, 0), ("penalty", 40, 1_355_000),
    ):  # fmt: skip
        yield from taken("construction", kind, many, yuan)
    yield from taken("parks", "filed_case", 23, 164_900)


def taken(plan: str, kind: str, many: int, yuan: int) -> Iterator[Mapping[str, Any]]:
    """So many measures of a kind; the first bears what the equal amounts of the others leave."""
    units, found = SECTORS[plan][2], HAZARDS[plan][0]
    for n in range(many):
        amount = yuan // many + (yuan % many if n == 0 else 0)
        hazard = n % min(units, found)
        more = {"goods": ("危险化学品7190公斤", "黑油品515升")[n]} if kind == "seizure" else {}
        yield {
            "unit": f"{plan}-{hazard % units + 1:03}", "kind": kind, "on": date(2023, 1 + n % 11, 20),
            "amount_yuan": amount, "hazard": code_of(plan, hazard), **more,
        }  # fmt: skip


def accidents(office: Office) -> None:
    """The accidents of this year and of the one before: 13 against 21, 8 dead against 15, 9 injured against 12."""
    with store.transaction(office.engine) as session:
        doer = actor_for(session, DOER)
        for year, many, deaths, injured in ((2022, 21, 15, 12), (2023, 13, 8, 9)):
            for n in range(many):
                incidents.report(
                    session, doer, now=at(END), unit=TOP, kind="accident", description=f"{year}年第{n + 1}起",
                    happened_at=at(date(year, 1 + n % 10, 5), 3), deaths=share(deaths, many, n),
                    injured=share(injured, many, n),
                )  # fmt: skip


def share(total: int, many: int, n: int) -> int:
    """The n-th of so many whole shares that make a total."""
    return total * (n + 1) // many - total * n // many
