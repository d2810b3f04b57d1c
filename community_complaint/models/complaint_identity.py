import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.orm.models import NO_ACCESS
from odoo.tools.translate import LazyTranslate

from ..tools import vault
from ..tools.kept import Kept
from ..tools.life import Ask, Life, Opening, Step, opens
from ..tools.roles import CUSTODIAN
from ..tools.steps import DRAFT, FILE_PHASES, FINISHED_PHASES

_lt = LazyTranslate(__name__)
#: What is kept in the vault; ``partner_id`` as the id of the contact.
SEALED = (
    "name",
    "phone",
    "email",
    "work_unit",
    "occupation",
    "address",
    "id_number",
    "partner_id",
    "signature",
    "former_phone",
    "former_email",
)
#: By what an identity is found, and the column of the mark.
_INDEXED = {
    "name": "name_key",
    "phone": "phone_key",
    "email": "email_key",
    "partner_id": "partner_key",
}
#: What is told by the vault alone; an account may be gone.
_TOLD = tuple(name for name in SEALED if name != "partner_id")
#: What people type.
_TYPED = SEALED[: SEALED.index("partner_id")]
#: The columns of the vault.
_COLUMNS = ("vault", "key_id", *_INDEXED.values())
#: Values that give a complainant away; so the finder calls them as well.
_TELLING = ("name", "phone", "email", "address", "id_number")
#: Shorter work units are ordinary words (医院, school).
_TELLING_UNIT = 4
#: A finished case counts as this while somebody may correct who complained, with a reason.
_CORRECTING = "correcting"
_CORRECTING_PHASES = (DRAFT, *FILE_PHASES, _CORRECTING)
#: How long that lasts.
_CORRECTION = timedelta(minutes=15)


