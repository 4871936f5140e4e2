"""What people do on the pages of duty: plan and publish, change places, fill a gap, subscribe, check, take a file."""

import re
import time
from datetime import date
from typing import Any
from urllib.parse import quote, unquote

import pytest
from sqlalchemy import select
from sqlmodel import col

from models import Feed, RosterVersion, Swap, Turn, Watch
from models.base import table_of
from service import errands, store
from service.access import actor_for
from service.duty import draft_errand, swaps
from tests.service.worlds import row, rows
from tests.web.pages.rig import COORDINATOR, INSPECTOR, LEADER, PHONE, Eyes, Town, no_grave_fault, no_sideways, shoot

pytestmark = pytest.mark.browser

ROSTER = "town-24h"
MINE, THEIRS = f"{ROSTER}:2026-11-29:watch:officer:1", f"{ROSTER}:2026-12-06:watch:officer:1"
GAP = f"{ROSTER}:2026-11-30:watch:officer:1"
ASKING, ASKED = "YJ013", "YJ007"


def way(key: str) -> str:
    return f"/watches/{quote(key)}"


def asked(town: Town) -> str:
    """A swap that would break a rule, asked a moment ago."""
    with store.transaction(town.engine) as session:
        asking = actor_for(session, ASKING)
        return swaps.ask(session, asking, MINE, ASKED, now=town.now, in_return=THEIRS, reason="家中有事")


def found(town: Town, key: str) -> Any:
    with store.reading(town.engine) as session:
        return session.execute(select(table_of(Watch)).where(col(Watch.key) == key)).one()


def test_days_are_planned_mended_and_published_without_scripts(town: Town, eyes: Eyes) -> None:
    page = eyes.page(COORDINATOR, "zh_CN", scripts=False)
    page.goto(f"/duty/{ROSTER}/draft")
    page.get_by_label("开始日期").or_(page.locator("[name=from]")).first.fill("2027-02-01")
    page.locator("[name=to]").fill("2027-02-04")
    page.locator("[name=seconds]").fill("5")
    page.get_by_role("button", name="开始编排").click()
    page.wait_for_url(re.compile(r"/versions/4$"), timeout=20_000)
    assert page.get_by_text("已证明：没有更均衡的方案").count() == 1
    assert page.get_by_text("个班次有变动").count() == 1
    seat = next(one for one in rows(town.engine, Turn) if one.version_key == f"{ROSTER}:4" and one.role == "officer")
    busy = next(
        one.person for one in rows(town.engine, Turn)
        if one.version_key == f"{ROSTER}:4" and one.role == "officer" and one.person != seat.person
    )  # fmt: skip
    page.locator("[name=seat]").select_option(seat.key)
    page.locator("[name=person]").select_option(busy)
    page.get_by_role("button", name="调整", exact=True).click()
    refused = page.get_by_role("alert")
    if refused.count():  # the rules answer: a reason lets it stand
        assert refused.inner_text()
        page.locator("[name=reason]").last.fill("本人要求调整")
        page.get_by_role("button", name="调整", exact=True).click()
    assert row(town.engine, Turn, seat.key).person == busy
    publish = page.locator("form[action$='/publish']")
    publish.locator("[name=reason]").fill("经领导同意")
    publish.get_by_role("button").click()
    page.get_by_text("方案已生效").wait_for()
    assert row(town.engine, RosterVersion, f"{ROSTER}:4").state == "published"
    assert found(town, seat.slot).served_by == busy


def test_a_seat_that_breaks_a_rule_asks_for_a_reason(town: Town) -> None:
    """The rules answer by name and beside the field; with a reason it is done."""
    version, page = f"{ROSTER}:3", f"/duty/{ROSTER}/versions/3"
    seats = [one for one in rows(town.engine, Turn) if one.version_key == version and one.role == "leader"]
    seats.sort(key=lambda one: one.on)
    seat = seats[3]
    neighbour = next(one for one in seats if one.on > seat.on and one.person != seat.person)
    fields = {"seat": seat.key, "person": neighbour.person, "reason": ""}
    with town.visitor(COORDINATOR) as visitor:
        answer = visitor.send_form(page, f"{page}/edit", fields)
        assert answer.status_code == 422
        assert "休息不足" in answer.text
        assert row(town.engine, Turn, seat.key).person == seat.person
        answer = visitor.send_form(page, f"{page}/edit", fields | {"reason": "本人自愿"})
        assert answer.status_code == 303
    kept = row(town.engine, Turn, seat.key)
    assert (kept.person, kept.by_hand, kept.reason) == (neighbour.person, True, "本人自愿")


