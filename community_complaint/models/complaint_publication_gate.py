from odoo import models

from ..tools import finder


class ComplaintPublicationGateMixin(models.AbstractModel):
    """The gate: nothing is published that tells who somebody is (R01, R02; THREATS 26).

    It names the place, and the words only if they look like somebody's name or number in
    any text. Who complained in a case that is kept secret is looked for when a custodian
    clears the text, see ``complaint.cleared.mixin``: otherwise it would tell a name to who
    types it. Every try is in the log.
    """

    _name = "complaint.publication.gate.mixin"
    _description = "Gate of Publications"

    # ----------------------------------------------------------------------
    # What is missing
    # ----------------------------------------------------------------------

    def _problems(self):
        """Yield what has to be changed in one publication, as sentences."""
        self.ensure_one()
        if not self.line_ids and not self.figure_ids:
            yield self.env._("There is nothing to publish yet.")
        valid = self.line_ids._valid()
        for place, line in enumerate(self.line_ids, 1):
            if line not in valid:
                yield self.env._("Result %s was changed since; delete it here.", place)
            if not line.conclusion or not (line.summary or "").strip():
                yield self.env._("Result %s has no conclusion or no summary.", place)
        yield from self._hits()

    def _gates_gate(self):
        """Yield what is wrong with one publication by now, right before a step.

        :raise AccessError: for who is kept away from one of its cases by now
        """
        self._refresh(figures=False)
        yield from self._problems()
        yield from self._figure_problems()

    def _refresh(self, figures=True):
        """Take over what changed in the cases since: conflicts, and the figures.

        :raise AccessError: for who is kept away from one of them by now
        """
        self._keep_away()
        self.check_access("write")
        if figures:
            self._count_figures()

    # ----------------------------------------------------------------------
    # Places
    # ----------------------------------------------------------------------

    def _hits(self, known=False):
        """Yield a sentence for each place of one publication that tells too much.

        A text without any secret may do without the gate.

        :param known: whether a custodian asks: who complained in secret cases is looked
            for as well
        """
        rules = self.regulation_id
        if not (rules.gate_redaction or rules.allow_anonymous or self._secret_cases()):
            return
        secrets = self._secrets_by_line(known)
        allowed = self._allowed_texts()
        everybody = set().union(*secrets.values())
        for field in ("name", "introduction"):
            label = self._fields[field]._description_string(self.env)
            yield from self._hits_of(self[field], label, everybody, allowed)
        for place, line in enumerate(self.line_ids, 1):
            for field in ("summary", "measures"):
                label = self.env._(
                    "Result %(number)s, %(field)s",
                    number=place,
                    field=line._fields[field]._description_string(self.env),
                )
                own = secrets.get(line, everybody)
                yield from self._hits_of(line[field], label, own, allowed)

    def _secret_cases(self):
        cases = self.env["helpdesk.ticket"].union(
            *(decision.ticket_id for decision in self.line_ids._decisions().values())
        )
        # sudo: helpdesk.ticket - whether it is about any, whoever asks
        return cases.sudo().filtered(lambda case: case.confidentiality != "open")

    def _told_secrets(self):
        yield from self._hits(known=True)

    def _cleared_texts(self):
        texts = [self.name, self.introduction]
        for line in self.line_ids:
            texts += [line.summary, line.measures]
        return [text or "" for text in texts]

    def _secrets_by_line(self, known=False):
        """Return ``{line: set of (kind, value)}``, see ``_publication_secrets``."""
        decisions = self.line_ids._decisions()
        cases = self.env["helpdesk.ticket"].union(
            *(decision.ticket_id for decision in decisions.values())
        )
        secrets = cases._publication_secrets(known)
        return {line: secrets[item.ticket_id] for line, item in decisions.items()}

    def _hits_of(self, text, label, secrets, allowed):
        """Yield a sentence if one text tells who somebody is."""
        people = bool(self._secret_cases())
        hits = finder.find(text, secrets, allowed, people=people)
        if not hits:
            return
        # what looks like a name or number of somebody tells nothing of the case
        shown = finder.find(text, (), allowed, people=people)
        if shown:
            yield self.env._(
                "%(place)s tells who somebody is: %(words)s.",
                place=label,
                words=", ".join(f"“{text[hit.start : hit.end]}”" for hit in shown),
            )
        if len(shown) < len(hits):
            yield self.env._(
                "%s has something that tells who somebody is. Write it without names, "
                "numbers, addresses and employers. A result that was deleted here can "
                "be added again as the program copies it.",
                label,
            )

    def _public_withdrawal_reason(self):
        """Return why a publication was withdrawn, empty if it names somebody."""
        why = self.withdrawal_reason or ""
        told = why and finder.find(why, (), self._allowed_texts(), people=True)
        return "" if told else why

    def _allowed_texts(self):
        """Return what may be told although it looks like a secret: the office's own.

        Each text frees hits of its own kind only: publishers write the notice board.

        :return: list of pairs of kind and text
        """
        company = self.company_id
        texts = [
            ("unit", company.name),
            ("unit", self.regulation_id.name),
            ("phone", company.phone),
            ("email", company.email),
            ("address", company.street),
        ]
        for board in self.regulation_id.board_ids:
            texts += [
                ("phone", board.hotline),
                ("phone", board.phone),
                ("address", board.address),
                ("phone", board.superior_phone),
            ]
        return [(kind, text) for kind, text in texts if text]

    # ----------------------------------------------------------------------
    # Taking out
    # ----------------------------------------------------------------------

    def _after_redact(self):
        for publication in self:
            number = publication._in_office_language()._redact_own_texts()
            self._note_step("publication_redacted", publication, {"texts": number})

    def _redact_own_texts(self):
        """Rewrite the texts of one publication; return how many changed."""
        typed = self.line_ids.filtered("touched")
        texts = [(self, "name"), (self, "introduction")]
        texts += [(line, name) for line in typed for name in ("summary", "measures")]
        news = [(item, {name: self._redact(item[name], ())}) for item, name in texts]
        news += (self.line_ids - typed)._copied_words(self)
        changed = 0
        for record, vals in news:
            new = {k: text for k, text in vals.items() if text != (record[k] or "")}
            if new:
                record._write_sealed("redacted", new)
            changed += len(new)
        return changed

    def _redact(self, text, secrets, people=False):
        """Return a text without what tells who somebody is.

        :param people: whether without people who are called by name, whoever they are
        """
        allowed = self._allowed_texts()
        return finder.redact(text, secrets, self._masks(), allowed, people=people)

    def _masks(self):
        """Return what stands in place of what was taken out, by kind."""
        return {
            "name": self.env._("[somebody]"),
            "phone": self.env._("[phone]"),
            "email": self.env._("[e-mail]"),
            "id_number": self.env._("[number]"),
            "number": self.env._("[number]"),
            "plate": self.env._("[plate]"),
            "address": self.env._("[place]"),
            "room": self.env._("[place]"),
            "account": self.env._("[number]"),
            "unit": self.env._("[unit]"),
        }
