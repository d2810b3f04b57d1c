import io
import zipfile

from pypdf import PdfReader

from odoo import Command
from odoo.tests import HttpCase, tagged

from ..tools import paper_pdf
from .common import ComplaintCommon
from .test_canary import CANARY, CanarySweep


class FormCommon(ComplaintCommon):
    def _pages(self, kind, tickets, user=None):
        """Return the HTML of a kind of form, as a user gets it."""
        form = self.env["complaint.form"].with_user(user or self.clerk)
        return getattr(form, f"_form_pages_{kind}")(tickets.with_user(form.env.user))

    def _text(self, content):
        reader = PdfReader(io.BytesIO(content))
        return "".join(page.extract_text() for page in reader.pages)


@tagged("post_install", "-at_install")
class TestForm(FormCommon, CanarySweep):
    def test_one_form_for_every_regulation(self):
        """R03 handling form, R18 hospital registration form: title and lines are data."""
        ticket = self._complaint(
            confidentiality="open",
            complainant_occupation="Weaver",
            complainant_work_unit="Mill",
        )
        [usual] = self._pages("registration", ticket)
        self.assertIn("Registration Form", usual)
        self.assertIn("Li Lei", usual)
        self.assertNotIn("Weaver", usual)
        self.regulation.form_title = "Handling Form"
        self.regulation.requirement_ids = [
            Command.create({"item": "occupation", "label": "Trade"}),
            Command.create({"item": "work_unit", "on_form": False}),
            Command.create({"item": "description"}),
        ]
        [own] = self._pages("registration", ticket)
        self.assertIn("Handling Form", own)
        self.assertIn("Trade", own)
        self.assertIn("Weaver", own)
        self.assertIn("Drilling until two", own)
        for other in ("Registration Form", "Mill", "Li Lei"):
            self.assertNotIn(other, own)

    def test_every_item_has_its_line(self):
        items = dict(self.env["complaint.requirement"]._fields["item"].selection)
        self.regulation.requirement_ids = [
            Command.create({"item": item}) for item in items
        ]
        ticket = self._complaint(
            confidentiality="open", respondent_ids=self._respondent()
        )
        [page] = self._pages("registration", ticket)
        for code, name in items.items():
            with self.subTest(item=code):
                expected = "signature or seal" if code == "signature" else name
                self.assertIn(expected.replace("'", "&#39;"), page)

    def test_place_to_sign(self):
        """R18 4: the complainant signs or seals the form."""
        ticket = self._complaint()
        self.assertNotIn("signature or seal", self._pages("registration", ticket)[0])
        self.regulation.requirement_ids = [Command.create({"item": "signature"})]
        self.assertIn("signature or seal", self._pages("registration", ticket)[0])

    def test_leaders_words_and_result(self):
        self.regulation.gate_instruction = True
        ticket = self._complaint()
        ticket.instruction_ids.with_user(self.leader).action_give("Visit tonight.")
        self._to(ticket, "notified")
        [page] = self._pages("registration", ticket)
        self.assertIn("Visit tonight.", page)
        self.assertIn("The visit confirmed the noise.", page)

    def test_archive(self):
        ticket = self._to(self._complaint(respondent_ids=self._respondent()), "closed")
        self.regulation.archive_years = 10
        cover, contents = self._pages("archive", ticket)
        self.assertIn(ticket.number, cover)
        self.assertIn("10 years", cover)
        for notice in ticket.notice_ids:
            self.assertIn(notice.number, contents)
        self.assertIn("Inquiry: Visit", contents)
        self.assertIn("Decision 1", contents)

    def test_follow_up_sheet(self):
        self.regulation.follow_up_days = 7
        ticket = self._complaint()
        self.assertIn("What was said", self._pages("follow_up", ticket)[0])
        self._to(ticket, "closed")
        item = ticket.follow_up_ids.with_user(self.clerk)
        item.write({"result": "satisfied", "solved": "yes", "note": "Quiet nights."})
        item.action_done()
        self.assertIn("Quiet nights.", self._pages("follow_up", ticket)[0])

    def test_secret_cases_bear_no_identity(self):
        """Forms go from hand to hand: not even a custodian's print tells the name."""
        items = dict(self.env["complaint.requirement"]._fields["item"].selection)
        self.regulation.requirement_ids = [
            Command.create({"item": item, "step": "archive"}) for item in items
        ]
        self.regulation.follow_up_days = 7
        ticket = self._complaint(
            confidentiality="confidential",
            description=f"<p>{CANARY['complainant_name']} hears it.</p>",
            demand=f"Call {CANARY['complainant_phone']}.",
            respondent_ids=self._respondent(),
            **CANARY,
        )
        self._to(ticket, "closed")
        self.team.user_ids += self.custodian
        case = ticket.with_user(self.custodian)
        case.action_show_identity("To print.")
        for user in (self.clerk, self.custodian):
            for kind in self.env["complaint.form"]._kinds():
                with self.subTest(kind=kind, user=user.login):
                    for page in self._pages(kind, ticket, user):
                        self.assertNoCanary(page, kind)
                        self.assertIn("hears it" if kind == "register" else "", page)

    def test_open_cases_are_named_to_their_readers_only(self):
        """An auditor reads everything except identities."""
        self.regulation.follow_up_days = 7
        ticket = self._complaint(
            confidentiality="open",
            description=f"<p>{CANARY['complainant_name']} hears it.</p>",
            respondent_ids=self._respondent(),
            **CANARY,
        )
        self._to(ticket, "closed")
        for kind in self.env["complaint.form"]._kinds():
            with self.subTest(kind=kind):
                shown = "".join(map(str, self._pages(kind, ticket)))
                # the satisfaction slip is filled in without a name
                named = self.assertNotIn if kind == "survey" else self.assertIn
                named(CANARY["complainant_name"], shown)
                for page in self._pages(kind, ticket, self.auditor):
                    self.assertNoCanary(page, kind)

    def test_pdf(self):
        ticket = self._complaint(
            confidentiality="open", description=f"<p>{'Long. ' * 3000}</p>"
        )
        form = self.env["complaint.form"].with_user(self.clerk)
        for kind in form._kinds():
            with self.subTest(kind=kind):
                content = form._render(kind, ticket.with_user(self.clerk))
                self.assertIn(ticket.number, self._text(content))
        page = PdfReader(
            io.BytesIO(form._render("register", ticket.with_user(self.clerk)))
        ).pages[0]
        self.assertGreater(page.mediabox.width, page.mediabox.height)


