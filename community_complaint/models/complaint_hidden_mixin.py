from functools import partial

from odoo import api, models
from odoo.exceptions import MissingError

from ..tools.door import hang_doors, take_doors_away
from ..tools.opened import is_opened


class ComplaintHiddenMixin(models.AbstractModel):
    """What somebody may not see answers like what is not there (THREATS 69).

    The base tells both apart: it refuses the one, and drops the other or says that it was
    deleted. Ids count up, so that whoever asks for each of them knows how many cases are
    hidden, and which. Code with all rights sees the difference as ever.

    What a method would say of a hidden record, or leave behind, before it asks for rights
    nobody can list. So whatever is called from outside asks first, see ``tools/door.py``.
    """

    _name = "complaint.hidden.mixin"
    _description = "Hidden Like Missing"

    def _register_hook(self):
        """OVERRIDE: put a door before what is called from outside."""
        super()._register_hook()
        if not self._abstract:
            hang_doors(type(self))

    def _unregister_hook(self):
        """OVERRIDE: models that change start without doors."""
        take_doors_away(type(self))
        return super()._unregister_hook()

    def _check_seen(self):
        """Check that the user may read all of these, by the same question whatever is so.

        :raise AccessError: for some that are hidden, or not there
        """
        ids = {id_ for id_ in self._ids if id_}
        if self.env.su or not ids:
            return
        self.browse().check_access("read")
        if len(self._search([("id", "in", list(ids))], active_test=False)) < len(ids):
            raise self.env["ir.rule"]._make_access_error("read", self)

    def _check_access(self, operation):
        """OVERRIDE: what is gone is refused like what is hidden.

        What the form being opened got under the rules is not asked again.
        """
        if self and is_opened(self, operation):
            return None
        try:
            return super()._check_access(operation)
        except MissingError:
            if self.env.su:
                raise
            there = self.exists()
            refused = there and super(ComplaintHiddenMixin, there)._check_access(
                operation
            )
            hidden = (self - there) | (refused[0] if refused else there.browse())
            return hidden, partial(
                self.env["ir.rule"]._make_access_error, operation, hidden
            )

    def _read_format(self, fnames, load="_classic_read"):
        """OVERRIDE: what is gone is not left out silently.

        :raise AccessError: for some that are gone
        """
        rows = super()._read_format(fnames, load)
        if not self.env.su and len(rows) < len(self):
            known = {row["id"] for row in rows}
            gone = self.filtered(lambda record: record.id not in known)
            raise self.env["ir.rule"]._make_access_error("read", gone)
        return rows

    def export_data(self, fields_to_export):
        """OVERRIDE: see the class."""
        self.check_access("read")
        return super().export_data(fields_to_export)

    @api.model
    def _check_whole_seen(self, vals_list):
        """Check that the user may read what new records are to belong to.

        Else the message would tell whether there is such a case.

        :raise AccessError: otherwise
        """
        tickets = self.env["helpdesk.ticket"]
        path = tickets._case_paths().get(self._name)
        if self.env.su or not path or tickets._are_being_born():
            return
        name = path.partition(".")[0]
        default = self.env.context.get(f"default_{name}")
        given = [vals.get(name, default) for vals in vals_list]
        ids = {id_ for id_ in given if isinstance(id_, int) and id_}
        self.env[self._fields[name].comodel_name].browse(ids).check_access("read")
