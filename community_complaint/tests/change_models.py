"""Models made for the test of what follows a change; nothing else knows of them."""

from odoo import fields, models

from ..tools.changes import on
from ..tools.life import Opening, opens

#: What was called, in order: ``(method, ids, what was passed on)``.
CALLS = []


class ChangeSlip(models.Model):
    """A slip that minds its changes."""

    _name = "complaint.change.slip"
    _description = "Slip"
    _inherit = ["complaint.seal.mixin"]

    _opens = opens("words", "copies")
    _openings = {
        "made": Opening("The office counts.", ("copies",)),
        "dropped": Opening("The office tidies up.", drops=True),
    }
    _guards = {"_refuse_rude": on("words", made=True, removed=True, by_hand=True)}
    _effects = {
        "_note_made": on(made=True),
        "_note_words": on("words", given=True, before="_words_before"),
        "_note_by_hand": on("copies", by_hand=True),
        "_note_gone": on(removed=True, before="_words_before"),
        "_note_nothing": on("words", before="_nothing"),
    }

    words = fields.Char()
    copies = fields.Integer()

    def _refuse_rude(self, vals):
        said = self.mapped("words") if vals is None else [vals.get("words")]
        if "rude" in said:
            raise ValueError("Rude.")

    def _words_before(self, _vals):
        return self.mapped("words")

    def _nothing(self, _vals):
        return None

    def _note_made(self):
        CALLS.append(("made", self.ids, None))

    def _note_words(self, before):
        CALLS.append(("words", self.ids, before))

    def _note_by_hand(self):
        CALLS.append(("by hand", self.ids, None))

    def _note_gone(self, before):
        CALLS.append(("gone", self.ids, before))

    def _note_nothing(self, _before):
        CALLS.append(("nothing", self.ids, None))

    def _note_line(self):
        CALLS.append(("line", self.ids, None))


class ChangeSlipLeaf(models.Model):
    """Another add-on minds more, and something else about the same."""

    _inherit = "complaint.change.slip"

    _effects = {
        "_note_leaf": on(lambda self: self._leaf_names()),
        "_note_made": on(made=True, every=True),
    }

    def _leaf_names(self):
        return ["copies"]

    def _note_leaf(self):
        CALLS.append(("leaf", self.ids, None))


class ChangeLine(models.Model):
    """A line, whose slip minds it."""

    _name = "complaint.change.line"
    _description = "Line"
    _inherit = ["complaint.change.mixin"]

    _effects = {"_note_line": on(every=True, made=True, removed=True, of="slip_id")}

    slip_id = fields.Many2one("complaint.change.slip")
