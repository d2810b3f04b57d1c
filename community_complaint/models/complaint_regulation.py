import re

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import number_pattern
from ..tools.changes import on


class ComplaintRegulation(models.Model):
    """One regulation: how an office handles complaints, as data.

    Templates are shipped and belong to no company; :meth:`action_adopt` makes a
    company's own copy together with its desk. Cases follow the copy.
    """

    _name = "complaint.regulation"
    _description = "Complaint Regulation"
    _inherit = ["mail.thread", "complaint.watched.mixin", "complaint.setting.mixin"]
    _order = "is_template, sequence, code, id"
    _check_company_auto = True

    #: Managers alone have the right to change it; here it is put on record.
    _watched_by_managers = False
    _watched_free = frozenset({"sequence", "shipped_state", "shipped_told"})
    _watched_fixed = frozenset({"company_id", "is_template"})
    #: Phases follow the settings, clocks the calendar, duties and tasks the dates.
    _effects = {
        "_follow_phases": on(lambda self: self._phase_fields()),
        "_recompute_clocks": on("calendar_id"),
        "_ensure_review_duty": on("review_years", "company_id", made=True),
        "_ensure_roster": on("needs_roster", "company_id", made=True),
        "_move_anniversaries": on("in_force_date"),
        "_move_review_tasks": on("next_review_date"),
    }

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, index=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, copy=False)
    is_template = fields.Boolean(
        "Template", copy=False, readonly=True, help="Shipped text that offices adopt."
    )
    template_id = fields.Many2one(
        "complaint.regulation", string="Adopted from", copy=False, readonly=True
    )
    version = fields.Char(default="1", required=True, tracking=True)
    in_force_date = fields.Date(
        "In Force since",
        tracking=True,
        copy=False,
        help="Complaints received before that day do not run under this text.",
    )
    review_years = fields.Integer(
        "Review every (years)", help="0: the text asks for no regular review."
    )
    next_review_date = fields.Date(
        compute="_compute_next_review_date", store=True, readonly=False, precompute=True
    )
    summary = fields.Text(
        translate=True, help="What the office handles, shown to residents."
    )
    public_text = fields.Html(
        "Text for Residents",
        translate=True,
        help="How and by when complaints are handled, shown on the public page.",
    )
    is_public = fields.Boolean(
        "Show to Residents", default=True, help="Show the desk on the public page."
    )

    # desk
    team_ids = fields.One2many("helpdesk.ticket.team", "regulation_id", string="Desks")
    team_id = fields.Many2one(
        "helpdesk.ticket.team", string="Desk", compute="_compute_team_id"
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Calendar",
        check_company=True,
        copy=False,
        help="Working days of the office. Empty: Monday to Friday.",
    )
    holiday_country_id = fields.Many2one(
        "res.country",
        string="Official Holidays of",
        help="Whose holidays and make-up working days count under this text.",
    )
    holiday_subdivision = fields.Char(
        "Region", help="Code of a state or province that has holidays of its own."
    )
    calendar_warning = fields.Text(compute="_compute_calendar_warning")
    tz = fields.Char("Time Zone", compute="_compute_tz", compute_sudo=True)
    prefix = fields.Char(
        "Case Number Prefix", default="TS", required=True, help="TS gives TS2026-00001."
    )
    notice_pattern = fields.Char(
        "Notice Numbers",
        default="{prefix}{mark}〔{year}〕{seq}号",
        required=True,
        help="{prefix}, {mark} of the kind of notice, {year} and {seq}.",
    )

    # who and how
    confidentiality = fields.Selection(
        selection="_selection_confidentiality",
        string="Usual Confidentiality",
        default="confidential",
        required=True,
    )
    allow_anonymous = fields.Boolean("Takes Anonymous Complaints")
    identity_required = fields.Boolean(
        "Asks for Identity Proof",
        help="The complainant's ID number must be registered.",
    )
    joint_complaints = fields.Boolean("Takes Joint Complaints")
    most_representatives = fields.Integer(
        "Representatives at Most",
        default=5,
        help="How many people may speak for a joint complaint.",
    )
    representatives_of_visits = fields.Boolean(
        "Of Visits Only", help="Whoever writes or phones together may be more."
    )
    respondent_kind = fields.Selection(
        [("any", "Anybody"), ("staff", "The office's staff only")],
        string="Complaints about",
        default="any",
        required=True,
    )
    complainant_kind_ids = fields.Many2many(
        "complaint.complainant.kind", string="Who May Complain"
    )
    channel_ids = fields.Many2many("helpdesk.ticket.channel", string="Channels")
    type_ids = fields.Many2many("helpdesk.ticket.type", string="Kinds of Complaint")
    measure_ids = fields.Many2many("complaint.measure", string="Measures")

    # gates
    on_spot_allowed = fields.Boolean("Answers on the Spot")
    gate_voucher = fields.Boolean(
        "Acceptance Voucher", help="Acceptance issues a voucher for the complainant."
    )
    voucher_title = fields.Char(
        "Title of the Voucher",
        translate=True,
        help="As the text calls it; empty: Acceptance Voucher.",
    )
    result_title = fields.Char(
        "Title of the Result Notice",
        translate=True,
        help="As the text calls it; empty: Notice of the Result.",
    )
    matter_word = fields.Char(
        "What a Matter Is Called",
        translate=True,
        help="As the text calls it, for example “petition”, in the middle of a sentence; "
        "empty: complaint, suggestion, report or dispute.",
    )
    tell_transfer = fields.Boolean(
        "Complainant Told of Transfers",
        help="The complainant is told to whom the matter was sent.",
    )
    untellable = fields.Boolean(
        "Unclear Names Are Not Told",
        help="Who complained without a clear name or address need not be told; a leader "
        "puts it on record.",
    )
    gate_written_major = fields.Boolean(
        "Major Matters in Writing", help="A major matter is accepted in writing only."
    )
    gate_evidence = fields.Boolean(
        "Evidence Collected",
        help="Findings need at least one piece of evidence or act of inquiry.",
    )
    gate_legal_basis = fields.Boolean(
        "Decision Names Its Legal Basis",
        help="The law or rule a decision rests on stands on the result notice.",
    )
    gate_hearing = fields.Boolean(
        "Respondent Heard before a Sanction",
        help="No sanction is decided before the respondent could state their case.",
    )
    gate_notify_respondent = fields.Boolean("Result Notice to the Respondent as Well")
    gate_follow_up = fields.Boolean(
        "Followed Up before Closing",
        help="The result is followed up with the resident.",
    )
    sla_policy_ids = fields.One2many(
        "complaint.sla.policy", "regulation_id", string="Time Limits", copy=True
    )

    _code_unique = models.UniqueIndex(
        "(code, COALESCE(company_id, 0), version) WHERE active",
        "This office already works under this version of the regulation.",
    )
    _somebody_speaks = models.Constraint(
        "CHECK (most_representatives >= 1)",
        "Somebody has to speak for the complainants.",
    )

    # ----------------------------------------------------------------------
    # Computes
    # ----------------------------------------------------------------------

    @api.model
    def _selection_confidentiality(self):
        field = self.env["helpdesk.ticket"]._fields["confidentiality"]
        return field._description_selection(self.env)

    @api.depends("in_force_date", "review_years")
    def _compute_next_review_date(self):
        for regulation in self:
            regulation.next_review_date = (
                regulation.in_force_date
                and regulation.review_years
                and regulation.in_force_date
                + relativedelta(years=regulation.review_years)
            )

    @api.depends("team_ids")
    def _compute_team_id(self):
        for regulation in self:
            regulation.team_id = regulation.team_ids[:1]

    @api.depends("calendar_id.tz", "company_id.partner_id.tz")
    def _compute_tz(self):
        for regulation in self:
            company = regulation.company_id or self.env.company
            regulation.tz = (
                regulation.calendar_id.tz
                or company.partner_id.tz
                or company.resource_calendar_id.tz
                or "UTC"
            )

    @api.depends(
        *("calendar_id.tz", "holiday_country_id", "is_template"),
        "company_id.partner_id.tz",
    )
    @api.depends_context("lang", "uid")
    def _compute_calendar_warning(self):
        """What makes the dates of this regulation wrong or uncertain."""
        today = fields.Date.today()
        for regulation in self:
            # sudo: resource.calendar - a time limit is the same whoever looks at it
            calendar = regulation.sudo().calendar_id
            zone = regulation.company_id.partner_id.tz or self.env.user.tz
            warning = ""
            if regulation.is_template:
                warning = ""
            elif not calendar:
                warning = self.env._(
                    "There is no working calendar: Monday to Friday count, holidays too."
                )
            elif calendar._complaint_problem():
                warning = calendar._complaint_problem()
            elif zone and zone != calendar.tz:
                # a new calendar has the time zone of whoever installed the server
                warning = self.env._(
                    "The working calendar is in the time zone %(calendar)s, the office in "
                    "%(office)s: its days begin at another hour. Set the calendar's.",
                    calendar=calendar.tz,
                    office=zone,
                )
            elif regulation.holiday_country_id and not calendar.complaint_country_id:
                warning = self.env._(
                    "Official holidays and make-up working days are not in the calendar "
                    "yet: import them, or dates will be wrong."
                )
            else:
                warning = calendar._complaint_missing_text(today)
            regulation.calendar_warning = warning

    # ----------------------------------------------------------------------
    # Constraints
    # ----------------------------------------------------------------------

    @api.constrains("prefix")
    def _check_prefix(self):
        """Numbers of cases stand in addresses, subjects of e-mails and file names."""
        for regulation in self:
            if not re.fullmatch(r"[\w-]{1,16}", regulation.prefix):
                raise ValidationError(
                    self.env._(
                        "A case number starts with up to 16 letters, digits or hyphens."
                    )
                )

    @api.constrains("notice_pattern")
    def _check_notice_pattern(self):
        """Four names and a width: a pattern is no program (THREATS 51)."""
        for regulation in self:
            names = number_pattern.names(regulation.notice_pattern)
            if names is None or "seq" not in names:
                raise ValidationError(
                    self.env._(
                        "A notice number consists of {prefix}, {mark}, {year} and "
                        "{seq}; {seq} must be there, and may say how many digits it "
                        "has: {seq:05}."
                    )
                )

    @api.constrains("sla_policy_ids", "team_ids", "channel_ids")
    def _check_complete(self):
        """An adopted regulation without time limits or channels is no regulation."""
        for regulation in self.filtered("team_ids"):
            if not regulation.channel_ids or not regulation.sla_policy_ids:
                raise ValidationError(
                    self.env._(
                        "%s must name its channels and time limits before a desk "
                        "works under it.",
                        regulation.name,
                    )
                )

    # ----------------------------------------------------------------------
    # CRUD
    # ----------------------------------------------------------------------

    def _follow_phases(self):
        """Give desks the stages that the settings ask for now."""
        self.filtered("team_ids")._ensure_complaint_stages()

    def _recompute_clocks(self):
        self.env["complaint.deadline"]._recompute_regulations(self)

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for regulation, vals in zip(self, vals_list, strict=True):
            if "version" not in (default or {}):
                vals["version"] = f"{regulation.version}'"
        return vals_list

    def _watched_companies(self):
        """OVERRIDE: the office that adopted the text."""
        return self._watched_regulations(lambda regulation: regulation)

    # ----------------------------------------------------------------------
    # Calendar
    # ----------------------------------------------------------------------

    def action_import_holidays(self):
        """Open the wizard of official holidays for this regulation's calendar."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "community_complaint.complaint_holiday_wizard_action"
        )
        return {
            **action,
            "context": {
                "default_calendar_id": self.calendar_id.id,
                "default_country_id": (
                    self.calendar_id.complaint_country_id or self.holiday_country_id
                ).id,
                "default_subdivision": self.calendar_id.complaint_subdivision
                or self.holiday_subdivision,
            },
        }

    def _working_calendar(self):
        """Return the :class:`WorkingCalendar` of the office.

        :raise CalendarError: if the calendar makes no sense
        """
        # sudo: resource.calendar - a time limit is the same whoever looks at it
        regulation = self.sudo()
        calendar = regulation.calendar_id
        return calendar._complaint_working_calendar(None if calendar else regulation.tz)

    @api.model
    def _clock_error_text(self, error):
        """Return what is wrong, in the reader's language.

        :param error: an error of the clock, or the name of its class
        """
        name = error if isinstance(error, str) else type(error).__name__
        texts = {
            "NoWorkingDays": self.env._("The working calendar has no working days."),
            "OutOfRange": self.env._("The time limit ends too far away."),
            "BadCalendar": self.env._("The working calendar makes no sense."),
            "HolidaysUnavailable": self.env._(
                "The official holidays of this country, region or year are not known."
            ),
        }
        return texts.get(name) or self.env._("The time limit makes no sense.")

    # ----------------------------------------------------------------------
    # Business
    # ----------------------------------------------------------------------

    def _format_notice_number(self, mark, year, number):
        """Return an official number such as ``TS受〔2026〕15号``."""
        return number_pattern.fill(
            self.notice_pattern, prefix=self.prefix, mark=mark, year=year, seq=number
        )

    def _channel_of(self, kind):
        """Return the channel of a kind that one text lists, empty if it lists none."""
        listed = self.channel_ids.filtered(lambda item: item.complaint_kind == kind)
        return listed[:1]

    def _email_address(self):
        """Return the address of one text's desk, if complaints may come by e-mail."""
        # sudo: mail.alias - the desk's address is public
        alias = self.sudo().team_id.alias_id
        return bool(self._channel_of("email") and alias.alias_domain_id) and (
            alias.alias_full_name
        )

    def _phases(self):
        """Return the phases that cases of this regulation go through, in order."""
        self.ensure_one()
        phases = [
            "draft",
            "registered",
            "accepted",
            "investigating",
            "deciding",
            "notified",
        ]
        if self.gate_follow_up:
            phases.append("follow_up")
        return [*phases, "closed", "archived", "refused", "withdrawn"]

    def _phase_fields(self):
        """Return the names of the settings that decide which phases there are."""
        return {"gate_follow_up"}
