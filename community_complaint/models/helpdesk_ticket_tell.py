from datetime import time

from odoo import SUPERUSER_ID, Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools import paper_text
from ..tools.duties import AUTOMATIC, BY_HAND
from ..tools.life import Opening
from ..tools.steps import ACKNOWLEDGING, DRAFT, LEADER
from .complaint_canned_text import GAP

#: Transfers about which nobody outside has to be written to, yet or any more.
_UNKNOWN_OUTSIDE = ("draft", "cancelled")
#: What only tells the complainant something; papers are served on others as well.
_TELLING = (ACKNOWLEDGING | {"acknowledged"}) - {"served"}
#: Characters of one message.
_LONGEST = 20_000
#: Messages that people write in a day on one case, and one person on all.
MOST_ON_A_CASE, MOST_OF_A_PERSON = 10, 200
#: Bytes of files that go out with one message.
MAX_MAILED = 10 * 1024 * 1024


class HelpdeskTicket(models.Model):
    """Writing to the people of a case: who may, to whom, and what must not be in it.

    EXPOSED API: :meth:`_write_to`; to complainants by
    ``action_write_to_complainant``.
    """

    _inherit = "helpdesk.ticket"

    _openings = {
        "known": Opening(
            "Who complained became known: they are told after all.", ("untold_reason",)
        ),
    }

    dispatch_ids = fields.One2many(
        "complaint.dispatch", "ticket_id", string="Dispatches", readonly=True
    )
    dispatch_count = fields.Integer(compute="_compute_dispatch_count")
    untold_reason = fields.Text(
        "Why Nobody Can Be Told",
        readonly=True,
        copy=False,
        help="Name or address are unclear. It ends when both are on file.",
    )
    untellable = fields.Boolean(related="regulation_id.untellable")

    @api.depends("dispatch_ids")
    def _compute_dispatch_count(self):
        # the form, which shows the number, reads the list as well
        for ticket in self:
            ticket.dispatch_count = len(ticket.dispatch_ids)

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    def _write_to(
        self,
        addressee,
        body,
        respondent=None,
        transfer=None,
        attachments=None,
        channel=None,
    ):
        """Write to a respondent of one case, or to the other body of a transfer.

        Not by RPC: a refusal tells a name to who types one after the other and leaves no
        trace. The dialog takes names out, on record.

        :param addressee: ``"respondent"`` or ``"body"``
        :param body: plain text
        :param respondent: ``complaint.respondent`` record of the case
        :param transfer: ``complaint.transfer`` record of the case
        :param attachments: ``ir.attachment`` records
        :param channel: see ``complaint.dispatch``, the best one by default
        :return: ``True``
        :raise AccessError: for who may not write the case
        :raise UserError: for nobody or nothing to tell, and for a text that tells who
            complained
        """
        self.ensure_one()
        self.check_access("write")
        if addressee not in ("respondent", "body"):
            raise UserError(self.env._("Say to whom the message goes."))
        vals = self._prepare_told_vals(addressee, respondent, transfer)
        if attachments:
            attachments.check_access("read")
        self._check_told(vals, body, channel, attachments)
        self._check_brake()
        message = self._prepare_message_vals(body.strip(), attachments, channel)
        self.env["complaint.dispatch"]._queue([{**vals, **message}])
        return True

    def _may_write_to_them(self):
        """Return whether the user may write to the people of these cases."""
        dialog = self.env["complaint.tell.wizard"]
        return dialog.has_access("create") and self.has_access("write")

    # ----------------------------------------------------------------------
    # Nobody to tell (信访 23)
    # ----------------------------------------------------------------------

    def action_leave_untold(self, text=None):
        """Put on record that name or address are unclear, so that nobody is told.

        :param text: what the office did to find out
        """
        return self._take("leave_untold", text)

    def _gates_known(self):
        """Yield what is missing of who complained, and of the way to them."""
        # sudo: complaint.identity - who accepts need not know the complainant
        identity = self.sudo().identity_ids[:1]
        if not identity.name:
            yield self.env._("The complainant's name is missing.")
        if not (identity.phone or identity.email or identity.address):
            yield self.env._(
                "There is no way to reach the complainant: phone, e-mail or address."
            )
        if self.regulation_id.identity_required and not identity.id_number:
            yield self.env._("The complainant's ID number is missing.")

    def _gates_leave_untold(self, _reason=None):
        if not self.regulation_id.untellable:
            yield self.env._("%s wants everybody told.", self.regulation_id.name)
        elif self._is_tellable():
            yield self.env._("There is a way to reach the complainant: tell them.")

    def _is_untold(self):
        """Return whether it is on record that nobody can be told, and still so."""
        return bool(self.untold_reason) and not self._is_tellable()

    def _is_tellable(self):
        """Return whether the complainant of one case can be told something."""
        # sudo: complaint.identity - whether there is a way, whoever asks
        identity = self.sudo().identity_ids[:1]
        if identity.name and (identity.phone or identity.email or identity.address):
            return True
        vals = {"ticket_id": self.id, "addressee": "complainant"}
        return self.env["complaint.dispatch"]._channels_of(vals)[0] in AUTOMATIC

    def _after_leave_untold(self):
        """Call off what waits for them, and the limits for telling them."""
        # sudo: complaint.dispatch - what nobody can deliver, whoever says so
        waiting = self.sudo().dispatch_ids.filtered(
            lambda item: item.addressee == "complainant" and item.state == "queued"
        )
        waiting._do_step("call_off", self.env._("Nobody can be told."))
        going = self._going_clocks().filtered(
            lambda item: not item.is_window and item._ends() <= _TELLING
        )
        going._cancel(dict.fromkeys(going, fields.Datetime.now()))

    def _tell_after_all(self):
        """Owe one complainant again what nobody could tell them before."""
        if not self.untold_reason or not self._is_tellable():
            return
        self._write_sealed("known", {"untold_reason": False})
        self._message_log(body=self.env._("The complainant can be told now."))
        self._rematch_clocks()
        vouched = self.accepted_date and self.regulation_id.gate_voucher
        kind = "refusal" if self.phase == "refused" else vouched and "voucher"
        if kind and kind not in self.notice_ids.mapped("kind"):
            self._issue_notices(kind)

    # ----------------------------------------------------------------------
    # To whom
    # ----------------------------------------------------------------------

    def _prepare_told_vals(self, addressee, respondent=None, transfer=None):
        """Return whom a dispatch of one case is for, as values.

        :raise UserError: unless the case has such a one
        """
        self.ensure_one()
        found = {
            "complainant": (self, self),
            "respondent": (self.respondent_ids, respondent),
            "body": (self._told_transfers(), transfer),
        }.get(addressee)
        if not found or not found[1]:
            raise UserError(self.env._("Say to whom the message goes."))
        record = found[0] & found[1]
        if len(record) != 1:
            raise UserError(self.env._("Nobody of this case is called so."))
        return {
            "ticket_id": self.id,
            "addressee": addressee,
            "respondent_id": addressee == "respondent" and record.id,
            "transfer_id": addressee == "body" and record.id,
        }

    def _told_transfers(self):
        """Return the transfers of cases whose other body knows of them."""
        return self.transfer_ids.filtered(
            lambda item: item.state not in _UNKNOWN_OUTSIDE
        )

    # ----------------------------------------------------------------------
    # What
    # ----------------------------------------------------------------------

    def _check_told(self, vals, body, channel=None, files=None):
        """Check what is to be told to somebody outside, and by which channel.

        :param vals: see :meth:`_prepare_told_vals`
        :raise UserError: with what is wrong; it tells no address
        """
        if self.phase == DRAFT:
            raise UserError(self.env._("This is a draft. Register it first."))
        if not (body or "").strip():
            raise UserError(self.env._("The message is empty."))
        if len(body) > _LONGEST:
            raise UserError(
                self.env._("The message is longer than %s characters.", _LONGEST)
            )
        if GAP in body:
            raise UserError(self.env._("Fill in what is still open (%s) first.", GAP))
        if (
            channel
            and channel not in BY_HAND
            and channel not in self.env["complaint.dispatch"]._channels_of(vals)
        ):
            raise UserError(
                self.env._("They cannot be reached that way. Choose another one.")
            )
        # whoever types one name after the other learns nothing of a case that is open
        if vals["addressee"] != "complainant" and self._names_left(
            vals["addressee"], body, files or self.env["ir.attachment"]
        ):
            raise UserError(self._names_left_text())

    def _check_brake(self):
        """Check that nobody floods the people of one case, or of all.

        A leader may write all the same, on record.

        :raise UserError: for everybody else
        """
        on_case, of_person = self._written_today()
        over = on_case >= MOST_ON_A_CASE or of_person >= MOST_OF_A_PERSON
        if not over or self.env.su:
            return
        if self._has_one_role((LEADER,)):
            self.env["complaint.log"]._record(
                "many_messages", self, {"on_case": on_case, "of_person": of_person}
            )
            return
        raise UserError(
            self.env._(
                "%(count)s messages were written on %(case)s today, %(mine)s by you on "
                "all cases. A leader may write another one, or it waits until tomorrow.",
                count=on_case,
                case=self.number,
                mine=of_person,
            )
        )

    def _written_today(self):
        """Return how many messages people wrote today: on one case, and the user on all."""
        begin = self._office_moment(self._office_date(), time(0))
        today = Domain("create_date", ">=", begin) & Domain(
            [
                ("content", "!=", False),
                ("notice_id", "=", False),
                ("alarm", "=", False),
                ("attempt", "=", 1),
                ("to_former", "=", False),
            ]
        )
        # sudo: complaint.dispatch - how many, whoever may see which
        dispatches = self.env["complaint.dispatch"].sudo()
        machine = Domain("create_uid", "=", SUPERUSER_ID)
        return (
            dispatches.search_count(
                today & ~machine & Domain("ticket_id", "=", self.id)
            ),
            dispatches.search_count(today & Domain("create_uid", "=", self.env.uid)),
        )

    @api.model
    def _prepare_message_vals(self, text, files=None, channel=None):
        """Return what a dispatch tells, and how, as values.

        :raise UserError: for files that no mail takes
        """
        if files and sum(files.mapped("file_size")) > MAX_MAILED:
            raise UserError(self.env._("These files are too large to be mailed."))
        return {
            "content": text,
            "file_ids": [Command.set(files.ids)] if files else False,
            "channel": channel,
        }

    def _names_left(self, addressee, body, files):
        """Return whether a message to somebody else tells who complained in an open case.

        Of other cases it is taken out when it leaves, see ``complaint.dispatch.held``:
        an answer here would tell.
        """
        if addressee == "body" or self._leaves_unnamed(addressee):
            return False
        hide = self._identity_redactor()
        texts = [body, *files.mapped("name")]
        return any(hide(text) != paper_text.clean(text) for text in texts)

    def _names_left_text(self):
        return self.env._(
            "This text, or the name of a file, tells who complained. Write it without "
            "names, numbers and addresses."
        )

    # ----------------------------------------------------------------------
    # Canned texts
    # ----------------------------------------------------------------------

    @api.model
    def _canned_values(self):
        """Return what canned texts are filled in with, ``{placeholder: text}``."""
        due = self._told_due_date()
        return {
            "number": self.number,
            "office": self.company_id.name,
            "phone": self.company_id.phone,
            "due": due
            and format_date(self.env, due, self._paper_lang(), date_format="long"),
        }

    def _told_due_date(self):
        """Return the next day the office owes people outside something, if any."""
        clocks = self.deadline_ids.filtered(
            lambda clock: (
                clock.state == "running"
                and clock.due_date
                and not (clock.internal or clock.is_window)
            )
        )
        return min(clocks.mapped("due_date"), default=None)
