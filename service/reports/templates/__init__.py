"""The templates of reports: data, in the order they are offered."""

from models.kinds import ReportPeriod
from service.errors import Fault, Refused
from service.notices.words import N_
from service.reports.templates import parts
from service.reports.templates.base import Days, Section, Template, Text

P = ReportPeriod
COMPARED = ("hazards.found", "incidents.accidents", "incidents.deaths", "incidents.injured")
TITLE = N_("{unit}: {template}, {period}")

TOWN_SUMMARY = Template(
    "town_summary", N_("Summary of work safety"), TITLE,
    (
        Section("intro", 1, N_("The work done"), (Text("intro"), parts.AREA)),
        Section("responsibility", 2, N_("Responsibility for work safety"), (parts.LETTERS, parts.MEETINGS)),
        Section("deployment", 2, N_("Plans and arrangements"), (Text("deployment"), parts.ROADMAP)),
        Section(
            "hazards", 2, N_("Hazards sought and treated"),
            (parts.INSPECTIONS, parts.FOUND, parts.RECHECKS, parts.BY_UNIT),
        ),
        Section("supervision", 2, N_("Supervision and enforcement"), (parts.SUPERVISION, parts.ENFORCEMENT)),
        Section("publicity", 2, N_("Publicity, training and drills"), (parts.PUBLICITY,)),
        Section("welfare", 2, N_("Welfare visits"), (parts.WELFARE, Text("welfare"))),
        Section("duty", 2, N_("Duty and readiness"), (parts.DUTY, parts.INCIDENTS)),
        Section("problems", 1, N_("Problems"), (parts.PROBLEMS,)),
        Section("next_steps", 1, N_("Next steps"), (parts.NEXT_STEPS,)),
    ),
    (P.half_year, P.year, P.other), COMPARED,
)  # fmt: skip
PHASE_REPORT = Template(
    "phase_report", N_("Report of a phase"), TITLE,
    (
        Section("leadership", 1, N_("Leadership and responsibility"), (Text("intro"), parts.MEETINGS, parts.LETTERS)),
        Section("mobilisation", 1, N_("Mobilisation and deployment"), (Text("deployment"), parts.ROADMAP)),
        Section(
            "hazards", 1, N_("Hazards sought and treated"),
            (parts.INSPECTIONS, parts.FOUND, parts.ENFORCEMENT, parts.RECHECKS, parts.BY_UNIT),
        ),
        Section("publicity", 1, N_("Publicity, training and drills"), (parts.PUBLICITY,)),
        Section("problems", 1, N_("Problems"), (parts.PROBLEMS,)),
        Section("next_steps", 1, N_("Next steps"), (parts.NEXT_STEPS,)),
    ),
    (P.week, P.quarter), COMPARED,
)  # fmt: skip
DISTRICT_REPORT = Template(
    "district_report", N_("Report of the special campaign"), TITLE,
    (
        Section(
            "overall", 1, N_("The situation as a whole"),
            (Text("intro"), parts.FOUND, parts.ENFORCEMENT, parts.INCIDENTS),
        ),
        Section("work", 1, N_("The work in particular")),
        Section("study", 2, N_("Study and publicity"), (parts.MEETINGS, parts.PUBLICITY)),
        Section(
            "firms", 2, N_("Enterprises and their responsibility"), (parts.LETTERS, parts.INSPECTIONS, parts.MONTHLY)
        ),
        Section("sectors", 2, N_("Sector by sector"), (Text("sectors"), parts.BY_SECTOR, parts.BY_CAMPAIGN)),
        Section("units", 2, N_("Unit by unit"), (parts.BY_UNIT,)),
        Section("roadmap", 2, N_("Roadmap and supervision"), (parts.ROADMAP, parts.SUPERVISION, parts.RECHECKS)),
        Section("duty", 2, N_("Duty and readiness"), (parts.DUTY,)),
        Section("problems", 1, N_("Problems"), (parts.PROBLEMS,)),
        Section("next_steps", 1, N_("Next steps"), (parts.NEXT_STEPS,)),
    ),
    (), COMPARED,
)  # fmt: skip
MONTHLY_FORM = Template(
    "monthly_form", N_("Monthly form"), TITLE,
    (
        Section("form", 1, N_("Hazards sought and treated"), (parts.MONTHLY, parts.BY_UNIT)),
        Section("problems", 1, N_("Remarks"), (Text("remarks"),)),
    ),
    (P.month,), ("hazards.found",),
)  # fmt: skip
CAMPAIGN_PROGRESS = Template(
    "campaign_progress", N_("Progress of the campaign"), TITLE,
    (
        Section("roadmap", 1, N_("Roadmap"), (parts.ROADMAP, parts.LETTERS)),
        Section("hazards", 1, N_("Hazards sought and treated"), (parts.INSPECTIONS, parts.FOUND, parts.RECHECKS)),
        Section("parts", 1, N_("Part by part"), (parts.BY_CAMPAIGN, parts.BY_UNIT)),
        Section("problems", 1, N_("Problems"), (parts.PROBLEMS,)),
        Section("next_steps", 1, N_("Next steps"), (parts.NEXT_STEPS,)),
    ),
    (), ("hazards.found",), needs_campaign=True,
)  # fmt: skip
DUTY_TABLE = Template(
    "duty_table", N_("Duty table"), TITLE,
    (Section("table", 1, N_("Duty table"), (Days("duty", N_("Duty table")), parts.DUTY, Text("remarks"))),),
    (P.holiday,),
)  # fmt: skip

TEMPLATES: dict[str, Template] = {
    one.key: one for one in (TOWN_SUMMARY, PHASE_REPORT, DISTRICT_REPORT, MONTHLY_FORM, CAMPAIGN_PROGRESS, DUTY_TABLE)
}


def template(key: str) -> Template:
    """One template; Refused for a key that is none."""
    if key not in TEMPLATES:
        raise Refused("Some fields are wrong", faults=[Fault("template", "there is no such template")])
    return TEMPLATES[key]


def template_for(period: str, unit_kind: str) -> str:
    """The template a report takes that nobody chose one for: by its stretch of days, and a district its own."""
    if period not in (P.month, P.holiday) and unit_kind == "district":
        return DISTRICT_REPORT.key
    return next((one.key for one in TEMPLATES.values() if period in one.periods), TOWN_SUMMARY.key)
