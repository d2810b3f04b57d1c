import re

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from ..tools.bodies import looks_like_person
from ..tools.printable import one_line

#: What the office says of a body outside, and the field of a contact it becomes.
BODY_FIELDS = {
    "name": "name",
    "address": "street",
    "phone": "phone",
    "email": "email",
}


class ResPartner(models.Model):
    """Bodies outside the office: authorities, companies, associations.

    Contacts are open to every employee, so nobody of the office writes there except by
    :meth:`_add_outside_body`: a body, with these four facts, never over another contact,
    never a person.
    """

    _inherit = "res.partner"

    @api.model
    def _add_outside_body(self, company, name, address=None, phone=None, email=None):
        """Return the new contact of a body outside.

        :param company: ``res.company`` record of the office that adds it
        :raise UserError: telling everything that is wrong
        """
        given = {"name": name, "address": address, "phone": phone, "email": email}
        given = {key: one_line(value or "").strip() for key, value in given.items()}
        wrong = list(self._wrong_of_body(company, given))
        if wrong:
            raise UserError("\n".join(wrong))
        # sudo: res.partner - a new contact with these facts, by who has no other right
        return (
            self.sudo()
            .create(
                {
                    **{BODY_FIELDS[key]: value for key, value in given.items()},
                    "is_company": True,
                    "company_id": company.id,
                    "lang": company.partner_id.lang,
                }
            )
            .with_env(self.env)
        )

    @api.model
    def _wrong_of_body(self, company, given):
        """Yield why a body cannot be added, as sentences.

        Every name that could be a person's is refused alike, so that the refusal tells
        nothing about who complained.

        :param given: texts by the keys of :data:`BODY_FIELDS`
        """
        name = given["name"]
        if not name:
            yield self.env._("The name of the body is missing.")
            return
        if looks_like_person(name):
            yield self.env._(
                "“%s” looks like a person's name. Contacts are for bodies only: write the "
                "body's full name, such as “… Company” or “… Office”. A person is named on "
                "the case, never here.",
                name,
            )
        if not (given["address"] or given["phone"] or given["email"]):
            yield self.env._(
                "%s: say how it is reached, by address, phone or e-mail.", name
            )
        if given["email"] and not email_normalize(given["email"]):
            yield self.env._("“%s” is no e-mail address.", given["email"])
        if self._body_on_file(company, name):
            yield self.env._(
                "%s is on file already. Choose it from the list; what is on file about it "
                "stays as it is.",
                name,
            )

    @api.model
    def _body_on_file(self, company, name):
        """Return the company on file that has this name, of the office or of all."""
        return self.search(
            [
                ("name", "=ilike", re.sub(r"([\\%_])", r"\\\1", name)),
                ("is_company", "=", True),
                ("company_id", "in", [False, company.id]),
            ],
            limit=1,
        )

    def _body_facts(self):
        """Return how bodies are reached: name, address, phone and e-mail, as one text."""
        # sudo: res.partner - what the office says in public about a body
        bodies = self.sudo()
        return "\n".join(
            " · ".join(
                filter(None, (body.name, body._body_address(), body.phone, body.email))
            )
            for body in bodies
        )

    def _body_address(self):
        """Return the address of one body on one line."""
        parts = (self.street, self.street2, self.city)
        if (self.env.lang or "").startswith("zh"):
            return "".join(filter(None, (self.city, self.street, self.street2)))
        return ", ".join(filter(None, parts))
