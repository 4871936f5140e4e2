"""Paragraphs and tables that several reports share."""

from service.figures.unit_words import VILLAGES
from service.notices.words import N_
from service.reports.templates.base import Form, Paragraph, Ref, Sentence, Table, Text


def said(msgid: str, *when: str, **figures: str | Ref) -> Sentence:
    """A sentence that is left out unless one of `when` (of all that fill it, where none is named) is something."""
    return Sentence(msgid, figures, when or None)


AREA = Paragraph(
    (
        said(
            N_("The area has {villages} villages and {enterprises} enterprises."),
            villages=Ref("units.villages", unit_word=VILLAGES),
            enterprises="units.enterprises",
        ),
    )
)
LETTERS = Paragraph(
    (
        said(
            N_("{done} letters of responsibility were signed of {owed} owed, a coverage of {rate}."),
            done="commitments.done",
            owed="commitments.owed",
            rate="commitments.rate",
        ),
        said(N_("Teams of wardens and officers have {people} members."), people="teams.members"),
    )
)
MEETINGS = Paragraph(
    (
        said(N_("{held} meetings on work safety were held."), held="meetings.held"),
        said(N_("Their attendance came to {people}."), people="meetings.people"),
        said(N_("{people} signed in at them."), people="meetings.signed"),
        said(N_("{projects} projects were discussed at them."), projects="meetings.projects"),
        said(N_("{held} study sessions were held."), held="study.held"),
        said(N_("The attendance of study came to {people}."), people="study.people"),
        said(N_("{people} signed in at study."), people="study.signed"),
    )
)
ROADMAP = Paragraph(
    (
        said(
            N_("{plans} overall plans and {subplans} sub-plans were carried out."),
            plans="campaigns.plans",
            subplans="campaigns.subplans",
        ),
        said(
            N_("The roadmap has {all} tasks; {due} fell due in the period, {done} of them are done ({rate})."),
            "roadmap.due",
            all="roadmap.all",
            due="roadmap.due",
            done="roadmap.done",
            rate="roadmap.rate",
        ),
        Sentence(
            N_("The roadmap has {all} tasks; none fell due in the period."),
            {"all": "roadmap.all"},
            unless=("roadmap.due",),
        ),
    )
)
INSPECTIONS = Paragraph(
    (
        said(
            N_("{units} units were inspected, in {visits} visits."),
            units="inspections.units",
            visits="inspections.visits",
        ),
        said(N_("The people sent came to {people}."), people="inspections.people"),
        said(N_("{items} items were checked."), items="inspections.items"),
        said(
            N_("{units} units checked themselves, {done} times in all."),
            units="self_checks.units",
            done="self_checks.done",
        ),
        said(N_("Patrols went out {times} times."), times="patrols.times"),
        said(N_("The people on patrol came to {people}."), people="patrols.people"),
        said(N_("{points} natural-hazard points were surveyed."), points="patrols.points"),
    )
)
FOUND = Paragraph(
    (
        said(
            N_("{found} hazards were found, {general} general and {major} major; {rectified} were rectified ({rate})."),
            "hazards.found",
            found="hazards.found",
            general="hazards.found.general",
            major="hazards.found.major",
            rectified="hazards.rectified",
            rate="hazards.rate",
        ),
        said(
            N_("Problems were found at {units} units; {cleared} units have been cleared."),
            units="hazards.units",
            cleared="hazards.units.cleared",
        ),
        said(
            N_("{supervised} hazards were listed for supervision, and {delisted} of them delisted."),
            supervised="hazards.supervised",
            delisted="hazards.delisted",
        ),
        said(N_("{overdue} hazards are overdue."), overdue="hazards.overdue"),
    )
)
RECHECKS = Paragraph(
    (
        said(
            N_("{done} look-backs were made: {held} held, {rebounded} had rebounded ({rate})."),
            done="rechecks.done",
            held="rechecks.held",
            rebounded="rechecks.rebounded",
            rate="rechecks.rate",
        ),
    )
)
SUPERVISION = Paragraph(
    (
        said(N_("{groups} supervision groups were sent out."), groups="supervision.groups"),
        said(
            N_("{times} supervision inspections were made of {units} units; {problems} problems were found."),
            "supervision.times",
            times="supervision.times",
            units="supervision.units",
            problems="hazards.found.supervision",
        ),
        said(
            N_("By the groups' own count, {units} units were supervised and {problems} problems found."),
            units="units.stated",
            problems="supervision.problems",
        ),
    )
)
ENFORCEMENT = Paragraph(
    (
        said(
            N_("{penalties} penalties were imposed, with fines of {fines}."),
            penalties="enforcement.penalty",
            fines="enforcement.fines",
        ),
        said(N_("{cases} cases were filed."), cases="enforcement.filed_case"),
        said(N_("{orders} orders to rectify were issued."), orders="enforcement.order"),
        said(N_("{stops} orders to stop work were issued."), stops="enforcement.stop_work"),
        said(N_("{yellow} yellow warnings were given."), yellow="enforcement.yellow_warning"),
        said(N_("{red} red warnings were given."), red="enforcement.red_warning"),
        said(N_("Points were deducted {deductions} times."), deductions="enforcement.deduction"),
        said(N_("{interviews} interviews were held."), interviews="enforcement.interview"),
        said(N_("{people} people were interviewed."), people="enforcement.interview.people"),
        said(N_("Goods were seized {times} times."), times="enforcement.seizure"),
    )
)
PUBLICITY = Paragraph(
    (
        said(N_("{held} publicity events were held."), held="publicity.held"),
        said(N_("{vehicles} vehicles were sent out for publicity."), vehicles="publicity.vehicles"),
        said(N_("The people sent out for publicity came to {people}."), people="publicity.people"),
        said(N_("{copies} copies were handed out."), copies="publicity.copies"),
        said(N_("{banners} banners were put up."), banners="publicity.banners"),
        said(N_("{posters} posters and slogans were put up."), posters="publicity.posters"),
        said(N_("{posts} posts were published."), posts="publicity.posts"),
        said(N_("They were read {reads} times."), reads="publicity.reads"),
        said(N_("{questions} questions were answered on the spot."), questions="publicity.questions"),
        said(N_("{held} trainings were held."), held="trainings.held"),
        said(N_("The people trained came to {people}."), people="trainings.people"),
        said(N_("{held} drills were held."), held="drills.held"),
        said(N_("The people at drills came to {people}."), people="drills.people"),
    )
)
WELFARE = Paragraph(
    (
        said(N_("Welfare visits were made {times} times."), times="visits.times"),
        said(N_("{listed} households of the lists were visited."), listed="visits.listed"),
        said(N_("{households} households were visited."), households="visits.households"),
    )
)
DUTY = Paragraph(
    (
        said(
            N_("Of {owed} places in watches, {kept} were kept ({rate})."),
            owed="duty.owed",
            kept="duty.kept",
            rate="duty.rate",
        ),
        said(
            N_("Presence was checked {made} times; somebody was at the post {present} times."),
            made="presence.made",
            present="presence.present",
        ),
        said(N_("{made} warnings were issued."), made="alerts.made"),
    )
)
INCIDENTS = Paragraph(
    (
        said(
            N_("There were {accidents} accidents, with {deaths} dead and {injured} injured."),
            "incidents.accidents",
            accidents="incidents.accidents",
            deaths="incidents.deaths",
            injured="incidents.injured",
        ),
        Sentence(N_("No accident happened in the period."), unless=("incidents.accidents",)),
        said(
            N_("Against the same days a year before, accidents {accidents}, deaths {deaths} and injured {injured}."),
            accidents=Ref("incidents.accidents", "change"),
            deaths=Ref("incidents.deaths", "change"),
            injured=Ref("incidents.injured", "change"),
        ),
        said(
            N_("There were {disasters} natural disasters, with {casualties} dead."),
            "incidents.disasters",
            disasters="incidents.disasters",
            casualties="incidents.disasters.casualties",
        ),
    )
)
BY_UNIT = Table(
    "by_unit",
    N_("Hazards by unit"),
    N_("Unit"),
    "unit",
    ("inspections.visits", "hazards.found", "hazards.rectified", "hazards.rate", "hazards.open", "hazards.found.major"),
)
BY_SECTOR = Table(
    "by_sector",
    N_("Hazards by sector"),
    N_("Sector"),
    "sector",
    (
        "inspections.visits",
        "hazards.found",
        "hazards.rectified",
        "hazards.rate",
        "enforcement.penalty",
        "enforcement.fines",
    ),
)
BY_CAMPAIGN = Table(
    "by_campaign",
    N_("Hazards by campaign"),
    N_("Campaign"),
    "campaign",
    ("inspections.visits", "hazards.found", "hazards.rectified", "hazards.rate", "roadmap.due", "roadmap.done"),
)
MONTHLY = Form(
    "monthly",
    N_("Monthly form of hazard treatment"),
    (
        "units.enterprises",
        "hazards.found.self_check",
        "hazards.rectified.self_check",
        "hazards.rate.self_check",
        "hazards.found",
        "hazards.rectified",
        "hazards.rate",
        "hazards.found.major",
        "hazards.rectified.major",
        "hazards.rate.major",
        "hazards.in_plan",
        "hazards.funds",
        "hazards.contingency",
    ),
)
PROBLEMS, NEXT_STEPS = Text("problems"), Text("next_steps")
