"""The sweeps find holes: each of these is planted in the product, and found.

The letters are the KINDS of faults that were once found by hand: B, answers that depend on
a secret; E, conflicts that people lift or make; F, settings that keep the base's rights;
G, conditions that ask no rights; I, hashes beside what they prove; J, secrets in SQL that
fails; K, who acts as the complainant. A, C, D, H and others of K are planted in
``tests/sweeps``, L in ``tests/pure``.
"""

import logging

import psycopg2

from odoo.models import BaseModel
from odoo.sql_db import Cursor
from odoo.tests import tagged

from . import (
    test_case_search,
    test_conflict_record,
    test_hidden_is_missing,
    test_oracle,
    test_proofs,
    test_quiet_sql,
    test_watched,
)
from .planted import Planted

STAFF = "community_complaint.group_complaint_staff"


@tagged("post_install", "-at_install")
class TestHolesInAnswers(Planted, test_oracle.TestTypedTexts):
    """B: masked text shown to who typed it, errors and marks that depend on a secret."""

    sweep = "test_every_text"

    def _places(self, user):
        """OVERRIDE: the hole alone."""
        for model, path in self.case._case_paths().items():
            if model == self.holed[0]:
                record = self.part_of(model, self.case) if path else self.case
                yield record.with_user(user), self.holed[1]

    def test_b_text_is_masked(self):
        from .planted_models import MaskedRemark

        self.holed = ("complaint.inquiry", "remark")
        self.plant_models(MaskedRemark)
        self.assertIn("remark", self.case._text_columns(self.env["complaint.inquiry"]))
        self.assertFound("complaint.inquiry.remark", self.sweep)

    def test_b_refusal_depends_on_the_name(self):
        from .planted_models import RefusedNote

        self.holed = ("complaint.respondent", "side_note")
        self.plant_models(RefusedNote)
        texts = self.case._text_columns(self.env["complaint.respondent"])
        self.assertIn("side_note", texts)
        self.assertFound("complaint.respondent.side_note", self.sweep)

    def test_b_mark_beside_the_text(self):
        from .planted_models import TellingFlag

        self.holed = ("complaint.evidence", "name")
        self.assertTight(self.sweep)
        self.plant_models(TellingFlag)
        self.assertFound("complaint.evidence.name", self.sweep)


@tagged("post_install", "-at_install")
class TestHolesInConflicts(Planted, test_conflict_record.TestConflictRecord):
    """E: what people excluded, or their friends, change."""

    def test_e_who_is_excluded_makes_parts(self):
        from .planted_models import LoosePart

        sweep = "test_rules_of_all_parts_hold_for_new_ones"
        self.assertTight(sweep)
        self.plant_models(LoosePart)
        self.env["ir.rule"].create(
            {
                "name": "parts of hidden cases",
                "model_id": self.env["ir.model"]._get_id("complaint.loose.part"),
                "domain_force": "[('ticket_id.conflict_user_ids', 'not in', user.id)]",
                "perm_create": False,
            }
        )
        self.assertFound("complaint.loose.part", sweep)

    def test_e_list_that_people_fill_in(self):
        from .planted_models import OpenList

        sweep = "test_what_rules_ask_is_open_to_nobody"
        self.assertTight(sweep)
        self.plant_models(OpenList)
        self.assertFound("conflict_user_ids", sweep)

    def _attempts(self, records):
        """OVERRIDE: the hole, and a field without one."""
        for name, value in super()._attempts(records):
            if name in ("user_id", "department_id") and records._name == "hr.employee":
                yield name, value

    def test_e_login_taken_away(self):
        from .planted_models import TidyEmployee

        sweep = "test_no_change_elsewhere_lifts_a_conflict"
        self.assertTight(sweep)
        self.plant_models(TidyEmployee)
        self.assertFound("user_id", sweep)


@tagged("post_install", "-at_install")
class TestHolesInSettings(Planted, test_watched.TestWatched):
    """F: settings that steer complaints and keep the base's rights."""

    def test_f_small_table(self):
        from .planted_models import Courier, CourierOfCase

        sweep = "test_every_setting_that_forms_read_is_watched"
        self.assertTight(sweep)
        self.plant_models(Courier, CourierOfCase)
        self.assertFound("complaint.courier", sweep)

    def test_f_other_end_of_a_list(self):
        from .planted_models import OtherEnd, OtherEndOfDesk

        sweep = "test_no_list_has_an_unwatched_end"
        self.assertTight(sweep)
        self.plant_models(OtherEnd, OtherEndOfDesk)
        self.assertFound("res.partner.category", sweep)

    def test_f_record_of_the_base(self):
        from .planted_models import Steered

        sweep = "test_what_settings_go_by_is_watched"
        self.assertTight(sweep)
        self.plant_models(Steered)
        self.assertFound("mail.activity.type", sweep)


