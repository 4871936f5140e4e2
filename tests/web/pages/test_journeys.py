"""What somebody does at the page by hand: without scripts, with the keyboard alone, with a lost network."""

import pytest
from playwright.sync_api import Page, expect

from models import Notice
from models.base import table_of
from tests.service.worlds import rows
from tests.web.house import PASSWORD
from tests.web.pages.rig import COORDINATOR, DESK, INSPECTOR, PHONE, Eyes, no_grave_fault, no_sideways, shoot

pytestmark = pytest.mark.browser

NEW = "a better one 1"


def comes_in(page: Page, person: str, path: str = "/") -> None:
    page.goto(path)
    page.get_by_label("工号").fill(person)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="登录").click()


def test_without_scripts_a_coordinator_comes_in_looks_round_and_leaves(eyes: Eyes) -> None:
    page = eyes.page(None, width=DESK, scripts=False)
    comes_in(page, COORDINATOR, "/tasks?state=overdue")
    expect(page).to_have_url(f"{eyes.town.at}/tasks?state=overdue")  # back to where the door was met
    overdue = page.locator("tbody tr").count()
    page.get_by_role("link", name="看板").first.click()
    page.get_by_role("button", name="知道了").click()
    expect(page.get_by_text("四步即可上手")).to_have_count(0)
    tile = page.locator("a.tile", has_text="逾期任务")
    expect(tile.locator(".number")).to_have_text(str(overdue))
    tile.click()
    expect(page.locator("tbody tr")).to_have_count(overdue)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tasks")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.goto("/tasks")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_without_scripts_an_inspector_reads_a_notice_on_the_telephone(eyes: Eyes) -> None:
    page = eyes.page(INSPECTOR, width=PHONE, scripts=False)
    page.goto("/")
    page.locator("summary", has_text="菜单").click()
    page.locator(".sheet").get_by_role("link", name="通知").click()
    no_sideways(page)
    page.locator("tbody tr").first.get_by_role("link").click()
    page.get_by_role("button", name="确认签收").click()
    expect(page.get_by_role("status")).to_contain_text("已签收")
    expect(page.get_by_role("button", name="确认签收")).to_have_count(0)
    shoot(page, "notice-zh_CN-390")
    table = table_of(Notice).c
    found = rows(eyes.town.engine, Notice, table.recipient == INSPECTOR, table.acknowledged_at.is_not(None))
    assert len(found) == 1


def test_without_scripts_a_channel_is_entered_ordered_and_taken_away(eyes: Eyes) -> None:
    page = eyes.page(COORDINATOR, width=DESK, scripts=False)
    page.goto("/channels")
    add = page.locator("form", has=page.get_by_role("button", name="添加"))
    add.get_by_label("地址").fill("ftp://somewhere")
    add.get_by_role("button", name="添加").click()
    expect(page.locator("#f-channels-address-fault")).to_be_visible()
    expect(page.get_by_label("地址")).to_have_value("ftp://somewhere")
    page.get_by_label("地址").fill("wecombot://693a91f6-7a0c-4bc4-97a0-0ec2aaaa5aaa")
    page.get_by_role("button", name="添加").click()
    expect(page.get_by_role("status")).to_contain_text("已添加")
    row = page.locator("tbody tr")
    expect(row).to_have_count(1)
    assert "0ec2aaaa5aaa" not in page.content()
    row.get_by_role("spinbutton").fill("5")
    row.get_by_role("button", name="调整顺序").click()
    expect(row.get_by_role("spinbutton")).to_have_value("5")
    shoot(page, "channels-one-zh_CN-1440")
    row.get_by_role("button", name="移除").click()
    expect(page.get_by_text("尚未登记渠道")).to_be_visible()


def test_the_password_is_changed_and_the_old_one_opens_nothing(eyes: Eyes) -> None:
    page = eyes.page(None, width=PHONE)
    comes_in(page, COORDINATOR)
    page.goto("/password")
    page.locator("#f-old").fill(PASSWORD)
    page.locator("#f-new").fill(NEW)
    page.get_by_role("main").get_by_role("button").click()
    expect(page).to_have_url(f"{eyes.town.at}/")
    other = eyes.page(None)
    comes_in(other, COORDINATOR)
    expect(other.get_by_role("alert")).to_be_visible()


