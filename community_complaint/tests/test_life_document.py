"""The tables of lives and of the seal as a document, ``docs/life.rst``.

``./run life`` writes the file anew.
"""

import os
import unittest
from pathlib import Path

from odoo.tests import TransactionCase, tagged

from ..models.complaint_life_mixin import ComplaintLifeMixin
from ..models.complaint_seal_mixin import ComplaintSealMixin

DOCUMENT = Path(__file__).parents[2] / "docs" / "life.rst"
WRITE = "COMPLAINT_LIFE_WRITE"
_PREFIX = "community_complaint.group_complaint_"
_HEAD = """\
==================
Lives and the seal
==================

.. This file is made by ``./run life`` from the tables of the models; do not edit.

What each record is: its states, who takes which step, what a step asks for and stamps;
what people may write by hand; and what the program itself writes besides the steps, and
why. Everything that is not in these tables is refused, code with all rights included.

- *Roles*: “anybody” is whoever may write the record; “program” is nobody by hand.
- *Open by hand*: in which states of the record and phases of its case; “birth” is said
  once, when it is created. Fields that are not listed are never open.
"""


@tagged("post_install", "-at_install")
class TestLifeDocument(TransactionCase):
    def test_document(self):
        if not DOCUMENT.parent.is_dir():
            raise unittest.SkipTest("The document is in the sources only.")
        text = self._text()
        if os.environ.get(WRITE):
            DOCUMENT.write_text(text, encoding="utf-8")
        self.assertEqual(
            DOCUMENT.read_text(encoding="utf-8") if DOCUMENT.is_file() else "",
            text,
            "The tables changed: ./run life writes docs/life.rst anew.",
        )

    def _text(self):
        models = [
            self.env[name]
            for name, model in sorted(self.env.registry.items())
            if issubclass(model, ComplaintSealMixin)
            and not model._abstract
            and model._auto
            and not name.startswith("complaint.life.")
        ]
        parts = [
            "\n".join(self._model(model, table))
            for model in models
            if (table := model._seal_table())
        ]
        return "\n".join([_HEAD, *parts])

    def _model(self, model, table):
        yield f"{model._name}\n{'=' * len(model._name)}\n"
        if isinstance(model, ComplaintLifeMixin):
            yield from self._steps(model)
        yield from _list_table(
            "Open by hand",
            ("field", "states", "phases", "by"),
            [
                (name, _states(row), _words(row.phases), _who(row))
                for name, row in sorted(table.opens.items())
            ],
        )
        if table.drops:
            row = table.drops
            yield f"Deleted by hand: {_states(row)}, {_roles(row.by) or 'anybody'}.\n"
        yield from _list_table(
            "Written by the program",
            ("key", "why", "what"),
            [
                (key, row.why, ", ".join(_done(row)))
                for key, row in sorted(table.openings.items())
            ],
        )

    def _steps(self, model):
        life = model.with_context(lang="en_US")._life_table()
        rows = []
        for name, step in life.steps.items():
            roles = "program" if step.by is None else _roles(step.by) or "anybody"
            said = [
                *(f"asks {step.needs}" for _ask in [step.asks] if step.needs),
                *(f"needs {field}" for field in step.fills),
                *(f"stamps {field}" for field in step.stamps),
                *(f"not by {path}" for path in step.not_by),
                *(f"falls with {path}" for path in step.covers),
                *(f"clocks: {event}" for event in [step.event] if event),
            ]
            rows.append(
                (
                    name,
                    _words(step.sources),
                    step.target or "–",
                    roles,
                    ", ".join(said),
                )
            )
        yield from _list_table("Steps", ("step", "from", "to", "by", "what"), rows)


def _states(row):
    """Return the states of a row in words."""
    return "birth" if row.birth else _words(row.states)


def _who(row):
    """Return who may write a field, in words."""
    only = f"only {row.only}" if row.only else ""
    return ", ".join(filter(None, (_roles(row.by), only)))


def _words(names):
    """Return names with commas, nothing for all of them."""
    return "all" if names is None else ", ".join(name or "none" for name in names)


def _roles(groups):
    """Return the short names of roles."""
    return ", ".join(group.removeprefix(_PREFIX) for group in groups)


def _done(opening):
    """Yield what an opening allows."""
    if opening.creates:
        yield "creates"
    if opening.drops:
        yield "deletes"
    yield from opening.names


def _list_table(title, head, rows):
    """Yield a list table in reStructuredText, nothing without rows."""
    if not rows:
        return
    yield f".. list-table:: {title}\n   :header-rows: 1\n"
    for row in (head, *rows):
        first, *rest = row
        yield f"   * - {first}"
        yield from (f"     - {cell}" for cell in rest)
    yield ""
