"""Figures of meetings, study, training, drills and publicity, and the numbers handed in with tasks."""

from models.kinds import ActivityKind
from service.figures.base import Defined, Figure
from service.figures.unit_words import (
    COPIES,
    HOUSEHOLDS,
    PEOPLE_TIMES,
    PIECES,
    PLACES,
    POSTS,
    SESSIONS,
    TIMES,
    UNITS,
    VEHICLES,
)
from service.notices.words import N_

HELD_ARE = N_("Accepted tasks of this kind that were handed in during the period.")
NUMBERS_ARE = N_("The sum of this number over the accepted tasks of this kind that were handed in during the period.")


def held(key: str, label: str, unit_word: str, kind: ActivityKind) -> Figure:
    return Figure(key, label, unit_word, "tasks_done", HELD_ARE, {"kind": (kind,)})


def number(key: str, label: str, unit_word: str, name: str, *kinds: ActivityKind) -> Figure:
    """The sum of one number that was handed in with tasks of some kinds (of any where none is named)."""
    where = {"name": (name,)} | ({"kind": kinds} if kinds else {})
    return Figure(key, label, unit_word, "numbers", NUMBERS_ARE, where, measure="value")


K = ActivityKind
FIGURES: tuple[Defined, ...] = (
    number("inspections.people", N_("People sent to inspect"), PEOPLE_TIMES, "people", K.inspection),
    number("inspections.vehicles", N_("Vehicles sent to inspect"), VEHICLES, "vehicles", K.inspection),
    number("supervision.people", N_("People sent to supervise"), PEOPLE_TIMES, "people", K.supervision),
    number("supervision.groups", N_("Supervision groups"), PIECES, "groups", K.supervision),
    number("supervision.problems", N_("Problems stated by supervision"), PIECES, "problems", K.supervision),
    number("patrols.people", N_("People on patrol"), PEOPLE_TIMES, "people", K.patrol),
    number("patrols.points", N_("Hazard points surveyed"), PLACES, "points", K.patrol, K.inspection),
    number("visits.households", N_("Households visited"), HOUSEHOLDS, "households", K.visit),
    number("visits.people", N_("People visited"), PEOPLE_TIMES, "people", K.visit),
    held("meetings.held", N_("Meetings held"), TIMES, K.meeting),
    number("meetings.people", N_("Attendance of meetings"), PEOPLE_TIMES, "people", K.meeting),
    number("meetings.signed", N_("Signed in at meetings"), PEOPLE_TIMES, "attendance", K.meeting),
    number("meetings.projects", N_("Projects discussed at meetings"), PIECES, "projects", K.meeting),
    held("study.held", N_("Study sessions held"), SESSIONS, K.study),
    number("study.people", N_("Attendance of study sessions"), PEOPLE_TIMES, "people", K.study),
    number("study.signed", N_("Signed in at study"), PEOPLE_TIMES, "attendance", K.study),
    held("trainings.held", N_("Trainings held"), TIMES, K.training),
    number("trainings.people", N_("People trained"), PEOPLE_TIMES, "people", K.training),
    held("drills.held", N_("Drills held"), TIMES, K.drill),
    number("drills.people", N_("People at drills"), PEOPLE_TIMES, "people", K.drill),
    held("publicity.held", N_("Publicity events"), SESSIONS, K.publicity),
    number("publicity.people", N_("People sent for publicity"), PEOPLE_TIMES, "people", K.publicity),
    number("publicity.vehicles", N_("Vehicles sent for publicity"), VEHICLES, "vehicles", K.publicity),
    number("publicity.copies", N_("Copies handed out"), COPIES, "copies", K.publicity),
    number("publicity.posters", N_("Posters and slogans put up"), PLACES, "posters", K.publicity),
    number("publicity.banners", N_("Banners put up"), POSTS, "banners", K.publicity),
    number("publicity.posts", N_("Posts published"), POSTS, "posts", K.publicity),
    number("publicity.reads", N_("Times read"), TIMES, "reads", K.publicity),
    number("publicity.questions", N_("Questions answered"), PEOPLE_TIMES, "questions", K.publicity),
    number("units.stated", N_("Units stated with tasks"), UNITS, "units", K.inspection, K.supervision),
)
