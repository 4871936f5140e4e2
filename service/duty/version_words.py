"""A version said in the reader's language: what was proven, what it breaks, what there is to say of its seats."""

from collections.abc import Iterable, Mapping

from sqlmodel import Session

from service.duty.breaches import names_in, people_in
from service.duty.whole import VersionWhole
from service.duty.wording import broken_words, contradiction_words, kept_broken_words, people_of, seat_words
from service.roster.plan import Breach


def said(session: Session, found: VersionWhole, locale: str) -> VersionWhole:
    """A version with what was proven and what it breaks in the reader's language, people by their names."""
    return worded(found, locale, names_in(session, people_meant(found)))


def said_broken(session: Session, breaches: Iterable[Breach], locale: str) -> list[str]:
    """Each broken rule in the reader's language, people by their names."""
    known = list(breaches)
    return broken_words(known, locale, names_in(session, people_in(known)))


def people_meant(found: VersionWhole) -> list[str]:
    """Everybody whom its broken rules and contradictions are about."""
    kept = [*(found.proof["violations"] or ()), *(found.proof["contradictions"] or ())]
    weighed = people_in(found.weighed.broken) if found.weighed else []
    return [*weighed, *(code for one in kept for code in people_of(one))]


def worded(found: VersionWhole, locale: str, names: Mapping[str, str]) -> VersionWhole:
    """The same where the names are known already."""
    proof = found.proof | {
        "violations": [kept_broken_words(one, locale, names) for one in found.proof["violations"] or ()],
        "contradictions": [contradiction_words(one, locale, names) for one in found.proof["contradictions"] or ()],
    }
    weighed = found.weighed and found.weighed._replace(broken=broken_words(found.weighed.broken, locale, names))
    seats = [one | {"reason": seat_words(one["reason"], locale)} for one in found.seats]
    return found._replace(proof=proof, weighed=weighed, seats=seats)
