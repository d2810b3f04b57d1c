import json
from hashlib import sha256

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_list

from ..tools import shipped
from ..tools.arguments import takes, texts
from .complaint_digest import Section
from .complaint_shipped_mixin import OFFICE_OWN

#: What an office says for itself; a shipped text has no say in it.
_OFFICE = frozenset(
    {
        "active", "appeal_prefix", "calendar_id", "code", "company_id", "is_public",
        "is_template", "name", "next_review_date", "notice_pattern", "passed_by",
        "prefix", "sequence", "version", *models.MAGIC_COLUMNS,
    }
)  # fmt: skip
#: The part that is the text itself.
_TEXT = "text"


class ComplaintRegulation(models.Model):
    """What changed in a shipped text since an office adopted it.

    An adopted text is the office's own and changes by nobody's hand but the office's. When
    an upgrade ships a new limit, a manager is told, sees both side by side, and takes over
    what the office wants (:meth:`action_take_shipped`). Clocks that run keep their limit.

    EXPOSED API: :meth:`action_shipped_changes`, :meth:`action_take_shipped`.
    """

    _inherit = "complaint.regulation"

    shipped_state = fields.Json(
        readonly=True,
        copy=False,
        prefetch=False,
        help="The shipped text when the office last looked at it; empty: nobody noted it.",
    )
    shipped_told = fields.Char(
        readonly=True,
        copy=False,
        help="Which changes of the shipped text the managers were told of.",
    )
    shipped_news = fields.Char(
        "News of the Shipped Text",
        compute="_compute_shipped_news",
        search="_search_shipped_news",
        groups="community_complaint.group_complaint_manager",
    )

    @api.depends("shipped_state", "template_id")
    @api.depends_context("lang")
    def _compute_shipped_news(self):
        for regulation in self:
            regulation.shipped_news = regulation._shipped_summary()

    def _search_shipped_news(self, operator, value):
        """Only “is there something new” is asked."""
        if operator != "in" or set(value) != {False}:
            return NotImplemented
        adopted = self.search([("template_id", "!=", False)])
        news = adopted.filtered(lambda item: item._shipped_changes())
        return [("id", "not in", news.ids)]

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    def action_shipped_changes(self):
        """Open the dialog that shows what is new in the shipped text of one regulation."""
        self.ensure_one()
        self.check_access("write")
        wizard = self.env["complaint.shipped.wizard"]._open(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("News of the Shipped Text: %s", self.name),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "views": [(False, "form")],
            "target": "new",
        }

    @takes(parts=texts)
    def action_take_shipped(self, parts):
        """Take over parts of what is new in the shipped text, and leave the others.

        Both are on record; what was left is no news any more until it changes again.

        :param parts: list of the parts to take over, see :meth:`_shipped_changes`
        :raise UserError: if one of them is no news
        """
        self.check_access("write")
        for regulation in self:
            regulation._take_parts(parts)

    def _take_parts(self, parts):
        """Take over parts of what is new in the text of one regulation."""
        news = {change.part: change for change in self._shipped_changes()}
        if unknown := set(parts) - news.keys():
            raise UserError(
                self.env._(
                    "That is not new in the shipped text any more: %s.",
                    format_list(self.env, sorted(unknown)),
                )
            )
        if not self.template_id:
            return
        self._note_shipped(
            [news[part] for part in news if part in parts],
            [news[part] for part in news if part not in parts],
        )
        for part in parts:
            self._take_part(news[part])
        self.shipped_state = self.template_id._text_state()

    # ----------------------------------------------------------------------
    # Comparing
    # ----------------------------------------------------------------------

    def _shipped_changes(self):
        """Return the list of :class:`~.tools.shipped.Change` of one adopted text."""
        self.ensure_one()
        # sudo: complaint.regulation - the shipped text belongs to no company
        template = self.sudo().template_id
        if not template:
            return []
        own = self.sudo()._text_state()  # sudo: complaint.regulation - as above
        return list(
            shipped.changes(self.sudo().shipped_state, own, template._text_state())
        )

    def _text_state(self):
        """Return one text as plain data, see :mod:`~.tools.shipped`."""
        self.ensure_one()
        lines = {
            f"{line._name}/{key}": line for key, line in self._shipped_lines().items()
        }
        return {
            _TEXT: _state(self, self._shipped_settings()),
            **{
                part: _state(line, line._shipped_fields())
                for part, line in lines.items()
            },
        }

    def _shipped_lines(self):
        """Return ``{external identifier: line}`` of the lines that are, or come from, a
        shipped text; of several with one name the newest that is in use."""
        found = {}
        for field in self._line_fields():
            lines = self.with_context(active_test=False)[field.name]
            names = lines._shipped_names()
            for line in lines.sorted(lambda item: (_in_use(item), item.id)):
                if key := names.get(line.id) or line.shipped_key:
                    found[key] = line
        return found

    @api.model
    def _line_fields(self):
        """Return the lists of lines that are copied with a text."""
        return [
            field
            for field in self._fields.values()
            if field.type == "one2many"
            and field.copy
            and "shipped_key" in self.env[field.comodel_name]._fields
        ]

    @api.model
    def _shipped_settings(self):
        """Return the names of the settings in which texts are compared, in order."""
        return [
            name
            for name, field in self._fields.items()
            if field.store
            and field.copy
            and field.type != "one2many"
            and name not in _OFFICE
            and field.comodel_name not in OFFICE_OWN
        ]

    # ----------------------------------------------------------------------
    # Taking over
    # ----------------------------------------------------------------------

    def _take_part(self, change):
        """Take over one part of the shipped text."""
        theirs, ours = (
            self._part(self.template_id, change.part),
            self._part(self, change.part),
        )
        if change.kind == "new":
            theirs.copy({"regulation_id": self.id})
            return
        if change.kind == "gone":
            ours._drop_shipped()
            return
        vals = self._shipped_vals(theirs, ours, change)
        if change.part == _TEXT:
            self.write(vals)
            if "type_ids" in change.fields:
                # a desk offers the kinds its text knows
                self.team_ids.type_ids |= self.type_ids
        else:
            ours = ours._take_shipped(vals)
        ours.flush_recordset()
        names = set(theirs._fields) - set(change.fields)
        # sudo: complaint.regulation - every language, whoever takes it over
        theirs.sudo().copy_translations(ours.sudo(), excluded=names)

    @api.model
    def _part(self, text_, part):
        """Return the record of a part of a text, empty if it has none."""
        if part == _TEXT:
            return text_
        model, key = part.split("/", 1)
        return text_._shipped_lines().get(key, self.env[model])

    def _shipped_vals(self, theirs, ours, change):
        """Return what one part becomes, as values to write."""
        base = self.shipped_state
        vals = {}
        for name in change.fields:
            field = theirs._fields[name]
            if field.type == "many2many":
                known = shipped.known_value(base, change.part, name)
                ids = shipped.merged(
                    known, sorted(ours[name].ids), sorted(theirs[name].ids)
                )
                vals[name] = [(6, 0, ids)]
            else:
                vals[name] = field.convert_to_write(theirs[name], theirs)
        return vals

    # ----------------------------------------------------------------------
    # Words
    # ----------------------------------------------------------------------

    def _shipped_summary(self):
        """Return how much is new, such as “Time Limits: 2, other: 1”, or ``False``."""
        counts = {}
        for change in self._shipped_changes():
            word = self._part_kind(change.part)
            counts[word] = counts.get(word, 0) + 1
        words = [
            self.env._("%(what)s: %(count)s", what=k, count=v)
            for k, v in counts.items()
        ]
        return self.env._(", ").join(words) or False

    def _part_kind(self, part):
        """Return what a part is a part of, in the reader's language."""
        if part == _TEXT:
            return self.env._("Settings")
        for field in self._line_fields():
            if field.comodel_name == part.split("/", 1)[0]:
                return field._description_string(self.env)
        return part

    def _describe_change(self, change):
        """Return one change in words: ``{what, ours, shipped}``, texts of lines."""
        theirs = self._part(self.template_id, change.part)
        ours = self._part(self, change.part)
        if change.part == _TEXT:
            what = self._part_kind(change.part)
        else:
            what = (theirs or ours).display_name or self._part_kind(change.part)
        names = change.fields or [
            name
            for name in (theirs or ours)._shipped_fields()
            if (theirs or ours)[name]
        ]
        return {
            "what": what,
            "ours": _words(ours, names) if ours else "",
            "shipped": _words(theirs, names) if theirs else "",
        }

    def _note_shipped(self, taken, left):
        """Put on record what was taken over and what was not."""
        heads = (
            (self.env._("Taken over from the shipped text:"), taken),
            (self.env._("New in the shipped text, and not taken over:"), left),
        )
        lines = []
        for head, changes in heads:
            if changes:
                lines += [head, *(self._change_line(change) for change in changes)]
        self._message_log(body="\n".join(lines))

    def _change_line(self, change):
        """Return one change as a line of the record."""
        words = self._describe_change(change)
        return self.env._(
            "%(what)s: %(ours)s → %(shipped)s",
            what=words["what"],
            ours=words["ours"].replace("\n", "; ") or "–",
            shipped=words["shipped"].replace("\n", "; ") or "–",
        )

    # ----------------------------------------------------------------------
    # Managers are told once, in the morning's digest
    # ----------------------------------------------------------------------

    def _shipped_mark(self):
        """Return a mark of what is new, empty if nothing is."""
        changes = self._shipped_changes()
        if not changes:
            return ""
        parts = {item.part for item in changes}
        # sudo: complaint.regulation - the shipped text belongs to no company
        state = self.sudo().template_id._text_state()
        data = json.dumps(
            [changes, {part: state.get(part) for part in sorted(parts)}], default=str
        )
        return sha256(data.encode()).hexdigest()[:16]

    @api.model
    def _shipped_digest_sections(self, morning):
        """Return the section about shipped texts that changed."""
        marks = {item: item._shipped_mark() for item in morning.regulations}
        news = morning.regulations.filtered(
            lambda item: marks[item] and marks[item] != item.shipped_told
        )
        # sudo: res.groups - who has the role, in which office
        managers = (
            self.env.ref("community_complaint.group_complaint_manager")
            .sudo()
            .all_user_ids.filtered(lambda user: morning.company in user.company_ids)
        )
        readers = dict.fromkeys(managers.sudo(False), news) if news else {}

        def told():
            for item in news:
                # sudo: complaint.regulation - the job itself remembers
                item.sudo().shipped_told = marks[item]

        return [Section("shipped", readers, told)]

    def _digest_lines(self):
        """Return one dict a text: name, what is new, link."""
        return [
            {
                "number": regulation.name,
                "text": self.env._(
                    "The shipped text has changed: %s. Look at it and take over what you "
                    "want.",
                    regulation._shipped_summary(),
                ),
                "date": "",
                "url": f"{regulation.get_base_url()}/odoo/{regulation._name}/{regulation.id}",
            }
            for regulation in self
        ]

    # ----------------------------------------------------------------------
    # Offices that adopted a text before its lines had names
    # ----------------------------------------------------------------------

    def _recognise_shipped(self):
        """Give the lines of adopted texts the names of the shipped lines they came from.

        A line is the copy of the shipped one with which it has most in common, at least
        what tells lines apart; what is like none is the office's own.
        """
        for regulation in self.filtered("template_id"):
            for field in self._line_fields():
                regulation._recognise_lines(field.name)

    def _recognise_lines(self, name):
        theirs = self.template_id.with_context(active_test=False)[name]
        names = theirs._shipped_names()
        ours = self.with_context(active_test=False)[name]
        taken = set(ours.mapped("shipped_key"))
        pairs = sorted(
            (
                (-_likeness(line, other), other.id, line.id)
                for line in ours.filtered(lambda item: not item.shipped_key)
                for other in theirs
                if _likeness(line, other) and names.get(other.id) not in taken
            ),
        )
        done = set()
        for _score, other, line in pairs:
            if other in done or line in done or other not in names:
                continue
            done |= {other, line}
            ours.browse(line).shipped_key = names[other]


