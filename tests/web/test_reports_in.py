"""What comes in by itself over the API: platforms with their token, and the public, so many an hour."""

from datetime import timedelta

from service import store
from service.access import SYSTEM
from service.signin import tokens as signin_tokens
from tests.web.house import MORNING, House, reasons

SEEN = {"ref": "cam-7/evt-99", "unit": "e1", "description": "未戴安全帽", "place": "二号门"}
SAW = {"unit": "e1", "text": "夜间偷排粉尘", "contact": "13800130099"}


def test_the_same_reference_twice_is_one_hazard(house: House) -> None:
    hook = house.caller("inspector")
    first = hook.api("POST", "/hooks/hazards", json=SEEN)
    again = hook.api("POST", "/hooks/hazards", json=SEEN | {"description": "改了的话"})
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == {"code": again.json()["code"], "made": True}
    assert again.json()["made"] is False
    (found,) = hook.api("GET", "/hazards").json()["items"]
    assert (found["key"], found["source"], found["description"]) == (first.json()["code"], "webhook", "未戴安全帽")


def test_another_token_is_another_platform_and_reaches_its_unit_only(house: House) -> None:
    with store.transaction(house.engine) as session:
        other = signin_tokens.issue_token(session, SYSTEM, "inspector", "inspector", "v1", now=MORNING)
    house.tokens = {**house.tokens, "other": other}
    codes = {
        house.caller(who).api("POST", "/hooks/hazards", json=SEEN).json()["code"] for who in ("inspector", "other")
    }
    assert len(codes) == 2
    assert house.caller("other").api("POST", "/hooks/hazards", json=SEEN | {"unit": "v2"}).status_code == 404


def test_a_hook_asks_for_an_inspectors_token(small_house: House) -> None:
    assert small_house.browser("inspector").api("POST", "/hooks/hazards", json=SEEN).status_code == 401
    for who in ("staff", "admin", "viewer"):
        assert small_house.caller(who).api("POST", "/hooks/hazards", json=SEEN).status_code == 403
    caller = small_house.caller("inspector")
    late = caller.api("POST", "/hooks/hazards", json=SEEN | {"found_at": "2026-03-02T09:00:01+08:00"})
    assert reasons(late).keys() == {"found_at"}
    assert reasons(caller.api("POST", "/hooks/hazards", json={"unit": "e1"})).keys() == {"ref", "description"}


def test_the_public_reports_and_follows(house: House) -> None:
    nobody = house.caller()
    made = nobody.api("POST", "/public/reports", json=SAW)
    assert made.status_code == 201, made.text
    receipt = made.json()["receipt"]
    followed = nobody.api("GET", f"/public/reports/{receipt.lower()}")
    assert (followed.json()["state"], followed.json()["found_on"]) == ("registered", "2026-03-02")
    code = followed.json()["code"]
    whole = house.caller("viewer").api("GET", f"/hazards/{code}")
    assert SAW["contact"] not in whole.text
    assert house.caller("leader").api("GET", f"/hazards/{code}/contact").json() == {"contact": SAW["contact"]}
    assert nobody.api("GET", "/public/reports/AAAAA-BBBBB").status_code == 404
    assert nobody.api("GET", "/hazards").status_code == 401


def test_a_report_sent_twice_with_one_key_is_one(house: House) -> None:
    nobody = house.caller()
    sent = [nobody.api("POST", "/public/reports", json=SAW, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert sent[0].json() == sent[1].json()
    assert len(house.caller("viewer").api("GET", "/hazards").json()["items"]) == 1


def test_five_an_hour_from_one_place_about_one_unit(house: House) -> None:
    nobody = house.caller()
    assert [nobody.api("POST", "/public/reports", json=SAW).status_code for _ in range(5)] == [201] * 5
    house.now += timedelta(minutes=10)
    refused = nobody.api("POST", "/public/reports", json=SAW)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "3000")
    assert refused.headers["content-type"] == "application/problem+json"
    assert nobody.api("POST", "/public/reports", json=SAW | {"unit": "v2"}).status_code == 201
    house.host = "127.0.0.2"
    assert house.caller().api("POST", "/public/reports", json=SAW).status_code == 201
    house.now += timedelta(minutes=50)
    assert nobody.api("POST", "/public/reports", json=SAW).status_code == 201


def test_a_bad_public_report_is_refused(small_house: House) -> None:
    nobody = small_house.caller()
    assert nobody.api("POST", "/public/reports", json=SAW | {"unit": "none"}).status_code == 404
    for text in (" ", "说" * 10_001, "说" * 20_001):
        small_house.host = f"127.0.1.{len(text) % 250}"
        answer = small_house.caller().api("POST", "/public/reports", json=SAW | {"text": text})
        assert (answer.status_code, set(reasons(answer))) == (422, {"text"})
    assert nobody.api("POST", "/public/reports", json=SAW | {"text": "说" * 50_000}).status_code == 413
    assert nobody.api("POST", "/public/reports", content=b"{").status_code == 422


def test_units_that_are_not_there_count_as_one(small_house: House) -> None:
    nobody = small_house.caller()
    answers = [nobody.api("POST", "/public/reports", json=SAW | {"unit": f"none{n}"}).status_code for n in range(7)]
    assert answers == [404] * 5 + [429] * 2
