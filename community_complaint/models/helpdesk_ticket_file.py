from odoo import api, models, tools
from odoo.exceptions import UserError

from odoo.addons.mail.tools.discuss import Store


class HelpdeskTicket(models.Model):
    """The case file is append-only (THREATS 16, 40): corrections are new entries.

    EXPOSED API: :meth:`_case_paths`, :meth:`_case_ids`. What belongs to a case by model
    and id is guarded by ``complaint.on.file.mixin``.
    """

    _inherit = "helpdesk.ticket"

    @api.model
    @tools.ormcache(cache="stable")
    def _case_paths(self):
        """Return ``{model: path of fields to the case}`` of the case and all its parts.

        Parts are the stored models of this product that lead to a case, in one step or
        more; new ones are found by themselves.
        """
        paths = {self._name: ""}
        own = [
            (name, model)
            for name, model in self.env.registry.items()
            if name.startswith("complaint.") and model._auto and not model._transient
        ]
        found = True
        while found:
            found = {
                name: f"{field.name}.{paths[field.comodel_name]}".strip(".")
                for name, model in own
                if name not in paths and (field := _case_field(model, paths))
            }
            paths.update(found)
        return paths

    @api.model
    def _case_ids(self, model, ids):
        """Return ``{id: id of the complaint}`` of the records that belong to one.

        :param model: name of any model
        :param ids: ids of records, some may be gone
        """
        path = self._case_paths().get(model)
        if path is None:
            return {}
        # sudo: helpdesk.ticket - whether something is on file is no matter of rights
        records = self.env[model].sudo().browse(ids).exists()
        cases = {
            record.id: record.mapped(path) if path else record for record in records
        }
        return {
            id_: case.id for id_, case in cases.items() if case and case.is_complaint
        }

    def _check_can_update_message_content(self, messages):
        """OVERRIDE: nobody edits the notes of a complaint.

        :raise UserError: for complaints
        """
        messages._check_not_on_file("read")
        return super()._check_can_update_message_content(messages)

    def _message_update_content(self, message, /, *, body, strict=True, **kwargs):
        """OVERRIDE: who rates a complaint again adds to the file, nothing is replaced."""
        if strict or not self.is_complaint:
            return super()._message_update_content(
                message, body=body, strict=strict, **kwargs
            )
        # sudo: helpdesk.ticket - written again by whoever wrote it first
        return self.sudo().message_post(
            body=body, author_id=message.author_id.id, subtype_id=message.subtype_id.id
        )

    def _thread_to_store(self, store: Store, fields, *, request_list=None):
        """OVERRIDE: tell the web client not to offer what a complaint does not allow."""
        result = super()._thread_to_store(store, fields, request_list=request_list)
        # not store.add(), which would come back here
        store.add_records_fields(
            # of what is hidden it tells as little as of what is not there
            self.sudo(False)._filtered_access("read"),
            [
                Store.Attr("isOnFile", lambda case: case.is_complaint),
                Store.Attr(
                    "canWriteToThem",
                    lambda case: case.is_complaint and case._may_write_to_them(),
                ),
            ],
            as_thread=True,
        )
        return result

    # ----------------------------------------------------------------------
    # Sealing the evidence of a case (R15: seal records and items)
    # ----------------------------------------------------------------------

    def action_seal_evidence(self):
        """Open a new sealing list with all the evidence that is not sealed.

        :raise UserError: if there is none
        """
        self.ensure_one()
        evidence = self.evidence_ids.filtered(
            lambda item: not item.mistaken and item.custody_state in ("kept", "opened")
        )
        if not evidence:
            raise UserError(self.env._("There is no evidence to seal."))
        return evidence.action_seal()


def _case_field(model, paths):
    """Return the field by which a model leads to a case, the direct one if it has it."""
    fields = [
        field
        for field in model._fields.values()
        if field.type == "many2one" and field.store and field.comodel_name in paths
    ]
    direct = [field for field in fields if not paths[field.comodel_name]]
    return next(iter(direct or fields), None)
