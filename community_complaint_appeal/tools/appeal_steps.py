"""States and events of appeals; their steps are the life of ``complaint.appeal``.

>>> set(OWN_EVENTS) < set(APPEAL_EVENTS)
True
"""

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
