"""What people do with tasks, hazards and look-backs by hand: on a telephone, at a desk, with and without scripts."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update
from sqlmodel import col

from models import Evidence, Hazard, HazardCycle, Picture, Recheck, Task, WebSession
from models.base import table_of
from service import store, sweeps
from tests.service.worlds import rows
from tests.web.house import PASSWORD
from tests.web.pages.ledger_town import UNIT, a_photo
from tests.web.pages.rig import (
    COORDINATOR,
    DESK,
    GRID_OFFICER,
    INSPECTOR,
    PHONE,
    Eyes,
    no_grave_fault,
    no_sideways,
    shoot,
)

pytestmark = pytest.mark.browser

FOUND = "配电室堆放𠮷野家旧纸箱，堵住出口"
TASKS, HAZARDS = table_of(Task), table_of(Hazard)


@pytest.fixture
def photo(tmp_path: Path) -> str:
    """A photo in a file, as large as a telephone's."""
    file = tmp_path / "IMG_0001.jpg"
    file.write_bytes(a_photo("现场", size=(3000, 2000)))
    return str(file)


def open_task(page: Page) -> str:
    """Go to the first task that waits; answers its key."""
    page.goto("/work")
    page.locator("a[href^='/tasks/campaign']").first.click()
    expect(page.locator(".send button")).to_be_visible()  # the whole page has come
    return page.url.rsplit("/", 1)[1].replace("%3A", ":")


def answer_all(page: Page, mark: str = "pass") -> None:
    """Answer every question of the checklist, and every figure with 1."""
    for question in page.locator(".checklist fieldset").all():
        question.locator(f"input[value={mark}]").check()
    for figure in page.locator("[name^='figures[']").all():
        figure.fill("1")


def hand_in(page: Page) -> None:
    page.locator(".send button").click()


def task_of(eyes: Eyes, key: str) -> Any:
    (found,) = rows(eyes.town.engine, Task, TASKS.c.key == key)
    return found


def found_at(eyes: Eyes, key: str) -> list[Any]:
    return rows(eyes.town.engine, Hazard, HAZARDS.c.task == key)


def proofs_of(eyes: Eyes, subject: str) -> list[Any]:
    return rows(eyes.town.engine, Evidence, table_of(Evidence).c.subject == subject)


def folded(page: Page, action: str) -> Any:
    """The form that goes to an address, unfolded."""
    form = page.locator(f"form[action$='{action}']")
    fold = form.locator("xpath=ancestor::details[1]")
    if fold.count() and fold.get_attribute("open") is None:
        fold.locator("summary").first.click()
    return form


def looked_at(page: Page, name: str) -> None:
    no_sideways(page)
    no_grave_fault(page)
    shoot(page, name)


