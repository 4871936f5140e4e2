"""Every page that is served, read from the route table, with something real of the sample town in each address."""

import re
from typing import Any, NamedTuple
from urllib.parse import quote

from sqlalchemy import select
from sqlmodel import Session, col

from models import (
    Absence,
    Alert,
    Campaign,
    Checklist,
    Enforcement,
    Feed,
    Grant,
    Hazard,
    Incident,
    Letter,
    Notice,
    Person,
    PlanDocument,
    PresenceCheck,
    Recheck,
    Report,
    Roster,
    Season,
    StoreItem,
    Swap,
    Task,
    TeamMember,
    Token,
    Unit,
    UnitTag,
    Watch,
    Wish,
)  # fmt: skip
from service import channels, enforcement, evidence, store
from service.access import SYSTEM, actor_for
from service.records import projects
from service.rules.steps import make
from service.signin import tokens as signin_tokens
from service.web import pages
from tests.web.pages.rig import COORDINATOR, INSPECTOR, Town

# whoever comes is answered there: the door, the language, the page by a unit's QR, a link in a message
OPEN = ("/sign-in", "/sign-out", "/language", "/favicon.ico", "/r/", "/a/")
# what belongs to no unit: everybody who may plan sees the same
SHARED = ("/campaigns/+new/{template}", "/imports/sheets/{kind}")
ELSEWHERE, STRANGER = "elsewhere", "ELSE1"
NOWHERE = "nothing-of-that-name"
# the beginning of an address → the parameter's value; a page that is new must say here what it is looked at with
PLACES: tuple[tuple[str, Any], ...] = (
    ("/tasks/{key}", col(Task.key)),
    ("/hazards/{code}", col(Hazard.key)),
    ("/rechecks/{key}", col(Recheck.key)),
    ("/notices/{key}", col(Notice.key)),
    ("/campaigns/{key}", col(Campaign.key)),
    ("/checklists/{key}", col(Checklist.key)),
    ("/enforcement/{key}", col(Enforcement.key)),
    ("/people/{code}", col(Person.key)),
    ("/units/{code}", col(Unit.key)),
    ("/calendar/seasons/{key}", col(Season.key)),
    ("/work/watches/{key}", col(Watch.key)),
    ("/tokens/{key}", col(Token.key)),
    ("/alerts/{key}", col(Alert.key)),
    ("/documents/{key}", col(PlanDocument.key)),
    ("/letters/{key}", col(Letter.key)),
    ("/stores/{key}", col(StoreItem.key)),
    ("/teams/{key}", col(TeamMember.key)),
    ("/lists/{tag}", col(UnitTag.tag)),
    ("/incidents/{key}", col(Incident.key)),
    ("/reports/{key}", col(Report.key)),
    ("/duty/{roster}", col(Roster.key)),
    ("/watches/{key}", col(Watch.key)),
    ("/swaps/{key}", col(Swap.key)),
    ("/absences/{key}", col(Absence.key)),
    ("/wishes/{key}", col(Wish.key)),
    ("/feeds/{key}", col(Feed.key)),
    ("/presence-checks/{key}", col(PresenceCheck.key)),
)
FIXED = {
    "/figures/{key}": "hazards.found", "/channels/{key}": f"person:{INSPECTOR}:1", "/evidence/{key}": None,
    "/imports/sheets/{kind}": "units", "/reports/+keys/{unit}": "yanjing",
    "/projects/{code}": "bridge",
    "/campaigns/+new/{template}": "flood-season", "/imports/{key}": NOWHERE, "/r/{unit}": "yanjing", "/a/{signed}": "x",
}  # fmt: skip


# an act that is one of several at an address
VERBS = {
    "/alerts": "end", "/campaigns": "pause", "/reports": "freeze", "/incidents": "close", "/duty": "publish",
    "/watches": "confirm",
}  # fmt: skip


