from odoo import api, fields, models

from ..tools.life import Opening
from .helpdesk_ticket_identity import IDENTITY_FIELDS

#: Follows the prefix of numbers: they have a series of their own.
_SERIES = "L"
#: What an import gives a case that nobody gives by hand.
_GIVEN = (
    "import_id", "old_number", "old_result", "old_handled_by", "old_note",
    "accepted_date", "closed_date", "follow_up_result",
)  # fmt: skip
#: What an import says as everybody does.
_SAID = (
    "name", "description", "demand", "received_date", "incident_date", "incident_place",
    "channel_id", "type_id", "user_id", "confidentiality", *IDENTITY_FIELDS,
)  # fmt: skip
#: Entries of the log about cases that follow from the import itself.
_OF_IMPORT = (
    "imported",
    "conflict_set",
    "conflict_asked",
    "role_emptied",
    "many_named",
)
#: Parts of a case that come with it.
_WITH_IT = (
    "complaint.identity", "complaint.deadline", "complaint.conflict",
    "complaint.respondent", "complaint.log",
)  # fmt: skip


class HelpdeskTicket(models.Model):
    """Cases of an old register: as it says, with its dates, and nobody is told.

    Finished ones have no clocks. Running ones have those their own dates give; what the
    office told before it had this program counts as told. The words of the register stay
    as they were, beside what the case does here.
    """

    _inherit = "helpdesk.ticket"

    _openings = {
        "imported": Opening(
            "An office brings its old register along: with its dates, without letters.",
            _GIVEN,
            creates=True,
        ),
        "import_undone": Opening(
            "An import is taken back, as long as nothing was done with its cases.",
            ("stage_id", "active", "name", "description", "demand", "old_number",
             "old_result", "old_handled_by", "old_note", "incident_place",
             "withdrawal_reason"),
            drops=True,
        ),
    }  # fmt: skip

    import_id = fields.Many2one(
        "complaint.register.import",
        string="Old Register",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    old_number = fields.Char("Number in the Old Register", readonly=True, copy=False)
    old_result = fields.Text("Result in the Old Register", readonly=True, copy=False)
    old_handled_by = fields.Char(
        "Handled by, in the Old Register", readonly=True, copy=False
    )
    old_note = fields.Text("Note in the Old Register", readonly=True, copy=False)

    _old_number_idx = models.Index("(team_id, old_number) WHERE old_number IS NOT NULL")

    # ----------------------------------------------------------------------
    # Bringing in
    # ----------------------------------------------------------------------

    @api.model
    def _create_imported(self, team, cases):
        """Create cases of an old register.

        :param team: their desk
        :param cases: list of ``(phase, values, respondent or empty)``
        :return: the cases, in order
        """
        self.check_access("create")
        teams = self._complaint_teams([{"team_id": team.id}])
        team = teams[team.id]
        table = self._seal_table()
        known = {*table.openings["imported"].names, *_SAID}
        vals_list = []
        for phase, vals, _respondent in cases:
            if more := vals.keys() - known:
                raise ValueError(f"An import does not give {sorted(more)}")
            vals = self._prepare_complaint_vals(
                {**vals, "team_id": team.id}, team, phase
            )
            vals_list.append({**vals, "first_receiver_id": False})
        births = [
            (team.company_id, team.regulation_id, vals["received_date"])
            for vals in vals_list
        ]
        numbers = self._next_numbers(births, _SERIES) if births else ()
        for vals, number in zip(vals_list, numbers, strict=True):
            vals["number"] = number
            if vals.get("closed_date"):
                vals["last_stage_update"] = vals["closed_date"]
        # nor does anybody follow them, as who is assigned to a new case would
        silent = self.with_context(tracking_disable=True)
        tickets = silent._bear(vals_list, teams, noted=False).with_env(self.env)
        tickets._name_respondents([respondent for *_rest, respondent in cases])
        running = tickets.filtered("is_open")
        if running:
            nothing = self.env["complaint.deadline"]
            running._start_missing_of_cases(nothing, nothing)
        return tickets

    def _name_respondents(self, names):
        """Put whom these cases are about on file, by the names of the register."""
        self.env["complaint.respondent"]._create_sealed(
            "imported",
            [
                {"ticket_id": case.id, "kind": "other", "name": name}
                for case, name in zip(self, names, strict=True)
                if name
            ],
        )

    def _told_before_import(self):
        """Return ``{event: moment}`` of what was told before one case was imported."""
        if not self.import_id:
            return {}
        told = {"acknowledged": self.received_date}
        if self.accepted_date:
            told["accept_told"] = self.accepted_date
        return told

    # ----------------------------------------------------------------------
    # Taking back
    # ----------------------------------------------------------------------

    def _touched_since_import(self):
        """Return those of the cases with which something was done since.

        Every step and every change by hand is in the log, and whatever else was done
        leaves a part of the case, or a message.
        """
        ids = set()
        domain = [("ticket_id", "in", self.ids)]
        # sudo: complaint.log - whether something was done, not what
        rows = self.env["complaint.log"].sudo()
        rows = rows.search([*domain, ("kind", "not in", _OF_IMPORT)])
        ids.update(rows.ticket_id.ids)
        for model, path in self._case_paths().items():
            if model in (self._name, *_WITH_IT):
                continue
            # sudo: any part of the case - whether there is one
            parts = self.env[model].sudo().with_context(active_test=False)
            found = parts.search([(path, "in", self.ids)])
            ids.update(found.mapped(path).ids)
        # sudo: mail.message - as above
        messages = self.env["mail.message"].sudo()
        found = messages.search(
            [("model", "=", self._name), ("res_id", "in", self.ids)]
        )
        ids.update(found.mapped("res_id"))
        return self.filtered(lambda case: case.id in ids)

    def _take_back_import(self):
        """Delete cases of an import; what the log speaks of stays, empty and withdrawn.

        A row of the log never loses its case.
        """
        # sudo: complaint.log - which cases it speaks of
        rows = self.env["complaint.log"].sudo()
        spoken = rows.search([("ticket_id", "in", self.ids)]).ticket_id & self
        (self - spoken)._unlink_sealed("import_undone")
        spoken._erase_identities()
        for case in spoken:
            case._write_sealed(
                "import_undone",
                {
                    "stage_id": case.team_id._complaint_stage_id("withdrawn"),
                    "active": False,
                    "name": self.env._("Taken back with its register"),
                    "withdrawal_reason": self.env._("Taken back with its register"),
                    **dict.fromkeys(
                        ("description", "demand", "old_number", "old_result",
                         "old_handled_by", "old_note", "incident_place"),
                        False,
                    ),
                },
            )  # fmt: skip
        spoken._going_clocks()._cancel(
            dict.fromkeys(spoken._going_clocks(), fields.Datetime.now())
        )
