from odoo import models


class ComplaintDispatchText(models.AbstractModel):
    """What messages outside the office say.

    In a case that is not open they carry number and link, or number and phone, and
    nothing else: whoever reads somebody's telephone learns nothing (DESIGN §9.1).
    """

    _name = "complaint.dispatch.text"
    _inherit = ["complaint.dispatch.delivery"]
    _description = "Texts of Dispatches"

    def _in_their_language(self):
        """Return one dispatch in the language of its paper, or of the office's papers."""
        lang = self.notice_id.lang or self.ticket_id._paper_lang()
        return self.with_context(lang=lang)

    def _is_bare(self):
        """Return whether a message of one dispatch carries no content.

        What an alarm says is bare already.
        """
        if self.addressee in ("body", "superior") or self.alarm or self.to_former:
            return False
        return (
            self.ticket_id.confidentiality != "open" or self.notice_id._is_locked_away()
        )

    def _make_link(self):
        """Return an address at which one dispatch can be read, or ``False``.

        EXTENSION POINT: made anew for every message, and only for this one. Colleagues
        open the case itself, if they may.
        """
        # sudo: hr.employee - whether there is a login
        user = self.user_id or self.employee_id.sudo().user_id
        if not user or user.share or not self.ticket_id._may_be_read_by(user):
            return False
        case = self.ticket_id
        return f"{case.get_base_url()}/mail/view?model={case._name}&res_id={case.id}"

    def _is_to_colleague(self):
        """Return whether one dispatch is for somebody of the office."""
        return self.addressee in ("employee", "on_duty")

    def _message_lines(self, bare, link):
        """Return the paragraphs of a message in the current language.

        :param bare: without content
        :param link: address, or ``False``
        """
        number = self.ticket_id.number
        if bare:
            lines = [self.env._("There is news on the matter %s.", number)]
        elif self.content:
            lines = [self._told_text()]
        else:
            lines = [
                self.env._(
                    "Enclosed you find on the matter %(number)s: %(paper)s, "
                    "%(paper_number)s.",
                    number=number,
                    paper=self.notice_id._kind_label(),
                    paper_number=self.notice_id.number,
                )
            ]
        if link:
            lines.append(self._link_line(bare, link))
        elif bare:
            lines.append(self.env._("Please call us, or come to the office."))
        elif self.alarm:
            lines.append(self.env._("Please call the office."))
        return [*lines, self._office_line()]

    def _link_line(self, bare, link):
        if bare or self._is_to_colleague():
            return self.env._("Read it here: %s", link)
        return self.env._("Please tell us here that you have it: %s", link)

    def _office_line(self):
        """Return name, phone and address of the office."""
        # sudo: res.company - the letterhead
        company = self.ticket_id.company_id.sudo()
        address = "".join(filter(None, [company.city, company.street, company.street2]))
        if not (self.env.lang or "").startswith("zh"):
            parts = [company.street, company.street2, company.city]
            address = ", ".join(filter(None, parts))
        return "\n".join(filter(None, [company.name, company.phone, address]))