def test_whoever_fits_a_seat_best_is_offered_first_and_nobody_last(town: Town) -> None:
    version, page = f"{ROSTER}:3", f"/duty/{ROSTER}/versions/3"
    seats = [one for one in rows(town.engine, Turn) if one.version_key == version]
    seat = sorted((one for one in seats if one.role == "leader"), key=lambda one: one.on)[3]
    with town.visitor(COORDINATOR) as visitor:
        text = visitor.get(page, params={"seat": seat.key}).text
    assert f'<option value="{seat.key}" selected>' in text
    (who,) = re.findall(r'<select [^>]*name="person"[^>]*>(.*?)</select>', text, re.DOTALL)
    offered = re.findall(r'<option value="([^"]*)"', who)
    leaders = {one.person for one in seats if one.role == "leader"}
    near = {one.person for one in seats if abs((one.on - seat.on).days) <= 1}
    assert offered[-1] == ""
    assert offered[0] in leaders - near


def test_a_draft_is_put_away(town: Town) -> None:
    page = f"/duty/{ROSTER}/versions/3"
    with town.visitor(COORDINATOR) as visitor:
        assert visitor.send_form(page, f"{page}/discard", {}).status_code == 303
        assert "discard" not in visitor.get(page).text
    assert row(town.engine, RosterVersion, f"{ROSTER}:3").state == "discarded"


def test_a_draft_that_takes_long_is_found_again_after_a_reload(town: Town) -> None:
    page = f"/duty/{ROSTER}/draft"
    with town.visitor(COORDINATOR) as visitor, town.visitor(LEADER) as other:
        fields = {"from": "2027-02-01", "to": "2027-04-30", "seconds": "3", "afresh": ""}
        at = visitor.send_form(page, page, fields).headers["location"]
        assert other.get(at).status_code == 404
        ends = time.monotonic() + 30
        while (answer := visitor.get(at)).status_code == 200 and time.monotonic() < ends:
            assert 'http-equiv="refresh"' in answer.text
            assert at.rpartition("/")[2] in visitor.get(page).text
            time.sleep(0.5)
        assert answer.headers["location"] == f"/duty/{ROSTER}/versions/4"


def test_whoever_waits_for_a_draft_sees_the_gap(town: Town) -> None:
    days = (date(2027, 2, 1), date(2027, 2, 28))
    with store.transaction(town.engine) as session:
        actor = actor_for(session, COORDINATOR)
        key = draft_errand.ask(session, actor, ROSTER, *days, now=town.now, seconds=5)
    worker = errands.Worker(town.engine, lambda: town.now, errands.gather(town.engine, key))
    worker.says(draft_errand.SOUGHT, so_far={"objective": 70, "bound": 60, "gap": 10 / 70})
    with town.visitor(COORDINATOR) as visitor:
        text = visitor.get(f"/duty/{ROSTER}/drafts/{key}").text
    told = re.findall(r"<dt>([^<]+)</dt>\s*<dd>([^<]+)</dd>", text)
    assert told == [("目前最好方案的不均衡度", "70"), ("任何方案的下限", "60"), ("两者差距", "14.3%")]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"from": "2027-02-10", "to": "2027-02-01", "seconds": "5"}, "早于"),
        ({"from": "2027-02-01", "to": "2029-02-01", "seconds": "5"}, "400"),
        ({"from": "", "to": "2027-02-01", "seconds": "5"}, "fault"),
        ({"from": "2027-02-01", "to": "2027-02-02", "seconds": "999"}, "60"),
    ],
)
def test_days_that_cannot_be_planned_are_refused_at_once(town: Town, fields: dict[str, str], words: str) -> None:
    page = f"/duty/{ROSTER}/draft"
    with town.visitor(COORDINATOR) as visitor:
        answer = visitor.send_form(page, page, fields)
    assert answer.status_code == 422
    assert 'class="fault"' in answer.text
    assert words in answer.text


