import hashlib
import secrets
from weakref import WeakKeyDictionary

from odoo import api, fields, models
from odoo.http import STORED_SESSION_BYTES, request

from ..tools.life import Opening

#: Marks of transactions that have no session, by cursor.
_MARKS = WeakKeyDictionary()


class ComplaintIdentityView(models.Model):
    """Somebody looks at the identity of one case for some minutes, in one session.

    No role reads or writes these rows: ``helpdesk.ticket._show_identity`` makes them and
    the record rules of ``complaint.identity`` ask for them.
    """

    _name = "complaint.identity.view"
    _description = "Look at an Identity"
    _inherit = ["complaint.seal.mixin"]
    _rec_name = "id"

    _opens = {}
    _openings = {
        "shown": Opening(
            "Somebody who may see who complained gave a reason.",
            ("ticket_id", "user_id", "disclosure_id", "until", "session"),
            creates=True,
        ),
        "over": Opening("The time is over, or the right to look.", drops=True),
    }

    ticket_id = fields.Many2one(
        "helpdesk.ticket",
        string="Complaint",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="ticket_id.company_id", store=True, index=True)
    user_id = fields.Many2one(
        "res.users", required=True, index=True, ondelete="cascade"
    )
    disclosure_id = fields.Many2one(
        "complaint.disclosure", index="btree_not_null", ondelete="cascade"
    )
    until = fields.Datetime(required=True, index=True)
    session = fields.Char(help="Hash of the session in which the identity is shown.")

    @api.model
    def _session(self):
        """Return the mark of this session.

        Remote calls without one (XML-RPC) are shown an identity for the length of their
        transaction, and no other call of theirs is.
        """
        if not request:
            return _MARKS.setdefault(self.env.cr, secrets.token_hex(32))
        sid = request.session.sid[:STORED_SESSION_BYTES]
        return hashlib.sha256(sid.encode()).hexdigest()

    @api.model
    def _active_domain(self):
        """Return the domain of what this session of the user is shown now."""
        return [
            ("user_id", "=", self.env.uid),
            ("session", "=", self._session()),
            ("until", ">", fields.Datetime.now()),
        ]

    @api.autovacuum
    def _gc_views(self):
        """Forget what is over; the log keeps that it was."""
        over = [("until", "<", fields.Datetime.now())]
        self.search(over, limit=10_000)._unlink_sealed("over")
