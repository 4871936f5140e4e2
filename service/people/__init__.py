"""Units, people, the chain of responsibility and roles: everything that can be read of them and done to them.

The acts stand in the files beside this one (`people.unit_acts`, `people.person_acts`, `people.chain`, `people.roles`),
the lists in `people.reading`; this is the door.
"""

from service.people.chain import Holder, LevelRecord, LinkRecord, chain_of, links_of, set_level
from service.people.fields import fit_tags
from service.people.person_acts import add_person, change_person
from service.people.reading import PAGE_AT_MOST, Page, PersonRecord, UnitRecord, names, people, person, unit, units
from service.people.roles import GrantRecord, grant, grants, revoke
from service.people.unit_acts import add_unit, change_unit, tag_unit, untag_unit
from service.units import path_of

__all__ = [
    "PAGE_AT_MOST",
    "GrantRecord",
    "Holder",
    "LevelRecord",
    "LinkRecord",
    "Page",
    "PersonRecord",
    "UnitRecord",
    "add_person",
    "add_unit",
    "chain_of",
    "change_person",
    "change_unit",
    "fit_tags",
    "grant",
    "grants",
    "links_of",
    "names",
    "path_of",
    "people",
    "person",
    "revoke",
    "set_level",
    "tag_unit",
    "unit",
    "units",
    "untag_unit",
]
