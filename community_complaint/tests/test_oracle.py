"""Nothing answers who complained (THREATS 46, 59, 60, 64).

A case is kept secret; somebody who may not know who complained types the true name and
a made-up one, everywhere they can, and reads whatever comes back.
"""

import gc
import re
from contextlib import contextmanager
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..tools import paper_pdf, vault
from .canary import file_text
from .common import CANARY, JOINT_CANARY
from .mail_common import MailCommon
from .planting import Planting
from .test_leaving import LeavingCommon

#: Somebody who never complained, with as much to tell.
OTHER = {
    "complainant_name": "丁香雪",
    "complainant_phone": "13512345679",
    "complainant_email": "warbler@resident.example",
    "complainant_address": "柳树弄 3 号",
    "complainant_id_number": "110101199105074516",
}
#: Both with a list of others beside them: a masked one would stand out.
#: What says yes or no, or how many.
_MARKS = ("boolean", "float", "integer", "selection")
_LIST = "周丽丽、{name}、吴建国与{name}无关；{phone}；{email}；{address}；{id_number}"


def typed(person):
    """Return what somebody types who tries whether a person complained."""
    return _LIST.format(
        **{key.removeprefix("complainant_"): value for key, value in person.items()}
    )


def plain(text):
    """Return a text with one word for the true person and the made-up one."""
    for person in (CANARY, OTHER):
        for key, value in person.items():
            text = text.replace(value, f"<{key}>")
    # what was made anew in between counts on
    return re.sub(r"\b[0-9a-f]{16,}\b", "#", text)


@contextmanager
def _uncollected():
    """Let no environment go between tries: a new one looks for the user's offices again."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class OracleCommon(LeavingCommon, Planting):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regulation.write({"gate_hearing": False})

    def _try(self, attempt, person):
        """Return what an attempt tells, and how often the vault was opened for it.

        :param attempt: function of what is typed
        """
        self.env.flush_all()
        self.env.invalidate_all()
        savepoint = self.env.cr.savepoint(flush=False)
        before = self.env.cr.sql_log_count
        with self._opened() as opened, mute_logger("odoo.sql_db"):
            try:
                told = str(attempt(typed(person)))
                self.env.flush_all()
            except UserError as error:
                told = f"refused: {error}"
            except IntegrityError as error:
                told = f"refused: {error.diag.constraint_name}"
        queries = self.env.cr.sql_log_count - before
        savepoint.rollback()
        savepoint.close(rollback=False)
        self.env.invalidate_all()
        return plain(told), queries, len(opened)

    @contextmanager
    def _opened(self):
        """Collect how often the vault of an identity is read and decrypted."""
        identities = type(self.env["complaint.identity"])
        opened = []
        read = identities._open_vault
        decrypt = vault.KeyRing.open

        def reading(records, sealed):
            opened.extend([sealed] if sealed else [])
            return read(records, sealed)

        def decrypting(ring, sealed, place):
            opened.append(sealed)
            return decrypt(ring, sealed, place)

        with (
            patch.object(identities, "_open_vault", reading),
            patch.object(vault.KeyRing, "open", decrypting),
        ):
            yield opened

    def assertTellsNothing(self, attempt, message=None, delivers=False):
        """Assert that an attempt says the same of both people, by the same queries.

        :param delivers: whether something goes to the complainant, whose address is read
        :return: what it says
        """
        with _uncollected():
            # fills the caches of the registry
            self._try(attempt, OTHER)
            told, queries, opened = self._try(attempt, CANARY)
            other = self._try(attempt, OTHER)
        self.assertEqual((told, queries, opened), other, message)
        self.assertEqual(bool(opened), delivers, message)
        return told


@tagged("post_install", "-at_install")
class TestTypedTexts(OracleCommon):
    """THREATS 46: every free text that somebody may write, found in the registry."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls._complaint(
            confidentiality="confidential",
            respondent_ids=[Command.create({"kind": "other", "name": "保洁员"})],
            **CANARY,
        )

    def _places(self, user):
        """Yield the free texts of a case and its parts, as records of a user."""
        for model, path in self.case._case_paths().items():
            record = self.part_of(model, self.case) if path else self.case
            for name in self.case._text_columns(record):
                yield record.with_user(user), name

    def _seen(self, record, name):
        """Return what is read back of a text, where else the case shows it, and the log."""
        self.env.flush_all()
        self.env.invalidate_all()
        case = self.case.with_user(record.env.user)
        rows = self.env["complaint.log"].search(
            [("ticket_id", "=", case.id)], order="id desc", limit=3
        )
        return (
            record.read([name], load=None)[0][name],
            # marks and numbers beside it, whatever they are called
            self._marks(record),
            case.message_ids.mapped("body"),
            [(row.kind, row.details) for row in rows],
        )

    def _marks(self, record):
        """Return the marks and numbers that a user reads of a record.

        Of a case those in its columns: others look into the vault for who may.
        """
        names = [
            name
            for name, field in record._fields.items()
            if field.type in _MARKS
            and record._has_field_access(field, "read")
            and (field.store or record._name != self.case._name)
        ]
        return record.read(["display_name", *names], load=None)

    def test_every_text(self):
        written = set()
        for user in (self.handler, self.clerk, self.leader):
            for record, name in self._places(user):

                def attempt(text, record=record, name=name):
                    record.write({name: text})
                    return self._seen(record, name)

                with self.subTest(f"{user.login} {record._name}.{name}"):
                    told = self.assertTellsNothing(attempt)
                    if not told.startswith("refused"):
                        written.add(f"{record._name}.{name}")
                        self.assertIn("<complainant_name>", told, "as it was typed")
        # if nothing could be written, nothing would be proven
        self.assertLessEqual(
            {
                "helpdesk.ticket.description",
                "helpdesk.ticket.demand",
                "complaint.evidence.name",
                "complaint.inquiry.summary",
                "complaint.transfer.reason",
            },
            written,
        )

    def test_a_mask_is_found(self):
        """The sweep sees what it looks for: words compared with the vault."""
        case = self.case.with_user(self.handler)

        def attempt(text):
            return case.sudo()._identity_redactor()(text)

        with self.assertRaises(AssertionError):
            self.assertTellsNothing(attempt)


