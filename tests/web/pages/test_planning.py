"""Planning and people as they are seen and used: a campaign made and paused, a sheet taken, a chain set, codes."""

import re

import pytest
from playwright.sync_api import Page, expect

from models import Campaign, ChainLink, Unit
from models.base import table_of
from service import people, store
from service.access import SYSTEM
from tests.service import worlds
from tests.service.workbooks import UNITS, csv
from tests.web.pages.rig import (
    COORDINATOR,
    DESK,
    LEADER,
    PHONE,
    Eyes,
    Town,
    no_grave_fault,
    no_sideways,
)

pytestmark = pytest.mark.browser

LONG = "大水头村第一网格片区综合治理工作站点示范区"
DRIVE = "safety-checks-2026-11"
PAGES = (
    ("/campaigns", "campaigns"),
    (f"/campaigns/{DRIVE}", "campaign"),
    ("/campaigns/three-year-2023", "campaign-of-old"),
    ("/campaigns/+new", "campaign-new"),
    ("/campaigns/+new/three-year-drive", "campaign-template"),
    (f"/campaigns/{DRIVE}/file", "campaign-file"),
    ("/units", "units"),
    ("/units?at=deep5", "units-deep"),
    ("/units?query=村", "units-found"),
    ("/units/deep1", "unit"),
    ("/units/deep1/edit", "unit-edit"),
    ("/units/deep5/chain", "unit-chain"),
    ("/units/+new?parent=dashuitou", "unit-new"),
    ("/units/+codes?within=dashuitou", "unit-codes"),
    ("/people", "people"),
    ("/people/CW01", "person"),
    ("/people/CW01/edit", "person-edit"),
    ("/people/+new", "person-new"),
    ("/tokens", "tokens"),
    ("/imports", "imports"),
    ("/calendar", "calendar"),
    ("/calendar?year=2027", "calendar-provisional"),
    ("/checklists", "checklists"),
    ("/checklists/general", "checklist"),
    ("/checklists/general/edit", "checklist-edit"),
    ("/journal", "journal"),
)
WORDS = {
    "zh_CN": {"show": "查看排布结果", "make": "确认生成行动", "start": "启动", "pause": "暂停", "look": "查看改动",
              "take": "确认导入", "taken": "表格已按显示的内容导入", "paused": "行动已暂停", "set": "设定第1级"},
    "en": {"show": "Show what it comes to", "make": "Make the campaign", "start": "Start", "pause": "Pause",
           "look": "Look at it", "take": "Take it just so", "taken": "just as it was shown", "paused": "is paused",
           "set": "Set level 1"},
}  # fmt: skip


@pytest.fixture(scope="module")
def deep_town(still_town: Town) -> Town:
    """The town with units six deep, one of a name of twenty characters."""
    up = "dashuitou"
    with store.transaction(still_town.engine) as session:
        for n, name in enumerate((LONG, "第二层", "第三层化工园区管理委员会", "第四层", "第五层车间"), 1):
            facts = {"kind": "place", "risk": "red", "tags": "重点 临水", "address": "一个很长的地址" * 5}
            people.add_unit(session, SYSTEM, now=still_town.now, code=f"deep{n}", name=name, parent=up, **facts)  # type: ignore[arg-type]
            up = f"deep{n}"
    return still_town


@pytest.mark.parametrize(("path", "name"), PAGES, ids=[name for _, name in PAGES])
def test_a_page_looks_right(deep_town: Town, still_eyes: Eyes, path: str, name: str) -> None:
    still_eyes.look_at(path, COORDINATOR, name)


def button(page: Page, words: str) -> None:
    """Press the button of these words, saying yes to what is asked before."""
    page.get_by_role("button", name=words, exact=True).click()


def looked_at(page: Page) -> None:
    no_sideways(page)
    no_grave_fault(page)


@pytest.mark.parametrize(
    ("locale", "width", "scripts"), [("zh_CN", DESK, True), ("en", PHONE, True), ("zh_CN", PHONE, False)]
)
def test_a_campaign_is_seen_on_the_calendar_before_it_is_made(
    town: Town, eyes: Eyes, locale: str, width: int, scripts: bool
) -> None:
    words = WORDS[locale]
    page = eyes.page(COORDINATOR, locale, width, scripts=scripts)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/campaigns")
    page.locator("a[href='/campaigns/+new']").first.click()
    page.locator("a[href='/campaigns/+new/safety-month']").click()
    page.fill("[name=key]", "month-2027")
    page.fill("[name=from]", "2027-06-01")
    page.fill("[name=to]", "2027-06-30")
    button(page, words["show"])
    page.wait_for_selector("svg.chart")
    marks = page.locator("svg.chart rect.f1")
    assert marks.count() >= 5
    # a mark tells its days and to how many it comes
    assert re.search(r"2027-06-16.* · \d+", marks.nth(1).text_content() or page.content())
    page.locator("details.as-table summary").click()
    expect(page.locator("details.as-table tbody tr").first).to_be_visible()
    if scripts:
        looked_at(page)
    assert worlds.rows(town.engine, Campaign, table_of(Campaign).c.key == "month-2027") == []
    button(page, words["make"])
    assert page.url.endswith("/campaigns/month-2027")
    assert worlds.row(town.engine, Campaign, "month-2027").state == "draft"
    button(page, words["start"])
    assert worlds.row(town.engine, Campaign, "month-2027").state == "active"
    button(page, words["pause"])
    expect(page.locator(".said")).to_contain_text(words["paused"])
    assert worlds.row(town.engine, Campaign, "month-2027").state == "paused"
    if scripts:
        looked_at(page)


