from odoo import api, fields, models

#: States from bad to good: a rule is as good as the worst of its settings.
_WORST_FIRST = ("absent", "off", "changed", "met", "always")
#: Settings that have a screen of their own; all others are on the regulation's.
_OWN_SCREEN = frozenset({"complaint.sla.policy", "complaint.duty"})


class ComplaintRegulationRule(models.Model):
    """One rule of a shipped text: what it says, where it acts, what proves it.

    Rows are made from ``data/rules.yaml`` by ``./run conformance``. Which settings carry a
    rule is data as well (``conditions``); they are compared with those of the regulation
    named by the context key ``conformance_regulation_id``, by default the template's own.
    Nothing in a row is ever evaluated as code.
    """

    _name = "complaint.regulation.rule"
    _description = "Rule of a Regulation"
    _order = "regulation_id, sequence, id"
    _rec_name = "code"

    regulation_id = fields.Many2one(
        "complaint.regulation",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    sequence = fields.Integer(readonly=True)
    code = fields.Char("Rule No.", required=True, readonly=True)
    kind = fields.Selection(
        [("hard", "Rule"), ("ambiguous", "Left open"), ("guidance", "Advice")],
        required=True,
        readonly=True,
    )
    clause = fields.Char(readonly=True)
    name = fields.Text("What the Text Asks for", required=True, translate=True)
    places = fields.Char(readonly=True, help="Where it acts, as codes.")
    conditions = fields.Json(
        readonly=True,
        help="Settings: {field, value}, {field, has: [xmlids]} or {field, find, is}.",
    )
    evidence = fields.Json(readonly=True, help="{date, steps: [[day, what, refused]]}")

    place_text = fields.Char("Where It Acts", compute="_compute_place_text")
    state = fields.Selection(
        [
            ("met", "In place"),
            ("changed", "Changed by the office"),
            ("off", "Switched off"),
            ("absent", "Add-on not installed"),
            ("always", "Always so"),
        ],
        compute="_compute_settings",
        search="_search_state",
    )
    setting_text = fields.Text("Setting", compute="_compute_settings")
    evidence_text = fields.Text("Last Replay", compute="_compute_evidence_text")

    _code_unique = models.UniqueIndex(
        "(code)", "There already is a rule of this number."
    )

    # ----------------------------------------------------------------------
    # Where it acts
    # ----------------------------------------------------------------------

    @api.depends("places")
    @api.depends_context("lang")
    def _compute_place_text(self):
        labels = self._place_labels()
        for rule in self:
            codes = (rule.places or "").split()
            rule.place_text = " · ".join(labels.get(code, code) for code in codes)

    def _place_labels(self):
        """Return ``{code: label}`` of the steps, papers and other places of a rule."""
        papers = self._labels("complaint.notice", "kind")
        return {
            **dict(self.env["helpdesk.ticket"]._step_selection()),
            **{f"paper:{code}": label for code, label in papers.items()},
            **self._place_words(),
        }

    def _labels(self, model, name):
        field = self.env[model]._fields[name]
        return dict(field._description_selection(self.env))

    def _place_words(self):
        """Return ``{code: label}`` of the places that are neither step nor paper."""
        return {
            "access": self.env._("Access rights"),
            "adopt": self.env._("Adoption of the regulation"),
            "analysis": self.env._("Analysis"),
            "appeal": self.env._("Appeal"),
            "board": self.env._("Notice board"),
            "clock": self.env._("Clock"),
            "discipline": self.env._("Discipline"),
            "duty": self.env._("Periodic duty"),
            "evidence": self.env._("Evidence"),
            "form": self.env._("Form"),
            "gate": self.env._("Gate"),
            "improvement": self.env._("Improvement"),
            "instruction": self.env._("Instruction"),
            "mediation": self.env._("Mediation"),
            "meeting": self.env._("Meeting"),
            "public": self.env._("Public page"),
            "publication": self.env._("Publication"),
            "reclassify": self.env._("Classification"),
            "register": self.env._("Registration"),
            "report": self.env._("Immediate report"),
            "roster": self.env._("Roster"),
            "settings": self.env._("Regulation"),
            "survey": self.env._("Satisfaction survey"),
        }

    # ----------------------------------------------------------------------
    # Settings
    # ----------------------------------------------------------------------

    @api.depends("conditions", "regulation_id")
    @api.depends_context("conformance_regulation_id", "lang", "uid")
    def _compute_settings(self):
        for rule in self:
            found = [rule._compare(item) for item in rule.conditions or ()]
            states = {state for state, _text, _record in found} or {"always"}
            rule.state = next(state for state in _WORST_FIRST if state in states)
            rule.setting_text = "\n".join(text for _state, text, _record in found)

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        rules = self._conformance_regulation()._conformance_rules()
        return [("id", "in", rules.filtered(lambda rule: rule.state in value).ids)]

    def _conformance_regulation(self):
        """Return the regulation whose settings are looked at."""
        own = self.env.context.get("conformance_regulation_id")
        if own:
            return self.env["complaint.regulation"].browse(own)
        return self.regulation_id

    def _compare(self, condition):
        """Compare one condition with the settings of the regulation.

        :param condition: one of ``conditions``
        :return: ``(state, text, record)``; the record is where the setting is changed
        """
        rules = self._conformance_regulation()
        field = rules._fields.get(condition["field"])
        if field is None:
            return "absent", condition["field"], rules
        if "has" in condition:
            state, text = self._compare_list(rules, condition)
            record = rules
        elif "find" in condition:
            state, text, record = self._compare_lines(rules, condition)
        else:
            state, text = self._compare_value(rules, condition)
            record = rules
        return state, f"{field._description_string(self.env)}: {text}", record

    def _compare_value(self, rules, condition):
        name, wanted = condition["field"], condition["value"]
        value = rules[name]
        # “True” asks for something, whatever it is; a text may be translated
        met = bool(value) if wanted is True else value == wanted
        state = "met" if met else "changed" if value else "off"
        return state, self._shown(rules, name)

    def _compare_list(self, rules, condition):
        listed = rules[condition["field"]]
        wanted = listed.browse(
            record.id
            for name in condition["has"]
            if (record := self.env.ref(name, raise_if_not_found=False))
        )
        there = wanted & listed
        if there == wanted and len(wanted) == len(condition["has"]):
            return "met", self._names(wanted)
        if not there:
            return "off", self.env._("none of %s", self._names(wanted))
        return "changed", self.env._("missing: %s", self._names(wanted - listed))

    def _compare_lines(self, rules, condition):
        lines = rules[condition["field"]]
        found = lines.filtered(lambda line: self._matches(line, condition["find"]))
        if not found:
            return "off", self.env._("not there"), rules
        exact = found.filtered(lambda line: self._matches(line, condition["is"]))
        line = (exact or found)[0]
        parts = [self._shown(line, name) for name in condition["is"]]
        text = (
            f"{line.display_name} ({' '.join(parts)})" if parts else line.display_name
        )
        return "met" if exact else "changed", text, line

    def _matches(self, line, values):
        """Tell whether a line has some values; a field it does not know is no match."""
        return all(
            name in line._fields and line[name] == value
            for name, value in values.items()
        )

    def _shown(self, record, name):
        """Return the value of a setting as people read it."""
        field, value = record._fields[name], record[name]
        if field.type == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value) or "–"
        if field.type == "html" or len(str(value or "")) > 60:
            return self.env._("written") if value else "–"
        return str(value or "–")

    def _names(self, records):
        return self.env._(", ").join(records.mapped("display_name"))

    # ----------------------------------------------------------------------
    # Evidence
    # ----------------------------------------------------------------------

    @api.depends("evidence", "kind")
    @api.depends_context("lang")
    def _compute_evidence_text(self):
        labels = self._place_labels()
        for rule in self:
            steps = (rule.evidence or {}).get("steps") or []
            lines = [rule._evidence_line(labels, *step) for step in steps[:3]]
            if len(steps) > 3:
                lines.append(self.env._("and %s more", len(steps) - 3))
            if not steps and rule.kind == "hard":
                lines.append(self.env._("Not replayed yet"))
            rule.evidence_text = "\n".join(lines)

    def _evidence_line(self, labels, day, what, refused):
        """Return one proof: the day in the story and what was seen."""
        seen = self.env._("refused") if refused else self.env._("as expected")
        step = labels.get(what) or self.env._("Check")
        return f"{day} {step}: {seen} ✓"

    # ----------------------------------------------------------------------
    # Actions
    # ----------------------------------------------------------------------

    def action_open_setting(self):
        """Open the screen on which the rule's (first) setting is changed."""
        self.ensure_one()
        record = self._conformance_regulation()
        for condition in self.conditions or ():
            found = self._compare(condition)[2]
            if found._name in _OWN_SCREEN:
                record = found
                break
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }


