"""What reports and the records behind their figures are called on pages."""

from service.web.marks import N_

STATES: dict[str, str] = {
    "owed": N_("To be drafted"),
    "drafting": N_("Being drafted"),
    "frozen": N_("Frozen"),
    "sent": N_("Sent up"),
    "corrected": N_("Corrected"),
}
# kind of a record, alone and where many are counted
KINDS: dict[str, str] = {
    "alert": N_("Warning"),
    "campaign": N_("Campaign"),
    "enforcement": N_("Enforcement"),
    "hazard": N_("Hazard"),
    "incident": N_("Incident"),
    "recheck": N_("Look-back"),
    "task": N_("Task"),
    "team": N_("Member of a team"),
    "unit": N_("Unit"),
    "watch": N_("Watch on duty"),
    "plans": N_("Plans made"),
    "chains": N_("Places in chains of responsibility"),
    "activitys": N_("Activities"),
    "phases": N_("Phases of the roadmap"),
    "reports": N_("Reports"),
    "events": N_("Events registered"),
}
# where a record of each kind is looked at; of the others there is no page
PLACES = {
    "hazard": "/hazards/", "task": "/tasks/", "recheck": "/rechecks/", "unit": "/units/",
    "enforcement": "/enforcement/", "incident": "/incidents/", "alert": "/alerts/", "campaign": "/campaigns/",
    "report": "/reports/", "plan": "/campaigns/",
}  # fmt: skip
