import re

from odoo import api, models
from odoo.exceptions import UserError
from odoo.orm.models import NO_ACCESS

from ..tools.changes import on

#: What guards itself: who changes the rules of these changes everybody's.
_GUARDS = frozenset(
    {
        "ir.attachment",
        "ir.model.access",
        "ir.rule",
        "res.groups",
        "res.partner",
        "res.users",
    }
)
#: What makes a browser run something.
_CODE = re.compile(r"<script\b|<iframe\b|\bon[a-z]+\s*=|javascript:", re.IGNORECASE)


class ComplaintSeenMixin(models.AbstractModel):
    """What administrators change and complaints rest on (THREATS 56).

    Nobody is blocked: an administrator must be able to run the system. But it is on
    record in the log of every office, and custodians and auditors are told at once.
    Modules that are being loaded are silent; installing one is on record itself.

    EXTENSION POINT: :meth:`_seen`.
    """

    _name = "complaint.seen.mixin"
    _description = "Seen by Those Who Keep Secrets"
    _inherit = ["complaint.watched.mixin"]

    _watched_by_managers = False
    _watched_told = True

    def _seen(self):
        """Return those on which complaints rest. As it stands: all."""
        return self

    def _watched_companies(self):
        """OVERRIDE: they are nobody's, so every office is told."""
        if not (seen := self._seen()):
            return {}
        offices = frozenset(self._complaint_offices().ids)
        return dict.fromkeys(seen.ids, offices) if offices else {}

    def _watched_cases(self):
        """OVERRIDE: no file names them."""
        return self.browse()

    @api.model
    def _concerns_complaints(self, model):
        """Return whether records of a model are, belong to or guard complaints.

        :param model: name of a model, maybe of one that is not there
        """
        if not model or model not in self.env:
            return False
        return (
            model.startswith(("complaint.", "helpdesk."))
            or model in _GUARDS
            or bool(self.env["ir.rule"]._conflict_links(model))
        )


def _check_made_by_hand(records):
    """Check that models or fields are not an add-on's, while none is being uninstalled.

    The base asks a word in the context of the caller, which anybody may say.

    :raise UserError: if they are
    """
    # sudo: ir.model, ir.model.fields - who made them, whoever deletes them
    if records.pool.ready and any(item.state != "manual" for item in records.sudo()):
        raise UserError(records.env._("What belongs to an add-on goes only with it."))


class IrModel(models.Model):
    _inherit = "ir.model"

    def unlink(self):
        """OVERRIDE: only models that somebody made, whatever the context says.

        :raise UserError: for others, except while add-ons are being uninstalled
        """
        _check_made_by_hand(self)
        return super().unlink()


class IrModelAccess(models.Model):
    _name = "ir.model.access"
    _inherit = ["ir.model.access", "complaint.seen.mixin"]

    def _seen(self):
        """OVERRIDE: rights on what concerns complaints."""
        # sudo: ir.model - whose rights they are, whoever changes them
        return self.filtered(
            lambda access: self._concerns_complaints(access.sudo().model_id.model)
        )


class IrActionsServer(models.Model):
    _name = "ir.actions.server"
    _inherit = ["ir.actions.server", "complaint.seen.mixin"]

    _watched_free = frozenset({"sequence"})

    def _seen(self):
        """OVERRIDE: code, which may do anything, and actions on what concerns complaints."""
        # sudo: ir.model - of what the actions are, whoever changes them
        actions = self.sudo().filtered(
            lambda action: (
                action.state == "code"
                or self._concerns_complaints(action.model_id.model)
            )
        )
        return actions.with_env(self.env)


class IrCron(models.Model):
    _name = "ir.cron"
    _inherit = ["ir.cron", "complaint.seen.mixin"]

    _watched_free = frozenset({"lastcall", "failure_count", "first_failure_date"})

    def _seen(self):
        """OVERRIDE: jobs of what concerns complaints."""
        # sudo: ir.actions.server - of what the jobs are, whoever changes them
        return self.filtered(
            lambda job: self._concerns_complaints(job.sudo().model_id.model)
        )


class IrModelFields(models.Model):
    _name = "ir.model.fields"
    _inherit = ["ir.model.fields", "complaint.seen.mixin"]

    _guards = {"_check_copies_no_vault": on("related", made=True)}

    def unlink(self):
        """OVERRIDE: only fields that somebody made, whatever the context says.

        :raise UserError: for others, except while add-ons are being uninstalled
        """
        _check_made_by_hand(self)
        return super().unlink()

    def _seen(self):
        """OVERRIDE: fields that somebody made, by which a model may show another one's."""
        # sudo: ir.model.fields - who made them, whoever changes them
        return self.filtered(lambda field: field.sudo().state == "manual")

    def _check_copies_no_vault(self, vals):
        """Refuse a field that would show, or keep in plain text, what is sealed.

        :param vals: what is written
        :raise UserError: if the path of a related field passes by a vault
        """
        # sudo: ir.model.fields, ir.model - of which model, whoever changes them
        model_id = vals.get("model_id") or self.sudo().model_id[:1].id
        # sudo: ir.model - its name, whoever asks
        name = self.env["ir.model"].sudo().browse(model_id).model
        for step in (vals.get("related") or "").split("."):
            model = self.env.get(name)
            field = model is not None and model._fields.get(step)
            if not field:
                return
            if step in getattr(model, "_vaulted", ()) or field.groups == NO_ACCESS:
                raise UserError(
                    self.env._(
                        "%s is sealed: no other field may show it.", field.string
                    )
                )
            name = field.comodel_name


