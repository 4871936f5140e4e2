"""Bearer tokens: shown once, one statement to check, never more than the person may now."""

import hashlib
import re
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine, event, select

from models import Token
from service import people, store
from service.access import SYSTEM, Actor
from service.errors import Forbidden, NotFound, Refused, Unknown
from service.signin import sessions as signin
from tests.service.towns import someone

YANJING = "/district/yanjing/"


def issue(engine: Engine, now: datetime, who: str, role: str, unit: str, expires_at: datetime | None = None) -> str:
    with store.transaction(engine) as session:
        return signin.issue_token(session, SYSTEM, who, role, unit, now=now, expires_at=expires_at, label="试")


def behind(engine: Engine, token: str, now: datetime) -> Actor:
    with store.reading(engine) as session:
        return signin.token_actor(session, token, now=now)


def test_a_token_is_its_person_narrowed_to_a_role_and_a_unit(town: Engine, now: datetime) -> None:
    token = issue(town, now, "y01", "coordinator", "xicun")
    assert re.fullmatch(r"zb_[A-Za-z0-9]{12}_[A-Za-z0-9]{43}", token)
    assert behind(town, token, now) == Actor("y01", (("coordinator", f"{YANJING}xicun/"),))
    # a wider unit gives no more than the person holds; an admin may hand out a lesser role
    assert behind(town, issue(town, now, "y01", "coordinator", "district"), now).holds == (("coordinator", YANJING),)
    assert behind(town, issue(town, now, "y03", "viewer", "yanjing"), now).holds == (("viewer", YANJING),)


def test_only_a_hash_of_the_secret_is_kept(town: Engine, now: datetime) -> None:
    _, public, secret = issue(town, now, "y01", "coordinator", "xicun").split("_")
    with store.reading(town) as session:
        kept = session.execute(select(Token)).scalar_one()
        assert (kept.key, kept.secret_hash) == (public, hashlib.sha256(secret.encode()).hexdigest())
        assert secret not in repr(kept)


def test_what_is_no_valid_token_is_unknown(town: Engine, now: datetime) -> None:
    token = issue(town, now, "y01", "coordinator", "xicun", now + timedelta(days=1))
    prefix, public, secret = token.split("_")
    other = issue(town, now, "y03", "admin", "yanjing").split("_")
    presented = [
        "", "zb", "zb_", "zb__", f"zb_{public}", f"zb_{public}_", f"xx_{public}_{secret}", f"zb_{public}_{secret}x",
        f"zb_{public}_{other[2]}", f"zb_{other[1]}_{secret}", f"zb_{public[:-1]}_{secret}",
        f"{prefix}-{public}-{secret}", f"zb_{public}_{secret}_", f"zb_{public}_秘密", "zb_' OR 1=1 --_x",
    ]  # fmt: skip
    for wrong in presented:
        with pytest.raises(Unknown):
            behind(town, wrong, now)
    assert behind(town, token, now + timedelta(hours=23, minutes=59)).person == "y01"
    with pytest.raises(Unknown):
        behind(town, token, now + timedelta(days=1))


def test_a_token_loses_what_its_person_loses(town: Engine, now: datetime) -> None:
    token = issue(town, now, "y01", "coordinator", "yanjing")
    with store.transaction(town) as session:
        people.revoke(session, SYSTEM, "y01", "coordinator", "yanjing", now=now)
        people.grant(session, SYSTEM, "y01", "coordinator", "xicun", now=now)
    assert behind(town, token, now).holds == (("coordinator", f"{YANJING}xicun/"),)
    with store.transaction(town) as session:
        people.revoke(session, SYSTEM, "y01", "coordinator", "xicun", now=now)
    assert behind(town, token, now).holds == ()
    with store.transaction(town) as session:
        people.change_person(session, SYSTEM, "y01", {"left_on": date(2026, 11, 23)}, now=now)
    with pytest.raises(Unknown):
        behind(town, token, now)


