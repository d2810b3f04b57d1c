"""Who may do what, tried on a live database and kept in ``docs/security-matrix.rst``.

``./run matrix`` writes the file anew.
"""

import os
import unittest
from pathlib import Path

from psycopg2 import Error as DatabaseError

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import ROLES, ComplaintCommon
from .planting import Planting

DOCUMENT = Path(__file__).parents[2] / "docs" / "security-matrix.rst"
WRITE = "COMPLAINT_MATRIX_WRITE"
OPERATIONS = ("create", "read", "write", "unlink")
CASE_SCOPES = ("Own desk", "Other desk", "Kept away", "Other company")
OFFICE_SCOPES = ("Own company", "Other company", "Of no company")
#: What depends on how secret a case is has a column more.
OPEN_SCOPE = "Own desk, open"
_BY_SECRECY = ("complaint.identity",)
#: Rows of the tables: who, and the groups besides the roles.
PEOPLE = {
    "clerk": "Window clerk",
    "handler": "Handler",
    "leader": "Leader",
    "manager": "Manager",
    "custodian": "Identity custodian",
    "discipline": "Discipline officer",
    "publisher": "Publisher",
    "auditor": "Auditor",
    "staff": "Complaint staff alone",
    "employee": "Employee without a role",
    "helpdesk_user": "Helpdesk user",
    "helpdesk": "Helpdesk manager",
    "system": "System administrator",
    "resident": "Resident (portal)",
}
_OTHERS = {
    "staff": "community_complaint.group_complaint_staff",
    "employee": "base.group_user",
    "helpdesk_user": "helpdesk_mgmt.group_helpdesk_user",
    "helpdesk": "helpdesk_mgmt.group_helpdesk_manager",
    "system": "base.group_system",
    "resident": "base.group_portal",
}
#: Who has no part in cases, whatever desk they are put at.
OUTSIDERS = ("staff", "employee", "helpdesk_user", "helpdesk", "system", "resident")
#: What only the program itself reads and writes. A model that nobody has any right to and
#: that is not here has a sample that proves nothing.
CLOSED = {
    "complaint.counter",
    "complaint.identity.view",
    "complaint.key",
    "complaint.portal.nonce",
    "complaint.rate.hit",
    "complaint.typed",
    "complaint.rate.key",
    "complaint.receipt",
    # a row of an old register is up to who uploaded it
    "complaint.register.line",
    "complaint.submission",
}
#: Fields tried for “write”, the likeliest first: one that may be changed is enough.
_TRIED_TYPES = ("text", "char", "html", "boolean", "selection", "date", "integer")
_HEAD = """\
===============
Security matrix
===============

.. This file is made by ``./run matrix`` from what a live database answers; do not edit.

Who may create, read, write and delete which records. Every cell is one real record and
one real user, tried by ``tests/test_security_matrix.py``; the test fails when this file
is not what the database answers, and when a model is missing.

How to read a cell: four marks for **create, read, write, delete**, ✓ yes, – no.

- *Create* and *read* are what access rights and record rules say.
- *Write* was tried: ✓ if at least one field could be changed. *Delete* was tried as well.
  Refusals of the case file itself count: what is sealed, issued, decided or logged says –.
- *Own desk*: a confidential case at the desk the person works at; *open*: one that is not
  confidential. *Other desk*: of the same office.
  *Kept away*: a case of the own desk from which the person is kept away by a conflict of
  interest. *Other company*: a case of another company on the same database.
- Managers, custodians, discipline officers, publishers and auditors work for the whole
  office, not for a desk. Roles add up when somebody holds several.

Who has no right in any column is not in the table. Tried for every model: window clerk,
handler, leader, manager, identity custodian, discipline officer, publisher, auditor,
somebody who is only *Complaint staff*, employee without a role, helpdesk user and
manager, system administrator, resident of the portal.
Dialogs (transient models) are left out: everybody sees only their own.
"""


class _Undo(Exception):
    """Ends a try, so that nothing of it stays."""


