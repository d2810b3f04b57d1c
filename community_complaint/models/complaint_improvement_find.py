from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, split_every

from ..tools.steps import HANDLER, LEADER
from .complaint_improvement import KEY_FIELDS
from .helpdesk_ticket_desk import Tile

#: Proposals that are written in one transaction.
_BATCH = 50
#: These cases do not count.
_NOT_COUNTED = ("draft", "refused", "withdrawn")


def _place_key(column):
    """Return the SQL of what two places must have in common: width, case, spaces."""
    return SQL(
        "lower(regexp_replace(normalize(%s, NFKC), '[[:space:][:punct:]]+', '', 'g'))",
        column,
    )


def _keys():
    """Return the SQL of what the cases of a table ``recent`` may have in common.

    Rows of case, regulation, moment of receipt, kind of key and key, several per case.
    """
    return SQL(
        """
        SELECT id, regulation_id, received_date, 'place' AS kind, place_key AS key
          FROM recent WHERE place_key <> ''
         UNION ALL
        SELECT id, regulation_id, received_date, 'type', type_id::text
          FROM recent WHERE type_id IS NOT NULL
         UNION ALL
        SELECT c.id, c.regulation_id, c.received_date, p.kind,
               (CASE p.kind WHEN 'employee' THEN p.employee_id
                            WHEN 'department' THEN p.department_id
                            ELSE p.partner_id END)::text
          FROM recent AS c
          JOIN complaint_respondent AS p ON p.ticket_id = c.id
         WHERE (CASE p.kind WHEN 'employee' THEN p.employee_id
                            WHEN 'department' THEN p.department_id
                            WHEN 'partner' THEN p.partner_id END) IS NOT NULL
        """
    )


