import re

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_time

from ..tools import paper_text

#: Empty lines on an attendance list, besides the people invited.
_BLANK_LINES = 12


class ComplaintMeetingPaperMixin(models.AbstractModel):
    """Papers of a meeting: minutes (会议纪要), attendance list (签到表).

    They are printed under the reader's rights: cases the reader may not know are not on
    them, and the numbers of the points do not tell that something is missing.
    """

    _name = "complaint.meeting.paper.mixin"
    _description = "Papers of Meetings"

    def action_print_minutes(self):
        """Show the minutes."""
        return self._open_paper("minutes")

    def action_print_attendance(self):
        """Show the list on which everybody signs."""
        return self._open_paper("attendance")

    def action_print_analysis(self):
        """Show the figures of the meeting's period, fit for people from outside."""
        self.ensure_one()
        if not (self.period_start and self.period_end):
            raise UserError(self.env._("Say which period the figures are about."))
        return self._open_paper("analysis")

    def _open_paper(self, kind):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/complaint/meetings/{kind}/{self.id}",
            "target": "new",
        }

    @api.model
    def _paper_titles(self):
        """Return ``{kind: title}`` of the papers."""
        return {
            "minutes": self.env._("Minutes of the Meeting"),
            "attendance": self.env._("Attendance List"),
            "analysis": self.env._("Analysis of Complaints"),
        }

    def _paper(self, kind):
        """Return a paper as PDF, in the office's language.

        :param kind: key of :meth:`_paper_titles`
        """
        self.ensure_one()
        office = self.with_context(lang=self._office_lang())
        page = getattr(office, f"_paper_page_{kind}")()
        [content] = self.env["ir.actions.report"]._print_papers(
            [paper_text.self_contained(page)]
        )
        return content

    def _paper_file_name(self, kind):
        name = f"{self._paper_titles()[kind]} {self.number or self.name}"
        return re.sub(r"[^\w〔〕().-]+", "-", f"{name}.pdf")

    def _office_lang(self):
        return self.company_id.partner_id.lang or self.env.lang or "en_US"

    # ----------------------------------------------------------------------
    # What stands on them
    # ----------------------------------------------------------------------

    def _paper_values(self, kind):
        """Return what all papers of a meeting have, as plain text."""
        name = self.company_id.name
        size = self.env["complaint.notice"]._paper_name_size(name)
        return {
            "notice": {"number": self.number or ""},
            "lang": (self.env.lang or "en_US").replace("_", "-"),
            "title": self._paper_titles()[kind],
            "office": {"name": name, "size": size},
            "facts": [pair for pair in self._paper_facts() if pair[1]],
            "draft": kind == "minutes" and self.state != "approved",
        }

    def _paper_facts(self):
        """Return ``[(label, value)]`` at the top."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        # sudo: res.users - names of colleagues
        chair, secretary = self.sudo().chair_id, self.sudo().secretary_id
        return [
            (self.env._("Meeting"), self.name),
            (self.env._("Kind"), kinds[self.kind]),
            (self.env._("When"), self._paper_moment()),
            (self.env._("Where"), self.place),
            (self.env._("Regulation"), self.regulation_id.name),
            (self.env._("In the chair"), chair.name),
            (self.env._("Minutes kept by"), secretary.name),
        ]

    def _paper_moment(self):
        zone = self.regulation_id.tz
        day = self.regulation_id._local_date(self.date)
        clock = format_time(self.env, self.date, tz=zone, time_format="short")
        return f"{format_date(self.env, day, date_format='long')} {clock}"

    def _paper_page_attendance(self):
        people = [
            {
                "name": item.name,
                "capacity": item.capacity or self._side_label(item),
            }
            for item in self.participant_ids
        ]
        return self.env["ir.qweb"]._render(
            "community_complaint.meeting_attendance",
            {
                **self._paper_values("attendance"),
                "people": people,
                "blank": range(_BLANK_LINES),
            },
        )

    def _paper_page_minutes(self):
        present = self.participant_ids.filtered("present")
        return self.env["ir.qweb"]._render(
            "community_complaint.meeting_minutes",
            {
                **self._paper_values("minutes"),
                "present": self._people_text(present),
                "absent": self._people_text(self.participant_ids - present),
                "agenda": paper_text.paragraphs(self.agenda),
                "minutes": paper_text.paragraphs(self.minutes),
                "questions": self.question_ids,
                "cases": self.env["complaint.meeting.case"].search(
                    [("meeting_id", "=", self.id)]
                ),
                "actions": self._paper_actions(),
                "figures": self._paper_figures(),
                "review": self._paper_review(),
            },
        )

    def _paper_page_analysis(self):
        analysis = self.env["complaint.analysis"]
        return analysis._page(
            self.regulation_id, self.period_start, self.period_end, self.company_id
        )

    def _people_text(self, people):
        return "、".join(
            f"{item.name}（{item.capacity or self._side_label(item)}）"
            if (self.env.lang or "").startswith("zh")
            else f"{item.name} ({item.capacity or self._side_label(item)})"
            for item in people
        )

    def _side_label(self, participant):
        labels = dict(participant._fields["side"]._description_selection(self.env))
        return labels[participant.side]

    def _paper_actions(self):
        return [
            {
                "what": action.name,
                # sudo: res.users - the name of a colleague
                "who": action.partner_name or action.sudo().user_id.name or "",
                "due": action.due_date
                and format_date(self.env, action.due_date, date_format="short"),
            }
            for action in self.action_ids
        ]

    def _paper_figures(self):
        """Return the figures of the period, ``None`` without one."""
        if not (self.period_start and self.period_end):
            return None
        figures = self.env["complaint.analysis"]._figures(
            self.regulation_id, self.period_start, self.period_end
        )
        comma = "，" if (self.env.lang or "").startswith("zh") else ", "
        return {
            "lines": [
                (
                    table["title"],
                    comma.join(
                        f"{label} {number}" for label, number, _ in table["rows"]
                    ),
                )
                for table in figures["tables"]
            ],
            "sentence": self.env._(
                "%(first)s to %(last)s: %(total)s complaints; in the period before "
                "%(before)s.",
                first=format_date(self.env, self.period_start),
                last=format_date(self.env, self.period_end),
                total=figures["total"],
                before=figures["before"],
            ),
        }

    def _paper_review(self):
        """Return what was decided on the regulation, as sentences."""
        if self.kind != "review" or not self.review_result:
            return []
        labels = dict(self._selection_review_result())
        lines = [
            self.env._(
                "The regulation %(rules)s (version %(version)s): %(result)s.",
                rules=self.regulation_id.name,
                version=self.regulation_id.version,
                result=labels[self.review_result],
            )
        ]
        if self.votes_for or self.votes_against or self.votes_abstained:
            lines.append(
                self.env._(
                    "Votes: %(yes)s for, %(no)s against, %(none)s abstentions.",
                    yes=self.votes_for,
                    no=self.votes_against,
                    none=self.votes_abstained,
                )
            )
        return lines
