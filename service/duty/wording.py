"""What the engine found, said in the reader's language: rules broken, rules that contradict each other, vacant seats.

The engine's own sentence is English. What is kept with a version has the facts beside it, so that it is said where it
is read; a version of before has its sentence alone.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from service.duty.breaches import N_, NOBODY, fault_of
from service.duty.table_words import role_name
from service.roster.plan import Breach, Contradiction, Lack
from service.words import say

TOO_FEW = N_("{date}: {role} needs {need} and has {members} members.")
ALL_AWAY = N_("{date}: {n} of the {members} members of {role} are on leave ({who}); it needs {need}.")
TOGETHER = N_("These rules can't hold together: {rules}.")
BETWEEN, AND = N_("; "), N_(", ")
# kind of rule → what it says; a need names all its days at once
RULES: dict[str, str] = {
    "need": N_("{role} needs {need} of its {members} members on {date}"),
    "leave": N_("{person} is on leave from {from} to {to}"),
    "availability": N_("{person} serves only at certain times"),
    "rest": N_("{rest_days} rest days and {rest_hours} hours of rest after a watch as {role}"),
    "succession": N_("{later} may not follow {earlier} the next day"),
    "served": N_("{person} served as {role} on {date} and still rests"),
    "fixed": N_("{person} is fixed as {role} on {date}"),
    "max_in": N_("{person} serves {most} times at most in any {days} days"),
    "apart": N_("{who} never serves with {others}"),
    "with": N_("{who} serves only with {others}"),
    "block": N_("the same {role} serves from {from} to {to}"),
}
REST_DAYS = N_("{rest_days} rest days after a watch as {role}")
REST_HOURS = N_("{rest_hours} hours of rest after a watch as {role}")
ONE_A_DAY = N_("one watch a day at most")
AWAY_A_DAY = N_("{person} is on leave on {from}")
LACKS = (N_("{n} on leave"), N_("{n} not available"), N_("{n} serving or resting"), N_("{n} held by another rule"))
PEOPLE = ("person", "who", "others")  # facts of a rule that are people
OF_MEMBERS, ONLY = N_("of {members} members {told}"), N_("only {members} members")


def kept(contradiction: Contradiction) -> dict[str, Any]:
    """A contradiction as it is kept with a version: the engine's sentence, and each rule with its facts."""
    rules = [{"rule": rule.kind, **{name: plain(fact) for name, fact in rule.facts.items()}} for rule in
             contradiction.rules]  # fmt: skip
    return {"text": contradiction.text, "rules": rules}


def plain(fact: Any) -> Any:
    return (
        list(fact)
        if isinstance(fact, tuple | list | frozenset)
        else fact
        if isinstance(fact, int | float)
        else str(fact)
    )


def kept_breach(breach: Breach) -> dict[str, Any]:
    """A broken rule as it is kept with a version."""
    on = None if breach.date is None else breach.date.isoformat()
    return {"text": breach.text, "rule": breach.rule, "role": breach.role, "people": list(breach.people), "on": on}


def broken_words(breaches: Iterable[Breach], locale: str, names: Mapping[str, str] = NOBODY) -> list[str]:
    """Each broken rule in the reader's language; `names` are those of the people, where they are known by name."""
    as_it_is = locale == "en" and not names
    return [breach.text if as_it_is else one_broken(breach, locale, names) for breach in breaches]


def one_broken(breach: Breach, locale: str, names: Mapping[str, str]) -> str:
    fault = fault_of(breach, names)
    facts = dict(fault.facts or {})
    return say(fault.reason, locale, **facts | {"role": role_name(str(breach.role or "-"), locale)})


def kept_broken_words(known: Any, locale: str, names: Mapping[str, str] = NOBODY) -> str:
    """A broken rule that was kept with a version, in the reader's language."""
    if isinstance(known, str):
        return known
    breach = Breach(known["rule"], known["on"], known["role"], tuple(known["people"]), known["text"])
    return broken_words([breach], locale, names)[0]


