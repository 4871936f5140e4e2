"""A roster in use changed by its form, on a telephone, by keyboard and with scripts off; the effects seen first."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from models import Roster, Watch
from models.base import table_of
from service import store
from service.duty.file import document_of, read
from tests.service.worlds import row
from tests.web.pages.rig import COORDINATOR, PHONE, Eyes, Town

pytestmark = pytest.mark.browser

ROSTER = "town-24h"
PAGE = f"/duty/{ROSTER}/edit"
GOING = "YJ013"


def watches_of(town: Town, person: str) -> list[Any]:
    statement = select(table_of(Watch)).where(col(Watch.served_by) == person, col(Watch.starts_at) > town.now)
    with store.reading(town.engine) as session:
        return list(session.execute(statement.order_by(col(Watch.key))))


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_somebody_is_taken_out_and_the_gaps_are_seen_first(town: Town, eyes: Eyes, scripts: bool) -> None:
    theirs = watches_of(town, GOING)
    assert theirs
    page = eyes.page(COORDINATOR, "zh_CN", PHONE, scripts=scripts)
    page.goto(f"/duty/{ROSTER}")
    page.get_by_role("link", name="修改", exact=True).click()
    page.get_by_role("group", name="值班员").locator(f'input[value="{GOING}"]').uncheck()
    page.get_by_role("button", name="保存").click()
    shown = page.get_by_role("region", name="对已编排班次的影响")
    assert f"{len(theirs)} 个" in shown.inner_text()
    assert shown.locator("a[href^='/watches/']").count() == len(theirs)
    if scripts:
        eyes.look_over(page, "zh_CN", "duty-edit-effects")
    shown.get_by_role("button", name="确认修改").click()
    page.wait_for_url(f"**/duty/{ROSTER}")
    assert watches_of(town, GOING) == []
    assert GOING not in read(row(town.engine, Roster, ROSTER).text).problem.roles[1].members


def test_needs_and_a_last_day_are_changed_by_keyboard_alone(town: Town, eyes: Eyes) -> None:
    before = document_of(row(town.engine, Roster, ROSTER).text)
    page = eyes.page(COORDINATOR, "en")
    page.goto(PAGE)
    page.get_by_label("Days drafted ahead").focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("45")
    page.keyboard.press("Tab")
    page.keyboard.type("3")
    summary = page.locator("summary", has_text="Who serves only from a day")
    summary.focus()
    page.keyboard.press("Enter")
    who = page.locator('select[name="who-a"]')
    who.focus()
    while who.input_value() != GOING:
        page.keyboard.press("ArrowDown")
    last = page.locator('input[name="until-a"]')
    last.focus()
    page.keyboard.type("12312027")
    assert last.input_value() == "2027-12-31"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/duty/{ROSTER}")
    after = row(town.engine, Roster, ROSTER)
    assert (after.drafted_ahead_days, after.checks_a_week) == (45, 3)
    assert str(read(after.text).problem.people[GOING].last) == "2027-12-31"
    document = document_of(after.text)
    assert {name: document[name] for name in ("watch", "fair")} == {name: before[name] for name in ("watch", "fair")}


def test_faults_stand_beside_their_fields_in_both_languages(town: Town, eyes: Eyes) -> None:
    for locale, words, summary in (
        ("zh_CN", "400", "起止日期"),
        ("en", "400 is not between 0 and 366", "Who serves only"),
    ):
        page = eyes.page(COORDINATOR, locale)
        page.goto(PAGE)
        page.locator("form.act").last.evaluate("form => form.noValidate = true")
        page.locator('input[name="drafted_ahead_days"]').fill("400")
        page.locator("summary", has_text=summary).click()
        page.locator('select[name="who-a"]').select_option("YJ001")
        page.locator('input[name="from-a"]').fill("2020-01-02")
        page.locator('input[name="until-a"]').fill("2020-01-01")
        page.locator("button.main").last.click()
        beside = page.locator(".field.wrong")
        assert beside.count() == 2
        assert words in beside.first.inner_text()
        assert page.locator('input[name="until:YJ001"]').is_visible()
        eyes.look_over(page, locale, "duty-edit-faults")
