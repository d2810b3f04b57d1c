"""The steps of an appeal, in the form of the core's steps of a case.

>>> APPEAL_STEPS["decide"].target
'decided'
>>> all(step.target in APPEAL_STATES for step in APPEAL_STEPS.values())
True
"""

from typing import NamedTuple

from odoo.addons.community_complaint.tools.steps import CLERK, HANDLER, LEADER


class Step(NamedTuple):
    """One step."""

    sources: tuple
    target: str | None
    groups: tuple
    event: str | None = None
    needs: str | None = None


APPEAL_STATES = (
    "draft",
    "filed",
    "under_review",
    "decided",
    "dismissed",
    "withdrawn",
)
#: The office still owes an answer.
OPEN_STATES = ("filed", "under_review")
#: Phases of a case whose result can be appealed: the result is out, and nobody
#: investigates the matter anew.
APPEALABLE_PHASES = ("notified", "follow_up", "closed", "archived")
#: What the clocks of a case learn from appeals.
APPEAL_EVENTS = (
    "appeal_filed",
    "appeal_accepted",
    "appeal_decided",
    "appeal_served",
    "appeal_remanded",
)
#: Clocks that start with these belong to the appeal; after a remand they are the case's.
OWN_EVENTS = ("appeal_filed", "appeal_accepted", "appeal_decided")
#: Kinds of notices that tell the decision on an appeal.
RESULT_KINDS = ("appeal_result", "arbitration_ruling", "final_ruling")

#: ``needs`` names a field of the appeal here.
APPEAL_STEPS = {
    "file": Step(("draft",), "filed", (CLERK, HANDLER, LEADER), "appeal_filed"),
    "admit_late": Step(("filed",), "filed", (LEADER,), None, "late_reason"),
    "assign": Step(
        ("filed",), "under_review", (LEADER,), "appeal_accepted", "reviewer_id"
    ),
    "reassign": Step(("under_review",), "under_review", (LEADER,), None, "reviewer_id"),
    "forward": Step(("filed",), "under_review", (CLERK, LEADER), "appeal_accepted"),
    "decide": Step(("under_review",), "decided", (HANDLER, LEADER), "appeal_decided"),
    "record": Step(("under_review",), "decided", (LEADER,), "appeal_decided"),
    "dismiss_late": Step(
        ("filed",), "dismissed", (LEADER,), "appeal_decided", "dismissal_reason"
    ),
    "dismiss": Step(
        ("filed", "under_review"),
        "dismissed",
        (HANDLER, LEADER),
        "appeal_decided",
        "dismissal_reason",
    ),
    "withdraw": Step(
        OPEN_STATES,
        "withdrawn",
        (CLERK, HANDLER, LEADER),
        None,
        "withdrawal_reason",
    ),
}
