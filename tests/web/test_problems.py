"""What is refused, and how it is said: every refusal a problem, in the reader's language."""

from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from service import store
from service.web.problems import MEDIA_TYPE
from service.words import say
from tests.web.house import V1, House, reasons

DEEP = "[" * 100_000
UNIT = {"code": "v9", "name": "新村", "kind": "village", "parent": "town"}


def test_a_refusal_is_said_in_the_language_that_is_asked_for(small_house: House) -> None:
    for wish, locale in (("en", "en"), ("zh-CN,zh;q=0.9", "zh_CN"), ("fr", "zh_CN")):
        answer = small_house.caller("viewer", wish).api("GET", "/tasks/none")
        assert answer.status_code == 404
        assert answer.headers["content-type"] == MEDIA_TYPE
        assert answer.headers["content-language"] == locale.replace("_", "-")
        assert answer.json() == {
            "type": "about:blank",
            "title": say("Not found", locale),
            "status": 404,
            "detail": say("There is no task {key}", locale, key="none"),
            "errors": [],
        }


def test_what_is_unfit_is_named_field_by_field(small_house: House) -> None:
    answer = small_house.caller("coord").api("POST", "/units", json={"name": 3, "kind": "village", "colour": "red"})
    assert answer.status_code == 422
    assert reasons(answer) == {"code": "is missing", "name": "must be text", "colour": "there is no such field"}


def test_the_service_and_the_form_refuse_in_the_same_shape(small_house: House) -> None:
    answer = small_house.caller("coord").api("POST", "/units", json=UNIT | {"kind": "castle", "phone": "none"})
    assert (answer.status_code, set(reasons(answer))) == (422, {"kind", "phone"})


def test_choices_and_states_are_said_without_english_between_them(small_house: House) -> None:
    coord = small_house.caller("coord", "zh")
    unfit = coord.api("GET", "/hazards?level=grave")
    assert reasons(unfit) == {"level": "须是 general, major 之一"}
    assert coord.api("POST", f"/tasks/{V1}/cancel", json={"reason": "重复"}).status_code == 200
    again = coord.api("POST", f"/tasks/{V1}/cancel", json={"reason": "重复"})
    assert (again.status_code, again.json()["detail"]) == (409, "任务现为已取消，不能这样操作")
    assert again.json()["title"] == "按目前情况不能这样办理"


def test_a_number_that_is_none_is_one_place_with_one_reason(small_house: House) -> None:
    answer = small_house.caller("coord").api("POST", f"/tasks/{V1}/submit", json={"figures": {"people": "many"}})
    assert (answer.status_code, reasons(answer)) == (422, {"figures.people": "must be a number"})


BODIES: tuple[tuple[str, str, Any, int], ...] = (
    ("no JSON", "/units", "{", 422),
    ("nothing", "/units", "", 422),
    ("a list", "/units", "[]", 422),
    ("text", "/units", '"v9"', 422),
    ("null", "/units", "null", 422),
    ("nested beyond sense", "/units", DEEP, 422),
    ("not UTF-8", "/units", b'{"code": "\xff"}', 422),
    ("half a surrogate", "/units", '{"code": "v9", "name": "\\ud800", "kind": "village", "parent": "town"}', 422),
    ("a NUL", "/units", '{"code": "v9", "name": "a\\u0000b", "kind": "village", "parent": "town"}', 422),
    ("a number for text", "/units", '{"code": 9, "name": "x", "kind": "village"}', 422),
    ("a version in text", f"/tasks/{V1}/accept", '{"version": "1"}', 422),
    ("a version and a half", f"/tasks/{V1}/accept", '{"version": 1.5}', 422),
    ("a truth for a number", f"/tasks/{V1}/submit", '{"figures": {"people": true}}', 422),
    ("no number", f"/tasks/{V1}/submit", '{"figures": {"people": NaN}}', 422),
    ("beyond every number", f"/tasks/{V1}/submit", '{"figures": {"people": 1e999}}', 422),
    ("a mark of one's own", f"/tasks/{V1}/submit", '{"answers": {"general:1": {"mark": "maybe"}}}', 422),
    ("a date that is none", "/seasons", '{"kind": "flood", "from": "2026-02-30", "to": "2026-03-01"}', 422),
    ("a year long gone", "/seasons", '{"kind": "flood", "from": "0001-01-01", "to": "2026-03-01"}', 422),
    ("an instant without a zone", "/events", '{"name": "x", "unit": "v1", "happened_at": "2026-03-01T08:00:00"}', 422),
    ("a year to come", "/events", '{"name": "x", "unit": "v1", "happened_at": "9999-12-31T23:59:59-12:00"}', 422),
    ("a megabyte", "/units", '{"code": "' + "x" * 1_000_000 + '"}', 413),
    ("no campaign", "/campaigns", "{", 422),
    ("a campaign in bytes", "/campaigns", b"\xff\xfe", 422),
    ("no notice", "/days", "year: soon", 403),
)


