import base64
import binascii
import hashlib
import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.orm.models import NO_ACCESS
from odoo.tools import format_list

from ..tools import register_columns, register_rows, register_table, vault
from ..tools.kept import Kept
from ..tools.life import Open, Opening, opens

_logger = logging.getLogger(__name__)
#: So many cases are made in one transaction; more wait for the scheduled action.
BATCH = 500
#: What is larger is no register.
_MOST_BYTES = 40 * 1024 * 1024
#: What the keys bind files of registers to.
_PLACE = "register"
#: What goes on in the background.
_GOING = ("running", "undoing")


class ComplaintRegisterImport(models.Model):
    """An old register that an office brings along, from its file to its cases.

    The file is read into lines, which only who uploaded it sees; each doubt is marked,
    and corrected or left out. Cases are made of them with their dates, and nobody is
    told: no letter, message or notice. Finished ones have no clocks, running ones those
    that their own dates give. The lines are forgotten then. An import is taken back as
    long as nothing was done with its cases. All of it is on record.
    """

    _name = "complaint.register.import"
    _description = "Old Register"
    _inherit = ["complaint.key.keeper", "complaint.seal.mixin"]
    _order = "id desc"
    _check_company_auto = True

    _kept = {"sealed": Kept("sealed", "it goes when the cases are there")}

    _opens = {
        **opens("team_id", "name", "file", states=("new",)),
        **opens(
            "epoch_1904", "running_phase", "column_ids", "line_ids",
            states=("new", "read"),
        ),
    }  # fmt: skip
    _drops = Open(states=("new", "read"))
    _openings = {
        "uploaded": Opening("A file was chosen; it is kept sealed.", ("sealed",)),
        "read": Opening(
            "The file was read into lines, and is not kept.",
            ("state", "how", "digest", "dropped"),
        ),
        "brought": Opening(
            "Cases are made of lines, or taken back, some at a time.",
            (
                *("state", "case_count", "imported_by_id", "imported_date", "numbers"),
                "problem",
            ),
        ),
    }

    name = fields.Char("File", readonly=True)
    team_id = fields.Many2one(
        "helpdesk.ticket.team",
        string="Desk",
        required=True,
        domain="[('regulation_id', '!=', False)]",
        default=lambda self: self._default_team_id(),
        ondelete="cascade",
        index=True,
        help="The cases go there, and run under its regulation.",
    )
    company_id = fields.Many2one(
        related="team_id.company_id", store=True, index=True, precompute=True
    )
    file = fields.Binary(
        "Register File",
        compute="_compute_file",
        inverse="_inverse_file",
        help="CSV or Excel (.xlsx). It is kept encrypted, and only until the cases are there.",
    )
    sealed = fields.Text(groups=NO_ACCESS, copy=False)
    state = fields.Selection(
        [
            ("new", "New"),
            ("read", "To check"),
            ("running", "Being brought in"),
            ("done", "Brought in"),
            ("undoing", "Being taken back"),
            ("undone", "Taken back"),
        ],
        required=True,
        default="new",
        readonly=True,
    )
    how = fields.Char("Read as", readonly=True)
    digest = fields.Char("SHA-256", readonly=True)
    epoch_1904 = fields.Boolean(
        "Days Counted from 1904",
        help="Excel on old Macs did so. Choose it if all dates are four years off.",
    )
    running_phase = fields.Selection(
        [
            ("registered", "Registered"),
            ("accepted", "Accepted"),
            ("investigating", "Investigating"),
        ],
        string="Running Cases Are",
        required=True,
        default="accepted",
        help="How far cases are that the register shows as unfinished.",
    )
    column_ids = fields.One2many(
        "complaint.register.column", "import_id", string="Columns"
    )
    line_ids = fields.One2many("complaint.register.line", "import_id", string="Rows")
    ticket_ids = fields.One2many("helpdesk.ticket", "import_id", string="Complaints")
    dropped = fields.Text("Rows That Are No Cases", readonly=True)
    line_count = fields.Integer("Number of Rows", compute="_compute_counts")
    doubt_count = fields.Integer("In Doubt", compute="_compute_counts")
    blocked_count = fields.Integer("Cannot Be Brought in", compute="_compute_counts")
    left_out_count = fields.Integer("Rows Left out", compute="_compute_counts")
    case_count = fields.Integer("Cases", readonly=True)
    problem = fields.Text("Why It Stopped", readonly=True)
    numbers = fields.Char("Case Numbers", readonly=True)
    imported_by_id = fields.Many2one("res.users", "Brought in by", readonly=True)
    imported_date = fields.Datetime("Brought in on", readonly=True)

    @api.model
    def _default_team_id(self):
        return self.env["helpdesk.ticket"]._intake_desk()

    @api.depends("sealed")
    @api.depends_context("uid")
    def _compute_file(self):
        ring = self.env["complaint.key"]._ring()
        for item in self:
            mine = item.create_uid == self.env.user
            # sudo: complaint.register.import - the column is closed; only who uploaded it
            sealed = mine and item.sudo().sealed
            try:
                text = sealed and ring.open(sealed, _PLACE)
            except vault.VaultError:
                text = None
            item.file = text.encode() if text else False

    def _inverse_file(self):
        ring = self.env["complaint.key"]._writing_ring()
        for item in self:
            text = (item.with_context(bin_size=False).file or b"").decode()
            sealed = ring.seal(text, _PLACE) if text else False
            item._write_sealed("uploaded", {"sealed": sealed})

    @api.depends("line_ids.doubts", "line_ids.blocked", "line_ids.left_out")
    def _compute_counts(self):
        Line = self.env["complaint.register.line"]
        rows = Line._read_group(
            [("import_id", "in", self.ids)],
            ["import_id", "left_out", "blocked", "in_doubt"],
            ["__count"],
        )
        for item in self:
            own = [row[1:] for row in rows if row[0] == item]
            item.line_count = sum(row[-1] for row in own)
            item.left_out_count = sum(row[-1] for row in own if row[0])
            kept = [row for row in own if not row[0]]
            item.blocked_count = sum(row[-1] for row in kept if row[1])
            item.doubt_count = sum(row[-1] for row in kept if row[2])

    # ----------------------------------------------------------------------
    # Reading
    # ----------------------------------------------------------------------

    def action_read(self):
        """Read the file into lines, with the columns as they are guessed.

        :raise UserError: if it is no register
        """
        self._check_state("new", "read")
        content = self._content()
        table, headings = self._read_table(content)
        remembered = self._remembered()
        targets = register_columns.match_columns(headings.labels, remembered)
        digest = hashlib.sha256(content).hexdigest()
        self._write_sealed("read", {"how": table.how, "digest": digest})
        self.column_ids._unlink_sealed("read")
        self.env["complaint.register.column"]._create_sealed(
            "read",
            [
                {
                    "import_id": self.id,
                    "position": place,
                    "label": label or self.env._("Column %s", place + 1),
                    "target": target,
                }
                for place, (label, target) in enumerate(
                    zip(headings.labels, targets, strict=True)
                )
            ],
        )
        return self._read_lines(table, headings)

    def action_read_again(self):
        """Read the lines anew, with the columns as they are now."""
        self._check_state("read")
        return self._read_lines(*self._read_table(self._content()))

    def _check_state(self, *states):
        """Check who calls, and that this is at its turn.

        :raise UserError: if it is not
        """
        self.ensure_one()
        self.check_access("write")
        if self.state in ("new", "read") and self.create_uid != self.env.user:
            raise AccessError(self.env._("A register is up to who uploaded it."))
        self.lock_for_update()
        if self.state not in states:
            raise UserError(self.env._("This register is not at that point any more."))

    def _content(self):
        """Return the bytes of the file.

        :raise UserError: if there are none, or too many
        """
        try:
            content = base64.b64decode(self.with_context(bin_size=False).file or b"")
        except (binascii.Error, ValueError):
            content = b""
        if not content:
            raise UserError(self.env._("Choose the file of the register first."))
        if len(content) > _MOST_BYTES:
            raise UserError(self._reason("too_long"))
        return content

    def _read_table(self, content):
        """Return the table of a file and its headings.

        :raise UserError: in words everybody understands
        """
        try:
            table = register_table.read_table(content)
        except register_table.Unreadable as error:
            raise UserError(self._reason(error.code)) from error
        headings = register_columns.find_headings(table.rows)
        if not headings:
            raise UserError(self._reason("no_headings"))
        return table, headings

    def _reason(self, code):
        """Return why a file cannot be read, as a sentence."""
        return {
            "empty": self.env._("The file is empty."),
            "old_format": self.env._(
                "This is an old Excel file (.xls). Open it in Excel or WPS, save it as "
                ".xlsx, and choose that file."
            ),
            "password": self.env._(
                "The file is protected by a password. Open it, remove the password, "
                "save it, and choose it again."
            ),
            "not_a_table": self.env._(
                "This is no table. Choose a CSV file or an Excel file (.xlsx)."
            ),
            "broken": self.env._(
                "The file is damaged. Open it in Excel or WPS and save it anew; if that "
                "does not work either, look for another copy."
            ),
            "too_long": self.env._(
                "The register is too long to be brought in at once. Divide it, for "
                "example by years."
            ),
            "no_headings": self.env._(
                "No row looks like the headings of a register. It needs columns such as "
                "登记日期, 来访人姓名 and 反映问题."
            ),
        }[code]

    @api.model
    def _remembered(self):
        """Return what the office chose for its headings, ``{heading: target}``."""
        columns = self.env["complaint.register.column"].search(
            [("import_id.company_id", "=", self.company_id.id), ("chosen", "=", True)],
            order="id",
        )
        return {
            register_columns.fold(column.label): column.target or None
            for column in columns
        }

    def _read_lines(self, table, headings):
        """Make lines of a table.

        :raise UserError: if two columns hold the same
        """
        columns = self.column_ids.sorted("position")
        targets = [column.target or None for column in columns]
        known = [target for target in targets if target]
        if len(set(known)) < len(known):
            raise UserError(
                self.env._("Two columns mean the same. Change one of them.")
            )
        entries, dropped = register_rows.read_entries(
            table,
            headings,
            targets,
            self._today(),
            epoch_1904=self.epoch_1904 or None,
        )
        if not entries:
            raise UserError(self.env._("There are no cases below the headings."))
        Line = self.env["complaint.register.line"]
        self.line_ids._unlink_sealed("read")
        Line._create_sealed("read", Line._prepare_lines(self, entries))
        words = self._dropped_words()
        self._write_sealed(
            "read",
            {
                "state": "read",
                "dropped": "\n".join(
                    self.env._("Row %(row)s: %(why)s", row=row, why=words[why])
                    for row, why in dropped[:100]
                ),
            },
        )
        return True

    @api.model
    def _dropped_words(self):
        return {
            "footer": self.env._("total or signature"),
            "heading": self.env._("heading or title once more"),
            "nothing": self.env._("nothing in it"),
        }

    def _today(self):
        return self.env["helpdesk.ticket"]._office_date()

    # ----------------------------------------------------------------------
    # Lines
    # ----------------------------------------------------------------------

    def action_open_lines(self):
        """Show the lines."""
        name = self.env._("All Rows")
        return self._lines_action(name)

    def action_open_doubts(self):
        """Show the lines in doubt."""
        name = self.env._("Rows in Doubt")
        return self._lines_action(name, ("in_doubt", "=", True))

    def action_open_blocked(self):
        """Show the lines that cannot be brought in as they are."""
        name = self.env._("Rows That Cannot Be Brought in")
        return self._lines_action(
            name, ("blocked", "=", True), ("left_out", "=", False)
        )

    def _lines_action(self, name, *domain):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "complaint.register.line",
            "views": [(False, "list")],
            "domain": [("import_id", "=", self.id), *domain],
        }

    def action_leave_out_blocked(self):
        """Leave out all lines that cannot be brought in as they are."""
        self._check_state("read")
        self.line_ids.filtered("blocked").write({"left_out": True})
        return True

    def action_open_cases(self):
        """Show the cases that were made."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "community_complaint.helpdesk_ticket_action"
        )
        return {
            **action,
            "domain": [("import_id", "=", self.id)],
            "context": {"active_test": False},
        }

    # ----------------------------------------------------------------------
    # Bringing in
    # ----------------------------------------------------------------------

    def action_import(self):
        """Make cases of the lines: some now, the rest in the background.

        :raise UserError: if some of them cannot become cases
        """
        self._check_state("read")
        kept = self.line_ids.filtered(lambda line: not line.left_out)
        blocked = kept.filtered("blocked")
        if blocked:
            raise UserError(
                self.env._(
                    "Correct these rows, or leave them out: %s",
                    format_list(self.env, [str(line.row) for line in blocked[:30]]),
                )
            )
        if not kept:
            raise UserError(self.env._("All rows are left out."))
        self._write_sealed(
            "brought",
            {
                "state": "running",
                "problem": False,
                "imported_by_id": self.env.uid,
                "imported_date": fields.Datetime.now(),
            },
        )
        self._go_on()
        return True

    def _go_on(self):
        """Make, or take back, some cases; the scheduled action does the rest."""
        if self._bring_some() if self.state == "running" else self._take_back_some():
            # sudo: ir.cron - the job goes on, whoever began
            self.env.ref(
                "community_complaint.complaint_register_cron"
            ).sudo()._trigger()

    def _bring_some(self):
        """Make cases of the next lines; return whether there are more."""
        lines = self.env["complaint.register.line"].search(
            [("import_id", "=", self.id), ("left_out", "=", False)],
            order="row, id",
            limit=BATCH,
        )
        cases = lines._bring_in()
        numbers = _span(cases.mapped("number"))
        if cases:
            self.env["complaint.log"]._record(
                "imported",
                self,
                {"count": len(cases), "numbers": numbers, "sha256": self.digest},
            )
        lines._unlink_sealed("brought")
        more = len(lines) == BATCH
        vals = {"case_count": self.case_count + len(cases)}
        if not more:
            vals["numbers"] = _span(self._cases().mapped("number"))
            # what was left out names people as well
            self.line_ids._unlink_sealed("brought")
            vals |= {"state": "done"}
        self._write_sealed("brought", vals)
        if not more:
            self._write_sealed("uploaded", {"sealed": False})
        return more

    # ----------------------------------------------------------------------
    # Taking back
    # ----------------------------------------------------------------------

    def action_undo(self):
        """Take the cases back, as long as nothing was done with any.

        :raise UserError: naming cases with which something was done
        """
        self._check_state("done")
        # sudo: helpdesk.ticket - cases whoever takes them back may not see
        touched = self._cases()._touched_since_import()
        if touched:
            raise UserError(
                self.env._(
                    "Something was done with %(count)s of these cases since: %(cases)s. "
                    "The import stays.",
                    count=len(touched),
                    cases=format_list(self.env, touched[:10].mapped("number")),
                )
            )
        self._write_sealed("brought", {"state": "undoing", "problem": False})
        self._go_on()
        return True

    def _cases(self):
        # sudo: helpdesk.ticket - all cases of the import, whoever asks
        cases = self.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        return cases.search_fetch([("import_id", "=", self.id)], ["number"], order="id")

    def _take_back_some(self):
        """Delete the next cases; return whether there are more."""
        # those the log speaks of stay, withdrawn
        cases = self._cases().filtered(_is_there)[:BATCH]
        numbers = _span(cases.mapped("number"))
        count = len(cases)
        cases._take_back_import()
        if count:
            self.env["complaint.log"]._record(
                "import_undone", self, {"count": count, "numbers": numbers}
            )
        more = count == BATCH
        self._write_sealed(
            "brought",
            {
                "case_count": max(self.case_count - count, 0),
                "state": "undoing" if more else "undone",
            },
        )
        return more

    # ----------------------------------------------------------------------
    # In the background
    # ----------------------------------------------------------------------

    @api.model
    def _cron_go_on(self):
        """Go on with imports, as who began them; one transaction a batch."""
        cron = self.env["ir.cron"]
        for item in self.search([("state", "in", _GOING)], order="id"):
            user = item.imported_by_id
            item = item.with_user(user).with_context(
                allowed_company_ids=item.company_id.ids
            )
            while item.state in _GOING and item.try_lock_for_update():
                more = item._go_on_or_stop()
                if not cron._commit_progress(BATCH, remaining=int(more)):
                    return

    def _go_on_or_stop(self):
        """Do the next part; return whether there is more. What fails stops this one only.

        Its cases stay, its rows wait to be corrected, and the form says why.
        """
        running = self.state == "running"
        try:
            with self.env.cr.savepoint():
                return self._bring_some() if running else self._take_back_some()
        except UserError as error:
            why = str(error)
        except Exception:  # noqa: BLE001 pylint: disable=broad-except
            _logger.exception("The old register %s cannot go on", self.id)
            why = self.env._("The server could not go on; its log says why.")
        back = "read" if running else "done"
        self._write_sealed("brought", {"state": back, "problem": why})
        return False

    @api.autovacuum
    def _gc_lines(self):
        """Forget registers that nobody brought in for a month: they name people."""
        month = fields.Datetime.subtract(fields.Datetime.now(), days=30)
        old = self.search(
            [("state", "in", ("new", "read")), ("write_date", "<", month)]
        )
        old.unlink()


def _is_there(case):
    """Return whether an imported case was not taken back yet."""
    return case.active or case.phase != "withdrawn"


def _span(numbers):
    """Return case numbers as people write a row of them."""
    spans = []
    for number in sorted(filter(None, numbers)):
        head, _dash, tail = number.rpartition("-")
        if spans and spans[-1][0] == head and spans[-1][2] == int(tail) - 1:
            spans[-1][2] = int(tail)
        else:
            spans.append([head, int(tail), int(tail)])
    return ", ".join(
        f"{head}-{first:05d}" + (f"–{last:05d}" if last > first else "")
        for head, first, last in spans
    )
