from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged, users

from ..models import helpdesk_ticket_tell
from ..models.complaint_canned_text import GAP
from .common import CANARY, ComplaintCommon

WRITERS = ("clerk.complaint", "handler.complaint", "leader.complaint")
READERS = ("auditor.complaint", "custodian.complaint")


class TellCommon(ComplaintCommon):
    """A case with an address, a respondent and a transfer to a department."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._complaint(
            confidentiality="open",
            complainant_email="lilei@resident.example",
            respondent_ids=cls._respondent(),
        )
        cls.ticket.action_accept()
        cls.respondent = cls.ticket.respondent_ids

    def _dialog(self, ticket=None, **context):
        """Return the form that the button on a case opens, as the current user."""
        ticket = ticket or self.ticket
        defaults = {f"default_{name}": value for name, value in context.items()}
        wizard = self.env["complaint.tell.wizard"].with_context(
            default_ticket_id=ticket.id, **defaults
        )
        return Form(wizard)

    def _written(self, ticket=None):
        """Return the last dispatch of a case that tells a text."""
        return (ticket or self.ticket).sudo().dispatch_ids.filtered("content")[:1]


@tagged("post_install", "-at_install")
class TestTell(TellCommon):
    """The dialog “Write to Them”: who may write what to whom, by which way."""

    def test_nobody_is_flooded(self):
        """Finding S20: a clerk sent a resident 500 messages."""
        self.patch(helpdesk_ticket_tell, "MOST_ON_A_CASE", 3)
        before = self.ticket.with_user(self.clerk)._written_today()[0]
        for _count in range(3 - before):
            self.ticket.with_user(self.clerk).action_write_to_complainant("Wait.")
        for user in (self.clerk, self.handler):
            case = self.ticket.with_user(user)
            with self.subTest(user=user.login):
                with self.assertRaisesRegex(UserError, "A leader may write"):
                    case.action_write_to_complainant("Wait.")
                with self.assertRaisesRegex(UserError, "A leader may write"):
                    case._write_to("respondent", "Wait.", respondent=self.respondent)
        self.ticket.with_user(self.leader).action_write_to_complainant("It is today.")
        row = self.env["complaint.log"].search(
            [("ticket_id", "=", self.ticket.id), ("kind", "=", "many_messages")]
        )
        self.assertEqual(row.user_id, self.leader)

    def test_nobody_writes_to_thousands(self):
        self.patch(helpdesk_ticket_tell, "MOST_OF_A_PERSON", 3)
        cases = [self._complaint(confidentiality="open") for _count in range(4)]
        for case in cases[:3]:
            case.with_user(self.handler).action_write_to_complainant("News.")
        with self.assertRaisesRegex(UserError, "3 by you"):
            cases[3].with_user(self.handler).action_write_to_complainant("News.")
        cases[3].with_user(self.clerk).action_write_to_complainant("News.")

    @users(*WRITERS)
    def test_to_the_complainant(self):
        form = self._dialog()
        self.assertEqual(form.way, "E-mail")
        form.text = "We come on Monday."
        form.save().action_confirm()
        self.assertRecordValues(
            self._written(),
            [
                {
                    "addressee": "complainant",
                    "channel": "email",
                    "duty": "tell",
                    "event": "informed",
                    "content": "We come on Monday.",
                }
            ],
        )
        message = self.ticket.sudo().message_ids[:1]
        self.assertIn("We come on Monday.", message.body)
        self.assertEqual(
            message.subtype_id, self.env.ref("community_complaint.mt_to_complainant")
        )
        self.assertFalse(form.record.exists(), "what was typed is not kept twice")

    @users("handler.complaint")
    def test_an_answer(self):
        form = self._dialog()
        form.duty = "answer"
        form.text = "The drilling has stopped."
        form.save().action_confirm()
        self.assertRecordValues(
            self._written(), [{"duty": "answer", "event": "answered"}]
        )

    @users(*WRITERS)
    def test_to_the_respondent(self):
        form = self._dialog(addressee="respondent", respondent_id=self.respondent.id)
        form.text = "Please come on Monday at ten to be heard."
        self.assertEqual(form.way, "Handed over")
        self.assertTrue(form.is_by_hand)
        form.save().action_confirm()
        self.assertRecordValues(
            self._written(),
            [
                {
                    "addressee": "respondent",
                    "respondent_id": self.respondent.id,
                    "channel": "hand",
                    "state": "queued",
                    "told_name": "Wang Wei",
                    "event": False,
                }
            ],
        )

    @users("clerk.complaint")
    def test_the_only_respondent_is_named(self):
        form = self._dialog()
        form.addressee = "respondent"
        self.assertEqual(form.respondent_id, self.respondent)

    def test_to_the_other_body(self):
        department = self.env["hr.department"].create(
            {"name": "Property Office", "company_id": self.company.id}
        )
        transfer = self.env["complaint.transfer"].with_user(self.clerk)
        transfer = transfer.create(
            {
                "ticket_id": self.ticket.id,
                "mode": "joint",
                "department_id": department.id,
                "reason": "It is yours.",
            }
        )
        case = self.ticket.with_user(self.clerk)
        with self.assertRaises(UserError, msg="nobody got a draft"):
            case._write_to("body", "How far is it?", transfer=transfer)
        self._force(transfer, state="sent")
        with self.with_user(self.clerk.login):
            form = self._dialog(addressee="body", transfer_id=transfer.id)
            form.text = "Li Lei asks how far it is."
            form.save().action_confirm()
        self.assertRecordValues(
            self._written(),
            [
                {
                    "addressee": "body",
                    "transfer_id": transfer.id,
                    "told_name": "Property Office",
                }
            ],
        )

    @users(*READERS)
    def test_who_only_reads_writes_to_nobody(self):
        with self.assertRaises(AccessError):
            self._dialog()
        case = self.ticket.with_user(self.env.user)
        with self.assertRaises(AccessError):
            case._write_to("respondent", "Come.", self.respondent)
        with self.assertRaises(AccessError):
            case.action_write_to_complainant("Come.")
        self.assertFalse(case._may_write_to_them())

    def test_who_is_excluded_sees_nothing(self):
        with self.with_user(self.handler.login):
            mine = self._dialog()
            mine.text = "We come on Monday."
            wizard = mine.save()
        self._recuse(self.ticket, self.handler)
        self.env.invalidate_all()
        with self.with_user(self.handler.login):
            wizard = wizard.with_user(self.handler)
            self.assertFalse(wizard.way, "not even whether there is an address")
            with self.assertRaises(AccessError):
                wizard.action_confirm()
        dispatches = self.env["complaint.dispatch"]
        domain = [("ticket_id", "=", self.ticket.id)]
        self.assertTrue(dispatches.with_user(self.clerk).search(domain))
        self.assertFalse(dispatches.with_user(self.handler).search(domain))

    def test_the_dialog_is_the_writers_own(self):
        with self.with_user(self.handler.login):
            form = self._dialog()
            form.text = "We come on Monday."
            wizard = form.save()
        with self.assertRaises(AccessError):
            wizard.with_user(self.clerk).read(["text"])

    @users("clerk.complaint")
    def test_a_way_somebody_chose(self):
        form = self._dialog()
        form.channel = "phone"
        form.text = "We come on Monday."
        form.save().action_confirm()
        self.assertEqual(self._written().channel, "phone")

    @users("clerk.complaint")
    def test_no_way_without_an_address(self):
        form = self._dialog(addressee="respondent", respondent_id=self.respondent.id)
        form.channel = "email"
        form.text = "Come."
        with self.assertRaises(UserError):
            form.save().action_confirm()
        case = self.ticket.with_user(self.env.user)
        for channel in ("pigeon", 7, ["email"]):
            with self.subTest(channel), self.assertRaises(UserError):
                case._write_to("respondent", "Come.", self.respondent, channel=channel)

    @users("clerk.complaint")
    def test_rubbish(self):
        case = self.ticket.with_user(self.env.user)
        other = self._complaint(self.env.user, respondent_ids=self._other_respondent())
        for given in (
            ("respondent", " ", self.respondent),
            ("respondent", None, self.respondent),
            ("respondent", "Come.", other.respondent_ids),
            ("respondent", "Come.", None),
            ("superior", "Come.", self.respondent),
            ("complainant", "Come."),
            ("body", "Come.", None, None),
        ):
            with self.subTest(given), self.assertRaises(UserError):
                case._write_to(*given)

    def _other_respondent(self):
        return [Command.create({"kind": "other", "name": "Han Mei"})]

    @users("handler.complaint")
    def test_files_go_along(self):
        file = self.env["ir.attachment"].create(
            {
                "name": "map.txt",
                "raw": b"to the office",
                "res_model": "complaint.tell.wizard",
            }
        )
        for addressee in ("complainant", "respondent"):
            with self.subTest(addressee):
                copy = file.copy()
                form = self._dialog(
                    addressee=addressee, respondent_id=self.respondent.id
                )
                form.text = "See the map."
                form.attachment_ids.add(copy)
                form.save().action_confirm()
                self.assertEqual(self._written().file_ids, copy)
                colleague = copy.with_user(self.clerk)
                self.assertEqual(colleague.raw, b"to the office")
        message = self.ticket.sudo().message_ids.filtered("attachment_ids")
        self.assertEqual(len(message), 1)


@tagged("post_install", "-at_install")
class TestTellSecret(TellCommon):
    """Nobody but the office learns who complained."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.secret = cls._complaint(
            confidentiality="confidential",
            respondent_ids=cls._respondent(),
            **CANARY,
        )
        cls.secret.action_accept()

    def test_no_name_for_the_respondent(self):
        """In an open case it is refused, which tells nothing new."""
        case = self.ticket.with_user(self.handler)
        with self.assertRaises(UserError):
            case._write_to("respondent", "Li Lei complains.", case.respondent_ids)
        self.assertFalse(self._written())

    def test_no_refusal_where_it_would_tell(self):
        """Otherwise it waits, whoever is named, and is shown as typed."""
        case = self.secret.with_user(self.handler)
        for name in CANARY.values():
            with self.subTest(name):
                case._write_to("respondent", f"{name} complains.", case.respondent_ids)
                told = self._written(self.secret)
                self.assertTrue(told.held)
                self.assertNotIn(name, told.with_user(self.custodian).told_content)

    @users("handler.complaint")
    def test_the_dialog_takes_the_name_out(self):
        form = self._dialog(
            self.ticket, addressee="respondent", respondent_id=self.respondent.id
        )
        form.text = "Li Lei complains."
        wizard = form.save()
        again = wizard.action_confirm()
        self.assertEqual(again["res_id"], wizard.id)
        self.assertEqual(wizard.text, "[complainant] complains.")
        self.assertTrue(wizard.refusal)
        self.assertFalse(self._written())

    def test_no_name_of_a_file(self):
        file = self.env["ir.attachment"].with_user(self.handler)
        file = file.create({"name": "Li Lei.txt", "raw": b"x"})
        with self.assertRaises(UserError):
            self.ticket.with_user(self.handler)._write_to(
                "respondent", "See the file.", self.respondent, attachments=file
            )

    @users(*WRITERS)
    def test_no_address_on_the_screen(self):
        form = self._dialog(self.secret)
        self.assertEqual(form.way, "E-mail")
        form.text = "We come on Monday."
        wizard = form.save()
        shown = str(wizard.read()) + str(self._shown(wizard, self.secret))
        wizard.action_confirm()
        shown += str(self._shown(self._written(self.secret), self.secret))
        for secret in CANARY.values():
            self.assertNotIn(secret, shown)

    def _shown(self, record, ticket):
        """Return what the lists and the form of a case read."""
        record = record.with_user(self.env.user)
        case = ticket.with_user(self.env.user)
        return [record.read(), case.dispatch_ids.read()]


