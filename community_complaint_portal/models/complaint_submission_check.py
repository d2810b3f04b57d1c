import re

from odoo import models

from ..tools.forms import as_date, as_id, as_key, clean_line, clean_text

#: Longest story and demand, in characters.
_STORY = 20_000
_DEMAND = 5_000
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class ComplaintSubmission(models.Model):
    """What the screens of a draft ask for, and what is still missing."""

    _inherit = "complaint.submission"

    # ----------------------------------------------------------------------
    # Reading what was sent
    # ----------------------------------------------------------------------

    def _read_what(self, form):
        """Return the answers of the second screen.

        :param form: what the browser sent, anything
        """
        return {
            # one more than allowed, so that the check notices
            "what": clean_text(form.get("what"), _STORY + 1),
            "demand": clean_text(form.get("demand"), _DEMAND + 1),
            "date": clean_line(form.get("date"), 20),
            "place": clean_line(form.get("place")),
            "respondent": clean_line(form.get("respondent")),
        }

    def _read_you(self, form):
        """Return the answers of the third screen."""
        kinds = self.regulation_id.complainant_kind_ids
        kind = as_id(form.get("kind"))
        answers = {
            name: clean_line(form.get(name))
            for name in ("name", "phone", "email", "address")
        }
        answers["kind"] = kind if kind in kinds.ids else kinds[:1].id
        answers["confidentiality"] = as_key(
            form.get("confidentiality"), self._confidentiality_choices()
        )
        if self.regulation_id.identity_required:
            answers["id_number"] = clean_line(form.get("id_number"), 40)
        return answers

    def _confidentiality_choices(self):
        """Return ``{confidentiality: (label, explanation)}`` to choose from."""
        return {
            "confidential": (
                self.env._("Keep my name secret"),
                self.env._(
                    "Only the person in charge of names sees it. Papers and colleagues "
                    "show a number instead."
                ),
            ),
            "open": (
                self.env._("The office may know my name"),
                self.env._("Whoever works on your complaint sees who wrote it."),
            ),
        }

    # ----------------------------------------------------------------------
    # What is missing
    # ----------------------------------------------------------------------

    def _problems_what(self):
        """Return ``{name: message}`` of the second screen."""
        self.ensure_one()
        return dict(self._yield_problems_what(self.answers or {}))

    def _yield_problems_what(self, answers):
        if not answers.get("what"):
            yield "what", self.env._("Please tell us what happened.")
        elif len(answers["what"]) > _STORY:
            yield (
                "what",
                self.env._(
                    "Please tell it in at most %s characters. You can send the rest as "
                    "a file.",
                    _STORY,
                ),
            )
        if len(answers.get("demand") or "") > _DEMAND:
            yield (
                "demand",
                self.env._("Please say it in at most %s characters.", _DEMAND),
            )
        day = as_date(answers.get("date"))
        if day is False:
            yield "date", self.env._("Please enter the date as year-month-day.")
        elif day and day > self.env["helpdesk.ticket"]._portal_today(
            self.regulation_id
        ):
            yield "date", self.env._("This date is in the future.")
        if self.regulation_id.respondent_kind == "staff" and not answers.get(
            "respondent"
        ):
            yield (
                "respondent",
                self.env._("Please say who it is about, as well as you know."),
            )

    def _problems_you(self):
        """Return ``{name: message}`` of the third screen."""
        self.ensure_one()
        return dict(self._yield_problems_you(self.answers or {}))

    def _yield_problems_you(self, answers):
        if not answers.get("name"):
            yield "name", self.env._("Please enter your name.")
        if not any(answers.get(name) for name in ("phone", "email", "address")):
            yield (
                "phone",
                self.env._("Please enter a phone number, so that we can reach you."),
            )
        elif answers.get("phone") and sum(map(str.isdigit, answers["phone"])) < 5:
            yield "phone", self.env._("This phone number looks too short.")
        if answers.get("email") and not _EMAIL.fullmatch(answers["email"]):
            yield "email", self.env._("This e-mail address does not look right.")
        if self.regulation_id.identity_required and not answers.get("id_number"):
            yield (
                "id_number",
                self.env._("Please enter your ID number; this office must ask for it."),
            )

    # ----------------------------------------------------------------------
    # Files
    # ----------------------------------------------------------------------

    def _refused_messages(self, refused):
        """Return one sentence per refused file, see ``helpdesk.ticket``."""
        return self.env["helpdesk.ticket"]._portal_refused_messages(refused)
