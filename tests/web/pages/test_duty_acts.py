"""Acts on the pages of duty: days away, the log, presence checks, a roster from its file, a month on paper."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import select
from sqlmodel import col

from models import Absence, Roster, Watch, Wish
from models.base import table_of
from service import store
from service.duty.file import read
from service.web.pages.duty_files import EXAMPLE
from tests.service.worlds import row, rows
from tests.web.pages.rig import COORDINATOR, Eyes, Town

pytestmark = pytest.mark.browser

ROSTER = "town-24h"
MINE, THEIRS = f"{ROSTER}:2026-11-29:watch:officer:1", f"{ROSTER}:2026-12-06:watch:officer:1"
GAP = f"{ROSTER}:2026-11-30:watch:officer:1"
ASKING, ASKED = "YJ013", "YJ007"


def way(key: str) -> str:
    return f"/watches/{quote(key)}"


def found(town: Town, key: str) -> Any:
    with store.reading(town.engine) as session:
        return session.execute(select(table_of(Watch)).where(col(Watch.key) == key)).one()


def test_a_planner_chooses_who_is_away(town: Town) -> None:
    with town.visitor(COORDINATOR) as coord:
        (whom,) = re.findall(r'<select [^>]*name="person"[^>]*>(.*?)</select>', coord.get("/absences").text, re.DOTALL)
        assert f'value="{ASKING}"' in whom
        assert whom.index('value=""') < whom.index(f'value="{ASKING}"')
        fields = {"from": "2026-11-29", "to": "2026-11-29", "person": ASKING}
        assert coord.send_form("/absences", "/absences", fields).status_code == 303
    with town.visitor(ASKING) as member:
        assert 'name="person"' not in member.get("/absences").text
    assert found(town, MINE).state == "vacant"


def test_days_away_open_a_gap_and_a_wish_is_noted(town: Town) -> None:
    with town.visitor(ASKING) as visitor:
        fields = {"from": "2026-11-29", "to": "2026-11-29", "reason": "外出"}
        assert visitor.send_form("/absences", "/absences", fields).status_code == 303
        again = visitor.send_form("/absences", "/absences", fields)
        assert (again.status_code, "2026-11-29" in again.text) == (409, True)
        assert visitor.send_form("/absences", "/wishes", {"on": "2027-02-12", "want": "false"}).status_code == 303
        (wish,) = rows(town.engine, Wish)
        assert (wish.person, wish.want) == (ASKING, False)
        assert visitor.send_form("/absences", f"/wishes/{wish.key}/end", {}).status_code == 303
        key = f"{ASKING}:2026-11-29"
        assert visitor.send_form("/absences", f"/absences/{key}/end", {}).status_code == 303
    assert found(town, MINE).state == "vacant"
    assert rows(town.engine, Wish) == []
    assert key not in {one.key for one in rows(town.engine, Absence)}


def test_whoever_is_on_duty_writes_the_log_and_hands_over(town: Town) -> None:
    key = f"{ROSTER}:2026-11-23:watch:officer:1"
    person, page = found(town, key).served_by, way(key)
    with town.visitor(person) as visitor:
        fields = {"text": "东沟桥面积水", "matter": "true"}
        assert visitor.send_form(page, f"{page}/log", fields).status_code == 303
        assert visitor.send_form(page, f"{page}/log", {"text": " "}).status_code == 422
        shown = visitor.get(page).text
        settle = re.findall(r'action="([^"]+/settle)"', shown)
        assert "东沟桥面积水" in shown
        assert visitor.send_form(page, settle[0], {}).headers["location"] == page.replace("%3A", ":")
        assert ">交班</summary>" not in shown
        town.now = found(town, key).ends_at - timedelta(hours=1)
    with town.visitor(person) as visitor:
        assert visitor.send_form(page, f"{page}/hand-over", {"note": "一项待办"}).status_code == 303
    assert found(town, key).state == "handed_over"


def test_checks_are_drawn_and_made(town: Town) -> None:
    with town.visitor(COORDINATOR) as planner:
        fields, results = (
            {"roster": ROSTER, "on": "2026-11-23", "count": "1"},
            r'action="(/presence-checks/[^"]+/result)"',
        )
        before = re.findall(results, planner.get("/presence-checks").text)
        assert planner.send_form("/presence-checks", "/presence-checks", fields).status_code == 303
        shown = planner.get("/presence-checks").text
        at = [one for one in re.findall(results, shown) if one not in before]
        assert len(at) == 1
        assert planner.send_form("/presence-checks", at[0], {"present": "true", "note": "电话应答"}).status_code == 303
        assert "电话应答" in planner.get("/presence-checks").text
        told = planner.get("/journal").text
        assert re.search("随机抽取：[0-9]+ 班中抽 1 班；用种子 [0-9]+ 可重现", told)
        assert "seed " not in told
    with town.visitor("CW01") as villager:
        assert villager.get("/presence-checks").status_code in (200, 404)


def test_a_roster_is_made_from_its_file_and_each_fault_names_its_line(town: Town) -> None:
    with store.reading(town.engine) as session:
        text = session.execute(select(col(Roster.text)).where(col(Roster.key) == ROSTER)).scalar_one()
    wrong = text.replace("key: town-24h", "key: second").replace("YJ001", "YJ999")
    with town.visitor(COORDINATOR) as visitor:
        answer = visitor.send_form("/duty/+new", "/duty/+new", {"text": wrong})
        assert answer.status_code == 422
        assert "YJ999" in answer.text
        assert re.search(r"<li>[^<]*9[^<]*YJ999", answer.text)
        right = wrong.replace("YJ999", "YJ001")
        answer = visitor.send_form("/duty/+new", "/duty/+new", {"text": right})
        assert answer.headers["location"] == "/duty/second/draft"
        page = "/duty/second/file"
        assert visitor.send_form(page, page, {"text": right.replace("24小时", "全天")}).status_code == 303
        assert visitor.send_form(page, "/duty/second/retire", {"reason": ""}).status_code == 422
        assert visitor.send_form(page, "/duty/second/retire", {"reason": "合并"}).status_code == 303
    assert row(town.engine, Roster, "second").retired
    assert "全天" in row(town.engine, Roster, "second").name


def test_the_month_is_printed_and_taken_as_a_workbook(town: Town, eyes: Eyes) -> None:
    page = eyes.page(COORDINATOR, "zh_CN")
    page.goto(f"/duty/{ROSTER}/print?month=2026-11")
    page.emulate_media(media="print")
    shown = page.locator("main").inner_text()
    for words in ("研经镇24小时值班", "单位：研经镇", "13800130000", "值班期间手机保持畅通"):
        assert words in shown
    assert page.locator(".paper-month tbody tr").count() == 6  # November 2026 begins on a Sunday
    assert not page.locator(".side").is_visible()
    paper = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
    box = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", paper)
    assert box is not None
    assert float(box[1]) > float(box[2])
    with town.visitor(COORDINATOR) as visitor:
        book = visitor.get(f"/duty/{ROSTER}/table.xlsx?month=2026-11")
    assert book.content.startswith(b"PK")
    assert "duty-2026-11.xlsx" in book.headers["content-disposition"]


def test_the_example_of_a_file_is_a_roster() -> None:
    assert read(EXAMPLE).problem.roles[1].code == "officer"
