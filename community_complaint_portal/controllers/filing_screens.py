"""The three screens of a complaint, whoever files it."""

from urllib.parse import urlencode

from odoo.exceptions import UserError
from odoo.http import request

from ..tools.forms import as_id, as_key, as_nonce
from ..tools.uploads import read_uploads
from .common import (
    device_name,
    go_private,
    missing,
    new_nonce,
    render_private,
    sent_files,
    upload_values,
)
from .typed import forget_typed, typed_before
from .visitors import came_by_app

#: Where the buttons at the top of a screen lead; what was typed is kept first.
_PLACES = {
    "home": "/complaints",
    "account": "/my",
    "sign_in": "/web/login?redirect=/my/complaints",
    "sign_out": "/web/session/logout?redirect=/complaints",
}
#: What stands before the code of a language in the name of its button.
_SPEAK = "speak_"


class FilingScreens:
    """Matter, story, contact and sending.

    Every screen is kept as soon as it is sent, also when something in it is wrong, and
    whichever way one leaves it: what looks like a link is a button of the form, named
    ``go``. Controllers say who files, and what follows.
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

    def _unfinished(self, regulations):
        """Return the drafts that are offered to who comes back; none by default."""
        return request.env["complaint.submission"]

    def _show_sent(self, draft):
        """Return what follows sending, also when the form arrives again."""
        raise NotImplementedError

    def _limit(self):
        """Return for how many seconds nothing can be sent, 0 if it can."""
        raise NotImplementedError

    def _device(self):
        """Return the name under which a device keeps the screens."""
        return device_name("filing", self._owner())

    def _start_limit(self, nonce):
        """Return for how many seconds no form can be started, 0 if it can."""
        return 0

    def _limit_text(self, wait):
        """Return a sentence on why nothing can be sent for some seconds."""
        raise NotImplementedError

    # ----------------------------------------------------------------------
    # 1: what it is about
    # ----------------------------------------------------------------------

    def _show_matter(self, desk, draft, kind=None):
        """Return the first screen.

        :param desk: id of the regulation as text; ``all`` lists them again
        """
        regulations = self._regulations()
        draft = self._find_draft(draft)
        if draft.ticket_id:
            return self._show_sent(draft)
        desk = as_id(desk) if desk else draft.regulation_id.id
        chosen, kinds = self._chosen(regulations, desk, as_id(kind))
        if len(regulations) == 1:
            chosen = regulations
        return self._render_matter(
            regulations, chosen, draft.nonce, kinds or draft.type_id
        )

    def _chosen(self, regulations, desk, kind):
        """Return the regulation and the kind of complaint of two ids, maybe empty."""
        chosen = regulations.filtered(lambda rules: rules.id == desk)
        return chosen, chosen.type_ids.filtered(lambda item: item.id == kind)

    def _take_matter(self, nonce, desk, kind, go=None):
        regulations = self._regulations()
        chosen, kinds = self._chosen(regulations, as_id(desk), as_id(kind))
        nonce = as_nonce(nonce)
        if go:
            return self._leave_matter(go, nonce, chosen, kinds)
        if not chosen or not nonce or (chosen.type_ids and not kinds):
            error = request.env._("Please choose what your complaint is about.")
            return self._render_matter(regulations, chosen, nonce, kinds, error)
        if wait := self._start_limit(nonce):
            error = self._limit_text(wait)
            return self._render_matter(regulations, chosen, nonce, kinds, error, wait)
        draft = request.env["complaint.submission"]._open(
            self._owner(), nonce, chosen, kinds, self._prepare_draft_answers()
        )
        if not draft:
            raise missing()
        if draft.ticket_id:
            return self._show_sent(draft)
        if came_by_app():
            draft._keep({"by_app": True})
        return go_private(f"{self._start}/{nonce}/what")

    def _leave_matter(self, go, nonce, chosen, kinds):
        """Return where a button of the first screen leads; a draft keeps the choice."""
        draft = self._find_draft(nonce)
        if draft and not draft.ticket_id and chosen and (kinds or not chosen.type_ids):
            draft._choose(chosen, kinds)
        query = {"draft": draft.nonce, "desk": chosen.id, "kind": kinds.id}
        if go == "other":
            query.update(desk="all", kind=False)
        query = urlencode({name: value for name, value in query.items() if value})
        return self._leave(go, f"{self._start}?{query}", self._start)

    def _prepare_draft_answers(self):
        """Return the answers that a form starts with; ``None`` asks for no names."""
        return None if self._anonymous else self._partner()._complaint_contact()

    def _render_matter(self, regulations, chosen, nonce, kind, error=None, wait=0):
        return self._render(
            "filing_matter",
            {
                "regulations": regulations,
                "offices": regulations.grouped("company_id"),
                "chosen": chosen,
                "draft": self._find_draft(nonce),
                "nonce": nonce or new_nonce(),
                "drafts": self._unfinished(regulations) if not nonce else (),
                "kind": kind,
                "error": error,
                "screen": 1,
            },
            422 if error else 200,
            wait,
        )

    # ----------------------------------------------------------------------
    # 2: what happened
    # ----------------------------------------------------------------------

    def _show_what(self, nonce):
        draft = self._find_draft(nonce)
        return self._go_elsewhere(draft) or self._render_what(draft)

    def _take_what(self, nonce, drop, form, go=None):
        draft = self._find_draft(nonce)
        elsewhere = self._go_elsewhere(draft)
        if elsewhere:
            return elsewhere
        draft._keep(draft._read_what(form))
        self._forget_typed(draft, "what")
        here = f"{self._start}/{draft.nonce}"
        if drop:
            draft._drop_file(as_id(drop))
            return go_private(f"{here}/what#files")
        messages = self._take_files(draft)
        if go and not messages:
            return self._leave(go, f"{here}/what", f"{self._start}?draft={draft.nonce}")
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

    def _take_you(self, nonce, form, go=None):
        draft = self._find_draft(nonce)
        elsewhere = self._go_elsewhere(draft)
        if elsewhere:
            return elsewhere
        draft._keep(draft._read_you(form))
        self._forget_typed(draft, "you")
        what = f"{self._start}/{draft.nonce}/what"
        if go:
            return self._leave(go, f"{self._start}/{draft.nonce}/you", what)
        if draft._problems_what():
            return go_private(what)
        problems = draft._problems_you()
        if problems:
            return self._render_you(draft, problems, status=422)
        if wait := self._limit():
            return self._render_you(draft, {"": self._limit_text(wait)}, wait=wait)
        try:
            with request.env.cr.savepoint():
                self._send(draft)
        except UserError as error:
            return self._render_you(draft, {"": str(error)}, status=422)
        return self._show_sent(draft)

    def _send(self, draft):
        """Make the case of a draft; EXTENSION POINT."""
        draft._send(self._partner())

    def _render_you(self, draft, problems=None, status=200, wait=0):
        return self._render(
            "filing_you",
            {
                **self._prepare_draft_values(draft, problems),
                "kinds": draft.regulation_id.complainant_kind_ids,
                "choices": draft._confidentiality_choices(),
                "screen": 3,
            },
            status,
            wait,
        )

    # ----------------------------------------------------------------------
    # Helpers
    # ----------------------------------------------------------------------

    def _render(self, template, values, status, wait=0):
        values = {
            "start": self._start,
            "anonymous": self._anonymous,
            "device": self._device(),
            **values,
        }
        return render_private(template, values, status=status, wait=wait)

    def _prepare_draft_values(self, draft, problems):
        before = self._typed_before(draft)
        return {
            "draft": draft,
            "answers": {**draft._answers_shown(), **before},
            "restored": bool(before),
            "asked": draft._asked(),
            "files": draft._files(),
            "problems": problems or {},
        }

    def _leave(self, go, here, back):
        """Return where a button leads that does not send the screen.

        :param go: what the browser sent: ``back``, a key of :data:`_PLACES`, or
            :data:`_SPEAK` and the code of a language
        :param here: address of the screen, :param back: of the one before it
        """
        if isinstance(go, str) and go.startswith(_SPEAK):
            languages = request.env["res.lang"]._get_frontend()
            if language := languages.get(go.removeprefix(_SPEAK)):
                return go_private(f"/{language.url_code}{here}")
        places = {"here": here, "back": back, "other": here, **_PLACES}
        return go_private(places[as_key(go, places)])

    def _typed_before(self, draft):
        """Return the answers that arrived when nobody was signed in, not kept yet."""
        path = f"{self._start}/{draft.nonce}"
        is_form = request.httprequest.method == "POST"
        typed = {} if is_form else typed_before(f"{path}/what")
        typed.update({} if is_form else typed_before(f"{path}/you"))
        return draft._read_again(typed)

    def _forget_typed(self, draft, screen):
        """Drop what was kept for a screen: it was sent now."""
        forget_typed(f"{self._start}/{draft.nonce}/{screen}")

    def _find_draft(self, nonce):
        return request.env["complaint.submission"]._find(self._owner(), as_nonce(nonce))

    def _go_elsewhere(self, draft):
        """Return where a screen without an open draft leads to, ``None`` with one."""
        if not draft:
            return go_private(self._start)
        return self._show_sent(draft) if draft.ticket_id else None
