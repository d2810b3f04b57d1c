"""The kinds of formal papers: mark in the official number, title, who signs.

``complaint.notice._kinds`` returns them; other add-ons add theirs there.

>>> KINDS["voucher"].mark
'受'
>>> sorted(kind for kind, row in KINDS.items() if row.parts == "discipline")
['circulated', 'warning']
"""

from typing import NamedTuple

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)
#: Ways of service that leave no paper with the addressee.
ORAL_DELIVERIES = frozenset({"phone", "oral"})


class Kind(NamedTuple):
    """What is settled for all papers of a kind.

    ``mark``: see ``notice_pattern`` of the regulation; ``title``: ``LazyTranslate``;
    ``signatories``: who signs besides the office, as ``LazyTranslate``; ``parts``: kind
    whose ``_paper_<part>_<kind>`` write it, its own by default; ``alike``: whether a
    respondent gets the same paper as everybody else; ``duty``: see ``tools/duties.py``;
    ``event``: what it means to the clocks when all papers of the kind reached who they
    are for.
    """

    mark: str
    title: object = None
    signatories: tuple = ()
    parts: str | None = None
    alike: bool = False
    duty: str = "tell"
    event: str | None = None


KINDS = {
    "voucher": Kind("受", _lt("Acceptance Voucher"), event="accept_told"),
    "refusal": Kind("不受", _lt("Notice of Non-acceptance"), event="refuse_told"),
    "answer": Kind("答", _lt("Answer on the Spot"), duty="answer", event="answered"),
    "result": Kind("结", _lt("Notice of the Result"), duty="serve", event="served"),
    "extension": Kind("延", _lt("Notice of Extension")),
    # the transfer knows the title of its slip
    "transfer": Kind("转"),
    "urging": Kind("催", _lt("Urging Notice")),
    "agreement": Kind(
        "调",
        _lt("Mediation Agreement"),
        (_lt("Complainant"), _lt("Respondent"), _lt("Mediator")),
        alike=True,
    ),
    "discipline": Kind("处", _lt("Decision on Discipline"), alike=True, duty="serve"),
    "warning": Kind(
        "警", _lt("Warning Notice"), parts="discipline", alike=True, duty="serve"
    ),
    "circulated": Kind(
        "通", _lt("Circulated Criticism"), parts="discipline", alike=True
    ),
    # who was told of a measure is told that it counts no more
    "revocation": Kind("撤", _lt("Notice of Revocation"), alike=True, duty="serve"),
    "correction": Kind("改", _lt("Correction Order"), alike=True),
    "commendation": Kind("表", _lt("Decision on Commendation"), alike=True),
    "self_review": Kind(
        "检",
        _lt("Self-review Report"),
        (_lt("Author of the report"), _lt("Head of the department")),
        alike=True,
    ),
    "referral": Kind("移", _lt("Letter of Referral"), alike=True),
}
