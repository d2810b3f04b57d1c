"""The life of a measure against, or a commendation for, a member of staff.

>>> STEPS["approve"].target
'approved'
>>> [name for name, step in STEPS.items() if "suspended" in step.sources]
['resume', 'revoke']
"""

from typing import NamedTuple

from .roles import AUDITOR, DISCIPLINE
from .steps import HANDLER, LEADER

STATES = [
    ("proposed", "Proposed"),
    ("heard", "Heard"),
    ("approved", "Approved"),
    ("in_force", "In force"),
    ("suspended", "Suspended"),
    ("revoked", "Revoked"),
    ("expired", "Expired"),
]
#: Something may still come of it.
OPEN_STATES = ("proposed", "heard", "approved", "in_force", "suspended")
#: Nobody but the two of them decides on it: what waits for approval.
WAITING_STATES = ("proposed", "heard")

#: Who reads measures with their case; ``groups`` of fields that lead to them.
DISCIPLINE_GROUPS = ",".join((LEADER, DISCIPLINE, AUDITOR))
SELF_REVIEW_GROUPS = ",".join((HANDLER, DISCIPLINE, AUDITOR))


class DisciplineStep(NamedTuple):
    """One step.

    ``groups``: any of them may do it, nobody by hand if empty; ``target`` is ``None`` when
    it leads back to where it was suspended; ``asks``: it needs somebody's words.
    """

    sources: tuple
    target: str | None
    groups: tuple
    asks: bool = False


STEPS = {
    "hear": DisciplineStep(("proposed",), "heard", (DISCIPLINE, LEADER)),
    "approve": DisciplineStep(WAITING_STATES, "approved", (DISCIPLINE, LEADER)),
    "enforce": DisciplineStep(("approved",), "in_force", (DISCIPLINE,)),
    "suspend": DisciplineStep(
        ("approved", "in_force"), "suspended", (DISCIPLINE, LEADER), True
    ),
    "resume": DisciplineStep(("suspended",), None, (DISCIPLINE, LEADER)),
    "revoke": DisciplineStep(OPEN_STATES, "revoked", (DISCIPLINE, LEADER), True),
    "expire": DisciplineStep(("in_force",), "expired", (DISCIPLINE,)),
}
