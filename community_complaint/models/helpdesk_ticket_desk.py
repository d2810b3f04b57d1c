from datetime import date
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import groupby

from ..tools.arguments import takes, text
from ..tools.counted import count_all, count_each
from ..tools.duties import AUTOMATIC, BY_HAND
from ..tools.roles import CUSTODIAN
from ..tools.steps import CLERK, HANDLER, LEADER
from .complaint_dispatch import FAILED_STATES

#: Cases in the list of what is most urgent.
_URGENT = 8
#: What a tile counts at most, unless it is counted together with others: nobody needs to
#: know how many hundreds wait, and everybody waits for the count.
MOST = 100
_CASE_FIELDS = [
    "number",
    "name",
    "phase",
    "type_id",
    "next_due_date",
    "next_due_state",
    "user_id",
]


class Tile(NamedTuple):
    """A number on the desk: what it counts and whom it is for.

    :param group: external ids of roles, with commas between them
    :param tone: colour when there is something to do
    :param scope: name of a domain that holds for all the tile counts; tiles of a model
        with the same one are counted in one query
    """

    key: str
    section: str
    group: str
    model: str = "helpdesk.ticket"
    tone: str = "primary"
    scope: str = ""


def _open(key, section, group, tone="primary"):
    """Return a tile that counts open cases."""
    return Tile(key, section, group, tone=tone, scope="open")


def _told(key, tone="primary"):
    """Return a tile that counts what somebody outside was told."""
    return Tile(key, "told", f"{CLERK},{HANDLER}", "complaint.dispatch", tone)


TILES = (
    _open("overdue", "time", "", tone="danger"),
    _open("due_today", "time", "", tone="warning"),
    _open("due_week", "time", "", tone="info"),
    _open("to_decide", "leader", LEADER),
    Tile("extensions", "leader", LEADER, "complaint.deadline"),
    _open("unassigned", "leader", LEADER),
    _open("to_accept", "clerk", CLERK),
    _open("to_notify", "clerk", CLERK),
    Tile("to_serve", "clerk", CLERK, "complaint.notice"),
    Tile("to_close", "clerk", CLERK),
    Tile("to_archive", "clerk", CLERK, tone="secondary"),
    _open("to_investigate", "handler", HANDLER),
    _open("my_investigations", "handler", HANDLER),
    _open("my_pressing", "handler", HANDLER, tone="danger"),
    _open("to_draft", "handler", HANDLER),
    _told("to_hand_over"),
    _told("not_arrived", tone="danger"),
    _told("unproven", tone="warning"),
    Tile("my_contacts", "told", f"{CLERK},{HANDLER}", tone="warning"),
    Tile("held_papers", "secret", CUSTODIAN, "complaint.notice", "warning"),
    Tile("held_messages", "secret", CUSTODIAN, "complaint.dispatch", "warning"),
    Tile("held_files", "secret", CUSTODIAN, "complaint.evidence.original", "warning"),
    Tile("secret_replies", "secret", CUSTODIAN, "complaint.inbound.mail", "warning"),
    Tile("requests", "secret", CUSTODIAN, "complaint.disclosure", "warning"),
    Tile("new_contacts", "secret", CUSTODIAN, tone="warning"),
    Tile("same_person", "secret", CUSTODIAN),
)


