"""A served town for tests: its application with a clock that is moved, and a caller for each person."""

import asyncio
import re
from collections.abc import Iterable, Mapping
from copy import copy
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from fastapi import FastAPI
from httpx import Client, Response
from pydantic import TypeAdapter
from sqlalchemy import Engine

from service import store, sweeps
from service.access import SYSTEM
from service.signin import sessions as signin
from service.signin import tokens as signin_tokens
from service.web import api, health
from service.web.app import create, serve_from
from service.web.edge import COOKIE
from service.web.problems import MEDIA_TYPE, Problem
from tests.service import worlds
from tests.web.line import Line

MORNING = worlds.at("2026-03-02 09:00")
ROLES = {person: (role, unit) for person, role, unit in worlds.GRANTS}
V1, V2 = "campaign:drive:check:2026-03-02:v1", "campaign:drive:check:2026-03-02:v2"
CHECK = worlds.once("2026-03-02", "check", name="节前检查", figures=["people"], checklist="general", window={"days": 9})
FILE = worlds.drive(CHECK, phases=[{"name": "排查整治", "from": "2026-01-01", "to": "2026-12-31"}])
HANDED_IN = {"figures": {"people": 3}, "answers": {"general:1": {"mark": "pass"}, "general:2": {"mark": "na"}}}
PASSWORD = "correct horse 9"


def furnish(engine: Engine) -> dict[str, str]:
    """The small town with a drive under way and a token for everybody who holds a role; answers the tokens."""
    worlds.found(engine)
    worlds.launch(engine, FILE, MORNING - timedelta(days=30))
    sweeps.sweep(engine, MORNING - timedelta(hours=1))
    with store.transaction(engine) as session:
        return {
            person: signin_tokens.issue_token(session, SYSTEM, person, role, unit, now=MORNING)
            for person, (role, unit) in ROLES.items()
        }


class House:
    """The application on one database. `now` may be moved."""

    def __init__(self, engine: Engine, tokens: Mapping[str, str]) -> None:
        self.engine = engine
        self.tokens = tokens
        self.now = MORNING
        self.app = create(engine, lambda: self.now)
        serve_from(self.app, engine)
        self.runner = asyncio.Runner()
        self.host = "127.0.0.1"
        self.forgiving = False
        self.contract = contract()

    def beside(self) -> "House":
        """The same house for another thread, with a loop of its own."""
        made = copy(self)
        made.runner = asyncio.Runner()
        return made

    def leave(self) -> None:
        """Close the door."""
        self.runner.close()

    def caller(self, person: str | None = None, language: str = "en") -> "Caller":
        """Somebody with their token; nobody, without one."""
        headers = {"Accept-Language": language}
        if person is not None:
            headers["Authorization"] = f"Bearer {self.tokens[person]}"
        return Caller(self, headers)

    def browser(self, person: str, language: str = "en") -> "Caller":
        """Somebody who has signed in, on pages of this site."""
        with store.transaction(self.engine) as session:
            signin.add_login(session, person, now=self.now, password=PASSWORD)
        signed = signin.sign_in(self.engine, person, PASSWORD, now=self.now)
        headers = {"Accept-Language": language, "Sec-Fetch-Site": "same-origin"}
        made = Caller(self, headers)
        made.cookies.set(COOKIE, signed.cookie)
        return made


class Contract:
    """What the application says of itself; every answer in the tests is held against it."""

    def __init__(self, app: FastAPI) -> None:
        self.paths: dict[str, dict[str, Any]] = app.openapi()["paths"]
        self.patterns = {path: re.compile(re.sub(r"{\w+}", "[^/]+", path)) for path in self.paths}
        self.models: dict[tuple[str, str, int], Any] = {}
        routers = [(router, "/api/v1") for router in api.ROUTERS] + [(health.router, "")]
        for router, prefix in routers:
            for route in router.routes:
                for status, answer in route.responses.items():  # type: ignore[attr-defined]
                    if "model" in answer:
                        method = next(iter(route.methods)).lower()  # type: ignore[attr-defined]
                        self.models[method, prefix + route.path, int(status)] = answer["model"]  # type: ignore[attr-defined]

    def check(self, method: str, path: str, response: Response) -> None:
        """Fail where an answer is not what was declared."""
        named = [known for known, pattern in self.patterns.items() if pattern.fullmatch(path)]
        known = path if path in named else next(iter(named), None)
        if known is None or method.lower() not in self.paths[known]:
            return
        declared = self.paths[known][method.lower()]["responses"]
        assert str(response.status_code) in declared, f"{method} {known} answered {response.status_code}, undeclared"
        if response.headers.get("content-type") == MEDIA_TYPE:
            Problem.model_validate_json(response.content)
        model = self.models.get((method.lower(), known, response.status_code))
        if model is not None:
            TypeAdapter(model).validate_json(response.content)


@cache
def contract() -> Contract:
    """What any application says of itself: the same for every house, and slow to say."""
    return Contract(create())


class Caller(Client):
    """A client whose answers are all held against the contract."""

    def __init__(self, house: House, headers: Mapping[str, str]) -> None:
        line = Line(house.app, house.runner, host=house.host, forgiving=house.forgiving)
        super().__init__(transport=line, base_url="http://127.0.0.1:8000", headers=dict(headers))
        self.house = house

    def request(self, method: str, url: Any, **more: Any) -> Response:
        answer = super().request(method, url, **more)
        self.house.contract.check(method, answer.request.url.path, answer)
        return answer

    def api(self, method: str, path: str, **more: Any) -> Response:
        """A call of the API."""
        return self.request(method, f"/api/v1{path}", **more)

    def task(self, key: str = V1) -> dict[str, Any]:
        """A task as it stands."""
        answer = self.api("GET", f"/tasks/{key}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()["task"]
        return found


def reasons(answer: Response) -> dict[str, str]:
    """The fields a problem names, each with its reason."""
    return {one["field"]: one["reason"] for one in answer.json()["errors"]}


def moved(house: House, days: float) -> datetime:
    """Let days pass."""
    house.now = house.now + timedelta(days=days)
    return house.now


def statements(browser: Caller, paths: Iterable[str]) -> dict[str, int]:
    """How many statements each page asks, but for who is looking."""
    asked = {}
    for path in paths:
        browser.get(path)  # what is only learnt once
        with worlds.counting(browser.house.engine) as sent:
            assert browser.get(path).status_code == 200, path
        asked[path] = len([sql for sql, _ in sent if sql.startswith("SELECT") and "FROM websession" not in sql])
    return asked
