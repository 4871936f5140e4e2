"""The words the field uses for kinds, classes, levels and states (one enum each).

Every enum is a `StrEnum`, stored as plain text: a database reads without this code, and a new word needs no migration.
"""

from enum import StrEnum


class UnitKind(StrEnum):
    """What a unit is. A grid is the smallest cell of the grid management (网格)."""

    district = "district"
    town = "town"
    department = "department"
    village = "village"
    grid = "grid"
    enterprise = "enterprise"
    site = "site"
    school = "school"
    hospital = "hospital"
    mine = "mine"
    hazard_point = "hazard_point"
    household = "household"
    place = "place"


class Risk(StrEnum):
    """The four-colour risk grade, worst first."""

    red = "red"
    orange = "orange"
    yellow = "yellow"
    blue = "blue"


RISK_ORDER: dict[str, int] = {Risk.blue: 0, Risk.yellow: 1, Risk.orange: 2, Risk.red: 3}


class Role(StrEnum):
    """What a person may do on a unit and everything beneath it."""

    viewer = "viewer"
    staff = "staff"
    inspector = "inspector"
    coordinator = "coordinator"
    leader = "leader"
    admin = "admin"


class DayClass(StrEnum):
    """The class of a civil day in China: what drives working-day arithmetic and the duty headcount."""

    workday = "workday"
    makeup_workday = "makeup_workday"
    rest_day = "rest_day"
    adjusted_rest_day = "adjusted_rest_day"
    statutory_holiday = "statutory_holiday"


WORKING: frozenset[str] = frozenset({DayClass.workday, DayClass.makeup_workday})


class Festival(StrEnum):
    """The festivals that carry statutory holidays (国务院《全国年节及纪念日放假办法》)."""

    new_year = "new_year"
    spring_festival = "spring_festival"
    qingming = "qingming"
    labour_day = "labour_day"
    dragon_boat = "dragon_boat"
    mid_autumn = "mid_autumn"
    national_day = "national_day"


class SeasonKind(StrEnum):
    """Dated stretches that differ by place: entered as data."""

    flood = "flood"
    forest_fire = "forest_fire"
    heating = "heating"
    safety_month = "safety_month"
    sensitive = "sensitive"


class CampaignState(StrEnum):
    draft = "draft"
    active = "active"
    paused = "paused"
    closed = "closed"


class ActivityKind(StrEnum):
    """What a task of a campaign is."""

    inspection = "inspection"
    self_check = "self_check"
    supervision = "supervision"
    visit = "visit"
    patrol = "patrol"
    drill = "drill"
    training = "training"
    publicity = "publicity"
    meeting = "meeting"
    study = "study"
    commitment = "commitment"
    report = "report"
    presence_check = "presence_check"


class RestDayRule(StrEnum):
    """What becomes of a recurrence that falls on a day off."""

    skip = "skip"
    previous_workday = "previous_workday"
    next_workday = "next_workday"
    keep = "keep"


class TaskState(StrEnum):
    """`planned → open → submitted → accepted`; `missed` when the window ends; `cancelled` with a reason."""

    planned = "planned"
    open = "open"
    submitted = "submitted"
    accepted = "accepted"
    missed = "missed"
    cancelled = "cancelled"


class AnswerMark(StrEnum):
    passed = "pass"
    failed = "fail"
    not_applicable = "na"


class NoticeState(StrEnum):
    owed = "owed"
    sending = "sending"
    delivered = "delivered"
    failed = "failed"
    unknown = "unknown"
    acknowledged = "acknowledged"


class HazardLevel(StrEnum):
    """General: can be removed at once; major: needs a stop, a time of treatment, or outside help (总局令第16号)."""

    general = "general"
    major = "major"


class HazardMode(StrEnum):
    """Fixed on the spot (即查即改) or by a deadline (限期整改)."""

    on_spot = "on_spot"
    by_deadline = "by_deadline"


class HazardSource(StrEnum):
    inspection = "inspection"
    self_check = "self_check"
    supervision = "supervision"
    patrol = "patrol"
    public = "public"
    webhook = "webhook"
    sheet = "sheet"
    other = "other"


class HazardState(StrEnum):
    """`registered → assigned → rectifying → submitted → closed`; on the spot `registered → submitted`; or `void`."""

    registered = "registered"
    assigned = "assigned"
    rectifying = "rectifying"
    submitted = "submitted"
    closed = "closed"
    void = "void"