@pytest.mark.parametrize(("locale", "width"), [("zh_CN", PHONE), ("en", DESK), ("zh_CN", DESK), ("en", PHONE)])
def test_a_hazard_is_found_rectified_closed_and_comes_back(eyes: Eyes, photo: str, locale: str, width: int) -> None:
    town = eyes.town
    officer = eyes.page(GRID_OFFICER, locale, width)
    key = open_task(officer)
    answer_all(officer)
    officer.locator("[data-add=findings]").click()
    officer.locator("[name='findings[0][description]']").fill(FOUND)
    officer.locator("[name='findings[0][place]']").fill("二层东侧")
    officer.locator("[name='findings[0][photo]']").set_input_files(photo)
    looked_at(officer, f"task-filled-{locale}-{width}")
    hand_in(officer)
    expect(officer.get_by_role("status")).to_be_visible()
    assert task_of(eyes, key).state == "submitted"
    (hazard,) = found_at(eyes, key)
    assert (hazard.description, hazard.place, hazard.state) == (FOUND, "二层东侧", "registered")
    (before,) = proofs_of(eyes, hazard.key)
    assert (before.stage, before.made_by) == ("before", GRID_OFFICER)
    assert before.size < 900_000  # made smaller on the telephone before it was sent
    looked_at(officer, f"task-done-{locale}-{width}")

    coordinator = eyes.page(COORDINATOR, locale, width)
    coordinator.goto(f"/hazards/{hazard.key}")
    form = folded(coordinator, "/assign")
    form.locator("[name=responsible]").fill(GRID_OFFICER)
    form.locator("[name=measures]").fill("清理通道")
    form.locator("button:not([type])").click()
    expect(coordinator.get_by_role("status")).to_be_visible()

    officer.goto("/work")
    officer.locator(f"a[href='/hazards/{hazard.key}']").click()
    form = folded(officer, "/submit")
    form.locator("button:not([type])").click()  # neither photo nor note: it is said beside the field
    expect(officer.locator("#f-submit-note-fault")).to_be_visible()
    form = folded(officer, "/submit")
    form.locator("[name=photo]").set_input_files(photo)
    form.locator("button:not([type])").click()
    expect(officer.get_by_role("status")).to_be_visible()
    assert [one.stage for one in proofs_of(eyes, hazard.key)] == ["before", "after"]

    inspector = eyes.page(INSPECTOR, locale, width)
    inspector.goto("/work")
    inspector.locator(f"a[href='/hazards/{hazard.key}']").click()
    expect(inspector.locator("form[action$='/accept']")).to_be_visible()
    looked_at(inspector, f"hazard-to-accept-{locale}-{width}")
    inspector.locator("form[action$='/accept'] button").click()
    expect(inspector.get_by_role("status")).to_be_visible()
    expect(inspector.locator(".pair img")).to_have_count(2)
    assert rows(town.engine, Hazard, HAZARDS.c.key == hazard.key)[0].state == "closed"

    town.now += timedelta(days=31)
    sweeps.sweep(town.engine, town.now)
    (look,) = [
        one for one in rows(town.engine, Recheck, table_of(Recheck).c.hazard == hazard.key) if one.state == "open"
    ]
    inspector.goto("/work")
    inspector.locator(f"a[href^='/rechecks/'][href*='{hazard.key}']").click()
    inspector.locator("input[value=rebounded]").check()
    form = folded(inspector, "/result")
    form.locator("[name=photo]").set_input_files(photo)
    form.locator("button:not([type])").click()
    expect(inspector.locator("#f-result-note-fault")).to_be_visible()
    expect(inspector.locator("input[value=rebounded]")).to_be_checked()
    form = folded(inspector, "/result")
    form.locator("[name=photo]").set_input_files(photo)
    form.locator("[name=note]").fill("又堆满了")
    form.locator("button:not([type])").click()
    expect(inspector.locator(".round")).to_have_count(2)
    looked_at(inspector, f"hazard-again-{locale}-{width}")
    again = rows(town.engine, Hazard, HAZARDS.c.key == hazard.key)[0]
    assert (again.state, again.cycle) == ("assigned", 2)
    assert len(rows(town.engine, HazardCycle, table_of(HazardCycle).c.hazard == hazard.key)) == 2
    assert rows(town.engine, Recheck, table_of(Recheck).c.key == look.key)[0].result == "rebounded"
    assert {(one.stage, one.cycle) for one in proofs_of(eyes, hazard.key)} >= {("before", 2)}


def test_without_scripts_a_task_is_handed_in_with_findings_and_photos(eyes: Eyes, photo: str) -> None:
    page = eyes.page(GRID_OFFICER, width=PHONE, scripts=False)
    key = open_task(page)
    answer_all(page)
    page.locator("[name=more]").click()
    page.locator("[name='findings[0][description]']").fill(FOUND)
    page.locator("[name=more]").click()  # what was typed and chosen stays
    expect(page.locator("[name='findings[0][description]']")).to_have_value(FOUND)
    expect(page.locator(".checklist input:checked")).to_have_count(page.locator(".checklist fieldset").count())
    page.locator("[name='findings[1][description]']").fill("消防栓无水")
    page.locator("[name='findings[1][due_on]']").fill("2026-11-01")
    page.locator("[name='findings[1][photo]']").set_input_files([photo, photo])
    hand_in(page)
    expect(page.locator("#f-submit-findings-1-due_on-fault")).to_be_visible()  # before the day it was found
    shoot(page, "task-refused-zh_CN-390")
    assert found_at(eyes, key) == []
    page.locator("[name='findings[1][due_on]']").fill("2026-12-01")
    page.locator("[name='findings[1][photo]']").set_input_files(photo)
    page.locator("#f-submit-photo").first.set_input_files(photo)
    hand_in(page)
    expect(page.get_by_role("status")).to_be_visible()
    assert task_of(eyes, key).state == "submitted"
    first, second = found_at(eyes, key)
    assert (first.description, second.description) == (FOUND, "消防栓无水")
    assert ([len(proofs_of(eyes, one)) for one in (first.key, second.key, key)]) == [0, 1, 1]
    assert len(rows(eyes.town.engine, Picture)) >= 1


