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
    it leads back to where it was suspended; ``needs``: what it is given, see
    ``complaint.step.mixin``.
    """

    sources: tuple
    target: str | None
    groups: tuple
    needs: str | None = None


STEPS = {
    "hear": DisciplineStep(("proposed",), "heard", (DISCIPLINE, LEADER), "statement"),
    "approve": DisciplineStep(WAITING_STATES, "approved", (DISCIPLINE, LEADER)),
    "enforce": DisciplineStep(("approved",), "in_force", (DISCIPLINE,), "start_date"),
    "suspend": DisciplineStep(
        ("approved", "in_force"), "suspended", (DISCIPLINE, LEADER), "note"
    ),
    "resume": DisciplineStep(("suspended",), None, (DISCIPLINE, LEADER)),
    "revoke": DisciplineStep(OPEN_STATES, "revoked", (DISCIPLINE, LEADER), "note"),
    "expire": DisciplineStep(("in_force",), "expired", (DISCIPLINE,)),
}
