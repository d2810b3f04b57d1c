import json
from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..tools import history, paper_text
from ..tools.kept import Kept

_FREE_TEXT = ("char", "text", "html")


class ComplaintHistoryKeeper(models.AbstractModel):
    """How the history forgets, follows the keys of the vault, and is proven.

    EXPOSED API: :meth:`_forget`, :meth:`_redact`, :meth:`_find_broken`.
    """

    _name = "complaint.history.keeper"
    _inherit = ["complaint.key.keeper"]
    _description = "Keeper of the History"

    _kept = dict.fromkeys(history.VALUES, Kept("sealed"))

    # ----------------------------------------------------------------------
    # Forgetting
    # ----------------------------------------------------------------------

    @api.model
    def _forget(self, cases):
        """Empty the history of cases; that something was changed stays on record."""
        self._settle_for_good(cases)
        # sudo: complaint.log.value - the routine that forgets, see helpdesk.ticket._erase
        rows = self.sudo().search([("ticket_id", "in", cases.ids)])
        rows._write_sealed("erase", dict.fromkeys(history.VALUES, False))

    @api.model
    def _redact(self, case, hide, others=None):
        """Take the complainant out of the history of one case.

        New salts and hashes go into the chain: the old ones would confirm a guess.

        :param hide: function of a text
        :param others: places that are left alone, with all that others wrote, see
            ``helpdesk.ticket._words_of_others``; ``None``: everything is looked at
        """
        self._settle_for_good(case)
        # sudo: complaint.log.value - the whole file, whoever makes it secret
        rows = self.sudo().search([("ticket_id", "=", case.id)])
        rows = rows.filtered(
            lambda row: (
                row._is_free_text()
                and (
                    others is None
                    or (row.res_model, row.res_id, row.field) not in others
                )
            )
        )
        changed = defaultdict(dict)
        for row in rows:
            old, new = (
                value and hide(value) for value in (row.old_value, row.new_value)
            )
            if _same(row.old_value, old) and _same(row.new_value, new):
                continue
            salt = history.new_salt()
            row._write_sealed(
                "erase", {"old_value": old, "new_value": new, "salt": salt}
            )
            changed[row.key][row.field] = [
                history.digest(salt, value or None)
                for value in (row.old_value, row.new_value)
            ]
        if changed:
            self.env["complaint.log"]._record(
                "redacted", case, {"fields": [self._name], "values": changed}
            )

    @api.model
    def _settle_for_good(self, cases):
        """Settle, and forget what the notes of some cases hold in memory."""
        self.env["complaint.log"]._write_pending()
        notes = self.env.cr.precommit.data.get(history.NOTES, {})
        for place, note in [*notes.items()]:
            if note.case.id in cases.ids:
                del notes[place]

    def _is_free_text(self):
        """Return whether one row holds words outside the vault."""
        field = self._field()
        return (
            bool(self.salt)
            and self.field not in self.env[self.res_model]._vaulted
            and field is not None
            and field.type in _FREE_TEXT
        )

    # ----------------------------------------------------------------------
    # Keys of the vault
    # ----------------------------------------------------------------------

    @api.model
    def _kept_where(self):
        """OVERRIDE: the values of identities lie in the vault."""
        return SQL("res_model = 'complaint.identity' AND salt IS NOT NULL")

    def _rotate(self):
        """OVERRIDE: encrypt these values anew; what lacks its key waits."""
        values = self._plain_values()
        for row in self.filtered(lambda row: row.id in values):
            row._write_sealed(
                "rotate",
                row._sealed_values(row.res_model, row.key, row.field, values[row.id]),
            )

    # ----------------------------------------------------------------------
    # Proof
    # ----------------------------------------------------------------------

    @api.model
    def _find_broken(self, companies):
        """Compare the values that are still there with the hashes in the chain.

        :return: list of ``(key, field, reason)``: ``changed``, the value is not what was
            recorded; ``unknown``, nothing of the kind was; ``missing``, the row is gone;
            ``emptied``, although the identity was not erased
        """
        self.env["complaint.log"]._write_pending()
        proven, erased = self._proven(companies)
        # sudo: complaint.log.value - compared with hashes, not shown
        rows = self.sudo().search([("company_id", "in", companies.ids)])
        values = rows._plain_values()
        broken = [
            (row.key, row.field, reason)
            for row in rows
            if row.id in values
            and (reason := row._flaw(values[row.id], proven, erased))
        ]
        gone = proven.keys() - {(row.key, row.field) for row in rows}
        return broken + [(*place, "missing") for place in sorted(gone)]

    @api.model
    def _proven(self, companies):
        """Return ``{(key, field): hashes}`` and the ids of the cases that were erased."""
        rows = self.env.execute_query(
            SQL(
                "SELECT kind, ticket_id, details FROM complaint_log"
                " WHERE company_id = ANY(%s)"
                " AND kind IN ('changed', 'redacted', 'identity_erased') ORDER BY id",
                companies.ids,
            )
        )
        proven, erased = {}, set()
        for kind, ticket_id, details in rows:
            known = json.loads(details)
            if kind == "identity_erased":
                erased.add(ticket_id)
            elif kind == "changed":
                known = {"values": {known["key"]: known["fields"]}}
            for key, pairs in known.get("values", {}).items():
                proven.update({(key, name): pair for name, pair in pairs.items()})
        return proven, erased

    def _flaw(self, values, proven, erased):
        """Return what is wrong with one row, ``None`` if nothing is."""
        old, new, salt = values
        hashes = proven.get((self.key, self.field))
        if hashes is None:
            return "unknown"
        if not salt:
            return None if self.ticket_id.id in erased else "emptied"
        same = [history.digest(salt, old), history.digest(salt, new)] == hashes
        return None if same else "changed"


def _same(text, hidden):
    """Return whether nothing had to be hidden in a text."""
    return paper_text.clean(text or "") == (hidden or "")
