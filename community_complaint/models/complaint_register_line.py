import json
from datetime import datetime, time
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.orm.models import NO_ACCESS
from odoo.tools import plaintext2html

from ..tools import called, register_rows, vault
from ..tools.changes import on
from ..tools.kept import Kept
from ..tools.life import Opening, opens

#: What the keys bind lines of registers to.
_PLACE = "register line"
#: What of a line is text of people, kept sealed.
TEXTS = (
    "number", "name", "phone", "address", "id_number", "work_unit", "email", "title",
    "matter", "demand", "result", "respondent", "department", "handler", "note",
)  # fmt: skip
#: Words of registers for channels, by kind; the first that a cell has counts.
_CHANNELS = (
    ("hotline", ("12345", "市长", "政务热线", "便民热线")),
    ("social", ("微信", "微博", "抖音", "公众号")),
    ("sms", ("短信",)),
    ("fax", ("传真",)),
    ("email", ("邮件", "邮箱", "email", "e-mail")),
    ("app", ("app", "小程序")),
    ("website", ("网", "平台", "线上")),
    ("box", ("意见箱", "信箱", "投诉箱")),
    ("letter", ("来信", "信函", "信件", "书信", "书面")),
    ("phone", ("电话", "来电", "热线", "致电")),
    ("window", ("来访", "上门", "当面", "窗口", "现场", "接待", "走访", "口头")),
)
#: Doubts that follow from the days of a line, which are looked for anew.
_OF_DAYS = (
    "no_received", "bad_date", "no_day", "future", "closed_early", "very_old",
    "year_guessed", "ambiguous_date", "no_closed", "accepted_early", "incident_late",
)  # fmt: skip