def test_what_was_typed_outlives_a_lost_network_and_is_sent_once(eyes: Eyes, photo: str) -> None:
    page = eyes.page(GRID_OFFICER, width=PHONE)
    key = open_task(page)
    answer_all(page)
    page.locator("[data-add=findings]").click()
    page.locator("[name='findings[0][description]']").fill(FOUND)
    page.locator("[name='findings[0][photo]']").set_input_files(photo)
    page.context.set_offline(True)
    hand_in(page)
    expect(page.locator(".hand-in .kept")).to_contain_text("网络")
    expect(page.locator(".hand-in .kept")).to_be_in_viewport()
    shoot(page, "task-offline-zh_CN-390")
    assert task_of(eyes, key).state == "open"
    page.context.set_offline(False)
    page.reload()  # the telephone was put away, the page thrown out meanwhile
    expect(page.locator("[name='findings[0][description]']")).to_have_value(FOUND)
    assert page.locator("[name='findings[0][photo]']").evaluate("input => input.files.length") == 1
    sent: list[str] = []

    def lose_the_answer(route: Any) -> None:
        sent.append(route.fetch(max_redirects=0).headers.get("location", ""))  # it arrives; its answer does not
        route.abort()

    page.route("**/submit", lose_the_answer, times=1)
    hand_in(page)
    page.wait_for_timeout(300)
    assert sent
    assert task_of(eyes, key).state == "submitted"
    (hazard,) = found_at(eyes, key)
    assert len(proofs_of(eyes, hazard.key)) == 1


def test_the_same_form_sent_again_acts_once(eyes: Eyes, photo: str) -> None:
    page = eyes.page(GRID_OFFICER)
    key = open_task(page)
    answer_all(page)
    page.locator("[data-add=findings]").click()
    page.locator("[name='findings[0][description]']").fill(FOUND)
    statuses = page.evaluate(
        """async () => {
            const form = document.querySelector("form.hand-in"), body = () => new FormData(form);
            const sent = [1, 2, 3].map(() => fetch(form.action, {method: "POST", body: body(), redirect: "follow"}));
            return (await Promise.all(sent)).map((one) => [one.status, one.url]);
        }"""
    )
    assert [(status, unquote(url)) for status, url in statuses] == [(200, unquote(page.url))] * 3
    assert task_of(eyes, key).state == "submitted"
    assert len(found_at(eyes, key)) == 1