class ComplaintImprovement(models.Model):
    """Finds what comes again: one query a run, for all regulations."""

    _inherit = "complaint.improvement"

    # ----------------------------------------------------------------------
    # Scheduled action
    # ----------------------------------------------------------------------

    @api.model
    def _cron_propose(self):
        """Propose tasks for what came again often enough.

        Killed in between, it goes on with what is missing: what has an open task is not
        found any more, and a second open task is impossible.
        """
        found = self._recurring()
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(found))
        for batch in split_every(_BATCH, found, list):
            self._propose(batch)
            cron._commit_progress(len(batch))

    @api.model
    def _recurring(self, regulations=None):
        """Return what came again and has no open task.

        Cases that a finished task already answered do not count again.

        :param regulations: only these, all by default
        :return: list of ``(regulation id, key kind, key, [ticket ids])``
        """
        tickets = self.env["helpdesk.ticket"]
        tickets.flush_model()
        for model in (
            "complaint.respondent",
            "complaint.regulation",
            "complaint.improvement",
        ):
            self.env[model].flush_model()
        earliest = self._earliest(regulations)
        return self.env.execute_query(self._recurring_sql(earliest)) if earliest else []

    @api.model
    def _earliest(self, regulations):
        """Return ``{regulation id: (moment, threshold of place, type, respondent)}``."""
        domain = Domain("company_id", "!=", False) & Domain("recur_days", ">", 0)
        if regulations is not None:
            domain &= Domain("id", "in", regulations.ids)
        now = fields.Datetime.now()
        return {
            rules.id: (
                now - timedelta(days=rules.recur_days),
                rules.recur_place,
                rules.recur_type,
                rules.recur_respondent,
            )
            for rules in self.env["complaint.regulation"].search_fetch(
                domain,
                ["recur_days", "recur_place", "recur_type", "recur_respondent"],
            )
            if rules.recur_place or rules.recur_type or rules.recur_respondent
        }

    @api.model
    def _recurring_sql(self, earliest):
        rules = SQL(", ").join(
            SQL("(%s, %s::timestamp, %s, %s, %s)", id_, *values)
            for id_, values in earliest.items()
        )
        return SQL(
            """
            WITH rules(id, since, place, type, respondent) AS (VALUES %(rules)s),
            past AS (
                SELECT regulation_id, key_kind, key,
                       bool_or(closed_date IS NULL) AS is_open,
                       max(closed_date) AS closed
                  FROM complaint_improvement
                 WHERE key IS NOT NULL
              GROUP BY regulation_id, key_kind, key
            ),
            recent AS (
                SELECT t.id, t.regulation_id, t.received_date, t.type_id,
                       %(place_key)s AS place_key
                  FROM helpdesk_ticket AS t
                  JOIN rules AS r ON r.id = t.regulation_id
                 WHERE t.is_complaint IS TRUE
                   AND t.received_date >= %(first)s
                   AND t.received_date >= r.since
                   AND t.phase NOT IN %(not_counted)s
            ),
            keys AS (
                SELECT k.*, CASE k.kind WHEN 'place' THEN r.place
                                        WHEN 'type' THEN r.type
                                        ELSE r.respondent END AS threshold
                  FROM (%(keys)s) AS k
                  JOIN rules AS r ON r.id = k.regulation_id
            )
            SELECT k.regulation_id, k.kind, k.key, array_agg(DISTINCT k.id ORDER BY k.id)
              FROM keys AS k
         LEFT JOIN past ON past.regulation_id = k.regulation_id
                       AND past.key_kind = k.kind AND past.key = k.key
             WHERE k.threshold > 0
               AND past.is_open IS NOT TRUE
               AND (past.closed IS NULL OR k.received_date > past.closed)
          GROUP BY k.regulation_id, k.kind, k.key
            HAVING count(DISTINCT k.id) >= min(k.threshold)
          ORDER BY k.regulation_id, k.kind, k.key
            """,
            rules=rules,
            first=min(values[0] for values in earliest.values()),
            not_counted=_NOT_COUNTED,
            place_key=_place_key(SQL("t.incident_place")),
            keys=_keys(),
        )

    @api.model
    def _propose(self, found):
        """Create proposals, and return them.

        :param found: see :meth:`_recurring`
        """
        # sudo: complaint.improvement - proposed by the office, whoever asked for it
        office = self.sudo()
        tasks = self._create_sealed(
            "found", [office._prepare_proposal_vals(*item) for item in found]
        )
        self.env["complaint.improvement.case"]._create_sealed(
            "found",
            [
                {"improvement_id": task.id, "ticket_id": ticket_id, "is_trigger": True}
                for task, item in zip(tasks, found, strict=True)
                for ticket_id in item[-1]
            ],
        )
        return tasks

    @api.model
    def _prepare_proposal_vals(self, regulation_id, kind, key, ticket_ids):
        rules = self.env["complaint.regulation"].browse(regulation_id)
        lang = rules.company_id.partner_id.lang or self.env.lang
        office = self.with_context(lang=lang)
        cases = office.env["helpdesk.ticket"].browse(ticket_ids)
        value = office._place_of(cases) if kind == "place" else int(key)
        what = value
        if kind != "place":
            comodel = self._fields[KEY_FIELDS[kind]].comodel_name
            what = office.env[comodel].browse(value).display_name
        return {
            "name": office.env._("Complaints come again: %s", what),
            "regulation_id": rules.id,
            "key_kind": kind,
            "key": key,
            KEY_FIELDS[kind]: value,
            "proposed_count": len(cases),
        }

    def _place_of(self, cases):
        """Return a place as the last case says it, without who complained.

        A place may be somebody's own address.
        """
        place = cases.sorted("received_date")[-1:].incident_place.strip()
        told = any(case._without_names(place) != place for case in cases)
        if told or any(mask in place for mask in cases._complainant_masks()):
            return self.env._("Place of confidential cases")
        return place

    # ----------------------------------------------------------------------
    # By hand
    # ----------------------------------------------------------------------

    @api.model
    def action_propose(self):
        """Look for what comes again right now, and list the proposals."""
        if not self.env.user.has_group(LEADER):
            raise UserError(self.env._("This is up to a leader."))
        rules = self.env["complaint.regulation"].search(
            [("company_id", "in", self.env.companies.ids)]
        )
        # sudo: complaint.improvement - all cases count, whoever may know which
        self._propose(self.sudo()._recurring(rules))
        return self.env["ir.actions.actions"]._for_xml_id(
            "community_complaint.complaint_improvement_action"
        )


