"""What a regulation may ask for in a complaint: plain data.

Each item is the code of a requirement and the fields of the case that hold it; the first
one is marked on the forms.

>>> ITEMS["address"].fields
('complainant_address',)
>>> sorted(marked(["contact", "evidence"]))
['complainant_phone', 'evidence_ids']
"""

from typing import NamedTuple


class Item(NamedTuple):
    """One thing a regulation may ask for.

    ``personal``: it tells who complained, so nobody asks for it in an anonymous case.
    """

    fields: tuple
    personal: bool = False


ITEMS = {
    "name": Item(("complainant_name",), True),
    "contact": Item(
        ("complainant_phone", "complainant_email", "complainant_address"), True
    ),
    "phone": Item(("complainant_phone",), True),
    "email": Item(("complainant_email",), True),
    "address": Item(("complainant_address",), True),
    "work_unit": Item(("complainant_work_unit",), True),
    "occupation": Item(("complainant_occupation",), True),
    "id_number": Item(("complainant_id_number",), True),
    "identity_checked": Item(("identity_checked",), True),
    "complainant_kind": Item(("complainant_kind_id",)),
    "signature": Item(("form_signed",), True),
    "channel": Item(("channel_id",)),
    "type": Item(("type_id",)),
    "description": Item(("what_happened", "description")),
    "demand": Item(("demand",)),
    "incident_date": Item(("incident_date",)),
    "incident_place": Item(("incident_place",)),
    "written_form": Item(("written_form",)),
    "respondent": Item(("respondent_ids",)),
    "respondent_post": Item(("respondent_ids",)),
    "evidence": Item(("evidence_ids",)),
    "handling_plan": Item(("handling_plan",)),
    "response_level": Item(("response_level",)),
}


#: What is signed, checked or handed in; whoever is answered on the spot needs none of it.
ON_PAPER = frozenset(
    {
        "signature",
        "identity_checked",
        "id_number",
        "written_form",
        "evidence",
        "handling_plan",
        "response_level",
    }
)


def marked(codes):
    """Return the names of the fields that forms mark for some requirements."""
    return {ITEMS[code].fields[0] for code in codes}
