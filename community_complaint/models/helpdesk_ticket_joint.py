from odoo import models
from odoo.exceptions import UserError

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
    """Joint complaints: several complainants, some of whom speak for all.

    Each of them is a record of the vault like the main complainant: the same rules, keys,
    looks, redaction and erasure. Who takes them down need not be allowed to read them.
    """

    _inherit = "helpdesk.ticket"

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

    def _after_join(self, people):
        """Put the new complainants into the vault, and out of the texts of secret cases."""
        self.ensure_one()
        self.env["complaint.identity"]._create_sealed(
            "joined",
            [
                {**self._prepare_joint_vals(said), "ticket_id": self.id, "joint": True}
                for said in people
            ],
        )
        if self.confidentiality == "confidential":
            self._redact_texts()

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
        most = case.regulation_id.most_representatives
        count = len(case._representatives())
        if len(case.identity_ids) > 1 and count > most:
            yield self.env._(
                "%(count)s people speak for the complainants; %(rules)s allows "
                "%(most)s at most.",
                count=count,
                rules=case.regulation_id.name,
                most=most,
            )
