from odoo import fields

from odoo.addons.community_complaint.tools.append_only import PURGE

from .tools.appeal_steps import APPEAL_EVENTS


def post_init_hook(env):
    """Let regulations that were adopted before learn the appeal of their template."""
    env["complaint.regulation"]._follow_template_appeals()
    env["helpdesk.ticket"]._note_involved_before()


def uninstall_hook(env):
    """Leave no clock waiting for an event that nobody tells any more.

    Papers of appeals are evidence of what the office did: their files stay with the
    case.
    """
    _stop_clocks(env)
    notices = env["complaint.notice"].search([("appeal_id", "!=", False)])
    for notice in notices.with_context(complaint_purge=PURGE):
        notice.pdf_attachment_id.write(
            {"res_model": "helpdesk.ticket", "res_id": notice.ticket_id.id}
        )


def _stop_clocks(env):
    """Cancel the clocks of appeals, drop or archive their time limits."""
    events = list(APPEAL_EVENTS)
    of_appeals = ["|", ("start_event", "in", events), ("end_event", "in", events)]
    clocks = env["complaint.deadline"].search(
        [("state", "in", ("running", "on_hold")), *of_appeals]
    )
    clocks._cancel(dict.fromkeys(clocks, fields.Datetime.now()))
    policies = (
        env["complaint.sla.policy"].with_context(active_test=False).search(of_appeals)
    )
    used = env["complaint.deadline"].search([("policy_id", "in", policies.ids)])
    used.policy_id.active = False
    (policies - used.policy_id).unlink()
