from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import clean_context

from ..tools import finder
from ..tools.arguments import takes, text
from ..tools.roles import CUSTODIAN, PUBLISHER
from ..tools.steps import LEADER
from .helpdesk_ticket_desk import Tile

#: The complainant has been told when a case is here.
_TOLD = ("notified", "follow_up", "closed")


class HelpdeskTicket(models.Model):
    """What a publication needs of a case: whose names to look for, which result to copy."""

    _inherit = "helpdesk.ticket"

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    def action_publish_result(self):
        """Draft the publication of one case's result and open it (R02).

        :raise UserError: if there is no result the complainant knows, or it is published
        """
        self.ensure_one()
        self.check_access("read")
        publications = self.env["complaint.publication"]
        publications.check_access("create")
        if not self._result_to_publish():
            raise UserError(
                self.env._(
                    "There is no result to publish: none is in force, the complainant "
                    "was not told yet, or it is published already."
                )
            )
        publication = self._propose_publication()
        return {
            "type": "ir.actions.act_window",
            "res_model": publication._name,
            "res_id": publication.id,
            "views": [(False, "form")],
        }

    # ----------------------------------------------------------------------
    # Results
    # ----------------------------------------------------------------------

    def _result_to_publish(self):
        """Return the decisions of these cases that may be published and are not yet."""
        told = self.filtered(lambda case: case.phase in _TOLD and case._is_told())
        decisions = told.decision_ids.filtered(lambda item: item.state == "in_force")
        return self.env["complaint.publication.line"]._unpublished(decisions)

    def _is_told(self):
        """Tell whether the complainant of one case got the result."""
        waiting = self.notice_ids.filtered(
            lambda item: (
                item.kind == "result"
                and item.addressee == "complainant"
                and item.state == "issued"
            )
        )
        return not waiting

    def _propose_publication(self):
        """Return new drafts, one for each result that may be published."""
        # sudo: complaint.publication - proposed by the step, whoever takes it
        publications = self.env["complaint.publication"].sudo()
        publications = publications.with_context(clean_context(self.env.context))
        for decision in self._result_to_publish():
            ticket = decision.ticket_id
            publication = publications.create(
                {
                    "regulation_id": ticket.regulation_id.id,
                    "kind": "result",
                    "date_from": ticket._office_date(decision.decided_date),
                    "with_figures": False,
                }
            )
            publication._add_results(decision.sudo())  # sudo: see above
            publications |= publication
        return publications.with_env(self.env)

    def _propose_result(self):
        """R02 publishes each result once the complainant knows it."""
        self.filtered("regulation_id.publishes_results")._propose_publication()

    def _gates_archive(self):
        """R02: a result is published before its file is put away."""
        yield from super()._gates_archive()
        if self.regulation_id.publishes_results and self._has_unpublished():
            yield self.env._("The result is not published yet.")

    def _has_unpublished(self):
        """Tell whether the result in force of one case is not on the public page."""
        decisions = self.decision_ids.filtered(lambda item: item.state == "in_force")
        lines = self.env["complaint.publication.line"]
        # sudo: complaint.publication.line - whether it is published, whoever archives
        published = lines.sudo().search(
            [
                ("case_mark", "in", [lines._mark(item.id) for item in decisions]),
                ("publication_id.state", "in", ("released", "withdrawn")),
            ]
        )
        return bool(decisions) and not published

    def _drop_conflicted(self):
        """OVERRIDE: who is kept away from now on does not see drafts with the result."""
        result = super()._drop_conflicted()
        self._draft_publications()._keep_away()
        return result

    def _draft_publications(self):
        """Return the publications in preparation that hold a result of these cases."""
        return self._publication_drafts().publication_id

    def _publication_drafts(self):
        """Return the copies of results of these cases that are not published."""
        # sudo: complaint.publication.line - all drafts, whoever changes the case
        lines = self.env["complaint.publication.line"].sudo()
        # sudo: complaint.decision - see above
        marks = [lines._mark(key) for key in self.sudo().decision_ids.ids]
        if not marks:
            return lines
        return lines.search(
            [
                ("case_mark", "in", marks),
                ("publication_id.state", "in", ("draft", "checked", "approved")),
            ]
        )

    def _shared_records(self):
        """OVERRIDE: drafts with the result of one case."""
        yield from super()._shared_records()
        drafts = self._publication_drafts()
        yield drafts
        yield drafts.publication_id

    def _erase(self, cause, reason=None, before=None):
        """OVERRIDE: nobody can look for names in drafts any more; the results go."""
        drafts = self._publication_drafts()
        result = super()._erase(cause, reason, before)
        waiting = drafts.publication_id.filtered(lambda item: item.state != "draft")
        waiting._do_step("back_to_draft")
        drafts.unlink()
        return result

    # ----------------------------------------------------------------------
    # Whose names to look for
    # ----------------------------------------------------------------------

    def _publication_secrets(self, known=False):
        """Return what tells who the people of cases are.

        Complainant, respondents, parties, witnesses, staff, and the numbers of the case.
        EXTENSION POINT: ``_people_of_case`` yields more pairs of kind and value.

        :param known: whether to look into the vault for cases that are kept secret, for
            custodians
        :return: ``{case: set of (kind, value)}``
        """
        # sudo: helpdesk.ticket - compared with a text, never shown
        office = self.sudo().with_context(active_test=False)
        return {
            ticket: {
                (kind, value.strip())
                for kind, value in (
                    *case._people_of_case(),
                    *(
                        case._complainant_of_case()
                        if known or case.confidentiality == "open"
                        else ()
                    ),
                )
                if value and value.strip()
            }
            for ticket, case in zip(self, office, strict=True)
        }

    def _people_of_case(self):
        """Yield ``(kind, value)`` of everybody in one case but the complainant."""
        for respondent in self.respondent_ids:
            yield from _respondent_values(respondent)
        for inquiry in self.inquiry_ids:
            yield from finder.people(inquiry.person)
        for party in self.mediation_ids.party_ids:
            yield from finder.people(party.name)
        for item in self.evidence_ids:
            yield from finder.people(item.received_from)
        staff = (
            self.user_id | self.inquiry_ids.user_id | self.decision_ids.decided_by_id
        )
        staff = staff.mapped("name") + self.discipline_ids.employee_id.mapped("name")
        for name in staff:
            yield "name", name
        yield "number", self.number
        for number in self.notice_ids.mapped("number"):
            yield "number", number

    def _complainant_of_case(self):
        for identity in self.identity_ids:
            yield from identity._telling_values()
            yield from _partner_values(identity.partner_id)

    # ----------------------------------------------------------------------
    # My desk
    # ----------------------------------------------------------------------

    @api.model
    def _desk_tiles(self):
        """OVERRIDE: publications, for publishers and leaders."""
        tiles = super()._desk_tiles()
        user = self.env.user
        if user.has_group(PUBLISHER) or user.has_group(LEADER):
            model = "complaint.publication"
            tiles += [
                Tile("publication_tasks", "publication", "", "complaint.duty.task"),
                Tile("publication_drafts", "publication", "", model),
                Tile("publication_checked", "publication", "", model, "warning"),
                Tile("publication_approved", "publication", "", model, "warning"),
            ]
        if user.has_group(CUSTODIAN):
            tiles += [
                Tile(
                    "to_clear", "secret", CUSTODIAN, "complaint.publication", "warning"
                ),
                Tile("minutes_to_clear", "secret", CUSTODIAN, "complaint.meeting"),
            ]
        return tiles

    @api.model
    def _desk_titles(self):
        """OVERRIDE: see :meth:`_desk_tiles`."""
        return {**super()._desk_titles(), "publication": self.env._("Publication")}

    @api.model
    def _desk_labels(self):
        """OVERRIDE: see :meth:`_desk_tiles`."""
        return {
            **super()._desk_labels(),
            "publication_tasks": self.env._("Publications due"),
            "publication_drafts": self.env._("Publications to check"),
            "publication_checked": self.env._("Publications to approve"),
            "publication_approved": self.env._("Publications to release"),
            "to_clear": self.env._("Publications to clear"),
            "minutes_to_clear": self.env._("Minutes to clear"),
        }

    def _desk_domain_publication_tasks(self):
        return (
            Domain("kind", "=", "publication")
            & Domain("state", "=", "open")
            & Domain("reminder_moment", "<=", fields.Datetime.now())
        )

    def _desk_domain_publication_drafts(self):
        return Domain("state", "=", "draft")

    def _desk_domain_publication_checked(self):
        return Domain("state", "=", "checked")

    def _desk_domain_publication_approved(self):
        return Domain("state", "=", "approved") & Domain(
            "approved_by_id", "!=", self.env.uid
        )

    def _desk_domain_to_clear(self):
        waiting = Domain("state", "in", ("checked", "approved"))
        return self._waiting_to_be_cleared("complaint.publication", waiting)

    def _desk_domain_minutes_to_clear(self):
        held = Domain("state", "=", "held") & Domain("case_ids", "!=", False)
        return self._waiting_to_be_cleared("complaint.meeting", held)

    @api.model
    def _waiting_to_be_cleared(self, model, domain):
        """Return the domain of the texts among some that wait for a custodian."""
        found = self.env[model].search(domain).filtered("waits_for_custodian")
        return Domain("id", "in", found.ids)

    @api.model
    @takes(key=text)
    def open_complaint_desk_tile(self, key):
        """OVERRIDE: publications and duties have lists of their own."""
        action = super().open_complaint_desk_tile(key)
        name = {
            "publication_tasks": "complaint_duty_task_action",
            "publication_drafts": "complaint_publication_action",
            "publication_checked": "complaint_publication_action",
            "publication_approved": "complaint_publication_action",
            "to_clear": "complaint_publication_action",
            "minutes_to_clear": "complaint_meeting_action",
        }.get(key)
        if not name:
            return action
        own = self.env["ir.actions.actions"]._for_xml_id(f"community_complaint.{name}")
        own.pop("path", None)
        kept = {part: action[part] for part in ("name", "domain")}
        return {**own, **kept, "context": {}}


def _respondent_values(respondent):
    """Yield what tells who a respondent is."""
    employee = respondent.employee_id
    unit = respondent.kind == "department" or respondent.partner_id.is_company
    yield "unit" if unit else "name", respondent.name
    yield "name", employee.name
    for name in ("work_phone", "mobile_phone"):
        yield "phone", employee[name]
    yield "email", employee.work_email
    yield from _partner_values(respondent.partner_id)


def _partner_values(partner):
    """Yield what tells who a contact is."""
    yield "unit" if partner.is_company else "name", partner.name
    yield "phone", partner.phone
    yield "email", partner.email
    yield "address", partner.street