class IrUiView(models.Model):
    _name = "ir.ui.view"
    _inherit = ["ir.ui.view", "complaint.seen.mixin"]

    def _seen(self):
        """OVERRIDE: our pages and papers, what changes them, and code on any page.

        What runs at the same address reads the pages of who is signed in (THREATS 70).
        """
        found = self.browse()
        for view in self.sudo():  # sudo: ir.ui.view - whose it is, whoever changes it
            origin = view.inherit_id or view
            if (origin.key or view.key or origin.xml_id or "").startswith(
                "community_complaint"
            ) or (view.type == "qweb" and _CODE.search(view.arch_db or "")):
                found |= self.browse(view.id)
        return found


class IrAsset(models.Model):
    """Scripts that pages load, maybe from elsewhere."""

    _name = "ir.asset"
    _inherit = ["ir.asset", "complaint.seen.mixin"]

    _watched_free = frozenset({"sequence"})


class IrActionsReport(models.Model):
    _name = "ir.actions.report"
    _inherit = ["ir.actions.report", "complaint.seen.mixin"]

    def _seen(self):
        """OVERRIDE: papers of what concerns complaints."""
        # sudo: ir.actions.report - of what they are, whoever changes them
        return self.filtered(
            lambda report: self._concerns_complaints(report.sudo().model)
        )


class IrModelData(models.Model):
    _name = "ir.model.data"
    _inherit = ["ir.model.data", "complaint.seen.mixin"]

    def _seen(self):
        """OVERRIDE: names by which the product knows its roles, rules and pages."""
        # sudo: ir.model.data - whose names they are, whoever changes them
        return self.filtered(
            lambda name: (name.sudo().module or "").startswith("community_complaint")
        )


class IrMailServer(models.Model):
    """Where the office's letters go."""

    _name = "ir.mail_server"
    _inherit = ["ir.mail_server", "complaint.seen.mixin"]

    _watched_free = frozenset({"sequence"})
    _watched_secret = frozenset({"smtp_pass", "smtp_ssl_private_key"})


class FetchmailServer(models.Model):
    """Where complaints by e-mail come from."""

    _name = "fetchmail.server"
    _inherit = ["fetchmail.server", "complaint.seen.mixin"]

    _watched_free = frozenset({"date", "state", "error_date", "error_message"})
    _watched_secret = frozenset({"password"})


class MailAliasDomain(models.Model):
    _name = "mail.alias.domain"
    _inherit = ["mail.alias.domain", "complaint.seen.mixin"]

    _watched_free = frozenset({"sequence"})


class MailTemplate(models.Model):
    """A mail about a case is a program: it may tell whatever its expressions name."""

    _name = "mail.template"
    _inherit = ["mail.template", "complaint.seen.mixin"]

    def _seen(self):
        """OVERRIDE: mails about what concerns complaints."""
        # sudo: mail.template - of what they are, whoever changes them
        return self.filtered(
            lambda mail: (mail.sudo().model or "").startswith(
                ("complaint.", "helpdesk.")
            )
        )


class SmsTemplate(models.Model):
    """A text message about a case is a program as well."""

    _name = "sms.template"
    _inherit = ["sms.template", "complaint.seen.mixin"]

    def _seen(self):
        """OVERRIDE: messages about what concerns complaints."""
        # sudo: sms.template - of what they are, whoever changes them
        return self.filtered(
            lambda sms: (sms.sudo().model or "").startswith(("complaint.", "helpdesk."))
        )


class IrConfigParameter(models.Model):
    _name = "ir.config_parameter"
    _inherit = ["ir.config_parameter", "complaint.seen.mixin"]

    #: What they hold may be a secret of the server.
    _watched_secret = frozenset({"value"})
    _effects = {"_forget_parameters": on(every=True)}

    def _forget_parameters(self):
        """Forget what is kept of parameters.

        The base forgets before; what is asked in between would stay as it was.
        """
        self.env.registry.clear_cache("stable")

    def _seen(self):
        """OVERRIDE: parameters of complaints, addresses and proofs of who somebody is."""
        prefixes = (
            "community_complaint",
            "web.base.url",
            "database.",
            "auth_",
            "mail.",
            "report.url",
        )
        # sudo: ir.config_parameter - which they are, whoever changes them
        return self.filtered(lambda item: (item.sudo().key or "").startswith(prefixes))
