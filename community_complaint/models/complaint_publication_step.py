from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.roles import PUBLISHER
from ..tools.steps import LEADER


class ComplaintPublication(models.Model):
    """The steps of a publication. EXPOSED API: ``action_<step>`` for buttons and tests."""

    _inherit = "complaint.publication"

    # ----------------------------------------------------------------------
    # Steps
    # ----------------------------------------------------------------------

    def action_check(self):
        """Check drafts for names and small counts; without any they may be approved.

        :return: ``True``, or a notification if there is something to change
        """
        self._begin("draft")
        for publication in self:
            publication._refresh()
            problems = list(publication._problems())
            publication._move(
                "draft" if problems else "checked",
                problem="\n".join(f"• {line}" for line in problems) or False,
                checked_by_id=self.env.uid,
            )
            self._log_step(
                "publication_checked", publication, {"places": len(problems)}
            )
        if any(publication.problem for publication in self):
            return self._notify_problem()
        return True

    def action_approve(self):
        """Approve checked publications; somebody else publishes them.

        :raise UserError: if something in them tells who somebody is
        """
        self._begin("checked")
        for publication in self:
            publication._check_period_over()
            publication._refresh(figures=False)
            publication._check_gate()
            publication._move(
                "approved",
                approved_by_id=self.env.uid,
                approved_date=fields.Datetime.now(),
            )
            self._log_step("publication_approved", publication)
        return True

    def action_release(self):
        """Publish approved publications; the duty they belong to is done.

        :raise UserError: by who approved them, or if something tells who somebody is
        """
        self._begin("approved")
        for publication in self:
            if publication.approved_by_id == self.env.user:
                raise UserError(
                    self.env._("You approved it; somebody else has to publish it.")
                )
            publication._refresh(figures=False)
            publication._check_gate()
            publication._release()
        return True

    def action_back_to_draft(self):
        """Take up again what is not published yet."""
        self._begin("checked", "approved")
        self._move("draft", approved_by_id=False, approved_date=False)
        return True

    def action_withdraw(self, reason=None):
        """Take publications off the public page, giving the reason."""
        self._begin("released")
        if not (reason or "").strip():
            return self._ask_text(
                "action_withdraw", self.env._("Withdraw"), self.env._("Reason")
            )
        self._move(
            "withdrawn",
            withdrawn_date=fields.Date.context_today(self),
            withdrawal_reason=reason.strip(),
        )
        for publication in self:
            self._log_step("publication_withdrawn", publication)
        return True

    @api.model
    def _text_methods(self):
        return super()._text_methods() | {"action_withdraw"}

    # ----------------------------------------------------------------------
    # What the steps share
    # ----------------------------------------------------------------------

    def _begin(self, *states):
        """Check that the user may take a step from these states, and lock.

        :raise AccessError, UserError: otherwise
        """
        user = self.env.user
        self.check_access("write")
        if not (user.has_group(PUBLISHER) or user.has_group(LEADER) or self.env.su):
            raise AccessError(self.env._("This is up to publishers and leaders."))
        self._lock_step()
        labels = dict(self._fields["state"]._description_selection(self.env))
        for publication in self:
            if publication.state not in states:
                raise UserError(
                    self.env._(
                        "“%(name)s” is in state “%(state)s”.",
                        name=publication.name,
                        state=labels[publication.state],
                    )
                )

    def _move(self, state, **vals):
        """Write a state and what belongs to it."""
        # sudo: complaint.publication - the steps checked who may do it
        self.sudo().write({"state": state, **vals})
        # the next draft is an INSERT, which does not wait for this UPDATE
        self.flush_recordset(["state"])

    def _release(self):
        """Publish one approved publication."""
        today = self.regulation_id._local_date(fields.Datetime.now())
        number = self.number or self._next_number(today.year)
        self._move(
            "released",
            number=number,
            released_by_id=self.env.uid,
            released_date=today,
            # what everybody reads is kept from nobody
            kept_away_user_ids=[fields.Command.clear()],
        )
        self._log_step("publication_released", self, {"number": number})
        self._after_release()

    def _after_release(self):
        """Hook: one publication was released."""

    def _next_number(self, year):
        """Return an official number, without gaps."""
        rules = self.regulation_id
        [number] = self.env["complaint.counter"]._next(
            self.company_id, f"publication/{rules.prefix}", year
        )
        return rules._format_notice_number("公示", year, number)

    def _check_period_over(self):
        """Check that a period is over before anybody reads its figures.

        :raise UserError: otherwise
        """
        today = self.regulation_id._local_date(fields.Datetime.now())
        if self.kind != "result" and self.date_to >= today:
            raise UserError(
                self.env._("The period of “%s” is not over yet.", self.name)
            )

    @api.model
    def _log_step(self, kind, publication, details=None):
        """Log a step; never words of people, which may name somebody."""
        about = {
            "kind": publication.kind,
            "from": fields.Date.to_string(publication.date_from),
        }
        self.env["complaint.log"]._record(
            kind, publication, {**about, **(details or {})}
        )

    def _notify_problem(self):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": self.env._(
                    "Something has to be changed first; the form says where."
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }


class ComplaintLog(models.Model):
    _inherit = "complaint.log"

    @api.model
    def _selection_kind(self):
        """OVERRIDE: what happens to publications."""
        labels = {
            "publication_checked": self.env._("Publication checked"),
            "publication_redacted": self.env._("Names taken out of a publication"),
            "publication_approved": self.env._("Publication approved"),
            "publication_released": self.env._("Publication released"),
            "publication_withdrawn": self.env._("Publication withdrawn"),
        }
        return [*super()._selection_kind(), *labels.items()]
