from odoo import SUPERUSER_ID, api

#: Limits that do not hold for suggestions: code of the text, events, condition.
_NOT_FOR_SUGGESTIONS = (
    "XF2022",
    "accepted",
    "notified",
    "[('case_kind', '!=', 'opinion')]",
)


def migrate(cr, _version):
    """Give adopted texts what their templates say now; at the end, in every language.

    What a text leaves to the office is told on its form until somebody says it; nothing
    that worked stops working. Clocks that run go on.
    """
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    _ask_what_is_left_open(env)
    cr.execute(
        """
        UPDATE complaint_regulation AS own
           SET matter_word = COALESCE(own.matter_word, shipped.matter_word),
               result_title = COALESCE(own.result_title, shipped.result_title)
          FROM complaint_regulation AS shipped
         WHERE shipped.id = own.template_id
        """
    )
    code, start, end, condition = _NOT_FOR_SUGGESTIONS
    env["complaint.sla.policy"].search(
        [
            ("regulation_id.code", "=", code),
            ("start_event", "=", start),
            ("end_event", "=", end),
            ("domain", "in", [False, ""]),
        ]
    ).domain = condition
    _note_mails(cr)
    env.invalidate_all()


def _ask_what_is_left_open(env):
    adopted = env["complaint.regulation"].search(
        [
            ("template_id.adoption_item_ids", "!=", False),
            ("adoption_item_ids", "=", False),
        ]
    )
    for rules in adopted:
        rules.template_id.adoption_item_ids.copy({"regulation_id": rules.id})


def _note_mails(cr):
    """Let cases that came by message keep their true channel, or get it."""
    cr.execute(
        """
        UPDATE helpdesk_ticket AS ticket
           SET by_mail = TRUE,
               channel_id = COALESCE(
                   ticket.channel_id,
                   (SELECT res_id FROM ir_model_data
                     WHERE module = 'community_complaint'
                       AND name = 'channel_' || mail.kind)
               )
          FROM complaint_inbound_mail AS mail
         WHERE mail.ticket_id = ticket.id AND mail.state = 'case'
        """
    )
