from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools import paper_text
from ..tools.changes import on
from ..tools.life import Open, opens
from ..tools.roles import MANAGER, PUBLISHER
from .complaint_publication_paper import letterhead
from .helpdesk_ticket_desk import Tile


class ComplaintNoticeBoard(models.Model):
    """The public notice board of an office (公示栏): who is there, how to reach whom.

    R19: names of the head and the staff, hotline; R06: address, phone and other ways; R14:
    the phone round the clock. Shown is what the office enters here and nothing else:
    nothing comes from the personnel file, and a person only with their consent.
    """

    _name = "complaint.notice.board"
    _description = "Public Notice Board"
    _inherit = ["complaint.seal.mixin", "complaint.watched.mixin"]
    _order = "regulation_id"

    #: Publishers and managers have the right to change it; residents are led by it.
    _watched_by_managers = False

    _opens = {
        **opens("regulation_id", birth=True),
        **opens(
            *(
                "is_public",
                "person_ids",
                "hotline",
                "hotline_hours",
                "phone",
                "address",
            ),
            *("hours", "superior_name", "superior_phone", "other_channels", "note"),
            "photo",
        ),
    }

    name = fields.Char("Title", compute="_compute_name")
    regulation_id = fields.Many2one(
        "complaint.regulation",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('company_id', '!=', False)]",
    )
    company_id = fields.Many2one(
        related="regulation_id.company_id", store=True, index=True, precompute=True
    )
    is_public = fields.Boolean("On the Public Page", default=True)
    person_ids = fields.One2many(
        "complaint.notice.board.person", "board_id", string="Head and Staff"
    )
    hotline = fields.Char(help="The complaint phone.")
    hotline_hours = fields.Char(help="When it is answered, such as “24 hours a day”.")
    phone = fields.Char("Office Phone")
    address = fields.Char("Address of the Office")
    hours = fields.Char("Opening Hours")
    superior_name = fields.Char(
        "Superior Body", help="Empty: the one that the text goes up to."
    )
    superior_phone = fields.Char("Its Phone")
    other_channels = fields.Text(
        "Other Ways", help="Where residents turn who are not satisfied, one a line."
    )
    note = fields.Text("What Else Is to Be Known")
    photo = fields.Image("Photo of the Office", max_width=1600, max_height=1200)
    missing = fields.Text("Still Missing", compute="_compute_missing")

    _regulation_unique = models.UniqueIndex(
        "(regulation_id)", "This desk has a notice board already."
    )

    @api.depends("regulation_id.name")
    @api.depends_context("lang")
    def _compute_name(self):
        for board in self:
            board.name = self.env._("Notice board: %s", board.regulation_id.name or "")

    @api.depends("name")
    def _compute_display_name(self):
        for board in self:
            board.display_name = board.name

    @api.depends(
        "person_ids.role", "person_ids.consent", "hotline", "phone", "address",
        "superior_phone", "other_channels", "hotline_hours",
        "regulation_id.needs_board", "regulation_id.needs_roster",
        "regulation_id.superior_partner_id",
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_missing(self):
        for board in self:
            board.missing = "\n".join(board._missing()) or False

    def _missing(self):
        """Yield what one board lacks, as sentences."""
        rules = self.regulation_id
        roles = self._shown_people().mapped("role")
        if rules.needs_board == "people" and "head" not in roles:
            yield self.env._("The name of the head.")
        if rules.needs_board == "people" and "staff" not in roles:
            yield self.env._("The names of the staff.")
        if not (self.hotline or self.phone):
            yield self.env._("A phone number.")
        if rules.needs_board == "ways" and not self.address:
            yield self.env._("The address of the office.")
        if rules.needs_board == "ways" and not (
            self.superior_phone
            or self.regulation_id.superior_partner_id
            or self.other_channels
        ):
            yield self.env._("Where residents turn who are not satisfied.")
        if rules.needs_roster and not (self.hotline and self.hotline_hours):
            yield self.env._("The phone round the clock and its hours.")

    def _shown_people(self):
        """Return the people of boards who agreed to be shown, the head first."""
        return self.person_ids.filtered("consent").sorted(
            lambda person: (person.role != "head", person.sequence, person.id)
        )

    # ----------------------------------------------------------------------
    # Paper and public page
    # ----------------------------------------------------------------------

    def action_print(self):
        """Return the action that shows the paper in A4."""
        return self._open_paper("A4")

    def action_print_large(self):
        """Return the action that shows the paper in A3."""
        return self._open_paper("A3")

    def _open_paper(self, size):
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/complaint/boards/{self.id}/{size}",
            "target": "new",
        }

    def _paper(self, size):
        """Return the paper of one board as PDF.

        :param size: ``A4`` or ``A3``
        :raise UserError: if papers cannot be printed, or nothing is on the board
        """
        self.ensure_one()
        company = self.company_id
        board = self.with_context(lang=company.partner_id.lang or self.env.lang)
        values = board._board_values()
        if not values["people"] and not values["facts"]:
            raise UserError(self.env._("There is nothing on this notice board yet."))
        html = board.env["ir.qweb"]._render(
            "community_complaint.notice_board_paper",
            {
                **values,
                "office": letterhead(board),
                "lang": (board.env.lang or "en_US").replace("_", "-"),
                "large": size == "A3",
            },
        )
        page = paper_text.self_contained(html)
        return self.env["ir.actions.report"]._print_papers([page], size=size)[0]

    def _board_values(self):
        """Return what everybody may read, as plain text.

        :return: ``{"title", "people": [(name, post, duties)], "facts": [(label, text)],
            "ways": [text], "note": [text]}``
        """
        facts = [
            (self.env._("Complaint phone"), self._hotline_text()),
            (self.env._("Office phone"), self.phone),
            (self.env._("Address"), self.address),
            (self.env._("Opening hours"), self.hours),
            (
                self.env._("Superior body"),
                " ".join(filter(None, (self.superior_name, self.superior_phone)))
                or self.regulation_id.superior_text,
            ),
        ]
        return {
            "title": self.regulation_id.name,
            "people": [
                tuple(
                    paper_text.clean(person[name])
                    for name in ("name", "post", "duties")
                )
                for person in self._shown_people()
            ],
            "facts": [(label, paper_text.clean(text)) for label, text in facts if text],
            "ways": paper_text.paragraphs(self.other_channels),
            "note": paper_text.paragraphs(self.note),
        }

    def _hotline_text(self):
        if self.hotline and self.hotline_hours:
            return self.env._(
                "%(phone)s (%(hours)s)", phone=self.hotline, hours=self.hotline_hours
            )
        return self.hotline

    def _watched_companies(self):
        """OVERRIDE: the office whose board it is."""
        # sudo: res.company - whose it is, whoever changes it
        return {item.id: frozenset(item.sudo().company_id.ids) for item in self}

    def _watched_cases(self):
        """OVERRIDE: no file names it."""
        return self.browse()