@tagged("post_install", "-at_install")
class TestSecurityMatrix(ComplaintCommon, Planting):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = {role: getattr(cls, role) for role in ROLES}
        for name, groups in _OTHERS.items():
            cls.people[name] = cls._person(name, groups)
        # whoever may not see a case may not see it at their own desk either
        cls.team.user_ids += cls.people["staff"] + cls.people["helpdesk"]
        other = cls.env["res.company"].create({"name": "Far away"})
        cls.env.user.company_ids += other
        cls.cases = {
            "Own desk": cls._case(cls.team),
            "Other desk": cls._case(
                cls.env["helpdesk.ticket.team"].create(
                    {
                        "name": "Annex",
                        "company_id": cls.company.id,
                        "regulation_id": cls.regulation.id,
                    }
                )
            ),
            "Kept away": cls._case(cls.team),
            "Other company": cls._case(cls._other_desk(other)),
        }
        cls.cases[OPEN_SCOPE] = cls._case(cls.team, confidentiality="open")
        everybody = cls.env["res.users"].union(*cls.people.values())
        cls._recuse(cls.cases["Kept away"], everybody)
        cls.companies = {
            "Own company": cls.company,
            "Other company": other,
            "Of no company": cls.env["res.company"],
        }

    @classmethod
    def _person(cls, login, groups):
        return new_test_user(
            cls.env,
            login=f"{login}.matrix",
            groups=groups,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    @classmethod
    def _other_desk(cls, company):
        env = cls.env(context={**cls.env.context, "allowed_company_ids": company.ids})
        template = env.ref("community_complaint.regulation_r01")
        regulation = template.with_company(company)._adopt(company)
        return regulation.team_id

    @classmethod
    def _case(cls, desk, **more):
        # sudo: helpdesk.ticket - the fixture
        tickets = cls.env["helpdesk.ticket"].sudo()
        tickets = tickets.with_context(allowed_company_ids=desk.company_id.ids)
        vals = cls._vals(team_id=desk.id, **{"confidentiality": "confidential", **more})
        ticket = tickets.create(vals)
        return ticket.with_env(cls.env).sudo()

    # ----------------------------------------------------------------------
    # Trying
    # ----------------------------------------------------------------------

    def _models(self):
        """Return the models of the tables: cases, then everything of ours by name."""
        own = sorted(
            name
            for name, model in self.env.registry.items()
            if name.startswith("complaint.") and model._auto and not model._transient
        )
        return ["helpdesk.ticket", *own]

    def _records(self, model):
        """Return ``{column: record}`` of a model."""
        if model in self.env["helpdesk.ticket"]._case_paths():
            return {
                scope: self._in_company(case.company_id).part(model, case)
                for scope, case in self.cases.items()
                if scope != OPEN_SCOPE or model in _BY_SECRECY
            }
        field = self.env[model]._fields.get("company_id")
        if not field:
            return {"Any": self._in_company(self.company).plant(model, {})}
        scopes = OFFICE_SCOPES[: 2 if field.required or field.related else 3]
        records = {}
        for scope in scopes:
            company = self.companies[scope]
            values = {} if field.related else {"company_id": company.id}
            records[scope] = self._in_company(company).plant(model, values)
        return records

    def _check_samples(self, model, records):
        """Check that every column has a record, and the one it says.

        A right that could not be tried is no right that nobody has.
        """
        path = self.env["helpdesk.ticket"]._case_paths().get(model)
        for scope, record in records.items():
            self.assertEqual(len(record.exists()), 1, f"no sample of {model}: {scope}")
            if path:
                self.assertEqual(record.sudo().mapped(path), self.cases[scope], model)
            elif scope in self.companies and path is None:
                company = record.sudo().company_id
                self.assertEqual(company, self.companies[scope], model)

    def _in_company(self, company):
        """Return this test, planting in a company."""
        ids = (company or self.company).ids
        self.env = self.env(context={**self.env.context, "allowed_company_ids": ids})
        return self

    def part(self, model, case):
        """Return the case itself, or a part of it."""
        return case if model == case._name else self.part_of(model, case)

    def _cell(self, user, record):
        """Return the operations a user may do with a record."""
        company = user.company_id.ids
        seen = record.with_user(user).with_context(allowed_company_ids=company)
        seen = seen.sudo(False)
        return [name for name in OPERATIONS if getattr(self, f"_try_{name}")(seen)]

    def _try_create(self, record):
        return record.has_access("create")

    def _try_read(self, record):
        records = record.browse().with_context(active_test=False)
        if not record.has_access("read"):
            return False
        self.assertTrue(records.search_count([("id", "=", record.id)]), record)
        return True

    def _try_write(self, record):
        if not record.has_access("write"):
            return False
        return any(
            self._goes(lambda name=name: record.write({name: record.sudo()[name]}))
            for name in self._tried_fields(record)
        )

    def _try_unlink(self, record):
        return record.has_access("unlink") and self._goes(record.unlink)

    def _tried_fields(self, record):
        """Return the fields people may change, most likely first."""
        fields = [
            field
            for field in record._fields.values()
            if field.type in _TRIED_TYPES
            and not (field.related or field.readonly or field.groups)
        ]
        fields.sort(
            key=lambda field: (bool(field.compute), _TRIED_TYPES.index(field.type))
        )
        return [field.name for field in fields]

    def _goes(self, function):
        """Tell whether something is possible; nothing of it stays."""
        try:
            with self.env.cr.savepoint():
                function()
                self.env.flush_all()
                raise _Undo
        except _Undo:
            return True
        except (UserError, DatabaseError):
            return False

    @mute_logger("odoo.sql_db", "odoo.models.unlink")
    def _matrix(self):
        """Return ``{model: {column: {person: [operation]}}}``."""
        matrix = {}
        for model in self._models():
            records = self._records(model)
            self._check_samples(model, records)
            self.env.flush_all()
            matrix[model] = {
                scope: {
                    name: self._cell(user, record) for name, user in self.people.items()
                }
                for scope, record in records.items()
            }
        return matrix

    # ----------------------------------------------------------------------
    # The document
    # ----------------------------------------------------------------------

    def _document(self, matrix):
        parts = [_HEAD]
        for model, columns in matrix.items():
            # sudo: ir.model - the name of a model
            name = (
                self.env["ir.model"].sudo()._get(model).with_context(lang="en_US").name
            )
            title = f"{name} (``{model}``)"
            parts += [title, "-" * len(title), "", *_table(columns), ""]
        return "\n".join(parts)

    def _missing_models(self):
        text = DOCUMENT.read_text(encoding="utf-8") if DOCUMENT.is_file() else ""
        return [model for model in self._models() if f"(``{model}``)" not in text]

    # ----------------------------------------------------------------------
    # Tests
    # ----------------------------------------------------------------------

    def test_matrix(self):
        matrix = self._matrix()
        self._check_invariants(matrix)
        if not DOCUMENT.parent.is_dir():
            raise unittest.SkipTest(
                "the add-on is installed without the project's docs"
            )
        text = self._document(matrix)
        if os.environ.get(WRITE):
            DOCUMENT.write_text(text, encoding="utf-8")
        missing = self._missing_models()
        self.assertFalse(missing, "models that are not in the matrix: run ./run matrix")
        self.maxDiff = 4000
        self.assertEqual(
            DOCUMENT.read_text(encoding="utf-8"),
            text,
            "the matrix is out of date: run ./run matrix and look at what changed",
        )

    def test_every_group_is_tried(self):
        """Whoever an access right or a record rule names is among the people."""
        tried = self.env["res.groups"].union(
            *(user.all_group_ids for user in self.people.values())
        )
        own = [("model_id.model", "in", self._models())]
        # sudo: ir.model.access, ir.rule - what the database grants to whom
        access = self.env["ir.model.access"].sudo().search(own)
        rules = self.env["ir.rule"].sudo().search(own)
        self.assertTrue(access)
        untried = (access.group_id + rules.groups) - tried
        self.assertFalse(
            untried.mapped("full_name"), "groups that nobody was tried with"
        )

    def _check_invariants(self, matrix):
        """Check what no change of the document may ever say."""
        wrong = [
            (model, scope, name, sorted(operations))
            for model, columns in matrix.items()
            for scope, cells in columns.items()
            for name, operations in cells.items()
            if set(operations) - self._allowed(model, scope, name)
        ]
        self.assertFalse(wrong, "rights that nobody may have")
        closed = {
            model
            for model, columns in matrix.items()
            if not any(any(cells.values()) for cells in columns.values())
        }
        known = CLOSED & matrix.keys()
        self.assertEqual(closed, known, "closed to everybody, or said to be")

    def _allowed(self, model, scope, name):
        """Return the operations somebody may have at most."""
        if scope in ("Kept away", "Other company"):
            return ALLOWED.get((model, scope), set())
        if name == "auditor":
            return {"read"}
        if name in OUTSIDERS and scope in (*CASE_SCOPES, OPEN_SCOPE):
            return set()
        return set(OPERATIONS)


#: Exceptions of the invariants, each with its reason.
ALLOWED = {
    # whoever receives a complaint about themselves writes it down, and loses it
    ("helpdesk.ticket", "Kept away"): {"create"},
    ("complaint.respondent", "Kept away"): {"create"},
    ("complaint.evidence", "Kept away"): {"create"},
}


def _table(columns):
    """Return the lines of a simple table: people down, columns across.

    Who may do nothing at all is left out.
    """
    rows = [["Who", *columns]]
    for name, label in PEOPLE.items():
        cells = [column[name] for column in columns.values()]
        if any(cells):
            rows.append([label, *map(_marks, cells)])
    if len(rows) == 1:
        return ["Nobody has any right; only the program itself reads and writes it."]
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))]
    line = "  ".join("=" * width for width in widths)
    head, *body = [
        "  ".join(
            cell.ljust(width) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]
    return [line, head, line, *body, line]


def _marks(operations):
    return " ".join("✓" if name in operations else "–" for name in OPERATIONS)
