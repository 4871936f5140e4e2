"""Tasks over the API: each act once, by the people who do it."""

from tests.web.house import HANDED_IN, V1, House, moved


def test_a_task_is_handed_in_sent_back_handed_in_again_and_accepted(house: House) -> None:
    grid, inspector = house.caller("staff"), house.caller("inspector")
    owner = house.caller("coord")
    assert owner.task()["state"] == "open"
    given = owner.api("POST", f"/tasks/{V1}/reassign", json={"person": "staff", "reason": "网格员休假"})
    assert given.json()["task"]["assignee"] == "staff"
    handed_in = grid.api("POST", f"/tasks/{V1}/submit", json=HANDED_IN | {"note": "未见异常"})
    assert handed_in.status_code == 200, handed_in.text
    whole = handed_in.json()
    assert whole["task"]["state"] == "submitted"
    assert whole["figures"] == [{"name": "people", "value": 3.0}]
    assert [(one["item"], one["mark"]) for one in whole["answers"]] == [("general:1", "pass"), ("general:2", "na")]
    back = inspector.api("POST", f"/tasks/{V1}/reject", json={"reason": "缺照片", "version": whole["task"]["version"]})
    assert (back.status_code, back.json()["task"]["state"]) == (200, "open")
    assert grid.api("POST", f"/tasks/{V1}/submit", json=HANDED_IN).status_code == 200
    accepted = inspector.api("POST", f"/tasks/{V1}/accept").json()
    assert accepted["task"]["state"] == "accepted"
    assert accepted["task"]["accepted_by"] == "inspector"
    acts = [line["act"] for line in reversed(accepted["journal"])]
    assert acts[-4:] == ["submitted", "rejected", "submitted", "accepted"]
    moved(house, 1)
