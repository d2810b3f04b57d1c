"""Settings by which complaints go: who changes them, what is on record (THREATS 51)."""

import json

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from .common import ComplaintCommon

MANAGER = "community_complaint.group_complaint_manager"
HELPDESK = "helpdesk_mgmt.group_helpdesk_manager,base.group_erp_manager"

#: What an office is made of.
_OFFICE = ("complaint.", "helpdesk.ticket.team")
#: Records of others that settings point to and that steer no complaint, with the reason.
_STEERING_NOTHING = {
    "hr.department": "units that do a duty each; a duty says when",
    "res.company": "the office itself",
    "res.country": "a table of the base, named by an office once",
    "res.groups": "roles are reported one by one",
    "res.users": "reported where they work on complaints",
}


@tagged("post_install", "-at_install")
class TestWatched(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regulation.calendar_id = cls.calendar
        cls.helpdesk = cls._new_user("helpdesk", f"{HELPDESK},base.group_system")
        cls.stage = cls.env["helpdesk.ticket.stage"].browse(
            cls.team._complaint_stage_id("registered")
        )
        cls.case = cls._complaint()

    def _call(self, user, record, method, *args):
        """Call a public method as the web client and XML-RPC do."""
        context = {"allowed_company_ids": user.company_ids.ids, "lang": "en_US"}
        model = self.env(user=user, su=False, context=context)[record._name]
        return call_kw(model, method, [record.ids, *args], {})

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def _refused(self, user, record, method, *args, error=UserError):
        with self.assertRaises(error) as caught, self.env.cr.savepoint():
            self._call(user, record, method, *args)
            self.env.flush_all()
        return str(caught.exception)

    def _rows(self, record=None, company=None):
        domain = [
            ("kind", "=", "setting_changed"),
            ("company_id", "=", (company or self.company).id),
        ]
        if record:
            domain += [("res_model", "=", record._name), ("res_id", "=", record.id)]
        return self.env["complaint.log"].search(domain, order="sequence")

    def _office(self, name):
        """Return another office of this database that works under R02, and its manager."""
        company = self.env["res.company"].create({"name": name})
        self.env.user.company_ids += company
        user = self._new_user(f"manager.{name}", MANAGER)
        user.write(
            {"company_id": company.id, "company_ids": [Command.set(company.ids)]}
        )
        return company, user

    # ----------------------------------------------------------------------
    # Stages and desks
    # ----------------------------------------------------------------------

    def test_a_helpdesk_manager_rewires_no_stage(self):
        for vals in (
            {"complaint_phase": "archived"},
            {"complaint_phase": False},
            {"active": False},
            {"closed": True},
            {"company_id": self.env.ref("base.main_company").id},
            {"team_ids": [Command.clear()]},
            {"name": "Elsewhere"},
            {"mail_template_id": self.env["mail.template"].search([], limit=1).id},
        ):
            with self.subTest(vals=vals):
                told = self._refused(
                    self.helpdesk, self.stage, "write", vals, error=AccessError
                )
                self.assertIn("Sunflower Street Office", told)
        self._refused(self.helpdesk, self.stage, "unlink")
        with self.assertRaises(AccessError):
            call_kw(
                self.env["helpdesk.ticket.stage"].with_user(self.helpdesk),
                "create",
                [
                    {
                        "name": "Grave",
                        "complaint_phase": "registered",
                        "team_ids": [Command.set(self.team.ids)],
                    }
                ],
                {},
            )
        self.assertEqual(self.case.phase, "registered")

    def test_what_residents_are_led_by_is_on_record(self):
        """The phones of the notice board, and who has which duty until when."""
        board = self.regulation.board_ids[:1] or self.env[
            "complaint.notice.board"
        ].create({"regulation_id": self.regulation.id})
        person = self.env["complaint.notice.board.person"].create(
            {"board_id": board.id, "name": "Head"}
        )
        duty = self.env["complaint.duty"].search(
            [("regulation_id", "=", self.regulation.id)], limit=1
        )
        for record, vals in (
            (board, {"hotline": "021-5555 0999"}),
            (person, {"name": "Somebody else"}),
            (duty, {"note": "Nothing."}),
        ):
            with self.subTest(model=record._name):
                self.assertTrue(record)
                self._call(self.manager, record, "write", vals)
                row = self._rows(record)[-1]
                self.assertEqual(row.user_id, self.manager)
                self.assertEqual({*json.loads(row.details)["fields"]}, {*vals})

    def test_what_adoption_asks_is_on_record(self):
        item = self.env["complaint.adoption.item"].create(
            {"regulation_id": self.regulation.id, "item": "passed_by", "clause": "1"}
        )
        before = len(self._rows())
        self._call(self.manager, item, "write", {"clause": "Article 9"})
        self.assertEqual(len(self._rows()), before + 1)
        self._call(self.manager, item, "unlink")
        self.assertEqual(len(self._rows()), before + 2)

    def test_words_in_another_language_are_watched(self):
        """What residents read in Chinese is changed as what they read in English is."""
        self.env["res.lang"]._activate_lang("zh_CN")
        for user, refused in ((self.helpdesk, True), (self.manager, False)):
            with self.subTest(user=user.login):
                words = ("name", {"zh_CN": f"窗口{user.id}"})
                if refused:
                    self._refused(
                        user,
                        self.stage,
                        "update_field_translations",
                        *words,
                        error=AccessError,
                    )
                    continue
                self._call(user, self.stage, "update_field_translations", *words)
                row = self._rows(self.stage)[-1]
                self.assertEqual(row.user_id, user)
                self.assertIn(f"窗口{user.id}", row.summary)

    def test_nobody_moves_a_case_by_its_stage(self):
        """Neither the manager nor a program of the server's own user."""
        for user in (self.manager, self.env.ref("base.user_root")):
            for vals in (
                {"complaint_phase": "archived"},
                {"active": False},
                {"closed": True},
                {"team_ids": [Command.unlink(self.team.id)]},
            ):
                with self.subTest(user=user.login, vals=vals):
                    told = self._refused(user, self.stage, "write", vals)
                    self.assertIn("would move them", told)
        self._refused(self.manager, self.stage, "unlink")

    def test_a_manager_changes_a_stage_on_record(self):
        name = self.stage.name
        self._call(self.manager, self.stage, "write", {"name": "At the window"})
        row = self._rows(self.stage)[-1]
        self.assertEqual(row.user_id, self.manager)
        self.assertEqual(
            json.loads(row.details)["fields"], {"name": [name, "At the window"]}
        )
        self.assertIn(f"{name} → At the window", row.summary)

    def test_a_desk_of_complaints(self):
        other = self.env["helpdesk.ticket.team"].create({"name": "IT"})
        for vals in (
            {"active": False},
            {"regulation_id": False},
            {"user_ids": [Command.clear()]},
            {"user_id": self.helpdesk.id},
            {"company_id": False},
            {"parent_id": other.id},
            {"alias_name": "nowhere"},
        ):
            with self.subTest(vals=vals):
                self._refused(
                    self.helpdesk, self.team, "write", vals, error=AccessError
                )
        self._refused(self.helpdesk, self.team, "unlink")
        self._refused(self.helpdesk, self.team, "action_archive")
        for vals in ({"active": False}, {"regulation_id": False}):
            with self.subTest(vals=vals):
                self._refused(self.manager, self.team, "write", vals)
        self._refused(self.manager, self.team, "unlink")
        self._call(self.manager, self.team, "write", {"name": "Desk 2"})
        self.assertEqual(self._rows(self.team)[-1].user_id, self.manager)

    def test_an_address_of_a_desk(self):
        alias = self.team.alias_id
        for vals in ({"alias_name": "mine"}, {"alias_defaults": "{}"}):
            with self.subTest(vals=vals):
                self._refused(self.helpdesk, alias, "write", vals, error=AccessError)
        self._call(self.manager, self.team, "write", {"alias_name": "sunflower.new"})
        change = json.loads(self._rows(alias)[-1].details)
        self.assertEqual(change["fields"]["alias_name"][1], "sunflower.new")

    def test_nobody_joins_a_desk_by_the_form_of_a_user(self):
        """The list of members has two ends."""
        field = "helpdesk_team_ids"
        link = {field: [Command.link(self.team.id)]}
        self._refused(self.helpdesk, self.employee_user, "write", link)
        unlink = {field: [Command.unlink(self.team.id)]}
        self._refused(self.helpdesk, self.handler, "write", unlink)
        with self.assertRaises(AccessError):
            call_kw(
                self.env["res.users"].with_user(self.helpdesk),
                "create",
                [{"name": "New", "login": "new.watched", **link}],
                {},
            )
        self.assertNotIn(self.employee_user, self.team.user_ids)

    # ----------------------------------------------------------------------
    # The office's calendar
    # ----------------------------------------------------------------------

    def _leave(self, **vals):
        return {
            "name": "Away",
            "calendar_id": self.calendar.id,
            "company_id": self.company.id,
            "date_from": "2026-12-01 00:00:00",
            "date_to": "2026-12-20 00:00:00",
            **vals,
        }

    def _resource(self, user):
        return self.env["resource.resource"].create(
            {
                "name": user.name,
                "user_id": user.id,
                "calendar_id": self.calendar.id,
                "company_id": self.company.id,
            }
        )

    def test_an_absence_of_one_closes_no_office(self):
        """The rule on absences is not asked again after a write."""
        rows = self._rows()
        for user in (self.employee_user, self.handler, self.leader, self.helpdesk):
            resource = self._resource(user)
            leaves = self.env["resource.calendar.leaves"].with_user(user)
            own = leaves.create(self._leave(resource_id=resource.id))
            before = self.calendar._complaint_working_calendar()
            for vals in ({"resource_id": False}, {"resource_id": False, "name": "x"}):
                with self.subTest(user=user.login, vals=vals):
                    self._refused(user, own, "write", vals)
            self.assertEqual(own.resource_id, resource)
            self.assertEqual(self.calendar._complaint_working_calendar(), before)
            self._call(user, own, "write", {"name": "Still away"})
        self.assertEqual(self._rows(), rows)

    def test_days_off_of_the_office_are_the_managers(self):
        leaves = self.env["resource.calendar.leaves"]
        for user in (self.helpdesk, self.leader):
            for vals in (self._leave(), self._leave(calendar_id=False)):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    call_kw(leaves.with_user(user), "create", [vals], {})
        day = leaves.with_user(self.manager).create(self._leave(name="Flood"))
        self._refused(self.helpdesk, day, "write", {"date_to": "2027-01-20 00:00:00"})
        self._refused(self.helpdesk, day, "unlink")
        details = [json.loads(row.details) for row in self._rows(day)]
        self.assertEqual(details, [{"made": True, "name": "Flood"}])

    def test_weekly_hours_and_make_up_days(self):
        hours = self.calendar.attendance_ids[:1]
        self._refused(self.helpdesk, hours, "write", {"hour_to": 23})
        self._refused(self.helpdesk, hours, "unlink")
        self._refused(self.helpdesk, self.calendar, "write", {"tz": "UTC"})
        self._refused(
            self.helpdesk,
            self.calendar,
            "write",
            {"attendance_ids": [Command.delete(hours.id)]},
        )
        self._call(self.manager, hours, "write", {"hour_to": 12.5})
        self.assertEqual(self._rows(hours)[-1].user_id, self.manager)

    # ----------------------------------------------------------------------
    # Channels, kinds, measures, shared texts
    # ----------------------------------------------------------------------

    def test_a_channel_in_use_stays(self):
        for user, error in ((self.helpdesk, AccessError), (self.manager, UserError)):
            with self.subTest(user=user.login):
                self._refused(user, self.channel, "unlink", error=error)
        self.assertEqual(self.case.channel_id, self.channel)

    def test_shared_settings_of_another_office(self):
        """A manager of one office changes nothing by which another one's complaints go."""
        _company, stranger = self._office("Moonflower")
        # whoever else works in this database goes by the shared ones as well
        measure, kind, text = (
            self.env["complaint.measure"].create({"name": "Pardon", "code": "pardon"}),
            self.env["complaint.complainant.kind"].create(
                {"name": "Lodger", "code": "lodger"}
            ),
            self.env["complaint.canned.text"].create({"name": "Hi", "text": "Hello"}),
        )
        self.regulation.measure_ids += measure
        self.regulation.complainant_kind_ids += kind
        for record in (measure, kind, text):
            with self.subTest(model=record._name):
                vals = {"name": "Hanging"}
                self._refused(stranger, record, "write", vals, error=AccessError)
        self.regulation.measure_ids -= measure
        self._call(stranger, measure, "write", {"name": "Free again"})
        self.assertEqual(measure.name, "Free again")

    def test_what_files_say_stays_deletable_by_nobody(self):
        """Every small table that a case names, found by the links of the case."""
        kinds = self.env["helpdesk.ticket"]._fields
        for name in ("channel_id", "type_id", "category_id", "tag_ids"):
            target = self.env[kinds[name].comodel_name].create({"name": "Used"})
            if name in ("channel_id", "type_id"):
                self.regulation[f"{name}s"] += target
            value = target.ids if name == "tag_ids" else target.id
            self._force(self.case, **{name: value})
            with self.subTest(field=name):
                self._refused(self.manager, target, "unlink")
                self.assertTrue(target.exists())

    # ----------------------------------------------------------------------
    # Who does not complain
    # ----------------------------------------------------------------------

    def test_an_ordinary_helpdesk_goes_on_as_ever(self):
        agent = self.helpdesk
        rows = self.env["complaint.log"].search_count(
            [("kind", "=", "setting_changed")]
        )
        vals = {"name": "IT", "company_id": self.company.id}
        team = self.env["helpdesk.ticket.team"].with_user(agent).create(vals)
        ticket = (
            self.env["helpdesk.ticket"]
            .with_user(agent)
            .create({"name": "Printer", "description": "Jam", "team_id": team.id})
        )
        for model in ("stage", "channel", "category", "tag"):
            record = self.env[f"helpdesk.ticket.{model}"].with_user(agent).create(vals)
            record.write({"name": "New", "active": False})
            record.unlink()
        team.write({"name": "Computers", "user_ids": [Command.link(agent.id)]})
        team.write({"alias_name": "computers"})
        ticket.unlink()
        team.unlink()
        now = self.env["complaint.log"].search_count([("kind", "=", "setting_changed")])
        self.assertEqual(now, rows)

    def test_every_setting_that_forms_read_is_watched(self):
        """A new small table of complaints is found by itself, and so are links to it."""
        models = self.env.registry.models
        watched = {
            name
            for name, model in models.items()
            if "complaint.watched.mixin" in model._inherit_module
            or issubclass(model, models["complaint.watched.mixin"])
        }
        settings = {
            name
            for name, model in models.items()
            if issubclass(model, models["complaint.setting.mixin"])
            and not model._abstract
        }
        self.assertFalse(settings - watched)
        # what a case links to and nobody else keeps: small tables of the helpdesk
        small = {
            field.comodel_name
            for field in self.env["helpdesk.ticket"]._fields.values()
            if field.type in ("many2one", "many2many")
            and field.store
            and field.comodel_name.startswith(("helpdesk.", "complaint."))
            and not hasattr(models[field.comodel_name], "_seal_table")
        }
        self.assertFalse(small - watched - {"complaint.regulation"})

    def test_what_somebody_writes_and_no_file_holds_is_watched(self):
        """Sweep: what running duties read is changed on record, whoever may change it."""
        registry = self.env.registry
        rights = self.env["ir.model.access"].search(
            ["|", "|", ("perm_write", "=", True), ("perm_create", "=", True),
             ("perm_unlink", "=", True)]
        )  # fmt: skip
        parts = self.env["helpdesk.ticket"]._case_paths()
        loose = {
            name
            for name in set(rights.model_id.mapped("model"))
            if name.startswith("complaint.")
            and not registry[name]._transient
            and name not in parts
            and not issubclass(registry[name], registry["complaint.watched.mixin"])
            # by steps, on record
            and not getattr(self.env[name], "_seal_table", lambda: None)()
        }
        self.assertFalse(loose)

    def test_what_settings_go_by_is_watched(self):
        """Sweep: records of others that texts and desks point to, such as calendars."""
        registry = self.env.registry
        watched = registry["complaint.watched.mixin"]
        # see test_reached.py
        reached = registry["complaint.reached.mixin"]
        links = {
            (name, field.name, field.comodel_name)
            for name, model in registry.models.items()
            if issubclass(model, watched) and name.startswith(_OFFICE)
            for field in model._fields.values()
            if field.type in ("many2one", "many2many") and field.store
        }
        loose = {
            link
            for link in links
            if not issubclass(registry[link[2]], watched)
            and not hasattr(registry[link[2]], "_seal_table")
            and link[2] not in _STEERING_NOTHING
            and not issubclass(registry[link[2]], reached)
        }
        self.assertFalse(loose)

    def test_no_list_has_an_unwatched_end(self):
        """Lists of settings have two ends; who writes the other one changes them too."""
        open_ends = set()
        registry = self.env.registry
        mixin = registry["complaint.watched.mixin"]
        for name, model in registry.models.items():
            if not issubclass(model, mixin) or model._abstract:
                continue
            for field in model._fields.values():
                if field.type != "many2many" or not field.store:
                    continue
                for other in self.env[field.comodel_name]._fields.values():
                    if (
                        other.type == "many2many"
                        and other.store
                        and other.relation == field.relation
                        and other.comodel_name == name
                    ):
                        open_ends.add((field.comodel_name, other.name))
        closed = {end for end in open_ends if issubclass(registry[end[0]], mixin)}
        closed |= {
            # desks, see above; roles are reported one by one
            ("res.users", "helpdesk_team_ids"),
            ("res.users", "group_ids"),
            # a menu opens nothing
            ("ir.ui.menu", "group_ids"),
        }
        self.assertFalse(open_ends - closed)

    def test_every_owner_is_sealed_or_asked_again(self):
        """A rule on one's own records is worth nothing if the owner may be written."""
        registry = self.env.registry
        watched = registry["complaint.watched.mixin"]
        context = self.env["ir.rule"].with_user(self.manager)._eval_context()
        loose = set()
        for rule in self.env["ir.rule"].search([("perm_write", "=", True)]):
            name = rule.model_id.model
            if not name.startswith(("complaint.", "helpdesk.", "resource.calendar")):
                continue
            model = self.env[name]
            sealed = getattr(model, "_seal_table", lambda: None)()
            domain = Domain(safe_eval(rule.domain_force or "[]", context))
            for condition in domain.iter_conditions():
                field = model._fields.get(condition.field_expr.split(".")[0])
                if (
                    field is None
                    or not field.store
                    or field.readonly
                    or issubclass(registry[name], watched)
                    or (sealed and field.name in sealed.sealed)
                    or hasattr(registry[name], "_refuse_change")
                ):
                    continue
                loose.add((name, field.name))
        self.assertFalse(loose)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_ones_own_absence_does_not_become_a_colleagues(self):
        mine, other = self._resource(self.handler), self._resource(self.leader)
        leaves = self.env["resource.calendar.leaves"].with_user(self.handler)
        own = leaves.create(self._leave(resource_id=mine.id))
        self._refused(self.handler, own, "write", {"resource_id": other.id})
        self.assertEqual(own.resource_id, mine)
