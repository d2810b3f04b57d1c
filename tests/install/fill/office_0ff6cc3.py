"""What demo office and scenarios of 0ff6cc3 lack.

Runs in that product's shell, in the demo office, whose people are logged in by their
roles. Who complains bears a name that stands nowhere else: 金丝雀, a canary.
"""

from datetime import timedelta
from email.message import EmailMessage
from secrets import token_hex

from odoo import Command, fields

PHOTO = b"\x89PNG\r\n\x1a\n" + bytes(64)
ref = env.ref
rules = env["complaint.regulation"].search(
    [("code", "=", "R01"), ("company_id", "=", env.company.id)]
)
desk = rules.team_id
today = fields.Date.today()


def acting(login):
    """Return an environment in which somebody of the demo office acts."""
    user = env["res.users"].search([("login", "=", login)])
    return env(user=user, context={"lang": user.lang, "tz": user.tz})


clerk, handler, leader = acting("clerk"), acting("handler"), acting("leader")
custodian, manager, auditor = acting("custodian"), acting("manager"), acting("auditor")
counted = iter(range(10, 99))


def canary():
    """Return a complainant's data that stand nowhere else."""
    number = next(counted)
    return {
        "complainant_name": f"金丝雀{number}",
        "complainant_phone": f"139 1234 56{number}",
        "complainant_email": f"canary{number}@resident.example",
    }


def register(**vals):
    """Return a case that the clerk took down."""
    return clerk["helpdesk.ticket"].create(
        {
            "team_id": desk.id,
            "type_id": ref("community_complaint.type_noise").id,
            "channel_id": ref("community_complaint.channel_window").id,
            "description": "<p>楼上夜间装修。</p>",
            "demand": "停止夜间施工",
            "respondent_ids": [Command.create({"kind": "other", "name": "楼上住户"})],
            **canary(),
            **vals,
        }
    )


def parts_in_every_state():
    """A held clock, a sealed photo, a disclosure, a substitute, a roster, reviews."""
    case = register(confidentiality="confidential")
    case.action_accept()
    case.with_env(handler).action_start_investigation()
    photo = handler["ir.attachment"].create({"name": "现场.png", "raw": PHOTO})
    handler["complaint.evidence"].create(
        {
            "ticket_id": case.id,
            "name": "现场",
            "kind": "photo",
            "attachment_ids": [Command.link(photo.id)],
        }
    )
    clock = case.deadline_ids.filtered(lambda item: item.state == "running")[:1]
    clock.with_env(handler).action_hold("等待鉴定")
    case.with_env(handler).action_request_disclosure("需要上门核实")
    asked = custodian["complaint.disclosure"].search([("ticket_id", "=", case.id)])
    asked.action_approve("同意")
    case.with_env(custodian).action_show_identity("核对证件")
    manager["complaint.delegation"].create(
        {
            "user_id": handler.uid,
            "substitute_id": acting("handler2").uid,
            "date_from": today,
            "date_to": today + timedelta(days=3),
        }
    )
    roster = manager["complaint.roster"].create(
        {"name": "热线", "regulation_id": rules.id}
    )
    manager["complaint.roster.shift"].create(
        {
            "roster_id": roster.id,
            "employee_id": manager["hr.employee"].search([], limit=1).id,
            "start": fields.Datetime.now(),
            "end": fields.Datetime.now() + timedelta(hours=8),
        }
    )
    rules.with_env(manager).env["complaint.regulation.review"]._record(
        rules.with_env(manager), "keep", "没有变化。", today
    )
    auditor["complaint.log"].action_verify()


def mails():
    """A complaint by mail and a stranger's reply."""
    domain = env["mail.alias.domain"].create({"name": "office.example"})
    desk.company_id.alias_domain_id = domain
    desk.alias_id.alias_domain_id = domain
    env.cr.commit()
    number = next(counted)
    for sender, subject in (
        (f"金丝雀{number} <canary{number}@resident.example>", "夜间噪声"),
        ("", "没有写明是谁"),
    ):
        mail = EmailMessage()
        mail["To"], mail["Subject"] = f"{desk.alias_name}@{domain.name}", subject
        mail["Message-ID"] = f"<{token_hex(8)}@client.example>"
        if sender:
            mail["From"] = sender
        mail.set_content("楼上夜间装修。", charset="gb18030")
        thread = env["mail.thread"].with_user(ref("base.user_root"))
        thread.message_process(None, mail.as_bytes())
        env.cr.commit()


def portal():
    """A resident's draft, a sent complaint, and one that nobody signed."""
    partner = acting("resident1").user.partner_id
    drafts = env["complaint.submission"]
    kind = rules.type_ids[:1]
    for who in (partner, partner, None):
        owner = drafts._owner(partner) if who else "visitor"
        contact = who and who._complaint_contact()
        draft = drafts._open(owner, token_hex(16), rules, kind, contact)
        draft._keep({"what": "垃圾房多日未清运。", "place": "3 号楼"})
        names = {
            name.removeprefix("complainant_"): value for name, value in canary().items()
        }
        if who:
            draft._keep({**names, "confidentiality": "confidential"})
    sent, unsigned = drafts.search([], order="id desc", limit=2)[::-1]
    sent._send(partner)._portal_post("补充一张照片。")
    rules.with_env(manager).allow_anonymous = True
    code = env["complaint.receipt"]._code_of_form("visitor", unsigned.nonce)
    unsigned._send(env["res.partner"], code)


for part in (parts_in_every_state, mails, portal):
    part()
    env.cr.commit()
