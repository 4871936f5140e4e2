"""Rechecks, draws, enforcement, cases and notices over the API."""

from datetime import timedelta

import pytest

from tests.web.house import House, reasons
from tests.web.ledger import CASE, CLOSED, CLOSED_CODE, LOOK, LOST, TOLD, bring, settle


@pytest.fixture
def town(house: House) -> House:
    settle(house.engine)
    return house


def test_a_recheck_holds_and_is_done(town: House) -> None:
    caller = town.caller("inspector")
    before = caller.api("GET", f"/rechecks/{LOOK}").json()["recheck"]
    assert (before["hazard"], before["state"], before["description"]) == (CLOSED_CODE, "open", "配电箱无防护盖")
    stale = caller.api("POST", f"/rechecks/{LOOK}/result", json={"result": "held", "version": 99})
    assert stale.status_code == 409
    done = caller.api("POST", f"/rechecks/{LOOK}/result", json={"result": "合格", "version": before["version"]}).json()
    assert (done["recheck"]["state"], done["recheck"]["result"], done["recheck"]["done_by"]) == (
        "done", "held", "inspector",
    )  # fmt: skip
    assert done["journal"][0]["act"] == "held"
    assert caller.api("POST", f"/rechecks/{LOOK}/result", json={"result": "held"}).status_code == 409


def test_a_rebound_opens_the_hazard_again(town: House) -> None:
    caller = town.caller("inspector")
    unsaid = caller.api("POST", f"/rechecks/{LOOK}/result", json={"result": "rebounded"})
    assert reasons(unsaid).keys() == {"note"}
    said = caller.api("POST", f"/rechecks/{LOOK}/result", json={"result": "rebounded", "note": "防护盖又被拆除"})
    assert said.status_code == 200
    whole = caller.api("GET", f"/hazards/{CLOSED_CODE}").json()
    assert (whole["hazard"]["state"], whole["hazard"]["cycle"]) == ("assigned", 2)
    assert [one["cycle"] for one in whole["cycles"]] == [1, 2]
    assert [one["state"] for one in whole["rechecks"]] == ["done", "cancelled"]


def test_a_blocked_one_is_planned_again_and_a_word_of_ones_own_is_refused(town: House) -> None:
    caller = town.caller("inspector")
    wrong = caller.api("POST", f"/rechecks/{LOOK}/result", json={"result": "perhaps"})
    assert reasons(wrong).keys() == {"result"}
    assert caller.api("POST", f"/rechecks/{LOOK}/result", json={"result": "blocked", "note": "大门上锁"}).is_success
    looks = caller.api("GET", f"/hazards/{CLOSED_CODE}").json()["rechecks"]
    assert {look["key"]: look["state"] for look in looks}[LOOK.replace("1.1", "1.3")] == "planned"


def test_only_a_leader_waives_with_a_reason(town: House) -> None:
    assert town.caller("coord").api("POST", f"/rechecks/{LOOK}/waive", json={"reason": "x"}).status_code == 403
    leader = town.caller("leader")
    assert reasons(leader.api("POST", f"/rechecks/{LOOK}/waive", json={"reason": " "})).keys() == {"reason"}
    waived = leader.api("POST", f"/rechecks/{LOOK}/waive", json={"reason": "企业已关停"}).json()["recheck"]
    assert (waived["state"], waived["reason"]) == ("waived", "企业已关停")
    assert leader.api("POST", "/rechecks/none/waive", json={"reason": "x"}).status_code == 404


def test_a_draw_can_be_repeated_from_what_is_kept_of_it(town: House) -> None:
    for number in range(4):
        bring(
            town.engine, f"d{number}", "assign", "begin", "submit", "accept", now=CLOSED + timedelta(days=2),
            campaign="drive",
        )  # fmt: skip
    leader = town.caller("leader")
    form = {"campaign": "drive", "from": "2026-01-01", "to": "2026-02-28", "share": 0.5, "seed": 7}
    drawn = leader.api("POST", "/rechecks/draws", json=form, headers={"Idempotency-Key": "k"})
    made = drawn.json()
    assert (made["population"], made["size"], made["seed"], len(made["hazards"])) == (4, 2, 7, 2)
    assert set(made["hazards"]) < {f"d{number}" for number in range(4)}
    again = leader.api("POST", "/rechecks/draws", json=form, headers={"Idempotency-Key": "k"})
    assert again.content == drawn.content
    assert leader.api("POST", "/rechecks/draws", json=form).status_code == 409
    wrong = leader.api("POST", "/rechecks/draws", json=form | {"share": 0, "seed": -1, "to": "2026-04-01"})
    assert reasons(wrong).keys() == {"to_on", "share", "seed"}
    assert leader.api("POST", "/rechecks/draws", json=form | {"campaign": "none"}).status_code == 404


def test_a_measure_is_recorded_listed_and_stands_with_its_hazard(town: House) -> None:
    caller = town.caller("inspector")
    form = {"unit": "e1", "kind": "停工", "hazard": "late", "document": "井应急停〔2026〕1号", "people": 3}
    made = caller.api("POST", "/enforcement", json=form).json()
    assert (made["key"], made["kind"], made["on"], made["by"]) == (
        "E-2026-000002", "stop_work", "2026-03-02", "inspector",
    )  # fmt: skip
    assert caller.api("GET", "/hazards/late").json()["enforcement"] == [made]
    assert [one["key"] for one in caller.api("GET", "/enforcement?kind=penalty&unit=v1").json()["items"]] == [
        "E-2026-000001"
    ]
    first = caller.api("GET", "/enforcement?limit=1").json()
    rest = caller.api("GET", f"/enforcement?limit=1&after={first['next']}").json()
    assert [rest["items"][0]["key"], rest["next"]] == ["E-2026-000002", None]
    assert caller.api("GET", "/enforcement?from=2026-03-03").json()["items"] == []
    wrong = caller.api("POST", "/enforcement", json=form | {"hazard": "none"})
    assert reasons(wrong).keys() == {"hazard"}
    assert reasons(caller.api("POST", "/enforcement", json=form | {"amount_yuan": -1})).keys() == {"amount_yuan"}
    assert caller.api("GET", "/enforcement/none").status_code == 404


def test_a_notice_is_acknowledged_once_by_whom_it_is_for(town: House) -> None:
    coord = town.caller("coord")
    read = coord.api("POST", f"/notices/{TOLD}/acknowledge").json()
    assert (read["state"], read["recipient"]) == ("acknowledged", "coord")
    assert coord.api("POST", f"/notices/{TOLD}/acknowledge").json() == read
    assert town.caller("leader").api("POST", f"/notices/{TOLD}/acknowledge").status_code == 404


def test_what_was_given_up_is_sent_again(town: House) -> None:
    leader = town.caller("leader")
    again = leader.api("POST", f"/notices/{LOST}/resend").json()
    assert (again["state"], again["attempts"]) == ("owed", 0)
    assert leader.api("POST", f"/notices/{LOST}/resend").status_code == 409
    assert leader.api("POST", "/notices/none/resend").status_code == 404


def test_a_case_stands_with_its_hazard(town: House) -> None:
    whole = town.caller("viewer").api("GET", "/hazards/late").json()
    assert [one["key"] for one in whole["cases"]] == [CASE]