@tagged("post_install", "-at_install")
class TestCannedText(TellCommon):
    """Texts that are written often."""

    def _canned(self, name):
        return self.env.ref(f"community_complaint.canned_text_{name}")

    @users("clerk.complaint")
    def test_filled_in(self):
        self.company.sudo().phone = "021 5555 0100"
        form = self._dialog()
        form.canned_text_id = self._canned("result")
        self.assertIn(self.ticket.number, form.text)
        self.assertIn("021 5555 0100", form.text)
        self.assertIn("Sunflower Street Office", form.text)
        self.assertNotIn("{", form.text)

    @users("clerk.complaint")
    def test_another_one_instead(self):
        form = self._dialog()
        form.text = "Dear neighbour,"
        form.canned_text_id = self._canned("result")
        form.canned_text_id = self._canned("unreachable")
        self.assertTrue(form.text.startswith("Dear neighbour,"))
        self.assertIn("without success", form.text)
        self.assertNotIn("has been decided", form.text)

    @users("clerk.complaint")
    def test_gaps_are_filled_first(self):
        form = self._dialog()
        form.canned_text_id = self._canned("missing")
        self.assertIn(GAP, form.text)
        wizard = form.save()
        with self.assertRaises(UserError):
            wizard.action_confirm()
        self.assertFalse(self._written())

    def test_every_shipped_text_in_chinese(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["ir.module.module"].search(
            [("name", "=", "community_complaint")]
        )._update_translations(["zh_CN"])
        self.company.partner_id.lang = "zh_CN"
        for canned in self.env["complaint.canned.text"].search([]):
            filled = canned._fill(self.ticket)
            with self.subTest(canned.name):
                self.assertIn(self.ticket.number, filled)
                self.assertRegex(filled, "[\u4e00-\u9fff]{4}")
                self.assertNotIn("{", filled)

    def test_unknown_placeholder(self):
        with self.assertRaises(ValidationError):
            self._canned("result").text = "Dear {name},"

    def test_managers_write_them(self):
        canned = self._canned("result")
        canned.with_user(self.manager).text = "Fetch it: {number}."
        for user in (self.clerk, self.handler, self.leader, self.auditor):
            with self.subTest(user.login), self.assertRaises(AccessError):
                canned.with_user(user).text = "Fetch it."


@tagged("post_install", "-at_install")
class TestTellScreens(TellCommon):
    """What was told, on the case, in the list, and on “My desk”."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket.user_id = cls.handler
        cls.strange = cls._complaint(complainant_phone="13800138001")
        cls.strange.action_accept()
        cls.strange.user_id = cls.leader
        cls.dispatches = cls.env["complaint.dispatch"]
        cls.by_hand = cls._queued("hand")
        cls.unproven = cls._queued("post")
        cls.unproven._do_step("send")
        cls.failed = cls._queued("hand")
        cls.failed._do_step("fail", "Nobody at home.")
        cls.others = cls._queued("hand", cls.strange)

    @classmethod
    def _queued(cls, channel, ticket=None):
        ticket = ticket or cls.ticket
        return cls.env["complaint.dispatch"]._queue(
            [
                {
                    "ticket_id": ticket.id,
                    "addressee": "complainant",
                    "duty": "serve",
                    "channel": channel,
                    "content": "Come.",
                }
            ]
        )

    def _tiles(self, user):
        desk = self.env["helpdesk.ticket"].with_user(user).get_complaint_desk()
        return {
            tile["key"]: tile["count"]
            for section in desk["sections"]
            for tile in section["tiles"]
            if section["key"] == "told"
        }

    def _listed(self, user, key):
        action = (
            self.env["helpdesk.ticket"].with_user(user).open_complaint_desk_tile(key)
        )
        self.assertEqual(action["res_model"], "complaint.dispatch")
        return self.dispatches.with_user(user).search(action["domain"])

    def test_tiles_are_what_they_list(self):
        for user in (self.clerk, self.handler, self.leader):
            tiles = self._tiles(user)
            wanted = {"to_hand_over", "not_arrived", "unproven"}
            self.assertLessEqual(wanted, tiles.keys())
            for key in wanted:
                count = tiles[key]
                with self.subTest(f"{user.login} {key}"):
                    self.assertEqual(len(self._listed(user, key)), count)

    def test_tiles_of_a_handler_are_about_the_own_cases(self):
        self.assertIn(self.others, self._listed(self.clerk, "to_hand_over"))
        mine = self._listed(self.handler, "to_hand_over")
        self.assertIn(self.by_hand, mine)
        self.assertNotIn(self.others, mine)
        self.assertEqual(self._listed(self.handler, "unproven"), self.unproven)

    def test_no_tiles_for_who_only_reads(self):
        for user in (self.auditor, self.custodian):
            self.assertFalse(self._tiles(user))

    def test_what_did_not_arrive_until_the_next_does(self):
        self.assertIn(self.failed, self._listed(self.clerk, "not_arrived"))
        following = self.failed.next_dispatch_id
        self.assertTrue(following, "the next channel is tried")
        following._do_step("send")
        self.assertNotIn(self.failed, self._listed(self.clerk, "not_arrived"))

    def _buttons(self, user, model, xmlid, view_type):
        view = self.env.ref(f"community_complaint.{xmlid}")
        arch = self.env[model].with_user(user).get_view(view.id, view_type)["arch"]
        return set(etree.fromstring(arch).xpath("//button/@name"))

    def test_buttons_by_role(self):
        steps = {"action_post", "action_prove", "action_refuse", "action_return"}
        dialog = str(
            self.env.ref("community_complaint.complaint_tell_wizard_action").id
        )
        for user in (self.clerk, self.handler, self.leader, self.auditor):
            works = user != self.auditor
            case = self._buttons(
                user, "helpdesk.ticket", "helpdesk_ticket_view_form", "form"
            )
            rows = self._buttons(
                user, "complaint.dispatch", "complaint_dispatch_view_list", "list"
            )
            with self.subTest(user.login):
                self.assertEqual(steps <= case, works)
                self.assertEqual(dialog in case, works)
                self.assertEqual(steps <= rows, works)

    def test_how_far_a_paper_is(self):
        notice = self.ticket.notice_ids
        self.assertEqual(notice.dispatch_way, "E-mail: Queued")
        notice.dispatch_ids._do_step("send")
        self.assertEqual(notice.dispatch_way, "E-mail: Sent")

    @users("clerk.complaint")
    def test_how_they_want_to_be_told(self):
        form = Form(
            self.env["helpdesk.ticket"].with_context(complaint_intake=True),
            "community_complaint.helpdesk_ticket_view_form_intake",
        )
        form.tell_by = "post"
        self.assertEqual(form.tell_by, "post")
        case = Form(
            self.ticket.with_user(self.env.user),
            "community_complaint.helpdesk_ticket_view_form",
        )
        case.tell_by = "phone"
        case.save()
        self.assertEqual(self._dialog().way, "Phone")
