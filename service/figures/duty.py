"""Figures of duty: watches owed and kept, and what presence checks found."""

from models.kinds import WatchState
from service.figures.base import Defined, Figure, Rate
from service.figures.unit_words import (
    PEOPLE_TIMES,
    TIMES,
    TURNS,
)
from service.notices.words import N_

WATCHES = N_("Places in watches that begin in the period, without those called off.")


FIGURES: tuple[Defined, ...] = (
    Figure("duty.owed", N_("Watches owed"), TURNS, "watches", WATCHES, parts={"state": ("duty.kept", "duty.not_kept")}),
    Figure(
        "duty.kept",
        N_("Watches kept"),
        TURNS,
        "watches",
        N_("Places in watches of the period that were confirmed or served."),
        {"kept": (1,)},
    ),
    Figure(
        "duty.not_kept",
        N_("Watches not confirmed"),
        TURNS,
        "watches",
        N_("Places in watches of the period that nobody confirmed or served."),
        {"kept": (0,)},
    ),
    Figure(
        "duty.absent",
        N_("Watches absent from"),
        TURNS,
        "watches",
        N_("Places in watches of the period whose holder was absent."),
        {"state": (WatchState.absent,)},
    ),
    Rate("duty.rate", N_("Rate of watches kept"), N_("Watches kept, of those owed."), "duty.kept", "duty.owed"),
    Figure("presence.made", N_("Presence checks made"), TIMES, "presence", N_("Presence checks made in the period.")),
    Figure(
        "presence.present",
        N_("Found at the post"),
        TIMES,
        "presence",
        N_("Presence checks made in the period that found somebody at the post."),
        {"present": (1,)},
    ),
    Figure(
        "presence.absent",
        N_("Presence found wanting"),
        PEOPLE_TIMES,
        "presence",
        N_("Presence checks made in the period that found nobody at the post."),
        {"present": (0,)},
    ),
)
