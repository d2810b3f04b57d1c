"""The sweeps find holes: each of these is planted, and found.

The letters are the KINDS of faults that were once found by hand: A, a rule asked before a
write and not after, owners that change; C, a guard in the dialog or on the button only;
D, no closing and no history; H, dialogs of others.
"""

import sweep_engine as engine
import test_sweep_life as life
import test_sweep_seal as seal

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.community_complaint.models import ir_rule_conflict
from odoo.addons.community_complaint.models.complaint_life_mixin import (
    ComplaintLifeMixin,
)
from odoo.addons.community_complaint.models.complaint_seal_mixin import (
    ComplaintSealMixin,
)
from odoo.addons.community_complaint.tools.life import ANYBODY, Life, Open, replace

TICKET = "helpdesk.ticket"
WITHDRAW = ("step=helpdesk.ticket:withdraw", "state=accepted", "phase=investigating")


class Holes:
    """Mixin: try a part of a sweep."""

    #: Models that holes are planted in; no sample of others is needed.
    holed = ()

    def models_tried(self):
        """OVERRIDE: those with a hole."""
        return self.holed

    def found(self, *words):
        """Return the messages of the surprises among the cells that words name."""
        axes = engine.narrowed(self.axes(), words)
        tries = [self.attempt(cell) for cell in engine.product(axes, self.possible)]
        self.assertTrue(tries, "no such cell")
        return {message for outcome, message in tries if outcome == engine.UNEXPECTED}

    def assertFound(self, text, *words):  # noqa: N802
        """Assert that the sweep says something of a hole."""
        messages = self.found(*words)
        self.assertTrue(any(text in message for message in messages), messages)

    def assertTight(self, *words):  # noqa: N802
        """Assert that there is no surprise before a hole is planted."""
        self.assertEqual(self.found(*words), set())

    def plant_hole(self, model, name, value):
        """Make a method or an attribute of a model something else."""
        owner = type(self.env[model]) if isinstance(model, str) else model
        self.patch(owner, name, value)


