"""Reports as they are seen and worked through: begun, written, frozen, signed, sent; figures opened; the ten haves."""

import re
from collections.abc import Iterator
from datetime import datetime
from html import unescape
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from playwright.sync_api import Browser, expect

from models import Report, ReportEdition, ReportText, Task
from models.kinds import Role
from service import people, store, sweeps
from service.access import SYSTEM
from service.reports import files
from service.settings import settings
from tests.service.worlds import drive, launch, once, row, rows
from tests.web.pages.conftest import copied
from tests.web.pages.rig import COORDINATOR, LEADER, PHONE, VIEWER, VILLAGE_HEAD, Eyes, Town, no_sideways

pytestmark = pytest.mark.browser

HALF_YEAR = "report:campaign:work-2023:half-year-summary:2023-07-25:yanjing"
MONTH = "report:yanjing:monthly_form:2026-10-01:2026-10-31:-"
DRIVE = "safety-checks-2026-11"
RECORDS = "/figures/hazards.found/records?unit=yanjing&from=2023-01-01&to=2023-12-31"
PAGES = (
    ("/reports", COORDINATOR, "reports"),
    ("/reports/+new", COORDINATOR, "report-new"),
    ("/reports/+file", COORDINATOR, "report-file"),
    (f"/reports/{MONTH}", COORDINATOR, "report-draft"),
    (RECORDS, COORDINATOR, "figure-records"),
    ("/readiness", COORDINATOR, "readiness-choose"),
    (f"/readiness?campaign={DRIVE}&unit=yanjing", COORDINATOR, "readiness"),
)
# fixed, however many records there are: ten scores each look at tables of their own
STATEMENTS = {"readiness": 30}
STATEMENTS_MOST = 14
WORDS = {
    "zh_CN": {
        "begin": "新建并起草", "save": "保存填写内容", "freeze": "定稿", "sign": "签发", "send": "报送上级",
        "saved": "填写内容已保存到报告中", "frozen": "报告已定稿，数字不再变动", "signed": "报告已签发",
        "sent": "报告已报送上级单位",
    },
    "en": {
        "begin": "Begin the report", "save": "Save what is written", "freeze": "Freeze it", "sign": "Sign it",
        "send": "Send it up", "saved": "What you wrote stands in the report",
        "frozen": "The report is frozen: its figures stay as they are", "signed": "The report is signed",
        "sent": "The report is sent to the unit above",
    },
}  # fmt: skip


@pytest.mark.parametrize(("path", "person", "name"), PAGES, ids=[name for _, _, name in PAGES])
def test_a_page_looks_right(still_eyes: Eyes, still_town: Town, path: str, person: str, name: str) -> None:
    with still_town.visitor(person) as visitor:
        asked = visitor.statements(path)
    assert len(asked) <= STATEMENTS.get(name, STATEMENTS_MOST), "\n".join(line[:120] for line in asked)
    still_eyes.look_at(path, person, name)


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_a_report_goes_from_new_to_sent(eyes: Eyes, town: Town, locale: str, scripts: bool) -> None:
    words = WORDS[locale]
    page = eyes.page(COORDINATOR, locale, PHONE, scripts=scripts)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/reports/+new")
    page.locator("[name=unit]").fill("yanjing")
    page.locator("[name=from]").fill("2026-10-01")
    page.locator("[name=to]").fill("2026-10-31")
    page.locator("[name=template]").select_option("phase_report")
    page.get_by_role("button", name=words["begin"]).click()
    page.locator("[name='texts[problems]']").fill("部分企业主体责任落实不到位。<b>&")
    page.locator("[name='texts[next_steps]']").fill("继续开展排查。")
    page.get_by_role("button", name=words["save"]).click()
    expect(page.locator(".said")).to_contain_text(words["saved"])
    assert "<b>&" in page.locator(".paper").inner_text()
    (begun,) = [one for one in rows(town.engine, Report) if one.made_at == town.now]
    assert {one.name: one.text for one in rows(town.engine, ReportText) if one.report == begun.key} == {
        "problems": "部分企业主体责任落实不到位。<b>&",
        "next_steps": "继续开展排查。",
    }
    page.get_by_role("button", name=words["freeze"], exact=True).click()
    expect(page.locator(".said")).to_contain_text(words["frozen"])
    assert page.get_by_role("button", name=words["sign"], exact=True).count() == 0, "a coordinator does not sign"
    leader = eyes.page(LEADER, locale, PHONE, scripts=scripts)
    leader.on("dialog", lambda dialog: dialog.accept())
    leader.goto(f"/reports/{begun.key}")
    leader.get_by_role("button", name=words["sign"], exact=True).click()
    expect(leader.locator(".said")).to_contain_text(words["signed"])
    page.goto(f"/reports/{begun.key}")
    page.get_by_role("button", name=words["send"], exact=True).click()
    expect(page.locator(".said")).to_contain_text(words["sent"])
    edition = row(town.engine, ReportEdition, f"{begun.key}:1")
    assert (edition.frozen_by, edition.signed_by, edition.sent_by) == (COORDINATOR, LEADER, COORDINATOR)
    if scripts:
        no_sideways(page)