def contradiction_words(known: Any, locale: str, names: Mapping[str, str] = NOBODY) -> str:
    """Why no plan could be, in the reader's language."""
    if isinstance(known, str) or locale == "en":
        return called(known if isinstance(known, str) else known["text"], names)
    plain_case = plain_words(known["rules"], locale, names)
    if plain_case:
        return plain_case
    told = dict.fromkeys(rule_words(rule, locale, names) for rule in with_needs_together(known["rules"]))
    return say(TOGETHER, locale, rules=say(BETWEEN, locale).join(told))


def plain_words(rules: Sequence[dict[str, Any]], locale: str, names: Mapping[str, str]) -> str:
    """The two plain cases in one plain sentence: a need beyond the members, and members who are on leave."""
    needs = [rule for rule in rules if rule["rule"] == "need"]
    away = list(dict.fromkeys(rule["person"] for rule in rules if rule["rule"] == "leave"))
    if len(needs) != 1 or any(rule["rule"] not in ("need", "leave") for rule in rules):
        return ""
    facts = {name: needs[0][name] for name in ("date", "need", "members")}
    facts["role"] = role_name(str(needs[0]["role"]), locale)
    who = say(AND, locale).join(names.get(code, code) for code in away)
    return say(ALL_AWAY, locale, n=len(away), who=who, **facts) if away else say(TOO_FEW, locale, **facts)


def called(text: str, names: Mapping[str, str]) -> str:
    """The engine's own sentence with people's names where it has their codes."""
    if not names:
        return text
    codes = "|".join(re.escape(code) for code in sorted(names, key=len, reverse=True))
    return re.sub(rf"(?<![\w-])({codes})(?![\w-])", lambda found: names[found[1]], text)


def with_needs_together(rules: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rules, the same need of several days told once."""
    told: dict[Any, dict[str, Any]] = {}
    for number, rule in enumerate(rules):
        same = (rule["role"], rule["watch"], rule["need"]) if rule["rule"] == "need" else number
        told[same] = rule | {"dates": [*told.get(same, {}).get("dates", ()), rule.get("date")]}
    return list(told.values())


def people_of(known: Any) -> list[str]:
    """Everybody whom a kept rule or contradiction is about."""
    if isinstance(known, str):
        return []
    rules = known.get("rules", ())
    return [*known.get("people", ()), *(code for rule in rules for name in PEOPLE for code in listed(rule.get(name)))]


def listed(fact: Any) -> list[str]:
    return fact if isinstance(fact, list) else [fact] if fact else []


def rule_words(rule: dict[str, Any], locale: str, names: Mapping[str, str] = NOBODY) -> str:
    """One rule of a contradiction in the reader's language."""
    msgid = RULES[rule["rule"]]
    if rule["rule"] == "rest":
        owed = (bool(rule["rest_days"]), bool(rule["rest_hours"]))
        msgid = {(True, True): msgid, (True, False): REST_DAYS, (False, True): REST_HOURS}.get(owed, ONE_A_DAY)
    if rule["rule"] == "leave" and rule["from"] == rule["to"]:
        msgid = AWAY_A_DAY
    facts = {name: fact for name, fact in rule.items() if name != "rule"}
    if rule.get("date"):
        facts["date"] = say(AND, locale).join(str(on) for on in rule["dates"])
    if "role" in facts:
        facts["role"] = role_name(str(facts["role"]), locale)
    for name in PEOPLE:
        if name in facts:
            facts[name] = say(AND, locale).join(names.get(code, code) for code in listed(facts[name]))
    return say(msgid, locale, **facts)


def kept_lack(lack: Lack) -> str:
    """Why a seat is vacant, as it is kept with the seat."""
    return json.dumps(lack._asdict())


def seat_words(reason: str, locale: str) -> str:
    """What there is to say of a seat in the reader's language: why it is vacant, or what a person wrote."""
    if not reason.startswith("{"):
        return reason
    try:
        known = json.loads(reason)
        return lack_words(Lack(**known), locale)
    except (ValueError, TypeError):  # a person's words may begin with a brace too
        return reason


def lack_words(lack: Lack, locale: str) -> str:
    """Why a seat is vacant, in the reader's language."""
    told = [say(msgid, locale, n=count) for msgid, count in zip(LACKS, lack[1:], strict=True) if count]
    if not told:
        return say(ONLY, locale, members=lack.members)
    return say(OF_MEMBERS, locale, members=lack.members, told=say(AND, locale).join(told))