@tagged("post_install", "-at_install")
class TestHolesInLife(Holes, life.TestSweepLife):
    test_life = None
    holed = (TICKET, "complaint.instruction")

    def _plant_step(self, model, name, **changes):
        """Let the engine work with another step than the model declares."""
        known = self.lives[model]
        step = replace(known.steps[name], **changes)
        loose = Life({**known.steps, name: step}, known.state, known.methods)
        self.plant_hole(model, "_life_table", lambda _self: loose)

    def test_no_hole(self):
        self.assertTight(*WITHDRAW)

    def test_c_step_without_role(self):
        self._plant_step(TICKET, "reopen", by=ANYBODY)
        words = ("step=helpdesk.ticket:reopen", "state=closed", "way=call")
        self.assertFound("not up to this role", *words)

    def test_c_role_is_on_the_button_only(self):
        self.plant_hole(TICKET, "_check_step_role", lambda _self, _name: None)
        words = ("step=helpdesk.ticket:reopen", "state=closed", "way=call")
        self.assertFound("not up to this role", *words)

    def test_c_step_from_anywhere(self):
        states = tuple(self.states_of[TICKET])
        self._plant_step(TICKET, "withdraw", sources=states)
        words = (WITHDRAW[0], "state=closed", "way=call")
        self.assertFound("not from this state", *words)

    def test_c_rights_are_not_asked(self):
        def take(records, name, given=None, **more):
            records = records.sudo()  # sudo: helpdesk.ticket - the hole
            records._do_step(name, given, **more)

        self.plant_hole(TICKET, "_take", take)
        self.assertTrue(self.found(*WITHDRAW, "way=call"))

    def test_d_step_without_history(self):
        self.plant_hole(TICKET, "_log_step", lambda _self, *_args: None)
        self.assertFound("without a row in the log", *WITHDRAW, "role=handler")

    def test_d_step_writes_what_it_does_not_declare(self):
        step_fields = ComplaintLifeMixin._step_fields

        def wide(records, step):
            return step_fields(records, step) | {"demand", "stage_id"}

        def prepare(_records, _given=None, **_more):
            return {"demand": "Nothing."}

        self.plant_hole(TICKET, "_step_fields", wide)
        owner = type(self.env[TICKET])
        owner._prepare_withdraw_vals = prepare
        self.addCleanup(delattr, owner, "_prepare_withdraw_vals")
        self.assertFound("'demand'", *WITHDRAW, "role=handler", "way=call")

    def test_d_stamp_names_somebody_else(self):
        step_vals = ComplaintLifeMixin._step_vals

        def forged(records, name, given, **more):
            vals = step_vals(records, name, given, **more)
            stamps = records._step(name).stamps
            who = [field for field, value in stamps.items() if value == "user"]
            return {**vals, **dict.fromkeys(who, 1)}

        model, name = next(
            (model, name)
            for model, table in self.lives.items()
            for name, step in table.steps.items()
            if "user" in step.stamps.values() and self.taken_by_leader(model, name)
        )
        self.plant_hole(model, "_step_vals", forged)
        words = (f"step={model}:{name}", "role=leader", "way=code")
        self.assertFound("names", *words)

    def taken_by_leader(self, model, name):
        words = (f"step={model}:{name}", "role=leader", "way=code")
        axes = engine.narrowed(self.axes(), words)
        return any(
            self.attempt(cell)[0] == engine.ALLOWED
            for cell in engine.product(axes, self.possible)
        )

    # ------------------------------------------------------------------
    # H: dialogs of others
    # ------------------------------------------------------------------

    def _open_rules(self):
        """Let the record rules of the dialog pass."""
        rules = self.env["ir.rule"].search([("model_id.model", "=", life.DIALOG)])
        self.assertTrue(rules)
        rules.write({"domain_force": "[(1, '=', 1)]"})
        # nor does it matter whose a dialog is
        self.patch(ir_rule_conflict, "_is_dialog", lambda _model: False)
        self.env.flush_all()
        self.env.registry.clear_all_caches()

    def _another(self):
        return (*WITHDRAW, "way=dialog of another", "role=handler")

    def test_h_dialog_is_closed_to_others(self):
        self.assertTight(*self._another())

    def test_h_dialog_is_read_by_others(self):
        self._open_rules()
        self.assertFound("read went through", *self._another())

    def _hide_reading(self):
        """Let only the hole show, not that the dialog is readable as well."""
        self._open_rules()
        real = self.call

        def call(role, records, method, *args, **kwargs):
            if method == "read" and records._name == life.DIALOG:
                raise UserError("not this time")
            return real(role, records, method, *args, **kwargs)

        self.call = call

    def test_h_dialog_is_rewritten_by_others(self):
        self._hide_reading()
        self.plant_hole(life.DIALOG, "_check_own", lambda _self: None)
        self.assertFound("write went through", *self._another())

    def test_h_dialog_is_confirmed_by_others(self):
        self._hide_reading()

        def closed(_self, _vals):
            raise UserError("closed")

        self.plant_hole(life.DIALOG, "_check_own", lambda _self: None)
        self.plant_hole(life.DIALOG, "write", closed)
        self.plant_hole(life.DIALOG, "_given", lambda _self, _ask: ("Forged.", {}))
        self.assertFound("action_confirm went through", *self._another())


