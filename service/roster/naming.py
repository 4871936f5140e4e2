"""Rules as structured facts with an English sentence each, for the explanations."""

from datetime import date

from service.roster.facts import Leave, Pair, Person, Problem, Role
from service.roster.plan import Rule

Key = tuple[str, str, int, str]


def N_(msgid: str) -> str:
    """Marks a sentence that is said elsewhere in the reader's language."""
    return msgid


def need_rule(problem: Problem, role: Role, day: int, watch: str, need: int) -> Rule:
    """So many people are needed on a watch."""
    on = problem.days[day].on
    at = f", {watch}" if len(problem.watches) > 1 else ""
    facts = {"role": role.code, "date": on, "watch": watch, "need": need, "members": len(role.members)}
    return Rule("need", facts, f"{role.code} needs {need} of its {len(role.members)} members on {spoken(on)}{at}")


def leave_rule(member: str, leave: Leave) -> Rule:
    """A person is away."""
    days = spoken(leave.first) if leave.first == leave.last else f"{spoken(leave.first)} to {spoken(leave.last)}"
    return Rule("leave", {"person": member, "from": leave.first, "to": leave.last}, f"{member} is on leave {days}")


def availability_rule(person: Person) -> Rule:
    """A person serves on some weekdays, watches or dates only."""
    limits = []
    if person.weekdays is not None:
        limits.append(f"weekdays {', '.join(str(day) for day in sorted(person.weekdays)) or 'none'}")
    if person.watches is not None:
        limits.append(f"watches {', '.join(sorted(person.watches)) or 'none'}")
    if person.first:
        limits.append(f"from {spoken(person.first)}")
    if person.last:
        limits.append(f"until {spoken(person.last)}")
    return Rule("availability", {"person": person.code}, f"{person.code} serves only {', '.join(limits)}")


def rest_rule(role: Role) -> Rule:
    """The rest owed after a watch of a role."""
    owed = []
    if role.rest_days:
        owed.append(f"{role.rest_days} rest day{'s' if role.rest_days > 1 else ''}")
    if role.rest_minutes:
        owed.append(f"{role.rest_minutes / 60:g} hours of rest")
    facts = {"role": role.code, "rest_days": role.rest_days, "rest_hours": role.rest_minutes / 60}
    text = f"{' and '.join(owed)} after a watch as {role.code}" if owed else "one watch a day at most"
    return Rule("rest", facts, text)


def succession_rule(earlier: str, later: str) -> Rule:
    """A watch that may not follow another on the next day."""
    return Rule("succession", {"earlier": earlier, "later": later}, f"{later} may not follow {earlier} the next day")


def served_rule(problem: Problem, role: Role, member: str, on: date) -> Rule:
    """A watch served before the first day, from which a person still rests."""
    facts = {"person": member, "role": role.code, "date": on}
    return Rule("served", facts, f"{member} served as {role.code} on {spoken(on)} and still rests")


def fixed_rule(problem: Problem, key: Key) -> Rule:
    """A seat filled by hand."""
    member, role, day, watch = key
    on = problem.days[day].on
    facts = {"person": member, "role": role, "date": on, "watch": watch}
    at = f", {watch}" if len(problem.watches) > 1 else ""
    return Rule("fixed", facts, f"{member} is fixed as {role} on {spoken(on)}{at}")


def limit_rule(member: str, window: int, most: int) -> Rule:
    """The most watches in any so many days."""
    facts = {"person": member, "days": window, "most": most}
    return Rule("max_in", facts, f"{member} serves {most} times at most in any {window} days")


def pair_rule(pair: Pair) -> Rule:
    """People who never share a watch, or one who serves only beside others."""
    others = " or ".join(pair.others)
    text = f"{pair.who} never serves with {others}" if pair.kind == "apart" else f"{pair.who} serves only with {others}"
    return Rule(pair.kind, {"who": pair.who, "others": pair.others}, text)


def block_rule(problem: Problem, role: Role, run: tuple[int, ...]) -> Rule:
    """Days that the same people serve as one."""
    first, last = problem.days[run[0]].on, problem.days[run[-1]].on
    facts = {"role": role.code, "from": first, "to": last}
    return Rule("block", facts, f"the same {role.code} serves {spoken(first)} to {spoken(last)}")


def spoken(on: date) -> str:
    """A date as 2 Oct 2023."""
    return f"{on.day} {on:%b} {on.year}"