@tagged("post_install", "-at_install")
class TestHolesInSearches(Planted, test_case_search.TestCaseSearch):
    """G: conditions that ask no rights of what they compare."""

    sweep = "test_nobody_searches_by_what_they_may_not_read"

    def _links(self):
        """OVERRIDE: those with a hole, and one that has none."""
        for model, field in super()._links():
            if (model._name, field.name) in self.tried:
                yield model, field

    def setUp(self):
        super().setUp()
        self.tried = {("helpdesk.ticket.team", "ticket_ids")}

    def _plant(self, definition, name):
        self.assertTight(self.sweep)
        self.plant_models(definition)
        self.tried.add((definition._name, name))

    def test_g_list_that_is_forgotten(self):
        self.assertTight(self.sweep)
        self.plant_method("base", "_x2many_to_cases", lambda _self: frozenset())
        self.assertFound("ticket_ids", self.sweep)

    def test_g_search_with_all_rights(self):
        from .planted_models import LooseLabel

        self._plant(LooseLabel, "case_ids")
        label = self.env["res.partner.category"].create({"name": "Loud"})
        label.sudo().case_ids = self.case
        self.assertFound("case_ids", self.sweep)

    def test_g_single_link(self):
        from .planted_models import CountingCompany

        self._plant(CountingCompany, "newest_case_id")
        self.assertFound("newest_case_id", self.sweep)


@tagged("post_install", "-at_install")
class TestHolesInProofs(Planted, test_proofs.TestProofs):
    """I: hashes that are compared with nothing but what lies beside them."""

    sweep = "test_every_hash_is_proven_or_proves_nothing"

    def test_i_paper_with_its_hash(self):
        from .planted_models import Paper

        self.assertTight(self.sweep)
        self.plant_models(Paper)
        self.assertFound("complaint.loose.paper", self.sweep)

    def test_i_hash_of_the_case(self):
        from .planted_models import PrintOfCase

        self.plant_models(PrintOfCase)
        self.assertFound("description_sha256", self.sweep)

    def test_i_hash_by_another_name(self):
        from .planted_models import FingerprintOfDecision

        self.plant_models(FingerprintOfDecision)
        self.assertFound("fingerprint", self.sweep)


@tagged("post_install", "-at_install")
class TestHolesInStatements(Planted, test_quiet_sql.TestQuietSql):
    """J: secrets in statements that fail."""

    sweep = "test_a_missing_value_shows_nothing_of_its_row"

    def _kept(self):
        """OVERRIDE: one column is enough."""
        return [next(iter(super()._kept()))]

    def _plant_failing(self, tell):
        """Let a cursor do something with the statement that fails and its error."""
        quiet = Cursor.execute

        def loud(cursor, query, params=None, log_exceptions=True):
            try:
                return quiet(cursor, query, params, log_exceptions)
            except psycopg2.Error as error:
                tell(cursor, error)
                raise

        self.patch(Cursor, "execute", loud)

    def test_j_statement_in_the_log(self):
        self.assertTight(self.sweep)
        logger = logging.getLogger("odoo.sql_db")
        self._plant_failing(
            lambda cursor, _error: logger.error("failed: %s", cursor._obj.query)
        )
        self.assertFound("number_key", self.sweep)

    def test_j_row_in_the_error(self):
        def tell(_cursor, error):
            error.args = (error.diag.message_detail,)

        self._plant_failing(tell)
        self.assertFound("number_key", self.sweep)

    def test_j_keeper_that_locks_nothing(self):
        sweep = "test_whoever_keeps_something_locks_first"
        self.assertTight(sweep)
        self.plant_method("complaint.dispatch", "_write_multi", BaseModel._write_multi)
        self.assertFound("complaint.dispatch", sweep)


@tagged("post_install", "-at_install")
class TestHolesInHiding(Planted, test_hidden_is_missing.TestHiddenIsMissing):
    """K: who acts as the complainant."""

    #: Those with a hole, and one that has none.
    methods = ("action_accept",)

    def _methods(self, model):
        """OVERRIDE: only these."""
        return [name for name in super()._methods(model) if name in self.methods]

    def test_k_code_for_whoever_has_a_number(self):
        from .planted_models import CodeGiver

        self.assertTight("test_methods")
        self.plant_models(CodeGiver)
        self.methods = ("action_accept", "action_code_again")
        # a door hangs before whatever is new
        self.assertTight("test_methods")
        # past the class, which would hang it anew
        type.__delattr__(type(self.env["helpdesk.ticket"]), "action_code_again")
        self.assertFound("action_code_again", "test_methods")