def test_with_the_keyboard_alone(eyes: Eyes) -> None:
    """From the door to a notice that is acknowledged, with Tab, letters and Enter; the focus is always seen."""
    page = eyes.page(None, width=DESK)
    page.goto("/notices")
    expect(page.locator("[name=person]")).to_be_focused()
    page.keyboard.type(INSPECTOR)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{eyes.town.at}/notices")
    page.keyboard.press("Tab")
    assert focused(page) == "#main"  # the first stop leads past all the places
    page.keyboard.press("Enter")
    tab_to(page, "/notices/")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**/notices/*")
    button = page.get_by_role("button", name="确认签收")
    for _ in range(60):
        page.keyboard.press("Tab")
        if button.evaluate("one => one === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("已签收")


def focused(page: Page) -> str:
    found: str = page.evaluate("document.activeElement.getAttribute('href') || ''")
    return found


def tab_to(page: Page, start: str, most: int = 60) -> None:
    for _ in range(most):
        page.keyboard.press("Tab")
        if focused(page).startswith(start):
            return
    raise AssertionError(f"Tab never comes to {start}")


def test_the_menu_of_the_telephone_opens_and_closes_by_keyboard(eyes: Eyes) -> None:
    page = eyes.page(COORDINATOR, width=PHONE)
    page.goto("/tasks")
    summary = page.locator("summary", has_text="菜单")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".sheet")).to_be_visible()
    shoot(page, "menu-zh_CN-390")
    no_sideways(page)
    no_grave_fault(page)
    page.keyboard.press("Escape")
    expect(page.locator(".sheet")).to_be_hidden()
    assert summary.evaluate("one => one === document.activeElement")


def test_what_was_typed_outlives_a_lost_network_and_the_end_of_the_session(eyes: Eyes) -> None:
    """Typed without a network, kept over a reload, sent after signing in again, and then kept no longer."""
    page = eyes.page(COORDINATOR, width=PHONE)
    page.goto("/hazards/new")
    description = page.locator("[name=description]")
    page.locator("[name=unit]").fill("xiangquan")
    description.fill("三号库房配电箱门缺失")
    page.wait_for_timeout(500)
    page.context.set_offline(True)
    page.locator("main form[data-draft] button.main").click()
    expect(page.locator("form .kept")).to_contain_text("网络已断开")
    page.context.set_offline(False)
    page.reload()
    expect(description).to_have_value("三号库房配电箱门缺失")
    expect(page.locator("form .kept")).to_contain_text("已恢复")
    once = page.locator("form[data-draft] [name=once]").input_value()
    page.context.clear_cookies()
    page.locator("main form[data-draft] button.main").click()
    expect(page.get_by_text("登录已失效")).to_be_visible()
    page.get_by_label("工号").fill(COORDINATOR)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="登录").click()
    expect(page).to_have_url(f"{eyes.town.at}/hazards/new")
    expect(description).to_have_value("三号库房配电箱门缺失")
    assert page.locator("form[data-draft] [name=once]").input_value() == once
    page.locator("main form[data-draft] button.main").click()
    page.wait_for_url("**/hazards/H-*")
    assert page.evaluate("Object.keys(localStorage).filter(one => one.startsWith('zhiban:draft:')).length") == 0
    page.goto("/hazards/new")
    expect(description).to_have_value("")


def test_a_browser_that_thinks_itself_offline_still_reaches_an_office_on_its_own_machine(eyes: Eyes) -> None:
    page = eyes.page(COORDINATOR)
    page.add_init_script("Object.defineProperty(Navigator.prototype, 'onLine', { get: () => false })")
    page.goto("/hazards/new")
    page.locator("[name=unit]").fill("xiangquan")
    page.locator("[name=description]").fill("三号库房配电箱门缺失")
    page.locator("main form[data-draft] button.main").click()
    page.wait_for_url("**/hazards/H-*")


def test_another_on_the_same_device_finds_nothing_of_it(eyes: Eyes) -> None:
    page = eyes.page(COORDINATOR, width=DESK)
    page.goto("/hazards/new")
    page.locator("[name=description]").fill("只给自己看")
    page.wait_for_timeout(500)
    page.context.clear_cookies()
    comes_in(page, INSPECTOR, "/hazards/new")
    expect(page.locator("[name=description]")).to_have_value("")


def test_a_double_click_sends_once(eyes: Eyes) -> None:
    page = eyes.page(INSPECTOR, width=DESK)
    page.goto("/notices")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.locator("tbody tr").first.get_by_role("button").dblclick()
    expect(page.get_by_role("status")).to_contain_text("已签收")
    assert len(sent) == 1
