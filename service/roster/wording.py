"""One English sentence for a contradiction: the plain case said plainly, any other as the list of its rules.

And one for a vacant seat. Those who speak other languages say it from the facts.
"""

from collections.abc import Sequence
from datetime import timedelta

from service.roster.naming import spoken
from service.roster.plan import Lack, Rule

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def sentence(rules: Sequence[Rule]) -> str:
    """Says why the rules contradict each other."""
    needs = [rule for rule in rules if rule.kind == "need"]
    others = [rule for rule in rules if rule.kind != "need"]
    if len(needs) == 1 and not others:
        return _too_few(needs[0])
    if len(needs) == 1 and all(rule.kind == "leave" for rule in others):
        return _all_away(needs[0], others)
    told = [rule.text for rule in others] + _runs(needs)
    return f"These rules can't hold together: {'; '.join(told)}."


def lacking(lack: Lack) -> str:
    """Says why a seat is vacant."""
    told = [
        f"{count} {why}"
        for count, why in (
            (lack.on_leave, "on leave"),
            (lack.not_available, "not available"),
            (lack.serving, "serving or resting"),
            (lack.held, "held by another rule"),
        )
        if count
    ]
    return f"of {lack.members} members {', '.join(told)}" if told else f"only {lack.members} members"


def _runs(needs: Sequence[Rule]) -> list[str]:
    """Needs of the same size on days that follow each other, told as one."""
    runs: list[list[Rule]] = []
    for need in sorted(needs, key=lambda need: (need.facts["role"], need.facts["watch"], need.facts["date"])):
        last = runs[-1][-1].facts if runs else {}
        same = all(last.get(name) == need.facts[name] for name in ("role", "watch", "need"))
        if same and last["date"] + timedelta(days=1) == need.facts["date"]:
            runs[-1].append(need)
        else:
            runs.append([need])
    return [
        run[0].text if len(run) == 1 else f"{run[0].text}, and so each day to {spoken(run[-1].facts['date'])}"
        for run in runs
    ]


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
