"""Figures of incidents and warnings, and of the units themselves."""

from models.kinds import IncidentKind, UnitKind
from service.figures.base import Defined, Figure
from service.figures.unit_words import (
    ACCIDENTS,
    MONEY,
    PEOPLE,
    PIECES,
    PLACES,
    POSTS,
    TIMES,
    UNITS,
)
from service.notices.words import N_

HAPPENED = N_("What happened on days of the period, without what proved to be nothing.")
THERE = N_("Units of this kind that are not closed at the end of the period.")
ACCIDENT = {"kind": (IncidentKind.accident,)}


def there(key: str, label: str, *kinds: UnitKind) -> Figure:
    return Figure(f"units.{key}", label, UNITS if key == "enterprises" else PIECES, "units", THERE, {"kind": kinds})


FIGURES: tuple[Defined, ...] = (
    Figure("incidents.accidents", N_("Accidents"), ACCIDENTS, "incidents", HAPPENED, ACCIDENT),
    Figure("incidents.deaths", N_("Deaths in accidents"), PEOPLE, "incidents", HAPPENED, ACCIDENT, measure="deaths"),
    Figure("incidents.injured", N_("Injured in accidents"), PEOPLE, "incidents", HAPPENED, ACCIDENT, measure="injured"),
    Figure(
        "incidents.loss",
        N_("Loss by accidents"),
        MONEY,
        "incidents",
        HAPPENED,
        ACCIDENT,
        measure="loss",
        ten_thousands=True,
    ),
    Figure(
        "incidents.flashes",
        N_("Dangerous situations"),
        ACCIDENTS,
        "incidents",
        HAPPENED,
        {"kind": (IncidentKind.flash,)},
    ),
    Figure(
        "incidents.near_misses",
        N_("Near misses"),
        ACCIDENTS,
        "incidents",
        HAPPENED,
        {"kind": (IncidentKind.near_miss,)},
    ),
    Figure(
        "incidents.disasters",
        N_("Natural disasters"),
        ACCIDENTS,
        "incidents",
        HAPPENED,
        {"kind": (IncidentKind.natural_disaster,)},
    ),
    Figure(
        "incidents.disasters.casualties",
        N_("Deaths in natural disasters"),
        PEOPLE,
        "incidents",
        HAPPENED,
        {"kind": (IncidentKind.natural_disaster,)},
        measure="deaths",
    ),
    Figure("alerts.made", N_("Warnings issued"), POSTS, "alerts", N_("Warnings issued in the period.")),
    Figure(
        "alerts.units",
        N_("Warnings received"),
        TIMES,
        "alerts",
        N_("Units told by the warnings issued in the period; each warning counts."),
        measure="units_told",
    ),
    there("enterprises", N_("Enterprises"), UnitKind.enterprise, UnitKind.mine, UnitKind.site),
    there("villages", N_("Villages"), UnitKind.village),
    there("towns", N_("Towns"), UnitKind.town),
    Figure(
        "units.hazard_points", N_("Natural-hazard points"), PLACES, "units", THERE, {"kind": (UnitKind.hazard_point,)}
    ),
)
