from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..tools.opened import is_opened, note_opened

#: Fields of the case and of ``complaint.identity`` they stand for.
IDENTITY_FIELDS = {
    "complainant_name": "name",
    "complainant_phone": "phone",
    "complainant_email": "email",
    "complainant_work_unit": "work_unit",
    "complainant_occupation": "occupation",
    "complainant_address": "address",
    "complainant_id_number": "id_number",
}
#: What is said of somebody who joins a complaint, fields of ``complaint.identity``.
_SAID = frozenset(
    {
        "name",
        "phone",
        "email",
        "work_unit",
        "occupation",
        "address",
        "id_number",
        "representative",
        "sequence",
    }
)


class HelpdeskTicket(models.Model):
    """Who complained, as far as the reader may know.

    The values live in ``complaint.identity``; here they are computed under the reader's
    own rights, so that who may not read the identity sees the pseudonym. They are the
    main complainant's. Who complains jointly is a record of the vault as well: the same
    rules, keys, looks, redaction and erasure; who takes such people down need not be
    allowed to read them.
    """

    _inherit = "helpdesk.ticket"

    # the main complainant first; what one reader may not see must not be missing for the
    # office's own service
    identity_ids = fields.One2many(
        "complaint.identity", "ticket_id", depends_context=("uid", "su")
    )
    identity_readable = fields.Boolean(compute="_compute_complainant")
    complainant_name = fields.Char(
        "Complainant", compute="_compute_complainant", readonly=False
    )
    complainant_phone = fields.Char(
        "Phone", compute="_compute_complainant", readonly=False
    )
    complainant_email = fields.Char(
        "E-mail", compute="_compute_complainant", readonly=False
    )
    complainant_work_unit = fields.Char(
        "Work Unit", compute="_compute_complainant", readonly=False
    )
    complainant_occupation = fields.Char(
        "Occupation", compute="_compute_complainant", readonly=False
    )
    complainant_address = fields.Char(
        "Home Address", compute="_compute_complainant", readonly=False
    )
    complainant_id_number = fields.Char(
        "ID Number", compute="_compute_complainant", readonly=False
    )

    identity_checked = fields.Boolean(
        "Identity Document Seen",
        copy=False,
        help="The complainant showed an identity document.",
    )
    form_signed = fields.Selection(
        [
            ("paper", "Signed on paper"),
            ("seal", "Sealed on paper"),
            ("screen", "Signed on the screen"),
        ],
        copy=False,
        help="How the complainant confirmed the registration form.",
    )
    form_signed_date = fields.Datetime("Signed on", copy=False)
    complainant_signature = fields.Binary(
        "Signature",
        compute="_compute_complainant_signature",
        inverse="_inverse_complainant_signature",
        help="Kept with the complainant's identity.",
    )

    # not on the confidentiality: what was typed for a new case must stay when the level
    # is chosen after it; a level that is saved forgets what was read
    @api.depends("identity_ids", "number")
    @api.depends_context("uid", "su", "lang")
    def _compute_complainant(self):
        identities = self._origin._readable_identities()
        nobody = self.env["complaint.identity"]
        for ticket in self:
            identity = identities.get(ticket._origin.id, nobody)
            ticket.identity_readable = bool(identity) or not ticket._origin
            for name, source in IDENTITY_FIELDS.items():
                ticket[name] = identity[source]
            if not identity and ticket._origin and ticket.is_complaint:
                ticket.complainant_name = ticket._complainant_pseudonym()

    def _readable_identities(self):
        """Return the identities the user may read, as ``{id of the case: identity}``."""
        if self.env.su or (self and is_opened(self, "read")):
            identities = self.identity_ids.filtered(lambda item: not item.joint)
        else:
            identities = self.env["complaint.identity"].search_fetch(
                [("ticket_id", "in", self.ids), ("joint", "=", False)], ["ticket_id"]
            )
        return {identity.ticket_id.id: identity for identity in identities}

    def _cache_identity(self):
        """Read the identities of one case for its reader and for the office, at once."""
        mine = self.env["complaint.identity"]
        # sudo: complaint.identity - its fields open for who may read it only
        office = mine.sudo()
        domain = [("ticket_id", "=", self.id)]
        query = office._search(domain, order=office._order)
        columns = office._determine_fields_to_fetch()
        readable = mine._search(domain) if mine.has_access("read") else mine._as_query()
        rows = self.env.execute_query(
            query.select(
                SQL(
                    "%s IN %s", SQL.identifier(mine._table, "id"), readable.subselect()
                ),
                SQL.identifier(mine._table, "id"),
                *(
                    office._field_to_sql(mine._table, item.name, query)
                    for item in columns
                ),
            )
        )
        found = office.browse(row[1] for row in rows)
        for index, column in enumerate(columns, 2):
            column._insert_cache(found, [row[index] for row in rows])
        mine = mine.browse(row[1] for row in rows if row[0])
        note_opened(mine.with_env(self.env))
        field = self._fields["identity_ids"]
        field._update_cache(self, mine._ids)
        field._update_cache(self.sudo(), found._ids)  # sudo: see above

    @api.model
    def _take_identity_vals(self, vals):
        """Take what tells who complained out of values of a case and return it."""
        return {
            source: vals.pop(name)
            for name, source in IDENTITY_FIELDS.items()
            if name in vals
        }

    def _write_identity(self, values):
        """Write the identities of cases with the writer's own rights.

        :param values: values of ``complaint.identity``
        :raise UserError: if the writer does not see who complained
        """
        identities = self.env["complaint.identity"].search(
            [("ticket_id", "in", self.ids), ("joint", "=", False)]
        )
        if self - identities.ticket_id:
            raise UserError(
                self.env._(
                    "Who complained is confidential; only a custodian changes it."
                )
            )
        identities.write(values)
        self.invalidate_recordset([*IDENTITY_FIELDS, "identity_readable"])

    @api.model
    def _pop_identity_vals(self, vals):
        """Take what belongs to the identity out of a case's values and return it."""
        signature = vals.pop("complainant_signature", None)
        identity = {
            source: (vals.pop(name) or "").strip()
            for name, source in IDENTITY_FIELDS.items()
            if vals.get(name)
        }
        for name in IDENTITY_FIELDS:
            vals.pop(name, None)
        # the base's own contact fields would tell everybody
        contact = vals.pop("partner_name", None), vals.pop("partner_email", None)
        for source, value in zip(("name", "email"), contact, strict=True):
            if value:
                identity.setdefault(source, value)
        partner = vals.pop("complainant_partner_id", None)
        if partner:
            self._check_account_given()
            identity["partner_id"] = partner
        if signature:
            identity["signature"] = signature
        if vals.get("confidentiality") == "anonymous":
            identity = {}
        self._note_signature(vals, "signature" in identity)
        return identity

    @api.model
    def _check_account_given(self):
        """Check that no person files a complaint in the account of somebody else.

        :raise AccessError: unless the office's own service files it, for who signed in
        """
        if not self.env.su:
            raise AccessError(
                self.env._(
                    "Residents file complaints in their own accounts themselves."
                )
            )

    @api.model
    def _note_signature(self, vals, on_screen):
        """Put into the values of a case how and when the form was signed."""
        if on_screen:
            vals.setdefault("form_signed", "screen")
        if vals.get("form_signed"):
            vals.setdefault("form_signed_date", fields.Datetime.now())

    def _create_identities(self, identities):
        """Create the identities of new cases, in order.

        :param identities: values of ``complaint.identity``, one dict per case
        """
        # who takes down a confidential complaint writes the identity, and does not read it
        self.env["complaint.identity"]._create_sealed(
            "registered",
            [
                {**vals, "ticket_id": ticket.id}
                for ticket, vals in zip(self, identities, strict=True)
            ],
        )
        self.invalidate_recordset([*IDENTITY_FIELDS, "identity_readable"])

    def _complainant_pseudonym(self):
        """Return what a reader without the right to know calls the complainant."""
        self.ensure_one()
        if self.confidentiality == "anonymous":
            return self.env._("Anonymous complainant of %s", self.number)
        return self.env._("Complainant of %s", self.number)

    def _complainant_on_paper(self):
        """Return the complainant's name as papers print it.

        Papers of a confidential case are on file for everybody who works on it, so they
        bear the pseudonym.
        """
        self.ensure_one()
        if self.confidentiality == "open":
            # sudo: complaint.identity - an open case's complainant is no secret
            name = self.sudo().identity_ids[:1].name
            if name:
                return name
        return self._complainant_pseudonym()

    # ----------------------------------------------------------------------
    # Signature: it tells who complained, so it belongs to the identity
    # ----------------------------------------------------------------------

    @api.depends("identity_ids")
    @api.depends_context("uid", "su")
    def _compute_complainant_signature(self):
        for ticket in self:
            identity = self.env["complaint.identity"]
            if ticket.identity_readable:
                # sudo: complaint.identity - which one; the user may read it
                identity = ticket._origin.sudo().identity_ids[:1].with_env(self.env)
            ticket.complainant_signature = identity.signature

    def _inverse_complainant_signature(self):
        for ticket in self.filtered("is_complaint"):
            identity = self.env["complaint.identity"].search(
                [("ticket_id", "=", ticket.id), ("joint", "=", False)]
            )
            identity.write({"signature": ticket.complainant_signature})

    @api.onchange("complainant_signature")
    def _onchange_complainant_signature(self):
        if self.complainant_signature and not self.form_signed:
            self.form_signed = "screen"

    # ----------------------------------------------------------------------
    # Joint complaints: several complainants, some of whom speak for all
    # ----------------------------------------------------------------------

    def _representatives(self):
        """Return who speaks for the complainants of one case, the main one first.

        :return: ``complaint.identity`` records, as far as the reader may know them
        """
        self.ensure_one()
        return self.identity_ids.filtered(
            lambda identity: not identity.joint or identity.representative
        )

    def _gates_join(self, people=None):
        if not self.regulation_id.joint_complaints:
            yield self.env._("%s takes no joint complaints.", self.regulation_id.name)
        if self.confidentiality == "anonymous":
            yield self.env._("Nobody is asked who complains anonymously.")

    def _after_join(self, people=()):
        """Put the new complainants into the vault, and out of the user's own texts.

        Only them: who adds them must not see who complained before. What others wrote
        into a secret case stays: they would see whom somebody added.
        """
        self.ensure_one()
        identities = self.env["complaint.identity"]
        told = [self._prepare_joint_vals(said) for said in people]
        identities._create_sealed(
            "joined", [{**said, "ticket_id": self.id, "joint": True} for said in told]
        )
        if self.confidentiality == "confidential":
            secrets = set().union(*(identities._telling_of(said) for said in told))
            self._redact_texts(self._not_theirs(secrets), own=True)

    def _words_of_others(self):
        """Return ``{(model, id, field)}`` of one case that somebody else changed."""
        # sudo: complaint.log.value - who wrote what, no values
        rows = self.env["complaint.log.value"].sudo()
        rows = rows.search(
            [("ticket_id", "=", self.id), ("user_id", "!=", self.env.uid)]
        )
        return frozenset((row.res_model, row.res_id, row.field) for row in rows)

    @api.model
    def _is_own_word(self, record, name, others):
        """Return whether nobody but the user wrote a text by hand.

        What steps write may be somebody else's, whoever made the record.
        """
        sealed = record._seal_table() if hasattr(record, "_seal_table") else None
        return (
            record.create_uid == self.env.user
            and (not sealed or name in sealed.opens)
            and (record._name, record.id, name) not in others
        )

    def _prepare_joint_vals(self, said):
        """Return what is said of one joint complainant.

        :raise UserError: for other values, or without a name
        """
        other = sorted(said.keys() - _SAID)
        if other:
            raise UserError(
                self.env._("“%s” is not said of joint complainants.", other[0])
            )
        if not (said.get("name") or "").strip():
            raise UserError(self.env._("The joint complainant's name is missing."))
        return {
            key: value.strip() if isinstance(value, str) else value
            for key, value in said.items()
        }

    def _gates_representatives(self):
        """A text bounds how many people speak for a joint complaint."""
        # sudo: complaint.identity - how many there are, who accepts need not know who
        case = self.sudo()
        rules = case.regulation_id
        if rules.representatives_of_visits and not case._is_visit():
            return
        most = rules.most_representatives
        count = len(case._representatives())
        if len(case.identity_ids) > 1 and count > most:
            yield self.env._(
                "%(count)s people speak for the complainants; %(rules)s allows "
                "%(most)s at most.",
                count=count,
                rules=rules.name,
                most=most,
            )

    def _is_visit(self):
        """Return whether the complainants of one case came in person."""
        return self.channel_id.complaint_kind == "window"