def test_a_campaign_is_made_by_keyboard_alone(town: Town, eyes: Eyes) -> None:
    page = eyes.page(COORDINATOR, "zh_CN", DESK)
    page.goto("/campaigns/+new/flood-season")
    reach(page, "name")
    page.keyboard.press("End")
    page.keyboard.type("（键盘）")
    reach(page, "key")
    page.keyboard.press("Control+A")
    page.keyboard.type("by-keyboard")
    page.keyboard.press("Enter")
    page.wait_for_selector("svg.chart")
    press(page, WORDS["zh_CN"]["make"])
    page.wait_for_url("**/campaigns/by-keyboard")
    assert worlds.row(town.engine, Campaign, "by-keyboard").name.endswith("（键盘）")


def reach(page: Page, name: str) -> None:
    """Go on with the tabulator until a field has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == name:
            return
    raise AssertionError(f"the tabulator never comes to {name}")


def press(page: Page, words: str) -> None:
    """Go on with the tabulator until a button has the focus, and press it."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == words:
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"the tabulator never comes to {words}")


@pytest.mark.parametrize(
    ("locale", "width", "scripts"), [("zh_CN", DESK, True), ("en", PHONE, True), ("en", DESK, False)]
)
def test_a_sheet_is_taken_just_as_it_was_shown(town: Town, eyes: Eyes, locale: str, width: int, scripts: bool) -> None:
    words = WORDS[locale]
    page = eyes.page(COORDINATOR, locale, width, scripts=scripts)
    page.goto("/imports")
    rows = [UNITS, ("dashuitou", LONG, "yanjing", "村"), ("xincun", "新村", "yanjing", "村", "", "黄")]
    data = csv([(*row, *[""] * (len(UNITS) - len(row))) for row in rows])
    page.set_input_files("[name=sheet]", {"name": "单位.csv", "mimeType": "text/csv", "buffer": data})
    button(page, words["look"])
    expect(page.locator("ins", has_text=LONG)).to_be_visible(timeout=15_000)
    expect(page.locator("del").first).to_have_text("大水头村")
    if scripts:
        looked_at(page)
    assert worlds.row(town.engine, Unit, "dashuitou").name == "大水头村"
    button(page, words["take"])
    expect(page.locator("main .said").last).to_contain_text(words["taken"], timeout=15_000)
    assert worlds.row(town.engine, Unit, "dashuitou").name == LONG
    assert worlds.row(town.engine, Unit, "xincun").risk == "yellow"


@pytest.mark.parametrize(("locale", "width"), [("zh_CN", PHONE), ("en", DESK)])
def test_who_answers_is_set_and_shown_with_its_origin(town: Town, eyes: Eyes, locale: str, width: int) -> None:
    page = eyes.page(COORDINATOR, locale, width)
    page.goto("/units/dashuitou")
    origins = page.locator("table", has_text="吕志强").locator("tbody tr")
    expect(origins.nth(2)).to_contain_text("研经镇")
    page.goto("/units/dashuitou/chain")
    page.fill("[name=people-1-1]", "CW01")
    page.fill("[name=people-1-2]", "WG01")
    button(page, WORDS[locale]["set"])
    expect(page.locator("[name=people-1-2]")).to_have_value("WG01")
    links = [link.person for link in worlds.rows(town.engine, ChainLink) if (link.unit, link.level) == ("dashuitou", 1)]
    assert sorted(links) == ["CW01", "WG01"]
    looked_at(page)


def test_a_sheet_of_codes_is_drawn_and_printed_on_three_columns(town: Town, eyes: Eyes) -> None:
    page = eyes.page(LEADER, "zh_CN", DESK)
    page.goto("/units/+codes?within=dashuitou")
    drawn = page.evaluate("[...document.querySelectorAll('.codes img')].map((one) => one.naturalWidth > 0)")
    assert drawn
    assert all(drawn)
    page.emulate_media(media="print")
    across = page.evaluate("new Set([...document.querySelectorAll('.codes figure')].map((one) => one.offsetLeft)).size")
    assert across == 3
    assert not page.locator("header.top").is_visible()


def test_an_empty_town_says_where_to_begin(town: Town, eyes: Eyes) -> None:
    """Somebody whose unit has neither campaigns nor anything beneath it."""
    with store.transaction(town.engine) as session:
        people.add_unit(session, SYSTEM, now=town.now, code="empty", name="新设镇", kind="town")
        people.add_person(session, SYSTEM, now=town.now, code="E1", name="新来的", unit="empty")
        people.grant(session, SYSTEM, "E1", "coordinator", "empty", now=town.now)
    for path in ("/campaigns", "/units?at=empty", "/imports", "/units/empty", "/journal"):
        eyes.look_at(path, "E1", f"empty-{path.strip('/').split('?')[0].replace('/', '-')}")
    page = eyes.page("E1", "zh_CN", DESK)
    page.goto("/campaigns")
    expect(page.locator(".empty a[href='/campaigns/+new']")).to_be_visible()
