"""A broken rule said to a coordinator: by its kind, in her language."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from sqlmodel import Session

from service.duty.people import cards_of
from service.errors import Fault
from service.roster.plan import Breach

NOBODY: Mapping[str, str] = MappingProxyType({})


def N_(msgid: str) -> str:
    """Marks a msgid that stands in a table, so that Babel finds it; it is said where the table is read."""
    return msgid


# rule → what breaking it means; `who` are the people, `on` the day it shows
RULES: dict[str, str] = {
    "need": N_("{role} on {on}: more people than are needed"),
    "place": N_("{role} on {on}: a person or a place occurs twice"),
    "member": N_("{who} is not a member of {role}"),
    "leave": N_("{who} is on leave on {on}"),
    "availability": N_("{who} is not available on {on}"),
    "rest": N_("{who} serves again on {on} without the rest owed"),
    "succession": N_("{who} may not serve this watch on {on} after the one before it"),
    "max_in": N_("{who} serves too often in the days from {on}"),
    "apart": N_("{who} must not serve together on {on}"),
    "with": N_("{who} must not serve on {on} without a companion"),
    "block": N_("{role}: the block that ends on {on} changes hands"),
    "fixed": N_("{who} stands fixed as {role} on {on} and was moved"),
}


def fault_of(breach: Breach, names: Mapping[str, str] = NOBODY) -> Fault:
    """The fault that a broken rule is; its people by their names where those are known."""
    who = ", ".join(names.get(code, code) for code in breach.people)
    facts = {"who": who, "role": breach.role or "-", "on": breach.date or "-"}
    known = RULES.get(breach.rule)
    return Fault("person", "{why}", {"why": breach.text}) if known is None else Fault("person", known, facts)


def faults_of(session: Session, breaches: Sequence[Breach]) -> list[Fault]:
    """The faults that broken rules are, as a person reads them."""
    names = names_in(session, people_in(breaches))
    return [fault_of(breach, names) for breach in breaches]


def people_in(breaches: Iterable[Breach]) -> list[str]:
    """Everybody whom broken rules are about."""
    return [person for breach in breaches for person in breach.people]


def names_in(session: Session, codes: Iterable[str | None]) -> dict[str, str]:
    """Code → name."""
    return {code: card.name for code, card in cards_of(session, codes).items()}
