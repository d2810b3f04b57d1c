"""Add-ons: ours stay while records are on file."""

import logging
from contextlib import suppress

from psycopg2.errors import LockNotAvailable

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import uninstalling
from ..tools.changes import on

_logger = logging.getLogger(__name__)

#: States by which an add-on is gone, or will be.
_GONE = frozenset({"to remove", "uninstalled", "uninstallable"})
OWN_MODULE = "community_complaint"


class IrModuleModule(models.Model):
    _name = "ir.module.module"
    _inherit = ["ir.module.module", "complaint.seen.mixin"]

    _guards = {"_check_removal": on("state")}

    #: What only describes the add-on.
    _watched_free = frozenset({"latest_version", "sequence", "icon", "author"})

    # ----------------------------------------------------------------------
    # Add-ons with records on file stay (THREATS 57)
    # ----------------------------------------------------------------------

    def _seen(self):
        """OVERRIDE: add-ons that come or go."""
        # sudo: ir.module.module - which are there, whoever changes them
        return self.filtered(lambda item: item.sudo().state != "uninstallable")

    @api.model
    def _watched_names(self, names):
        """OVERRIDE: what is done to an add-on, not what its list says of it."""
        return ["state"] if "state" in names else []

    def _check_removal(self, vals):
        """Check that no add-on whose records are on file is marked for removal.

        :raise UserError: with the way out
        """
        if self.pool.ready and vals["state"] in _GONE:
            self._check_nothing_on_file()

    def module_uninstall(self):
        """OVERRIDE: whatever marked it; by force, what is on file is exported first.

        :raise UserError: with the way out; the next start finds the add-on as it was
        """
        names = self._ours_on_file()
        if names and not self._is_uninstall_forced():
            self._keep_installed()
            self._check_nothing_on_file()
        leaving = OWN_MODULE in self.mapped("name")
        cases = uninstalling.case_ids(self.env) if leaving else []
        if names:
            tables = [table for found in names.values() for table in found]
            path = uninstalling.export(self.env, tables, cases)
            _logger.info("Uninstalled by force; what was on file is in %s", path)
        result = super().module_uninstall()
        if cases:
            uninstalling.put_away(self.env, cases)
        return result

    def _ours_on_file(self):
        """Return ``{name: tables}`` of our add-ons among these with records on file."""
        # sudo: ir.module.module - which they are, whoever removes them
        found = {
            item.name: uninstalling.tables_on_file(self.env, item.name)
            for item in self.sudo()
            if item.name.startswith(OWN_MODULE)
            and item.state in ("installed", "to upgrade", "to remove")
        }
        return {name: tables for name, tables in found.items() if tables}

    def _check_nothing_on_file(self):
        """Check that these leave no file behind, unless somebody forces it today.

        :raise UserError: if they do
        """
        names = self._ours_on_file()
        if names and not self._is_uninstall_forced():
            raise UserError(
                self.env._(
                    "Records of complaints are on file: %(names)s cannot be uninstalled, "
                    "nor what it is built on. Archive the cases and deactivate the desks "
                    "instead. Whoever must remove it all the same sets the system "
                    "parameter %(key)s to that day, such as 2026-12-31: "
                    "everything is exported to the server's data folder first, and no "
                    "case, message or file stays in the database.",
                    names=", ".join(sorted(names)),
                    key=uninstalling.FORCED,
                )
            )

    @api.model
    def _is_uninstall_forced(self):
        # sudo: ir.config_parameter - set by an administrator, on record
        day = self.env["ir.config_parameter"].sudo().get_param(uninstalling.FORCED)
        return day == fields.Date.to_string(fields.Date.today())

    def _keep_installed(self):
        """Take the mark of removal back, past this transaction, which fails."""
        with self.pool.cursor() as other, suppress(LockNotAvailable):
            other.execute("SET LOCAL lock_timeout = '5s'")
            other.execute(
                "UPDATE ir_module_module SET state = 'installed'"
                " WHERE state = 'to remove'"
            )
