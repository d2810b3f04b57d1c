from odoo import http
from odoo.http import request

from odoo.addons.mail.controllers.thread import ThreadController

from ..models.base_about_cases import is_ours


class ComplaintThreads(ThreadController):
    """What the chatter asks of a record: hidden ones answer like missing ones."""

    @http.route()
    def mail_thread_partner_from_email(self, thread_model, thread_id, emails):
        """OVERRIDE: the base looks at records whoever asks."""
        if is_ours(thread_model):
            request.env[thread_model].browse(thread_id).check_access("read")
        return super().mail_thread_partner_from_email(thread_model, thread_id, emails)
