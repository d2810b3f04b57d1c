from odoo import fields, models


class HelpdeskTicket(models.Model):
    """Dates a leader sets for a case or a part of it. EXPOSED API."""

    _inherit = "helpdesk.ticket"

    def _set_due(
        self,
        day,
        start_event="transferred",
        end_event="reported_back",
        title=None,
        source=None,
    ):
        """Start a clock whose last day somebody set, or move it (R03: 交办).

        The regulation's time limit without a length between these events gives the name,
        the clause and the reminder, if there is one; else ``title`` is its name.

        :param day: last day, the office's date
        :param source: the part of the case it is about, such as a transfer; each has
            its own clock, which ends with an event of the same source
        :return: the clocks, one a case
        :raise UserError: if the day lies before today
        """
        clocks = self.env["complaint.deadline"]
        running = self._set_clocks(start_event, end_event, source)
        running._change_set_date(day)
        for case in self - running.ticket_id:
            clocks |= case._start_set_clock(day, start_event, end_event, title, source)
        return running | clocks

    def _clear_due(self, source):
        """Cancel the clocks of a part of these cases that nobody needs any more."""
        going = self._going_clocks().filtered(lambda item: item._has_source(source))
        going._cancel(dict.fromkeys(going, fields.Datetime.now()))

    def _set_clocks(self, start_event, end_event, source):
        """Return the going clocks of these cases that were given a date."""
        return self._going_clocks().filtered(
            lambda item: (
                item.set_date
                and item.start_event == start_event
                and item.end_event == end_event
                and item._has_source(source)
            )
        )

    def _start_set_clock(self, day, start_event, end_event, title, source):
        """Return a new clock of one case that ends on a given day."""
        clocks = self.env["complaint.deadline"]
        clocks._check_set_date(self, day)
        specs = [
            spec
            for spec, _case in self.env["complaint.sla.policy"]._match(
                self, {start_event}
            )
            if spec.is_dated and spec.end_event == end_event
        ]
        policy_id = specs[0].id if specs else False
        now = fields.Datetime.now()
        model, number = clocks._source_key(source)
        started = clocks._create_sealed(
            "started",
            {
                "ticket_id": self.id,
                "policy_id": policy_id,
                "title": title or (not specs and self.env._("Report Back")),
                "set_date": day,
                "start_event": start_event,
                "end_event": end_event,
                "start_moment": now,
                "source_model": model,
                "source_id": number,
                **clocks._work_out_set_date(now, day, self.regulation_id, policy_id),
            },
        )
        # sudo: complaint.deadline - the steps move all clocks, whoever takes them
        return started.sudo()
