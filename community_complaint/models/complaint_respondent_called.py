from odoo import api, models

from ..tools import called
from ..tools.life import Opening


class ComplaintRespondentCalled(models.AbstractModel):
    """Respondents who were typed by name although they work here.

    Whoever the complaint names does not know of it, by whatever door the name came. But
    another person may be called like a colleague. So colleagues of that name, or one of
    that surname and title, do not see the case until somebody else says whether they are
    meant: ``complaint.conflict``. Until then nobody is disciplined by the name.
    """

    _name = "complaint.respondent.called"
    _description = "Respondents by Name"

    _openings = {
        "called": Opening(
            "Somebody answered that who was typed by name works here.",
            ("kind", "employee_id", "partner_id", "works_here"),
        ),
    }

    @api.model
    def _person_vals(self, case, employee_id, user_id):
        """Return the values of a respondent who is a colleague, as far as rules allow."""
        if employee_id:
            return {"kind": "employee", "employee_id": employee_id}
        # a login of nobody on file is no member of staff by the regulation's word
        if case.regulation_id.respondent_kind == "staff":
            return {"works_here": True}
        # sudo: res.users - the contact of a colleague
        user = self.env["res.users"].sudo().browse(user_id)
        return {"kind": "partner", "partner_id": user.partner_id.id}

    def _is_only_named(self):
        """Return whether one respondent is nobody on file."""
        return self.kind == "other" and bool((self.name or "").strip())

    def _called(self):
        """Yield ``(respondent, who)`` of who may be meant by a name: users, employees.

        Those without a login see no case, but are asked about all the same. Also by the
        name of a member of staff whose login is not on file.
        """
        # sudo: complaint.respondent - conflicts hold whoever works on the case
        named = self.sudo().filtered(
            lambda item: (
                item._is_only_named()
                or (item.kind == "employee" and not item.employee_id.user_id)
            )
        )
        if not named:
            return
        colleagues = self.env["complaint.called"]._colleagues(named.company_id)
        for item in named:
            for employee_id, user_id in item._meant_by_name(colleagues):
                if user_id:
                    yield item, self.env["res.users"].browse(user_id)
                elif item._is_only_named():
                    yield item, self.env["hr.employee"].browse(employee_id)

    def _meant_by_name(self, colleagues):
        """Return pairs of ids, of an employee and a user, of who may be one respondent."""
        people, meant = self.env["complaint.called"]._namesakes(
            self.name, _of_office(colleagues, self)
        )
        # a title that fits several says nothing
        return people or (meant if len(meant) == 1 else self._named_among(colleagues))

    def _questions(self):
        """Return what nobody answered yet of whether these are colleagues."""
        # sudo: complaint.conflict - whether it is open, whoever asks
        return self.sudo().ticket_id.conflict_ids.filtered(
            lambda item: item.is_question and item.respondent_id in self
        )

    def _doubt(self):
        """Ask a leader whether these colleagues, known by a name only, are meant.

        They stay respondents, and nobody is disciplined, until it is answered.
        """
        for item in self:
            who = item.employee_id.user_id or item.employee_id
            # sudo: complaint.conflict - the program asks
            asked = (
                self.env["complaint.conflict"]
                .sudo()
                ._set([(item.ticket_id, who, "called", item)], state="asked")
            )
            if asked:
                item.ticket_id._have_looked_at(
                    item.employee_id.user_id,
                    lambda case: case.env._(
                        "Say under Conflicts of Interest whether it is about the "
                        "colleague on file: the name was only typed"
                    ),
                )

    def _gates_identified(self):
        """Yield whom of these nobody may be disciplined by, since it is a name only."""
        for question in self._questions():
            yield self.env._(
                "Nobody said yet whether it is about %s, who works here. Answer under "
                "Conflicts of Interest.",
                question.who,
            )

    def _named_among(self, colleagues):
        """Return the colleagues whose full name stands in what was typed of one."""
        words = called.key(f"{self.name} {self.post or ''}")
        return sorted(
            {
                (item.employee_id or 0, item.user_id)
                for item in _of_office(colleagues, self)
                if item.user_id
                and called.is_full(item.name)
                and called.stands_in(called.key(item.name), words)
            }
        )


def _of_office(colleagues, record):
    return [item for item in colleagues if item.company_id == record.company_id.id]
