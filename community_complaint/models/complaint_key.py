import logging
import os

from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.tools import SQL, config

from ..tools import vault
from ..tools.kept import SECRET

_logger = logging.getLogger(__name__)


class ComplaintKey(models.Model):
    """A key that something in this database is kept under: its name and check value.

    The key itself is in the server's configuration only. By the check value the database
    knows it again: other bytes under the same name are refused, for reading and for
    writing, and a database with a key takes down nothing without one (THREATS 63).

    EXPOSED API: :meth:`_ring` to read, :meth:`_writing_ring` to write.
    """

    _name = "complaint.key"
    _description = "Key of the Vault"
    _inherit = ["complaint.append.only"]
    _log_access = False

    name = fields.Char(required=True)
    check_value = fields.Char(required=True)

    _name_unique = models.UniqueIndex("(name)")

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    @api.model
    def _ring(self):
        """Return the server's keys to read with, without those that are not the right ones.

        What is kept under a key that is missing here opens as ``MissingKey``.

        :raise UserError: if the configuration cannot be read
        """
        ring = self._configured()
        wrong = self._wrong(ring)
        return ring.without(wrong) if wrong else ring

    @api.model
    def _writing_ring(self):
        """Return the server's keys to write with; a new one is entered.

        :raise UserError: if a key is not the right one, or this database has keys and the
            server has none
        """
        ring = self._configured()
        wrong = self._wrong(ring)
        if wrong:
            raise UserError(self._wrong_text(wrong))
        known = self._known_checks()
        if known and not ring.current:
            raise UserError(self._missing_text())
        if ring.current and ring.current not in known:
            self._enter(ring)
        return ring

    @api.model
    def _is_ready(self):
        """Return whether names can be taken down: the keys are there, and right."""
        try:
            ring = self._configured()
        except UserError:
            return False
        return not self._wrong(ring) and bool(ring.current or not self._known_checks())

    @api.model
    def _lacks_keys(self):
        """Return whether the server cannot read some of who complained."""
        if not self._is_ready():
            return True
        return bool({*self._used_keys()} - {*self._configured().names})

    @api.model
    def _used_keys(self):
        """Return the names of the keys of identities; as fast as there are few keys."""
        rows = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE used AS (
                    SELECT min(key_id) AS name FROM complaint_identity
                     WHERE key_id IS NOT NULL
                     UNION ALL
                    SELECT (SELECT min(key_id) FROM complaint_identity
                             WHERE key_id > used.name)
                      FROM used WHERE used.name IS NOT NULL
                )
                SELECT name FROM used WHERE name IS NOT NULL
                """
            )
        )
        return [name for (name,) in rows]

    # ----------------------------------------------------------------------
    # Everything that is kept
    # ----------------------------------------------------------------------

    @api.model
    def _rotate_all(self):
        """Put whatever is kept under the current key; resumes where it stopped."""
        try:
            ring = self._writing_ring()
        except UserError as error:
            _logger.error("%s", error)
            return
        if not ring.current:
            return
        self.env["ir.cron"]._commit_progress(remaining=self._count_stale())
        for keeper in self.env["complaint.key.keeper"]._keepers():
            if not keeper._rotate_stale(ring):
                return

    @api.model
    def _count_stale(self):
        """Return how many rows a rotation has to make anew."""
        self.env.flush_all()
        ring, keepers = self._ring(), self.env["complaint.key.keeper"]._keepers()
        return sum(keeper._count_stale(ring) for keeper in keepers)

    @api.model
    def _status(self):
        """Return under which key how much of what is kept.

        :return: list of ``(keeper, kind, {key: rows})``, keys as of ``_key_counts``
        """
        self.env.flush_all()
        return [
            (keeper, kind, counts)
            for keeper in self.env["complaint.key.keeper"]._keepers()
            for kind in ("sealed", "mark")
            if (counts := keeper._key_counts(kind))
        ]

    # ----------------------------------------------------------------------
    # The configuration
    # ----------------------------------------------------------------------

    @api.model
    def _configured(self):
        """Return the keys in the server's configuration, right or wrong.

        :raise UserError: if it cannot be read
        """
        text = os.environ.get("COMPLAINT_IDENTITY_KEYS") or config.get(
            "complaint_identity_keys"
        )
        try:
            return vault.key_ring(text or "")
        except vault.BadKeys as error:
            raise UserError(
                self.env._(
                    "The identity keys in the server's configuration cannot be read: "
                    "entry “%s”. Nothing was saved. Tell the administrator.",
                    error,
                )
            ) from error

    # ----------------------------------------------------------------------
    # Check values
    # ----------------------------------------------------------------------

    @api.model
    @tools.ormcache()
    def _known_checks(self):
        """Return ``{name: check value}`` of the keys this database was kept under."""
        return dict(
            self.env.execute_query(SQL("SELECT name, check_value FROM complaint_key"))
        )

    @api.model
    def _wrong(self, ring):
        """Return the names of keys that this database knows with other bytes."""
        known = self._known_checks()
        return [
            name
            for name in ring.names
            if known.get(name) not in (None, ring.check(name))
        ]

    @api.model
    def _enter(self, ring):
        """Remember the keys of the server that this database does not know yet.

        :raise UserError: if something is kept under such a name already, and the key does
            not open it
        """
        known = self._known_checks()
        new = [name for name in ring.names if name not in known]
        wrong = [name for name in new if not self._opens_sample(ring, name)]
        if wrong:
            raise UserError(self._wrong_text(wrong))
        for name in new:
            self.env.execute_query(
                SQL(
                    "INSERT INTO complaint_key (name, check_value) VALUES (%s, %s)"
                    " ON CONFLICT (name) DO NOTHING RETURNING id",
                    name,
                    ring.check(name),
                )
            )
        self.env.registry.clear_cache()

    @api.model
    def _opens_sample(self, ring, name):
        """Return whether a key opens what lies under its name, or nothing does."""
        rows = self.env.execute_query(
            SQL(
                "SELECT vault, ticket_id FROM complaint_identity WHERE key_id = %s LIMIT 1",
                name,
            )
        )
        try:
            for sealed, ticket_id in rows:
                ring.open(sealed, str(ticket_id))
        except vault.VaultError:
            return False
        return True

    @api.model
    def _register_hook(self):
        """OVERRIDE: say at every start what is wrong with the keys."""
        super()._register_hook()
        try:
            ring = self._configured()
        except UserError as error:
            _logger.error("%s", error)  # pylint: disable=translation-not-lazy
            return
        wrong = self._wrong(ring)
        if wrong:
            _logger.error("Identity keys that are not the right ones: %s", wrong)
        elif not ring.current and self._known_checks():
            _logger.error("This database has identity keys, the server has none.")

    @api.model
    def _wrong_text(self, names):
        return self.env._(
            "The key “%s” in the server's configuration is not the one this database "
            "was encrypted with. Nothing was saved. Ask the administrator to put the "
            "right key into the configuration; a new key needs a new name.",
            ", ".join(names),
        )

    @api.model
    def _missing_text(self):
        return self.env._(
            "The server lacks its identity keys, so nothing that names people can be "
            "taken down. Nothing was saved. Ask the administrator to put the keys into "
            "the server's configuration."
        )

    @api.model
    def _server_tells(self):
        """Return whether PostgreSQL's own log would quote values of what fails."""
        rows = self.env.execute_query(
            SQL(
                "SELECT current_setting('log_min_error_statement'),"
                " current_setting('log_error_verbosity')"
            )
        )
        statements, verbosity = rows[0]
        quiet = statements in ("fatal", "panic") and verbosity == "terse"
        return not quiet

    # ----------------------------------------------------------------------
    # The secret of the office
    # ----------------------------------------------------------------------

    @api.model
    def _ensure_secret(self):
        """Keep the database's secret of this day as the secret of the office."""
        # sudo: ir.config_parameter - a secret that a copy of the database keeps
        parameters = self.env["ir.config_parameter"].sudo()
        if not parameters.get_param(SECRET):
            parameters.set_param(SECRET, parameters.get_param("database.secret"))
