from odoo import api, models


class ComplaintTextMixin(models.AbstractModel):
    """Methods that need somebody's words ask for them in one dialog.

    A model lists its methods in ``_text_methods``; without a text such a method returns
    ``_ask_text``, and the dialog calls it again with the text.
    """

    _name = "complaint.text.mixin"
    _description = "Asks for a Text"

    @api.model
    def _text_methods(self):
        """Return the methods the dialog may call, with the text as first argument."""
        return frozenset()

    def _ask_text(self, method, title, label, **options):
        """Return the action that asks for a text and calls a method with it.

        :param options: ``with_date`` (label of a date), ``with_files`` (bool),
            ``text`` (to start with)
        """
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "complaint.text.wizard",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_record_ids": self.ids,
                "default_method": method,
                "default_label": label,
                "default_date_label": options.get("with_date"),
                "default_with_files": options.get("with_files", False),
                "default_text": options.get("text"),
            },
        }
