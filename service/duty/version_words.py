"""A version said in the reader's language: what was proven, what it breaks, what there is to say of its seats."""

from service.duty.whole import VersionWhole
from service.duty.wording import broken_words, contradiction_words, kept_broken_words, seat_words


def worded(found: VersionWhole, locale: str) -> VersionWhole:
    """A version with what was proven and what it breaks in the reader's language."""
    proof = found.proof | {
        "violations": [kept_broken_words(one, locale) for one in found.proof["violations"] or ()],
        "contradictions": [contradiction_words(one, locale) for one in found.proof["contradictions"] or ()],
    }
    weighed = found.weighed and found.weighed._replace(broken=broken_words(found.weighed.broken, locale))
    seats = [one | {"reason": seat_words(one["reason"], locale)} for one in found.seats]
    return found._replace(proof=proof, weighed=weighed, seats=seats)
