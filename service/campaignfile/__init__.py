"""Reading campaign files: YAML or JSON in, a `Plan` or every fault with its line out; and the files to begin with.

What holds where a file is silent:

- `targets`: every unit of the owner's subtree; an activity without `targets` has the campaign's, and one with its own
  `targets` takes only `within` from the campaign.
- an activity's `name`: its key. `assignee`: level 1 of the unit's chain.
- `due`, counted from the day the task opens and ending with that day when it is 0 days:
  a holiday's is its `due_days_before` (and `due` beside it is refused), a season's is the day before the next round
  (at most 30 days), a date's is the day itself, a rule's or an event's is 5 working days.
- `window`, how long after due a late task is still taken: 5 working days.
- `when.holiday`: opens 7 days before, due 1 day before. `when.season`: every 7 days. `when.rrule`: days off are kept.
- `lookback`, `deadlines`, `escalation`: None, the parent campaign's hold.

Every `key: null` is the same as no `key`.
"""

from service.campaignfile.reading import fault, read
from service.campaignfile.templates import Template, from_template, templates

__all__ = ["Template", "fault", "from_template", "read", "templates"]
