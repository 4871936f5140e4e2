"""Where one can go from every page: one line for each place, shown once its page is there and the reader may see it."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from fastapi import FastAPI

from service.access import Actor
from service.web.marks import N_


class Place(NamedTuple):
    """An entry: its address, its words, its picture in `static/icons.svg`, and the act of `access.ACTS` it asks for."""

    path: str
    words: str
    icon: str
    act: str = ""


class Group(NamedTuple):
    words: str
    places: tuple[Place, ...]


NAV: tuple[Group, ...] = (
    Group(
        N_("Work"),
        (
            Place("/", N_("Board"), "board"),
            Place("/work", N_("My work"), "mine"),
            Place("/tasks", N_("Tasks"), "tasks"),
            Place("/hazards", N_("Hazards"), "hazard"),
            Place("/rechecks", N_("Look-backs"), "recheck"),
            Place("/enforcement", N_("Enforcement"), "enforce", "see"),
            Place("/notices", N_("Notices"), "notice"),
        ),
    ),
    Group(
        N_("Plans"),
        (
            Place("/campaigns", N_("Campaigns"), "campaign", "see"),
            Place("/checklists", N_("Checklists"), "checklist", "see"),
            Place("/duty", N_("Duty"), "duty"),
            Place("/duties", N_("Duties counted"), "report", "see"),
            Place("/calendar", N_("Calendar"), "calendar", "see units"),
            Place("/alerts", N_("Alerts"), "alert"),
            Place("/incidents", N_("Incidents"), "incident"),
            Place("/reports", N_("Reports"), "report", "see"),
            Place("/meetings", N_("Meetings"), "people"),
            Place("/projects", N_("Projects"), "unit", "see"),
            Place("/letters", N_("Letters of responsibility"), "report", "see"),
        ),
    ),
    Group(
        N_("Records"),
        (
            Place("/units", N_("Units"), "unit", "see units"),
            Place("/people", N_("People"), "people", "see"),
            Place("/documents", N_("Documents"), "report", "see"),
            Place("/stores", N_("Stores"), "checklist", "see"),
            Place("/teams", N_("Teams"), "person", "see"),
            Place("/lists", N_("Lists of units"), "unit", "see units"),
            Place("/imports", N_("Imports"), "import", "change units"),
            Place("/journal", N_("Journal"), "journal", "read journal"),
        ),
    ),
)


# pages that stand in no group: the place under which they are reached
UNDER: dict[str, str] = {
    "/absences": "/duty",
    "/channels": "/notices",
    "/feeds": "/duty",
    "/figures": "/reports",
    "/presence-checks": "/duty",
    "/readiness": "/reports",
    "/swaps": "/duty",
    "/tokens": "/people",
    "/watches": "/duty",
}


class Link(NamedTuple):
    path: str
    words: str
    icon: str
    here: bool


@lru_cache(maxsize=8)
def served(app: FastAPI) -> frozenset[str]:
    """The addresses that a page answers at."""
    return frozenset(paths_of(app.routes))


def paths_of(routes: Iterable[Any]) -> Iterable[str]:
    for route in routes:
        if "GET" in (getattr(route, "methods", None) or ()):
            yield route.path
        inner = getattr(route, "original_router", None) or getattr(route, "router", None)
        if inner is not None:
            yield from paths_of(inner.routes)


def menu(app: FastAPI, actor: Actor, here: str) -> list[tuple[str, list[Link]]]:
    """The groups of places that the reader may go to, with their words."""
    there = served(app)
    found = []
    for group in NAV:
        links = [
            Link(place.path, place.words, place.icon, is_here(place.path, here))
            for place in group.places
            if place.path in there and (not place.act or actor.paths(place.act))
        ]
        if links:
            found.append((group.words, links))
    return found


def is_here(path: str, here: str) -> bool:
    """Whether a page belongs to a place: it is the place, lies beneath it, or is reached from it."""
    here = UNDER.get("/" + here.split("/")[1], here)
    return here == path or (path != "/" and here.startswith(f"{path}/"))
