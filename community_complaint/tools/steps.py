"""The steps of a complaint: which phase leads where, and who may take it there.

Plain data, so that the ticket, its views, the tests and the documentation read the
same table. Rules that depend on the regulation are gates, see ``_gates_<step>`` of the
ticket.

>>> STEPS["accept"].target
'accepted'
>>> step_between("registered", "accepted")
'accept'
>>> step_between("registered", "notified") is None
True
"""

from typing import NamedTuple

PHASES = [
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
OPEN_PHASES = tuple(code for code, _name in PHASES if code not in FINISHED_PHASES)
#: What a finished case under appeal counts as, where its file is open again.
APPEALED = "appealed"
#: The file of a case is open in these: parts are added and worked on.
FILE_PHASES = (*OPEN_PHASES, APPEALED)

#: What starts and ends the clocks of a case.
EVENTS = [
    ("received", "Complaint received"),
    ("accepted", "Accepted"),
    ("refused", "Not accepted"),
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
]
#: After these no clock of the office goes on.
TERMINAL_EVENTS = ("refused", "replied", "closed", "withdrawn")

CLERK = "community_complaint.group_complaint_clerk"
HANDLER = "community_complaint.group_complaint_handler"
LEADER = "community_complaint.group_complaint_leader"


class Step(NamedTuple):
    """One step.

    ``target`` is ``None`` when the phase stays; ``groups``: any of them may do it;
    ``event``: what it means to the clocks; ``needs``: the text the user must give,
    as name of a ticket field.
    """

    sources: tuple
    target: str | None
    groups: tuple
    event: str | None = None
    needs: str | None = None


STEPS = {
    "accept": Step(("registered",), "accepted", (CLERK, LEADER), "accepted"),
    "refuse": Step(
        ("registered",), "refused", (CLERK, LEADER), "refused", "refusal_reason"
    ),
    "answer_on_spot": Step(
        ("registered", "accepted"),
        "closed",
        (CLERK, HANDLER, LEADER),
        "replied",
        "on_spot_answer",
    ),
    # the case waits for another body, or handles it together with one
    "transfer": Step(
        ("accepted", "investigating", "transferred"),
        "transferred",
        (CLERK, HANDLER, LEADER),
        "transferred",
    ),
    "involve": Step(
        ("accepted", "investigating", "transferred", "mediation", "deciding"),
        None,
        (CLERK, HANDLER, LEADER),
    ),
    "hand_over": Step(
        ("registered", "accepted", "investigating"),
        None,
        (CLERK, HANDLER, LEADER),
        "handed_over",
    ),
    "report_back": Step(
        ("transferred",),
        "investigating",
        (CLERK, HANDLER, LEADER),
        "reported_back",
    ),
    "take_back": Step(
        ("transferred",), "accepted", (CLERK, HANDLER, LEADER), "returned"
    ),
    "start_investigation": Step(
        ("accepted",), "investigating", (HANDLER, LEADER), "investigation_started"
    ),
    "submit_findings": Step(
        ("investigating",), "deciding", (HANDLER, LEADER), "investigated"
    ),
    "start_mediation": Step(
        ("accepted", "investigating", "deciding", "notified", "follow_up"),
        "mediation",
        (HANDLER, LEADER),
        "mediation_started",
    ),
    "end_mediation": Step(("mediation",), "deciding", (HANDLER, LEADER), "mediated"),
    "resume_investigation": Step(
        ("mediation",), "investigating", (HANDLER, LEADER), "mediation_failed"
    ),
    "decide": Step(("deciding",), None, (LEADER,), "decided"),
    "notify": Step(("deciding",), "notified", (CLERK, HANDLER, LEADER), "notified"),
    "follow_up": Step(
        ("notified",),
        "follow_up",
        (CLERK, HANDLER, LEADER),
        "followed_up",
        "follow_up_note",
    ),
    "close": Step(
        ("notified", "follow_up"), "closed", (CLERK, HANDLER, LEADER), "closed"
    ),
    "archive": Step(("closed", "refused", "withdrawn"), "archived", (CLERK, LEADER)),
    "withdraw": Step(
        OPEN_PHASES,
        "withdrawn",
        (CLERK, HANDLER, LEADER),
        "withdrawn",
        "withdrawal_reason",
    ),
    "reopen": Step(
        FINISHED_PHASES, "investigating", (LEADER,), "reopened", "reopen_reason"
    ),
}

_BETWEEN = {
    (source, step.target): name
    for name, step in reversed(STEPS.items())
    if step.target
    for source in step.sources
}


def step_between(source, target):
    """Return the name of the step from one phase to another, or ``None``."""
    return _BETWEEN.get((source, target))
