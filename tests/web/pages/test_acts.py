"""Forms of pages: done once however often they are sent, refused beside the field, kept when the session ends."""

import html
import re
from urllib.parse import quote

import pytest
from sqlalchemy import select
from sqlmodel import col

from models import Channel, Notice, Person, TaskAnswer, Unit, WebSession
from models.base import table_of
from service import store
from service.rules.steps import change
from tests.service.worlds import row, rows
from tests.web.pages.rig import COORDINATOR, GRID_OFFICER, INSPECTOR, LEADER, Town, hidden_of

ROBOT = "wecombot://693a91f6-7a0c-4bc4-97a0-0ec2aaaa5aa{}"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'{{7*7}}"


def mine(town: Town, person: str) -> str:
    """A notice of a person that they have not acknowledged."""
    statement = select(col(Notice.key)).where(col(Notice.recipient) == person, col(Notice.acknowledged_at).is_(None))
    with store.reading(town.engine) as session:
        return str(session.execute(statement.order_by(col(Notice.owed_at).desc()).limit(1)).scalar_one())


def test_a_notice_is_acknowledged_and_the_next_page_says_so(town: Town) -> None:
    key = mine(town, INSPECTOR)
    with town.visitor(INSPECTOR, "en") as me:
        answer = me.send_form(f"/notices/{key}", f"/notices/{key}/acknowledge", {})
        assert (answer.status_code, answer.headers["location"]) == (303, f"/notices/{key}")
        page = me.get(answer.headers["location"])
        assert "Noted: you have read it" in page.text
        assert "Noted: you have read it" not in me.get(f"/notices/{key}").text
    assert row(town.engine, Notice, key).state == "acknowledged"


def test_nobody_acknowledges_for_another(town: Town) -> None:
    key = mine(town, INSPECTOR)
    with town.visitor(LEADER) as leader:
        page = leader.get(f"/notices/{key}")  # who decides here may see it
        assert page.status_code == 200
        token = re.search(r'name="token" value="([^"]+)"', page.text)
        assert token is not None
        assert leader.post(f"/notices/{key}/acknowledge", data={"token": token[1]}).status_code == 404
    with town.visitor(GRID_OFFICER) as other:
        assert other.get(f"/notices/{key}").status_code == 404
    assert row(town.engine, Notice, key).acknowledged_at is None


def test_a_form_that_is_sent_twice_acts_once(town: Town) -> None:
    with town.visitor(COORDINATOR, "en") as me:
        fields = hidden_of(me.get("/channels").text, "/channels") | {"address": ROBOT.format("a"), "rank": "1"}
        first, second = me.post("/channels", data=fields), me.post("/channels", data=fields)
        assert first.status_code == second.status_code == 303
        assert first.headers["location"] == second.headers["location"]
        other = me.post("/channels", data=fields | {"rank": "2"})
        assert other.status_code == 422
        assert "was used for another call before" in other.text
    assert len(rows(town.engine, Channel)) == 1


def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(town: Town) -> None:
    with town.visitor(COORDINATOR, "en") as me:
        answer = me.send_form("/channels", "/channels", {"address": "file:///etc/passwd", "rank": "500"})
        assert answer.status_code == 422
        assert 'value="file:///etc/passwd"' in answer.text
        assert answer.text.count('class="fault"') == 1
        assert re.search(r'id="f-channels-(address|rank)-fault"', answer.text)
        again = me.send_form("/channels", "/channels", {"address": "", "rank": "x"})
        assert again.status_code == 422
        assert 'id="f-channels-address-fault"' in again.text
        assert 'id="f-channels-rank-fault"' in again.text
    assert rows(town.engine, Channel) == []


def test_a_form_that_stood_open_too_long_is_shown_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    from service.web import seals

    with town.visitor(COORDINATOR, "en") as me:
        fields = hidden_of(me.get("/channels").text, "/channels") | {"address": ROBOT.format("b"), "rank": "1"}
        monkeypatch.setattr(seals, "FORM_GOOD_FOR_SECONDS", -1)
        answer = me.post("/channels", data=fields)
        assert answer.status_code == 422
        assert "stood open too long" in answer.text
        assert html.escape(ROBOT.format("b")) in answer.text
    assert rows(town.engine, Channel) == []


