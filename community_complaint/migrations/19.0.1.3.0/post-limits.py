from odoo import SUPERUSER_ID, api

#: By the code of the text: limits as the product shipped them, and what they say now.
_LIMITS = {
    "EU-2019-1937": [
        (("received", "accepted"), {"end_event": "acknowledged"}),
        (
            ("accepted", "notified"),
            {
                "start_event": "acknowledged",
                "other_start_event": "silence",
                "silence_of": "acknowledged",
                "end_event": "served",
                "other_end_event": "refuse_told",
            },
        ),
    ],
    "UK-HO2024": [
        (("received", "accepted"), {"end_event": "accept_told"}),
        (
            ("accepted", "notified"),
            {
                "start_event": "accept_told",
                "other_start_event": "silence",
                "silence_of": "accept_told",
                "end_event": "served",
            },
        ),
    ],
    "R18": [(("received", "replied"), {"other_end_event": "investigated"})],
}
_SETTINGS = {
    "UK-HO2024": {"gate_voucher": True, "voucher_title": "Acknowledgement"},
}


def migrate(cr, _version):
    """Let limits start and end with what their texts say, in offices that adopted them.

    Running clocks follow their limit; what is finished stays so, and what runs keeps its
    start.
    """
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    regulations = env["complaint.regulation"].search([])
    for code, limits in _LIMITS.items():
        own = regulations.filtered(lambda item: item.code == code)  # noqa: B023
        own.write(_SETTINGS.get(code, {}))
        for events, vals in limits:
            own.sla_policy_ids.filtered(
                lambda item: (item.start_event, item.end_event) == events  # noqa: B023
            ).write(vals)
