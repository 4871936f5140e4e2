"""What an event says, in the reader's language."""

from typing import Any

from service.duty.table_words import role_name
from service.words import say


def N_(msgid: str) -> str:
    """Marks a msgid that stands in a table, so that Babel finds it; it is said where the table is read."""
    return msgid


PERSON_CALENDAR = N_("{name}: duty")
MINE = N_("{role}, {roster}")
THEIRS = N_("{role} {person}")
NOBODY = N_("{role}: vacant")
OF_ROSTER = N_("{roster}: {line}")
INSTEAD_OF = N_("In place of {person}")
GIVEN_AWAY = N_("Served by {person}")
DUTY_ROOM = N_("Duty room: {phone}")
WINDOW = N_("From {back} days back to {ahead} days ahead; nothing within is left out")
TASK = N_("Due: {name}")
RECHECK = N_("Look back: {name}")


def own_summary(row: Any, locale: str) -> str:
    """A watch in the calendar of whoever serves it."""
    return say(MINE, locale, role=role_name(row.role, locale), roster=row.name)


def roster_summary(row: Any, locale: str, *, named: bool) -> str:
    """A watch in the calendar of a roster, or (`named`) of a unit that keeps several."""
    role = role_name(row.role, locale)
    line = say(THEIRS, locale, role=role, person=row.person_name) if row.served_by else say(NOBODY, locale, role=role)
    return say(OF_ROSTER, locale, roster=row.name, line=line) if named else line


def description(row: Any, locale: str, mine: str | None) -> str:
    """Whose turn it was, the duty room's phone, the roster's note."""
    lines = []
    if mine is not None and row.served_by != mine:
        lines.append(say(GIVEN_AWAY, locale, person=row.person_name or "-"))
    elif row.turn_of and row.served_by and row.turn_of != row.served_by:
        lines.append(say(INSTEAD_OF, locale, person=row.turn_name or "-"))
    if row.phone:
        lines.append(say(DUTY_ROOM, locale, phone=row.phone))
    if row.note:
        lines.append(row.note)
    return "\n".join(lines)
