"""Who presses the buttons: one user for each role, with that role and no other."""

from odoo import Command

_OURS = "community_complaint.group_complaint_"
#: Everybody a sweep acts as, and the group that makes them so.
ROLES = {
    **{
        name: _OURS + name
        for name in (
            "clerk",
            "handler",
            "leader",
            "manager",
            "custodian",
            "discipline",
            "publisher",
            "auditor",
            "staff",
        )
    },
    "employee": "base.group_user",
    "helpdesk_user": "helpdesk_mgmt.group_helpdesk_user",
    "helpdesk_manager": "helpdesk_mgmt.group_helpdesk_manager",
    "system": "base.group_system",
    "resident": "base.group_portal",
}
#: Who has a back office at all.
STAFF = tuple(role for role in ROLES if role != "resident")
#: Who works at a desk: they belong to every desk of the office.
AT_DESKS = ("clerk", "handler", "leader")


def make(env, roles=tuple(ROLES)):
    """Return ``{role: user}`` of the environment's company.

    They read Chinese where it is loaded, as most users will.
    """
    language = "zh_CN" if env["res.lang"]._get_data(code="zh_CN") else "en_US"
    users = (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            [
                {
                    "login": f"{role}.sweep",
                    "name": f"{role}.sweep",
                    "email": f"{role}.sweep@example.com",
                    "lang": language,
                    "tz": "Asia/Shanghai",
                    "group_ids": [Command.set(env.ref(ROLES[role]).ids)],
                    "company_id": env.company.id,
                    "company_ids": [Command.set(env.company.ids)],
                }
                for role in roles
            ]
        )
    )
    people = dict(zip(roles, users, strict=True))
    desks = env["helpdesk.ticket.team"].search(
        [("company_id", "in", [env.company.id, False])]
    )
    for role in AT_DESKS:
        desks.user_ids += people[role]
    return people
