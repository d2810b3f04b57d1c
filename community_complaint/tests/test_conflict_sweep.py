"""THREATS 17-23: whoever is kept away from a case finds no trace of it, anywhere."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import ROLES, ComplaintCommon
from .planting import Planting

#: A word that only the hidden case has, in every text of it.
CANARY = "Zeisig"
#: Models whose number of records tells nothing of a case, with the reason.
UNRELATED = {
    "ir.cron.trigger": "when a scheduled action runs next",
    "mail.link.preview": "what a web page shows of itself, whoever links to it",
}
#: Links that no record of a complaint ever uses, with the reason.
UNUSED = {
    "discuss.channel": "channels begin with messages of channels",
    "discuss.channel.member": "see discuss.channel",
    "discuss.call.history": "see discuss.channel",
    "ir.actions.act_window": "actions open lists; made by developers only",
    "res.users.settings.embedded.action": "how a user arranged the tabs of an app",
}


@tagged("post_install", "-at_install")
class TestConflictSweep(ComplaintCommon, Planting):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = [f"community_complaint.group_complaint_{role}" for role in ROLES]
        groups += ["base.group_system", "helpdesk_mgmt.group_helpdesk_manager"]
        groups += ["hr.group_hr_manager"]
        cls.accused = cls._new_user("accused", ",".join(groups))
        cls.team.user_ids += cls.accused
        cls.regulation.write({"gate_follow_up": True, "prefix": "ZX"})
        # whoever is to be disciplined is excluded: planted measures take the first one
        cls.env["hr.employee"].create({"name": "Aaron", "company_id": cls.company.id})
        cls.respondents = cls._respondent(cls.accused)
        # cases are discussed at meetings and recorded for improvement
        rules = {"name": "Office", "regulation_id": cls.regulation.id}
        cls.env["complaint.meeting"].create({"date": "2026-01-05 08:00:00", **rules})
        cls.env["complaint.improvement"].create(rules)

    # ----------------------------------------------------------------------
    # The case
    # ----------------------------------------------------------------------

    def _case(self, **vals):
        return self._complaint(
            name=f"{CANARY} at night",
            description=f"<p>{CANARY} sang.</p>",
            demand=f"No {CANARY}.",
            complainant_name=CANARY,
            **vals,
        )

    def _live(self, case):
        """Take a case through its life, with everything people may hang on it."""
        self._accept(case)
        self._investigate(case)
        self.env["complaint.evidence"].with_user(self.handler).create(
            {
                "ticket_id": case.id,
                "name": f"Photo of the {CANARY}",
                "attachment_ids": [
                    Command.create({"name": f"{CANARY}.txt", "raw": CANARY.encode()})
                ],
            }
        )
        self._submit(case)
        self._notify(case)
        self._release_papers(case)
        case.notice_ids.with_user(self.clerk).action_serve(delivery="post", note="RX 1")
        self._chat(case)

    def _chat(self, case):
        people = self.accused + self.handler
        case.message_subscribe(people.partner_id.ids)
        # with all rights: the mail guard refuses people who mention the accused
        self.message = (
            case.with_user(self.leader)
            .sudo()
            .message_post(
                body=f"{CANARY}!",
                partner_ids=people.partner_id.ids,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                attachments=[("note.txt", CANARY.encode())],
            )
        )
        for user in self.handler + self.accused.filtered(
            lambda item: item not in case.conflict_user_ids
        ):
            case.activity_schedule(
                "mail.mail_activity_data_todo", summary=CANARY, user_id=user.id
            )
            self.message.with_user(user).toggle_message_starred()

    def _plant_parts(self, case):
        """Give a case every part it may have."""
        for model in self.env["helpdesk.ticket"]._case_paths():
            if model != "helpdesk.ticket":
                self.part_of(model, case)

    def _plant_all(self, case):
        """Give every model that may lead to a case a record that does."""
        self._plant_parts(case)
        rules = self.env["ir.rule"]
        for model in self._models():
            for link in rules._conflict_links(model):
                if model not in UNUSED:
                    self.plant_link(model, link, case, self.message)

    def _models(self):
        return [
            name
            for name, model in self.env.registry.items()
            if model._auto and not model._transient
        ]

    # ----------------------------------------------------------------------
    # What a user sees
    # ----------------------------------------------------------------------

    def _counts(self, user):
        """Return how many records of every model a user sees."""
        self.env.flush_all()
        env = self.env(user=user, context={"active_test": False})
        return {
            model: env[model].search_count([])
            for model in self._models()
            if model not in UNRELATED and env[model].has_access("read")
        }

    def _words(self, user, word):
        """Return the models in whose records a user reads a word."""
        env = self.env(user=user, context={"active_test": False})
        found = set()
        for model in self._models():
            records = env[model]
            names = [
                name
                for name, field in records._fields.items()
                if field.store
                and field.column_type
                and field.type in ("char", "text", "html")
                and records._has_field_access(field, "read")
            ]
            if not records.has_access("read"):
                continue
            for name in names:
                if records.search_count([(name, "ilike", word)], limit=1):
                    found.add(f"{model}.{name}")
        return found

    def assertNoTrace(self, before, user, case):
        """A user sees exactly what there was before the case."""
        self.env.invalidate_all()
        after = self._counts(user)
        moved = {
            model: (before.get(model), count)
            for model, count in after.items()
            if before.get(model) != count
        }
        self.assertFalse(moved, "models whose numbers moved")
        self.assertFalse(self._words(user, CANARY), "where the word is read")
        self.assertFalse(self._words(user, case.number), "where the number is read")
        tickets = case.with_user(user)
        tickets = tickets.with_context(allowed_company_ids=user.company_ids.ids)
        self.assertFalse(tickets.search([("id", "=", case.id)]))
        self.assertFalse(tickets.name_search(case.number))
        for method in ("read", "web_read", "export_data"):
            with self.assertRaises(AccessError):
                getattr(tickets, method)(
                    {"number": {}} if method == "web_read" else ["number"]
                )

    def _desk(self, user):
        """Return what the first page tells a user: all the numbers on it."""
        tickets = self.env["helpdesk.ticket"].with_user(user)
        tickets = tickets.with_context(allowed_company_ids=user.company_ids.ids)
        return tickets.get_complaint_desk()

    # ----------------------------------------------------------------------
    # Tests
    # ----------------------------------------------------------------------

    def test_threat_17_every_link_is_guarded(self):
        """No model leads to a case but by a rule, whatever add-on brings it."""
        self.assertFalse(self._unguarded())

    def _unguarded(self):
        paths = self.env["helpdesk.ticket"]._case_paths()
        links = self.env["ir.rule"]._conflict_links
        found = set()
        for model in self._models():
            if model in paths:
                if not self._has_conflict_rule(model):
                    found.add(model)
            elif self._leads_to_case(model, paths) and not links(model):
                found.add(model)
        return found

    def _leads_to_case(self, model, paths):
        return any(
            field.store
            and (
                field.type == "many2one_reference"
                or (field.type == "many2one" and field.comodel_name in paths)
            )
            for field in self.env[model]._fields.values()
        )

    def _has_conflict_rule(self, model):
        """Tell whether a global rule keeps people away, or nobody reads the model."""
        rules = self.env["ir.rule"].search(
            [
                ("model_id.model", "=", model),
                ("groups", "=", False),
                ("perm_read", "=", True),
            ]
        )
        access = self.env["ir.model.access"].search(
            [("model_id.model", "=", model), ("perm_read", "=", True)]
        )
        return not access or any(
            "conflict_user_ids" in (rule.domain_force or "") for rule in rules
        )

    def test_the_guard_is_seen(self):
        """A part without its rule is found by both tests."""
        before = self._counts(self.accused)
        case = self._case(respondent_ids=self.respondents)
        self._live(case)
        rule = self.env.ref("community_complaint.complaint_evidence_rule_conflict")
        rule.active = False
        self.assertIn("complaint.evidence", self._unguarded())
        with self.assertRaises(AssertionError):
            self.assertNoTrace(before, self.accused, case)

    def test_threat_17_no_trace_for_the_accused(self):
        """Not even for one who holds every role and administers the system."""
        before, desk = self._counts(self.accused), self._desk(self.accused)
        case = self._case(respondent_ids=self.respondents)
        self._live(case)
        self._plant_all(case)
        self.assertNoTrace(before, self.accused, case)
        self.assertEqual(self._desk(self.accused), desk)
        self.assertTrue(self._words(self.leader, CANARY))

    def test_threat_18_conflict_added_later(self):
        """A follower with activities, notifications and stars loses all of them."""
        before, desk = self._counts(self.accused), self._desk(self.accused)
        case = self._case()
        self._live(case)
        self._plant_all(case)
        self.assertNotEqual(self._counts(self.accused), before)
        self.assertNotEqual(self._desk(self.accused), desk)
        self._recuse(case.with_user(self.leader), self.accused)
        self.assertNoTrace(before, self.accused, case)
        self.assertEqual(self._desk(self.accused), desk)

    def test_threat_18_parts_with_a_chatter(self):
        """Nobody who is kept away is told of what is written on a part of the case."""
        case = self._case(respondent_ids=self.respondents)
        people = (self.accused + self.handler).partner_id
        threads = [
            model
            for model in case._case_paths()
            if model != case._name and hasattr(self.env[model], "message_notify")
        ]
        self.assertTrue(threads)
        for model in threads:
            part = self.part_of(model, case)
            part.message_subscribe(people.ids)
            for post in (part.message_post, part.message_notify):
                message = post(body=CANARY, partner_ids=people.ids)
                told = message.notification_ids.res_partner_id
                self.assertEqual(told, self.handler.partner_id, model)
            self.assertNotIn(self.accused.partner_id, part.message_partner_ids)

    def test_threat_44_no_trace_for_another_company(self):
        """Somebody with every role in another company, on the same database."""
        company = self.env["res.company"].create({"name": "Far away"})
        stranger = new_test_user(
            self.env,
            "stranger.complaint",
            ",".join(f"community_complaint.group_complaint_{role}" for role in ROLES)
            + ",helpdesk_mgmt.group_helpdesk_manager,hr.group_hr_manager"
            + ",base.group_allow_export",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        env = self.env(context={"allowed_company_ids": company.ids})
        template = env.ref("community_complaint.regulation_r01")
        regulation = template.with_company(company)._adopt(company)
        regulation.team_id.user_ids = stranger
        before, desk = self._counts(stranger), self._desk(stranger)
        case = self._case(complainant_phone="13900139000")
        self._live(case)
        self._plant_parts(case)
        self.assertNoTrace(before, stranger, case)
        self.assertEqual(self._desk(stranger), desk)
        # the same person and matter in the other company: neither hint nor number
        vals = self._vals(
            team_id=regulation.team_id.id,
            description=case.description,
            complainant_phone="13900139000",
        )
        other = env["helpdesk.ticket"].with_user(stranger).create(vals)
        self.assertFalse(other.duplicate_hint or other.same_person_hidden)
        self.assertTrue(other.number.endswith("-00001"))
        self.assertFalse(case.with_user(self.clerk).duplicate_hint)

    def test_threat_23_counters_do_not_move(self):
        """Numbers on lists, boards and the desk are those of a world without the case."""
        tickets = self.env["helpdesk.ticket"].with_user(self.accused)
        groups = ["phase", "stage_id", "team_id", "user_id", "received_date:month"]

        def figures():
            self.env.invalidate_all()
            return [
                [
                    (str(key), count)
                    for key, count in tickets._read_group([], [group], ["__count"])
                ]
                for group in groups
            ] + [
                tickets.search_count([]),
                self._desk(self.accused),
                self.team.with_user(self.accused).todo_ticket_count,
                self.team.with_user(self.accused).retrieve_dashboard(),
                self.accused.partner_id._get_needaction_count(),
                self.env["res.users"].with_user(self.accused)._get_activity_groups(),
            ]

        before = figures()
        case = self._case(respondent_ids=self.respondents)
        self._live(case)
        self.assertEqual(figures(), before)
