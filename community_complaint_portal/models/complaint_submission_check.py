import re

from odoo import models

from odoo.addons.community_complaint.tools.requirements import ITEMS

from ..tools.forms import (
    as_date,
    as_id,
    as_key,
    clean_line,
    clean_text,
    is_odd_mobile,
)

#: Answers that tell who complains; the case knows them as ``complainant_<name>``.
CONTACT = (
    "name",
    "phone",
    "email",
    "address",
    "work_unit",
    "occupation",
    "id_number",
)
#: Longest story and demand, in characters.
_STORY = 20_000
_DEMAND = 5_000
#: Answers of the second screen.
_WHAT = ("what", "demand", "date", "place", "respondent", "post", "files")
#: What a regulation may ask for before acceptance, as answers of these screens; the
#: rest, such as a signature, is asked for at the office.
_ANSWERS = {
    "phone": "phone",
    "email": "email",
    "address": "address",
    "work_unit": "work_unit",
    "occupation": "occupation",
    "id_number": "id_number",
    "demand": "demand",
    "incident_date": "date",
    "incident_place": "place",
    "respondent": "respondent",
    "respondent_post": "post",
    "evidence": "files",
}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class ComplaintSubmissionCheck(models.AbstractModel):
    """What the screens of a draft ask for, and what is still missing."""

    _name = "complaint.submission.check"
    _description = "Checks of a Complaint Being Filed"

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
            "post": clean_line(form.get("post")),
        }

    def _read_you(self, form):
        """Return the answers of the third screen."""
        kinds = self.regulation_id.complainant_kind_ids
        kind = as_id(form.get("kind"))
        if self.anonymous:
            return {"kind": kind if kind in kinds.ids else False}
        answers = {name: clean_line(form.get(name)) for name in CONTACT}
        before = self._answers_shown()
        if kind not in kinds.ids:
            kind = before.get("kind")
        answers["kind"] = kind if kind in kinds.ids else kinds[:1].id
        # who once asked for secrecy keeps it, whatever a browser leaves out
        choices = self._confidentiality_choices()
        answers["confidentiality"] = as_key(
            form.get("confidentiality"), (before["confidentiality"], *choices)
        )
        return answers

    def _read_again(self, typed):
        """Return those answers of both screens that somebody typed.

        :param typed: ``{name: text}``; what is not in it keeps its answer
        """
        answers = {**self._read_what(typed), **self._read_you(typed)}
        return {name: value for name, value in answers.items() if name in typed}

    def _answers_shown(self):
        """Return the answers as a screen shows them.

        What was not answered yet is what the regulation starts with; that is never kept as
        an answer, so it takes no answer's place.
        """
        first = {"confidentiality": self.regulation_id._portal_confidentiality()}
        return {**first, **(self.answers or {})}

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
    # What is asked for
    # ----------------------------------------------------------------------

    def _asked(self):
        """Return what the form must ask for, ``{name of the answer: label or None}``.

        The label is the regulation's own word for it, such as “Service expected”.
        """
        self.ensure_one()
        rules = self.regulation_id
        asked = {"what": None}
        if rules.respondent_kind == "staff":
            asked["respondent"] = None
        if rules.identity_required and not self.anonymous:
            asked["id_number"] = None
        for item in rules.requirement_ids:
            kinds = item.type_ids
            mine = not item.major_only and (not kinds or self.type_id in kinds)
            if self.anonymous and ITEMS[item.item].personal:
                continue
            if item.step == "accept" and mine and item.item in _ANSWERS:
                asked[_ANSWERS[item.item]] = item.label or None
        return asked

    # ----------------------------------------------------------------------
    # What is missing
    # ----------------------------------------------------------------------

    def _problems_what(self):
        """Return ``{name: message}`` of the second screen."""
        self.ensure_one()
        return {
            **self._missing(_WHAT),
            **dict(self._yield_problems_what(self.answers or {})),
        }

    def _problems_you(self):
        """Return ``{name: message}`` of the third screen."""
        self.ensure_one()
        if self.anonymous:
            return {}
        return {
            **self._missing(CONTACT),
            **dict(self._yield_problems_you(self.answers or {})),
        }

    def _missing(self, names):
        """Return ``{name: message}`` of the answers that are asked for and not there."""
        answers = {**(self.answers or {}), "files": bool(self._files())}
        return {
            name: self._missing_sentence(name, label)
            for name, label in self._asked().items()
            if name in names and not answers.get(name)
        }

    def _missing_sentence(self, name, label):
        if label:
            return self.env._("Please fill in: %s.", label)
        return {
            "what": self.env._("Please tell us what happened."),
            "demand": self.env._("Please tell us what you ask for."),
            "date": self.env._("Please tell us when it happened."),
            "place": self.env._("Please tell us where it happened."),
            "respondent": self.env._(
                "Please say who it is about, as well as you know."
            ),
            "post": self.env._("Please say what work this person does."),
            "files": self.env._("Please add a photo or another file as evidence."),
            "phone": self.env._("Please enter a phone number."),
            "email": self.env._("Please enter an e-mail address."),
            "address": self.env._("Please enter your home address."),
            "work_unit": self.env._("Please enter where you work."),
            "occupation": self.env._("Please enter your occupation."),
            "id_number": self.env._(
                "Please enter your ID number; this office must ask for it."
            ),
        }[name]

    def _yield_problems_what(self, answers):
        if len(answers.get("what") or "") > _STORY:
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
        elif is_odd_mobile(answers.get("phone") or ""):
            yield (
                "phone",
                self.env._(
                    "A mobile number has 11 digits. Please check that none is missing."
                ),
            )
        if answers.get("email") and not _EMAIL.fullmatch(answers["email"]):
            yield "email", self.env._("This e-mail address does not look right.")

    # ----------------------------------------------------------------------
    # Files
    # ----------------------------------------------------------------------

    def _refused_messages(self, refused):
        """Return one sentence per refused file, see ``helpdesk.ticket``."""
        return self.env["helpdesk.ticket"]._portal_refused_messages(refused)
