from odoo import models

from .base_about_cases import is_ours


def _shown_offices(record, model, users):
    """Return the ids of the offices in whose lists of complaints one record stands.

    :param model: in whose lists, maybe none
    :param users: to whom it is shown; no users stand for everybody
    """
    about = is_ours(model or "") or model == "helpdesk.ticket.team"
    if not about or users == record.env.user:
        return frozenset()
    offices = record.env["complaint.watched.mixin"]._complaint_offices()
    return frozenset((offices & users.company_ids if users else offices).ids)


class IrFilters(models.Model):
    """A default filter takes cases, clocks or rows of the log out of sight (THREATS 50).

    In the base every employee shares one with whom they like. About complaints their
    managers share them, on record. One's own is free, and so is what others choose.
    """

    _name = "ir.filters"
    _inherit = ["ir.filters", "complaint.watched.mixin"]

    def _watched_companies(self):
        """OVERRIDE: of whom it filters the lists of, but who shares it."""
        # sudo: ir.filters - whom they are shown to, whoever changes them
        shown = {
            item.id: _shown_offices(item, item.model_id, item.user_ids)
            for item in self.sudo().filtered("is_default")
        }
        return {id_: ids for id_, ids in shown.items() if ids}

    def _watched_cases(self):
        """OVERRIDE: no file names them."""
        return self.browse()


class IrEmbeddedActions(models.Model):
    """A button runs a step in the name of who presses it; see :class:`IrFilters`."""

    _name = "ir.embedded.actions"
    _inherit = ["ir.embedded.actions", "complaint.watched.mixin"]

    def _watched_companies(self):
        """OVERRIDE: of those before whom it stands, but who puts it there."""
        shown = {}
        for item in self.sudo():  # sudo: ir.embedded.actions - as above
            model = item.parent_action_id.res_model or ""
            if not is_ours(model):
                model = item.parent_res_model
            shown[item.id] = _shown_offices(item, model, item.user_id)
        return {id_: ids for id_, ids in shown.items() if ids}

    def _watched_cases(self):
        """OVERRIDE: no file names them."""
        return self.browse()
