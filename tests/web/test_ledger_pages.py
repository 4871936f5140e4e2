"""Pages of tasks, the ledger and the public without a browser: statements, sight, escaping, photos, forms of nobody."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from models import Hazard, PublicReport, Task
from models.base import table_of
from service import evidence, store
from service.access import actor_for
from service.hazards import acts as hazards
from service.rules.steps import change
from service.tasks import acts as tasks
from tests.service.worlds import counting, row, rows
from tests.web.house import MORNING, V1, Caller, House
from tests.web.ledger import CLOSED_CODE, LOOK, act, report, settle
from tests.web.pages.ledger_town import a_photo

PAGE = {"Accept": "text/html"}
NASTY = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}"


def token_in(text: str) -> dict[str, str]:
    """The hidden fields of the first form that acts."""
    forms = re.findall(r"<form\b[^>]*method=\"post\".*?</form>", text, re.S)
    form = next(one for one in forms if 'name="once"' in one)
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))


def hidden(caller: Caller, path: str, action: str) -> dict[str, str]:
    """The hidden fields of the form on a page that goes to an address."""
    text = caller.get(path, headers=PAGE).text
    for form in re.findall(r"<form\b.*?</form>", text, re.S):
        if f'action="{action}"' in form:
            return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    raise AssertionError(f"no form on {path} goes to {action}")


@pytest.mark.parametrize(
    ("person", "path", "most"),
    [
        ("coord", "/work", 6), ("grid1", "/work", 6), ("coord", "/hazards", 7),
        ("coord", "/hazards?unit=v1&sort=due", 8), ("coord", "/hazards?sort=rank", 8),
        ("coord", "/hazards/print", 9), ("coord", "/rechecks", 4),
        ("coord", "/enforcement", 5), ("coord", f"/rechecks/{quote(LOOK)}", 9), ("coord", "/hazards/submitted", 26),
        ("coord", "/hazards/late", 27), ("inspector", f"/tasks/{quote(V1)}", 15), ("staff", "/hazards", 6),
    ],
)  # fmt: skip
def test_a_page_asks_so_much_and_no_more_for_more(small_house: House, person: str, path: str, most: int) -> None:
    settle(small_house.engine)
    browser = small_house.browser(person)

    def asked() -> int:
        browser.get(path, headers=PAGE)
        with counting(small_house.engine) as sent:
            answer = browser.get(path, headers=PAGE)
        assert answer.status_code == 200, answer.text[:300]
        return len([one for one, _ in sent if one.lstrip().upper().startswith(("SELECT", "WITH"))])

    first = asked()
    assert first <= most
    for number in range(30):
        report(small_house.engine, f"more{number}")
        act(small_house.engine, evidence.add, "inspector", "submitted", note=f"第{number}条", stage="before")
    assert asked() <= first


def test_what_people_write_is_shown_and_never_run(small_house: House) -> None:
    engine = small_house.engine
    settle(engine)
    report(engine, "nasty", description=NASTY, place=NASTY.replace("\n", ""), category="x")
    act(engine, evidence.add, "inspector", "nasty", note=NASTY)
    act(engine, hazards.assign, "coord", "nasty", responsible="grid1", measures=NASTY)
    with store.transaction(engine) as session:
        step = change(Hazard, "nasty", row(engine, Hazard, "nasty").version, "noted", {"note": NASTY})
        store.require(session, [step], now=MORNING, by="tests")
    pages = ("/hazards", "/hazards/nasty", "/hazards/print", "/hazards?text=" + quote(NASTY))
    for person in ("coord", "grid1"):
        browser = small_house.browser(person)
        for path in pages if person == "coord" else ("/work", "/hazards/nasty"):
            text = browser.get(path, headers=PAGE).text
            assert "<script>alert" not in text, path
            assert "<img src=x" not in text, path
            assert "49" not in re.findall(r"\{\{7\*7\}\}|onerror=alert\(1\)&gt;(\d+)", text), path
            assert "&lt;script&gt;alert(1)" in text or path.startswith("/hazards?"), path


def test_an_act_that_is_not_offered_is_refused_all_the_same(small_house: House) -> None:
    settle(small_house.engine)
    viewer, coord = small_house.browser("viewer"), small_house.browser("coord")
    page = viewer.get("/hazards/submitted", headers=PAGE).text
    assert 'action="/hazards/submitted/' not in page
    token = hidden(viewer, "/hazards/submitted", "/language")["token"]
    answer = viewer.post("/hazards/submitted/accept", data={"token": token, "once": "k1"}, headers=PAGE)
    assert answer.status_code == 403
    assert row(small_house.engine, Hazard, "submitted").state == "submitted"
    form = hidden(coord, "/hazards/submitted", "/hazards/submitted/accept")
    assert coord.post("/hazards/submitted/accept", data=form, headers=PAGE).status_code == 303
    again = coord.post("/hazards/submitted/accept", data=form, headers=PAGE)  # a double click
    assert (again.status_code, again.headers["location"]) == (303, "/hazards/submitted")
    late = coord.post("/hazards/submitted/accept", data=form | {"once": "another"}, headers=PAGE)
    assert late.status_code == 409
    assert coord.post("/hazards/submitted/burn", data=form, headers=PAGE).status_code == 404


def test_a_page_for_staff_offers_what_is_theirs(small_house: House) -> None:
    settle(small_house.engine)
    grid = small_house.browser("grid1")
    offered = set(re.findall(r'action="/hazards/begun/(\w+)"', grid.get("/hazards/begun", headers=PAGE).text))
    assert offered == {"submit", "evidence"}
    leader = small_house.browser("leader")
    offered = set(re.findall(r'action="/hazards/begun/(\w+)"', leader.get("/hazards/begun", headers=PAGE).text))
    assert offered == {"assign", "extend", "supervise", "rank", "void", "evidence"}


def test_photos_are_small_on_pages_and_kept_to_those_who_see_them(small_house: House) -> None:
    settle(small_house.engine)
    photo = evidence.read_photo(a_photo(size=(3000, 2000)))
    key = act(small_house.engine, evidence.add, "inspector", "new", photo=photo, stage="before")
    at = f"/evidence/{quote(key)}"
    coord = small_house.browser("coord")
    small, whole = coord.get(f"{at}/small"), coord.get(at)
    assert (small.headers["content-type"], whole.headers["content-type"]) == ("image/jpeg", "image/jpeg")
    assert len(small.content) < 60_000 < len(whole.content)
    assert small.headers["cache-control"] == whole.headers["cache-control"] == "private, no-cache"
    assert small.headers["x-content-type-options"] == "nosniff"
    for answer, path in ((small, f"{at}/small"), (whole, at)):
        assert coord.get(path, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    note = act(small_house.engine, evidence.add, "inspector", "new", note="<b>现场</b>")
    assert coord.get(f"/evidence/{quote(note)}").headers["content-type"] == "text/plain; charset=utf-8"
    assert coord.get(f"/evidence/{quote(note)}/small").status_code == 404
    for person in ("stranger", "staff"):
        other = small_house.browser(person)
        for path in (at, f"{at}/small"):
            assert other.get(path, headers=PAGE).status_code == 404
            assert other.get(path, headers={"If-None-Match": whole.headers["etag"]}).status_code == 404
    assert small_house.caller().get(at).status_code == 303


@pytest.mark.parametrize(
    ("name", "data", "fault"),
    [
        ("a.txt", b"no photo", "photo"),
        ("a.jpg", b"\xff\xd8\xff" + b"x" * 50, "photo"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "photo"),
    ],
)
def test_a_file_that_is_no_photo_keeps_nothing(small_house: House, name: str, data: bytes, fault: str) -> None:
    inspector = small_house.browser("inspector")
    way = f"/tasks/{quote(V1, safe='')}"
    form = token_in(inspector.get(way, headers=PAGE).text)
    fields = form | {
        "answers[general:1][mark]": "pass", "answers[general:2][mark]": "na", "figures[people]": "3",
        "findings[0][description]": "灭火器过期",
    }  # fmt: skip
    files = {"findings[0][photo]": (name, data, "image/jpeg")}
    answer = inspector.post(f"{way}/submit", data=fields, files=files, headers=PAGE)
    assert answer.status_code == 422
    assert f"f-submit-findings-0-{fault}-fault" in answer.text
    assert "灭火器过期" in answer.text
    assert rows(small_house.engine, Hazard) == []
    assert row(small_house.engine, Task, V1).state == "open"


def test_a_task_that_was_sent_back_says_why_and_keeps_its_answers(small_house: House) -> None:
    engine = small_house.engine
    answers = {"general:1": ("pass", "良好"), "general:2": ("fail", "")}
    act(engine, tasks.submit, "grid1", V1, figures={"people": 2}, answers=answers, note="已查")
    act(engine, tasks.reject, "leader", V1, reason="漏查二号仓库")
    text = small_house.browser("grid1").get(f"/tasks/{quote(V1)}", headers=PAGE).text
    assert "漏查二号仓库" in text
    assert re.search(r'value="fail" checked', text)
    assert "良好" in text


# -- the public --------------------------------------------------------------------------------------------------------

SAW = {"text": "夜间偷排粉尘", "contact": "13800130099"}


def send(caller: Caller, unit: str = "e1", **more: Any) -> Any:
    form = token_in(caller.get(f"/r/{unit}", headers=PAGE).text)
    return caller.post(f"/r/{unit}", data=form | SAW | more, headers=PAGE)


def test_a_unit_that_is_not_there_and_one_that_is_closed_are_told_apart_to_nobody(small_house: House) -> None:
    admin = small_house.caller("admin")
    closed = admin.api("PATCH", "/units/e2", json={"closed_on": "2026-03-01"})
    assert closed.status_code == 200, closed.text
    nobody = small_house.caller()
    form = token_in(nobody.get("/r/e1", headers=PAGE).text)
    pages = [nobody.get(f"/r/{unit}", headers=PAGE) for unit in ("e2", "none", "x" * 90)]
    sent = [nobody.post(f"/r/{unit}", data=form | SAW, headers=PAGE) for unit in ("e2", "none")]
    assert {answer.status_code for answer in (*pages, *sent)} == {404}
    texts = {re.sub(r'value="[^"]*"', "", answer.text) for answer in (*pages[:2], *sent)}
    assert len({re.sub(r"/r/\w+", "", text) for text in texts}) == 1
    assert rows(small_house.engine, Hazard) == []


def test_five_reports_an_hour_and_then_a_page_that_says_so(house: House) -> None:
    nobody = house.caller()
    assert [send(nobody).status_code for _ in range(5)] == [200] * 5
    refused = send(nobody)
    assert refused.status_code == 429
    assert SAW["text"] in refused.text  # what was typed is not lost
    assert len(rows(house.engine, PublicReport)) == 5
    house.now += timedelta(hours=1)
    assert send(nobody).status_code == 200


def test_the_same_report_twice_is_one_and_shows_the_same_receipt(house: House) -> None:
    nobody = house.caller()
    form = token_in(nobody.get("/r/e1", headers=PAGE).text) | SAW
    photo = {"photo": ("a.jpg", a_photo(), "image/jpeg")}
    first, again = (nobody.post("/r/e1", data=form, files=photo, headers=PAGE) for _ in range(2))
    receipts = [re.search(r"<strong>([A-Z0-9-]{23})</strong>", answer.text) for answer in (first, again)]
    assert receipts[0]
    assert receipts[1]
    assert receipts[0][1] == receipts[1][1]
    assert len(rows(house.engine, PublicReport)) == 1
    followed = nobody.post(
        "/r/receipt", data=token_in(nobody.get("/r/receipt").text) | {"receipt": receipts[0][1]}, headers=PAGE
    )
    assert followed.status_code == 200
    assert receipts[0][1] not in followed.request.url.path
    (hazard,) = rows(house.engine, Hazard, table_of(Hazard).c.source == "public")
    assert hazard.key in followed.text
    with store.reading(house.engine) as session:
        (proof,) = evidence.listed(session, actor_for(session, "coord"), hazard.key)
    assert (proof.stage, proof.made_by) == ("before", "public")


@pytest.mark.parametrize("lacking", ["token", "once"])
def test_a_form_of_somebody_else_reports_nothing(small_house: House, lacking: str) -> None:
    nobody = small_house.caller()
    form = token_in(nobody.get("/r/e1", headers=PAGE).text)
    answer = nobody.post("/r/e1", data=form | SAW | {lacking: ""}, headers=PAGE)
    assert answer.status_code == 422
    assert rows(small_house.engine, Hazard) == []


def test_a_report_of_nothing_or_too_much_is_refused_beside_its_field(small_house: House) -> None:
    nobody = small_house.caller()
    assert "f-e1-text-fault" in send(nobody, text=" ").text
    assert "f-e1-text-fault" in send(nobody, text="说" * 10_001).text
    form = token_in(nobody.get("/r/e1", headers=PAGE).text)
    large = {"photo": ("a.jpg", b"\xff\xd8\xff" + bytes(11_000_000), "image/jpeg")}
    assert nobody.post("/r/e1", data=form | SAW, files=large, headers=PAGE).status_code == 413
    two = [("photo", ("a.jpg", b"x", "image/jpeg"))] * 2
    assert nobody.post("/r/e1", data=form | SAW, files=two, headers=PAGE).status_code in (400, 422)
    broken = {"photo": ("a.jpg", b"\xff\xd8\xffx", "image/jpeg")}
    assert "f-e1-photo-fault" in nobody.post("/r/e1", data=form | SAW, files=broken, headers=PAGE).text
    assert rows(small_house.engine, Hazard) == []


def test_a_form_with_photos_sent_after_the_session_ended_leads_to_the_door_and_back(small_house: House) -> None:
    nobody = small_house.caller()
    large = {"photo": ("a.jpg", b"\xff\xd8\xff" + bytes(2_000_000), "image/jpeg")}
    sent = nobody.post(
        "/hazards/new",
        files=large,
        headers=PAGE | {"Referer": str(nobody.base_url.join("/hazards/new"))},
        follow_redirects=False,
    )
    assert (sent.status_code, sent.headers["location"]) == (303, "/sign-in?back=%2Fhazards%2Fnew&kept=1")
    assert nobody.post("/api/v1/imports/units", files=large, headers=PAGE).status_code == 401


def test_who_tries_receipts_out_is_stopped(small_house: House) -> None:
    nobody = small_house.caller()
    form = token_in(nobody.get("/r/receipt").text)
    answers = [
        nobody.post("/r/receipt", data=form | {"receipt": f"AAAA{n}"}, headers=PAGE).status_code for n in range(62)
    ]
    assert answers == [422] * 60 + [429] * 2


def test_a_closed_hazard_shows_its_look_backs(small_house: House) -> None:
    settle(small_house.engine)
    text = small_house.browser("coord").get(f"/hazards/{quote(CLOSED_CODE)}", headers=PAGE).text
    assert f"/rechecks/{quote(LOOK, safe=':')}" in text or quote(LOOK) in text