@tagged("post_install", "-at_install")
class TestDeeds(OracleCommon):
    """THREATS 46, 60: what steps, dialogs, papers and searches say back."""

    def _secret_at(self, phase, **vals):
        return self._secret(phase, **vals).sudo(False)

    def _log(self, case):
        self.env.flush_all()
        rows = self.env["complaint.log"].search([("ticket_id", "=", case.id)])
        return [(row.kind, row.details) for row in rows]

    def test_disclosure(self):
        """1.3: a list of names as the reason of a request."""
        case = self._secret_at("accepted").with_user(self.handler)

        def attempt(text):
            case.action_request_disclosure(text, body=text)
            item = case.my_disclosure_id
            return item.reason, item.body, self._log(case)

        self.assertIn("<complainant_name>", self.assertTellsNothing(attempt))

    def test_custody(self):
        """1.3, 1.4: where evidence came from, and who signs for it."""
        case = self._secret_at("investigating").with_user(self.handler)

        def attempt(text):
            evidence = case.env["complaint.evidence"].create(
                {"ticket_id": case.id, "name": "Photo", "received_from": text}
            )
            entry = evidence.custody_ids
            return entry.from_name, entry.note, self._log(case)

        self.assertTellsNothing(attempt)
        acts = case.env["complaint.custody.act"]
        evidence = case.env["complaint.evidence"].create(
            {"ticket_id": case.id, "name": "Photo"}
        )

        def signed(text):
            act = acts.create(
                {
                    "ticket_id": case.id,
                    "kind": "seal",
                    "evidence_ids": [Command.set(evidence.ids)],
                    "second_name": text,
                    "reason": text,
                }
            )
            # the place is missing: it always fails
            return sorted(act._missing())

        self.assertTellsNothing(signed)

    def test_forms(self):
        """1.5: registration form and register."""
        case = self._secret_at("accepted").with_user(self.handler)
        forms = self.env["complaint.form"].with_user(self.handler)

        def attempt(text):
            case.demand = text
            return (
                [str(page) for page in forms._form_pages_registration(case)],
                list(forms._register_rows(case)),
                self._log(case),
            )

        self.assertIn("<complainant_name>", self.assertTellsNothing(attempt))

    def test_papers_of_the_complainant(self):
        case = self._secret_at("registered").with_user(self.clerk)

        def attempt(text):
            case.demand = text
            voucher = case.notice_ids._issue(
                case,
                "voucher",
                lambda _case: [("complainant", case.respondent_ids[:0])],
            )
            return voucher._paper_page(), voucher.held, self._log(case)

        self.assertTellsNothing(attempt, delivers=True)

    def test_papers_of_others(self):
        """1.30: previewed, issued, looked at, served: one state, one text."""
        case = self._secret_at("deciding")
        self._draft(case)
        respondent = case.respondent_ids.id

        def attempt(text):
            case.decision_ids.with_user(self.handler).reasons = text
            notices = self.env["complaint.notice"].with_user(self.clerk)
            vals = case.with_user(self.clerk)._preview_vals()
            shown = paper_pdf.text(notices._preview_papers(vals)[0])
            self._notify(case)
            paper = case.notice_ids.filtered("respondent_id").with_user(self.handler)
            dispatch = paper.dispatch_ids
            told = [paper.held, paper.state, dispatch.held, dispatch.state]
            for step in (
                paper.action_print,
                lambda: paper.action_serve(delivery="post", note="RX 1"),
            ):
                try:
                    step()
                except UserError as error:
                    told.append(str(error))
            return shown, told, self._log(case)

        self.assertTrue(respondent)
        told = self.assertTellsNothing(attempt, delivers=True)
        self.assertIn("[True, 'issued', True, 'queued'", told)

    def test_a_released_paper(self):
        """What came of the comparison only custodians and the addressee see."""
        case = self._secret_at("deciding")
        self._draft(case, reasons=typed(CANARY))
        self._notify(case)
        paper = case.notice_ids.filtered("respondent_id")
        paper.with_user(self.custodian).action_release()
        for user in (self.handler, self.clerk, self.leader, self.auditor):
            with self.assertRaisesRegex(UserError, "custodian"):
                paper.with_user(user).action_print()
        text = file_text(paper.sudo().pdf_attachment_id.raw)
        self.assertNotIn(CANARY["complainant_name"], text)

    def test_messages(self):
        case = self._secret_at("accepted")
        transfer = self._sent(case)
        mine = case.with_user(self.handler)

        def attempt(text):
            mine._write_to("body", text, transfer=transfer)
            told = mine.dispatch_ids.filtered("content")[:1]
            return told.content, told.held, told.state, self._log(case)

        self.assertIn("<complainant_name>", self.assertTellsNothing(attempt))

    def test_the_dialog_of_a_message(self):
        case = self._secret_at("accepted")
        transfer = self._sent(case)

        def attempt(text):
            with self.with_user(self.handler.login):
                wizard = self.env["complaint.tell.wizard"].with_context(
                    default_ticket_id=case.id,
                    default_addressee="body",
                    default_transfer_id=transfer.id,
                )
                form = Form(wizard)
                form.text = text
                return form.preview, form.is_struck

        self.assertTellsNothing(attempt)

    def test_proofs(self):
        case = self._secret_at("accepted").with_user(self.clerk)

        def attempt(text):
            case.notice_ids.action_serve(delivery="hand", note=text)
            return case.notice_ids.mapped("served_note"), self._log(case)

        self.assertTellsNothing(attempt)

    def test_joining_tells_nothing_of_the_first(self):
        """Who adds somebody sees them go out of their own texts, and nobody else."""
        case = self._secret_at("registered").with_user(self.clerk)
        self.regulation.joint_complaints = True

        def attempt(text):
            case.demand = f"{text} {JOINT_CANARY['name']}"
            case.action_join([{"name": JOINT_CANARY["name"]}])
            self.env.invalidate_all()
            return case.demand

        told = self.assertTellsNothing(attempt)
        self.assertIn("<complainant_name>", told)
        self.assertNotIn(JOINT_CANARY["name"], told)

    def test_joining_tells_nothing_of_who_joined(self):
        """A list that somebody else wrote stays, whoever is on it."""
        case = self._secret_at("registered")
        self.regulation.joint_complaints = True
        words = f"{JOINT_CANARY['name']}、周丽丽"
        case.with_user(self.handler).demand = words
        case.with_user(self.handler).message_post(body=words)
        case.with_user(self.clerk).action_join([JOINT_CANARY])
        self.env.invalidate_all()
        self.assertEqual(case.with_user(self.handler).demand, words)
        self.assertIn(words, " ".join(case.sudo().message_ids.mapped("body")))

    def test_searching(self):
        """Neither lists nor counts answer; nobody but the leader's own rights count."""
        self._secret_at("accepted")
        tickets = self.env["helpdesk.ticket"].with_user(self.handler)
        identities = self.env["complaint.identity"].with_user(self.handler)

        def attempt(_text, person=None):
            name, phone = person["complainant_name"], person["complainant_phone"]
            return (
                tickets.search_count([("identity_ids.name", "=", name)]),
                tickets.search_count([("identity_ids.phone", "in", [phone])]),
                identities.search_count([("phone", "=", phone)]),
                identities.search_count([("name", "ilike", name)]),
                tickets.name_search(name),
            )

        counts = [attempt("", person) for person in (CANARY, OTHER)]
        self.assertEqual(*counts)
        self.assertFalse(any(counts[0]))

    def test_the_hint_is_no_directory(self):
        """1.9: a clerk who rewrites a phone of an open case sees nothing happen."""
        self._secret_at("accepted")
        mine = self._complaint(confidentiality="open").with_user(self.clerk)
        told = []
        for person in (CANARY, OTHER):
            mine.complainant_phone = person["complainant_phone"]
            mine.complainant_email = person["complainant_email"]
            self.env.flush_all()
            self.env.invalidate_all()
            told.append((mine.same_person_hidden, mine.duplicate_hint))
        self.assertEqual(*told)
        self.assertFalse(told[0][0])
        mine.complainant_phone = CANARY["complainant_phone"]
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertTrue(mine.with_user(self.custodian).same_person_hidden)


