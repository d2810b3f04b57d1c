"""The three screens of a complaint, whoever files it."""

from odoo.exceptions import UserError
from odoo.http import request

from ..tools.forms import as_id, as_nonce
from ..tools.uploads import read_uploads
from .common import (
    go_private,
    missing,
    new_nonce,
    render_private,
    sent_files,
    upload_values,
)


class FilingScreens:
    """Matter, story, contact and sending.

    Every screen is kept as soon as it is sent, also when something in it is wrong.
    Controllers say who files, and what follows.
    """

    #: Where the screens are.
    _start = ""
    #: Nobody is asked who they are.
    _anonymous = False

    # ----------------------------------------------------------------------
    # Who files: EXTENSION POINTS
    # ----------------------------------------------------------------------

    def _partner(self):
        """Return the resident whose case it becomes, as ``res.partner``, maybe empty."""
        raise NotImplementedError

    def _owner(self):
        """Return the owner of the draft, see ``complaint.submission``."""
        raise NotImplementedError

    def _regulations(self):
        """Return the regulations one may complain under."""
        return request.env["complaint.regulation"]._portal_online()

    def _show_sent(self, draft):
        """Return what follows sending, also when the form arrives again."""
        raise NotImplementedError

    def _limit(self):
        """Return why nothing can be sent now as a sentence, empty if it can."""
        return ""

    # ----------------------------------------------------------------------
    # 1: what it is about
    # ----------------------------------------------------------------------

    def _show_matter(self, desk, draft):
        regulations = self._regulations()
        draft = self._find_draft(draft)
        if draft.ticket_id:
            return self._show_sent(draft)
        desk = as_id(desk) or draft.regulation_id.id
        chosen = regulations.filtered(lambda rules: rules.id == desk)
        if len(regulations) == 1:
            chosen = regulations
        return self._render_matter(regulations, chosen, draft.nonce, draft.type_id)

    def _take_matter(self, nonce, desk, kind):
        regulations = self._regulations()
        desk, kind = as_id(desk), as_id(kind)
        chosen = regulations.filtered(lambda rules: rules.id == desk)
        kinds = chosen.type_ids.filtered(lambda item: item.id == kind)
        nonce = as_nonce(nonce)
        if not chosen or not nonce or (chosen.type_ids and not kinds):
            error = request.env._("Please choose what your complaint is about.")
            return self._render_matter(regulations, chosen, nonce, kinds, error)
        draft = request.env["complaint.submission"]._open(
            self._owner(), nonce, chosen, kinds, self._prepare_draft_answers()
        )
        if not draft:
            raise missing()
        if draft.ticket_id:
            return self._show_sent(draft)
        return go_private(f"{self._start}/{nonce}/what")

    def _prepare_draft_answers(self):
        """Return the answers that a form starts with; ``None`` asks for no names."""
        return None if self._anonymous else self._partner()._complaint_contact()

    def _render_matter(self, regulations, chosen, nonce, kind, error=None):
        return self._render(
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
            422 if error else 200,
        )

    # ----------------------------------------------------------------------
    # 2: what happened
    # ----------------------------------------------------------------------

    def _show_what(self, nonce):
        draft = self._find_draft(nonce)
        return self._go_elsewhere(draft) or self._render_what(draft)

    def _take_what(self, nonce, drop, form):
        draft = self._find_draft(nonce)
        elsewhere = self._go_elsewhere(draft)
        if elsewhere:
            return elsewhere
        draft._keep(draft._read_what(form))
        here = f"{self._start}/{draft.nonce}"
        if drop:
            draft._drop_file(as_id(drop))
            return go_private(f"{here}/what#files")
        messages = self._take_files(draft)
        problems = draft._problems_what()
        if problems or messages:
            return self._render_what(draft, problems, messages, status=422)
        return go_private(f"{here}/what#files" if "more" in form else f"{here}/you")

    def _take_files(self, draft):
        """Keep the files of the form; return what is wrong with the others."""
        files = draft._files()
        kept, refused = read_uploads(
            sent_files(), len(files), sum(files.mapped("file_size"))
        )
        draft._add_files(kept)
        return draft._refused_messages(refused)

    def _render_what(self, draft, problems=None, messages=(), status=200):
        return self._render(
            "filing_what",
            {
                **self._prepare_draft_values(draft, problems),
                "messages": messages,
                "today": request.env["helpdesk.ticket"]._portal_today(
                    draft.regulation_id
                ),
                "screen": 2,
                **upload_values(),
            },
            status,
        )

    # ----------------------------------------------------------------------
    # 3: who you are, check and send
    # ----------------------------------------------------------------------

    def _show_you(self, nonce):
        draft = self._find_draft(nonce)
        elsewhere = self._go_elsewhere(draft)
        if elsewhere:
            return elsewhere
        if draft._problems_what():
            return go_private(f"{self._start}/{draft.nonce}/what")
        return self._render_you(draft)

    def _take_you(self, nonce, form):
        draft = self._find_draft(nonce)
        elsewhere = self._go_elsewhere(draft)
        if elsewhere:
            return elsewhere
        draft._keep(draft._read_you(form))
        if draft._problems_what():
            return go_private(f"{self._start}/{draft.nonce}/what")
        problems = draft._problems_you()
        if problems:
            return self._render_you(draft, problems, status=422)
        limit = self._limit()
        if limit:
            return self._render_you(draft, {"": limit}, status=429)
        try:
            with request.env.cr.savepoint():
                self._send(draft)
        except UserError as error:
            return self._render_you(draft, {"": str(error)}, status=422)
        return self._show_sent(draft)

    def _send(self, draft):
        """Make the case of a draft; EXTENSION POINT."""
        draft._send(self._partner())

    def _render_you(self, draft, problems=None, status=200):
        return self._render(
            "filing_you",
            {
                **self._prepare_draft_values(draft, problems),
                "kinds": draft.regulation_id.complainant_kind_ids,
                "choices": draft._confidentiality_choices(),
                "screen": 3,
            },
            status,
        )

    # ----------------------------------------------------------------------
    # Helpers
    # ----------------------------------------------------------------------

    def _render(self, template, values, status):
        common = {"start": self._start, "anonymous": self._anonymous}
        return render_private(template, {**common, **values}, status=status)

    def _prepare_draft_values(self, draft, problems):
        return {
            "draft": draft,
            "answers": draft.answers or {},
            "asked": draft._asked(),
            "files": draft._files(),
            "problems": problems or {},
        }

    def _find_draft(self, nonce):
        return request.env["complaint.submission"]._find(self._owner(), as_nonce(nonce))

    def _go_elsewhere(self, draft):
        """Return where a screen without an open draft leads to, ``None`` with one."""
        if not draft:
            return go_private(self._start)
        return self._show_sent(draft) if draft.ticket_id else None
