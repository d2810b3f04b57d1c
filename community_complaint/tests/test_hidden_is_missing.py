"""THREATS 69: what is hidden answers like what is not there, on every route and method."""

import inspect
import itertools
import json
import re
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.service.model import call_kw, get_public_method
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..tools.door import Door
from .common import ComplaintCommon
from .planting import Planting

#: Beyond all ids that were given out.
_MISSING = 2_000_000_000
_EDITED = {"message_id": "{id}", "update_data": {"body": "x"}}
_REACTED = {"message_id": "{id}", "content": "x", "action": "add"}
_NUMBERS = re.compile(r"\d+")


#: What a method wants that is called without more, by what it calls its arguments.
_GIVEN = {"values": {}, "vals": {}, "vals_list": [{}], "fields_spec": {}, "default": {}}


@tagged("post_install", "-at_install")
class TestHiddenIsMissing(HttpCase, ComplaintCommon, Planting):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.company_ids += cls.env.ref("base.main_company")
        desk = cls.env["helpdesk.ticket.team"].create(
            {
                "name": "Annex",
                "company_id": cls.company.id,
                "regulation_id": cls.regulation.id,
            }
        )
        cls.stranger = cls._new_user(
            "stranger", "community_complaint.group_complaint_handler"
        )
        desk.user_ids = cls.stranger
        cls.excluded = cls._new_user(
            "excluded",
            "community_complaint.group_complaint_handler,"
            "community_complaint.group_complaint_manager",
        )
        cls.team.user_ids += cls.excluded
        cls.resident = new_test_user(
            cls.env, login="resident.hidden", groups="base.group_portal"
        )
        for user in (cls.stranger, cls.excluded, cls.employee_user):
            user.company_ids += cls.env.ref("base.main_company")
        cls.case = cls._complaint()
        cls._recuse(cls.case.sudo(), cls.excluded)
        cls.message = cls.case.sudo().message_post(body="Hello")
        # an ordinary ticket that none of them may read
        cls.ordinary = cls.env["helpdesk.ticket"].create(
            {"name": "Printer", "description": "x", "team_id": False}
        )
        cls.people = cls.resident | cls.employee_user | cls.stranger | cls.excluded

    # ----------------------------------------------------------------------
    # Methods
    # ----------------------------------------------------------------------

    def _end_of(self, user, model, id_, method, *args):
        """Return how a call ends, as a text in which every number is the same."""
        records = self.env[model].with_user(user).with_context(lang="en_US")
        args = [[id_] if arg == "ids" else id_ if arg == "id" else arg for arg in args]
        try:
            with self.env.cr.savepoint(flush=False), mute_logger("odoo.sql_db"):
                result = call_kw(records, method, args, {})
        except Exception as error:  # noqa: BLE001 - whatever it is must be the same
            result = (type(error).__name__, str(error))
        self.env.invalidate_all(flush=False)
        return _NUMBERS.sub("#", json.dumps(result, default=str))

    def _calls(self, model):
        """Return what is called with the id of a record, ``[(method, arguments)]``."""
        names = ["display_name"]
        return [
            ("read", "ids", names),
            ("web_read", "ids", {"display_name": {}}),
            ("export_data", "ids", names),
            ("search", [("id", "=", "id")]),
            ("web_search_read", [("id", "=", "id")], {"display_name": {}}),
            ("search_count", [("id", "=", "id")]),
            ("name_search", "", [("id", "=", "id")]),
            ("formatted_read_group", [("id", "=", "id")], [], ["__count"]),
            ("write", "ids", {"active": True}),
            ("unlink", "ids"),
            ("copy", "ids"),
            ("get_metadata", "ids"),
        ]

    def _methods(self, model):
        """Return the names of what the RPC layer calls on records of a model."""
        cls = type(self.env[model])
        for name in sorted(dir(cls)):
            method = inspect.getattr_static(cls, name)
            method = getattr(cls, name) if isinstance(method, Door) else method
            if name.startswith("_") or not inspect.isfunction(method):
                continue
            if any(
                getattr(getattr(home, name, None), "_api_private", False)
                for home in cls.mro()
            ) or getattr(method, "_api_model", False):
                continue
            yield name

    def _given(self, model, name):
        """Return something for every argument that a method must have."""
        method = getattr(type(self.env[model]), name)
        _self, *arguments = inspect.signature(method).parameters.values()
        return [
            _GIVEN.get(item.name, [])
            for item in arguments
            if item.default is item.empty
            and item.kind in (item.POSITIONAL_ONLY, item.POSITIONAL_OR_KEYWORD)
        ]

    def _assert_alike(self, model, id_, calls):
        self.env.flush_all()
        for user in self.people:
            for method, *args in calls:
                with self.subTest(user=user.login, model=model, method=method):
                    found, missing = (
                        self._end_of(user, model, known, method, *self._at(known, args))
                        for known in (id_, _MISSING)
                    )
                    self.assertEqual(found, missing)

    def _at(self, id_, args):
        """Return arguments with the id put into domains."""
        return [
            [
                (name, operator, id_ if value == "id" else value)
                for name, operator, value in arg
            ]
            if isinstance(arg, list) and arg and isinstance(arg[0], tuple)
            else arg
            for arg in args
        ]

    def test_cases(self):
        self._assert_alike("helpdesk.ticket", self.case.id, self._calls(None))

    def test_parts(self):
        for model in self.env["helpdesk.ticket"]._case_paths():
            if model != "helpdesk.ticket":
                record = self.part_of(model, self.case)
                self._assert_alike(model, record.id, self._calls(model)[:1])

    def test_methods(self):
        """Sweep: whatever is called from outside, of cases and parts, ends alike.

        Also what other add-ons bring, such as archiving, copying or following.
        """
        self.assertIn("action_accept", [*self._methods("helpdesk.ticket")])
        for model, path in self.env["helpdesk.ticket"]._case_paths().items():
            record = self.part_of(model, self.case) if path else self.case
            # what all models have is the same on all parts
            people = self.excluded if path else self.people
            # values in the cache are anybody's
            self.env.invalidate_all()
            for user in people:
                for method in self._methods(model):
                    given = self._given(model, method)
                    with self.subTest(user=user.login, model=model, method=method):
                        found, missing = (
                            self._end_of(user, model, id_, method, "ids", *given)
                            for id_ in (record.id, _MISSING)
                        )
                        self.assertEqual(found, missing)

    def test_methods_ask_before_they_do_anything(self):
        """Hidden or missing, the same queries are made; none of them reads the case."""
        for user in self.people:
            for method in ("action_accept", "copy", "get_portal_url", "action_archive"):
                with self.subTest(user=user.login, method=method):
                    found, missing = (
                        self._queries_of(user, "helpdesk.ticket", id_, method)
                        for id_ in (self.case.id, _MISSING)
                    )
                    self.assertEqual(found, missing)
                    self.assertLessEqual(len(found), 4)

    def _queries_of(self, user, model, id_, method):
        """Return the queries of a call, without numbers."""
        self._end_of(user, model, id_, method, "ids")  # what is kept is kept
        queries = []
        run = type(self.env.cr).execute

        def noted(cursor, query, *args, **kwargs):
            queries.append(_NUMBERS.sub("#", getattr(query, "code", str(query))))
            return run(cursor, query, *args, **kwargs)

        with patch.object(type(self.env.cr), "execute", noted):
            self._end_of(user, model, id_, method, "ids")
        return [query for query in queries if "SAVEPOINT" not in query]

    def test_doors_are_for_calls_from_outside(self):
        """The program itself calls what it calls, and pays for no question."""
        cls = type(self.env["helpdesk.ticket"])
        self.assertIsInstance(vars(cls)["action_accept"], Door)
        # what every way from outside calls: JSON-RPC, XML-RPC, /json/2
        self.assertIs(get_public_method(self.case, "action_accept"), cls.action_accept)
        self.assertIsNot(cls.action_accept, self.case.action_accept.__func__)
        own = self.case.action_accept.__func__
        self.assertIs(own, cls.action_accept.__wrapped__)

    def test_new_parts(self):
        """Nobody learns from a refused part whether there is such a case."""
        for model, path in self.env["helpdesk.ticket"]._case_paths().items():
            if path == "ticket_id":
                for user in self.people:
                    with self.subTest(user=user.login, model=model):
                        found, missing = (
                            self._end_of(user, model, id_, "create", [{path: id_}])
                            for id_ in (self.case.id, _MISSING)
                        )
                        self.assertEqual(found, missing)
                        self.assertRegex(found, "AccessError|UserError")

    def test_new_parts_by_the_context(self):
        """THREATS 66: who is excluded wrote a respondent into the case by a default."""
        for model in ("complaint.respondent", "complaint.evidence"):
            records = self.env[model].with_user(self.excluded)
            for method in ("name_create", "create"):
                given = "Leader" if method == "name_create" else [{"name": "Leader"}]
                for id_ in (self.case.id, _MISSING):
                    context = {"default_ticket_id": id_}
                    with (
                        self.subTest(model=model, method=method, id=id_),
                        self.assertRaises(AccessError),
                        self.env.cr.savepoint(),
                    ):
                        call_kw(records, method, [given], {"context": context})
        self.assertFalse(self.case.sudo().respondent_ids)
        self.assertFalse(self.case.sudo().evidence_ids)

    # ----------------------------------------------------------------------
    # Routes
    # ----------------------------------------------------------------------

    def _answer_of(self, path, params, id_):
        """Return status and body of an answer; numbers are the same in all of them."""
        text = json.dumps(params).replace('"{id}"', str(id_))
        path = path.replace("{id}", str(id_))
        with mute_logger("odoo.http", "werkzeug"):
            if params is None:
                answer = self.url_open(path, allow_redirects=False)
            else:
                answer = self.url_open(path, json={"params": json.loads(text)})
        if params is None:
            return answer.status_code, len(answer.content)
        body = answer.json()
        error = body.get("error", {}).get("data", {})
        told = {"result": body.get("result"), "name": error.get("name")}
        told["message"] = error.get("message")
        return answer.status_code, _NUMBERS.sub("#", json.dumps(told))

    def _routes(self):
        """Return what is asked of a case by its id, ``[(path, parameters or None)]``."""
        thread = {"thread_model": "helpdesk.ticket", "thread_id": "{id}"}
        wanted = ["followers", "attachments", "activities", "suggestedRecipients"]
        data = {**thread, "request_list": wanted}
        post = {"body": "x", "message_type": "comment"}
        return [
            ("/mail/data", {"fetch_params": [["mail.thread", data]]}),
            ("/mail/action", {"fetch_params": [["mail.thread", data]]}),
            ("/mail/thread/messages", thread),
            ("/mail/thread/recipients", thread),
            ("/mail/partner/from_email", {**thread, "emails": ["x@else.example"]}),
            ("/mail/message/post", {**thread, "post_data": post}),
            ("/mail/view?model=helpdesk.ticket&res_id={id}", None),
            ("/web/content/helpdesk.ticket/{id}/description", None),
            ("/web/image/helpdesk.ticket/{id}/description", None),
            ("/my/ticket/{id}", None),
        ]

    def test_routes(self):
        """Hidden case, hidden ticket, nothing: one answer."""
        for user in self.people:
            self.authenticate(user.login, user.login)
            for path, params in self._routes():
                with self.subTest(user=user.login, path=path):
                    case, ticket, missing = (
                        self._answer_of(path, params, id_)
                        for id_ in (self.case.id, self.ordinary.id, _MISSING)
                    )
                    self.assertEqual(case, missing)
                    if user != self.excluded:
                        self.assertEqual(ticket, missing)

    def test_files_and_activities(self):
        """What hangs on a hidden case is not there either."""
        file = self.env["ir.attachment"].create(
            {"name": "a.txt", "raw": b"x", "res_model": "helpdesk.ticket"}
        )
        file.res_id = self.case.id
        self.env.flush_all()
        for user in self.people:
            self.authenticate(user.login, user.login)
            for path, params, id_ in (
                ("/web/content/{id}", None, file.id),
                ("/web/image/{id}", None, file.id),
                ("/mail/message/update_content", _EDITED, self.message.id),
                ("/mail/message/reaction", _REACTED, self.message.id),
                ("/mail/attachment/delete", {"attachment_id": "{id}"}, file.id),
            ):
                with self.subTest(user=user.login, path=path):
                    self.assertEqual(
                        self._answer_of(path, params, id_),
                        self._answer_of(path, params, _MISSING),
                    )

    def test_what_hangs_on_it_is_like_that_of_other_documents(self):
        """Whoever counts messages, activities or files learns nothing of complaints."""
        for make in (
            lambda ticket: ticket.message_post(body="x"),
            lambda ticket: ticket.activity_schedule("mail.mail_activity_data_todo"),
            lambda ticket: self.env["ir.attachment"].create(
                {"name": "x", "res_model": ticket._name, "res_id": ticket.id}
            ),
        ):
            of_case, of_ticket = make(self.case.sudo()), make(self.ordinary)
            self.env.flush_all()
            for user in self.people - self.excluded:
                with self.subTest(user=user.login, model=of_case._name):
                    ends = [
                        self._end_of(user, item._name, item.id, "read", "ids", ["id"])
                        for item in (of_case, of_ticket)
                    ]
                    self.assertEqual(*ends)
                    self.assertIn("AccessError", ends[0])

    def test_forms_of_new_records(self):
        """A form that names a hidden case is not filled in: related fields ask no rights."""
        texts = ("description", "demand", "matter", "phase")
        for model, user, id_ in itertools.product(
            ("complaint.instruction", "complaint.evidence"),
            self.excluded | self.stranger,
            (self.case.id, _MISSING),
        ):
            form = self.env[model].with_user(user)
            spec = {name: {} for name in texts if name in form}
            with self.subTest(user=user.login, model=model, id=id_):
                with self.assertRaises(AccessError):
                    form.onchange({"ticket_id": id_}, ["ticket_id"], spec)
                with self.assertRaises(AccessError):
                    form.with_context(default_ticket_id=id_).onchange({}, [], spec)

    def test_forms_with_lines(self):
        """Nor through a line of another form, whatever way it names the case."""
        form = self.env["helpdesk.ticket"].with_user(self.stranger)
        for line in (
            [0, "virtual_1", {"ticket_id": self.case.id}],
            [1, self.part_of("complaint.instruction", self.case).id, {}],
            [6, 0, self.part_of("complaint.instruction", self.case).ids],
        ):
            vals = {"instruction_ids": [line]}
            with self.subTest(line=line), self.assertRaises(AccessError):
                form.onchange(vals, ["instruction_ids"], {"instruction_ids": {}})

    def test_forms_of_own_records(self):
        """What a record has already is not asked again."""
        part = self.part_of("complaint.instruction", self.case)
        vals = {"ticket_id": self.case.id}
        found = part.with_user(self.leader).onchange(vals, ["ticket_id"], {"phase": {}})
        self.assertNotIn("warning", found)
