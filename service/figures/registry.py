"""All figures by their keys, in the order people read them; and which counted figures others are made of."""

from collections.abc import Iterable

from service.errors import NotFound
from service.figures import duty, enforcement, following, gatherings, hazards, incidents, tasks
from service.figures.base import Defined, Figure, Less, Rate

FIGURES: dict[str, Defined] = {
    one.key: one
    for noun in (hazards, tasks, gatherings, enforcement, following, duty, incidents)
    for one in noun.FIGURES
}


def figure(key: str) -> Defined:
    """One definition; NotFound for a key that is none."""
    if key not in FIGURES:
        raise NotFound("There is no figure {key}", key=key)
    return FIGURES[key]


def terms(one: Defined) -> tuple[str, ...]:
    """The two figures a computed one is made of; none for one that is counted."""
    if isinstance(one, Less):
        return one.of, one.without
    return (one.part, one.whole) if isinstance(one, Rate) else ()


def counted(key: str) -> Iterable[Figure]:
    """The counted figures that a figure rests on in the end."""
    one = figure(key)
    if isinstance(one, Figure):
        yield one
    for term in terms(one):
        yield from counted(term)
