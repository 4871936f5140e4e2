"""Paragraphs and tables that several reports share."""

from service.figures.unit_words import VILLAGES
from service.notice_words import N_
from service.reports.templates.base import Form, Paragraph, Ref, Sentence, Table, Text

LETTERS = Paragraph(
    (
        Sentence(
            N_("{done} letters of responsibility were signed of {owed} owed, a coverage of {rate}."),
            {"done": "commitments.done", "owed": "commitments.owed", "rate": "commitments.rate"},
        ),
    )
)
MEETINGS = Paragraph(
    (
        Sentence(
            N_("{held} meetings on work safety were held, with an attendance of {people}."),
            {"held": "meetings.held", "people": "meetings.people"},
        ),
        Sentence(
            N_("{held} study sessions were held, with an attendance of {people}."),
            {"held": "study.held", "people": "study.people"},
        ),
    )
)
ROADMAP = Paragraph(
    (
        Sentence(
            N_("The roadmap has {all} tasks; {due} fell due in the period, {done} of them are done ({rate})."),
            {"all": "roadmap.all", "due": "roadmap.due", "done": "roadmap.done", "rate": "roadmap.rate"},
        ),
    )
)
INSPECTIONS = Paragraph(
    (
        Sentence(
            N_("{people} were sent to inspect {units}, {visits} in all, and {items} were checked."),
            {
                "people": "inspections.people", "units": "inspections.units", "visits": "inspections.visits",
                "items": "inspections.items",
            },
            when=("inspections.visits",),
        ),
        Sentence(
            N_("{units} checked themselves, {done} in all."),
            {"units": "self_checks.units", "done": "self_checks.done"},
        ),
        Sentence(
            N_("Patrols went out {times}, with {people}."),
            {"times": "patrols.times", "people": "patrols.people"},
        ),
        Sentence(N_("{points} natural-hazard points were surveyed."), {"points": "patrols.points"}),
    )
)  # fmt: skip
FOUND = Paragraph(
    (
        Sentence(
            N_("{found} hazards were found, {general} general and {major} major; {rectified} were rectified ({rate})."),
            {
                "found": "hazards.found", "general": "hazards.found.general", "major": "hazards.found.major",
                "rectified": "hazards.rectified", "rate": "hazards.rate",
            },
            when=("hazards.found",),
        ),
        Sentence(
            N_("Problems were found at {units}; {cleared} have been cleared."),
            {"units": "hazards.units", "cleared": "hazards.units.cleared"},
        ),
        Sentence(
            N_("{supervised} hazards were listed for supervision, and {delisted} of them delisted."),
            {"supervised": "hazards.supervised", "delisted": "hazards.delisted"},
        ),
        Sentence(N_("{overdue} hazards are overdue."), {"overdue": "hazards.overdue"}),
    )
)  # fmt: skip
RECHECKS = Paragraph(
    (
        Sentence(
            N_("{done} look-backs were made: {held} held, {rebounded} had rebounded ({rate})."),
            {
                "done": "rechecks.done", "held": "rechecks.held", "rebounded": "rechecks.rebounded",
                "rate": "rechecks.rate",
            },
        ),
    )
)  # fmt: skip
SUPERVISION = Paragraph(
    (
        Sentence(
            N_("{groups} supervision groups made {times} inspections of {units} and found {problems} problems."),
            {
                "groups": "supervision.groups", "times": "supervision.times", "units": "supervision.units",
                "problems": "hazards.found.supervision",
            },
            when=("supervision.times",),
        ),
    )
)  # fmt: skip
ENFORCEMENT = Paragraph(
    (
        Sentence(
            N_("{penalties} penalties were imposed, with fines of {fines}; {cases} cases were filed."),
            {"penalties": "enforcement.penalty", "fines": "enforcement.fines", "cases": "enforcement.filed_case"},
            when=("enforcement.penalty", "enforcement.filed_case", "enforcement.fines"),
        ),
        Sentence(
            N_("{orders} orders to rectify and {stops} orders to stop work were issued."),
            {"orders": "enforcement.order", "stops": "enforcement.stop_work"},
        ),
        Sentence(
            N_("{yellow} yellow and {red} red warnings were given, and points were deducted {deductions}."),
            {
                "yellow": "enforcement.yellow_warning", "red": "enforcement.red_warning",
                "deductions": "enforcement.deduction",
            },
        ),
        Sentence(
            N_("{interviews} interviews were held with {people}."),
            {"interviews": "enforcement.interview", "people": "enforcement.interview.people"},
            when=("enforcement.interview",),
        ),
        Sentence(N_("Goods were seized {times}."), {"times": "enforcement.seizure"}),
    )
)  # fmt: skip
PUBLICITY = Paragraph(
    (
        Sentence(
            N_("{held} publicity events were held, with {people} and {vehicles} sent out and {copies} handed out."),
            {
                "held": "publicity.held", "people": "publicity.people", "vehicles": "publicity.vehicles",
                "copies": "publicity.copies",
            },
            when=("publicity.held",),
        ),
        Sentence(
            N_("{banners} banners and {posters} posters and slogans were put up."),
            {"banners": Ref("publicity.banners"), "posters": Ref("publicity.posters")},
        ),
        Sentence(
            N_("{posts} posts were published and read {reads}."),
            {"posts": "publicity.posts", "reads": "publicity.reads"},
        ),
        Sentence(N_("{questions} questions were answered on the spot."), {"questions": "publicity.questions"}),
        Sentence(
            N_("{held} trainings were held for {people}."),
            {"held": "trainings.held", "people": "trainings.people"},
        ),
        Sentence(
            N_("{held} drills were held with {people}."), {"held": "drills.held", "people": "drills.people"}
        ),
    )
)  # fmt: skip
WELFARE = Paragraph(
    (
        Sentence(
            N_("Welfare visits were made {times}, to {households}."),
            {"times": "visits.times", "households": "visits.households"},
        ),
    )
)
DUTY = Paragraph(
    (
        Sentence(
            N_("Of {owed} places in watches, {kept} were kept ({rate})."),
            {"owed": "duty.owed", "kept": "duty.kept", "rate": "duty.rate"},
        ),
        Sentence(
            N_("Presence was checked {made}; somebody was at the post {present}."),
            {"made": "presence.made", "present": "presence.present"},
        ),
        Sentence(N_("{made} warnings were issued."), {"made": "alerts.made"}),
    )
)
INCIDENTS = Paragraph(
    (
        Sentence(
            N_("There were {accidents} accidents, with {deaths} dead and {injured} injured."),
            {"accidents": "incidents.accidents", "deaths": "incidents.deaths", "injured": "incidents.injured"},
            when=("incidents.accidents",),
        ),
        Sentence(N_("No accident happened in the period."), unless=("incidents.accidents",)),
        Sentence(
            N_("Against the same days a year before, accidents {accidents}, deaths {deaths} and injured {injured}."),
            {
                "accidents": Ref("incidents.accidents", "change"), "deaths": Ref("incidents.deaths", "change"),
                "injured": Ref("incidents.injured", "change"),
            },
        ),
        Sentence(
            N_("There were {disasters} natural disasters, with {casualties} dead."),
            {"disasters": "incidents.disasters", "casualties": "incidents.disasters.casualties"},
            when=("incidents.disasters",),
        ),
    )
)  # fmt: skip
AREA = Paragraph(
    (
        Sentence(
            N_("The area has {villages} villages and {enterprises} enterprises."),
            {"villages": Ref("units.villages", unit_word=VILLAGES), "enterprises": "units.enterprises"},
        ),
    )
)
BY_UNIT = Table(
    "by_unit", N_("Hazards by unit"), N_("Unit"), "unit",
    ("inspections.visits", "hazards.found", "hazards.rectified", "hazards.rate", "hazards.open", "hazards.found.major"),
)  # fmt: skip
BY_SECTOR = Table(
    "by_sector", N_("Hazards by sector"), N_("Sector"), "sector",
    (
        "inspections.visits", "hazards.found", "hazards.rectified", "hazards.rate", "enforcement.penalty",
        "enforcement.fines",
    ),
)  # fmt: skip
BY_CAMPAIGN = Table(
    "by_campaign", N_("Hazards by campaign"), N_("Campaign"), "campaign",
    ("inspections.visits", "hazards.found", "hazards.rectified", "hazards.rate", "roadmap.due", "roadmap.done"),
)  # fmt: skip
MONTHLY = Form(
    "monthly", N_("Monthly form of hazard treatment"),
    (
        "units.enterprises", "hazards.found.self_check", "hazards.rectified.self_check", "hazards.rate.self_check",
        "hazards.found", "hazards.rectified", "hazards.rate", "hazards.found.major", "hazards.rectified.major",
        "hazards.rate.major", "hazards.in_plan", "hazards.funds", "hazards.contingency",
    ),
)  # fmt: skip
PROBLEMS, NEXT_STEPS = Text("problems"), Text("next_steps")
