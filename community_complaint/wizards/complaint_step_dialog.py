from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.changes import on
from ..tools.duties import REFUSED, TALKED, WITNESSED


class ComplaintStepDialog(models.TransientModel):
    """Asks for what a step needs, then takes it.

    Bound to who opened it, to the records, the step and the states it was opened for:
    nobody else sees it (see ``security/``), and only what is asked for can be written.
    EXTENSION POINT: :meth:`_given`; other add-ons ask for more by fields of their own.
    """

    _name = "complaint.step.dialog"
    _inherit = ["complaint.dialog.mixin"]
    _description = "Step"

    _guards = {"_check_opened": on(made=True), "_check_answers": on(every=True)}

    res_model = fields.Char("Related Document Model", required=True, readonly=True)
    res_ids = fields.Json("Related Document IDs", required=True, readonly=True)
    step = fields.Char(required=True, readonly=True)
    states = fields.Json("States When Opened", required=True, readonly=True)
    records_label = fields.Char("Concerns", compute="_compute_labels")
    question = fields.Char(compute="_compute_labels")
    kind = fields.Selection(
        [("text", "Text"), ("date", "Date"), ("person", "Person")],
        compute="_compute_labels",
    )
    text = fields.Text()
    person_id = fields.Many2one("res.users", domain="[('share', '=', False)]")
    date_label = fields.Char(compute="_compute_labels")
    date = fields.Date()
    until = fields.Date("Last Day")
    with_files = fields.Boolean(compute="_compute_labels")
    with_delivery = fields.Boolean(compute="_compute_labels")
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Files", bypass_search_access=True
    )
    delivery = fields.Selection(
        selection="_selection_delivery", string="Way of Service"
    )
    note = fields.Char("Proof of Service", help="Signature, receipt number, witness …")
    with_witness = fields.Boolean(compute="_compute_with_witness")
    with_talk = fields.Boolean(compute="_compute_with_witness")
    person_name = fields.Char("Witness, or Whom You Talked to")
    hour = fields.Float("At")
    event_date = fields.Datetime("Happened")
    security = fields.Char("Who Took It at the Security Office")
    police = fields.Char(
        "Who Took It at the Police", help="Name, or the number of the alarm."
    )

    contact_before = fields.Char("Phone · E-mail Before", compute="_compute_contact")
    contact_now = fields.Char("Phone · E-mail Now", compute="_compute_contact")

    #: What may be written: all that is asked for.
    _asked = (
        *("text", "person_id", "date", "attachment_ids", "delivery", "note"),
        *("event_date", "until", "security", "police", "person_name", "hour"),
    )

    @api.model
    def _selection_delivery(self):
        delivery = self.env["complaint.notice"]._fields["delivery"]
        return delivery._description_selection(self.env)

    @api.depends("res_model", "step")
    @api.depends_context("lang")
    def _compute_labels(self):
        for dialog in self:
            records = dialog._records()
            ask = records._step(dialog.step).asks
            field = ask.field and records._fields[ask.field]
            dialog.records_label = ", ".join(records.mapped("display_name")[:20])
            dialog.question = (
                self.env._(ask.question)
                if ask.question
                else field._description_string(self.env)
            )
            kinds = {"date": "date", "many2one": "person"}
            dialog.kind = kinds.get(field and field.type, "text")
            dialog.date_label = ask.date and self.env._(ask.date)
            dialog.with_files = ask.files
            dialog.with_delivery = "delivery" in ask.also

    @api.depends("res_model", "step", "delivery")
    def _compute_with_witness(self):
        """Ask for a witness, or for the talk, where the way it went needs it."""
        for dialog in self:
            also = dialog._records()._step(dialog.step).asks.also
            way = dialog.delivery if "delivery" in also else REFUSED
            dialog.with_talk = "hour" in also and way in TALKED
            dialog.with_witness = dialog.with_talk or (
                "person_name" in also and way in WITNESSED
            )

    @api.depends("res_model", "res_ids")
    @api.depends_context("uid")
    def _compute_contact(self):
        """Show what is to be confirmed to who may see it."""
        for dialog in self:
            person = dialog._records()
            shown = person._name == "complaint.identity" and len(person) == 1
            dialog.contact_before = shown and person._contact_told(before=True)
            dialog.contact_now = shown and person._contact_told()

    # ----------------------------------------------------------------------
    # Opening
    # ----------------------------------------------------------------------

    @api.model
    def _open(self, records, step, values=None):
        """Return the action that shows a new dialog.

        :param values: to start with, ``{field: value}``
        """
        records.check_access("read")
        state, ask = records._life_table().state, records._step(step).asks
        # sudo: complaint.step.dialog - what it is bound to is not the user's to say
        dialog = self.sudo().create(
            {
                "date": ask.date and records._step_day(),
                **(values or {}),
                "res_model": records._name,
                "res_ids": records.ids,
                "step": step,
                "states": {str(record.id): record[state] for record in records},
            }
        )
        view = ask.form and self.env["ir.model.data"]._xmlid_to_res_id(ask.form)
        return {
            "type": "ir.actions.act_window",
            "name": records._step_label(step),
            "res_model": self._name,
            "res_id": dialog.id,
            "views": [(view or False, "form")],
            "target": "new",
        }

    # ----------------------------------------------------------------------
    # Who writes what
    # ----------------------------------------------------------------------

    def _check_opened(self, _vals):
        """Check that the button of a step opens it, nobody else.

        :raise AccessError: otherwise
        """
        if not self.env.su:
            raise AccessError(self.env._("Use the button of the step."))

    def _check_answers(self, vals):
        """Check that the answers are written, not what they are about.

        :raise AccessError: otherwise
        """
        self._check_own()
        if not vals.keys() <= set(self._asked):
            raise AccessError(self.env._("Use the button of the step."))

    def _check_own(self):
        # sudo: complaint.step.dialog - who opened it
        if any(dialog.create_uid != self.env.user for dialog in self.sudo()):
            raise AccessError(self.env._("This dialog belongs to somebody else."))

    # ----------------------------------------------------------------------
    # Confirming
    # ----------------------------------------------------------------------

    def action_confirm(self):
        """Take the step with what was given.

        :return: what the step returns, or the action that closes the dialog
        :raise UserError: if the records moved on meanwhile, or nothing was given
        """
        self.ensure_one()
        self._check_own()
        records = self._records()
        self._check_states(records)
        self._free_files()
        given, more = self._given(records._step(self.step).asks)
        if not given:
            raise UserError(self.env._("“%s” is missing.", self.question))
        method = records._life_table().method(self.step)
        result = getattr(records, method)(given, **more)
        # sudo: complaint.step.dialog - what was typed may name somebody, and is on file
        self.sudo().unlink()
        if isinstance(result, dict):
            return result
        return {"type": "ir.actions.act_window_close"}

    def _given(self, ask):
        """Return ``(what the step asks for, {keyword: more})``."""
        text = (self.text or "").strip()
        value = {"date": self.date, "person": self.person_id}.get(self.kind, text)
        more = {}
        if ask.date:
            more["date"] = self.date
        if ask.files:
            more["attachments"] = self.attachment_ids
        more.update({name: self[name] for name in ask.also})
        return value, more

    def _check_states(self, records):
        """Check that nobody else took a step meanwhile.

        :raise UserError: naming the records
        """
        state = records._life_table().state
        moved = records.filtered(
            lambda record: (
                (record[state] or False) != self.states.get(str(record.id), False)
            )
        )
        if moved:
            raise UserError(
                self.env._(
                    "%s has moved on in the meantime. Close this dialog and look again.",
                    ", ".join(moved.mapped("display_name")),
                )
            )

    def _records(self):
        return self.env[self.res_model].browse(self.res_ids)
