"""What upgrades change on purpose, by the commit they start from.

Everything else that a row said before it must say afterwards; ``test_upgrade.py`` proves
it. A line whose difference does not occur any more fails there, too: take it out.
"""

from differences import GONE, NEW, Known

#: Their creation is noted on templates and scheduled jobs as on any record.
_SHIPPED_THREADS = ("complaint.regulation", "ir.actions.server", "ir.cron")

#: What every office gets.
_EVERYWHERE = (
    Known(
        "helpdesk_ticket_stage",
        (NEW,),
        "desks get a stage for drafts",
        when=lambda d: d.new["complaint_phase"] == "draft",
    ),
    Known(
        "helpdesk_ticket_stage_helpdesk_ticket_team_rel",
        (NEW,),
        "desks get a stage for drafts",
    ),
    Known(
        "complaint_sla_policy",
        ("end_event",),
        "limits of R01 and of petitions end when the complainant was told",
        when=lambda d: (d.old, d.new) == ("accepted", "accept_told"),
    ),
    Known(
        "complaint_deadline",
        ("end_event",),
        "their clocks that run follow them",
        when=lambda d: (d.old, d.new) == ("accepted", "accept_told"),
    ),
    Known(
        "ir_config_parameter",
        (NEW,),
        "the secret of the office, which copies keep",
        when=lambda d: d.new["key"] == "community_complaint.secret",
    ),
)

#: One colleague by a typed name, see ``upgraded.OWN``: what asking a leader leaves.
_ASKED = (
    Known(
        "complaint_log",
        (NEW,),
        "a colleague by a typed name is a question",
        when=lambda d: d.new["kind"] == "conflict_asked",
    ),
    *(
        Known(table, (NEW,), "a leader is asked about a colleague by a typed name")
        for table in (
            "helpdesk_ticket_conflict_user_rel",
            "mail_activity",
            "mail_followers",
            "mail_followers_mail_message_subtype_rel",
            "mail_mail",
            "mail_mail_res_partner_rel",
            "mail_message_res_partner_rel",
            "mail_notification",
        )
    ),
    Known(
        "mail_message",
        (NEW,),
        "a leader is asked about a colleague by a typed name",
        when=lambda d: d.new["model"] == "helpdesk.ticket",
    ),
)

KNOWN = {
    "08f23e5": [
        *_EVERYWHERE,
        Known(
            "complaint_identity",
            (
                "name",
                "phone",
                "email",
                "work_unit",
                "occupation",
                "address",
                "id_number",
                "partner_id",
            ),
            "moved into the vault; test_identities_are_readable compares them",
            when=lambda d: d.new is None,
        ),
        Known(
            "complaint_identity",
            ("phone_key",),
            "the mark of the phone, no longer its digits",
            sealed=True,
        ),
        Known(
            "complaint_submission",
            ("answers", "partner_id"),
            "sealed like identities; test_drafts_go_on compares them",
            when=lambda d: d.new is None,
        ),
        Known("complaint_inbound_mail", ("raw",), "sealed", sealed=True),
        Known(
            "complaint_inbound_mail",
            ("reason",),
            "one of a list; what the computer said is the detail now",
            when=lambda d: d.new == "failed",
        ),
        Known(
            "complaint_inbound_mail",
            ("state", "ticket_id"),
            "what became of it, which the old product never managed to write",
        ),
        Known(
            "complaint_evidence_ir_attachment_rel",
            (GONE, NEW),
            "people work with clean copies; originals are locked away",
        ),
        Known(
            "ir_attachment",
            ("res_model", "res_id"),
            "an original belongs to its locked-away record",
            when=lambda d: d.old == "complaint.evidence" or isinstance(d.old, int),
        ),
        Known(
            "ir_attachment",
            (NEW,),
            "clean copies of evidence",
            when=lambda d: d.new["res_model"] == "complaint.evidence",
        ),
        Known(
            "complaint_notice",
            ("void",),
            "the state says it, and still does",
            when=lambda d: d.new is None,
        ),
        Known(
            "complaint_sla_policy",
            (NEW,),
            "the time limit of an appeal, which is an add-on of its own now",
            when=lambda d: d.new["start_event"] == "appeal_filed",
        ),
        Known(
            "mail_message",
            (NEW,),
            "what comes with the add-ons notes that it was created",
            when=lambda d: d.new["model"] in _SHIPPED_THREADS,
        ),
    ],
    "0ff6cc3": [
        *_ASKED,
        Known(
            "complaint_appeal_level",
            ("paper_title",),
            "levels of petitions are called as the text calls them",
            when=lambda d: d.old is None,
        ),
        *_EVERYWHERE,
        Known(
            "complaint_regulation_rule",
            (GONE,),
            "that the body above supervises (R01 8) is the office's own duty now",
            when=lambda d: d.old["code"] == "R01-G01",
        ),
        Known(
            "complaint_log",
            (NEW,),
            "hashes of papers, files and mails of before go into the chain",
            when=lambda d: d.new["kind"] == "proof",
        ),
        Known(
            "mail_message",
            (NEW,),
            "what comes with the add-ons notes that it was created",
            when=lambda d: d.new["model"] in _SHIPPED_THREADS,
        ),
        Known(
            "complaint_measure",
            ("duration",),
            "a removal from the post is not over after two years",
            when=lambda d: (d.old, d.new) == (24, 0),
        ),
        Known(
            "complaint_regulation",
            ("discipline_suspended",),
            "no text says that an appeal suspends measures",
            when=lambda d: d.old is True and d.new is False,
        ),
        Known(
            "complaint_regulation",
            ("gate_voucher",),
            "petitioners are told in writing whether their matter is accepted",
            when=lambda d: d.old is False and d.new is True,
        ),
        Known(
            "complaint_sla_policy",
            ("domain",),
            "the sixty days of petitions are not for suggestions",
            when=lambda d: d.new == "[('case_kind', '!=', 'opinion')]",
        ),
        Known(
            "complaint_log",
            (NEW,),
            "who was excluded has a record of it now",
            when=lambda d: d.new["kind"] == "conflict_set",
        ),
    ],
}

#: Tables that are empty in an old office, and why that is no gap.
EMPTY = {
    "08f23e5": {
        "complaint_portal_nonce": "used up by forms, forgotten after days",
    },
    "0ff6cc3": {
        "complaint_digest": "sent by a job on working mornings only",
        "complaint_portal_nonce": "used up by forms, forgotten after days",
        "complaint_rate_hit": "counted on pages, forgotten after hours",
        "complaint_rate_key": "counted on pages, forgotten after hours",
        "complaint_transfer_urging": "its scenario takes too long",
    },
}
