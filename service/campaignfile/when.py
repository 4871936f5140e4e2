"""When an activity comes round: exactly one of six forms, each with what belongs to it."""

from models.kinds import Festival, RestDayRule, SeasonKind
from service.campaignfile import amounts, recurrence, values
from service.campaignfile.faults import Faults
from service.campaignfile.nodes import Mapping, Node, Scalar
from service.campaignfile.parts import Period
from service.rules.plan import OnDate, OnEvent, OnHoliday, OnRule, OnSeason, When

FORMS: dict[str, tuple[str, ...]] = {
    "holiday": ("opens_days_before", "due_days_before"),
    "rrule": ("on_rest_day",),
    "season": ("every_days",),
    "date": (),
    "on_approval": (),
    "event": (),
}
_KNOWN = (*FORMS, *(extra for extras in FORMS.values() for extra in extras))
MOST_DAYS_BEFORE = 60


def when(faults: Faults, node: Node | None, period: Period, campaign: str) -> When | None:
    """The trigger, or None once blamed. `on_approval` becomes the event `approved:<campaign>:<activity>`."""
    got = values.mapping(faults, node, _KNOWN)
    forms = [form for form in FORMS if form in got]
    if len(forms) > 1:
        first, second = forms[:2]
        faults.blame(got[second], "{second} and {first} exclude each other: name one", first=first, second=second)
        return None
    if not forms:
        if isinstance(node, Mapping) and not set(node.entries) - set(_KNOWN):
            faults.blame(node, "Exactly one of {forms} is needed", forms=", ".join(FORMS))
        return None
    form = forms[0]
    for word, entry in got.items():
        if word != form and word not in FORMS[form]:
            faults.blame(entry, "{key} has no meaning beside {form}", key=word, form=form)
    return _read(faults, form, got, period, campaign)


def _read(faults: Faults, form: str, got: dict[str, Node], period: Period, campaign: str) -> When | None:
    node = got[form]
    if form == "holiday":
        return _on_holiday(faults, got)
    if form == "rrule":
        return _on_rule(faults, got, period)
    if form == "season":
        season = values.word(faults, node, SeasonKind)
        every = amounts.whole(faults, got.get("every_days"), 1, 366)
        return OnSeason(season, every or OnSeason(season).every_days) if season else None
    if form == "date":
        on = amounts.day(faults, node)
        if on and not period.holds(on):
            faults.blame(node, "{day} is outside the campaign's period", day=str(on))
        return OnDate(on) if on else None
    name = values.key(faults, node)
    return OnEvent(f"approved:{campaign}:{name}" if form == "on_approval" else name)


def _on_holiday(faults: Faults, got: dict[str, Node]) -> OnHoliday:
    usual = OnHoliday(())
    festivals = values.words(faults, got["holiday"], Festival)
    if not getattr(got["holiday"], "items", True):
        faults.blame(got["holiday"], "The list is empty: name at least one holiday")
    opens = amounts.whole(faults, got.get("opens_days_before"), 0, MOST_DAYS_BEFORE)
    due = amounts.whole(faults, got.get("due_days_before"), 0, MOST_DAYS_BEFORE)
    # One that is named alone may lie beyond the usual value of the other, which then follows it.
    opens = max(usual.opens_days_before, due or 0) if opens is None else opens
    due = min(usual.due_days_before, opens) if due is None else due
    if due > opens:
        faults.blame(
            got["due_days_before"],
            "Due {due} days before the holiday, yet it opens only {opens} before",
            due=due,
            opens=opens,
        )
    return OnHoliday(festivals, opens, due)


def _on_rule(faults: Faults, got: dict[str, Node], period: Period) -> OnRule | None:
    node = got["rrule"]
    rest_day = values.word(faults, got.get("on_rest_day"), RestDayRule) or RestDayRule.keep
    text = values.text(faults, node)
    if not text or not isinstance(node, Scalar):
        return None
    try:
        rule = recurrence.parse(text)
    except recurrence.BadRule as bad:
        faults.blame(node, bad.reason, **bad.facts)
        return None
    if period.from_on and period.to_on and next(recurrence.dates(rule, period.from_on, period.to_on), None) is None:
        first, last = str(period.from_on), str(period.to_on)
        faults.blame(node, "The rule gives no day between {first} and {last}", first=first, last=last)
    return OnRule(";".join(part.strip() for part in text.upper().removeprefix("RRULE:").split(";")), rest_day)