class HelpdeskTicket(models.Model):
    """From a case to an improvement task."""

    _inherit = "helpdesk.ticket"

    improvement_case_ids = fields.One2many("complaint.improvement.case", "ticket_id")

    def action_record_for_improvement(self):
        """Open a new improvement task about these cases (R06 “record for improvement”).

        :raise UserError: for cases of several regulations
        """
        self.check_access("read")
        if len(self.regulation_id) != 1 or not all(self.mapped("is_complaint")):
            raise UserError(
                self.env._("Choose complaints that run under one regulation.")
            )
        kinds = self.type_id
        title = kinds.name if len(kinds) == 1 else self.env._("Complaints")
        task = self.env["complaint.improvement"].create(
            {
                "name": self.env._("Improve: %s", title),
                "regulation_id": self.regulation_id.id,
                "cause_id": self.cause_id.id if len(self.cause_id) == 1 else False,
            }
        )
        self.env["complaint.improvement.case"]._create_sealed(
            "found",
            [
                {
                    "improvement_id": task.id,
                    "ticket_id": ticket.id,
                    "is_trigger": True,
                }
                for ticket in self
            ],
        )
        task._write_sealed("found", {"proposed_count": len(self)})
        return {
            "type": "ir.actions.act_window",
            "res_model": task._name,
            "res_id": task.id,
            "views": [(False, "form")],
        }

    def _shared_records(self):
        """OVERRIDE: what gives a complainant away goes from the tasks as well."""
        yield from super()._shared_records()
        # sudo: complaint.improvement - see the base
        yield self.sudo().improvement_case_ids.improvement_id

    # ----------------------------------------------------------------------
    # My desk
    # ----------------------------------------------------------------------

    @api.model
    def _desk_tiles(self):
        tiles = super()._desk_tiles()
        task = "complaint.improvement"
        if self.env.user.has_group(LEADER):
            tiles.append(Tile("to_improve", "leader", LEADER, task))
            tiles.append(Tile("to_verify", "leader", LEADER, task))
        if self.env.user.has_group(HANDLER):
            tiles.append(Tile("my_improvements", "handler", HANDLER, task))
        return tiles

    @api.model
    def _desk_labels(self):
        return {
            **super()._desk_labels(),
            "to_improve": self.env._("Improvements proposed"),
            "to_verify": self.env._("Improvements: did they help?"),
            "my_improvements": self.env._("My improvement tasks"),
        }

    def _desk_domain_to_improve(self):
        return Domain("state", "=", "proposed")

    def _desk_domain_to_verify(self):
        return Domain("state", "=", "done") & Domain("user_id", "!=", self.env.uid)

    def _desk_domain_my_improvements(self):
        return Domain("state", "in", ("planned", "in_progress")) & Domain(
            "user_id", "=", self.env.uid
        )


class ComplaintRegulation(models.Model):
    """When something counts as coming again."""

    _inherit = "complaint.regulation"

    recur_days = fields.Integer(
        "Comes Again within (days)",
        default=90,
        help="Complaints of so many days are counted together.",
    )
    recur_place = fields.Integer(
        "Same Place (times)",
        help="So many complaints about one place propose an improvement task. 0: never.",
    )
    recur_type = fields.Integer("Same Kind of Matter (times)", help="0: never.")
    recur_respondent = fields.Integer("Same Respondent (times)", help="0: never.")

    _recurrence_numbers = models.Constraint(
        "CHECK (recur_days BETWEEN 0 AND 3660"
        " AND LEAST(recur_place, recur_type, recur_respondent) >= 0)",
        "Numbers of days and complaints cannot be negative.",
    )
    _more_than_once = models.Constraint(
        "CHECK (1 NOT IN (recur_place, recur_type, recur_respondent))",
        "Once is not again: say 2 or more, or 0 for never.",
    )