@tagged("post_install", "-at_install")
class TestStamp(ComplaintCommon):
    def test_page_numbers_hide_nothing(self):
        """Pages are painted white, so what is stamped on them lies under them."""
        papers = self.env["ir.actions.report"]._print_papers(
            ["<html><body>CONTENT</body></html>", "<html><body>MARK</body></html>"]
        )
        stamped = paper_pdf.stamp(*papers)
        text = PdfReader(io.BytesIO(stamped)).pages[0].extract_text()
        self.assertLess(text.index("MARK"), text.index("CONTENT"))


@tagged("post_install", "-at_install")
class TestRegister(FormCommon):
    """R03 3.1: the register of complaints and of how they were handled."""

    def _workbook(self, tickets, user=None):
        """Return ``{part: text}`` of the workbook as a user gets it."""
        report = self.env["report.community_complaint.case_register"]
        content, _kind = report.with_user(user or self.clerk).create_xlsx_report(
            tickets.ids, {}
        )
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {name: archive.read(name).decode() for name in archive.namelist()}

    def test_rows(self):
        ticket = self._to(
            self._complaint(
                confidentiality="open",
                demand="Quiet.",
                respondent_ids=self._respondent(),
            ),
            "closed",
        )
        form = self.env["complaint.form"].with_user(self.clerk)
        [row] = form._register_rows(ticket.with_user(self.clerk))
        self.assertEqual(row["number"], ticket.number)
        self.assertEqual(row["complainant"], "Li Lei")
        self.assertIn("Quiet.", row["matter"])
        self.assertIn("Wang Wei", row["respondent"])
        self.assertIn("The visit confirmed", row["result"])
        self.assertEqual(row["late"], "Yes")
        self.assertEqual(
            row.keys(), {key for key, _label, _width in form._register_columns()}
        )

    def test_words_are_never_formulas(self):
        """THREATS 28."""
        tickets = self.env["helpdesk.ticket"]
        texts = ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "http://a.example", "12345"]
        for text in texts:
            tickets |= self._complaint(
                confidentiality="open", name=text, complainant_name=f"={text}"
            )
        book = self._workbook(tickets)
        sheets = [text for name, text in book.items() if "worksheets/sheet" in name]
        self.assertEqual(len(sheets), 1)
        self.assertNotIn("<f>", sheets[0])
        self.assertNotIn("hyperlink", sheets[0].lower())
        self.assertNotIn('t="n"', sheets[0])
        self.assertIn("=1+1", "".join(book.values()))

    def test_only_cases_one_may_read(self):
        mine = self._complaint(confidentiality="open", name="Mine")
        hidden = self._complaint(confidentiality="open", name="Hidden")
        self._recuse(hidden, self.clerk)
        self.env.flush_all()
        book = "".join(self._workbook(mine + hidden).values())
        self.assertIn(mine.number, book)
        self.assertNotIn(hidden.number, book)
        report = self.env["report.community_complaint.case_register"]
        trick = report.with_user(self.clerk).with_context(
            active_model="complaint.identity", active_ids=[1]
        )
        self.assertEqual(trick._get_objs_for_report([], {})._name, "helpdesk.ticket")

    def test_long_registers_cost_the_same_per_case(self):
        def count(number):
            tickets = self.env["helpdesk.ticket"].with_user(self.clerk)
            cases = tickets.create([self._vals() for _i in range(number)])
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            list(self.env["complaint.form"].with_user(self.clerk)._register_rows(cases))
            return self.env.cr.sql_log_count - start

        count(2)
        few, many = count(10), count(100)
        self.assertLessEqual((many - few) / 90, 1)


@tagged("post_install", "-at_install")
class TestFormPages(HttpCase, FormCommon):
    def _get(self, path, login="clerk.complaint"):
        self.authenticate(login, login)
        return self.url_open(path)

    def test_shown_to_who_may_read_the_case(self):
        ticket = self._complaint()
        answer = self._get(f"/complaint/forms/registration/{ticket.id}")
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.content[:5], b"%PDF-")
        self.assertEqual(answer.headers["Cache-Control"], "no-store")

    def test_everything_else_is_unknown(self):
        ticket = self._complaint()
        ids = ticket.id
        other = self.env["helpdesk.ticket"].create(
            {"name": "No complaint", "description": "<p>x</p>"}
        )
        for path in (
            f"registration/{ids},999999999",
            f"registration/{other.id}",
            f"nonsense/{ids}",
            f"__init__/{ids}",
            "registration/abc",
            "registration/-1",
            f"registration/{ids},,{ids}",
        ):
            with self.subTest(path=path):
                self.assertEqual(self._get(f"/complaint/forms/{path}").status_code, 404)
        path = f"/complaint/forms/registration/{ids}"
        self.assertEqual(self._get(path, "colleague.complaint").status_code, 404)