class ComplaintRegulation(models.Model):
    """The conformance page: rule by rule, how an office's text carries its source."""

    _inherit = "complaint.regulation"

    rule_ids = fields.One2many(
        "complaint.regulation.rule", "regulation_id", string="Rules", copy=False
    )
    has_rules = fields.Boolean(compute="_compute_has_rules")
    passed_by = fields.Char(
        translate=True,
        help="Who passed the text, for example the residents' assembly.",
    )
    amended_by = fields.Char(translate=True, help="Who may change the text.")
    interpreted_by = fields.Char(
        translate=True, help="Who says what the text means when in doubt."
    )

    @api.depends("rule_ids", "template_id")
    def _compute_has_rules(self):
        for regulation in self:
            regulation.has_rules = bool(regulation._conformance_rules())

    def _conformance_rules(self):
        """Return the rules of the shipped text one regulation follows, as seen from it."""
        source = self.template_id or self
        rules = source.rule_ids.sorted(lambda rule: (rule.sequence, rule.id))
        return rules.with_context(conformance_regulation_id=self.id)

    def action_conformance(self):
        """Open the conformance page of one regulation."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Conformance: %s", self.name),
            "res_model": "complaint.regulation.rule",
            "views": [(False, "list")],
            "domain": [("id", "in", self._conformance_rules().ids)],
            "context": {"conformance_regulation_id": self.id},
        }

    def action_print_conformance(self):
        """Open the conformance page as a paper."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/complaint/conformance/{self.id}",
            "target": "new",
        }
