"""What the demo office publishes; called by ``complaint_demo.Office``."""

from odoo import Command

_INTRODUCTION = "为接受居民监督，现将本季度投诉处理情况公示如下。公示内容已隐去个人信息，如有意见请到社区窗口反映。"


def publish_result(office, ticket):
    """Publish the result of a case, as its regulation asks for (R02)."""
    _release(office, ticket._draft_publications())


def publish_quarter(office):
    """Publish the last quarter, as the duty asks for (R01), and fill in the board."""
    rules = office.desks["r01"].regulation_id
    duty = rules.duty_ids.filtered(lambda item: item.kind == "publication")
    publications = office.env["complaint.publication"]
    action = duty._open_tasks().action_draft_publication()
    publication = publications.browse(action["res_id"])
    publication.introduction = _INTRODUCTION
    _release(office, publication)
    office.env["complaint.notice.board"].create(
        {
            "regulation_id": rules.id,
            "hotline": "021-5555 0123",
            "hotline_hours": "工作日 8:30–17:30",
            "address": "向阳路1号社区服务大厅",
            "superior_name": "向阳街道办事处",
            "superior_phone": "021-5555 0200",
            "other_channels": "拨打12345市民服务热线",
            "person_ids": [
                Command.create(
                    {
                        "role": "head",
                        "name": office.users["leader"].name,
                        "post": "社区主任",
                        "consent": True,
                    }
                ),
                Command.create(
                    {
                        "name": office.users["clerk"].name,
                        "post": "窗口受理员",
                        "consent": True,
                    }
                ),
            ],
        }
    )


def _release(office, publication):
    """Let the publisher approve and the leader publish."""
    publisher = office.env.ref("community_complaint.user_publisher_demo")
    own = publication.with_user(publisher)
    own.action_redact()
    own.action_check()
    own.action_approve()
    publication.with_user(office.users["leader"]).action_release()