@tagged("post_install", "-at_install")
class TestHolesInSeal(Holes, seal.TestSweepSeal):
    test_seal = test_ordinary_tickets_are_as_before = None
    holed = (
        TICKET,
        "complaint.delegation",
        "complaint.follow.up",
        "complaint.inquiry",
        "complaint.instruction",
        "complaint.respondent",
        "complaint.transfer",
    )

    def _plant_row(self, model, name, row):
        """Let the engine work with another row than the model declares."""
        table = self.oracle.tables[model]
        loose = (
            table._replace(drops=row)
            if name == seal.RECORD
            else table._replace(opens={**table.opens, name: row})
        )
        self.plant_hole(model, "_seal_table", lambda _self: loose)

    def _closed(self, field, *words):
        state = "state=closed" if field.startswith(TICKET) else ""
        return tuple(filter(None, (f"field={field}", state, "phase=closed", *words)))

    # ------------------------------------------------------------------
    # A: owners that change
    # ------------------------------------------------------------------

    def test_a_whose_substitute_somebody_is(self):
        words = ("field=complaint.delegation:user_id", "way=write")
        self.assertTight(*words)
        self._plant_row("complaint.delegation", "user_id", Open())
        self.assertFound("user_id was changed", *words)

    def test_a_who_followed_up(self):
        words = (
            "field=complaint.follow.up:user_id",
            "state=done",
            "way=write",
        )
        self.assertTight(*words)
        self._plant_row("complaint.follow.up", "user_id", Open())
        self.assertFound("user_id was changed", *words)

    def test_a_whose_instruction_it_is(self):
        words = ("field=complaint.instruction:user_id", "way=write", "role=leader")
        self.assertTight(*words)
        self._plant_row("complaint.instruction", "user_id", Open())
        self.assertFound("user_id was changed", *words)

    # ------------------------------------------------------------------
    # C: guards elsewhere than in write, create, unlink
    # ------------------------------------------------------------------

    def test_c_write_does_not_ask(self):
        words = self._closed(f"{TICKET}:recused_user_ids", "way=write")
        self.assertTight(*words)
        self.plant_hole(TICKET, "_check_open", lambda _self, _names: None)
        self.plant_hole(TICKET, "_may_be_open", lambda _self, _field: True)
        self.assertTrue(self.found(*words))

    def test_c_a_word_of_the_context_opens(self):
        check = ComplaintSealMixin._check_open

        def blind(records, names):
            if not records.env.context.get("complaint_unsealed"):
                check(records, names)

        self.plant_hole(TICKET, "_check_open", blind)
        words = self._closed(f"{TICKET}:findings", "way=write")
        self.assertFound("findings was changed", *words)

    def test_c_rights_of_code_open(self):
        check = ComplaintSealMixin._check_open

        def blind(records, names):
            if not records.env.su:
                check(records, names)

        self.plant_hole(TICKET, "_check_open", blind)
        words = self._closed(f"{TICKET}:findings", "role=superuser")
        self.assertFound("findings was changed", *words)

    def test_c_defaults_are_not_dropped(self):
        words = ("field=complaint.transfer:state", "phase=accepted")
        self.assertTight(*words, "way=default in the context")
        self.plant_hole("complaint.transfer", "_without_defaults", lambda s, _table: s)
        self.assertFound("given at birth", *words, "way=default in the context")

    def test_c_a_state_is_given_at_birth(self):
        words = ("field=complaint.transfer:state", "phase=accepted", "way=create")
        self.assertTight(*words)
        self._plant_row("complaint.transfer", "state", Open(birth=True))
        self.assertFound("given at birth", *words)

    # ------------------------------------------------------------------
    # D: no closing
    # ------------------------------------------------------------------

    def test_d_a_finished_case_is_rewritten(self):
        self._plant_row(TICKET, "description", Open())
        words = self._closed(f"{TICKET}:description", "way=web_save")
        self.assertFound("description was changed", *words)

    def test_d_a_part_of_a_finished_case_is_rewritten(self):
        words = self._closed("complaint.inquiry:summary", "way=write")
        self.assertTight(*words)
        self._plant_row("complaint.inquiry", "summary", Open())
        self.assertFound("summary was changed", *words)

    def test_d_a_respondent_is_deleted(self):
        words = self._closed(f"complaint.respondent:{seal.RECORD}")
        self.assertTight(*words)
        self._plant_row("complaint.respondent", seal.RECORD, Open())
        self.assertFound("was changed", *words)