class RecheckState(StrEnum):
    """`planned → open → done`; `open → missed → done | waived`; `cancelled` when its hazard opened again before."""

    planned = "planned"
    open = "open"
    done = "done"
    missed = "missed"
    waived = "waived"
    cancelled = "cancelled"


class RecheckResult(StrEnum):
    """What the look-back found: it held, the hazard is there again, or the place could not be seen."""

    held = "held"
    rebounded = "rebounded"
    blocked = "blocked"


class EnforcementKind(StrEnum):
    """责令整改 停工 处罚 立案 约谈 警示(黄/红) 扣分 查扣."""

    order = "order"
    stop_work = "stop_work"
    penalty = "penalty"
    filed_case = "filed_case"
    interview = "interview"
    yellow_warning = "yellow_warning"
    red_warning = "red_warning"
    deduction = "deduction"
    seizure = "seizure"


class CaseState(StrEnum):
    open = "open"
    ended = "ended"


class RungState(StrEnum):
    """A rung waits for its instant; then it is taken, or passed over because nobody holds its level."""

    waiting = "waiting"
    taken = "taken"
    passed_over = "passed_over"


class VersionState(StrEnum):
    """A plan of a roster: `draft → published → superseded`, or discarded."""

    draft = "draft"
    published = "published"
    superseded = "superseded"
    discarded = "discarded"


class WatchState(StrEnum):
    """`vacant | published → confirmed → on_duty → handed_over`; `absent`; `cancelled` is kept in calendars."""

    vacant = "vacant"
    published = "published"
    confirmed = "confirmed"
    on_duty = "on_duty"
    handed_over = "handed_over"
    absent = "absent"
    cancelled = "cancelled"


class DutyTableState(StrEnum):
    """`owed → done`; `missed → done` when it went up late."""

    owed = "owed"
    done = "done"
    missed = "missed"


class SwapState(StrEnum):
    asked = "asked"
    accepted = "accepted"
    declined = "declined"
    withdrawn = "withdrawn"


class ErrandState(StrEnum):
    """`running → shown → running → done`, where something is shown before it is done; `failed` with a reason."""

    running = "running"
    shown = "shown"
    done = "done"
    failed = "failed"


class IncidentKind(StrEnum):
    """事故 险情 未遂 自然灾害: what is counted apart."""

    accident = "accident"
    flash = "flash"
    near_miss = "near_miss"
    natural_disaster = "natural_disaster"


class IncidentCategory(StrEnum):
    """What kind of trouble it was; some have clocks of their own (road and fire: 7 days)."""

    road = "road"
    fire = "fire"
    construction = "construction"
    chemicals = "chemicals"
    mine = "mine"
    gas = "gas"
    industry = "industry"
    drowning = "drowning"
    flooding = "flooding"
    geology = "geology"
    wildfire = "wildfire"
    other = "other"


class IncidentState(StrEnum):
    """`open → closed`; or `void` when nothing of the kind happened."""

    open = "open"
    closed = "closed"
    void = "void"


class ReportSeries(StrEnum):
    """The first report upward, a follow-up because casualties changed, and the one that closes the window."""

    first = "first"
    change = "change"
    closing = "closing"


class ReportForm(StrEnum):
    written = "written"
    phone = "phone"


class AlertState(StrEnum):
    open = "open"
    ended = "ended"
    cancelled = "cancelled"


class ReachedVia(StrEnum):
    """As whom a unit's first person was told: on watch, in the chain, coordinating; or nobody was there to tell."""

    duty = "duty"
    chain = "chain"
    coordinator = "coordinator"
    nobody = "nobody"


class AttendanceMark(StrEnum):
    """Called to a meeting; then signed in, absent, or excused with a reason."""

    called = "called"
    signed_in = "signed_in"
    absent = "absent"
    excused = "excused"


class ProjectKind(StrEnum):
    """New works (新建项目), or works that resume (复工); each is the event of the same name that meetings wait for."""

    project = "project"
    resumption = "resumption"


class ReportState(StrEnum):
    """`owed → drafting → frozen → sent → corrected`; a correction is a new frozen edition with its reason."""

    owed = "owed"
    drafting = "drafting"
    frozen = "frozen"
    sent = "sent"
    corrected = "corrected"


class ReportPeriod(StrEnum):
    """The stretch that a report covers; `holiday` is a festival's days off."""

    week = "week"
    month = "month"
    quarter = "quarter"
    half_year = "half_year"
    year = "year"
    holiday = "holiday"
    other = "other"
