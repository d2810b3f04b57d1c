from contextlib import contextmanager

from psycopg2 import IntegrityError

from odoo import Command
from odoo.tests import TransactionCase
from odoo.tools import mute_logger

from ..tools.life import Unsealed, unsealed

ROLES = (
    "clerk",
    "handler",
    "leader",
    "custodian",
    "discipline",
    "publisher",
    "manager",
    "auditor",
)
OFFICE = "Sunflower Street Office"
#: Who works in it, and somebody who has nothing to do with complaints.
STAFF = {
    **{role: f"community_complaint.group_complaint_{role}" for role in ROLES},
    "colleague": "base.group_user",
}
#: What a text may leave to the office, as it answers when it adopts one.
ANSWERS = {
    "superior_name": "Sunflower District Government",
    "superior_address": "1 Government Road",
    "superior_phone": "021-5555 0200",
    "superior_email": "district@authority.example",
    "passed_by": "Residents' assembly",
    "passed_date": "2019-12-01",
    "in_force_date": "2020-01-01",
}
#: Nobody but the custodian may find these anywhere in a confidential case.
CANARY = {
    "complainant_name": "金丝雀",
    "complainant_phone": "13912345678",
    "complainant_email": "canary@resident.example",
    "complainant_address": "鸟笼弄 7 号",
    "complainant_id_number": "110101199003074514",
}
#: Who complains together with them, nor may anybody find these.
JOINT_CANARY = {
    "name": "夜莺莺",
    "phone": "13787654321",
    "email": "nightingale@resident.example",
    "address": "鸟笼弄 9 号",
    "id_number": "110101198003074512",
}


def open_office(env):
    """Open the office that most tests work in, and return its company.

    ``./run test`` does so once, before the first test, see ``tools/testing.py``.
    """
    company = env["res.company"].create({"name": OFFICE})
    env.user.company_ids += company
    env = env(context={**env.context, "allowed_company_ids": company.ids})
    calendars = env["resource.calendar"]
    company.resource_calendar_id = calendars.create(
        {
            "name": "Office hours",
            "tz": "Asia/Shanghai",
            "company_id": company.id,
            # 8 to 17; a demo company has hours of its own
            "attendance_ids": calendars._get_default_attendance_ids(),
        }
    )
    company.partner_id.lang = "en_US"
    new_users(env, company, STAFF)
    adopt(env, company, "regulation_r01")
    return company


def new_users(env, company, logins):
    """Create users as ``new_test_user`` does, at once and without inviting them.

    :param logins: ``{login: external ids of groups, with commas between them}``
    """
    users = env["res.users"].with_context(no_reset_password=True)
    return users.create(
        [
            {
                "login": f"{login}.complaint",
                "name": f"{login}.complaint ({groups})",
                "password": f"{login}.complaint",
                "email": f"{login[0]}.{login[0]}@example.com",
                "lang": "en_US",
                "group_ids": [
                    Command.set([env.ref(name).id for name in groups.split(",")])
                ],
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
            }
            for login, groups in logins.items()
        ]
    ).with_env(env)


def adopt(env, company, xmlid):
    """Return a company's own copy of a shipped regulation.

    The office has said nothing of what the text leaves to it, see :data:`ANSWERS`.
    """
    template = env.ref(f"community_complaint.{xmlid}").with_company(company)
    return template._adopted(company) or template._adopt(company)