class Route(NamedTuple):
    """One page or one act of a page."""

    method: str
    path: str

    @property
    def is_open(self) -> bool:
        return self.path.startswith(OPEN)

    @property
    def names_something(self) -> bool:
        return "{" in self.path


def routes() -> list[Route]:
    """All of them, in the order in which they are looked for."""
    return [
        Route(method, route.path)
        for part in pages.PARTS
        for route in part.router.routes
        for method in sorted(route.methods)
        if method in ("GET", "POST")
    ]


class Samples:
    """Something real for each address."""

    def __init__(self, town: Town) -> None:
        with store.transaction(town.engine) as session:
            self.known: dict[str, str] = prepared(session, town)
            for head, column in PLACES:
                found = session.execute(select(column).order_by(column).limit(1)).scalar_one_or_none()
                self.known.setdefault(head, str(found or NOWHERE))

    def address(self, path: str, instead: str | None = None) -> str:
        """The address with its parameters filled in: with what is there, or with a made-up name for the first."""
        for head, value in sorted(self.known.items(), key=lambda one: -len(one[0])):
            if path == head or path.startswith((f"{head}/", f"{head}.")):
                filled = re.sub(r"{\w+}$", quote(instead or value, safe=""), head)
                rest = path[len(head) :]
                verb = next((verb for start, verb in VERBS.items() if path.startswith(start)), "accept")
                for name, one in (("number", "1"), ("unit", "yanjing"), ("key", NOWHERE)):
                    rest = rest.replace(f"{{{name}}}", one)
                return filled + re.sub(r"{(name|verb)}", verb, rest)
        raise AssertionError(f"say in tests/web/pages/routes.py what {path} is looked at with")


def prepared(session: Session, town: Town) -> dict[str, str]:
    """What the sample town has none of is made: a channel, a token, a piece of evidence; and a unit elsewhere."""
    now, inspector = town.now, actor_for(session, INSPECTOR)
    channels.add(
        session, inspector, now=now, address="wecombot://693a91f6-7a0c-4bc4-97a0-0ec2aaaa5aaa", person=INSPECTOR
    )
    signin_tokens.issue_token(session, inspector, INSPECTOR, "inspector", "yanjing", now=now)
    hazard = session.execute(select(col(Hazard.key)).order_by(col(Hazard.key)).limit(1)).scalar_one()
    proof = evidence.add(session, inspector, hazard, now=now, note="现场照片另存", stage="before")
    enforcement.record(session, SYSTEM, now=now, unit="yanjing", kind="interview")
    projects.register(session, SYSTEM, now=now, code="bridge", unit="yanjing", name="集镇便民桥加固", kind="project")
    place = {"name": "别处镇", "kind": "town", "parent": None, "path": f"/{ELSEWHERE}/"}
    grant = {"person": STRANGER, "role": "coordinator", "unit": ELSEWHERE}
    steps = [
        make(Unit, ELSEWHERE, "made", place),
        make(Person, STRANGER, "made", {"name": "别处人", "unit": ELSEWHERE, "mobile": "13800139001"}),
        make(Grant, f"{STRANGER}:coordinator:{ELSEWHERE}", "made", grant),
    ]
    store.require(session, steps, now=now, by="tests")
    mine = select(col(Notice.key)).where(col(Notice.recipient) == COORDINATOR).order_by(col(Notice.key)).limit(1)
    known = {head: value for head, value in FIXED.items() if value is not None}
    known |= {"/evidence/{key}": proof, "/units/{code}": "yanjing", "/people/{code}": COORDINATOR}
    kinds = (("/meetings/{key}", "meeting"), ("/letters/tasks/{task}", "commitment"))
    for head, kind in kinds:
        tasks = select(col(Task.key)).where(col(Task.kind) == kind).order_by(col(Task.key)).limit(1)
        known[head] = session.execute(tasks).scalar_one()
    return known | {"/notices/{key}": session.execute(mine).scalar_one()}
