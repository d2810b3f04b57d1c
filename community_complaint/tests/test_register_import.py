import base64
import io
from datetime import date, datetime
from unittest.mock import patch

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from ..models import complaint_register_import
from .key_common import NEW, KeyCommon

HEAD = (
    "序号,登记日期,来访人姓名,联系电话,住址,反映问题,受理方式,承办人,责任部门,办理结果,"
    "办结日期,是否满意,是否保密"
)
FINISHED = (
    "旧{n},2025/3/5,赵一{n},13800138001,向阳路12弄3号,楼上夜间装修噪声{n},来访,李敏,城管科,"
    "已责令停止,2025/3/12,满意,不保密"
)
RUNNING = "旧{n},{day},钱二{n},13800138002,,路灯不亮{n},电话,,,,,,不保密"


class RegisterCommon(KeyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registers = cls.env["complaint.register.import"].with_user(cls.manager)

    def _upload(self, *lines, head=HEAD, content=None, **vals):
        content = content or "\r\n".join([head, *lines]).encode("gbk")
        return self.registers.create(
            {
                "name": "旧登记.csv",
                "team_id": self.team.id,
                "file": base64.b64encode(content),
                **vals,
            }
        )

    def _read(self, *lines, **vals):
        register = self._upload(*lines, **vals)
        register.action_read()
        return register

    def _bring(self, *lines, **vals):
        register = self._read(*lines, **vals)
        register.action_import()
        self.env.flush_all()
        return register

    def _cases(self, register):
        cases = self.env["helpdesk.ticket"].with_context(active_test=False)
        return cases.search([("import_id", "=", register.id)], order="id")


@tagged("post_install", "-at_install")
class TestRegisterImport(RegisterCommon):
    """An office brings its old register along."""

    def test_a_finished_case_comes_with_its_dates(self):
        register = self._bring(FINISHED.format(n=1))
        self.assertEqual(register.state, "done")
        case = self._cases(register)
        self.assertEqual(case.phase, "closed")
        self.assertEqual(case.received_date, datetime(2025, 3, 5, 4))
        self.assertEqual(case.closed_date, datetime(2025, 3, 12, 4))
        self.assertEqual(case.old_number, "旧1")
        self.assertEqual(case.old_result, "已责令停止")
        self.assertEqual(case.old_handled_by, "城管科 / 李敏")
        self.assertEqual(case.follow_up_result, "satisfied")
        self.assertEqual(case.channel_id.complaint_kind, "window")
        self.assertEqual(case.confidentiality, "open")
        self.assertTrue(case.number.startswith(f"{self.regulation.prefix}L2025-"))
        self.assertEqual(case.identity_ids.name, "赵一1")
        self.assertEqual(case.identity_ids.phone, "13800138001")

    def test_a_finished_case_has_no_clock(self):
        case = self._cases(self._bring(FINISHED.format(n=2)))
        self.assertFalse(case.deadline_ids)
        self.assertFalse(case.next_due)

    def test_a_running_case_has_the_clocks_of_its_own_dates(self):
        """As if it had been accepted on that day; what was told then is not due."""
        day = self.env["helpdesk.ticket"]._office_date()
        register = self._bring(RUNNING.format(n=3, day=day.isoformat()))
        case = self._cases(register)
        self.assertEqual(case.phase, "accepted")
        clocks = case.deadline_ids
        self.assertTrue(clocks)
        self.assertEqual(set(clocks.mapped("state")), {"running"})
        self.assertFalse(
            {"accepted", "accept_told", "acknowledged"}
            & set(clocks.mapped("end_event"))
        )
        self.assertEqual(set(clocks.mapped("start_moment")), {case.received_date})

    def test_an_old_running_case_is_as_late_as_it_is(self):
        case = self._cases(self._bring(RUNNING.format(n=4, day="2025-03-05")))
        self.assertEqual(case.next_due_state, "overdue")
        self.assertEqual(case.next_due.year, 2025)

    def test_nobody_is_told(self):
        models = (
            "complaint.dispatch", "complaint.notice", "mail.mail", "mail.activity",
            "mail.notification", "complaint.instruction", "sms.sms",
        )  # fmt: skip
        before = {name: self.env[name].search_count([]) for name in models}
        self.handler.name = "李敏"
        register = self._bring(
            FINISHED.format(n=5), RUNNING.format(n=6, day="2025-03-05")
        )
        cases = self._cases(register)
        self.assertEqual(len(cases), 2)
        self.assertEqual(cases.user_id, self.handler)
        after = {name: self.env[name].search_count([]) for name in models}
        self.assertEqual(before, after)
        self.assertFalse(cases.message_ids)
        self.assertFalse(cases.message_partner_ids)

    def test_it_is_on_record(self):
        register = self._bring(FINISHED.format(n=7), FINISHED.format(n=8))
        row = self.env["complaint.log"].search([("kind", "=", "imported")], limit=1)
        self.assertEqual(row.res_id, register.id)
        self.assertEqual(row.user_id, self.manager)
        self.assertIn(register.numbers, row.summary)
        self.assertIn(register.digest, row.details)

    def test_names_go_into_the_vault_and_the_rest_is_forgotten(self):
        with self._keys(NEW):
            register = self._read(FINISHED.format(n=9).replace("不保密", "保密"))
            self.assertEqual(register.line_ids.name, "赵一9")
            self._assert_nowhere("赵一9")
            self.assertLessEqual(
                {
                    ("complaint_register_line", "sealed"),
                    ("complaint_register_import", "sealed"),
                },
                self._columns_under_keys(),
            )
            register.action_import()
            self._assert_nowhere("赵一9")
            self.assertFalse(register.line_ids)
            self.assertFalse(register.file)
            case = self._cases(register)
            self.assertEqual(case.confidentiality, "confidential")
            self.assertNotEqual(
                case.with_user(self.handler).complainant_name, "赵一9", "a pseudonym"
            )

    def _assert_nowhere(self, name):
        """Check that no row of a register, or of a case, has a name in it."""
        self.env.flush_all()
        for table in ("complaint_register_line", "complaint_register_import",
                      "helpdesk_ticket", "complaint_identity"):  # fmt: skip
            query = SQL(
                "SELECT count(*) FROM %s AS row WHERE row::text LIKE %s",
                SQL.identifier(table),
                f"%{name}%",
            )
            [(count,)] = self.env.execute_query(query)
            self.assertFalse(count, table)

    def test_who_wanted_to_be_anonymous_is(self):
        register = self._bring(
            FINISHED.format(n=10).replace("赵一10", "匿名"),
            FINISHED.format(n=11).replace("赵一11", "孙三（匿名）"),
        )
        unknown, secret = self._cases(register)
        self.assertEqual(unknown.confidentiality, "anonymous")
        self.assertFalse(unknown.identity_ids.name)
        self.assertEqual(secret.confidentiality, "confidential")
        self.assertEqual(secret.identity_ids.name, "孙三")

    def test_doubts_are_marked_and_stop_what_is_impossible(self):
        register = self._read(
            FINISHED.format(n=12).replace("2025/3/12", "2025/3/1"),
            FINISHED.format(n=13).replace("2025/3/5", "2025/2/30"),
            FINISHED.format(n=14).replace("来访", "飞鸽"),
            FINISHED.format(n=15),
        )
        early, impossible, pigeon, plain = register.line_ids
        self.assertIn("closed before it was received", early.doubt_text)
        self.assertIn("impossible date", impossible.doubt_text)
        self.assertIn("channel the regulation", pigeon.doubt_text)
        self.assertIn("unknown department", plain.doubt_text)
        self.assertEqual(register.blocked_count, 2)
        with self.assertRaisesRegex(UserError, "2.*3"):
            register.action_import()
        early.closed_day = date(2025, 3, 12)
        self.assertFalse(early.blocked)
        impossible.left_out = True
        register.action_import()
        self.assertEqual(len(self._cases(register)), 3)

    def test_who_corrects_a_row_corrects_the_case(self):
        register = self._read(FINISHED.format(n=16))
        register.line_ids.write({"name": "周八", "matter": "别的事"})
        register.action_import()
        case = self._cases(register)
        self.assertEqual(case.identity_ids.name, "周八")
        self.assertIn("别的事", case.description)

    def test_the_same_register_once_more_is_left_out(self):
        self._bring(FINISHED.format(n=17))
        again = self._read(FINISHED.format(n=17), FINISHED.format(n=18))
        self.assertEqual(again.line_ids.mapped("left_out"), [True, False])
        self.assertIn("on file already", again.line_ids[0].doubt_text)

    def test_columns_are_remembered(self):
        head = HEAD.replace("反映问题", "诉说")
        register = self._read(FINISHED.format(n=19), head=head)
        self.assertTrue(register.blocked_count, "nothing says what happened")
        column = register.column_ids.filtered(lambda item: item.label == "诉说")
        column.target = "matter"
        register.action_read_again()
        self.assertFalse(register.blocked_count)
        again = self._read(FINISHED.format(n=20), head=head)
        self.assertFalse(again.blocked_count)

    def test_excel(self):
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.append(["2025年登记表"])
        sheet.append(HEAD.split(","))
        sheet.append(
            ["旧21", datetime(2025, 3, 5, 9, 30), "赵一", 13800138001, None, "噪声",
             "来访", None, None, "已修", 45728, None, "不保密"]
        )  # fmt: skip
        stream = io.BytesIO()
        book.save(stream)
        case = self._cases(self._bring(content=stream.getvalue()))
        self.assertEqual(case.received_date, datetime(2025, 3, 5, 1, 30))
        self.assertEqual(case.closed_date, datetime(2025, 3, 12, 4))
        self.assertEqual(case.identity_ids.phone, "13800138001")

    def test_what_is_no_register_says_so(self):
        for content in (b"%PDF-1.7", b"PK\x03\x04x", b"  \n", "天,地\n1,2\n".encode()):
            register = self._upload(content=content)
            with self.assertRaises(UserError):
                register.action_read()
            self.assertEqual(register.state, "new")

    def test_only_managers_and_only_their_own(self):
        for user in (self.clerk, self.handler, self.leader, self.custodian):
            with self.assertRaises(AccessError):
                self.registers.with_user(user).create({"team_id": self.team.id})
        register = self._read(FINISHED.format(n=22))
        other = self._new_user(
            "othermanager", "community_complaint.group_complaint_manager"
        )
        lines = self.env["complaint.register.line"].with_user(other)
        self.assertFalse(lines.search([("import_id", "=", register.id)]))
        self.assertFalse(register.with_user(other).file)
        with self.assertRaises(AccessError):
            register.with_user(other).action_import()

    def test_nothing_of_it_is_written_by_hand(self):
        register = self._bring(FINISHED.format(n=23))
        for vals in ({"state": "new"}, {"case_count": 0}, {"numbers": "x"}):
            with self.assertRaises(UserError):
                register.write(vals)
        case = self._cases(register).with_user(self.leader)
        for vals in ({"old_number": "x"}, {"import_id": False}, {"old_result": "x"}):
            with self.assertRaises(UserError):
                case.write(vals)
        with self.assertRaises(UserError):
            self.env["helpdesk.ticket"].with_user(self.clerk).create(
                {"team_id": self.team.id, "import_id": register.id, "name": "x"}
            )
        with self.assertRaises(UserError):
            case.sudo().unlink()

    def test_what_cannot_go_on_says_so_and_keeps_nobody_up(self):
        """In the background nobody sees an error: the register says why it stopped."""
        self.startPatcher(patch.object(complaint_register_import, "BATCH", 1))
        rows = [FINISHED.format(n=n) for n in (41, 42)]
        broken = self._bring(*rows)
        fine = self._bring(*(row.replace("旧", "新") for row in rows))
        self.assertEqual((broken.state, fine.state), ("running", "running"))
        bring = type(broken)._bring_some

        def bringing(register):
            if register == broken:
                raise UserError("The desk takes nothing.")
            return bring(register)

        self.patch(type(broken), "_bring_some", bringing)
        self.env["complaint.register.import"].sudo()._cron_go_on()
        self.assertEqual((broken.state, fine.state), ("read", "done"))
        self.assertIn("takes nothing", broken.problem)
        self.assertEqual(len(broken.line_ids), 1, "the rest waits")
        self.patch(type(broken), "_bring_some", bring)
        broken.action_import()
        self.assertFalse(broken.problem)
        self.env["complaint.register.import"].sudo()._cron_go_on()
        self.assertEqual((broken.state, broken.case_count), ("done", 2))


@tagged("post_install", "-at_install")
class TestRegisterUndo(RegisterCommon):
    """An import is taken back as long as nothing was done with its cases."""

    def test_all_is_gone(self):
        register = self._bring(
            FINISHED.format(n=31), RUNNING.format(n=32, day="2025-03-05")
        )
        cases = self._cases(register)
        identities = cases.identity_ids
        register.action_undo()
        self.assertEqual(register.state, "undone")
        self.assertFalse(cases.exists())
        self.assertFalse(identities.exists())
        row = self.env["complaint.log"].search(
            [("kind", "=", "import_undone")], limit=1
        )
        self.assertEqual(row.res_id, register.id)
        # and once more
        again = self._read(FINISHED.format(n=31))
        self.assertFalse(again.line_ids.left_out)

    def test_nothing_is_taken_back_once_somebody_worked_on_it(self):
        register = self._bring(
            FINISHED.format(n=33), RUNNING.format(n=34, day="2025-03-05")
        )
        _closed, case = self._cases(register)
        case.with_user(self.handler).action_start_investigation()
        self.env.flush_all()
        with self.assertRaisesRegex(UserError, case.number):
            register.action_undo()

    def test_nor_once_somebody_wrote(self):
        register = self._bring(RUNNING.format(n=35, day="2025-03-05"))
        case = self._cases(register)
        case.with_user(self.handler).message_post(body="看过")
        with self.assertRaisesRegex(UserError, case.number):
            register.action_undo()

    def test_whom_it_is_about_stays_on_record(self):
        """Who is called like a colleague was excluded, and the log says so."""
        self.handler.name = "欧阳修远"
        head = f"{HEAD},被投诉人"
        register = self._bring(f"{FINISHED.format(n=36)},欧阳修远", head=head)
        case = self._cases(register)
        self.assertIn(self.handler, case.conflict_user_ids)
        self.env.flush_all()
        register.action_undo()
        self.assertTrue(case.exists())
        self.assertFalse(case.active)
        self.assertEqual(case.phase, "withdrawn")
        self.assertFalse(case.identity_ids.name)
        self.assertNotIn("噪声", case.description or "")


@tagged("post_install", "-at_install")
class TestRegisterCost(RegisterCommon):
    def _queries(self, function):
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        function()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_queries_do_not_grow_with_the_rows(self):
        """Reading and bringing in, at N and 10 N."""

        def count(number, start):
            lines = [FINISHED.format(n=start + n) for n in range(number)]
            register = self._upload(*lines)
            read = self._queries(register.action_read)
            return read, self._queries(register.action_import)

        count(2, 1000)
        (few_read, few), (many_read, many) = count(10, 2000), count(100, 3000)
        self.assertLess(many_read - few_read, 10)
        self.assertLess(many - few, 20)

    def test_the_rest_is_done_in_the_background(self):
        lines = [FINISHED.format(n=5000 + n) for n in range(501)]
        register = self._bring(*lines)
        self.assertEqual(register.state, "running")
        self.assertEqual(register.case_count, 500)
        with self.enter_registry_test_mode():
            self.env.ref(
                "community_complaint.complaint_register_cron"
            ).method_direct_trigger()
        self.assertEqual(register.state, "done")
        self.assertEqual(register.case_count, 501)
        self.assertEqual(len(self._cases(register)), 501)
