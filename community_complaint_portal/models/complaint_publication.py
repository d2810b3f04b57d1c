from odoo import api, models
from odoo.fields import Domain


class ComplaintPublication(models.Model):
    """What everybody reads of publications: released ones, and nothing else."""

    _inherit = "complaint.publication"

    @api.model
    def _portal_domain(self):
        """Return the domain of what is on the public pages."""
        return Domain("state", "=", "released") & Domain(
            "regulation_id", "in", self.env["complaint.regulation"]._portal_public().ids
        )

    @api.model
    def _portal_published(self, year=None, limit=None, offset=0):
        """Return released publications, the latest first, with sudo.

        :param year: of the period, all years without it
        """
        domain = self._portal_domain()
        if year:
            domain &= Domain("date_from", ">=", f"{year}-01-01")
            domain &= Domain("date_from", "<=", f"{year}-12-31")
        # sudo: complaint.publication - what is released is for everybody
        return self.sudo().search(
            domain,
            order="date_from desc, released_date desc, id desc",
            limit=limit,
            offset=offset,
        )

    @api.model
    def _portal_years(self):
        """Return ``[(year, number of publications)]``, the latest first."""
        # sudo: complaint.publication - what is released is for everybody
        rows = self.sudo()._read_group(
            self._portal_domain(), ["date_from:year"], ["__count"]
        )
        return sorted(((day.year, number) for day, number in rows), reverse=True)

    @api.model
    def _portal_find(self, key):
        """Return a released publication by its public key, empty if there is none."""
        # sudo: complaint.publication - what is released is for everybody
        return self.sudo().search(
            self._portal_domain() & Domain("public_key", "=", key), limit=1
        )


class ComplaintNoticeBoard(models.Model):
    _inherit = "complaint.notice.board"

    @api.model
    def _portal_of(self, regulation):
        """Return the values of a desk's public notice board, ``None`` without one."""
        # sudo: complaint.notice.board - what the office entered for everybody
        board = self.sudo().search(
            [("regulation_id", "=", regulation.id), ("is_public", "=", True)]
        )
        values = board and board._board_values()
        if not values or not (values["people"] or values["facts"]):
            return None
        return {**values, "photo": board.photo}
