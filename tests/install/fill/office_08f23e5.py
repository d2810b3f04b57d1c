"""What the demo office of 08f23e5 lacks: every way in, every state of a part of a case.

Runs in that product's shell, in the demo office, whose people are logged in by their
roles. Who complains bears a name that stands nowhere else: 金丝雀, a canary.
"""

from email.message import EmailMessage
from secrets import token_hex

from odoo import Command

PHOTO = b"\x89PNG\r\n\x1a\n" + bytes(64)
ref = env.ref


def acting(login):
    """Return an environment in which somebody of the demo office acts."""
    user = env["res.users"].search([("login", "=", login)])
    return env(user=user, context={"lang": user.lang, "tz": user.tz})


clerk, handler, leader = acting("clerk"), acting("handler"), acting("leader")
custodian, manager, auditor = acting("custodian"), acting("manager"), acting("auditor")
rules = env["complaint.regulation"].search(
    [("code", "=", "R01"), ("company_id", "=", env.company.id)]
)
desk = rules.team_id
rules.sla_policy_ids.with_env(manager).write({"max_extension": 5})
desk.user_ids = [Command.link(item.uid) for item in (custodian, manager)]
rules.with_env(manager).write({"allow_anonymous": True, "on_spot_allowed": True})
counted = iter(range(10, 99))


def canary():
    """Return a complainant's data that stand nowhere else."""
    number = next(counted)
    return {
        "complainant_name": f"金丝雀{number}",
        "complainant_phone": f"139 1234 56{number}",
        "complainant_email": f"canary{number}@resident.example",
        "complainant_address": f"鸟笼弄 {number} 号",
        "complainant_work_unit": f"鸟店{number}",
        "complainant_occupation": f"歌手{number}",
        "complainant_id_number": f"1101011990030745{number}",
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


def investigate(case):
    """Take a case to its investigation."""
    case.with_env(clerk).action_accept()
    case.with_env(handler).action_start_investigation()


def evidence(case, name):
    """Return evidence with a photo."""
    photo = handler["ir.attachment"].create({"name": f"{name}.png", "raw": PHOTO})
    return handler["complaint.evidence"].create(
        {
            "ticket_id": case.id,
            "name": name,
            "kind": "photo",
            "received_from": "邻居",
            "attachment_ids": [Command.link(photo.id)],
        }
    )


def cases_at_the_window():
    """Open, confidential and anonymous cases, ended in every way there is."""
    for confidentiality in ("open", "confidential", "anonymous"):
        register(confidentiality=confidentiality)
        investigate(register(confidentiality=confidentiality))
        register(confidentiality=confidentiality).action_refuse("不属于本机构职责。")
        answered = register(confidentiality=confidentiality)
        answered.action_answer_on_spot("已当场答复。")
        withdrawn = register(confidentiality=confidentiality)
        withdrawn.action_withdraw("投诉人撤回。")
        withdrawn.with_env(leader).action_reopen("问题再次出现。")


def parts_in_every_state():
    """Evidence sealed and not, clocks held and extended, papers void, people recused."""
    case = register(confidentiality="confidential")
    investigate(case)
    evidence(case, "现场")
    evidence(case, "封存的照片").action_seal()
    clock = case.deadline_ids.filtered(lambda item: item.state == "running")[:1]
    clock.with_env(handler).action_hold("等待鉴定")
    case.with_env(leader).recused_user_ids = [Command.link(acting("handler2").uid)]

    extended = register(confidentiality="open")
    investigate(extended)
    clock = extended.deadline_ids.filtered(lambda item: item.state == "running")[:1]
    clock.with_env(handler).action_extend(1, reason="情况复杂")
    other = register(confidentiality="open")
    investigate(other)
    clock = other.deadline_ids.filtered(lambda item: item.state == "running")[:1]
    asked = clock.with_env(handler).action_extend(1, reason="等待回复")
    asked.with_env(leader).action_reject()
    other.notice_ids.with_env(clerk).action_void()


def mails():
    """A complaint by mail, a reply, a stranger's reply, one that went to quarantine."""
    domain = env["mail.alias.domain"].create({"name": "office.example"})
    desk.company_id.alias_domain_id = domain
    desk.alias_id.alias_domain_id = domain
    address = f"{desk.alias_name}@{domain.name}"
    number = next(counted)
    own = f"金丝雀{number} <canary{number}@resident.example>"
    stranger = "路人 <stranger@elsewhere.example>"
    thread = env["mail.thread"].with_user(ref("base.user_root"))

    def send(sender, subject, text, **headers):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, address, subject
        mail["Message-ID"] = f"<{token_hex(8)}@client.example>"
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text, charset="gb18030")
        mail.add_attachment(PHOTO, maintype="image", subtype="png", filename="照片.png")
        found = thread.message_process(None, mail.as_bytes())
        # as the job that fetches mails does after each
        env.cr.commit()
        return found

    case = env["helpdesk.ticket"].browse(send(own, "夜间噪声", "楼上夜间装修。"))
    case.with_env(clerk).action_write_to_complainant("请补充时间。")
    written = case.message_ids.sorted("id")[-1].message_id
    env.cr.commit()
    send(own, "Re: 夜间噪声", "昨晚十一点。", In_Reply_To=written)
    send(stranger, "Re: 夜间噪声", "我也听到了。", In_Reply_To=written)
    # PostgreSQL takes no such character, so this one waits for a person
    assert not send(own, "路灯\0坏了", "三号楼的路灯坏了。")


def portal():
    """Drafts and sent complaints of residents, their messages and receipts."""
    for login in ("resident1", "resident2"):
        partner = acting(login).user.partner_id
        drafts = env["complaint.submission"].with_user(acting(login).user)
        for sent in (False, True):
            nonce = token_hex(16)
            kind = rules.type_ids[:1]
            draft = drafts._open(partner, nonce, rules, kind)
            who = {
                name.removeprefix("complainant_"): value
                for name, value in canary().items()
            }
            draft._keep({"what": "垃圾房多日未清运。", "date": "", "place": "3 号楼"})
            draft._keep(
                {**who, "confidentiality": "confidential", "respondent": "物业"}
            )
            if not sent:
                continue
            case = draft._send()
            case._portal_post("补充一张照片。")
            case.with_env(clerk).action_accept()
            case._portal_receive(case._portal_notices()[:1])
            case._portal_ask_withdrawal("已经解决。")


def ordinary_ticket():
    """Something the helpdesk had before, which is no complaint."""
    team = env["helpdesk.ticket.team"].create({"name": "普通服务台"})
    env["helpdesk.ticket"].create(
        {"name": "打印机卡纸", "description": "x", "team_id": team.id}
    )


for part in (cases_at_the_window, parts_in_every_state, mails, portal, ordinary_ticket):
    part()
    env.cr.commit()
