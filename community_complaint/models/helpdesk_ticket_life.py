"""The life of a case: its steps, as the table that ``complaint.life.mixin`` runs.

What is special about a step is in ``helpdesk_ticket_step.py`` and, for parts of the file,
in the files named after them.
"""

from odoo.tools.translate import LazyTranslate

from ..tools.life import Ask, Life, Step
from ..tools.steps import (
    CLERK,
    DRAFT,
    FINISHED_PHASES,
    HANDLER,
    LEADER,
    OPEN_PHASES,
)

_lt = LazyTranslate(__name__)
_STAFF = (CLERK, HANDLER, LEADER)
_HANDLERS = (HANDLER, LEADER)

LIFE = Life(
    {
        "register": Step(
            (DRAFT,),
            "registered",
            (CLERK, LEADER),
            label=_lt("Register"),
            writes=("number", "draft_by_id", "first_receiver_id"),
            event="received",
        ),
        # once it is registered, its limits run: no clerk moves their start
        "redate": Step(
            ("registered",),
            None,
            (LEADER,),
            label=_lt("Correct the Date of Receipt"),
            asks=Ask(
                None,
                _lt("Why is the date on file wrong, and what proves the right one?"),
                also=("event_date",),
                form="community_complaint.complaint_step_dialog_view_form_redate",
            ),
            writes=("received_date",),
        ),
        "accept": Step(
            ("registered",),
            "accepted",
            (CLERK, LEADER),
            label=_lt("Accept"),
            stamps={"accepted_date": "now"},
            writes=("first_receiver_id",),
            event="accepted",
        ),
        "refuse": Step(
            ("registered",),
            "refused",
            (CLERK, LEADER),
            label=_lt("Refuse"),
            asks=Ask("refusal_reason"),
            event="refused",
        ),
        "answer_on_spot": Step(
            ("registered", "accepted"),
            "closed",
            _STAFF,
            label=_lt("Answer on the spot"),
            asks=Ask("on_spot_answer"),
            event="replied",
        ),
        # the case waits for another body, or handles it together with one
        "transfer": Step(
            ("accepted", "investigating", "transferred"),
            "transferred",
            _STAFF,
            label=_lt("Send to another body"),
            event="transferred",
        ),
        "involve": Step(
            ("accepted", "investigating", "transferred", "mediation", "deciding"),
            None,
            _STAFF,
            label=_lt("Handle jointly"),
        ),
        "hand_over": Step(
            ("registered", "accepted", "investigating"),
            None,
            _STAFF,
            label=_lt("Hand over"),
            writes=("team_id", "user_id"),
            event="handed_over",
        ),
        "report_back": Step(
            ("transferred",),
            "investigating",
            _STAFF,
            label=_lt("Record that all reported back"),
            writes=("findings",),
            event="reported_back",
        ),
        "take_back": Step(
            ("transferred",),
            "accepted",
            _STAFF,
            label=_lt("Take back"),
            event="returned",
        ),
        "start_investigation": Step(
            ("accepted",),
            "investigating",
            _HANDLERS,
            label=_lt("Start investigation"),
            writes=("user_id",),
            event="investigation_started",
        ),
        "submit_findings": Step(
            ("investigating",),
            "deciding",
            _HANDLERS,
            label=_lt("Submit findings"),
            stamps={"findings_date": "now"},
            event="investigated",
        ),
        "start_mediation": Step(
            ("accepted", "investigating", "deciding", "notified", "follow_up"),
            "mediation",
            _HANDLERS,
            label=_lt("Start mediation"),
            event="mediation_started",
        ),
        "end_mediation": Step(
            ("mediation",),
            "deciding",
            _HANDLERS,
            label=_lt("Settle by mediation"),
            writes=("findings_date",),
            event="mediated",
        ),
        "resume_investigation": Step(
            ("mediation",),
            "investigating",
            _HANDLERS,
            label=_lt("Go on investigating"),
            event="mediation_failed",
        ),
        "decide": Step(
            ("deciding",),
            None,
            (LEADER,),
            label=_lt("Decide"),
            writes=("opinion_result",),
            event="decided",
        ),
        "notify": Step(
            ("deciding",),
            "notified",
            _STAFF,
            label=_lt("Issue result notices"),
            event="notified",
        ),
        "follow_up": Step(
            ("notified",),
            "follow_up",
            _STAFF,
            label=_lt("Follow up"),
            asks=Ask("follow_up_note"),
            stamps={"follow_up_date": "today"},
            writes=("follow_up_result",),
            event="followed_up",
        ),
        "close": Step(
            ("notified", "follow_up"),
            "closed",
            _STAFF,
            label=_lt("Close"),
            event="closed",
        ),
        "archive": Step(
            ("closed", "refused", "withdrawn"),
            "archived",
            (CLERK, LEADER),
            label=_lt("Archive"),
            stamps={"active": False},
        ),
        "join": Step(
            OPEN_PHASES,
            None,
            _STAFF,
            label=_lt("Add joint complainants"),
        ),
        "report_to_leader": Step(
            OPEN_PHASES,
            label=_lt("Report to the Leader"),
            asks=Ask(None, _lt("What the leader should decide, and why")),
        ),
        "report_threat": Step(
            (*OPEN_PHASES, *FINISHED_PHASES),
            label=_lt("Report a Threat"),
            asks=Ask(
                None,
                _lt(
                    "What happened. It is recorded as reported to security and police "
                    "now: call them first."
                ),
                also=("event_date", "security", "police"),
                form="community_complaint.complaint_step_dialog_view_form_threat",
            ),
        ),
        # it ends limits, so it is no clerk's word alone
        "leave_untold": Step(
            (*OPEN_PHASES, "refused"),
            None,
            (LEADER,),
            label=_lt("Nobody Can Be Told"),
            asks=Ask("untold_reason"),
        ),
        "withdraw": Step(
            OPEN_PHASES,
            "withdrawn",
            _STAFF,
            label=_lt("Withdraw"),
            asks=Ask("withdrawal_reason"),
            event="withdrawn",
        ),
        "reopen": Step(
            FINISHED_PHASES,
            "investigating",
            (LEADER,),
            label=_lt("Reopen"),
            asks=Ask("reopen_reason"),
            stamps={"active": True, "closed_date": False},
            event="reopened",
        ),
    },
    state="phase",
    methods={"register": "action_register_draft"},
)
