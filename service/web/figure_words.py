"""What the numbers that a task asks for are called: a plan names them by a word, a reader is told a longer one."""

from service.web.marks import N_

# a word that stands nowhere here is said as it is
FIGURES: dict[str, str] = {
    "committee_meetings": N_("meetings of the safety committee"),
    "copies": N_("copies handed out"),
    "drills": N_("drills held"),
    "hazards": N_("hazards found"),
    "households": N_("households reached"),
    "letters": N_("letters of responsibility signed"),
    "major_inspections": N_("large inspections"),
    "meetings": N_("meetings held"),
    "other_inspections": N_("other inspections"),
    "people": N_("people taking part (people-times)"),
    "points": N_("hazard points seen"),
    "posts": N_("posts published"),
    "problems": N_("problems found"),
    "publicity_days": N_("days of publicity"),
    "questions": N_("questions answered"),
    "thematic_meetings": N_("meetings on one theme"),
    "trainings": N_("trainings held"),
    "units": N_("number of units"),
    "vehicles": N_("vehicles sent (vehicle-times)"),
    "visits": N_("visits to units"),
}
