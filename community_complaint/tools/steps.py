"""Phases and events of a complaint, and who takes its steps.

The steps themselves are a table of the ticket, see ``models/helpdesk_ticket_step.py``.

>>> "withdrawn" in FINISHED_PHASES, "withdrawn" in OPEN_PHASES
(True, False)
>>> DRAFT in FINISHED_PHASES, DRAFT in OPEN_PHASES
(False, False)
"""

#: Taken down, but not registered yet: no case so far.
DRAFT = "draft"
PHASES = [
    (DRAFT, "Draft"),
    ("registered", "Registered"),
    ("accepted", "Accepted"),
    ("transferred", "Transferred"),
    ("investigating", "Investigating"),
    ("mediation", "Mediation"),
    ("deciding", "Deciding"),
    ("notified", "Notified"),
    ("follow_up", "Follow-up"),
    ("closed", "Closed"),
    ("archived", "Archived"),
    ("refused", "Not accepted"),
    ("withdrawn", "Withdrawn"),
]
#: Nothing more is expected of the office.
FINISHED_PHASES = ("closed", "archived", "refused", "withdrawn")
OPEN_PHASES = tuple(
    code for code, _name in PHASES if code not in (DRAFT, *FINISHED_PHASES)
)
#: What a finished case under appeal counts as, where its file is open again.
APPEALED = "appealed"
#: The file of a case is open in these: parts are added and worked on.
FILE_PHASES = (*OPEN_PHASES, APPEALED)
#: Something is still being found out in these: what was said and seen is written down.
INQUIRY_PHASES = (
    "registered",
    "accepted",
    "transferred",
    "investigating",
    "mediation",
    APPEALED,
)

#: What starts and ends the clocks of a case.
EVENTS = [
    ("incident", "Day of the incident"),
    ("received", "Complaint received"),
    ("acknowledged", "Receipt acknowledged"),
    ("accepted", "Accepted"),
    ("accept_told", "Complainant told of the acceptance"),
    ("refused", "Not accepted"),
    ("refuse_told", "Complainant told of the non-acceptance"),
    ("informed", "Complainant informed of the progress"),
    ("answered", "Complainant answered"),
    ("replied", "Answered on the spot"),
    ("instructed", "Leader's instruction given"),
    ("handed_over", "Handed over by the first receiver"),
    ("transferred", "Transferred"),
    ("reported_back", "Reported back"),
    ("returned", "Returned by the other body"),
    ("investigation_started", "Investigation started"),
    ("investigated", "Investigation finished"),
    ("mediation_started", "Mediation started"),
    ("mediated", "Settled by mediation"),
    ("mediation_failed", "Mediation failed"),
    ("decided", "Decided"),
    ("notified", "Result notices issued"),
    ("served", "Result served on all parties"),
    ("followed_up", "Followed up"),
    ("closed", "Closed"),
    ("withdrawn", "Withdrawn"),
    ("reopened", "Reopened"),
    ("silence", "A time limit ran out"),
]
#: They are no steps: limits begin with them, none waits for them.
ONLY_BEGIN = frozenset({"incident", "silence"})
#: After these no clock of the office goes on.
TERMINAL_EVENTS = ("refused", "replied", "closed", "withdrawn")
#: What somebody outside the office noticed; their clocks outlive the end of the case.
TOLD_EVENTS = frozenset({"accept_told", "refuse_told", "answered", "served"})
#: Whoever is told one of these knows that the office has the complaint.
ACKNOWLEDGING = TOLD_EVENTS | {"informed"}

#: Channels by which people speak; whoever comes by another one writes.
ORAL_CHANNELS = frozenset({"window", "phone", "hotline"})

CLERK = "community_complaint.group_complaint_clerk"
HANDLER = "community_complaint.group_complaint_handler"
LEADER = "community_complaint.group_complaint_leader"
