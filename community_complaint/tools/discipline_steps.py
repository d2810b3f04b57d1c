"""The states of a measure against, or a commendation for, a member of staff.

Its steps are the life of ``complaint.discipline``.

>>> set(WAITING_STATES) < set(OPEN_STATES) < {code for code, _name in STATES}
True
"""

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
