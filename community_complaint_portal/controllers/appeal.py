from odoo.http import request

from ..tools.forms import clean_text
from ..tools.uploads import read_uploads
from .case import CASE, ComplaintCase
from .common import own_case, sent_files, write_route

#: Longest grounds of an appeal, in characters.
_GROUNDS = 20_000


class ComplaintAppeal(ComplaintCase):
    """The complainant's appeal, on the page of the case."""

    def _prepare_case_values(self, case):
        """OVERRIDE: what the complainant may do against the result."""
        return {**super()._prepare_case_values(case), "appeal": case._portal_appeal()}

    @write_route(CASE + "/appeal")
    def appeal(self, number, grounds=None, nonce=None, **_ignored):
        case = own_case(number)
        grounds = clean_text(grounds, _GROUNDS + 1)
        uploads, refused = read_uploads(sent_files())
        problem = self._grounds_problem(grounds, uploads)
        if problem or refused:
            return self._render_case(
                case,
                status=422,
                typed={"grounds": grounds},
                problems={"grounds": problem} if problem else {},
                messages=case._portal_refused_messages(refused),
            )
        return self._post_once(
            case,
            nonce,
            lambda: case._portal_file_appeal(grounds, uploads),
            "appeal#appeal",
            {"grounds": grounds},
        )

    def _grounds_problem(self, grounds, uploads):
        if not grounds and not uploads:
            return request.env._("Please say why you do not agree, or add a letter.")
        if len(grounds) > _GROUNDS:
            return request.env._(
                "Please say it in at most %s characters. You can send the rest as a file.",
                _GROUNDS,
            )
        return None