def test_a_token_moves_with_its_unit(town: Engine, now: datetime) -> None:
    token = issue(town, now, "d01", "admin", "xicun")
    with store.transaction(town) as session:
        people.change_unit(session, SYSTEM, "xicun", {"parent": "bailu"}, now=now)
    assert behind(town, token, now).holds == (("admin", "/district/bailu/xicun/"),)


def test_one_statement_checks_a_token(town: Engine, now: datetime) -> None:
    with store.transaction(town) as session:
        for unit in ("xicun", "dongcun", "nancun"):
            people.grant(session, SYSTEM, "y03", "inspector", unit, now=now)
    token = issue(town, now, "y03", "admin", "yanjing")
    sent: list[str] = []
    event.listen(town, "before_cursor_execute", lambda *given: sent.append(given[2]))
    assert behind(town, token, now).holds == (("admin", YANJING),)
    assert [words.split()[0] for words in sent if words != "BEGIN"] == ["SELECT"]


@pytest.mark.parametrize(
    ("who", "person", "role", "unit", "refusal"),
    [
        ("y01", "y01", "admin", "yanjing", Refused), ("y01", "y01", "coordinator", "bailu", NotFound),
        ("y01", "y03", "admin", "yanjing", Forbidden), ("y03", "d01", "admin", "yanjing", NotFound),
        ("y03", "y01", "admin", "yanjing", Refused), ("b01", "y01", "coordinator", "yanjing", NotFound),
        ("y03", "y01", "king", "yanjing", Refused), ("y03", "nobody", "viewer", "yanjing", NotFound),
    ],
)  # fmt: skip
def test_tokens_are_issued_for_oneself_or_by_an_admin(
    town: Engine, now: datetime, who: str, person: str, role: str, unit: str, refusal: type[Exception]
) -> None:
    with store.transaction(town) as session:
        actor = someone(session, who)
        with pytest.raises(refusal):
            signin.issue_token(session, actor, person, role, unit, now=now)
        assert signin.tokens(session, SYSTEM) == []


def test_a_token_of_the_past_is_refused(town: Engine, now: datetime) -> None:
    with pytest.raises(Refused):
        issue(town, now, "y01", "coordinator", "yanjing", now)


def test_a_token_never_issues_a_wider_one(town: Engine, now: datetime) -> None:
    narrow = behind(town, issue(town, now, "y01", "coordinator", "xicun"), now)
    with store.transaction(town) as session:
        with pytest.raises(NotFound):
            signin.issue_token(session, narrow, "y01", "coordinator", "yanjing", now=now)
        assert signin.issue_token(session, narrow, "y01", "coordinator", "xicun", now=now)


def test_tokens_are_listed_and_revoked_by_their_person_and_the_admin(town: Engine, now: datetime) -> None:
    token = issue(town, now, "y01", "coordinator", "xicun")
    key = token.split("_")[1]
    with store.transaction(town) as session:
        seen = {
            who: [one.key for one in signin.tokens(session, someone(session, who))]
            for who in ("y01", "y02", "y03", "d01", "b01")
        }
        assert seen == {"y01": [key], "y02": [], "y03": [key], "d01": [key], "b01": []}
        for who, refusal in (("y02", Forbidden), ("b01", NotFound), ("e01", NotFound)):
            with pytest.raises(refusal):
                signin.revoke_token(session, someone(session, who), key, now=now)
        with pytest.raises(NotFound):
            signin.revoke_token(session, SYSTEM, "none", now=now)
        signin.revoke_token(session, someone(session, "y01"), key, now=now)
        signin.revoke_token(session, someone(session, "y03"), key, now=now)
        assert signin.tokens(session, SYSTEM) == []
        listed = signin.tokens(session, SYSTEM, person="y01", revoked=True)
        assert [(one.label, one.revoked_at, one.version) for one in listed] == [("试", now, 2)]
    with pytest.raises(Unknown):
        behind(town, token, now)