class HelpdeskTicket(models.Model):
    """“My desk”: what needs me now, by role."""

    _inherit = "helpdesk.ticket"

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    @api.model
    def get_complaint_desk(self):
        """Return what the page “My desk” shows.

        :return: ``{"sections": [{"key", "title", "tiles": [{"key", "label", "count",
            "more", "tone"}]}], "urgent": [case], "phases": {code: label}, "has_desk": bool,
            "can_adopt": bool, "can_register": bool}``
        :raise AccessError: for users without a role in complaints
        """
        user = self.env.user
        if not user.has_group("community_complaint.group_complaint_staff"):
            raise AccessError(self.env._("This page is for complaint staff."))
        self._cache_settings()
        sections, urgent = self._desk_sections(), self._desk_urgent()
        busy = urgent or any(
            tile["count"] for item in sections for tile in item["tiles"]
        )
        desk = {
            "sections": sections,
            "urgent": urgent,
            "phases": dict(self._fields["phase"]._description_selection(self.env)),
            "has_desk": bool(
                busy
                or self.env["helpdesk.ticket.team"].search_count(
                    [
                        ("regulation_id", "!=", False),
                        ("company_id", "in", self.env.companies.ids),
                    ],
                    limit=1,
                )
            ),
            "can_adopt": user.has_group("community_complaint.group_complaint_manager"),
            "can_register": user.has_group(CLERK),
        }
        self._keep_settings()
        return desk

    @api.model
    @takes(key=text)
    def open_complaint_desk_tile(self, key):
        """Return the action that lists what a tile counts."""
        tile = next((tile for tile in self._desk_tiles() if tile.key == key), None)
        if not tile:
            raise UserError(self.env._("This list does not exist any more."))
        xmlid = {
            "helpdesk.ticket": "helpdesk_ticket_action",
            "complaint.notice": "complaint_notice_action",
            "complaint.dispatch": "complaint_dispatch_action",
        }.get(tile.model)
        action = {
            "type": "ir.actions.act_window",
            "res_model": tile.model,
            "views": [(False, "list"), (False, "form")],
        }
        if xmlid:
            action = self.env["ir.actions.actions"]._for_xml_id(
                f"community_complaint.{xmlid}"
            )
            action.pop("path", None)
        return {
            **action,
            "name": self._desk_labels()[key],
            "domain": self._desk_list_domain(tile),
            "context": {"complaint_board": True},
        }

    @api.model
    def _desk_list_domain(self, tile):
        """Return the domain of a tile's list as a browser can send it back.

        What is found by a query of ours leaves the server as the ids that it finds.
        """
        domain = self._desk_domain(tile.key)
        if _is_plain(list(domain)):
            return list(domain)
        return [("id", "in", self.env[tile.model].search(domain).ids)]

    # ----------------------------------------------------------------------
    # What there is
    # ----------------------------------------------------------------------

    @api.model
    def _desk_tiles(self):
        """Return the tiles of the user's roles. EXTENSION POINT for other addons."""
        user = self.env.user
        return [tile for tile in TILES if not tile.group or user.has_groups(tile.group)]

    @api.model
    def _desk_sections(self):
        """Return the sections; what is not everyday work shows when there is some."""
        titles = self._desk_titles()
        labels = self._desk_labels()
        tiles = self._desk_tiles()
        counts = self._desk_counts(tiles)
        sections = {}
        for tile in tiles:
            count = counts[tile.key]
            if not count and tile not in TILES:
                continue
            sections.setdefault(tile.section, []).append(
                {
                    "key": tile.key,
                    "label": labels[tile.key],
                    "count": count,
                    "more": count >= MOST and not tile.scope,
                    "tone": tile.tone,
                }
            )
        return [
            {"key": key, "title": titles[key], "tiles": tiles}
            for key, tiles in sections.items()
        ]

    @api.model
    def _desk_counts(self, tiles):
        """Return ``{key: count}``.

        The page must not take longer the more cases are finished, so what is not about
        a set that stays small is counted up to :data:`MOST`.
        """
        counts, single = {}, {}
        for (model, scope), members in groupby(
            tiles, lambda tile: (tile.model, tile.scope)
        ):
            records = self.env[model]
            domains = {tile.key: self._desk_domain(tile.key) for tile in members}
            if scope:
                counts.update(count_each(records, self._desk_domain(scope), domains))
                continue
            single.update({key: (records, domain) for key, domain in domains.items()})
        return {**counts, **count_all(self.env, single, MOST)}

    @api.model
    def _desk_urgent(self):
        """Return the cases that are due next, as dicts: of those that the tiles count."""
        domain = self._desk_domain_pressing() & Domain("next_due", "!=", False)
        cases = self.search_fetch(
            domain, _CASE_FIELDS, order="next_due, id", limit=_URGENT
        )
        # found under the rules just now: reading asks them again
        return cases._read_format(_CASE_FIELDS)

    @api.model
    def _desk_titles(self):
        """Return the headings of the sections."""
        return {
            "time": self.env._("Time limits"),
            "leader": self.env._("Up to me as leader"),
            "clerk": self.env._("Window Desk"),
            "handler": self.env._("My investigations"),
            "told": self.env._("Telling people"),
            "secret": self.env._("Kept secret"),
        }

    @api.model
    def _desk_labels(self):
        """Return the labels of the tiles."""
        return {
            "overdue": self.env._("Overdue"),
            "due_today": self.env._("Due today"),
            "due_week": self.env._("Due within 7 days"),
            "to_decide": self.env._("To decide"),
            "extensions": self.env._("Extensions asked for"),
            "unassigned": self.env._("Without a handler"),
            "to_accept": self.env._("To accept"),
            "to_notify": self.env._("Result notices to issue"),
            "to_serve": self.env._("Notices to serve"),
            "to_close": self.env._("To close"),
            "to_archive": self.env._("To archive"),
            "to_investigate": self.env._("To start"),
            "my_investigations": self.env._("Under investigation"),
            "my_pressing": self.env._("Due soon or overdue"),
            "to_draft": self.env._("Decisions to draft"),
            "to_hand_over": self.env._("To hand over"),
            "not_arrived": self.env._("Did not arrive"),
            "unproven": self.env._("Service not proven yet"),
            "my_contacts": self.env._("Contact data to confirm"),
            "held_papers": self.env._("Papers to release"),
            "held_messages": self.env._("Messages to release"),
            "held_files": self.env._("Files to look at"),
            "secret_replies": self.env._("Replies to look at"),
            "requests": self.env._("Requests to decide"),
            "new_contacts": self.env._("Contact data to confirm"),
            "same_person": self.env._("Same person, other secret case"),
        }

    @api.model
    def _desk_domain(self, key):
        """Return the domain of a tile. EXTENSION POINT for other addons."""
        return getattr(self, f"_desk_domain_{key}")()

    # ----------------------------------------------------------------------
    # Domains
    # ----------------------------------------------------------------------

    def _desk_domain_open(self):
        return Domain("is_open", "=", True)

    def _desk_domain_in(self, *phases):
        """Return the domain of the open cases in some phases."""
        return self._desk_domain_open() & Domain("phase", "in", phases)

    def _desk_domain_mine(self):
        """Return the domain of the cases whose time limits the user looks after.

        Who only handles cases: the own ones, and those without a handler.
        """
        user = self.env.user
        if user.has_group(HANDLER) and not user.has_groups(f"{CLERK},{LEADER}"):
            return Domain("user_id", "in", [user.id, False])
        return Domain.TRUE

    def _desk_domain_pressing(self):
        return self._desk_domain_open() & self._desk_domain_mine()

    def _desk_domain_overdue(self):
        return self._desk_domain_pressing() & Domain(
            "next_due", "<", fields.Datetime.now()
        )

    def _desk_domain_due_today(self):
        today = self._office_date()
        return self._desk_domain_pressing() & Domain("next_due_date", "=", today)

    def _desk_domain_due_week(self):
        today = self._office_date()
        return (
            self._desk_domain_pressing()
            & Domain("next_due_date", ">", today)
            & Domain("next_due_date", "<=", fields.Date.add(today, days=7))
        )

    def _desk_domain_to_decide(self):
        return self._desk_domain_in("deciding") & Domain("decision_state", "=", "draft")

    def _desk_domain_extensions(self):
        return Domain("extension_ids", "any", [("state", "=", "requested")]) & Domain(
            "state", "in", ("running", "on_hold")
        )

    def _desk_domain_unassigned(self):
        return (
            self._desk_domain_open()
            & Domain("user_id", "=", False)
            & Domain("phase", "!=", "registered")
        )

    def _desk_domain_to_accept(self):
        return self._desk_domain_in("registered")

    def _desk_domain_to_notify(self):
        return self._desk_domain_in("deciding") & Domain(
            "decision_state", "=", "in_force"
        )

    def _desk_domain_to_serve(self):
        return Domain("state", "=", "issued") & Domain("held", "=", False)

    def _desk_domain_held_papers(self):
        return Domain("held", "=", True) & Domain("state", "=", "issued")

    def _desk_domain_held_messages(self):
        return (
            Domain("held", "=", True)
            & Domain("state", "=", "queued")
            & Domain("notice_id", "=", False)
        )

    def _desk_domain_held_files(self):
        return (
            Domain("state", "=", "held")
            & Domain("withdrawn", "=", False)
            & Domain("attachment_id", "!=", False)
        )

    def _desk_domain_secret_replies(self):
        return (
            Domain("state", "=", "held")
            & Domain("reason", "in", ("secret", "report"))
            & Domain("ticket_id.confidentiality", "!=", "open")
        )

    def _desk_domain_requests(self):
        """Return the domain of what another one than the user asked for, for others."""
        return (
            Domain("state", "=", "requested")
            & Domain("requested_by_id", "!=", self.env.uid)
            & Domain("user_id", "!=", self.env.uid)
        )

    def _desk_domain_new_contacts(self):
        """Return the domain of the cases whose contact data another one changed."""
        # sudo: complaint.identity - whether they were confirmed; who may is no reader yet
        identities = self.env["complaint.identity"].sudo()
        others = Domain("contact_changed_by_id", "!=", self.env.uid)
        moved = identities._search(identities._unproven_domain() & others)
        return Domain("id", "in", moved.subselect("ticket_id")) & Domain(
            "identity_erased_date", "=", False
        )

    def _desk_domain_my_contacts(self):
        """Return the domain of the cases of which I see the contact data."""
        mine = Domain("confidentiality", "=", "open") & self._desk_domain_mine()
        return mine & self._desk_domain_new_contacts()

    def _desk_domain_same_person(self):
        return self._same_person_domain()

    def _desk_domain_to_close(self):
        unserved = [("kind", "=", "result"), ("state", "=", "issued")]
        return self._desk_domain_in("notified", "follow_up") & Domain(
            "notice_ids", "not any", unserved
        )

    def _desk_domain_to_archive(self):
        return Domain("phase", "in", ("closed", "refused", "withdrawn"))

    def _desk_domain_to_investigate(self):
        return self._desk_domain_in("accepted") & Domain(
            "user_id", "in", [self.env.uid, False]
        )

    def _desk_domain_my_investigations(self):
        return self._desk_domain_in("investigating") & Domain(
            "user_id", "=", self.env.uid
        )

    def _desk_domain_my_pressing(self):
        return (
            self._desk_domain_open()
            & Domain("user_id", "=", self.env.uid)
            & Domain("next_due_state", "in", ["close", "overdue"])
        )

    def _desk_domain_to_draft(self):
        return (
            self._desk_domain_in("deciding")
            & Domain("user_id", "=", self.env.uid)
            & Domain("decision_state", "=", False)
        )

    def _desk_domain_told(self):
        """Return the domain of the dispatches of whom I look after."""
        if self.env.user.has_group(CLERK):
            return Domain.TRUE
        return Domain("ticket_id.user_id", "in", [self.env.uid, False])

    def _desk_domain_to_hand_over(self):
        return (
            self._desk_domain_told()
            & Domain("state", "=", "queued")
            & Domain("held", "=", False)
            & Domain("channel", "in", BY_HAND)
        )

    def _desk_domain_not_arrived(self):
        going = Domain("next_dispatch_id.state", "in", ("queued", *FAILED_STATES))
        return (
            self._desk_domain_told()
            & Domain("state", "in", FAILED_STATES)
            & (Domain("next_dispatch_id", "=", False) | going)
        )

    def _desk_domain_unproven(self):
        stuck = Domain("channel", "in", AUTOMATIC) & Domain("chased_date", "!=", False)
        return (
            self._desk_domain_told()
            & Domain("duty", "=", "serve")
            & (Domain("state", "=", "sent") | Domain("state", "=", "queued") & stuck)
        )


def _is_plain(value):
    """Return whether a value of a domain means the same after it was sent to a browser.

    >>> _is_plain([("id", "in", [1, 2]), "|"]), _is_plain([("id", "any", object())])
    (True, False)
    """
    if isinstance(value, (list, tuple)):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, (str, int, float, date))