def test_two_officers_change_places_on_their_phones(town: Town, eyes: Eyes) -> None:
    """Asked for a watch in return, the rules' answer beside each; the other takes it, and both serve the other's."""
    page = eyes.page(ASKING, "zh_CN", PHONE)
    page.goto("/work")
    page.locator(f"a[href='{way(MINE)}']").click()
    page.get_by_text("申请互换").first.click()
    assert page.locator(".offer", has_text="不符合 1 条规则").first.locator("li").inner_text().endswith("间隔休息不足")
    offer = page.locator("form[action$='/ask']").first.locator(".offer", has_text="符合规则").first
    other, _, theirs = str(offer.locator("input").get_attribute("value")).partition("|")
    offer.locator("input").check()
    page.locator("form[action$='/ask'] [name=reason]").first.fill("家中有事")
    shoot(page, "watch-asking-zh_CN-390")
    no_sideways(page)
    no_grave_fault(page)
    page.locator("form[action$='/ask']").first.get_by_role("button").click()
    page.get_by_text("已提出，对方即时收到通知").wait_for()
    other_page = eyes.page(other, "zh_CN", PHONE)
    other_page.goto("/duty")
    other_page.get_by_role("link", name="答复").last.click()
    other_page.locator(f"form[action*='{quote(MINE)}'][action$='/accept']").last.wait_for()
    mine = next(one for one in rows(town.engine, Swap) if one.in_return == theirs)
    other_page.locator(f"form[action='/swaps/{quote(mine.key)}/accept'] button").click()
    other_page.get_by_text("已同意，该班由您值守").wait_for()
    assert (found(town, MINE).served_by, found(town, theirs).served_by) == (other, ASKING)
    assert (found(town, MINE).turn_of, found(town, theirs).turn_of) == (ASKING, other)


def test_an_exchange_that_breaks_a_rule_needs_a_planner_and_a_reason(town: Town) -> None:
    at = f"/swaps/{asked(town)}/accept"
    with town.visitor(ASKED) as other, town.visitor(COORDINATOR) as planner:
        refused = other.send_form("/swaps", at, {})
        assert (refused.status_code, "休息不足" in refused.text) == (422, True)
        assert found(town, MINE).served_by == ASKING
        answer = planner.send_form(way(MINE), at, {"reason": "双方自愿"})
        assert (answer.status_code, unquote(answer.headers["location"])) == (303, f"/watches/{MINE}")
    assert (found(town, MINE).served_by, found(town, THEIRS).served_by) == (ASKED, ASKING)


def test_what_was_asked_is_withdrawn_by_whoever_asked(town: Town) -> None:
    key = asked(town)
    at = f"/swaps/{key}/withdraw"
    with town.visitor(ASKED) as other, town.visitor(ASKING) as asking:
        token = re.search(r'name="token" value="([^"]+)"', other.get("/swaps").text)
        assert token is not None
        assert other.post(at, data={"token": token[1]}).status_code == 403
        assert asking.send_form("/swaps", at, {}).status_code == 303
    assert row(town.engine, Swap, key).state == "withdrawn"


def test_the_fairest_candidate_is_put_into_a_gap(town: Town, eyes: Eyes) -> None:
    page = eyes.page(COORDINATOR, "zh_CN", scripts=False)
    page.goto(f"/duty/{ROSTER}")
    first = page.locator(".gap-card li").first
    name = first.locator("strong").inner_text()
    first.get_by_role("button", name="安排此人").click()
    page.get_by_text("班次已安排").wait_for()
    assert page.locator(".gap-card").count() == 0
    assert page.locator(".wall a", has_text=name).count() > 0
    assert found(town, GAP).served_by is not None


def test_a_phone_subscribes_by_a_code_that_is_shown_once(town: Town, eyes: Eyes) -> None:
    page = eyes.page(INSPECTOR, "zh_CN", PHONE)
    page.goto("/feeds")
    page.locator("[name=remind_minutes]").fill("60")
    page.get_by_role("button", name="生成日历").click()
    page.locator(".qr svg").wait_for()
    shoot(page, "feeds-made-zh_CN-390")
    no_sideways(page)
    no_grave_fault(page)
    url = page.locator(".secret .big code").inner_text()
    assert page.locator(".secret a.main").get_attribute("href") == f"webcal://{url.partition('://')[2]}"
    with town.visitor() as phone:
        assert phone.get(f"/feeds/{url.rpartition('/')[2]}").text.startswith("BEGIN:VCALENDAR")
    page.goto("/feeds")
    assert url.rpartition("/")[2] not in page.content()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="停用").click()
    page.get_by_text("日历已停用").first.wait_for()
    with town.visitor() as phone:
        assert phone.get(f"/feeds/{url.rpartition('/')[2]}").status_code == 404
    assert [one.person for one in rows(town.engine, Feed)] == [INSPECTOR]
