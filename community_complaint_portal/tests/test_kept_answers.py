from odoo.tests import tagged

from .browser import Browser
from .common import LIST, NAME, NEW, PHONE, STORY, PortalCommon


class KeptCommon(Browser, PortalCommon):
    """A resident who types, is called away, and comes back."""

    def at_what(self):
        """Return the second screen of a new form."""
        return self.open(self.start_draft())

    def at_you(self):
        """Return the third screen of a new form."""
        return self.press(self.at_what(), "Next", what=STORY)


@tagged("post_install", "-at_install")
class TestKeptAnswers(KeptCommon):
    """Whichever way one leaves a screen of the form, its answers stay (THREATS 14)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.regulation.confidentiality = "open"

    def test_secret_stays_secret(self):
        """The regulation starts with an open name; the resident said otherwise."""
        you = self.at_you()
        self.assertEqual(you.value("confidentiality"), "open")
        what = self.press(you, "Change this", name=NAME, confidentiality="confidential")
        you = self.press(what, "Next")
        self.assertEqual(you.value("confidentiality"), "confidential")
        self.press(you, "Send complaint", phone=PHONE)
        self.assertEqual(self.cases_of(self.resident).confidentiality, "confidential")

    def test_choice_that_a_browser_leaves_out(self):
        for choice in ("confidential", "open"):
            you = self.press(self.at_you(), "Change this", confidentiality=choice)
            you = self.press(you, "Next")
            self.press(you, "Send complaint", phone=PHONE, confidentiality=None)
            case = self.cases_of(self.resident).sorted("id")[-1:]
            self.assertEqual(case.confidentiality, choice)

    def test_start_of_another_regulation_is_no_answer(self):
        """Before anybody chose, the form starts with what the regulation in hand says."""
        address = self.start_draft()
        draft = self.draft_of(address)
        self.regulation.confidentiality = "confidential"
        self.assertEqual(draft._answers_shown()["confidentiality"], "confidential")

    def test_back_from_the_story(self):
        matter = self.press(self.at_what(), "Back", what=STORY, date="yesterday")
        what = self.press(matter, "Next")
        self.assertEqual(what.value("what"), STORY)
        self.assertEqual(what.value("date"), "yesterday", "also what is not right yet")

    def test_change_from_the_last_screen(self):
        typed = {"name": NAME, "phone": "12", "address": "Lane 12", "email": "han@"}
        what = self.press(self.at_you(), "Change this", **typed)
        you = self.press(what, "Next")
        for name, value in typed.items():
            self.assertEqual(you.value(name), value)

    def test_other_language(self):
        what = self.press(self.at_what(), "简体中文", what=STORY)
        self.assertIn("/what", what.path)
        self.assertEqual(what.tree.get("lang"), "zh-CN")
        self.assertEqual(what.value("what"), STORY)
        you = self.press(what, "下一步")
        you = self.press(you, "English (US)", phone=PHONE)
        self.assertEqual(you.tree.get("lang"), "en-US")
        self.assertEqual(you.value("phone"), PHONE)

    def test_other_language_of_a_refused_screen(self):
        """The page that says what is wrong is an answer to a form; it has languages too."""
        you = self.press(self.at_you(), "Send complaint", phone="12")
        you = self.press(you, "简体中文")
        self.assertEqual(you.value("phone"), "12")

    def test_other_language_of_the_first_screen(self):
        matter = self.open(f"{NEW}?desk={self.regulation.id}")
        kind = str(self.type.id)
        matter = self.press(matter, "简体中文", kind=kind)
        self.assertEqual(matter.tree.get("lang"), "zh-CN")
        self.assertEqual(matter.value("kind"), kind)

    def test_top_of_the_page(self):
        for label, leads in ((self.resident.name, "/my"), ("Sign out", "/complaints")):
            what = self.at_what()
            page = self.press(what, label, what=STORY)
            self.assertTrue(page.path.startswith(leads), page.path)
            self.sign_in(self.resident)
            self.assertEqual(self.open(what.path).value("what"), STORY)

    def test_another_matter(self):
        """Also who looks through the list of matters again comes back to their text."""
        other = self._second_matter()
        matter = self.press(self.at_what(), "Back", what=STORY)
        matter = self.press(matter, "Choose something else")
        link = next(
            address
            for address in matter.inside_links()
            if f"desk={other.id}" in address
        )
        kind = str(other.type_ids[:1].id)
        what = self.press(self.open(link), "Next", kind=kind)
        self.assertEqual(what.value("what"), STORY)

    def _second_matter(self):
        """Return another regulation that takes complaints here."""
        other = self._adopt("regulation_r04")
        self.assertIn(other, self.env["complaint.regulation"]._portal_online())
        return other

    def test_no_link_forgets(self):
        """What looks like a link on a screen one types into is a button that keeps."""
        what = self.at_what()
        self.assertEqual(what.inside_links(), [])
        self.assertEqual(self.press(what, "Next", what=STORY).inside_links(), [])

    def test_enter_sends_the_screen(self):
        """The first button of a form is what Enter presses: it is none that leads away."""
        for screen in (self.at_what(), self.at_you()):
            first = next(
                node
                for node in screen.tree.iter("button")
                if screen.form_of(node).get("id") == "filing"
            )
            self.assertFalse(first.get("name"))

    def test_nonsense_leads_nowhere_else(self):
        for go in ("", "//evil.example", "speak_xx_XX", "speak_../../x", "\x00"):
            answer = self.post(self.start_draft(), {"what": STORY, "go": go or "x"})
            self.assertEqual(answer.status_code, 303)
            self.assertIn(NEW, self.path_of(answer))


@tagged("post_install", "-at_install")
class TestFoundAgain(KeptCommon):
    """Drafts are where people look for them, and thanks where they look next."""

    def test_under_my_complaints(self):
        what = self.at_what()
        self.press(what, "Next", what=STORY)
        page = self.open(LIST)
        self.assertIn(STORY[:40], self.shown(page.answer))
        self.assertIn(what.path, page.inside_links())
        self.sign_in(self.neighbour)
        self.assertNotIn(STORY[:40], self.open(LIST).answer.text)

    def test_discarded(self):
        what = self.press(self.at_what(), "Next", what=STORY)
        page = self.press(self.open(LIST), "Discard what I typed")
        self.assertEqual(page.path, LIST)
        self.assertNotIn(STORY[:40], page.answer.text)
        self.assertFalse(self.draft_of(what.path))

    def test_discarded_by_nobody_else(self):
        you = self.press(self.at_what(), "Next", what=STORY)
        self.sign_in(self.neighbour)
        answer = self.post(you.path.replace("/you", "/discard"))
        self.assertEqual(answer.status_code, 303)
        self.assertTrue(self.draft_of(you.path))

    def test_what_was_sent_is_not_discarded(self):
        you = self.press(self.at_what(), "Next", what=STORY)
        self.press(you, "Send complaint", name=NAME, phone=PHONE)
        self.post(you.path.replace("/you", "/discard"))
        self.assertTrue(self.cases_of(self.resident).exists())
        self.assertTrue(self.draft_of(you.path))

    def test_thanks_stand_in_their_place(self):
        """The browser scrolls to the part that changed; the thanks are in it."""
        case = self._own_complaint()
        self._accept(case)
        for label, part, words in (
            ("Send message", "messages", "Your message was sent."),
            ("Ask to withdraw", "messages", "We got your request"),
            ("I have received this paper", "papers", "We noted that you have"),
        ):
            page = self.open(self.page_of(case))
            page = self.press(page, label, text="Hello")
            self.assertTrue(page.answer.url.endswith(f"#{part}"), page.answer.url)
            thanks = page.tree.get_element_by_id(part).xpath(".//*[@role='status']")
            shown = [node.text_content() for node in thanks]
            self.assertTrue(any(words in text for text in shown), (label, shown))

    def test_names_on_a_device_tell_nothing(self):
        """Nor are two people's the same; a code's case is named without its number."""
        case = self._own_complaint()
        page = self.open(self.page_of(case))
        names = {form.get("data-keep") for form in page.tree.forms} - {None}
        self.assertTrue(names)
        self.assertNotIn(case.number, " ".join(names))
        mine = {form.get("data-keep") for form in self.at_what().tree.forms}
        self.sign_in(self.neighbour)
        theirs = {form.get("data-keep") for form in self.at_what().tree.forms}
        self.assertFalse(mine & theirs - {None})
