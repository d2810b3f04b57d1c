"""Records of any model, made up where a test does not care what is in them."""

from datetime import date, datetime
from itertools import count

from odoo import fields

from ..tools.life import Unsealed, unsealed

_NUMBERS = count(1)


class Planting:
    """Mixin of test cases: make records of models that lead to a case."""

    #: ``{model: function of (test, values) that returns values}`` where guesses fail.
    wanted = {
        "calendar.attendee": lambda test, values: {
            "partner_id": test.env.user.partner_id.id,
            **values,
        },
        "mail.activity": lambda test, values: {"user_id": test.env.user.id, **values},
        "calendar.recurrence": lambda _test, values: {"mon": True, **values},
        "mail.notification": lambda test, values: {
            "res_partner_id": test.env.user.partner_id.id,
            **values,
        },
        "mail.message.reaction": lambda test, values: {
            "partner_id": test.env.user.partner_id.id,
            **values,
        },
        "mail.scheduled.message": lambda _test, values: {
            "scheduled_date": fields.Datetime.add(fields.Datetime.now(), days=9),
            **values,
        },
        "snailmail.letter": lambda test, values: {
            "model": "helpdesk.ticket",
            "res_id": test.message.res_id,
            **values,
        },
        "complaint.conflict": lambda test, values: {
            # nobody who takes part in a test
            "user_id": test.env.ref("base.template_portal_user_id").id,
            **values,
        },
        "complaint.respondent": lambda _test, values: {
            "kind": "other",
            "name": "planted",
            **values,
        },
        "complaint.meeting.participant": lambda _test, values: {
            "name": "planted",
            **values,
        },
        "complaint.emergency.measure": lambda test, values: {
            "emergency_id": test.part_of(
                "complaint.emergency",
                test.env["helpdesk.ticket"].browse(values["ticket_id"]),
            ).id,
            "responsible": "planted",
        },
        "complaint.medical.event": lambda test, values: {
            # sudo: helpdesk.ticket - see plant()
            "regulation_id": test.env["helpdesk.ticket"]
            .sudo()
            .browse(values["ticket_id"])
            .regulation_id.id,
            # long ago: a summary of today's period does not draw upon it
            "event_date": datetime(2020, 1, 5, 8),
            **values,
        },
        "complaint.medical.summary": lambda test, values: {
            "task_id": test._first_task(
                test.plant("complaint.duty", {"kind": "medical_summary"})
            ).id,
            **values,
        },
        "complaint.roster.shift": lambda _test, values: {
            "start": datetime(2026, 1, 5, 8),
            "end": datetime(2026, 1, 5, 16),
            **values,
        },
        "complaint.discipline": lambda test, values: {
            "measure_id": test.env.ref("community_complaint.measure_criticism").id,
            # not required since people are typed by name
            "employee_id": test._guess_record("hr.employee").id,
            **values,
        },
        "complaint.self.review": lambda test, values: {
            "respondent_id": test.plant(
                "complaint.respondent",
                {"ticket_id": values["ticket_id"], "name": "planted"},
            ).id,
            **values,
        },
        "complaint.dispatch": lambda _test, values: {"content": "planted", **values},
        "complaint.accountability": lambda _test, values: {"kind": "other", **values},
        "complaint.decision.measure": lambda test, values: {
            "decision_id": test._planted_draft(values).id
        },
    }

    #: ``{model: function of (test, values) that returns a record}``, for what only comes
    #: of something else.
    made = {
        "complaint.discipline.event": lambda test, values: (
            test.env["complaint.discipline"]
            .sudo()
            .browse(values["discipline_id"])
            .event_ids
        ),
        "complaint.custody": lambda test, values: (
            test.plant("complaint.evidence", values).custody_ids
        ),
        "complaint.duty.task": lambda test, values: test._first_task(
            test._guess_record("complaint.duty")
        ),
        "complaint.log.value": lambda test, values: test._planted_change(values),
    }

    def plant(self, model, values, case=None):
        """Return a new record, with guesses for what is required and not given.

        :param values: what matters, usually the link to a case
        :param case: the case that everything the record leads to is to belong to
        """
        # sudo: every model - the fixture's own records
        records = self.env[model].sudo().with_context(mail_notrack=True)
        if model in self.made:
            return self.made[model](self, values)
        if model in self.wanted:
            values = self.wanted[model](self, values)
        missing = [
            name
            for name, field in records._fields.items()
            if field.required
            and field.store
            and name not in values
            and not (field.compute or field.related)
        ]
        defaults = records.default_get(missing)
        guesses = {
            name: self._guess(records._fields[name], case)
            for name in missing
            # a default may have nothing to offer
            if defaults.get(name, False) is False
        }
        # also what only the program writes, see complaint.seal.mixin
        with unsealed(Unsealed(model, None, frozenset(records._fields), False)):
            return records.create({**guesses, **values})

    def plant_part(self, model, case):
        """Return a new record of a part of a case, see ``_case_paths``."""
        path = self.env["helpdesk.ticket"]._case_paths()[model]
        first, _dot, rest = path.partition(".")
        parent = case
        if rest:
            parent = self.part_of(self.env[model]._fields[first].comodel_name, case)
        return self.plant(model, {first: parent.id}, case)

    def part_of(self, model, case):
        """Return a record of a part of a case, planted if there is none."""
        path = self.env["helpdesk.ticket"]._case_paths()[model]
        # sudo: every model - see plant()
        records = self.env[model].sudo().with_context(active_test=False)
        return records.search([(path, "=", case.id)], limit=1) or self.plant_part(
            model, case
        )

    def plant_link(self, model, link, case, message):
        """Return a new record of another model that leads to a case.

        :param link: one of ``ir.rule._conflict_links(model)``
        """
        first, second = link
        if second in self.env:
            if second == "mail.message":
                target = message
            elif second in case._case_paths():
                target = self.part_of(second, case)
            else:
                target = self._carrier(second, case)
            return self.plant(model, {first: target.id})
        values = {first: case._name, second: case.id}
        if self.env[model]._fields[first].related:
            values[f"{first}_id"] = self.env["ir.model"]._get_id(case._name)
            del values[first]
        return self.plant(model, values)

    def _planted_change(self, values):
        """Return the history's row of a change by hand."""
        # sudo: helpdesk.ticket, complaint.log.value - see plant()
        case = self.env["helpdesk.ticket"].sudo().browse(values["ticket_id"])
        case.demand = f"planted_{next(_NUMBERS)}"
        rows = self.env["complaint.log.value"].sudo()
        return rows.search([("ticket_id", "=", case.id)], limit=1)

    def _planted_draft(self, values):
        """Return the draft of a case's decision."""
        # sudo: complaint.decision - see plant()
        drafts = self.env["complaint.decision"].sudo()
        found = drafts.search(
            [("ticket_id", "=", values["ticket_id"]), ("state", "=", "draft")]
        )
        return found or self.plant("complaint.decision", values)

    def _first_task(self, duty):
        """Return the task that a duty begins with."""
        # sudo: complaint.duty.task - see plant()
        tasks = self.env["complaint.duty.task"].sudo()
        return tasks.search([("duty_id", "=", duty.id)], limit=1)

    def _carrier(self, model, case):
        """Return a record that names a case, such as a meeting."""
        # sudo: every model - see plant()
        found = (
            self.env[model]
            .sudo()
            .search([("res_model", "=", case._name), ("res_id", "=", case.id)], limit=1)
        )
        link = ("res_model", "res_id")
        return found or self.plant_link(model, link, case, None)

    def _guess(self, field, case=None):
        if field.type == "many2one":
            paths = self.env["helpdesk.ticket"]._case_paths()
            if case and paths.get(field.comodel_name):
                return self.part_of(field.comodel_name, case).id
            return self._guess_record(field.comodel_name).id
        if field.type == "selection":
            return field.get_values(self.env)[0]
        return {
            "char": f"planted_{next(_NUMBERS)}",
            "text": "planted",
            "html": "<p>planted</p>",
            "integer": 1,
            "float": 1.0,
            "monetary": 1.0,
            "date": date(2026, 1, 5),
            "datetime": datetime(2026, 1, 5, 8),
            "boolean": False,
            "binary": b"cGxhbnRlZA==",
            "json": {},
            "many2one_reference": 1,
            "reference": f"res.company,{self.env.company.id}",
            "many2many": [fields.Command.clear()],
        }[field.type]

    def _guess_record(self, model):
        """Return a record of the current company, a new one if there is none."""
        # sudo: every model - see plant()
        records = self.env[model].sudo()
        company = self.env.company
        if model == "res.company":
            return company
        if model == "complaint.regulation":
            return records.search([("company_id", "=", company.id)], limit=1)
        found = records
        if "company_id" in records._fields:
            owners = [company.id] if model.startswith("hr.") else [company.id, False]
            found = records.search([("company_id", "in", owners)], limit=1)
            if not found and model.startswith("hr."):
                return records.create({"name": "planted", "company_id": company.id})
            if not found and model.startswith("complaint."):
                return self.plant(model, {"company_id": company.id})
        return found or records.search([], limit=1) or self.plant(model, {})
