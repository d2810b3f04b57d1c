from odoo import models
from odoo.exceptions import UserError

from ..tools import publication_gate


class ComplaintPublication(models.Model):
    """The gate: nothing is published that tells who somebody is (R01, R02; THREATS 26).

    It compares with identities the user may not see. It names the place, and the words
    only if they look like somebody's number in any text, or if the case is open to the
    user: otherwise one could find out a name by trying. Every check is in the log.
    """

    _inherit = "complaint.publication"

    # ----------------------------------------------------------------------
    # What is missing
    # ----------------------------------------------------------------------

    def _problems(self):
        """Yield what has to be changed in one publication, as sentences."""
        self.ensure_one()
        if not self.line_ids and not self.figure_ids:
            yield self.env._("There is nothing to publish yet.")
        decisions = self.line_ids._decisions()
        for place, line in enumerate(self.line_ids, 1):
            if line in decisions and decisions[line].state != "in_force":
                yield self.env._("Result %s was changed since; delete it here.", place)
            if not line.conclusion or not (line.summary or "").strip():
                yield self.env._("Result %s has no conclusion or no summary.", place)
        yield from self._hits()

    def _check_gate(self):
        """Check one publication again, right before a step.

        :raise UserError: with the places
        """
        problems = [*self._problems(), *self._figure_problems()]
        if problems:
            raise UserError(
                self.env._("Something has to be changed first:")
                + "\n\n"
                + "\n".join(f"• {line}" for line in problems)
            )

    def _refresh(self, figures=True):
        """Take over what changed in the cases since: conflicts, and the figures."""
        self._keep_away()
        if figures:
            self._count_figures()

    # ----------------------------------------------------------------------
    # Places
    # ----------------------------------------------------------------------

    def _hits(self):
        """Yield a sentence for each place of one publication that tells too much."""
        decisions = self.line_ids._decisions()
        cases = self.env["helpdesk.ticket"].union(
            *(decision.ticket_id for decision in decisions.values())
        )
        secrets = cases._publication_secrets()
        allowed = self._allowed_texts()
        everybody = set().union(*secrets.values())
        for field in ("name", "introduction"):
            label = self._fields[field]._description_string(self.env)
            yield from self._hits_of(self[field], label, everybody, allowed, cases)
        for place, line in enumerate(self.line_ids, 1):
            # who knows which case a line is about that somebody wrote by hand?
            case = decisions[line].ticket_id if line in decisions else cases
            own = secrets[case] if line in decisions else everybody
            for field in ("summary", "measures"):
                label = self.env._(
                    "Result %(number)s, %(field)s",
                    number=place,
                    field=line._fields[field]._description_string(self.env),
                )
                yield from self._hits_of(line[field], label, own, allowed, case)

    def _hits_of(self, text, label, secrets, allowed, cases):
        """Yield a sentence if one text tells who somebody is."""
        hits = publication_gate.find(text, secrets, allowed)
        if not hits:
            return
        shown = hits
        if not self._may_know(cases):
            shown = publication_gate.find(text, (), allowed)
        if shown:
            words = ", ".join(f"“{text[hit.start : hit.end]}”" for hit in shown)
            yield self.env._("%(place)s tells who somebody is: %(words)s.",
                             place=label, words=words)  # fmt: skip
        if len(shown) < len(hits):
            yield self.env._(
                "%s has something that tells who somebody is. Write it without names, "
                "numbers, addresses and employers, or let the program take them out.",
                label,
            )

    def _may_know(self, cases):
        """Tell whether the user may see who complained in all of some cases."""
        visible = cases.with_env(self.env)._filtered_access("read")
        return visible == cases.with_env(self.env) and all(
            case.confidentiality == "open" and case.identity_readable
            for case in visible
        )

    def _allowed_texts(self):
        """Return what may be told although it looks like a secret: the office's own."""
        company = self.company_id
        boards = self.regulation_id.board_ids
        texts = [company.name, company.phone, company.email, company.street]
        texts += [self.regulation_id.name]
        for board in boards:
            texts += [board.hotline, board.phone, board.address, board.superior_phone]
        return [text for text in texts if text]

    # ----------------------------------------------------------------------
    # Taking out
    # ----------------------------------------------------------------------

    def action_redact(self):
        """Take out of all texts of drafts what tells who somebody is."""
        self._begin("draft")
        for publication in self:
            publication._in_office_language()._redact_own_texts()
        return True

    def _redact_own_texts(self):
        decisions = self.line_ids._decisions()
        cases = self.env["helpdesk.ticket"].union(
            *(decision.ticket_id for decision in decisions.values())
        )
        secrets = cases._publication_secrets()
        everybody = set().union(*secrets.values())
        for field in ("name", "introduction"):
            _rewrite(self, field, lambda text: self._redact(text, everybody))
        for line in self.line_ids:
            own = everybody
            if line in decisions:
                own = secrets[decisions[line].ticket_id]
            for field in ("summary", "measures"):
                _rewrite(line, field, lambda text, own=own: self._redact(text, own))

    def _redact(self, text, secrets):
        """Return a text without what tells who somebody is."""
        return publication_gate.redact(
            text, secrets, self._masks(), self._allowed_texts()
        )

    def _masks(self):
        """Return what stands in place of what was taken out, by kind."""
        return {
            "name": self.env._("[somebody]"),
            "phone": self.env._("[phone]"),
            "email": self.env._("[e-mail]"),
            "id_number": self.env._("[number]"),
            "number": self.env._("[number]"),
            "plate": self.env._("[plate]"),
            "address": self.env._("[place]"),
            "unit": self.env._("[unit]"),
        }


def _rewrite(record, field, function):
    """Write a text anew if that changes it."""
    new = function(record[field]) if record[field] else record[field]
    if new != record[field]:
        record[field] = new
