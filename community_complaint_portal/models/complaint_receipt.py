import hashlib
import hmac
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.orm.models import NO_ACCESS

from odoo.addons.community_complaint.tools.kept import Kept, office_hmac
from odoo.addons.community_complaint.tools.life import Opening
from odoo.addons.community_complaint.tools.steps import OPEN_PHASES

from ..tools.receipts import DIGITS, check_code, hash_code, make_code

#: How long a code opens a case after the last message on it; an open case always.
LIFE = timedelta(days=180)


class ComplaintReceipt(models.Model):
    """A receipt code that opens one case to who holds it (DESIGN 7, THREATS 11).

    The code itself is nowhere: kept are its slow hash and the mark by which it is found,
    an HMAC with a pepper from the server's configuration (the identity keys), or with
    the office's own secret if there are none. Nobody reads or writes these records by
    rights; the portal and the office's button do.
    """

    _name = "complaint.receipt"
    _description = "Receipt Code"
    _inherit = ["complaint.case.mixin", "complaint.key.keeper"]
    _order = "id desc"

    _kept = {"mark": Kept("mark", "a code is known to who holds it")}
    # also for finished cases: a code is no part of the file, it goes when it is over
    _opens = {}
    _openings = {
        "issued": Opening(
            "A code is given out; the ones before open nothing any more.",
            ("ticket_id", "mark", "code_hash", "expires_date"),
            creates=True,
            drops=True,
        ),
        "marked": Opening("The code was used under another key.", ("mark",)),
        "postponed": Opening("Something was written on its case.", ("expires_date",)),
        "over": Opening("It opens nothing any more.", drops=True),
    }

    mark = fields.Char(required=True, groups=NO_ACCESS, copy=False)
    code_hash = fields.Char("Hash", required=True, groups=NO_ACCESS, copy=False)
    expires_date = fields.Datetime("Valid until", required=True)

    _mark_unique = models.UniqueIndex("(mark)")

    # ----------------------------------------------------------------------
    # Codes
    # ----------------------------------------------------------------------

    @api.model
    def _new_code(self):
        """Return a code that nobody has."""
        return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"

    @api.model
    def _code_of_form(self, visitor, nonce):
        """Return the code of a complaint that a visitor sends.

        It follows from the form and from the visitor's session: the same form sent twice
        gives the same code, although that is kept nowhere.

        :param visitor: secret of the visitor's session
        """
        text = f"{visitor} {nonce}"
        key = self._marks(text)[0].encode()
        return make_code(hmac.new(key, text.encode(), hashlib.sha256).digest())

    @api.model
    def _marks(self, code):
        """Return the marks a code may be found by, the current one first."""
        ring = self.env["complaint.key"]._ring()
        marks = [mark for mark in ring.index("receipt", code) if mark != code]
        # sudo: ir.config_parameter - the secret of the office, not shown
        return [*marks, office_hmac(self.env(su=True), "complaint-receipt", code)]

    # ----------------------------------------------------------------------
    # Giving out
    # ----------------------------------------------------------------------

    @api.model
    def _issue(self, case, code):
        """Let a code open a case; codes given out before open it no longer.

        :return: the receipt, with sudo
        """
        # sudo: complaint.receipt - who may give out codes was checked by the caller
        receipts = self.sudo()
        self.env["complaint.key"]._writing_ring()
        receipts.search([("ticket_id", "=", case.id)])._unlink_sealed("issued")
        return receipts._create_sealed(
            "issued",
            {
                "ticket_id": case.id,
                "mark": self._marks(code)[0],
                "code_hash": hash_code(code),
                "expires_date": fields.Datetime.now() + LIFE,
            },
        )

    @api.model
    def _find_by_mark(self, code):
        """Return the receipt that a code may belong to, by one search and no hash.

        Whoever wrote a mark into the database still lacks the hash, see
        :meth:`_opened_by`.

        :param code: cleaned by ``tools.receipts.clean_code``, or ``None``
        """
        # sudo: complaint.receipt - who holds the code is the one it was given to
        receipts = self.sudo()
        return receipts.search([("mark", "in", self._marks(code or ""))], limit=1)

    def _opened_by(self, code):
        """Return the receipt if a code opens it, empty otherwise.

        A code that nobody has takes as long as one that somebody has.
        """
        right = check_code(code, self.code_hash)
        if not right or not self._is_valid():
            return self.browse()
        current = self._marks(code)[0]
        if self.mark != current:
            # only who holds the code can put its mark under the current key
            self._write_sealed("marked", {"mark": current})
        return self

    def _is_valid(self):
        """Tell whether a code still opens its case."""
        return bool(self) and (
            self.expires_date > fields.Datetime.now() or self.phase in OPEN_PHASES
        )

    def _postpone(self):
        """Let codes be valid longer: something was written on their cases."""
        if self:
            later = fields.Datetime.now() + LIFE
            self._write_sealed("postponed", {"expires_date": later})

    # ----------------------------------------------------------------------
    # Clean-up
    # ----------------------------------------------------------------------

    @api.autovacuum
    def _gc_receipts(self):
        """Forget codes that open nothing any more."""
        over = Domain("expires_date", "<", fields.Datetime.now())
        over &= Domain("ticket_id.phase", "not in", OPEN_PHASES)
        cases = self.with_context(active_test=False)
        cases.search(over, limit=10_000)._unlink_sealed("over")

    @api.model
    def _life_days(self):
        """Return for how many days after the last message a code is good."""
        return LIFE.days
