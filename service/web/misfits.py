"""What pydantic finds wrong with a body or a query, as faults with our own words."""

import re
from collections.abc import Iterable
from typing import Any

from service.errors import Fault
from service.web.marks import N_

A_DATE = N_("must be a date like 2023-04-01")
AN_INSTANT = N_("must be an instant with its offset, like 2023-04-01T08:00:00+08:00")
A_NUMBER = N_("must be a number")
A_WHOLE_NUMBER = N_("must be a whole number")
NOT_VALID = N_("is not valid")
YES_OR_NO = N_("must be true or false")
CHOICES = re.compile("'([^']*)'")

# pydantic's kind of error → msgid; the facts are pydantic's own `ctx`
REASONS: dict[str, str] = {
    "missing": N_("is missing"),
    "extra_forbidden": N_("there is no such field"),
    "json_invalid": N_("is not JSON: {error}"),
    "string_type": N_("must be text"),
    "string_too_long": N_("is longer than {max_length} characters"),
    "string_too_short": N_("is shorter than {min_length} characters"),
    "string_unicode": N_("must be text"),
    "int_type": A_WHOLE_NUMBER,
    "int_parsing": A_WHOLE_NUMBER,
    "int_parsing_size": A_WHOLE_NUMBER,
    "int_from_float": A_WHOLE_NUMBER,
    "float_type": A_NUMBER,
    "float_parsing": A_NUMBER,
    "finite_number": A_NUMBER,
    "bool_type": YES_OR_NO,
    "bool_parsing": YES_OR_NO,
    "date_type": A_DATE,
    "date_parsing": A_DATE,
    "date_from_datetime_parsing": A_DATE,
    "date_from_datetime_inexact": A_DATE,
    "datetime_type": AN_INSTANT,
    "datetime_parsing": AN_INSTANT,
    "datetime_from_date_parsing": AN_INSTANT,
    "datetime_object_invalid": AN_INSTANT,
    "timezone_aware": AN_INSTANT,
    "enum": N_("must be one of {expected}"),
    "literal_error": N_("must be one of {expected}"),
    "greater_than_equal": N_("must be {ge} or more"),
    "less_than_equal": N_("must be {le} or less"),
    "list_type": N_("must be a list"),
    "dict_type": N_("must be an object"),
    "model_type": N_("must be an object"),
    "model_attributes_type": N_("must be an object"),
    "too_long": N_("holds more than {max_length} entries"),
    "too_short": N_("holds fewer than {min_length} entries"),
}


def fault_of(wrong: dict[str, Any]) -> Fault:
    """One of pydantic's errors: where (without the `body` or `query` in front) and why."""
    place = wrong.get("loc", ())
    field = ".".join(str(part) for part in place[1:] if part != "[key]") or str(place[0] if place else "")
    reason = REASONS.get(wrong["type"], NOT_VALID)
    facts = dict(wrong.get("ctx") or {})
    if "expected" in facts:  # 'low', 'high' or 'none': the words alone, in no language
        facts["expected"] = ", ".join(CHOICES.findall(str(facts["expected"]))) or facts["expected"]
    return Fault(field, reason, facts or None)


def faults_of(errors: Iterable[Any]) -> list[Fault]:
    """What is wrong, one fault for each place: of what may be whole or broken, each kind has its own error."""
    places: dict[tuple[Any, ...], Fault] = {}
    for one in errors:
        place = one["loc"][:-1] if one["loc"][-1:] in (("int",), ("float",)) else one["loc"]
        places[place] = fault_of({**one, "loc": place})
    return list(places.values())
