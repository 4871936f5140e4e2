"""What a duty table and a calendar say: roles, days of the week, festivals, headings, remarks, as msgids."""

from models.kinds import DayClass, Festival
from service.words import say


def N_(msgid: str) -> str:
    """Marks a msgid that stands in a table, so that Babel finds it; it is said where the table is read."""
    return msgid


# a role that is not here is called by its code, which a place may write in its own language
ROLES: dict[str, str] = {
    "leader": N_("Leader on duty"),
    "officer": N_("Duty officer"),
    "standby": N_("Standby"),
    "driver": N_("Driver"),
    "volunteer": N_("Volunteer"),
}
WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
FESTIVALS: dict[str, str] = {
    Festival.new_year: N_("New Year"),
    Festival.spring_festival: N_("Spring Festival"),
    Festival.qingming: N_("Qingming"),
    Festival.labour_day: N_("Labour Day"),
    Festival.dragon_boat: N_("Dragon Boat"),
    Festival.mid_autumn: N_("Mid-Autumn"),
    Festival.national_day: N_("National Day"),
}
DAY_MARKS: dict[str, str] = {
    DayClass.makeup_workday: N_("Make-up workday"),
    DayClass.adjusted_rest_day: N_("Adjusted rest day"),
}
DATE, WEEKDAY, PHONE, MOBILE, REMARKS = N_("Date"), N_("Day of the week"), N_("Duty phone"), N_("Mobile"), N_("Remarks")
WITH_POST = N_("{role} (post)")
TITLE = N_("{name}: duty table of {month}")
MONTH = N_("month {month} of {year}")
UNIT_LINE = N_("Unit: {unit}")
PHONE_LINE = N_("Duty room: {phone}")
HOURS = N_("Watch hours")
NOTE_LINE = N_("Note: {note}")
VACANT = N_("vacant")
FOR_ANOTHER = N_("{role} in place of {person}")
LIST_SHEET, GRID_SHEET = N_("List"), N_("Month grid")
PAGE_OF = N_("Page {page} of {pages}")


def title_of(name: str, month: str, locale: str) -> str:
    """What a table is headed; a roster whose name ends in 值班 is not called so twice."""
    return say(TITLE, locale, name=name, month=month_name(month, locale)).replace("值班值班表", "值班表")


def month_name(month: str, locale: str) -> str:
    """A month written `2026-10` as an office writes it; any other stretch as it stands."""
    year, _, number = month.partition("-")
    if locale == "en" or not number.isdecimal():
        return month
    return say(MONTH, locale, year=year, month=int(number))


def role_name(code: str, locale: str) -> str:
    """What a role is called."""
    return say(ROLES[code], locale) if code in ROLES else code


def mark_text(mark: str, locale: str) -> str:
    """A remark of a day: its class, or who serves in another's place."""
    if mark in DAY_MARKS:
        return say(DAY_MARKS[mark], locale)
    role, _, person = mark.partition(":")
    return say(FOR_ANOTHER, locale, role=role_name(role, locale), person=person)
