from ast import literal_eval
from typing import NamedTuple

from markupsafe import escape

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools import clock
from ..tools.changes import on
from ..tools.steps import OPEN_PHASES
from ..tools.succession import INCIDENT

#: A change of these moves clocks that are running.
RULE_FIELDS = frozenset(
    {
        "quantity",
        "unit",
        "count_start_day",
        "roll",
        "end_of",
        "office_hours_only",
        "reminder_quantity",
        "reminder_unit",
    }
)

#: How the conditions of a time limit compare.
_PLAIN_OPERATORS = frozenset({"=", "!=", "in", "not in", "<", "<=", ">", ">="})


class PolicySpec(NamedTuple):
    """What the clocks need to know of a policy; plain data that may be cached.

    ``starts``: what it starts with, whichever comes first, as clocks keep it (see
    ``tools.succession``); ``ends``: what ends it, whichever comes first; ``end_event``: that
    one of them after which a limit with ``repeats`` comes again; ``reads``: names of the
    ticket's fields that decide whether the policy matches, or since when.
    """

    id: int
    starts: frozenset
    ends: frozenset
    end_event: str
    repeats: str | None
    too_late: str
    type_ids: frozenset
    complexity: str | None
    response_level: str | None
    domain: Domain | None
    reads: frozenset
    rule: clock.Rule
    reminder: tuple | None
    is_window: bool
    is_dated: bool
    at_once: bool
    shipped_key: str | None


