import re
from collections import defaultdict

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from ..tools.bodies import looks_like_person
from ..tools.printable import one_line
from ..tools.sealed_links import link_fields

#: What the office says of a body outside, and the field of a contact it becomes.
BODY_FIELDS = {
    "name": "name",
    "address": "street",
    "phone": "phone",
    "email": "email",
}
#: An address that a contact of a body or company takes over from it.
_ADDRESS = frozenset({"street", "street2", "zip", "city", "state_id", "country_id"})


class ResPartner(models.Model):
    """Bodies outside the office: authorities, companies, associations.

    Contacts are open to every employee, so nobody of the office writes there except by
    :meth:`_add_outside_body`: a body, with these four facts, never over another contact,
    never a person.
    """

    _name = "res.partner"
    _inherit = ["res.partner", "complaint.reached.mixin"]

    _reached_names = frozenset({"name", "email", "phone", "active", *_ADDRESS})

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

    # ----------------------------------------------------------------------
    # Where letters go (THREATS 51)
    # ----------------------------------------------------------------------

    def _reached_with(self, names):
        """OVERRIDE: a new address is that of those who share it as well."""
        if _ADDRESS.isdisjoint(names):
            return self
        return self.with_context(active_test=False).search(
            [("id", "child_of", self.ids)]
        )

    def _note_reached(self, changes):
        """OVERRIDE: who says where letters go.

        A body that texts name is changed by complaint managers alone. Of all others it is
        on record: of the office itself and of staff for its custodians and auditors, who
        are told; of whom a case names in the log of the case.

        :raise AccessError: for others than managers
        """
        if any("name" in change for change in changes.values()):
            self.env["complaint.setting.mixin"]._forget_settings()
        for partner in self:
            if "name" in changes[partner.id]:
                partner.user_ids._check_own_name()
            if "email" in changes[partner.id]:
                partner.with_context(active_test=False).user_ids._check_own_account()
        named = self._offices_of_texts()
        for offices in named.values():
            self.env["complaint.watched.mixin"]._check_watched(
                offices, self.env._("contact")
            )
        own = self._offices_of_staff()
        self._log_reached({id_: named[id_] | own[id_] for id_ in self.ids}, changes)
        self._tell_reached(own, self.env._("contact that letters go to"))
        for user in self.user_ids:
            self._report_reached(user, changes[user.partner_id.id].keys())
        self._log_on_cases(changes)

    def _report_reached(self, user, names):
        """Report by what a member of staff is known, and where a new password goes."""
        moved = names & {"name", "email", "phone"}
        if moved:
            user._report_access(moved, user.company_ids)

    def _offices_of_texts(self):
        """Return ``{id: res.company records}`` whose adopted texts name these."""
        offices = defaultdict(self.env["res.company"].browse)
        watched = self.env.registry["complaint.watched.mixin"]
        for model, field in link_fields(self):
            if isinstance(model, watched) and "company_id" in model._fields:
                domain = [(field.name, "in", self.ids), ("company_id", "!=", False)]
                for partner, company in model._read_group(
                    domain, [field.name, "company_id"]
                ):
                    offices[partner.id] |= company
        return offices

    def _offices_of_staff(self):
        """Return ``{id: res.company records}`` that these are, or that alarm them."""
        complained = self.env["complaint.watched.mixin"]._complaint_offices()
        return {
            partner.id: complained.filtered_domain([("partner_id", "=", partner.id)])
            | partner.employee_ids._offices_on_duty()
            for partner in self
        }

    def _log_on_cases(self, changes):
        """Put on record in open cases that whom they name is reached elsewhere.

        Which fields, not their values: the log tells nobody's private address.
        """
        paths = self.env["helpdesk.ticket"]._case_paths()
        for model, field in link_fields(self):
            if path := paths.get(model._name):
                for part in model.search(
                    [(field.name, "in", self.ids), (f"{path}.is_open", "=", True)]
                ):
                    moved = set().union(
                        *(changes[partner.id] for partner in part[field.name] & self)
                    )
                    self.env["complaint.log"]._record(
                        "address_changed",
                        part,
                        {"model": self._name, "fields": sorted(moved)},
                    )
