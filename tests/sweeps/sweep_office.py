"""One office for the sweeps of lives and seals: a case, a sample of every model, places."""

import os
import unittest
from contextlib import suppress
from datetime import date

import sweep_engine as engine
import sweep_people as people
from sweep_case import SweepCase

from odoo import Command
from odoo.service.model import call_kw

from odoo.addons.community_complaint.tests.common import ComplaintCommon
from odoo.addons.community_complaint.tests.planting import Planting

#: Code with all rights, beside the people.
SUPERUSER = "superuser"
ROLES = (*people.ROLES, SUPERUSER)
TICKET = "helpdesk.ticket"
#: What a context is sprinkled with: no word from outside switches anything off.
FORGED_CONTEXT = {
    "complaint_step": True,
    "complaint_unsealed": True,
    "install_mode": True,
    "tracking_disable": True,
    "mail_notrack": True,
    "mail_create_nolog": True,
}


#: What makes samples complete that nobody enters by hand.
COMPLETE = {
    "complaint.deadline.extension": {"quantity": 1, "unit": "working_day"},
    "complaint.inbound.mail": {"sha256": "0" * 64},
    "complaint.medical.report": {
        "minutes": 60,
        "start": "2026-01-05 08:00:00",
        "due": "2026-01-05 09:00:00",
    },
}


class SweepOffice(SweepCase, ComplaintCommon, Planting):
    """A sweep in an office with one case, put into any place as the cells ask."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if cls.database == "demo":
            raise unittest.SkipTest("the records are the sweep's own")

    def setUp(self):
        super().setUp()
        self.case = self._complaint(user_id=False).with_env(self.env).sudo()
        self._samples = {TICKET: self.case}

    def sample(self, model):
        """Return the record of a model that is tried, with all rights."""
        if model not in self._samples:
            is_part = model in self.case._case_paths()
            planted = (
                self.part_of(model, self.case) if is_part else self.plant(model, {})
            )
            # sudo: every model - the fixture
            sample = planted[:1].with_env(self.env).sudo()
            if model in COMPLETE:
                self._force(sample, **COMPLETE[model])
            self._samples[model] = sample
        return self._samples[model]

    def plant_samples(self, models):
        """Plant the samples of models at once and return those that could be made."""
        for model in models:
            with suppress(Exception), self.env.cr.savepoint():
                self.sample(model)
                self.env.flush_all()
        self.env.flush_all()
        return tuple(model for model in models if model in self._samples)

    def _planned(self, seed):
        """OVERRIDE: all cells are too many; in full, every pair is tried twice.

        The figure of the cells is that of the product all the same.
        """
        if os.environ.get("COMPLAINT_SWEEP_CELL"):
            return super()._planned(seed)
        axes = self.axes()
        if not os.environ.get("COMPLAINT_SWEEP_ALL"):
            cells = self.sampled(axes, seed)
            return engine.Tally(self.sweep, len(cells), list(self.known)), cells
        count = sum(1 for _cell in engine.product(axes, self.possible))
        cells = [
            cell for number in range(2) for cell in self.in_full(axes, seed + number)
        ]
        return engine.Tally(self.sweep, count, list(self.known)), cells

    def in_full(self, axes, seed):
        """Return the cells that ``./run sweep`` tries, by one of its two seeds."""
        return engine.pairwise(axes, seed, self.possible)

    def sampled(self, axes, seed):
        """Return the cells that ``./run test`` tries."""
        return engine.pairwise(axes, seed, self.possible)

    # ------------------------------------------------------------------
    # Who
    # ------------------------------------------------------------------

    def as_role(self, records, role):
        """Return records as one of ``ROLES`` sees them."""
        if role == SUPERUSER:
            return records.sudo()  # sudo: every model - code with all rights is tried
        return records.with_user(self.people[role])

    def has_role(self, role, groups):
        """Return whether a role has one of some groups; none asked for: yes."""
        if not groups or role == SUPERUSER:
            return True
        return any(self.people[role].has_group(group) for group in groups)

    def call(self, role, records, method, *args, **kwargs):
        """Call a public method as a request of the role does."""
        model = self.as_role(records.browse(), role)
        arguments = [records.ids, *args] if records else args
        return call_kw(model, method, arguments, kwargs)

    # ------------------------------------------------------------------
    # Where
    # ------------------------------------------------------------------

    def put(self, record, state, phase):
        """Force a record into a state, and its case into a phase."""
        if phase != "-":
            stage = self.case.team_id._complaint_stage_id(phase)
            self._force(self.case, stage_id=stage)
        if state != "-" and record != self.case:
            owner, name = self.state_of(record)
            if owner and owner != self.case:
                self._force(owner, **{name: state})
        self.env.flush_all()

    def state_of(self, record):
        """Return the record and the field that hold the state of a record."""
        name = record._life_table().state
        while name not in record._fields and record._state_of:
            record = record[record._state_of]
            name = record._life_table().state
        while name in record._fields and record._fields[name].related:
            *path, name = record._fields[name].related.split(".")
            if record == self.case:
                return record, name
            record = record.mapped(".".join(path))
        if record and name in record._fields:
            return record, name
        return record.browse(), name

    def states(self, model):
        """Return the states that a model can be in, ``("-",)`` without any."""
        owner, name = self.state_of(self.sample(model))
        if model == TICKET:
            owner, name = self.case, "phase"
        if not owner or owner._name.startswith("helpdesk.") and model != TICKET:
            return ("-",)
        return tuple(owner._fields[name].get_values(self.env))

    # ------------------------------------------------------------------
    # What
    # ------------------------------------------------------------------

    def forged(self, record, name):
        """Return a value that a field does not have, as it is written."""
        field = record._fields[name]
        value = record[name]
        make = getattr(self, f"_forged_{field.type}", None)
        return make(field, value) if make else f"forged {name}"

    def _forged_boolean(self, _field, value):
        return not value

    def _forged_integer(self, _field, value):
        return (value or 0) + 7

    _forged_float = _forged_monetary = _forged_many2one_reference = _forged_integer

    def _forged_date(self, _field, _value):
        return "2001-02-03"

    def _forged_datetime(self, _field, _value):
        return "2001-02-03 04:05:06"

    def _forged_html(self, _field, _value):
        return "<p>forged</p>"

    def _forged_binary(self, _field, _value):
        return "Zm9yZ2Vk"

    def _forged_json(self, _field, _value):
        return {"forged": 1}

    def _forged_reference(self, _field, _value):
        return f"res.company,{self.company.id}"

    def _forged_selection(self, field, value):
        return next((v for v in field.get_values(self.env) if v != value), False)

    def _forged_many2one(self, field, value):
        # sudo: every model - any other record will do
        others = self.env[field.comodel_name].sudo().with_context(active_test=False)
        return others.search([("id", "not in", value.ids)], limit=1).id

    def _forged_many2many(self, field, value):
        other = self._forged_many2one(field, value)
        return [Command.set([other] if other else [])]

    def _forged_one2many(self, _field, _value):
        return [Command.clear()]

    def raw(self, record, name):
        """Return what a field holds, to be compared."""
        record.invalidate_recordset([name])
        value = record[name]
        if hasattr(value, "_ids"):
            return tuple(sorted(value._ids))
        return value

    def today(self):
        """Return the days that may be today, whoever's clock is asked."""
        return {date.today(), self.case._office_date()}