def _in_use(line):
    return bool(line.active) if "active" in line._fields else True


def _likeness(line, other):
    """Return in how many fields two lines agree, 0 if they are about something else."""
    if any(line[name] != other[name] for name in line._shipped_alike):
        return 0
    return 1 + sum(line[name] == other[name] for name in line._shipped_fields())


def _state(record, names):
    """Return the values of a record as plain data."""
    return {name: _plain(record, name) for name in names}


def _plain(record, name):
    field = record._fields[name]
    if field.type == "many2many":
        return sorted(record[name].ids)
    if field.type == "many2one":
        return record[name].id or False
    if field.translate:
        return {
            lang: str(record.with_context(lang=lang)[name] or "")
            for lang, _label in record.env["res.lang"].get_installed()
        } | {shipped.SOURCE: str(record.with_context(lang=None)[name] or "")}
    value = record[name]
    return value if isinstance(value, bool | int | float) else str(value or "")


def _words(record, names):
    """Return values as people read them, a line each."""
    lines = []
    for name in names:
        field = record._fields[name]
        lines.append(
            record.env._(
                "%(name)s: %(value)s",
                name=field._description_string(record.env),
                value=_shown(record, field),
            )
        )
    return "\n".join(lines)


def _shown(record, field):
    env, value = record.env, record[field.name]
    if field.type == "boolean":
        return env._("Yes") if value else env._("No")
    if field.type == "selection":
        return dict(field._description_selection(env)).get(value) or "–"
    if field.relational:
        return format_list(env, value.mapped("display_name")) if value else "–"
    if field.type == "html":
        return value.striptags() if value else "–"
    return str(value or "–")