class ComplaintCommon(TransactionCase):
    """An office that works under R01, with one user per role and a colleague."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "lang": "en_US"})
        known = cls.env["res.company"].search([("name", "=", OFFICE)])
        cls.company = known or open_office(cls.env)
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.company.ids}
        )
        cls.company = cls.company.with_env(cls.env)
        cls.calendar = cls.company.resource_calendar_id
        logins = [f"{login}.complaint" for login in STAFF]
        users = cls.env["res.users"].search([("login", "in", logins)], order="id")
        for role, user in zip(STAFF, users, strict=True):
            setattr(cls, role, user)
        cls.employee_user = cls.colleague
        cls.regulation = cls._adopt("regulation_r01")
        cls.team = cls.regulation.team_id
        cls.team.user_ids = cls.clerk + cls.handler + cls.leader
        cls.type = cls.env.ref("community_complaint.type_noise")
        cls.channel = cls.env.ref("community_complaint.channel_window")
        # what the demo office has to tell waits
        others = cls.env["complaint.dispatch"].search([])
        cls._force(others, next_try="2100-01-01", chased_date="2026-01-01")

    @classmethod
    def _new_user(cls, login, groups):
        return cls._new_users({login: groups})

    @classmethod
    def _new_users(cls, logins):
        """Create users of the office, see :func:`new_users`."""
        return new_users(cls.env, cls.company, logins)

    @classmethod
    def _adopt(cls, xmlid):
        """Return the office's own copy of a shipped regulation, see :func:`adopt`."""
        return adopt(cls.env, cls.company, xmlid)

    @classmethod
    def _vals(cls, **vals):
        """Return complete values of a complaint."""
        return {
            "team_id": cls.team.id,
            "name": "Noise at night",
            "description": "<p>Drilling until two in the morning.</p>",
            "type_id": cls.type.id,
            "channel_id": cls.channel.id,
            "complainant_name": "Li Lei",
            "complainant_phone": "13800138000",
            **vals,
        }

    @classmethod
    def _complaint(cls, user=None, **vals):
        """Return a new complaint, registered by the clerk.

        One that belongs to a portal account is registered as the portal does.
        """
        tickets = cls.env["helpdesk.ticket"].with_user(user or cls.clerk)
        by_portal = "complainant_partner_id" in vals
        ticket = tickets.sudo(by_portal).create(cls._vals(**vals))
        return ticket.sudo(False)

    @classmethod
    def _respondent(cls, user=None):
        """Return commands for a respondent who is a member of staff."""
        employee = cls.env["hr.employee"].create(
            {
                "name": "Wang Wei",
                "job_title": "Receptionist",
                "company_id": cls.company.id,
                "user_id": user and user.id,
            }
        )
        return [Command.create({"kind": "employee", "employee_id": employee.id})]

    @classmethod
    def _force(cls, records, **vals):
        """Write sealed fields of a fixture, as no user and no program can."""
        with unsealed(records._unsealed(vals)):
            records.sudo().write(vals)

    @classmethod
    def _born(cls, model, vals):
        """Return a record of a fixture with sealed fields, as nobody can create it."""
        records = cls.env[model].sudo()
        with unsealed(Unsealed(model, None, frozenset(vals), False)):
            return records.create(vals)

    @classmethod
    def _recuse(cls, cases, users):
        """Exclude people from cases of a fixture; real ones use the dialog.

        :param users: ``res.users`` records; ``False``: lift all that is set
        """
        if users:
            named = [(user, "named", None) for user in users]
            cases.sudo()._exclude(named, "The test needs it.")
            return
        conflicts = cases.sudo().conflict_ids.filtered(lambda item: item.state == "set")
        conflicts._do_step("lift", "The test needs it.")

    @contextmanager
    def assertConstraint(self, part):
        """Assert that the database refuses what is written, and what people read then.

        :param part: of the message
        """
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError) as caught:
            yield
        table = caught.exception.diag.table_name
        models = [m for m in self.env.registry.values() if m._table == table]
        message = self.env[models[0]._name]._sql_error_to_message(caught.exception)
        self.assertIn(part, message)

    def _answer(self, action, user, **answers):
        """Answer the dialog of a step as a user, and confirm it.

        :param action: what the button returned
        :return: what confirming returns
        """
        self.assertEqual(action["res_model"], "complaint.step.dialog")
        dialog = self.env["complaint.step.dialog"].with_user(user)
        dialog = dialog.browse(action["res_id"])
        dialog.write(answers)
        return dialog.action_confirm()

    def _show(self, ticket, user=None):
        """Let the custodian look at who complained and return the case as theirs."""
        case = ticket.with_user(user or self.custodian)
        if case.confidentiality == "confidential":
            case.action_show_identity("The test needs it.")
        return case

    def _change_level(self, ticket, level, *why, by=None):
        """Change the confidentiality of a case, as its handler asks and is granted."""
        case = ticket.with_user(by or self.handler)
        case.action_change_confidentiality(level, *(why or ("They asked for it.",)))
        asked = self.env["complaint.disclosure"].search([], limit=1)
        asked.with_user(self.custodian).action_approve()

    # ----------------------------------------------------------------------
    # The way of a case
    # ----------------------------------------------------------------------

    def _to(self, ticket, phase):
        """Take a case by its steps to a phase and return it."""
        for name, reached in (
            ("_accept", "accepted"),
            ("_investigate", "investigating"),
            ("_submit", "deciding"),
            ("_notify", "notified"),
            ("_close", "closed"),
        ):
            if ticket.phase == phase:
                break
            if self._order(ticket.phase) < self._order(reached):
                getattr(self, name)(ticket)
        self.assertEqual(ticket.phase, phase)
        return ticket

    def _order(self, phase):
        order = (
            "registered",
            "accepted",
            "investigating",
            "deciding",
            "notified",
            "closed",
        )
        return order.index(phase)

    def _accept(self, ticket):
        ticket.with_user(self.clerk).action_accept()

    def _tell(self, ticket):
        """Hand over the papers of a case that are no results, as R01 5.1 asks for."""
        papers = ticket.notice_ids.filtered(lambda item: item.kind != "result")
        papers.with_user(self.clerk).action_serve(note="Li Lei signed.")

    def _investigate(self, ticket):
        ticket.with_user(self.handler).action_start_investigation()

    def _submit(self, ticket):
        case = ticket.with_user(self.handler)
        self.env["complaint.inquiry"].with_user(self.handler).create(
            {"ticket_id": ticket.id, "kind": "visit", "summary": "Drilling was heard."}
        )
        case.findings = "The neighbour drills at night."
        case.action_submit_findings()

    def _draft(self, ticket, **vals):
        return (
            self.env["complaint.decision"]
            .with_user(self.handler)
            .create(
                {
                    "ticket_id": ticket.id,
                    "conclusion": "substantiated",
                    "reasons": "The visit confirmed the noise.",
                    **vals,
                }
            )
        )

    def _notify(self, ticket):
        if ticket.decision_id.state != "in_force":
            if not ticket.decision_id:
                self._draft(ticket)
            ticket.with_user(self.leader).action_decide()
        ticket.with_user(self.clerk).action_notify()

    def _release_papers(self, ticket):
        """Let a custodian release the papers of a secret case."""
        held = ticket.notice_ids.filtered("held")
        if held:
            held.with_user(self.custodian).action_release()

    def _clear(self, text):
        """Let a custodian clear minutes, or a publication, that wait for it."""
        if text.waits_for_custodian:
            text.with_user(self.custodian).action_clear()

    def _close(self, ticket):
        self._release_papers(ticket)
        ticket.notice_ids.with_user(self.clerk).action_serve(
            delivery="post", note="RX 1"
        )
        ticket.with_user(self.clerk).action_close()
