"""An administrator writes a regulation from nothing, adopts it, and it works; in Chinese.

Nothing of the regulation is written but by what is clicked and typed. With
``COMPLAINT_PICTURES=1`` the pictures of ``docs/write-a-regulation.rst`` are taken anew.
"""

import os
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from screen import Screen

from tools import paths

NAME = "社区食堂投诉处理办法"
PEOPLE = ("clerk", "handler", "leader")
WHO = ".o_field_widget[name={}]"
IN_GUIDE = {"name", "who", "steps", "limit", "faults", "adopted", "case"}
PICTURES = paths.ROOT / "docs" / "images"


class Writing(Screen):
    """The window of somebody who writes a regulation."""

    def tags(self, name, *labels):
        """Choose some of a list."""
        box = self.field(name).locator("input").first
        for label in labels:
            box.fill(label)
            item = self.page.locator(".o-autocomplete--dropdown-item")
            item.get_by_text(label, exact=True).first.click()
        return self

    def tick(self, *names):
        """Tick boxes."""
        for name in names:
            self.field(name).locator("input").check()
        return self

    def add_line(self, name):
        """Add a line to a list; some lists open a dialog for it."""
        self.page.locator(
            f".o_field_widget[name={name}] .o_field_x2many_list_row_add a"
        ).first.click()
        return self

    def show(self, name):
        """Take a picture for the guide."""
        self.picture(name)
        if os.environ.get("COMPLAINT_PICTURES") and name in IN_GUIDE:
            self.page.screenshot(
                path=PICTURES / f"write-{name}.png", clip=self._clip(), scale="css"
            )
        return self

    def _clip(self):
        """Return the part of the window that is worth showing."""
        size = self.page.viewport_size
        return {"x": 0, "y": 0, "width": size["width"], "height": 700}


@pytest.fixture(scope="module")
def office(server):
    """Return the server, with people who belong to no desk yet."""
    live = server()
    admin = live.login("admin")
    for login in PEOPLE:
        [row] = admin.call(
            "ir.model.data",
            "search_read",
            [
                ["module", "=", "community_complaint"],
                ["name", "=", f"group_complaint_{login}"],
            ],
            ["res_id"],
        )
        vals = {
            "name": login,
            "login": login,
            "password": login,
            "lang": "zh_CN",
            "tz": "Asia/Shanghai",
            "group_ids": [(4, row["res_id"])],
        }
        admin.call("res.users", "create", [vals])
    [user] = admin.call("res.users", "search_read", [["login", "=", "admin"]], ["id"])
    admin.call(
        "res.users", "write", [user["id"]], {"lang": "zh_CN", "tz": "Asia/Shanghai"}
    )
    return live


def test_write_adopt_and_use(office, open_page):
    boss = Writing(open_page(office, "admin"), "write")
    boss.open("/odoo/complaint-regulations/new")
    name(boss)
    boss.button("检查")
    told = boss.dialog().inner_text()
    assert "没有写明受理范围" in told
    assert "没有规定" in told or "期限" in told
    boss.show("faults")
    boss.error()
    who_and_how(boss)
    content(boss)
    steps(boss)
    limits(boss)
    residents(boss)
    boss.save().button("检查")
    boss.page.wait_for_selector(".o_notification:has-text('内容完整')")
    boss.show("checked")
    adopt(boss)
    use(office, open_page)


def name(boss):
    boss.fill("name", NAME)
    boss.fill("code", "ST01")
    boss.fill("prefix", "ST")
    boss.save().show("name")


def who_and_how(boss):
    boss.tab("人员与方式")
    boss.tags("complainant_kind_ids", "居民")
    boss.tags("channel_ids", "窗口", "电话")
    boss.tags("type_ids", "本单位服务")
    boss.tags("measure_ids", "赔礼道歉", "退费")
    boss.show("who")


def content(boss):
    boss.tab("必填内容").add_line("requirement_ids")
    boss.fill("item", "诉求", WHO.format("requirement_ids"))
    boss.show("content")