class ComplaintNoticeBoardPerson(models.Model):
    _name = "complaint.notice.board.person"
    _description = "Person on a Notice Board"
    _inherit = ["complaint.seal.mixin", "complaint.watched.mixin"]
    _order = "board_id, sequence, id"

    _watched_by_managers = False

    _opens = {
        **opens("board_id", birth=True),
        **opens("sequence", "role", "name", "post", "duties", "consent"),
    }
    _drops = Open()

    board_id = fields.Many2one(
        "complaint.notice.board", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="board_id.company_id", store=True, index=True, precompute=True
    )
    sequence = fields.Integer(default=10)
    role = fields.Selection(
        [("head", "Head"), ("staff", "Staff")], required=True, default="staff"
    )
    name = fields.Char("Full Name", required=True)
    post = fields.Char("Position")
    duties = fields.Char("Responsible for")
    consent = fields.Boolean(
        "Agreed to Be Shown", help="Without it the person is not on the board."
    )

    def _watched_companies(self):
        """OVERRIDE: the office whose board it is."""
        # sudo: res.company - whose it is, whoever changes it
        return {item.id: frozenset(item.sudo().company_id.ids) for item in self}

    def _watched_cases(self):
        """OVERRIDE: no file names it."""
        return self.browse()


class ComplaintRegulation(models.Model):
    _inherit = "complaint.regulation"

    _effects = {
        "_ensure_board": on("needs_board", "needs_roster", "company_id", made=True),
    }

    needs_board = fields.Selection(
        [
            ("people", "Names, posts and a hotline"),
            ("ways", "Addresses, phones and other ways"),
        ],
        string="Public Notice Board",
        help="What the text wants everybody to read at the office and on the public page.",
    )
    board_ids = fields.One2many(
        "complaint.notice.board", "regulation_id", string="Notice Boards", copy=False
    )

    def _ensure_board(self):
        # sudo: complaint.notice.board - comes with the regulation, whoever adopts it
        self.env["complaint.notice.board"].sudo().create(
            [
                {"regulation_id": regulation.id}
                for regulation in self
                if regulation.company_id
                and (regulation.needs_board or regulation.needs_roster)
                and not regulation.board_ids
            ]
        )


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    @api.model
    def _desk_tiles(self):
        """OVERRIDE: notice boards that lack something, for who fills them in."""
        tiles = super()._desk_tiles()
        user = self.env.user
        if user.has_group(PUBLISHER) or user.has_group(MANAGER):
            tiles.append(
                Tile("boards", "publication", "", "complaint.notice.board", "warning")
            )
        return tiles

    @api.model
    def _desk_labels(self):
        """OVERRIDE: see :meth:`_desk_tiles`."""
        return {
            **super()._desk_labels(),
            "boards": self.env._("Notice boards to fill in"),
        }

    def _desk_domain_boards(self):
        boards = self.env["complaint.notice.board"].search(
            [("company_id", "in", self.env.companies.ids)]
        )
        return Domain("id", "in", boards.filtered("missing").ids)
