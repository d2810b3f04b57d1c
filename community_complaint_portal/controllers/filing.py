from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..tools.forms import as_id, as_nonce
from ..tools.uploads import read_uploads
from .common import (
    go_private,
    missing,
    new_nonce,
    read_route,
    render_private,
    sent_files,
    upload_values,
    write_route,
)

_START = "/my/complaints/new"


class ComplaintFiling(http.Controller):
    """Filing a complaint on three screens: matter, story, contact and sending.

    Every screen is kept as soon as it is sent, also when something in it is wrong.
    """

    # ----------------------------------------------------------------------
    # 1: what it is about
    # ----------------------------------------------------------------------

    @read_route(_START)
    def matter(self, desk=None, draft=None, **_ignored):
        regulations = request.env["complaint.regulation"]._portal_online()
        draft = self._find_draft(draft)
        if draft.ticket_id:
            return self._go_to_case(draft)
        desk = as_id(desk) or draft.regulation_id.id
        chosen = regulations.filtered(lambda rules: rules.id == desk)
        if len(regulations) == 1:
            chosen = regulations
        return self._render_matter(regulations, chosen, draft.nonce, draft.type_id)

    @write_route(_START)
    def matter_post(self, nonce=None, desk=None, kind=None, **_ignored):
        regulations = request.env["complaint.regulation"]._portal_online()
        desk, kind = as_id(desk), as_id(kind)
        chosen = regulations.filtered(lambda rules: rules.id == desk)
        kinds = chosen.type_ids.filtered(lambda item: item.id == kind)
        nonce = as_nonce(nonce)
        if not chosen or not nonce or (chosen.type_ids and not kinds):
            error = request.env._("Please choose what your complaint is about.")
            return self._render_matter(regulations, chosen, nonce, kinds, error)
        draft = request.env["complaint.submission"]._open(
            self._owner(), nonce, chosen, kinds, self._partner()._complaint_contact()
        )
        if not draft:
            raise missing()
        return self._go_to_case(draft) or go_private(f"{_START}/{nonce}/what")

    def _render_matter(self, regulations, chosen, nonce, kind, error=None):
        return render_private(
            "filing_matter",
            {
                "regulations": regulations,
                "offices": regulations.grouped("company_id"),
                "chosen": chosen,
                "nonce": nonce or new_nonce(),
                "kind": kind,
                "error": error,
                "screen": 1,
            },
            status=422 if error else 200,
        )

    # ----------------------------------------------------------------------
    # 2: what happened
    # ----------------------------------------------------------------------

    @read_route(f"{_START}/<string:nonce>/what")
    def what(self, nonce, **_ignored):
        draft = self._find_draft(nonce)
        return self._go_elsewhere(draft) or self._render_what(draft)

    @write_route(f"{_START}/<string:nonce>/what")
    def what_post(self, nonce, drop=None, **form):
        draft = self._find_draft(nonce)
        elsewhere = self._go_elsewhere(draft)
        if elsewhere:
            return elsewhere
        draft._keep(draft._read_what(form))
        if drop:
            draft._drop_file(as_id(drop))
            return go_private(f"{_START}/{draft.nonce}/what#files")
        messages = self._take_files(draft)
        problems = draft._problems_what()
        if problems or messages:
            return self._render_what(draft, problems, messages, status=422)
        if "more" in form:
            return go_private(f"{_START}/{draft.nonce}/what#files")
        return go_private(f"{_START}/{draft.nonce}/you")

    def _take_files(self, draft):
        """Keep the files of the form; return what is wrong with the others."""
        files = draft._files()
        kept, refused = read_uploads(
            sent_files(), len(files), sum(files.mapped("file_size"))
        )
        draft._add_files(kept)
        return draft._refused_messages(refused)

    def _render_what(self, draft, problems=None, messages=(), status=200):
        return render_private(
            "filing_what",
            {
                "draft": draft,
                "answers": draft.answers or {},
                "asked": draft._asked(),
                "files": draft._files(),
                "problems": problems or {},
                "messages": messages,
                "today": request.env["helpdesk.ticket"]._portal_today(
                    draft.regulation_id
                ),
                "screen": 2,
                **upload_values(),
            },
            status=status,
        )

    # ----------------------------------------------------------------------
    # 3: who you are, check and send
    # ----------------------------------------------------------------------

    @read_route(f"{_START}/<string:nonce>/you")
    def you(self, nonce, **_ignored):
        draft = self._find_draft(nonce)
        elsewhere = self._go_elsewhere(draft)
        if elsewhere:
            return elsewhere
        if draft._problems_what():
            return go_private(f"{_START}/{draft.nonce}/what")
        return self._render_you(draft)

    @write_route(f"{_START}/<string:nonce>/you")
    def you_post(self, nonce, **form):
        draft = self._find_draft(nonce)
        elsewhere = self._go_elsewhere(draft)
        if elsewhere:
            return elsewhere
        draft._keep(draft._read_you(form))
        if draft._problems_what():
            return go_private(f"{_START}/{draft.nonce}/what")
        problems = draft._problems_you()
        if problems:
            return self._render_you(draft, problems, status=422)
        try:
            with request.env.cr.savepoint():
                case = draft._send(self._partner())
        except UserError as error:
            return self._render_you(draft, {"": str(error)}, status=422)
        return go_private(f"/my/complaints/{case.number}?sent=1")

    def _render_you(self, draft, problems=None, status=200):
        return render_private(
            "filing_you",
            {
                "draft": draft,
                "answers": draft.answers or {},
                "asked": draft._asked(),
                "files": draft._files(),
                "kinds": draft.regulation_id.complainant_kind_ids,
                "choices": draft._confidentiality_choices(),
                "problems": problems or {},
                "screen": 3,
            },
            status=status,
        )

    # ----------------------------------------------------------------------
    # Helpers
    # ----------------------------------------------------------------------

    def _partner(self):
        return request.env.user.partner_id

    def _owner(self):
        return request.env["complaint.submission"]._owner(self._partner())

    def _find_draft(self, nonce):
        return request.env["complaint.submission"]._find(self._owner(), as_nonce(nonce))

    def _go_elsewhere(self, draft):
        """Return where a screen without an open draft leads to, ``None`` with one."""
        if not draft:
            return go_private(_START)
        return self._go_to_case(draft)

    def _go_to_case(self, draft):
        """Return the way to the case of a sent draft, ``None`` before."""
        if not draft.ticket_id:
            return None
        return go_private(f"/my/complaints/{draft.ticket_id.number}")
