from odoo.tests import Form, tagged

from .common import ComplaintCommon

_VIEW = "community_complaint.helpdesk_ticket_view_form_intake"
_TYPED = {
    "complainant_name": "王小芳",
    "complainant_phone": "13800001111",
    "complainant_email": "wang@resident.example",
    "complainant_address": "Lane 12, no. 3",
}


@tagged("post_install", "-at_install")
class TestIntakeForm(ComplaintCommon):
    """Whatever the clerk chooses afterwards, what was typed at the window stays typed."""

    def setUp(self):
        super().setUp()
        self.regulation.allow_anonymous = True
        self.cases = (
            self.env["helpdesk.ticket"]
            .with_user(self.clerk)
            .with_context(complaint_intake=True, complaint_drafts=True)
        )

    def _shown(self, form):
        # fields that are hidden at the moment keep their value as well
        return {name: form._values[name] for name in _TYPED}

    def _tick(self, form):
        """Choose each level of confidentiality, and the first one again."""
        for level in ("anonymous", "open", "confidential", "anonymous", "confidential"):
            form.confidentiality = level
            self.assertEqual(self._shown(form), _TYPED, level)

    def test_a_new_case(self):
        form = Form(self.cases, _VIEW)
        for name, value in _TYPED.items():
            form[name] = value
        self._tick(form)
        form.type_id = self.type
        form.channel_id = self.env.ref("community_complaint.channel_letter")
        form.received_date = "2026-03-02 02:00:00"
        form.what_happened = "Noise."
        with form.respondent_ids.new() as line:
            line.kind, line.name = "other", "Flat 502"
        self.assertEqual(self._shown(form), _TYPED)
        # sudo: who complained is a secret of the clerk's as well from now on
        person = form.save().sudo().identity_ids
        self.assertEqual(
            [person.name, person.phone, person.email, person.address],
            list(_TYPED.values()),
        )

    def test_another_desk(self):
        self._adopt("regulation_r02").team_id.user_ids = self.clerk
        form = Form(self.cases, _VIEW)
        for name, value in _TYPED.items():
            form[name] = value
        form.what_happened, form.demand = "Noise.", "Quiet."
        form.team_id = self.env["helpdesk.ticket.team"].search(
            [("regulation_id.code", "=", "R02"), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(self._shown(form), _TYPED)
        self.assertEqual((form.what_happened, form.demand), ("Noise.", "Quiet."))

    def test_a_draft(self):
        draft = self.cases.create_draft(self._vals(**_TYPED))
        form = Form(draft, _VIEW)
        self._tick(form)
        form.save()
        self.assertEqual(draft.complainant_name, _TYPED["complainant_name"])