@pytest.fixture(scope="module")
def frozen_town(town_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The sample town with the half-year's summary frozen three times, twice for a reason."""
    way = f"/reports/{quote(HALF_YEAR, safe='')}"
    with copied(town_file, tmp_path_factory.mktemp("frozen")) as town:
        with town.visitor(COORDINATOR) as coord:
            assert row(town.engine, Report, HALF_YEAR).state == "sent"
            stated = {"figure": "hazards.found", "value": "900", "source": "纸质台账"}
            assert coord.send_form(way, f"{way}/stated", stated | {"source": ""}).status_code == 422
            assert coord.send_form(way, f"{way}/stated", stated).status_code == 303
            assert coord.send_form(way, f"{way}/correct", {"reason": "补报纸质台账"}).status_code == 303
            assert coord.send_form(way, f"{way}/correct", {"reason": ""}).status_code == 422
            stated = {"figure": "hazards.found", "value": "", "source": ""}
            assert coord.send_form(way, f"{way}/stated", stated).status_code == 303
            assert coord.send_form(way, f"{way}/correct", {"reason": "台账补录"}).status_code == 303
        yield town


def test_a_frozen_report_and_what_has_changed_since(frozen_town: Town, browser: Browser) -> None:
    eyes = Eyes(frozen_town, browser)
    way = f"/reports/{HALF_YEAR}"
    with frozen_town.visitor(COORDINATOR) as coord:
        assert len(coord.statements(way)) <= STATEMENTS_MOST
        first, second, third = (coord.get(f"{way}?edition={one}").text for one in (1, 2, 3))
        assert "填报数为900" in second
        assert "填报数为900" not in first
        assert "填报数为900" not in third
        assert "台账补录" in coord.get(way).text
        assert coord.get(f"{way}?edition=9").status_code == 404
        for name in ("docx", "xlsx", "md", "json"):
            assert coord.get(f"/api/v1{way}.{name}?edition=1").status_code == 200
    eyes.look_at(way, COORDINATOR, "report-frozen")
    eyes.look_at(f"{way}?edition=2", COORDINATOR, "report-edition")
    eyes.look_at(f"{way}/since", COORDINATOR, "report-since")
    eyes.look_at(f"{way}/records?figure=hazards.found", COORDINATOR, "report-records")
    eyes.close()


def test_an_unsent_report_is_late_or_says_that_its_task_is_settled(still_town: Town) -> None:
    with still_town.visitor(COORDINATOR) as coord:
        rows = coord.get("/reports?state=drafting").text.split("<tr>")
    due = [row for row in rows if "2023-1" in row.partition("到期")[2]]
    said = ["已逾期" in row for row in due], ["任务已另行办结" in row for row in due]
    assert all(a != b for a, b in zip(*said, strict=True))
    assert all(any(one) for one in said)


def test_each_figure_of_the_paper_opens_its_records(still_town: Town) -> None:
    with still_town.visitor(COORDINATOR) as coord:
        text = coord.get(f"/reports/{HALF_YEAR}").text
        assert not set("\ue000\ue001\ue002") & set(text)
        ways = sorted({unescape(one) for one in re.findall(r'href="(/reports/[^"]+/records[^"]+)"', text)})
        assert len(ways) > 20
        for way in ways[:: max(1, len(ways) // 12)]:
            assert coord.get(way).status_code == 200, way
        asked = {"unit": "yanjing", "from": "2026-02-01", "to": "2026-01-01"}
        assert coord.get("/figures/hazards.found/records", params=asked).status_code == 422
        assert coord.get("/figures/no.such/records", params=asked | {"to": "2026-03-01"}).status_code in (404, 422)


def test_what_a_figure_counted_then_is_told_from_what_counts_today(frozen_town: Town) -> None:
    asked = {"figure": "hazards.found", "edition": "1"}
    with frozen_town.visitor(COORDINATOR) as coord:
        way = f"/reports/{HALF_YEAR}/records"
        text = coord.get(way, params=asked).text
        counted = coord.get(f"/api/v1{way}", params=asked | {"limit": "1"}).json()
        assert f'href="/hazards/{counted["items"][0]["key"]}"' in text
        assert "没有变化" in text
        live = unescape(re.findall(r'href="(/figures/hazards.found/records[^"]+)"', text)[0])
        assert coord.get(live).status_code == 200
        assert coord.get(way, params={"figure": "no.such"}).status_code == 404
        assert coord.get(f"/reports/{MONTH}/records").status_code == 404  # not frozen


def test_keys_are_shared_shown_once_and_taken_back(town: Town) -> None:
    with store.transaction(town.engine) as session:
        people.grant(session, SYSTEM, LEADER, Role.admin, "yanjing", now=town.now)
    page, way = "/reports/+keys", f"/reports/{HALF_YEAR}"
    with town.visitor(LEADER) as admin, town.visitor(COORDINATOR) as coord:
        assert page in admin.get("/reports").text
        assert page not in coord.get("/reports").text
        assert f"{way}/file" not in unescape(admin.get(way).text)
        answer = admin.send_form(page, page, {"unit": "yanjing"})
        secret = re.findall(r"<code>([\w-]{30,})</code>", answer.text)[0]
        assert secret not in admin.get(page).text
        assert "yanjing" not in coord.get(page).text
        assert admin.send_form(page, page, {"unit": "yanjing", "secret": "short"}).status_code == 422
        assert f"{way}/file" in unquote(unescape(coord.get(way).text))
        sealed = coord.get(f"/api/v1{way}/file").json()
        assert sealed["seal"] == files.sealed_by(secret, sealed["snapshot"])
        token = {"token": coord.get("/password").text.split('name="token" value="')[1].split('"')[0]}
        assert coord.post(page, data=token | {"unit": "yanjing"}).status_code == 403
        assert admin.send_form(page, f"{page}/yanjing/revoke", {}).status_code == 303
        assert coord.get(f"/api/v1{way}/file").status_code == 422


def test_sending_asks_for_the_numbers_that_the_report_lacks(town: Town) -> None:
    """The task that owes the report is handed in with it, and nothing is left open."""
    key, now = owed(town)
    way = f"/reports/{quote(key, safe='')}"
    with town.visitor(COORDINATOR) as coord, town.visitor(LEADER) as leader:
        assert coord.send_form(way, f"{way}/freeze", {}).status_code == 303
        assert leader.send_form(way, f"{way}/sign", {}).status_code == 303
        text = coord.get(way).text
        fields = dict(re.findall(r'name="figures\[(\w+)\]" type="number" value="(\d*)"', text))
        said = coord.get(f"/api/v1{way}").json()["snapshot"]["figures"]["hazards.found"]["shown"]
        assert fields == {"hazards": said, "guests": ""}
        answer = coord.send_form(way, f"{way}/send", {"figures[hazards]": "3"})
        assert answer.status_code == 422
        assert "guests-fault" in answer.text
        assert row(town.engine, Report, key).state == "frozen"
        told = {"figures[hazards]": "3", "figures[guests]": "7", "note": "已报"}
        assert coord.send_form(way, f"{way}/send", told).status_code == 303
    task = row(town.engine, Task, row(town.engine, Report, key).task)
    assert (task.state, task.note, task.submitted_at) == ("submitted", "已报", now)


def owed(town: Town) -> tuple[str, datetime]:
    """A report of the town's that a task owes, which asks for two numbers."""
    asked = once(
        town.now.astimezone(settings().zone_info()).date().isoformat(), "owed", kind="report", name="专项小结",
        figures=["hazards", "guests"], assignee={"level": 2}, targets={"kinds": ["town"], "within": "yanjing"},
        due={"days": 3},
    )  # fmt: skip
    launch(town.engine, drive(asked, key="small", owner="yanjing"), town.now)
    sweeps.sweep(town.engine, town.now, only=("planning", "tasks"))
    (report,) = [one for one in rows(town.engine, Report) if one.key.startswith("report:campaign:small")]
    return report.key, town.now


def test_who_may_not_is_offered_nothing_and_refused(town: Town) -> None:
    way = f"/reports/{HALF_YEAR}"
    with town.visitor(VIEWER) as viewer:
        text = viewer.get(way).text
        assert f'action="{way}/freeze"' not in text
        token = {"token": viewer.get("/password").text.split('name="token" value="')[1].split('"')[0]}
        assert viewer.post(f"{way}/freeze", data=token).status_code == 403
        assert viewer.post(f"{way}/texts", data=token | {"texts[problems]": "x"}).status_code == 403
        assert viewer.post(f"{way}/burn", data=token).status_code == 404
    with town.visitor(VILLAGE_HEAD) as head:
        assert head.get("/reports").status_code == 200


def test_bad_forms_say_what_is_wrong(town: Town) -> None:
    before = {one.key for one in rows(town.engine, Report)}
    new = {"unit": "yanjing", "from": "2026-10-31", "to": "2026-10-01"}
    with town.visitor(COORDINATOR) as coord:
        answer = coord.send_form("/reports/+new", "/reports/+new", new)
        assert answer.status_code == 422
        assert 'id="f-new-to-fault"' in answer.text
        answer = coord.send_form("/reports/+new", "/reports/+new", new | {"unit": "nowhere"})
        assert answer.status_code == 422
        assert 'id="f-new-unit-fault"' in answer.text
        assert coord.send_form("/reports/+file", "/reports/+file", {}).status_code == 422
        sheet = {"file": ("x.json", b'{"format": "no"}', "application/json")}
        answer = coord.send_form("/reports/+file", "/reports/+file", {}, files=sheet)
        assert answer.status_code == 422
    assert {one.key for one in rows(town.engine, Report)} == before
