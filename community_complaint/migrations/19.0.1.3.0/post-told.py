from odoo import SUPERUSER_ID, api

#: Texts whose limit ends when the complainant was told, no longer with the office's click.
_TOLD = ("R01", "XF2022")


def migrate(cr, _version):
    """Let limits and measures say what their texts say; what is finished stays so.

    Running clocks follow their limit: those of cases accepted before were met already.
    """
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    regulations = env["complaint.regulation"].search([])
    told = regulations.filtered(lambda item: item.code in _TOLD)
    told.sla_policy_ids.filtered(
        lambda item: (item.start_event, item.end_event) == ("received", "accepted")
    ).write({"end_event": "accept_told"})
    petitions = regulations.filtered(lambda item: item.code == "XF2022")
    petitions.write(
        {
            "gate_voucher": True,
            "tell_transfer": True,
            "voucher_title": "Notice of Acceptance",
        }
    )
    # no text says so; it was a default of ours
    regulations.filtered("discipline_suspended").discipline_suspended = False
    # a removal from the post is not over after two years
    removal = env.ref("community_complaint.measure_removal", raise_if_not_found=False)
    if removal and removal.duration == 24:
        removal.duration = 0
