"""Signing in over the API: cookies, where acts may come from, one-time passwords, tokens that end."""

import pytest

from service import store
from service.signin import sessions as signin
from service.web.edge import COOKIE
from tests.web.house import PASSWORD, House

NEW = "a better one 1"


def add_login(house: House, person: str, password: str | None = None) -> str:
    with store.transaction(house.engine) as session:
        return signin.add_login(session, person, now=house.now, password=password)


def test_in_and_out_again(house: House) -> None:
    add_login(house, "coord", PASSWORD)
    browser = house.caller()
    signed = browser.api("POST", "/session", json={"person": "coord", "password": PASSWORD})
    assert signed.status_code == 201
    assert PASSWORD not in signed.text
    cookie = signed.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    me = browser.api("GET", "/session").json()
    assert me == {"person": "coord", "holds": [{"role": "coordinator", "path": "/town/"}]}
    here = {"Sec-Fetch-Site": "same-origin"}
    kept = browser.cookies[COOKIE]
    assert browser.api("DELETE", "/session", headers=here).status_code == 204
    browser.cookies.set(COOKIE, kept)
    assert browser.api("GET", "/session").status_code == 401


def test_a_wrong_password_and_an_unknown_number_sound_alike(house: House) -> None:
    add_login(house, "coord", PASSWORD)
    said = [
        house.caller().api("POST", "/session", json={"person": person, "password": "wrong"})
        for person in ("coord", "nobody")
    ]
    assert [answer.status_code for answer in said] == [401, 401]
    assert said[0].json() == said[1].json()


def test_a_one_time_password_opens_nothing_but_its_own_change(house: House) -> None:
    password = add_login(house, "coord")
    browser = house.caller()
    browser.headers["Sec-Fetch-Site"] = "same-origin"
    assert browser.api("POST", "/session", json={"person": "coord", "password": password}).json()["must_change"]
    assert browser.api("GET", "/units").status_code == 403
    assert browser.api("PUT", "/session/password", json={"old": password, "new": "short"}).status_code == 422
    assert browser.api("PUT", "/session/password", json={"old": password, "new": NEW}).status_code == 204
    assert browser.api("GET", "/units").status_code == 200


EVENT = {"name": "project", "unit": "v1"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "http://127.0.0.1:8000"}, 201),
        ({"Origin": "http://127.0.0.1:8001"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
    ],
)
def test_an_act_with_a_cookie_comes_from_a_page_of_ours(
    small_house: House, headers: dict[str, str], status: int
) -> None:
    browser = small_house.browser("coord")
    del browser.headers["Sec-Fetch-Site"]
    assert browser.api("GET", "/units").status_code == 200
    assert browser.api("POST", "/events", json=EVENT, headers=headers).status_code == status


def test_signing_in_for_somebody_elses_page_is_refused(small_house: House) -> None:
    add_login(small_house, "coord", PASSWORD)
    answer = small_house.caller().api(
        "POST", "/session", json={"person": "coord", "password": PASSWORD}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403


def test_a_token_ends_the_moment_it_is_revoked(house: House) -> None:
    admin, viewer = house.caller("admin"), house.caller("viewer")
    assert viewer.api("GET", "/tasks").status_code == 200
    key = house.tokens["viewer"].split("_")[1]
    assert {token["key"] for token in admin.api("GET", "/tokens?person=viewer").json()["items"]} == {key}
    assert admin.api("DELETE", f"/tokens/{key}").status_code == 204
    assert viewer.api("GET", "/tasks").status_code == 401


def test_a_role_ends_the_moment_it_is_taken(house: House) -> None:
    viewer = house.caller("viewer")
    assert viewer.api("GET", "/units/v1").status_code == 200
    assert house.caller("admin").api("DELETE", "/grants/viewer:viewer:town").status_code == 204
    assert viewer.api("GET", "/units/v1").status_code == 404
    assert viewer.api("GET", "/tasks").json()["items"] == []


def test_whoever_leaves_is_out(house: House) -> None:
    viewer = house.caller("viewer")
    left = {"left_on": str(house.now.date())}
    assert house.caller("coord").api("PATCH", "/people/viewer", json=left).status_code == 200
    assert viewer.api("GET", "/session").status_code == 401
