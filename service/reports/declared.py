"""The names under which tasks ask for numbers that the registry counts itself: what is typed can be set beside it."""

DECLARED: dict[str, str] = {
    "hazards": "hazards.found",
    "rectified": "hazards.rectified",
    "major_hazards": "hazards.found.major",
    "visits": "inspections.visits",
    "units": "inspections.units",
    "letters": "commitments.done",
    "meetings": "meetings.held",
    "study": "study.held",
    "trainings": "trainings.held",
    "drills": "drills.held",
    "publicity_days": "publicity.held",
    "copies": "publicity.copies",
    "penalties": "enforcement.penalty",
    "fines": "enforcement.fines",
}
