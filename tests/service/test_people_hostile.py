"""Strings that no honest caller sends: refused or not found, never an error of the database."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from service import people, store
from service.access import SYSTEM
from service.errors import Trouble
from service.signin import sessions as signin

HOSTILE = ("a\x00b", "\ud800", "' OR 1=1 --", "a" * 100_000, "../..", "%", "/", "\u202e", "a\nb")

Act = Callable[[Session, str, datetime], Any]
ACTS: dict[str, Act] = {
    "unit": lambda s, word, _: people.unit(s, SYSTEM, word),
    "person": lambda s, word, _: people.person(s, SYSTEM, word),
    "children": lambda s, word, _: people.units(s, SYSTEM, parent=word),
    "subtree": lambda s, word, _: people.units(s, SYSTEM, within=word),
    "units of a kind": lambda s, word, _: people.units(s, SYSTEM, kind=word),
    "people of a unit": lambda s, word, _: people.people(s, SYSTEM, unit=word),
    "people of a subtree": lambda s, word, _: people.people(s, SYSTEM, within=word),
    "chain": lambda s, word, _: people.chain_of(s, SYSTEM, word),
    "grants of a person": lambda s, word, _: people.grants(s, SYSTEM, person=word),
    "grants on a unit": lambda s, word, _: people.grants(s, SYSTEM, unit=word),
    "change unit": lambda s, word, now: people.change_unit(s, SYSTEM, word, {"name": "x"}, now=now),
    "change person": lambda s, word, now: people.change_person(s, SYSTEM, word, {"name": "x"}, now=now),
    "tag": lambda s, word, now: people.tag_unit(s, SYSTEM, "xicun", word, now=now),
    "untag": lambda s, word, now: people.untag_unit(s, SYSTEM, "xicun", word, now=now),
    "set level": lambda s, word, now: people.set_level(s, SYSTEM, "xicun", 1, [word], now=now),
    "grant": lambda s, word, now: people.grant(s, SYSTEM, word, "viewer", "xicun", now=now),
    "grant a role": lambda s, word, now: people.grant(s, SYSTEM, "e01", word, "xicun", now=now),
    "revoke": lambda s, word, now: people.revoke(s, SYSTEM, word, "viewer", "xicun", now=now),
    "add login": lambda s, word, now: signin.add_login(s, word, now=now),
    "issue token": lambda s, word, now: signin.issue_token(s, SYSTEM, word, "viewer", "xicun", now=now),
    "revoke token": lambda s, word, now: signin.revoke_token(s, SYSTEM, word, now=now),
    "tokens of a person": lambda s, word, _: signin.tokens(s, SYSTEM, person=word),
    "token": lambda s, word, now: signin.token_actor(s, f"zb_{word}_{word}", now=now),
}


@pytest.mark.parametrize("act", ACTS)
def test_a_hostile_name_is_refused_or_not_found(town: Engine, now: datetime, act: str) -> None:
    for word in HOSTILE:
        with store.transaction(town) as session, pytest.raises(Trouble):
            ACTS[act](session, word, now)


def test_hostile_searches_and_cursors_find_nothing_or_are_refused(town: Engine) -> None:
    with store.reading(town) as session:
        for word in HOSTILE:
            for field in ("query", "after"):
                for listing in (people.units, people.people):
                    try:
                        page = listing(session, SYSTEM, **{field: word})  # type: ignore[operator]
                    except Trouble:
                        continue
                    assert field == "after" or page.items == []


def test_a_hostile_sign_in_is_unknown(town: Engine, now: datetime) -> None:
    with store.transaction(town) as session:
        signin.add_login(session, "y01", now=now)
    for person, password in (*((word, "x") for word in HOSTILE[:4]), ("y01", "\ud800"), ("y01", "a\x00b")):
        with pytest.raises(signin.Unknown):
            signin.sign_in(town, person, password, now=now)
    with store.reading(town) as session:
        assert [signin.who(session, word, now=now) for word in HOSTILE] == [None] * len(HOSTILE)