@pytest.mark.parametrize(("path", "body", "status"), [row[1:] for row in BODIES], ids=[row[0] for row in BODIES])
def test_a_body_that_is_wrong_is_refused_and_nothing_breaks(
    small_house: House, path: str, body: str | bytes, status: int
) -> None:
    caller = small_house.caller("coord")
    answer = caller.api("POST", path, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == MEDIA_TYPE


QUERIES = (
    "/tasks?limit=0", "/tasks?limit=201", "/tasks?limit=x", "/tasks?state=done", "/tasks?kind=", "/tasks?after=x",
    "/tasks?after=WzEsMl0", "/tasks?due_before=2026-01-01", "/tasks?due_before=0001-01-01T00:00:00%2B08:00",
    "/tasks?colour=red", "/journal", "/journal?subject=town&after=1e9", "/days?from=2026-01-01",
    "/days?from=2026-01-02&to=2026-01-01", "/days?from=1990-01-01&to=2099-12-31", "/campaigns/drive/progress?by=colour",
    "/campaigns/drive/preview?from=2026-02-01&to=2026-01-01", "/notices?after=x", "/units?limit=-1",
)  # fmt: skip


@pytest.mark.parametrize("path", QUERIES)
def test_a_question_that_makes_no_sense_is_refused(small_house: House, path: str) -> None:
    answer = small_house.caller("leader").api("GET", path)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"], answer.text


@pytest.mark.parametrize(
    "path", ["/tasks?person=%00", "/tasks?campaign=%00", "/units/%00", "/people?q=%00", "/journal?subject=%00"]
)
def test_a_nul_finds_nothing(house: House, path: str) -> None:
    answer = house.caller("leader").api("GET", path)
    assert answer.status_code in (200, 404, 422), answer.text
    assert "drive" not in answer.text


def test_a_body_without_a_length_is_counted_as_it_comes(small_house: House) -> None:
    pieces = (b"x" * 100_000 for _ in range(30))
    caller = small_house.caller("coord")
    answer = caller.api("POST", "/campaigns", content=pieces, headers={"Content-Type": "application/yaml"})
    assert answer.status_code == 413


def test_addresses_and_methods_that_are_not_served(small_house: House) -> None:
    caller = small_house.caller("viewer")
    nowhere = caller.api("GET", "/nowhere")
    assert (nowhere.status_code, nowhere.headers["content-type"]) == (404, MEDIA_TYPE)
    wrong = caller.api("DELETE", "/units")
    assert (wrong.status_code, wrong.headers["content-type"]) == (405, MEDIA_TYPE)
    assert "GET" in wrong.headers["allow"]


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Bearer zb_a_b", "Basic YTpi", "Bearer zb__", "bearer \u00e4", "Bearer " + "x" * 9_000],
)
def test_who_shows_no_good_token_is_told_to_sign_in(small_house: House, header: str) -> None:
    answer = small_house.caller().api("GET", "/units", headers={"Authorization": header.encode("latin-1")})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_database_that_is_away_is_said_so(small_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any, **__: Any) -> Any:
        raise OperationalError("select", {}, Exception("gone"))

    monkeypatch.setattr(store, "reading", away)
    answer = small_house.caller("viewer").api("GET", "/units")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "gone" not in answer.text


def test_a_fault_of_ours_is_a_problem_too_and_is_raised_for_the_log(
    small_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(store, "reading", broken)
    small_house.forgiving = True
    answer = small_house.caller("viewer").api("GET", "/units")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "content-security-policy" in answer.headers


def test_every_answer_carries_its_guards(small_house: House) -> None:
    for answer in (small_house.caller("viewer").api("GET", "/units"), small_house.caller().get("/sign-in")):
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