def test_what_was_typed_outlives_the_session(eyes: Eyes, photo: str) -> None:
    page = eyes.page(INSPECTOR, width=PHONE)
    page.goto("/hazards/new")
    page.locator("[name=unit]").fill(UNIT)
    page.locator("[name=description]").fill(FOUND)
    page.locator("[name=photo]").set_input_files(photo)
    page.wait_for_timeout(600)  # the photo is made smaller and kept
    with store.transaction(eyes.town.engine) as session:
        session.execute(
            update(table_of(WebSession)).where(col(WebSession.person) == INSPECTOR).values(revoked_at=eyes.town.now)
        )
    page.locator("form[action='/hazards/new'] button.main").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")
    page.get_by_label("工号").fill(INSPECTOR)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="登录").click()
    expect(page.locator("[name=description]")).to_have_value(FOUND)
    expect(page.locator("[name=unit]")).to_have_value(UNIT)
    page.wait_for_function("document.querySelector('[name=photo]').files.length === 1")
    page.locator("form[action='/hazards/new'] button.main").click()
    expect(page.get_by_role("status")).to_be_visible()
    (hazard,) = rows(eyes.town.engine, Hazard, HAZARDS.c.description == FOUND)
    assert len(proofs_of(eyes, hazard.key)) == 1
    page.goto("/hazards/new")
    expect(page.locator("[name=description]")).to_have_value("")


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_without_scripts_anybody_reports_and_follows(eyes: Eyes, photo: str, locale: str) -> None:
    page = eyes.page(None, locale, PHONE, scripts=False)
    page.goto(f"/r/{UNIT}")
    page.locator("[name=text]").fill("夜间偷排粉尘，𠮷")
    page.locator("[name=contact]").fill("13800130099")
    page.locator("[name=photo]").set_input_files(photo)
    page.locator("button.main").click()
    receipt = page.locator(".receipt").inner_text()
    no_sideways(page)
    shoot(page, f"public-thanks-{locale}-390")
    page.reload()  # the browser asks whether to send it again: it is the same report
    assert page.locator(".receipt").inner_text() == receipt
    page.get_by_role("main").get_by_role("link").click()
    page.locator("[name=receipt]").fill(receipt.lower())
    page.locator("button.main").click()
    expect(page.locator(".facts .badge")).to_be_visible()
    assert receipt not in page.url
    shoot(page, f"public-followed-{locale}-390")
    page.locator("[name=receipt]").fill("AAAAA-BBBBB")
    page.locator("button.main").click()
    expect(page.locator("#f-receipt-receipt-fault")).to_be_visible()
    (hazard,) = rows(eyes.town.engine, Hazard, HAZARDS.c.description.like("夜间偷排%"))
    assert [one.stage for one in proofs_of(eyes, hazard.key)] == ["before"]
    coordinator = eyes.page(COORDINATOR, locale)
    coordinator.goto(f"/hazards/{hazard.key}")
    expect(coordinator.get_by_text("13800130099")).to_be_visible()
    expect(coordinator.locator(".pair img")).to_have_count(1)
    inspector = eyes.page(INSPECTOR, locale)
    inspector.goto(f"/hazards/{hazard.key}")
    assert "13800130099" not in inspector.content()


@pytest.mark.parametrize(("locale", "width"), [("zh_CN", DESK), ("en", PHONE)])
def test_the_ledger_is_asked_paged_and_printed(eyes: Eyes, locale: str, width: int) -> None:
    page = eyes.page(COORDINATOR, locale, width)
    page.goto("/hazards?limit=20")
    lines = page.locator("tbody tr")
    expect(lines).to_have_count(20)
    first = lines.first.inner_text()
    page.locator("a[rel=next]").click()
    assert first not in page.locator("tbody").inner_text()
    page.goto("/hazards")
    page.locator("[name=level]").select_option("major")
    page.locator("[name=sort]").select_option("due")
    page.locator(".filters button.main").click()
    majors = rows(eyes.town.engine, Hazard, HAZARDS.c.level == "major")
    expect(lines).to_have_count(len(majors))
    no_sideways(page)
    page.locator("a[href^='/hazards/print']").click()
    printed = page.locator("table.ledger tbody tr")
    expect(printed).to_have_count(len([one for one in majors if one.state != "void"]))
    assert page.locator("table.ledger thead th").count() == 25
    page.emulate_media(media="print")
    assert page.locator("header.top").is_hidden()
    assert page.locator("table.ledger").is_visible()


def test_the_keyboard_alone_hands_a_task_in(eyes: Eyes) -> None:
    page = eyes.page(GRID_OFFICER)
    key = open_task(page)

    def go_to(selector: str) -> None:
        for _ in range(150):
            page.keyboard.press("Tab")
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(f"the keyboard never comes to {selector}")

    questions = page.locator(".checklist fieldset").count()
    for _ in range(questions):
        go_to(".marks input[type=radio]")
        page.keyboard.press("Space")
    for _ in range(page.locator("[name^='figures[']").count()):
        go_to("[name^='figures[']")
        page.keyboard.type("2")
    go_to("[data-add=findings]")
    page.keyboard.press("Enter")
    page.keyboard.type("键盘登记的隐患")  # the new row has the focus
    go_to(".send button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_be_visible()
    assert task_of(eyes, key).state == "submitted"
    assert [one.description for one in found_at(eyes, key)] == ["键盘登记的隐患"]