class ComplaintRegisterLine(models.Model):
    """One case of an old register before it is brought in: what is said, and the doubts.

    Only who uploaded the register sees it. It names people, so the words are sealed as
    identities are, and it is gone as soon as its case is there.
    """

    _name = "complaint.register.line"
    _description = "Row of an Old Register"
    _inherit = ["complaint.key.keeper", "complaint.seal.mixin"]
    _order = "row, id"
    _rec_name = "row"

    _kept = {"sealed": Kept("sealed", "it goes when its case is there")}
    _state_of = "import_id"
    _opens = {
        **opens(
            *TEXTS, "received_day", "accepted_day", "closed_day", "incident_day",
            "phase", "confidentiality", "channel_id", "type_id", "user_id", "left_out",
            states=("read",),
        ),
    }  # fmt: skip
    _openings = {
        "read": Opening(
            "The file was read, once more maybe.",
            (
                "import_id", "row", "hour", "sealed", "doubts", "blocked", "in_doubt",
                "satisfaction", "incident_place", "received_day", "accepted_day",
                "closed_day", "incident_day", "phase", "confidentiality", "channel_id",
                "type_id", "user_id", "left_out",
            ),
            creates=True,
            drops=True,
        ),
        "told": Opening("What was corrected is sealed.", ("sealed",)),
        "checked": Opening(
            "What was corrected is checked again.", ("doubts", "blocked", "in_doubt")
        ),
        "brought": Opening("The case is there; the line goes.", drops=True),
    }  # fmt: skip
    _effects = {
        "_check_again": on(
            "received_day", "accepted_day", "closed_day", "incident_day", "phase",
            "channel_id", "type_id", "user_id", *TEXTS, by_hand=True,
        ),
    }  # fmt: skip

    import_id = fields.Many2one(
        "complaint.register.import", required=True, index=True, ondelete="cascade"
    )
    row = fields.Integer(readonly=True)
    sealed = fields.Text(groups=NO_ACCESS, copy=False)
    doubts = fields.Char("Codes of Doubts", readonly=True)
    doubt_text = fields.Char("Doubts", compute="_compute_doubt_text")
    in_doubt = fields.Boolean(readonly=True)
    blocked = fields.Boolean(
        "Cannot Be Brought in", readonly=True, help="Correct it, or leave it out."
    )
    left_out = fields.Boolean()

    received_day = fields.Date("Received on")
    hour = fields.Char(readonly=True)
    accepted_day = fields.Date("Accepted on")
    closed_day = fields.Date("Closed on")
    incident_day = fields.Date("Date of the Incident")
    incident_place = fields.Char(readonly=True)
    phase = fields.Selection(
        [
            ("running", "Not finished"),
            ("closed", "Closed"),
            ("archived", "Archived"),
            ("refused", "Not accepted"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        default="running",
    )
    confidentiality = fields.Selection(
        [
            ("open", "Open"),
            ("confidential", "Confidential"),
            ("anonymous", "Anonymous"),
        ],
        required=True,
        default="open",
    )
    satisfaction = fields.Char(readonly=True)
    channel_id = fields.Many2one("helpdesk.ticket.channel", ondelete="set null")
    type_id = fields.Many2one(
        "helpdesk.ticket.type", string="Kind of Matter", ondelete="set null"
    )
    user_id = fields.Many2one(
        "res.users", string="Handled by (User)", ondelete="set null"
    )

    number = fields.Char("Old No.", compute="_compute_texts", inverse="_inverse_texts")
    name = fields.Char(
        "Complainant", compute="_compute_texts", inverse="_inverse_texts"
    )
    phone = fields.Char(compute="_compute_texts", inverse="_inverse_texts")
    address = fields.Char(compute="_compute_texts", inverse="_inverse_texts")
    id_number = fields.Char(compute="_compute_texts", inverse="_inverse_texts")
    work_unit = fields.Char(compute="_compute_texts", inverse="_inverse_texts")
    email = fields.Char(compute="_compute_texts", inverse="_inverse_texts")
    title = fields.Char(compute="_compute_texts", inverse="_inverse_texts")
    matter = fields.Text(compute="_compute_texts", inverse="_inverse_texts")
    demand = fields.Text(compute="_compute_texts", inverse="_inverse_texts")
    result = fields.Text(compute="_compute_texts", inverse="_inverse_texts")
    respondent = fields.Char(compute="_compute_texts", inverse="_inverse_texts")
    department = fields.Char(compute="_compute_texts", inverse="_inverse_texts")
    handler = fields.Char(
        "Handled by", compute="_compute_texts", inverse="_inverse_texts"
    )
    note = fields.Text(compute="_compute_texts", inverse="_inverse_texts")

    # ----------------------------------------------------------------------
    # What is sealed
    # ----------------------------------------------------------------------

    @api.depends("sealed")
    def _compute_texts(self):
        for line in self:
            said = line._said()
            for name in TEXTS:
                line[name] = said.get(name) or False

    def _inverse_texts(self):
        ring = self.env["complaint.key"]._writing_ring()
        for line in self:
            said = {name: line[name] for name in TEXTS if line[name]}
            line._write_sealed("told", {"sealed": _seal(ring, said)})

    def _said(self):
        """Return the texts of one line, none if the server lacks the key."""
        # sudo: complaint.register.line - the column is closed; who reads it may
        sealed = self.sudo().sealed
        try:
            text = sealed and self.env["complaint.key"]._ring().open(sealed, _PLACE)
        except vault.VaultError:
            text = None
        return json.loads(text) if text else {}

    # ----------------------------------------------------------------------
    # Made of entries of a file
    # ----------------------------------------------------------------------

    @api.model
    def _prepare_lines(self, register, entries):
        """Return the values of lines.

        :param entries: list of :class:`~..tools.register_rows.Entry`
        """
        ring = self.env["complaint.key"]._writing_ring()
        places = _Places(register, entries)
        return [self._prepare_line(register, entry, places, ring) for entry in entries]

    @api.model
    def _prepare_line(self, register, entry, places, ring):
        said = entry.said
        channel, more = places.channel(said.get("channel"))
        kind, other = places.kind(said.get("type"))
        user = places.user(said.get("handler"))
        doubts = [*entry.doubts, *more, *other]
        if said.get("handler") and not user:
            doubts.append("unknown_handler")
        if said.get("department") and not places.knows_department(said["department"]):
            doubts.append("unknown_department")
        on_file = bool(said.get("number")) and said["number"] in places.numbers
        doubts += ["on_file"] * on_file
        texts = {name: said.get(name) for name in TEXTS if said.get(name)}
        return {
            "import_id": register.id,
            "row": entry.row,
            "hour": entry.hour and entry.hour.strftime("%H:%M"),
            "sealed": _seal(ring, texts),
            "doubts": " ".join(doubts),
            "in_doubt": bool(doubts),
            "blocked": register_rows.is_blocking(doubts),
            # the same register once more
            "left_out": on_file,
            "received_day": said.get("received"),
            "accepted_day": said.get("accepted"),
            "closed_day": said.get("closed"),
            "incident_day": said.get("incident_date"),
            "incident_place": said.get("incident_place"),
            "phase": entry.phase,
            "confidentiality": places.level_of(entry),
            "satisfaction": said.get("satisfaction"),
            "channel_id": channel,
            "type_id": kind,
            "user_id": user,
        }

    # ----------------------------------------------------------------------
    # Doubts
    # ----------------------------------------------------------------------

    @api.model
    def _doubt_words(self):
        """Return what doubts are called, ``{code: sentence}``."""
        return {
            "no_received": self.env._("no date of receipt"),
            "bad_date": self.env._("impossible date"),
            "no_day": self.env._("date without a day"),
            "future": self.env._("date in the future"),
            "closed_early": self.env._("closed before it was received"),
            "accepted_early": self.env._("accepted before it was received"),
            "incident_late": self.env._("incident after the complaint"),
            "very_old": self.env._("more than ten years old"),
            "year_guessed": self.env._("year guessed"),
            "ambiguous_date": self.env._("date can be read in two ways"),
            "no_closed": self.env._(
                "finished on an unknown day: that of receipt is taken"
            ),
            "missing_matter": self.env._("nothing says what happened"),
            "missing_name": self.env._("no name"),
            "anonymous_name": self.env._("wanted to be anonymous: kept secret"),
            "odd_phone": self.env._("odd phone number"),
            "duplicate": self.env._("number occurs twice"),
            "on_file": self.env._("number is on file already"),
            "continued": self.env._("goes on in the next row"),
            "unclear_state": self.env._("finished or not?"),
            "unknown_word": self.env._("unknown word"),
            "unknown_channel": self.env._("channel the regulation does not list"),
            "unknown_type": self.env._("kind of matter the regulation does not list"),
            "unknown_handler": self.env._("unknown handler: the name is kept"),
            "unknown_department": self.env._("unknown department: the name is kept"),
        }

    @api.depends("doubts")
    @api.depends_context("lang")
    def _compute_doubt_text(self):
        words = self._doubt_words()
        columns = dict(self.env["complaint.register.column"]._selection_target())
        for line in self:
            shown = []
            for doubt in (line.doubts or "").split():
                code, _colon, target = doubt.partition(":")
                text = words.get(code, code)
                if target:
                    text = f"{text} ({columns.get(target, target)})"
                shown.append(text)
            line.doubt_text = "; ".join(shown)

    def _check_again(self):
        """Look for doubts anew where somebody corrected something."""
        today = self.env["helpdesk.ticket"]._office_date()
        for line in self:
            kept = [
                doubt
                for doubt in (line.doubts or "").split()
                if doubt.partition(":")[0] not in _OF_DAYS
                and not line._is_settled(doubt)
            ]
            days = {
                "received": line.received_day,
                "accepted": line.accepted_day,
                "closed": line.closed_day,
                "incident_date": line.incident_day,
            }
            doubts = [*kept, *register_rows.check_days(days, line.phase, today)]
            if line.phase != "running" and not line.closed_day:
                doubts.append("no_closed")
            if not (line.matter or line.title) and "missing_matter" not in doubts:
                doubts.append("missing_matter")
            line._write_sealed(
                "checked",
                {
                    "doubts": " ".join(doubts),
                    "in_doubt": bool(doubts),
                    "blocked": register_rows.is_blocking(doubts),
                },
            )

    def _is_settled(self, doubt):
        """Return whether what was typed answers a doubt about something else than days."""
        return {
            "missing_matter": bool(self.matter or self.title),
            "missing_name": bool(self.name),
            "unknown_channel": bool(self.channel_id),
            "unknown_type": bool(self.type_id),
            "unknown_handler": bool(self.user_id),
        }.get(doubt, False)

    # ----------------------------------------------------------------------
    # Cases
    # ----------------------------------------------------------------------

    def _bring_in(self):
        """Make cases of these lines of one import; return them."""
        register = self.import_id
        if not register:
            return self.env["helpdesk.ticket"]
        return self.env["helpdesk.ticket"]._create_imported(
            register.team_id, [line._prepare_case_vals() for line in self]
        )

    def _prepare_case_vals(self):
        """Return ``(phase, values, respondent)`` of the case of one line."""
        register = self.import_id
        zone = ZoneInfo(register.team_id.regulation_id.tz or "UTC")
        said = self._said()
        received = _moment(self.received_day, zone, self.hour)
        running = self.phase == "running"
        phase = register.running_phase if running else self.phase
        accepted = self.accepted_day and _moment(self.accepted_day, zone)
        if phase not in ("registered", "refused"):
            accepted = max(accepted or received, received)
        closed = False
        if not running:
            day = self.closed_day or self.received_day
            closed = max(_moment(day, zone), accepted or received)
        incident = self.incident_day
        vals = {
            "name": said.get("title") or False,
            "description": plaintext2html(
                said.get("matter") or said.get("title") or ""
            ),
            "demand": said.get("demand") or False,
            "received_date": received,
            "accepted_date": accepted or False,
            "closed_date": closed,
            "incident_date": incident
            if incident and incident <= self.received_day
            else False,
            "incident_place": self.incident_place,
            "channel_id": self.channel_id.id,
            "type_id": self.type_id.id,
            "user_id": self.user_id.id,
            "confidentiality": self.confidentiality,
            "follow_up_result": self.satisfaction or False,
            "import_id": register.id,
            "old_number": said.get("number") or False,
            "old_result": said.get("result") or False,
            "old_handled_by": " / ".join(
                filter(None, (said.get("department"), said.get("handler")))
            ),
            "old_note": said.get("note") or False,
            **{
                f"complainant_{name}": said[name]
                for name in (
                    "name",
                    "phone",
                    "email",
                    "address",
                    "id_number",
                    "work_unit",
                )
                if said.get(name)
            },
        }
        return phase, vals, said.get("respondent")


def _seal(ring, said):
    text = json.dumps(said, ensure_ascii=False)
    return ring.seal(text, _PLACE) if said else False


def _moment(day, zone, hour=None):
    """Return when something was, as naive UTC: noon if only the day is known."""
    at = time.fromisoformat(hour) if hour else time(12)
    local = datetime.combine(day, at, zone)
    moment = local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
    return min(moment, fields.Datetime.now())


class _Places:
    """What the office has of what a register names: looked up once for all lines."""

    def __init__(self, register, entries):
        env = register.env
        regulation = register.team_id.regulation_id
        self.level = regulation.confidentiality
        self.channels = regulation.channel_ids
        self.kinds = {item.name: item.id for item in regulation.type_ids}
        members = register.team_id.user_ids
        self.users = {called.key(user.name): user.id for user in members}
        # sudo: hr.department - names of departments, whoever brings the register
        departments = (
            env["hr.department"]
            .sudo()
            .search([("company_id", "in", (False, register.company_id.id))])
        )
        # sudo: res.partner - names of bodies outside, as above
        bodies = (
            env["res.partner"].sudo().search([("is_company", "=", True)], limit=2000)
        )
        self.departments = {
            called.key(item.name or "") for item in (*departments, *bodies)
        }
        self.numbers = self._known_numbers(register, entries)

    def _known_numbers(self, register, entries):
        """Return the old numbers that cases of the desk have already."""
        numbers = {entry.said.get("number") for entry in entries} - {None, ""}
        # sudo: helpdesk.ticket - whether a number is on file, no more
        cases = register.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        rows = cases._read_group(
            [
                ("team_id", "=", register.team_id.id),
                ("old_number", "in", list(numbers)),
            ],
            ["old_number"],
        )
        return {row[0] for row in rows}

    def channel(self, word):
        """Return ``(id, doubts)`` of a channel by the word of a register."""
        if not word:
            return False, []
        text = word.strip().lower()
        for channel in self.channels:
            if channel.name and channel.name.lower() == text:
                return channel.id, []
        for kind, words in _CHANNELS:
            if any(item in text for item in words):
                found = self.channels.filtered(lambda one: one.complaint_kind == kind)  # noqa: B023
                return found[:1].id, [] if found else ["unknown_channel"]
        return False, ["unknown_channel"]

    def kind(self, word):
        """Return ``(id, doubts)`` of a kind of matter by the word of a register."""
        if not word:
            return False, []
        if word in self.kinds:
            return self.kinds[word], []
        found = {
            id_ for name, id_ in self.kinds.items() if word in name or name in word
        }
        return (found.pop(), []) if len(found) == 1 else (False, ["unknown_type"])

    def user(self, word):
        """Return the id of a member of the desk by name, or ``False``."""
        return self.users.get(called.key(word or ""), False)

    def knows_department(self, word):
        """Return whether the office knows a department or body of that name."""
        return called.key(word) in self.departments

    def level_of(self, entry):
        """Return how secret a case is: as the register says, else as is usual."""
        level = entry.secrecy
        if level != "open" or entry.said.get("secrecy") or entry.said.get("anonymous"):
            return level
        return "open" if self.level == "open" else "confidential"