def steps(boss):
    boss.tab("步骤所需内容").tick("gate_voucher", "on_spot_allowed", "gate_evidence")
    boss.show("steps")


def limits(boss):
    boss.tab("时限规定")
    for label, days, start, end in (
        ("受理", "2", "收到投诉", "已受理"),
        ("答复", "5", "已受理", "已发出处理结果通知"),
    ):
        boss.add_line("sla_policy_ids")
        boss.dialog()
        boss.fill("name", label, ".modal")
        boss.fill("quantity", days, ".modal")
        boss.fill("start_event", start, ".modal")
        boss.fill("end_event", end, ".modal")
        if label == "受理":
            boss.show("limit")
        boss.page.locator(".modal-footer .o_form_button_save:visible").first.click()
        boss.gone()
    boss.show("limits")


def residents(boss):
    boss.tab("面向居民")
    boss.fill("summary", "受理居民对社区食堂饭菜质量、价格和服务的投诉。")
    text = boss.field("public_text").locator("[contenteditable=true]").first
    text.click()
    text.type(
        "您可以到窗口或打电话投诉。我们在2个工作日内受理，受理后5个工作日内答复。"
    )
    boss.show("residents")


def adopt(boss):
    """Adopt it, and let people work at its desk."""
    boss.button("启用")
    boss.page.wait_for_selector(".o_field_widget[name=team_ids] .o_tag")
    boss.show("adopted")
    boss.button("打开受理台")
    boss.page.wait_for_selector(".o_field_widget[name=user_ids]")
    boss.page.get_by_text("添加 成员").click()
    box = boss.dialog()
    for login in PEOPLE:
        row = box.locator(".o_data_row").filter(has_text=login)
        row.locator(".o_list_record_selector input").first.check()
    box.locator(".o_select_button").click()
    boss.gone()
    boss.save().show("desk")


def use(office, open_page):
    """A clerk registers a complaint under it; it has its day, and is answered."""
    clerk = Writing(open_page(office, "clerk"), "write-clerk")
    clerk.open("/odoo/complaint-intake/new")
    clerk.fill("type_id", "本单位服务")
    clerk.fill("what_happened", "食堂晚餐供应的米饭未煮熟。")
    clerk.fill("complainant_name", "李雷")
    clerk.fill("complainant_phone", "13800138000")
    clerk.button("登记并受理")
    assert "诉求" in clerk.error()
    clerk.fill("demand", "退还餐费")
    clerk.button("登记并受理").phase("已受理")
    ticket = int(re.search(r"/(\d+)(?:\?|$)", clerk.page.url)[1])
    session = office.login("leader")
    [case] = session.call(
        "helpdesk.ticket",
        "read",
        [ticket],
        ["number", "next_due_date", "accepted_date"],
    )
    assert case["number"].startswith("ST")
    [due] = session.call(
        "complaint.deadline",
        "search_read",
        [["ticket_id", "=", ticket], ["state", "=", "running"]],
        ["due_date", "explanation_text", "policy_id"],
    )
    assert due["policy_id"][1] == "答复"
    assert due["due_date"] == case["next_due_date"]
    [rules] = session.call(
        "complaint.regulation", "search_read", [["prefix", "=", "ST"]], ["tz"]
    )
    assert due["due_date"] == fifth_working_day(case["accepted_date"], rules["tz"])
    clerk.show("case")
    clerk.button("当场答复")
    clerk.dialog()
    clerk.page.locator(".modal textarea:visible").first.fill("当场退还餐费十二元。")
    clerk.page.locator(".modal-footer button.btn-primary:visible").first.click()
    clerk.phase("已结案").show("closed")


def fifth_working_day(moment, zone):
    """Return the fifth weekday after a moment (UTC) by the calendar of the office."""
    there = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    day = there.astimezone(ZoneInfo(zone)).date()
    for _number in range(5):
        day += timedelta(days=1)
        while day.weekday() > 4:
            day += timedelta(days=1)
    return str(day)