def test_a_session_that_ended_leads_to_the_door_and_back(town: Town) -> None:
    with town.visitor(COORDINATOR, "en") as me:
        fields = hidden_of(me.get("/channels").text, "/channels") | {"address": ROBOT.format("c")}
        with store.transaction(town.engine) as session:
            for one in session.execute(select(table_of(WebSession))).all():
                step = change(WebSession, one.key, one.version, "ended", {"revoked_at": town.now})
                store.require(session, [step], now=town.now, by="tests")
        answer = me.post("/channels", data=fields, headers={"Referer": f"{town.at}/channels"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?back=%2Fchannels&kept=1")
        door = me.get(answer.headers["location"])
        assert "You were signed out" in door.text
        assert 'name="back_to" value="/channels"' in door.text
        elsewhere = me.post("/channels", data=fields, headers={"Referer": "https://evil.example/x"})
        assert elsewhere.headers["location"] == "/sign-in?back=%2F&kept=1"
    assert rows(town.engine, Channel) == []


def test_channels_of_others_are_out_of_reach(town: Town) -> None:
    with town.visitor(COORDINATOR) as me:
        assert me.send_form("/channels", "/channels", {"address": ROBOT.format("d"), "rank": "1"}).status_code == 303
    key = rows(town.engine, Channel)[0].key
    with town.visitor(GRID_OFFICER) as other:
        token = re.search(r'name="token" value="([^"]+)"', other.get("/channels").text)
        assert token is not None
        for act in ("remove", "rank", "test"):
            answer = other.post(f"/channels/{key}/{act}", data={"token": token[1], "rank": "3"})
            assert answer.status_code in (403, 404), act
        assert other.get("/channels?unit=yanjing").status_code in (403, 404)
    assert rows(town.engine, Channel)[0].rank == 1


def test_the_switch_of_the_language_is_remembered(town: Town) -> None:
    with town.visitor(None, "zh-CN") as nobody:
        answer = nobody.send_form("/sign-in", "/language", {"language": "en"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
        assert '<html lang="en">' in nobody.get("/sign-in").text
    with town.visitor(COORDINATOR, "zh-CN") as me:
        answer = me.send_form("/tasks?state=all", "/language", {"language": "en"})
        assert answer.headers["location"] == "/tasks?state=all"
        assert '<html lang="en">' in me.get("/tasks").text
        assert me.send_form("/tasks", "/language", {"language": "xx"}).status_code == 422
    assert row(town.engine, Person, COORDINATOR).language == "en"


def test_words_of_people_are_never_markup(town: Town) -> None:
    with store.transaction(town.engine) as session:
        steps = []
        for table, key in ((Unit, "xiangquan"), (Unit, "yanjing"), (Person, COORDINATOR), (Person, INSPECTOR)):
            found = session.get(table, key)
            assert found is not None
            steps.append(change(table, key, found.version, "named", {"name": HOSTILE}))
        store.require(session, steps, now=town.now, by="tests")
    with town.visitor(COORDINATOR) as me:
        for path in ("/", "/tasks?state=all&unit=xiangquan", "/notices", "/notices?of=all", "/channels?unit=yanjing"):
            text = me.get(path).text
            assert "<script>alert" not in text
            assert "<img src=x" not in text
            assert "49" not in re.findall(r"alert\(2\)&gt;[^<]{0,30}", text)
        assert "&lt;script&gt;alert(1)" in me.get("/").text
        reflected = me.get("/tasks", params={"unit": HOSTILE})
        assert reflected.status_code == 404
        assert "<script>alert" not in reflected.text


def test_too_many_failures_lock_the_door(town: Town) -> None:
    with town.visitor(None, "en") as nobody:
        for _ in range(6):
            answer = nobody.send_form("/sign-in", "/sign-in", {"person": COORDINATOR, "password": "wrong"})
            assert answer.status_code == 401
        right = nobody.send_form("/sign-in", "/sign-in", {"person": COORDINATOR, "password": "correct horse 9"})
        assert right.status_code == 401


@pytest.mark.parametrize(
    ("path", "most"), [("/", 17), ("/tasks", 4), ("/notices", 5), ("/notices?of=all", 5), ("/channels", 3)]
)
def test_a_page_asks_no_more_for_more_rows(town: Town, path: str, most: int) -> None:
    with town.visitor(COORDINATOR) as me:
        assert len(me.statements(path)) <= most


def test_a_mark_of_a_checklist_is_said_in_words(town: Town) -> None:
    """In English too, where the short word of a mark would be shown as it is kept."""
    marked = select(col(TaskAnswer.task)).where(col(TaskAnswer.mark) == "na").order_by(col(TaskAnswer.task))
    with store.reading(town.engine) as session:
        task = session.execute(marked.limit(1)).scalar_one()
    town.speaks(COORDINATOR, "en")
    with town.visitor(COORDINATOR, "en") as me:
        text = me.get(f"/tasks/{quote(task)}").text
    assert ">not applicable<" in text
    assert ">na<" not in text