class ComplaintIdentity(models.Model):
    """Who complained, apart from the case.

    Who may read it follows the confidentiality of the case, see ``security/``;
    everybody else sees the case's pseudonym. A secret identity is read while it is shown.

    The values are one text in ``vault``, encrypted if the server has keys, see
    ``docs/operations.rst``. An identity whose key is missing shows as empty and refuses to
    be changed, so that nothing is lost; with the key it is there again.

    Contacts change while the case runs; in a finished one only for some minutes after
    somebody gave a reason, which is on record.

    A case has one main complainant, to whom the office writes, and who speaks for all:
    the first representative. In a joint complaint there are more, in the same vault and
    under the same rules; ``helpdesk.ticket.identity_ids[:1]`` is the main one.
    """

    _name = "complaint.identity"
    _description = "Identity of a Complainant"
    _inherit = [
        "complaint.identity.contact",
        "complaint.case.mixin",
        "complaint.key.keeper",
        "complaint.life.mixin",
    ]
    # the main complainant comes first
    _order = "joint, sequence, id"

    _vaulted = frozenset(SEALED)
    _kept = {"vault": Kept("sealed"), **dict.fromkeys(_INDEXED.values(), Kept("mark"))}
    _life = Life(
        {
            "correct": Step(
                FINISHED_PHASES,
                None,
                label=_lt("Correct the Complainant's Data"),
                asks=Ask(
                    "correction_reason",
                    _lt("Why correct it although the case is finished?"),
                ),
                stamps={"correction_by_id": "user"},
                writes=("correction_until",),
            ),
        },
        state="phase",
    )
    _opens = {
        **opens(*_TYPED, phases=_CORRECTING_PHASES),
        **opens("partner_id", phases=_CORRECTING_PHASES, by=(CUSTODIAN,)),
        **opens("signature", phases=(DRAFT, "registered", "accepted")),
        **opens("representative", "sequence", phases=_CORRECTING_PHASES),
    }
    _openings = {
        "registered": Opening(
            "A new case gets the identity of its complainant.",
            ("ticket_id", *_COLUMNS),
            creates=True,
        ),
        "joined": Opening(
            "Somebody joins a complaint.",
            ("ticket_id", "joint", *_COLUMNS),
            creates=True,
        ),
        "told": Opening("What was changed by hand goes into the vault.", _COLUMNS),
        "rotated": Opening("The vault is encrypted anew.", _COLUMNS),
        "marked": Opening("The case became more secret, or less.", _COLUMNS),
        "merged": Opening("A contact was merged into another.", _COLUMNS),
        "erased": Opening("The office forgets who complained.", _COLUMNS),
    }

    name = fields.Char(
        "Full Name", compute="_compute_values", search="_search_name", readonly=False
    )
    phone = fields.Char(
        compute="_compute_values", search="_search_phone", readonly=False
    )
    email = fields.Char(
        compute="_compute_values", search="_search_email", readonly=False
    )
    work_unit = fields.Char(compute="_compute_values", readonly=False)
    occupation = fields.Char(compute="_compute_values", readonly=False)
    address = fields.Char("Home Address", compute="_compute_values", readonly=False)
    id_number = fields.Char("ID Number", compute="_compute_values", readonly=False)
    partner_id = fields.Many2one(
        "res.partner",
        string="Portal Account",
        compute="_compute_partner_id",
        search="_search_partner_id",
        readonly=False,
        help="The resident who filed the complaint in the portal.",
    )
    signature = fields.Binary(compute="_compute_values", readonly=False)
    unreadable = fields.Char(
        compute="_compute_values",
        help="Name of the key the server lacks to read this identity.",
    )

    joint = fields.Boolean(
        "Joint Complainant",
        required=True,
        readonly=True,
        default=False,
        help="Complains together with the main complainant.",
    )
    representative = fields.Boolean(
        help="Speaks for the others. The main complainant always does."
    )
    sequence = fields.Integer(default=10)

    shown_to_me = fields.Boolean(compute="_compute_shown_to_me", search="_search_shown")
    correction_reason = fields.Text("Why It Was Corrected", readonly=True, copy=False)
    correction_by_id = fields.Many2one(
        "res.users", "Corrected by", readonly=True, copy=False
    )
    correction_until = fields.Datetime(
        "May Be Corrected until", readonly=True, copy=False
    )
    is_open = fields.Boolean(compute="_compute_is_open")

    vault = fields.Text(groups=NO_ACCESS, copy=False)
    key_id = fields.Char(
        groups=NO_ACCESS, readonly=True, copy=False, index="btree_not_null"
    )
    name_key = fields.Char(
        groups=NO_ACCESS, readonly=True, copy=False, index="btree_not_null"
    )
    phone_key = fields.Char(
        groups=NO_ACCESS, readonly=True, copy=False, index="btree_not_null"
    )
    email_key = fields.Char(
        groups=NO_ACCESS, readonly=True, copy=False, index="btree_not_null"
    )
    partner_key = fields.Char(
        groups=NO_ACCESS, readonly=True, copy=False, index="btree_not_null"
    )

    _unproven_idx = models.Index(
        "(ticket_id) WHERE contact_changed_date IS NOT NULL"
        " AND contact_checked_by_id IS NULL"
    )
    _ticket_unique = models.UniqueIndex(
        "(ticket_id) WHERE joint IS FALSE", "A complaint has one main complainant."
    )

    @api.depends("ticket_id", "joint")
    def _compute_display_name(self):
        """OVERRIDE: never the name, it would show in every log and list."""
        for identity in self:
            case = identity.ticket_id
            identity.display_name = (
                self.env._("Joint complainant of %s", case.number)
                if identity.joint
                else case._complainant_pseudonym()
            )

    @api.depends("phase", "correction_until")
    @api.depends_context("uid")
    def _compute_is_open(self):
        for identity in self:
            identity.is_open = identity._seal_phase() in _CORRECTING_PHASES

    # ----------------------------------------------------------------------
    # While it is shown
    # ----------------------------------------------------------------------

    @api.depends_context("uid")
    def _compute_shown_to_me(self):
        shown = self._shown_tickets()
        for identity in self:
            identity.shown_to_me = identity.ticket_id.id in shown

    @api.model
    def _search_shown(self, operator, value):
        if operator != "in":
            return NotImplemented
        shown = self._shown_views().subselect("ticket_id")
        domain = Domain("ticket_id", "in", shown)
        return domain if True in value else ~domain

    @api.model
    def _shown_tickets(self):
        """Return the ids of the cases whose identity this session is shown now."""
        # sudo: complaint.identity.view - nobody reads these rows, rules ask for them
        views = self.env["complaint.identity.view"].sudo()
        return views.browse(self._shown_views()).ticket_id.ids

    @api.model
    def _shown_views(self):
        """Return the query of what this session is shown now."""
        # sudo: complaint.identity.view - see above
        views = self.env["complaint.identity.view"].sudo()
        return views._search(views._active_domain())

    # ----------------------------------------------------------------------
    # Corrections after the end
    # ----------------------------------------------------------------------

    def action_correct(self, reason=None):
        """Open the data of a finished case's complainant for some minutes.

        :param reason: why; without it a dialog asks for it
        :return: the action of the form
        """
        result = self._take("correct", reason)
        return self._correction_form() if result is True else result

    def _prepare_correct_vals(self, reason):
        return {
            "correction_reason": self.ticket_id._without_names(reason),
            "correction_until": fields.Datetime.now() + _CORRECTION,
        }

    def _log_step(self, name, before, given=None):
        """OVERRIDE: the reason is on record."""
        self.env["complaint.log"]._record(
            "identity_correction",
            self,
            # sudo: complaint.identity - what was just written, without names
            lambda identity: {"reason": identity.sudo().correction_reason},
        )

    def _correction_form(self):
        """Return the action of the form in which one corrects who complained."""
        return {
            "type": "ir.actions.act_window",
            "name": self._step_label("correct"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _seal_phase(self):
        """OVERRIDE: a finished case is open to who gave a reason a moment ago."""
        phase = super()._seal_phase()
        # sudo: complaint.identity - what is open does not depend on what is readable
        mine = self.sudo().correction_by_id == self.env.user
        until = self.sudo().correction_until  # sudo: see above
        if phase in FINISHED_PHASES and mine and until > fields.Datetime.now():
            return _CORRECTING
        return phase

    @api.model
    def _sealable_fields(self):
        """OVERRIDE: what is kept in the vault has no column of its own."""
        return super()._sealable_fields() | {*SEALED}

    # ----------------------------------------------------------------------
    # Reading
    # ----------------------------------------------------------------------

    @api.depends("vault")
    @api.depends_context("uid", "su")
    def _compute_values(self):
        for identity, (values, missing) in self._opened_vaults():
            identity.unreadable = missing
            for name in _TOLD:
                identity[name] = values.get(name, False)

    def _opened_vaults(self):
        """Yield ``(identity, (values, key that is lacking))``; others get no values."""
        readable = self._origin._filtered_access("read")
        # sudo: complaint.identity - the column is closed to everybody; checked above
        sealed = {record.id: record.vault for record in readable.sudo()}
        for identity in self:
            yield identity, identity._open_vault(sealed.get(identity._origin.id))

    def _open_vault(self, sealed):
        """Return ``(values, key or False)``: those of a text, the key it lacks."""
        if not sealed:
            return {}, False
        place = str(self._origin.ticket_id.id)
        try:
            values = json.loads(self.env["complaint.key"]._ring().open(sealed, place))
        except (vault.MissingKey, vault.Damaged) as error:
            return {}, str(error)
        return values, False

    def _check_readable(self):
        """Check that the server can read these identities, or raise naming the key."""
        missing = sorted(set(filter(None, self.mapped("unreadable"))))
        if missing:
            raise UserError(
                self.env._(
                    "The complainant's data cannot be read: the server lacks the key "
                    "“%s”, or it is not the right one. Nothing is lost; ask the "
                    "administrator to put the key into the server's configuration.",
                    ", ".join(missing),
                )
            )

    # ----------------------------------------------------------------------
    # Writing
    # ----------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """OVERRIDE: what tells who complained goes into the vault."""
        if any("ticket_id" not in vals for vals in vals_list):
            # a copy: it is made with its case, nobody makes one by hand
            self.browse()._refuse("ticket_id", None)
        return super().create(
            [
                {
                    **self._without_vault(vals),
                    **self._prepare_vault_vals(vals, vals["ticket_id"]),
                }
                for vals in vals_list
            ]
        )

    def write(self, vals):
        """OVERRIDE: what tells who complained goes into the vault and into the log."""
        told = {name: vals[name] for name in SEALED if name in vals}
        if not told:
            return super().write(vals)
        self._check_open(self._names_by_hand(told))
        if "partner_id" in self._names_by_hand(told):
            self._check_account(told["partner_id"])
        self.check_access("write")
        # sudo: complaint.identity - whether the server can read it, nothing is shown
        self.sudo()._check_readable()
        self._note_changes(self._names_by_hand(told))
        rest = self._without_vault(vals)
        result = super().write(rest) if rest else True
        for identity in self:
            identity._write_vault(told)
        return result

    @api.model
    def _without_vault(self, vals):
        """Return the values that do not go into the vault."""
        return {name: value for name, value in vals.items() if name not in SEALED}

    def _write_vault(self, changes):
        """Change what one identity says."""
        # sudo: complaint.identity - compared with the new values, not shown
        old = self.sudo()._plain_values()
        new = {**old, **changes}
        changed = [
            name for name in SEALED if (old[name] or False) != (new[name] or False)
        ]
        if not changed:
            return
        self._seal_vault("told", {**new, **self._former_contact(old, new)})
        self._log_changed(changed)
        if self._moved(old, new):
            self._note_moved()
        # sudo: complaint.identity - its case, whoever made it known
        self.sudo().ticket_id._tell_after_all()

    def _log_changed(self, names):
        """Put on record which fields of identities of cases were changed."""
        # sudo: complaint.identity - whether it is a case yet, whoever changes it
        of_cases = self.filtered(lambda item: item.sudo().phase != DRAFT)
        if of_cases:
            self.env["complaint.log"]._record(
                "identity_changed", of_cases, {"fields": names}
            )

    def _seal_vault(self, key, values):
        """Write the columns of the vault of one identity.

        :param key: why, key of ``_openings``
        :param values: dict with keys of ``SEALED``
        """
        # sudo: complaint.identity - its case, whoever may read the identity
        ticket = self.sudo().ticket_id
        self._write_sealed(key, self._prepare_vault_vals(values, ticket.id))

    def _telling_values(self):
        """Return what gives one complainant away, as a set of kinds and values.

        :raise UserError: if the server cannot read it
        """
        self._check_readable()
        contact = ("name", "phone", "email")
        former = {"phone": self.former_phone, "email": self.former_email}
        return (
            self._telling_of({name: self[name] for name in _TYPED})
            | self._telling_of({name: self.partner_id[name] for name in contact})
            | self._telling_of(former)
        )

    @api.model
    def _telling_of(self, said):
        """Return what of some values of ``SEALED`` gives somebody away, as pairs."""
        telling = {(name, said.get(name)) for name in _TELLING}
        if len(said.get("work_unit") or "") >= _TELLING_UNIT:
            telling.add(("unit", said["work_unit"]))
        return {(kind, value.strip()) for kind, value in telling if value}

    def _plain_values(self):
        """Return what one identity says, the contact as its id."""
        self.ensure_one()
        return {name: self[name] for name in SEALED} | {
            "partner_id": self.partner_id.id
        }

    @api.model
    def _prepare_vault_vals(self, values, ticket_id):
        """Return the columns that keep values.

        :param values: dict with keys of ``SEALED``
        """
        ring = self.env["complaint.key"]._writing_ring()
        known = {name: _text(values[name]) for name in SEALED if values.get(name)}
        if not known:
            return dict.fromkeys(_COLUMNS, False)
        text = json.dumps(known, ensure_ascii=False, sort_keys=True)
        secret = self._is_secret(ticket_id)
        marks = {
            column: key and ring.mark(_kind(name, secret), key)
            for name, column in _INDEXED.items()
            for key in [self._index_key(name, values.get(name))]
        }
        return {
            "vault": ring.seal(text, str(ticket_id)),
            "key_id": ring.current or False,
            **marks,
        }

    @api.model
    def _is_secret(self, ticket_id):
        """Return whether the complainant of a case is secret; so are the marks then."""
        # sudo: helpdesk.ticket - its level, whoever writes the identity
        case = self.env["helpdesk.ticket"].sudo().browse(ticket_id)
        return case.confidentiality != "open"

    def _mark_anew(self):
        """Make the marks of these identities anew: the level of their cases changed."""
        # sudo: complaint.identity - values stay what they are
        for identity in self.sudo():
            identity._seal_vault("marked", identity._plain_values())

    # ----------------------------------------------------------------------
    # Searching: by whole values only
    # ----------------------------------------------------------------------

    @api.model
    def _index_domain(self, name, values):
        """Return the domain of identities with one of these values."""
        ring = self.env["complaint.key"]._ring()
        # marks are made anew in the background; until then they are found as they were
        forms = (self._index_key, self._earlier_index_key)
        found = {form(name, value) for value in values for form in forms}
        keys = sorted(filter(None, found))
        marks = {
            mark
            for key in keys
            for secret in (False, True)
            for mark in ring.index(_kind(name, secret), key)
        }
        return self._marks_domain(Domain(_INDEXED[name], "in", sorted(marks)))

    @api.model
    def _marks_domain(self, domain):
        """Return a domain on marks as one that people may use, who never see a mark."""
        # sudo: complaint.identity - the columns are closed to everybody; rules hold still
        return Domain("id", "in", self.sudo()._search(domain))

    def _search_indexed(self, name, operator, value):
        if operator in ("=ilike", "ilike", "=like", "like") and isinstance(value, str):
            # parts of a value cannot be found: the index knows whole ones
            operator, value = "in", [value]
        if operator != "in":
            return NotImplemented
        domain = self._index_domain(name, [item for item in value if item])
        if any(not item for item in value):
            domain |= self._marks_domain(Domain(_INDEXED[name], "=", False))
        return domain

    def _search_name(self, operator, value):
        return self._search_indexed("name", operator, value)

    def _search_phone(self, operator, value):
        return self._search_indexed("phone", operator, value)

    def _search_email(self, operator, value):
        return self._search_indexed("email", operator, value)

    def _search_partner_id(self, operator, value):
        return self._search_indexed("partner_id", operator, value)

    @api.model
    def _move_partner(self, old, new):
        """Let the identities of some contacts belong to another one.

        :param old, new: ``res.partner`` records
        """
        # sudo: complaint.identity - contacts that are one person, whoever merges them
        identities = self.sudo().search(self._index_domain("partner_id", old.ids))
        for identity in identities.filtered(lambda item: not item.unreadable):
            values = {**identity._plain_values(), "partner_id": new.id}
            identity._seal_vault("merged", values)

    # ----------------------------------------------------------------------
    # Rotation
    # ----------------------------------------------------------------------

    @api.model
    def _cron_rotate_keys(self):
        """Keep under the current key whatever is kept, see ``complaint.key``."""
        self.env["complaint.key"]._rotate_all()

    def _rotate(self):
        """OVERRIDE: put these identities under the current key."""
        rotated = self.filtered(lambda identity: not identity.unreadable)
        for identity in rotated:
            identity._seal_vault("rotated", identity._plain_values())
        for company, identities in rotated.grouped("company_id").items():
            self.env["complaint.log"]._record(
                "keys_rotated",
                company,
                {
                    "key": self.env["complaint.key"]._ring().current,
                    "count": len(identities),
                },
                company,
            )


def _kind(name, secret):
    """Return the kind of a mark: those of secret cases cannot be compared with others."""
    return f"secret {name}" if secret else name


def _text(value):
    """Return a value as JSON takes it: signatures are base64."""
    return value.decode() if isinstance(value, bytes) else value
