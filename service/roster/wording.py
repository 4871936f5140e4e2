"""One English sentence for a contradiction: the plain case said plainly, any other as the list of its rules."""

from collections.abc import Sequence

from service.roster.naming import spoken
from service.roster.plan import Rule

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def sentence(rules: Sequence[Rule]) -> str:
    """Says why the rules contradict each other."""
    needs = [rule for rule in rules if rule.kind == "need"]
    others = [rule for rule in rules if rule.kind != "need"]
    if len(needs) == 1 and not others:
        return _too_few(needs[0])
    if len(needs) == 1 and all(rule.kind == "leave" for rule in others):
        return _all_away(needs[0], others)
    return f"These rules can't hold together: {'; '.join(rule.text for rule in rules)}."


def _too_few(need: Rule) -> str:
    facts = need.facts
    members = facts["members"]
    return (
        f"On {spoken(facts['date'])} {_counted(facts['need'])} {facts['role']} {_verb(facts['need'])} needed "
        f"and the role has {_counted(members)} member{'' if members == 1 else 's'}."
    )


def _all_away(need: Rule, leave: Sequence[Rule]) -> str:
    facts = need.facts
    members, away = facts["members"], len({rule.facts["person"] for rule in leave})
    who = f"all {_counted(members)}" if away == members and members > 1 else f"{_counted(away)} of {_counted(members)}"
    names = ", ".join(dict.fromkeys(rule.facts["person"] for rule in leave))
    return (
        f"On {spoken(facts['date'])} {who} members of {facts['role']} {_verb(away if away > 1 else 1)} on leave "
        f"({names}), and {_counted(facts['need'])} {_verb(facts['need'])} needed."
    )


def _counted(number: int) -> str:
    return NUMBERS[number] if 0 <= number < len(NUMBERS) else str(number)


def _verb(number: int) -> str:
    return "is" if number == 1 else "are"
