"""The sample town: a place made of the facts of real work summaries, whose year 2023 is lived through the real acts.

The drive with its phases, the inspections before three major holidays, the two market days with 5,000 copies and the
traffic persuaders come from one town's summary of 2023; the villages, firms, hazard points, letters of responsibility,
meetings and visits of January to July from another's. People, villages and firms that no summary names are invented.
"""

from service.demo.living import Account, Report, stands, town

__all__ = ["Account", "Report", "stands", "town"]