class ComplaintSlaPolicy(models.Model):
    """A time limit of a regulation: from which event to which, how long, for whom."""

    _name = "complaint.sla.policy"
    _description = "Time Limit"
    _inherit = [
        "complaint.limit.event.mixin",
        "complaint.shipped.mixin",
        "complaint.watched.mixin",
        "complaint.setting.mixin",
    ]
    _order = "regulation_id, sequence, id"

    #: Managers alone have the right to change it; here it is put on record.
    _watched_by_managers = False
    _watched_free = frozenset({"sequence"})
    _shipped_alike = ("start_event", "end_event")
    _effects = {
        "_follow_events": on("end_event", "is_window"),
        "_recompute_clocks": on(*RULE_FIELDS),
    }

    name = fields.Char(required=True, translate=True)
    regulation_id = fields.Many2one(
        "complaint.regulation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="regulation_id.company_id", store=True, index=True, precompute=True
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    clause = fields.Char(
        translate=True, help="Where the text says so, for example “Article 7”."
    )
    internal = fields.Boolean(
        help="The office's own target: never printed on papers for residents."
    )
    is_window = fields.Boolean(
        "Right of the Complainant",
        help="A window such as the one for an appeal: it closes by itself and is "
        "nobody's delay.",
    )

    is_dated = fields.Boolean(
        "The Leader Sets the Date",
        help="The limit has no length: its last day is set each time, for example when "
        "a matter is assigned.",
    )
    quantity = fields.Integer(required=True, default=5)
    unit = fields.Selection(
        [
            ("minute", "Minutes"),
            ("hour", "Hours"),
            ("working_day", "Working days"),
            ("calendar_day", "Calendar days"),
            ("month", "Months"),
        ],
        required=True,
        default="working_day",
    )
    type_ids = fields.Many2many(
        "helpdesk.ticket.type", string="Kinds of Complaint", help="Empty: all."
    )
    complexity = fields.Selection(
        selection=lambda self: self._selection_of_ticket("complexity"),
        help="Empty: any.",
    )
    response_level = fields.Selection(
        selection=lambda self: self._selection_of_ticket("response_level"),
        help="Empty: any.",
    )
    domain = fields.Char(
        "More Conditions", help="Only cases that match; empty: no further condition."
    )

    count_start_day = fields.Boolean(
        help="The day of the event is day one. Otherwise the next day is."
    )
    roll = fields.Boolean(
        "Move to a Working Day",
        default=True,
        help="Calendar days and months that end on a day off end on the next working "
        "day.",
    )
    end_of = fields.Selection(
        [("office_hours", "The end of office hours"), ("day", "Midnight")],
        string="The Last Day Ends with",
        required=True,
        default="office_hours",
    )
    office_hours_only = fields.Boolean(
        help="Minutes and hours pass while the office is open only."
    )

    reminder_quantity = fields.Integer(
        "Remind Before", default=1, help="0: no reminder before the end."
    )
    reminder_unit = fields.Selection(
        selection=lambda self: self._fields["unit"]._description_selection(self.env),
        required=True,
        default="working_day",
    )
    notify_mode = fields.Selection(
        [
            ("digest", "In the morning's digest"),
            ("office", "At once, in office hours"),
            ("any", "At once, at any hour"),
        ],
        string="How to Tell",
        compute="_compute_notify_mode",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    escalation_days = fields.Integer(
        "Up to the Manager after",
        default=3,
        help="Working days after the end on which the manager is told as well. The "
        "leader is told the next working morning. 0: never.",
    )
    max_extension = fields.Integer(
        "Longest Extension", help="All extensions together. 0: none is possible."
    )
    max_extension_unit = fields.Selection(
        selection=lambda self: self._fields["unit"]._description_selection(self.env),
        help="Empty: the unit of the time limit.",
    )
    extension_uncapped = fields.Boolean(
        "Overruns Are Explained",
        help="There is no longest extension: who cannot keep the limit explains it to "
        "the complainant and goes on until the end.",
    )

    # ----------------------------------------------------------------------
    # Selections and computes
    # ----------------------------------------------------------------------

    @api.model
    def _selection_of_ticket(self, name):
        return (
            self.env["helpdesk.ticket"]._fields[name]._description_selection(self.env)
        )

    @api.depends("unit")
    def _compute_notify_mode(self):
        """Minutes and hours cannot wait for the next morning."""
        for policy in self:
            if policy.unit in ("minute", "hour"):
                if policy.notify_mode in (False, "digest"):
                    policy.notify_mode = "office"
            elif policy.notify_mode != "any":
                policy.notify_mode = "digest"

    @api.model
    def _format_time(self, moment, calendar):
        """Return a moment's office time, 24:00 for the end of a day."""
        text = calendar.to_local(moment).strftime("%H:%M")
        return "24:00" if text == "00:00" else text

    def _compute_display_name(self):
        for policy in self:
            policy.display_name = policy.name

    # ----------------------------------------------------------------------
    # Constraints
    # ----------------------------------------------------------------------

    @api.constrains("quantity", "unit", "end_of", "reminder_quantity", "reminder_unit")
    def _check_rule(self):
        for policy in self:
            try:
                policy._rule()
                clock.check_quantity(policy.reminder_quantity, policy.reminder_unit)
            except clock.ClockError as error:
                raise ValidationError(
                    self.env._(
                        "“%s” needs whole numbers between 0 and 10,000 (1,200 months).",
                        policy.name,
                    )
                ) from error
            if not policy.quantity and policy.unit != "working_day":
                raise ValidationError(
                    self.env._("“%s” must be longer than nothing.", policy.name)
                )

    _escalation_after_the_end = models.Constraint(
        "CHECK (escalation_days >= 0)",
        "A time limit cannot go up before it is over.",
    )
    _extension_longer = models.Constraint(
        "CHECK (max_extension >= 0)",
        "An extension cannot make a time limit shorter.",
    )

    _two_events = models.Constraint(
        "CHECK (start_event != end_event)",
        "A time limit cannot end with the event it starts with.",
    )

    @api.constrains("domain")
    def _check_domain(self):
        for policy in self.filtered("domain"):
            try:
                domain = Domain(literal_eval(policy.domain))
                domain.validate(self.env["helpdesk.ticket"])
                policy._check_conditions(domain)
            except (ValueError, SyntaxError, TypeError, KeyError) as error:
                raise ValidationError(
                    self.env._("The conditions of “%s” make no sense.", policy.name)
                ) from error

    @api.model
    def _check_conditions(self, domain):
        """Check that conditions ask what kind of case it is, never who or what is in it.

        A limit that starts for one name only would tell who complained.

        :raise ValueError: if they ask more
        """
        fields_of = self.env["helpdesk.ticket"]._fields
        watched = self.env.registry["complaint.watched.mixin"]
        for condition in domain.iter_conditions():
            field = fields_of.get(condition.field_expr)
            plain = field and (
                field.type in ("selection", "boolean", "integer")
                or (
                    field.type == "many2one"
                    and issubclass(self.env.registry[field.comodel_name], watched)
                )
            )
            if not plain or condition.operator not in _PLAIN_OPERATORS:
                raise ValueError(condition.field_expr)

    # ----------------------------------------------------------------------
    # Running clocks follow their policy, finished ones do not
    # ----------------------------------------------------------------------

    def _follow_events(self):
        self.env["complaint.deadline"]._follow_policies(self)

    def _recompute_clocks(self):
        self.env["complaint.deadline"]._recompute_policies(self)

    # ----------------------------------------------------------------------
    # Business
    # ----------------------------------------------------------------------

    def _rule(self):
        """Return the :class:`~.tools.clock.Rule` of this policy.

        :raise ClockError: on nonsense
        """
        self.ensure_one()
        return clock.Rule(
            self.quantity,
            self.unit,
            count_start_day=self.count_start_day,
            roll=self.roll,
            end_of=self.end_of,
            office_hours_only=self.office_hours_only,
        )

    @api.model
    def _format_quantity(self, quantity, unit):
        """Return a quantity such as “5 working days” in the reader's language."""
        if quantity == 1:
            return {
                "minute": self.env._("1 minute"),
                "hour": self.env._("1 hour"),
                "working_day": self.env._("1 working day"),
                "calendar_day": self.env._("1 calendar day"),
                "month": self.env._("1 month"),
            }[unit]
        return {
            "minute": self.env._("%s minutes", quantity),
            "hour": self.env._("%s hours", quantity),
            "working_day": self.env._("%s working days", quantity),
            "calendar_day": self.env._("%s calendar days", quantity),
            "month": self.env._("%s months", quantity),
        }[unit]

    def _format_length(self):
        """Return how long one limit is, “every 20 working days” if it comes again."""
        text = self._format_quantity(self.quantity, self.unit)
        return self.env._("every %s", text) if self.repeats else text

    @api.model
    def _recomputed_body(self, regulation, name, old_due, old_day, new_due, new_day):
        """Return the log of a clock that moved, as HTML.

        Days are enough, unless only the hour changed.
        """
        hours = old_day == new_day
        return escape(
            self.env._(
                "“%(name)s” is now due on %(new)s, not on %(old)s: the working days or "
                "the time limit changed.",
                name=name,
                old=self._format_moved(regulation, old_due, old_day, hours),
                new=self._format_moved(regulation, new_due, new_day, hours),
            )
        )

    @api.model
    def _format_moved(self, regulation, due, day, hours):
        """Return a due date, with the office's time if asked for."""
        if not day:
            return self.env._("no date")
        text = format_date(self.env, day)
        if hours and due:
            text += " " + self._format_time(due, regulation._working_calendar())
        return text

    def _ticket_domain(self):
        """Return the domain of the open cases this policy is for."""
        self.ensure_one()
        domain = Domain("regulation_id", "=", self.regulation_id._origin.id)
        domain &= Domain("phase", "in", OPEN_PHASES)
        if self.type_ids:
            domain &= Domain("type_id", "in", self.type_ids.ids)
        if self.complexity:
            domain &= Domain("complexity", "=", self.complexity)
        if self.response_level:
            domain &= Domain("response_level", "=", self.response_level)
        return domain & self._parsed_domain()

    def _parsed_domain(self):
        return Domain(literal_eval(self.domain)) if self.domain else Domain.TRUE

    def _spec(self):
        """Return this policy as plain data."""
        domain = self._parsed_domain()
        names = {
            condition.field_expr.split(".")[0] for condition in domain.iter_conditions()
        }
        names |= {"type_id"} if self.type_ids else set()
        names |= {"complexity"} if self.complexity else set()
        names |= {"response_level"} if self.response_level else set()
        starts = frozenset(self._starts())
        names |= {"incident_date"} if INCIDENT in starts else set()
        return PolicySpec(
            id=self.id,
            starts=starts,
            ends=self._ends(),
            end_event=self.end_event,
            repeats=self.repeats or None,
            too_late=self.too_late or "show",
            type_ids=frozenset(self.type_ids.ids),
            complexity=self.complexity or None,
            response_level=self.response_level or None,
            domain=None if domain.is_true() else domain,
            reads=frozenset(names),
            rule=self._rule(),
            reminder=(self.reminder_quantity, self.reminder_unit)
            if self.reminder_quantity
            else None,
            is_window=self.is_window,
            is_dated=self.is_dated,
            at_once=self.notify_mode != "digest",
            shipped_key=self.shipped_key or None,
        )

    @api.model
    @tools.ormcache("regulation_id")
    def _specs(self, regulation_id):
        """Return the :class:`PolicySpec` of a regulation's policies, in order."""
        # sudo: complaint.sla.policy - clocks start whoever takes the step
        policies = self.sudo().search([("regulation_id", "=", regulation_id)])
        return tuple(policy._spec() for policy in policies)

    @api.model
    @tools.ormcache("policy_id")
    def _spec_of(self, policy_id):
        """Return the :class:`PolicySpec` of one policy, active or not."""
        # sudo: complaint.sla.policy - the limit is the same whoever looks at it
        return self.sudo().browse(policy_id)._spec()

    @api.model
    @tools.ormcache("regulation_id")
    def _events(self, regulation_id):
        """Return the starts and ends that a regulation's time limits wait for."""
        return frozenset().union(
            *(spec.starts | spec.ends for spec in self._specs(regulation_id))
        )

    @api.model
    @tools.ormcache()
    def _awaited(self):
        """Return the ids of the policies whose running out starts another one."""
        # sudo: complaint.sla.policy - whoever runs the job
        policies = self.sudo()
        waiting = policies.search([("silence_of", "!=", False)])
        silent = waiting.grouped("regulation_id")
        # clocks of a limit that another one follows run to their end
        policies = policies.with_context(active_test=False).search(
            [("regulation_id", "in", waiting.regulation_id.ids)]
        )
        return tuple(
            policy.id
            for policy in policies
            if policy._ends().intersection(
                silent.get(policy.regulation_id, self).mapped("silence_of")
            )
        )

    @api.model
    @tools.ormcache()
    def _told_at_once(self):
        """Return the ids of the policies that do not wait for the morning's digest."""
        # sudo: complaint.sla.policy - whoever runs the job
        policies = self.sudo().with_context(active_test=False)
        return tuple(policies.search([("notify_mode", "!=", "digest")]).ids)

    @api.model
    def _match(self, tickets, events):
        """Return which policies start for which cases.

        :param events: set of starts, see ``tools.succession``
        :return: ``[(spec, tickets)]`` without empty ones, in order of the policies
        """
        found = []
        for regulation, cases in tickets.grouped("regulation_id").items():
            for spec in self._specs(regulation.id):
                # until a complaint comes there is no case whose clock could run
                if not spec.starts.isdisjoint(events) and "received" not in spec.ends:
                    matching = spec_matches(spec, cases)
                    if matching:
                        found.append((spec, matching))
        return found

    def _take_shipped(self, vals):
        """OVERRIDE: clocks that run keep their limit, another one follows it."""
        # sudo: complaint.deadline - whether one runs, whoever takes the limit over
        clocks = self.env["complaint.deadline"].sudo()
        going = [("policy_id", "=", self.id), ("state", "in", clock.GOING)]
        if not (self.active and clocks.search_count(going, limit=1)):
            return super()._take_shipped(vals)
        follower = self.copy({"regulation_id": self.regulation_id.id, **vals})
        self.active = False
        return follower

    def _watched_companies(self):
        """OVERRIDE: the office that adopted the text."""
        return self._watched_regulations(lambda part: part.regulation_id)

    def _watched_cases(self):
        """OVERRIDE: files are not changed by it."""
        return self.browse()


def spec_matches(spec, tickets):
    """Return the cases a policy is for, by its plain data."""
    if spec.type_ids:
        tickets = tickets.filtered(lambda case: case.type_id.id in spec.type_ids)
    if spec.complexity:
        tickets = tickets.filtered(lambda case: case.complexity == spec.complexity)
    if spec.response_level:
        tickets = tickets.filtered(
            lambda case: case.response_level == spec.response_level
        )
    return tickets.filtered_domain(spec.domain) if spec.domain else tickets