@tagged("post_install", "-at_install")
class TestSecretMail(MailCommon):
    """THREATS 59: a mail on a secret case waits, and the wait tells nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regulation.confidentiality = "confidential"

    def _state(self, kept):
        """Return what a handler sees of a mail, its task and its row of the log."""
        mail = kept.with_user(self.handler)
        seen = mail.read(
            ["state", "reason", "subject", "body_text", "file_names", "sender"]
        )
        del seen[0]["id"]
        return seen, len(kept.activity_ids), kept.ticket_id.message_ids.ids

    def test_a_reply_waits_whoever_sent_it(self):
        """1.8: a forged From on a known case number."""
        ticket = self._process(self._mail())
        states = []
        for address in ("canary@resident.example", "b@else.example"):
            [kept] = self._kept(
                self._mail("补充。", From=f"李 <{address}>", Subject=ticket.number)
            )
            states.append(self._state(kept)[0])
            self.assertEqual((kept.state, kept.reason), ("held", "secret"))
            self.assertFalse(self._outgoing(address), "nor is it acknowledged")
        self.assertEqual(*states)

    def _outgoing(self, address):
        mails = self.env["mail.mail"].search([("email_to", "ilike", address)])
        return mails.filtered(lambda mail: mail.create_date > self.env.cr.now())

    def test_the_same_words_without_a_message_id(self):
        """A copy is one of the same sender: who repeats words learns whose they were."""
        self._process(self._mail("楼上夜间装修。", Message_ID=None))
        states = set()
        for address in ("canary@resident.example", "b@else.example"):
            [kept] = self._kept(
                self._mail(
                    "楼上夜间装修。", From=f"李 <{address}>", **{"Message-ID": None}
                )
            )
            states.add((kept.state, kept.reason))
        self.assertEqual(states, {("quarantine", "copy")})

    def test_custodians_decide(self):
        ticket = self._process(self._mail())
        [kept] = self._kept(self._mail("是我。", Subject=ticket.number))
        self.assertEqual(self._tasks(kept).user_id, self.custodian)
        for user in (self.handler, self.clerk, self.leader):
            with self.assertRaisesRegex(UserError, "identity custodian"):
                kept.with_user(user).action_accept()
        mine = kept.with_user(self.custodian)
        self.assertTrue(mine.is_theirs)
        self.assertIn("是我", mine.secret_text)
        desk = self.env["helpdesk.ticket"].with_user(self.custodian)
        action = desk.open_complaint_desk_tile("secret_replies")
        self.assertIn(kept, kept.search(action["domain"]))
        mine.action_accept()
        self.assertIn("是我", ticket.message_ids[0].body)

    def test_a_list_of_names_in_a_forged_mail(self):
        """What a mail says is compared with nothing; custodians alone read it."""
        ticket = self._complaint(confidentiality="confidential", **CANARY)
        bodies = []
        for person in (CANARY, OTHER):
            [kept] = self._kept(
                self._mail(typed(person), From="b@else.example", Subject=ticket.number)
            )
            self.assertNotIn("周丽丽", str(self._state(kept)))
            kept.with_user(self.custodian).action_refuse_sender()
            bodies.append(plain(ticket.message_ids[0].body))
        self.assertEqual(*bodies)


@tagged("post_install", "-at_install")
class TestBorn(OracleCommon):
    """THREATS 64: secret at birth says no more than secret later."""

    def test_both_ways(self):
        words = {
            "name": f"{CANARY['complainant_name']}的投诉",
            "description": f"<p>我叫{CANARY['complainant_name']}，电话13912345678</p>",
            "demand": f"请回复{CANARY['complainant_email']}",
            "evidence_ids": [
                Command.create(
                    {"name": "Photo", "received_from": CANARY["complainant_name"]}
                )
            ],
        }
        born = self._complaint(confidentiality="confidential", **words, **CANARY)
        later = self._complaint(confidentiality="open", **words, **CANARY)
        later.action_change_confidentiality("confidential")
        self.env.invalidate_all()
        for case in (born, later):
            seen = case.with_user(self.handler).read(["name", "description", "demand"])
            seen.append(case.with_user(self.handler).evidence_ids.received_from)
            for value in CANARY.values():
                self.assertNotIn(value, str(seen))
        self.assertEqual(born.name, later.name)
        self.assertEqual(born.demand, later.demand)
        self.assertEqual(
            born.evidence_ids.received_from, later.evidence_ids.received_from
        )

    def test_a_draft(self):
        draft = (
            self.env["helpdesk.ticket"]
            .with_user(self.clerk)
            .create_draft(
                {
                    **self._vals(confidentiality="confidential", **CANARY),
                    "description": "<p>Noise.</p>",
                }
            )
        )
        draft.demand = f"请回复{CANARY['complainant_name']}"
        draft.with_context(complaint_drafts=True).action_register_draft()
        self.env.invalidate_all()
        self.assertNotIn(CANARY["complainant_name"], draft.sudo().demand)

    def test_the_vault_is_not_read(self):
        vals = self._vals(confidentiality="confidential", **CANARY)
        vals["demand"] = CANARY["complainant_name"]
        with self._opened() as opened:
            case = self.env["helpdesk.ticket"].with_user(self.clerk).create(vals)
            self.env.flush_all()
        self.assertFalse(opened)
        self.assertEqual(case.demand, "[complainant]")
