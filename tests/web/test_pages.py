"""The first pages: through the door, the board, the list of tasks; forms only from here."""

import re

import pytest

from service import store
from service.signin import sessions as signin
from service.words import say
from tests.web.house import PASSWORD, Caller, House

NEW = "a better one 1"


def token_in(text: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', text)
    assert found is not None, text
    return found[1]


def through_the_door(house: House, person: str, password: str, language: str = "zh-CN") -> Caller:
    browser = house.caller(None, language)
    page = browser.get("/sign-in")
    assert page.status_code == 200
    form = {"token": token_in(page.text), "person": person, "password": password}
    answer = browser.post("/sign-in", data=form)
    assert answer.status_code == 303, answer.text
    browser.went = answer.headers["location"]  # type: ignore[attr-defined]
    return browser


def test_a_coordinator_comes_in_looks_round_and_leaves(house: House) -> None:
    with store.transaction(house.engine) as session:
        password = signin.add_login(session, "coord", now=house.now)
    browser = through_the_door(house, "coord", password)
    assert browser.get("/").headers["location"] == "/password"
    page = browser.get("/password")
    changed = browser.post("/password", data={"token": token_in(page.text), "old": password, "new": NEW})
    assert (changed.status_code, changed.headers["location"]) == (303, "/")
    board = browser.get("/")
    assert board.status_code == 200
    assert '<html lang="zh-CN">' in board.text
    for words in ("drive", "责任链", "看板"):
        assert words in board.text
    assert "city" not in board.text
    tasks = browser.get("/tasks?unit=v1")
    assert "节前检查" in tasks.text
    assert browser.get("/tasks?unit=c1", headers={"Accept": "text/html"}).status_code == 404
    out = browser.post("/sign-out", data={"token": token_in(board.text)}, headers={"Origin": "http://127.0.0.1:8000"})
    assert out.headers["location"] == "/sign-in"
    assert browser.get("/").headers["location"] == "/sign-in"


def test_nobody_is_shown_the_door(small_house: House) -> None:
    doors = {
        "/": "/sign-in",
        "/tasks?unit=v1": "/sign-in?back=%2Ftasks%3Funit%3Dv1",
        "/password": "/sign-in?back=%2Fpassword",
    }
    for path, door in doors.items():
        answer = small_house.caller().get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, door)


def test_a_wrong_password_is_said_on_the_page(small_house: House) -> None:
    browser = small_house.caller(None, "en")
    form = {"token": token_in(browser.get("/sign-in").text), "person": "<b>x", "password": "y"}
    answer = browser.post("/sign-in", data=form)
    assert answer.status_code == 401
    assert say(signin.WRONG, "en") in answer.text
    assert "<b>x" not in answer.text


def test_a_poor_password_is_refused_in_the_words_of_who_reads(small_house: House) -> None:
    browser = small_house.browser("coord", "zh-CN")
    page = browser.get("/password").text
    assert "至少 10 个字符" in page
    refused = browser.post("/password", data={"token": token_in(page), "old": PASSWORD, "new": "short"})
    assert (refused.status_code, "少于 10 个字符" in refused.text) == (422, True)


@pytest.mark.parametrize("token", ["", "x", "nobody", "Im5vYm9keSI.aaaa.bbbb"])
def test_a_form_from_elsewhere_is_refused(small_house: House, token: str) -> None:
    browser = small_house.caller(None, "en")
    form = {"token": token, "person": "coord", "password": PASSWORD}
    answer = browser.post("/sign-in", data=form, headers={"Accept": "text/html"})
    assert answer.status_code == 403
    assert answer.headers["content-type"].startswith("text/html")


def test_a_form_of_one_browser_is_no_good_in_another(small_house: House) -> None:
    mine, theirs = small_house.browser("coord"), small_house.browser("leader")
    token = token_in(mine.get("/").text)
    assert theirs.post("/sign-out", data={"token": token}).status_code == 403
    assert theirs.get("/").status_code == 200


def test_a_list_goes_on_at_the_next_page(small_house: House) -> None:
    from tests.web.test_lists import add_tasks

    add_tasks(small_house, range(60))
    browser = small_house.browser("viewer")
    page = browser.get("/tasks?state=open")
    following = re.search(r'href="(/tasks\?[^"]*after=[^"]+)"', page.text)
    assert following is not None
    rest = browser.get(following[1].replace("&amp;", "&"))
    assert rest.text.count("<tr") + page.text.count("<tr") == 62 + 2


def test_pages_hold_no_script_of_their_own_and_nothing_from_elsewhere(small_house: House) -> None:
    browser = small_house.browser("coord", "en")
    for path in ("/", "/tasks", "/password"):
        text = browser.get(path).text
        assert re.findall(r"<script[^>]*>", text) == re.findall(
            r'<script type="module" src="/static/zhiban.js[^>]*>', text
        )
        assert re.search(r"<style|\sstyle=|\son\w+=", text) is None
        assert "http://" not in text
        assert "https://" not in text


def test_a_person_reads_in_their_own_language(small_house: House) -> None:
    admin = small_house.caller("admin")
    assert admin.api("PATCH", "/people/coord", json={"language": "zh_CN"}).status_code == 200
    assert '<html lang="zh-CN">' in small_house.browser("coord", "en").get("/").text
    assert '<html lang="en">' in small_house.browser("leader", "en").get("/").text
