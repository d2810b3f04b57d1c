import hashlib

from markupsafe import Markup

from odoo import api, fields, models
from odoo.orm.models import NO_ACCESS

from ..tools.life import Opening
from ..tools.roles import CUSTODIAN, MANAGER

_ACTIVITY = "community_complaint.activity_clear"


class ComplaintClearedMixin(models.AbstractModel):
    """Texts about several cases that an identity custodian clears of secret names.

    Who types such a text, or approves it, is told nothing by the vault: minutes and
    publications that hold a case that is kept secret wait for a custodian, whatever they
    say, and only the custodian is told what comes of the comparison (THREATS 46, 60).

    A model declares a step ``clear`` up to custodians that stamps ``cleared_by_id`` and
    writes ``cleared_mark``, and asks :meth:`_gates_cleared` before its text is final.
    EXTENSION POINTS: :meth:`_secret_cases`, :meth:`_told_secrets`, :meth:`_cleared_texts`.
    """

    _name = "complaint.cleared.mixin"
    _description = "Texts That a Custodian Clears"
    _inherit = ["complaint.life.mixin"]
    _openings = {
        "asked": Opening("Whoever may clear it is asked.", ("clear_activity_ids",)),
    }

    cleared_by_id = fields.Many2one(
        "res.users", "Cleared by", readonly=True, copy=False
    )
    cleared_mark = fields.Char(readonly=True, copy=False, groups=NO_ACCESS)
    clear_activity_ids = fields.Many2many(
        "mail.activity", readonly=True, copy=False, groups=NO_ACCESS
    )
    waits_for_custodian = fields.Boolean(compute="_compute_waits_for_custodian")

    @api.depends("cleared_by_id")
    def _compute_waits_for_custodian(self):
        for record in self:
            record.waits_for_custodian = any(record._gates_cleared())

    def _secret_cases(self):
        """Return the cases in one text that are kept secret, with all rights."""
        raise NotImplementedError

    def _told_secrets(self):
        """Yield a sentence for what one text tells of who complained in them."""
        raise NotImplementedError

    def _cleared_texts(self):
        """Return the words of one text, as a list."""
        raise NotImplementedError

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    def action_clear(self):
        """Compare texts with who complained in secret cases, and let them pass.

        :return: ``True``, or a message to the custodian with what has to change; every
            comparison is in the log
        :raise AccessError: for who is no custodian
        """
        self._check_step("clear")
        told = {record: list(record._told_secrets()) for record in self}
        self.env["complaint.log"]._record(
            "text_compared", self, lambda record: {"places": len(told[record])}
        )
        lines = [line for found in told.values() for line in found]
        return self._tell_custodian_only(lines) if lines else self._take("clear")

    def _tell_custodian_only(self, lines):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "warning", "sticky": True, "message": "\n".join(lines)},
        }

    def _after_clear(self):
        for record in self:
            record._write_step({"cleared_mark": record._text_mark()})

    # ----------------------------------------------------------------------
    # Whoever may clear a text is asked, as long as it waits
    # ----------------------------------------------------------------------

    def _do_step(self, name, given=None, **more):
        """OVERRIDE: texts begin or end to wait by their steps."""
        result = super()._do_step(name, given, **more)
        self._ask_custodians()
        return result

    def _ask_custodians(self):
        """Give custodians an activity on these texts if they wait, take it if not.

        Where no custodian may read one, its managers are asked to name somebody.
        """
        state, sources = self._life_table().state, self._step("clear").sources
        # sudo: complaint.cleared.mixin - whether it waits, whoever changed it
        for record in self.sudo():
            waits = record[state] in sources and any(record._gates_cleared())
            asked = record.clear_activity_ids
            if not waits:
                asked.unlink()
            elif not asked:
                tasks = record._give_custodians_a_task()
                record._write_sealed(
                    "asked", {"clear_activity_ids": [(6, 0, tasks.ids)]}
                )

    def _give_custodians_a_task(self):
        """Return new activities of whoever clears one text; it has no followers itself."""
        able = self._readers_with(CUSTODIAN)
        readers = {
            user: self.with_context(lang=user.lang)
            for user in able or self._readers_with(MANAGER)
        }
        activities = self.env["mail.activity"]
        return activities.with_context(mail_activity_quick_update=True).create(
            [
                {
                    "activity_type_id": self.env.ref(_ACTIVITY).id,
                    "automated": True,
                    "user_id": user.id,
                    "summary": reader._to_clear_text(bool(able)),
                    "note": Markup('<a href="/odoo/{}/{}">{}</a>').format(
                        self._name, self.id, reader.display_name
                    ),
                }
                for user, reader in readers.items()
            ]
        )

    def _to_clear_text(self, able):
        """Return what somebody is asked for who is able to clear the text, or not."""
        if able:
            return self.env._("Clear the text of secret names")
        return self.env._("Name a custodian who clears the text of secret names")

    def _readers_with(self, group):
        """Return who has a role at the office of one text and may read it."""
        office = self.company_id
        # sudo: res.groups - who has the role, whoever asks
        return (
            self.env.ref(group)
            .sudo()
            .all_user_ids.filtered(
                lambda user: (
                    office in user.company_ids
                    and not user.share
                    # pylint: disable-next=context-overridden
                    and self.with_user(user)
                    .with_context(allowed_company_ids=user.company_ids.ids)
                    .has_access("read")
                )
            )
        )

    # ----------------------------------------------------------------------
    # Gates
    # ----------------------------------------------------------------------

    def _gates_cleared(self):
        """Yield that one text still waits for a custodian."""
        # sudo: complaint.cleared.mixin - whether it was cleared as it stands
        if self._secret_cases() and self.sudo().cleared_mark != self._text_mark():
            yield self.env._(
                "It is about a case that is kept secret: an identity custodian clears "
                "the text first."
            )

    def _text_mark(self):
        """Return what was compared: the words, and with whose cases."""
        cases = map(str, sorted(self._secret_cases().ids))
        words = "\0".join([*self._cleared_texts(), *cases])
        return hashlib.sha256(words.encode()).hexdigest()


class ComplaintLog(models.Model):
    _inherit = "complaint.log"

    @api.model
    def _selection_kind(self):
        """OVERRIDE: texts are compared with secret names."""
        label = self.env._("Text compared with who complained")
        return [*super()._selection_kind(), ("text_compared", label)]
