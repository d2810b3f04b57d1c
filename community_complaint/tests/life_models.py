"""Models made for the tests of the engine and the seal; nothing else knows of them."""

from odoo import fields, models

from ..tools.life import Ask, Life, More, Open, Opening, Step, opens
from ..tools.steps import FILE_PHASES, HANDLER, LEADER


class LifeSlip(models.Model):
    """A slip that is written, sent, answered by somebody else, or dropped."""

    _name = "complaint.life.slip"
    _description = "Slip"
    _inherit = ["complaint.life.mixin"]

    _life = Life(
        {
            "send": Step(
                ("draft",),
                "sent",
                (HANDLER, LEADER),
                label="Send",
                fills=("words",),
                stamps={"sent_by_id": "user", "sent_date": "now", "copies": 2},
                writes=("number",),
            ),
            "answer": Step(
                ("sent",),
                "answered",
                (LEADER,),
                label="Answer",
                asks=Ask("answer", "What do you answer?"),
                not_by=("sent_by_id",),
            ),
            "lose": Step(("sent",), "lost", None, label="Lose"),
        }
    )
    _opens = {
        **opens("case_id", birth=True),
        **opens("words", "line_ids", states=("draft",)),
        **opens("note", states=("draft", "sent"), by=(LEADER,)),
    }
    _drops = Open(("draft",))
    _openings = {
        "filed": Opening("The archive numbers slips.", ("number",), drops=True),
        "made": Opening("The office makes slips itself.", ("number",), creates=True),
    }

    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("sent", "Sent"),
            ("answered", "Answered"),
            ("lost", "Lost"),
        ],
        default="draft",
        readonly=True,
    )
    case_id = fields.Many2one("helpdesk.ticket")
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    words = fields.Text()
    note = fields.Text()
    answer = fields.Text()
    number = fields.Char()
    copies = fields.Integer()
    sent_by_id = fields.Many2one("res.users")
    sent_date = fields.Datetime()
    line_ids = fields.One2many("complaint.life.line", "slip_id")

    def action_send(self):
        """Send slips."""
        return self._take("send")

    def action_answer(self, text=None):
        """Answer slips."""
        return self._take("answer", text)

    def _gates_send(self):
        if self.words == "rude":
            yield "Rude words are not sent."

    def _after_send(self):
        self.sudo().number = "1"


class LifeLine(models.Model):
    """A line of a slip."""

    _name = "complaint.life.line"
    _description = "Line of a Slip"
    _inherit = ["complaint.seal.mixin"]

    _opens = opens("slip_id", "text", birth=True)

    slip_id = fields.Many2one("complaint.life.slip")
    text = fields.Char()
    proof = fields.Char()


class LifePart(models.Model):
    """A part of a case."""

    _name = "complaint.life.part"
    _description = "Part"
    _inherit = ["complaint.case.mixin"]

    _opens = {
        **opens("ticket_id", birth=True, phases=FILE_PHASES),
        **opens("text", phases=FILE_PHASES),
    }
    _openings = {"moved": Opening("Parts never move.", ("ticket_id",))}

    text = fields.Char()


class LifeSlipLeaf(models.Model):
    """Another add-on: one more state, source, gate and field."""

    _inherit = "complaint.life.slip"

    _life = Life(
        {
            "send": More(sources=("lost",), fills=("receipt",)),
            "burn": Step(("lost",), "burnt", (LEADER,), label="Burn"),
        }
    )
    _opens = opens("receipt", states=("draft", "lost"))

    receipt = fields.Char()
    state = fields.Selection(
        selection_add=[("burnt", "Burnt")], ondelete={"burnt": "cascade"}
    )

    def action_burn(self):
        """Burn slips."""
        return self._take("burn")
